//! Consent: asked for, declined, given, withdrawn.

use crate::TOMORROW_AT_10;
use anyhow::Result;
use linli_core::{Admin, account, act};
use linli_domain::PersonId;
use linli_tests::html::forms;
use linli_tests::site::{Client, HOME_CARE};
use linli_tests::{on_both_sites, on_site};
use reqwest::StatusCode;

const ASKS: &str = "asks to use personal data";

/// Withdraws everything that was agreed to.
async fn withdraw_all(resident: &Client) -> Result<usize> {
    let page = resident.get("/my-data").await?;
    let mut count = 0;
    for form in forms(&page.text)
        .iter()
        .filter(|form| form.action == "/my-data/withdraw")
    {
        resident
            .submit(form)
            .await?
            .must(StatusCode::OK, &["The consent is withdrawn"])?;
        count += 1;
    }
    Ok(count)
}

on_both_sites!(after_withdrawal_the_service_asks_again, |site| {
    let li = site.consenting("li").await?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["What you can book"])?
        .must_not(&[ASKS])?;
    assert_eq!(withdraw_all(&li).await?, 2);
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &[ASKS])?
        .must_not(&["What you can book"])?;
    li.agree(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["What you can book"])?;
});

on_both_sites!(
    a_form_that_waits_for_consent_is_done_after_agreeing,
    |site| {
        let li = site.consenting("li").await?;
        let form = li.choose("bathing", TOMORROW_AT_10, "kept wish").await?;
        withdraw_all(&li).await?;
        let asked = li.submit(&form).await?.must(StatusCode::OK, &[ASKS])?;
        li.agree_to(&asked).await?.must(
            StatusCode::OK,
            &["Booked. The care worker will come", "kept wish"],
        )?;
        let nurse = site.log_in("nurse").await?;
        nurse
            .get("/inbox")
            .await?
            .must(StatusCode::OK, &["Booked: Help with bathing"])?;
    }
);

on_both_sites!(declining_does_nothing, |site| {
    let li = site.log_in("li").await?;
    let asked = li.open(HOME_CARE).await?.form("/consent")?;
    li.submit(&asked.with("decision", "decline"))
        .await?
        .must(StatusCode::OK, &["Nothing was shared"])?;
    li.get(HOME_CARE).await?.must(StatusCode::OK, &[ASKS])?;
    li.get("/my-data")
        .await?
        .must(StatusCode::OK, &[])?
        .must_not(&["/my-data/withdraw"])?;

    // The same for a form that waits: it is never done.
    li.agree(HOME_CARE).await?;
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    withdraw_all(&li).await?;
    let asked = li.submit(&form).await?.form("/consent")?;
    let waits = format!("/consent/{}", asked.value("pending").unwrap_or_default());
    let decline = asked.with("decision", "decline");
    // Nobody else can decline for her; after she has, what she had typed is forgotten.
    site.log_in("wang").await?.post_form(&decline).await?;
    li.get(&waits).await?.must(StatusCode::OK, &[ASKS])?;
    li.submit(&decline)
        .await?
        .must(StatusCode::OK, &["Nothing was shared"])?;
    li.get(&waits).await?.must(StatusCode::BAD_REQUEST, &[])?;
    li.agree(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["Nothing is booked yet"])?;
});

on_site!(agreeing_to_nothing_asks_again, |site| {
    let li = site.log_in("li").await?;
    let asked = li.open(HOME_CARE).await?.form("/consent")?.without("field");
    li.submit(&asked.with("decision", "agree"))
        .await?
        .must(StatusCode::OK, &[ASKS])?;
    // The optional field is not needed.
    let asked = li.open(HOME_CARE).await?.form("/consent")?;
    li.submit(&asked.with("decision", "agree"))
        .await?
        .must(StatusCode::OK, &["What you can book"])?;
});

on_site!(what_waits_for_one_resident_is_nothing_to_another, |site| {
    let (li, wang) = (site.consenting("li").await?, site.consenting("wang").await?);
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    withdraw_all(&li).await?;
    let waits = li.post_form(&form).await?.leads_to()?.to_owned();
    let asked = li.get(&waits).await?.form("/consent")?;
    wang.get(&waits)
        .await?
        .must(StatusCode::BAD_REQUEST, &[])?
        .must_not(&["bathing"])?;
    wang.post_form(&asked.clone().with("decision", "agree"))
        .await?
        .must(StatusCode::BAD_REQUEST, &[])?;
    li.get(HOME_CARE).await?.must(StatusCode::OK, &[ASKS])?;
    // Nor can it be sent elsewhere.
    for pending in [
        "",
        "//evil.example",
        "https://evil.example/",
        "/c/",
        "/home",
        "/c/west/jinhui/eldercare/",
    ] {
        let answer = li
            .post_form(
                &asked
                    .clone()
                    .with("pending", pending)
                    .with("decision", "agree"),
            )
            .await?;
        answer.must(StatusCode::NOT_FOUND, &[])?;
    }
});

