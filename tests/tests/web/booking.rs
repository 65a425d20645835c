//! A visit from booking to its end: the resident, her daughter, the care worker, the coordinator.

use crate::TOMORROW_AT_10;
use linli_tests::html::links;
use linli_tests::site::{Answer, HOME_CARE, slot_at};
use linli_tests::{on_both_sites, on_site};
use linli_world::NOW;
use reqwest::StatusCode;

/// The visits that a page links to.
fn visits(page: &Answer) -> Vec<String> {
    let mut found: Vec<_> = links(&page.text)
        .into_iter()
        .filter(|link| link.contains("/visits/"))
        .collect();
    found.dedup();
    found
}

on_both_sites!(a_visit_goes_from_booking_to_its_end, |site| {
    let (li, nurse) = (site.log_in("li").await?, site.log_in("nurse").await?);
    li.get("/home")
        .await?
        .must(StatusCode::OK, &["Home care", "Jinhui Elder Care"])?;
    let asked = li.open(HOME_CARE).await?.must(
        StatusCode::OK,
        &["asks to use personal data", "need of care"],
    )?;
    li.agree_to(&asked).await?.must(
        StatusCode::OK,
        &["Nothing is booked yet", "Help with bathing"],
    )?;

    let form = li
        .choose("bathing", TOMORROW_AT_10, "Please ring twice")
        .await?;
    let visit = li
        .post_form(&form)
        .await?
        .must(StatusCode::SEE_OTHER, &[])?
        .leads_to()?
        .to_owned();
    li.get(&visit).await?.must(
        StatusCode::OK,
        &[
            "Booked. The care worker will come",
            "Please ring twice",
            "10:00–11:00",
            "陈护理",
            "李秀英",
        ],
    )?;
    li.get("/inbox").await?.must(
        StatusCode::OK,
        &["Booked: Help with bathing", "陈护理 comes at"],
    )?;
    nurse.get("/inbox").await?.must(
        StatusCode::OK,
        &["Booked: Help with bathing", "You visit 李秀英 at"],
    )?;

    let page = li.get(&format!("{visit}/move")).await?;
    let form = page.action("move")?;
    let later = slot_at(&form, TOMORROW_AT_10 + 240)?;
    li.submit(&form.with("f.slot", later))
        .await?
        .must(StatusCode::OK, &["The visit has been moved", "14:00–15:00"])?;
    li.get("/inbox")
        .await?
        .must(StatusCode::OK, &["Moved: Help with bathing"])?;
    nurse
        .get("/inbox")
        .await?
        .must(StatusCode::OK, &["Moved: Help with bathing"])?;

    let day = format!("{HOME_CARE}/today?day=2026-11-25");
    let page = nurse.get(&day).await?.must(
        StatusCode::OK,
        &["李秀英", "13800000000", "1号楼 201", "14:00–15:00"],
    )?;
    assert!(page.action("check-in").is_err(), "a day early");
    site.at_minute(TOMORROW_AT_10 + 240);
    let nurse = site.log_in("nurse").await?;
    let page = nurse.get(&format!("{HOME_CARE}/today")).await?;
    let page = nurse
        .submit(&page.action("check-in")?)
        .await?
        .must(StatusCode::OK, &["Checked in"])?;
    site.at_minute(TOMORROW_AT_10 + 290);
    nurse
        .submit(&page.action("check-out")?)
        .await?
        .must(StatusCode::OK, &["Checked out. Thank you."])?;
    assert_eq!(
        site.jobs.fire_due_timers().await?,
        0,
        "nobody watches over a visit that was made"
    );

    let li = site.log_in("li").await?;
    li.get(&visit).await?.must(
        StatusCode::OK,
        &[
            "The care worker checked in",
            "The care worker checked out; all done",
        ],
    )?;
    // The resident sees who read what about her.
    li.get("/my-data")
        .await?
        .must(StatusCode::OK, &["陈护理", "You have an open appointment"])?;
});

on_both_sites!(a_cancelled_visit_gives_its_time_up, |site| {
    let (li, wang) = (site.consenting("li").await?, site.consenting("wang").await?);
    let visit = li.book("meals", TOMORROW_AT_10).await?;
    assert!(wang.choose("meals", TOMORROW_AT_10, "").await.is_err());
    let cancel = li.get(&visit).await?.action("cancel")?;
    li.submit(&cancel)
        .await?
        .must(StatusCode::OK, &["Cancelled.", "Nothing is booked yet"])?;
    wang.book("meals", TOMORROW_AT_10).await?;
    let nurse = site.log_in("nurse").await?;
    nurse.get("/inbox").await?.must(
        StatusCode::OK,
        &["Cancelled: Meals", "is cancelled; you need not go"],
    )?;
    li.get("/inbox")
        .await?
        .must(StatusCode::OK, &["Cancelled: Meals"])?;
    // Moving or cancelling it once more changes nothing.
    li.get(&format!("{visit}/move")).await?.must(
        StatusCode::UNPROCESSABLE_ENTITY,
        &["cannot be changed any more"],
    )?;
    li.post_form(&cancel)
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;
    let again = cancel.with("key", "another");
    li.post_form(&again)
        .await?
        .must(StatusCode::CONFLICT, &["This page has just changed"])?;
});