on_site!(a_consent_ends_by_itself_after_a_year, |site| {
    let li = site.consenting("li").await?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["What you can book"])?;
    site.at_minute(366 * 24 * 60);
    let li = site.log_in("li").await?;
    li.get(HOME_CARE).await?.must(StatusCode::OK, &[ASKS])?;
});

on_both_sites!(pressing_agree_twice_agrees_once_and_does_once, |site| {
    let li = site.log_in("li").await?;
    let asked = li.open(HOME_CARE).await?.form("/consent")?;
    let agree = asked.and("apart", "care-level").with("decision", "agree");
    let (one, other) = tokio::join!(li.post_form(&agree), li.post_form(&agree));
    one?.must(StatusCode::SEE_OTHER, &[])?;
    other?.must(StatusCode::SEE_OTHER, &[])?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["What you can book"])?;
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    assert_eq!(withdraw_all(&li).await?, 2);

    let asked = li.submit(&form).await?.form("/consent")?;
    let agree = asked.with("decision", "agree");
    let (one, other) = tokio::join!(li.post_form(&agree), li.post_form(&agree));
    let one = one?.must(StatusCode::SEE_OTHER, &[])?;
    let other = other?.must(StatusCode::SEE_OTHER, &[])?;
    assert_eq!(one.leads_to()?, other.leads_to()?);
    assert_eq!(li.post_form(&agree).await?.leads_to()?, one.leads_to()?);
    let inbox = li.get("/inbox").await?;
    assert_eq!(inbox.text.matches("Booked: Help with bathing").count(), 1);
});

on_site!(what_waits_for_consent_is_kept_for_two_days, |site| {
    let li = site.consenting("li").await?;
    let form = li.choose("bathing", 6 * 24 * 60, "").await?;
    withdraw_all(&li).await?;
    let waits = li.post_form(&form).await?.leads_to()?.to_owned();
    site.at_minute(2 * 24 * 60 - 60);
    site.jobs.sweep().await?;
    let li = site.log_in("li").await?;
    li.get(&waits).await?.must(StatusCode::OK, &[ASKS])?;
    site.at_minute(2 * 24 * 60 + 1);
    site.jobs.sweep().await?;
    let words = "What you filled in was kept for two days and is gone now";
    li.get(&waits)
        .await?
        .must(StatusCode::BAD_REQUEST, &[words])?;
});

on_both_sites!(
    what_was_shown_for_one_person_is_never_done_for_another,
    |site| {
        let (li, wang, daughter_id) = (site.world.li, site.world.wang, site.world.daughter);
        act!(site.world.core, |work| {
            let admin = Admin::at_command_line();
            account::delegate(
                work,
                &admin,
                wang,
                daughter_id,
                "delegate",
                "signed form",
                None,
            )
            .await
        })?;
        let daughter = site.log_in("daughter").await?;
        let act_for = async |person: PersonId| {
            daughter
                .post("/acting-for", &[("person".into(), person.to_string())])
                .await
        };

        act_for(li).await?;
        let asked = daughter
            .open(HOME_CARE)
            .await?
            .must(StatusCode::OK, &[ASKS])?;
        act_for(wang).await?;
        daughter
            .agree_to(&asked)
            .await?
            .must(StatusCode::CONFLICT, &["This page has just changed"])?;
        daughter
            .get(HOME_CARE)
            .await?
            .must(StatusCode::OK, &[ASKS])?;

        daughter.agree(HOME_CARE).await?;
        act_for(li).await?;
        daughter.agree(HOME_CARE).await?;
        let form = daughter
            .choose("bathing", TOMORROW_AT_10, "for my mother")
            .await?;
        act_for(wang).await?;
        daughter
            .submit(&form)
            .await?
            .must(StatusCode::CONFLICT, &["This page has just changed"])?;
        act_for(li).await?;
        daughter.submit(&form).await?.must(
            StatusCode::OK,
            &["Booked. The care worker will come", "for my mother"],
        )?;
    }
);