on_both_sites!(
    a_daughter_books_for_her_mother_once_she_has_chosen_her,
    |site| {
        let daughter = site.log_in("daughter").await?;
        let choose = daughter
            .open("/")
            .await?
            .must(StatusCode::OK, &["李秀英"])?
            .form("/acting-for")?;
        daughter
            .get(HOME_CARE)
            .await?
            .must(StatusCode::NOT_FOUND, &[])?;
        let choose = choose.with("person", site.world.li.to_string());
        daughter
            .submit(&choose)
            .await?
            .must(StatusCode::OK, &["You now act for 李秀英", "Home care"])?;
        daughter
            .agree(HOME_CARE)
            .await?
            .must(StatusCode::OK, &["Nothing is booked yet"])?;
        let visit = daughter.book("rehabilitation", TOMORROW_AT_10).await?;
        daughter.get("/inbox").await?.must(
            StatusCode::OK,
            &["Booked: Rehabilitation", "comes to 李秀英 at"],
        )?;

        let li = site.log_in("li").await?;
        li.get(&visit)
            .await?
            .must(StatusCode::OK, &["Rehabilitation"])?;
        li.get("/inbox")
            .await?
            .must(StatusCode::OK, &["Booked: Rehabilitation"])?;
        li.get("/my-data")
            .await?
            .must(StatusCode::OK, &["李晓梅"])?;

        daughter
            .post("/acting-for", &[("person".into(), String::new())])
            .await?;
        daughter
            .get(&visit)
            .await?
            .must(StatusCode::NOT_FOUND, &[])?;
        // Nobody else may be chosen.
        let wang = [("person".to_owned(), site.world.wang.to_string())];
        daughter
            .post("/acting-for", &wang)
            .await?
            .must(StatusCode::FORBIDDEN, &[])?;
        daughter
            .get(HOME_CARE)
            .await?
            .must(StatusCode::NOT_FOUND, &[])?;
    }
);

on_both_sites!(a_missed_check_in_raises_an_alert, |site| {
    let li = site.consenting("li").await?;
    let visit = li.book("bathing", 120).await?;
    site.at_minute(134);
    assert_eq!(site.jobs.fire_due_timers().await?, 0);
    site.at_minute(135);
    assert_eq!(site.jobs.fire_due_timers().await?, 1);
    assert_eq!(site.jobs.fire_due_timers().await?, 0, "once");
    li.get(&visit)
        .await?
        .must(StatusCode::OK, &["The coordinator has been alerted"])?;
    let (nurse, coordinator) = (
        site.log_in("nurse").await?,
        site.log_in("coordinator").await?,
    );
    let daughter = site.log_in("daughter").await?;
    for reader in [&nurse, &coordinator, &daughter] {
        reader
            .get("/inbox")
            .await?
            .must(StatusCode::OK, &["Nobody came: Help with bathing"])?;
    }
    let alerts = coordinator.get(&format!("{HOME_CARE}/alerts")).await?;
    let alerts = alerts.must(StatusCode::OK, &["李秀英", "13800000000", "Open"])?;

    // The notice itself leads to the page where she still checks in.
    let notice = nurse.get("/inbox").await?.link("/inbox/")?;
    let page = nurse.open(&notice).await?;
    nurse
        .submit(&page.action("check-in")?)
        .await?
        .must(StatusCode::OK, &["Checked in"])?;
    coordinator
        .get(&format!("{HOME_CARE}/alerts"))
        .await?
        .must(StatusCode::OK, &["Came late"])?;
    coordinator
        .submit(&alerts.action("settle")?)
        .await?
        .must(StatusCode::OK, &["Settled"])?;
});

on_both_sites!(
    of_two_residents_racing_for_one_slot_exactly_one_wins,
    |site| {
        let (li, wang) = (site.consenting("li").await?, site.consenting("wang").await?);
        for round in 0..4 {
            let at = TOMORROW_AT_10 + round * 90;
            let (first, second) = (
                li.choose("bathing", at, "wish of Li").await?,
                wang.choose("bathing", at, "wish of Wang").await?,
            );
            let answers = tokio::join!(li.post_form(&first), wang.post_form(&second));
            let (won, lost, wish) = match (answers.0?, answers.1?) {
                (li, wang) if li.status == StatusCode::SEE_OTHER => (li, wang, "wish of Wang"),
                (li, wang) => (wang, li, "wish of Li"),
            };
            won.must(StatusCode::SEE_OTHER, &[])?;
            let lost = lost.must(
                StatusCode::OK,
                &[
                    "Somebody has just taken this time",
                    "What you typed is still here",
                ],
            )?;
            let form = lost.action("book")?;
            assert_eq!(form.value("f.wish"), Some(wish));
            assert!(slot_at(&form, at).is_err(), "the slot is no longer offered");
            assert!(slot_at(&form, at + 90).is_ok(), "others are");
        }
        let mine =
            visits(&li.get(HOME_CARE).await?).len() + visits(&wang.get(HOME_CARE).await?).len();
        assert_eq!(mine, 4);
    }
);

on_both_sites!(a_form_that_is_sent_twice_books_once, |site| {
    let li = site.consenting("li").await?;
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    let (one, other) = tokio::join!(li.post_form(&form), li.post_form(&form));
    let (one, other) = (
        one?.must(StatusCode::SEE_OTHER, &[])?,
        other?.must(StatusCode::SEE_OTHER, &[])?,
    );
    let again = li.post_form(&form).await?;
    assert_eq!(
        (one.leads_to()?, one.leads_to()?),
        (other.leads_to()?, again.leads_to()?)
    );
    assert_eq!(visits(&li.get(HOME_CARE).await?), [one.leads_to()?]);
    let inbox = li.get("/inbox").await?;
    assert_eq!(inbox.text.matches("Booked: Help with bathing").count(), 1);
    // The key of one is no key of another.
    let wang = site.consenting("wang").await?;
    let key = form.value("key").unwrap_or_default();
    let theirs = wang
        .choose("bathing", TOMORROW_AT_10 + 90, "")
        .await?
        .with("key", key);
    wang.post_form(&theirs)
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;
    assert_eq!(visits(&wang.get(HOME_CARE).await?).len(), 1);
});

on_site!(what_a_resident_writes_is_shown_as_text, |site| {
    let li = site.consenting("li").await?;
    let wish = "<script>alert(1)</script> & \"quotes\"";
    let form = li.choose("bathing", TOMORROW_AT_10, wish).await?;
    let shown = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ";
    let page = li
        .submit(&form)
        .await?
        .must(StatusCode::OK, &[shown])?
        .must_not(&["<script"])?;
    let id = page.link("/move")?;
    let id = id
        .trim_end_matches("/move")
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let nurse = site.log_in("nurse").await?;
    nurse
        .get(&format!("{HOME_CARE}/today/{id}"))
        .await?
        .must(StatusCode::OK, &[shown])?
        .must_not(&["<script"])?;
});

on_site!(times_are_shown_as_the_community_lives_by_them, |site| {
    // What is shown is local time, what is stored is not.
    let li = site.consenting("li").await?;
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    assert!(
        form.value("f.slot")
            .is_some_and(|slot| slot.starts_with(&NOW.plus_minutes(TOMORROW_AT_10).0.to_string()))
    );
    li.submit(&form).await?.must(
        StatusCode::OK,
        &[
            "datetime=\"2026-11-25T02:00:00Z\"",
            "Wed 25 Nov, 10:00–11:00",
        ],
    )?;
});

on_site!(everybody_reads_it_in_their_own_language, |site| {
    let (li, nurse) = (site.consenting("li").await?, site.log_in("nurse").await?);
    let chinese = [
        ("language".to_owned(), "zh-CN".to_owned()),
        ("back".to_owned(), HOME_CARE.to_owned()),
    ];
    assert_eq!(
        li.post("/preferences", &chinese).await?.leads_to()?,
        HOME_CARE
    );
    li.get(HOME_CARE).await?.must(
        StatusCode::OK,
        &["lang=\"zh-CN\"", "居家养老", "助浴", "金晖养老"],
    )?;
    let visit = li.book("bathing", TOMORROW_AT_10).await?;
    li.get(&visit)
        .await?
        .must(StatusCode::OK, &["已预约", "11月25日", "10:00"])?;
    li.get("/inbox")
        .await?
        .must(StatusCode::OK, &["已预约：助浴"])?;
    nurse
        .get("/inbox")
        .await?
        .must(StatusCode::OK, &["Booked: Help with bathing"])?;
    let large = [
        ("type-size".to_owned(), "large".to_owned()),
        ("back".to_owned(), "/home".to_owned()),
    ];
    li.post("/preferences", &large).await?;
    li.get("/home")
        .await?
        .must(StatusCode::OK, &["class=\"large\""])?;
});
