//! Needs, households and delegates, emergencies, statutory duties, corrections, the counter.

use linli_core::{Admin, account, act};
use linli_tests::site::Site;
use linli_tests::{html, on_site};
use reqwest::StatusCode;

const OK: StatusCode = StatusCode::OK;

on_site!(a_resident_records_changes_and_withdraws_a_need, |site| {
    let li = site.log_in("li").await?;
    let form = li.get("/needs").await?.form("/needs")?;
    let form = form.with("code", "meals").with("note", "less salt");
    let page = li
        .submit(&form)
        .await?
        .must(OK, &["Saved", "less salt", "Open"])?;
    let change = page
        .form("/needs/change")?
        .with("code", "meals")
        .with("note", "no salt");
    let page = li
        .submit(&change)
        .await?
        .must(OK, &["no salt", "One earlier version", "less salt"])?;
    li.submit(&change)
        .await?
        .must(OK, &["Somebody changed this need"])?;
    let withdraw = html::forms(&page.text)
        .into_iter()
        .find(|form| form.value("do") == Some("withdraw"));
    li.submit(&withdraw.unwrap())
        .await?
        .must(OK, &["Withdrawn", "Open it again"])?;
    let wang = site.log_in("wang").await?;
    wang.get("/needs")
        .await?
        .must(OK, &["No need is recorded"])?
        .must_not(&["salt"])?;
    wang.submit(&change)
        .await?
        .must(OK, &[])?
        .must_not(&["salt"])?;
    site.visitor()?
        .get("/needs")
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;
});

on_site!(
    somebody_is_asked_to_act_and_the_asking_is_taken_back,
    |site| {
        let wang = site.log_in("wang").await?;
        let page = wang
            .get("/household")
            .await?
            .must(OK, &["1号楼 201", "李秀英", "Nobody may"])?;
        let form = page
            .form("/household/ask")?
            .with("name", "李晓梅")
            .with("scope", "all");
        wang.submit(&form.clone().with("known", "13900000000"))
            .await?
            .must(OK, &["Nobody has this name", "Nobody may"])?;
        let page = wang.submit(&form.with("known", "13800000003")).await?;
        let page = page.must(OK, &["They may act for you now", "李晓梅", "All services"])?;
        let daughter = site.log_in("daughter").await?;
        daughter
            .get("/household")
            .await?
            .must(OK, &["王建国", "Give it back"])?;
        // Somebody who is neither of them ends nothing.
        let revoke = page.form("/household/revoke")?;
        let zhao = site.log_in("zhao").await?;
        zhao.submit(&revoke)
            .await?
            .must(OK, &[])?
            .must_not(&["Ended."])?;
        wang.submit(&revoke)
            .await?
            .must(OK, &["Ended.", "Nobody may"])?;
        daughter
            .get("/household")
            .await?
            .must(OK, &[])?
            .must_not(&["王建国"])?;
    }
);

on_site!(a_delegate_sees_neither_neighbours_nor_emergencies, |site| {
    declare(&site).await?;
    let li = site.log_in("li").await?;
    li.get("/my-data")
        .await?
        .must(OK, &["My data was opened in an emergency", "fell at home"])?;
    let daughter = site.log_in("daughter").await?;
    let form = daughter.get("/acting-for").await?.form("/acting-for")?;
    daughter
        .submit(&form.with("person", site.world.li.to_string()))
        .await?
        .must(OK, &[])?;
    daughter
        .get("/my-data")
        .await?
        .must(OK, &["Data of"])?
        .must_not(&["fell at home", "emergency"])?;
    daughter
        .get("/household")
        .await?
        .must(OK, &["李秀英"])?
        .must_not(&["王建国", "/household/ask"])?;
    daughter
        .get("/admin/emergencies")
        .await?
        .must(StatusCode::FORBIDDEN, &[])?;
});

/// The nurse declares an emergency of Li.
async fn declare(site: &Site) -> anyhow::Result<()> {
    let nurse = site.log_in("nurse").await?;
    let form = nurse.get("/emergencies").await?.form("/emergencies")?;
    let form = form.with("name", "李秀英").with("reason", "fell at home");
    nurse
        .submit(&form.clone().with("known", "1950-01-01"))
        .await?
        .must(OK, &["Nobody has this name"])?;
    nurse
        .submit(&form.with("known", "1946-03-01"))
        .await?
        .must(OK, &["Declared", "fell at home", "Waits for review"])?;
    Ok(())
}

on_site!(an_emergency_is_declared_and_reviewed, |site| {
    declare(&site).await?;
    let li = site.log_in("li").await?;
    li.get("/emergencies")
        .await?
        .must(StatusCode::FORBIDDEN, &[])?;
    let admin = site.log_in("admin").await?;
    let page = admin
        .get("/admin/emergencies")
        .await?
        .must(OK, &["李秀英", "fell at home"])?;
    let form = page
        .form("/admin/emergencies")?
        .with("verdict", "unjustified")
        .with("note", "no danger");
    admin.submit(&form).await?.must(
        OK,
        &["The finding is recorded", "Not justified", "no danger"],
    )?;
    admin
        .submit(&form)
        .await?
        .must(OK, &["has reviewed this emergency already"])?;
    li.get("/my-data")
        .await?
        .must(OK, &["Not justified", "no danger"])?;
    let nurse = site.log_in("nurse").await?;
    nurse
        .get("/emergencies")
        .await?
        .must(OK, &["Not justified"])?;
});

on_site!(a_duty_takes_two_admins, |site| {
    act!(site.world.core, |work| account::grant_admin(
        work,
        &Admin::at_command_line(),
        site.world.zhao
    )
    .await)?;
    let admin = site.log_in("admin").await?;
    let form = admin.get("/admin/duties").await?.form("/admin/duties")?;
    let form = form
        .with("plugin", "jinhui/eldercare")
        .with("law-zh", "《某法》第十三条")
        .with("law-en", "Some Act, article 13")
        .with("article-zh", "应当登记。")
        .with("article-en", "Must be recorded.")
        .with("until", "2027-06-30");
    admin
        .submit(&form)
        .await?
        .must(OK, &["Name at least one field"])?;
    let page = admin.submit(&form.with("field", "phone")).await?;
    let page = page.must(OK, &["Some Act, article 13", "Waits for another admin"])?;
    let decide = page.form("/admin/duties/decide")?;
    assert_eq!(decide.value("do"), Some("end"), "nobody confirms their own");
    admin
        .submit(&decide.clone().with("do", "confirm"))
        .await?
        .must(OK, &["Another admin must confirm it"])?;
    let second = site.log_in("zhao").await?;
    let page = second.get("/admin/duties").await?;
    let confirm = page.form("/admin/duties/decide")?;
    assert_eq!(confirm.value("do"), Some("confirm"));
    second
        .submit(&confirm)
        .await?
        .must(OK, &["In force", "confirmed by 赵敏"])?;
    admin.submit(&decide).await?.must(OK, &["Ended"])?;
    let li = site.log_in("li").await?;
    li.get("/admin/duties")
        .await?
        .must(StatusCode::FORBIDDEN, &[])?;
});

on_site!(a_correction_is_decided_by_the_community, |site| {
    let li = site.log_in("li").await?;
    let form = li.get("/my-data").await?.form("/my-data/correct")?;
    let form = form
        .with("field", "name")
        .with("wanted", "李秀瑛")
        .with("reason", "typo");
    li.submit(&form).await?.must(OK, &[])?;
    act!(site.world.core, |work| account::grant_community_staff(
        work,
        &Admin::at_command_line(),
        site.world.zhao,
        Some(site.world.east)
    )
    .await)?;
    let staff = site.log_in("zhao").await?;
    let page = staff
        .open("/corrections")
        .await?
        .must(OK, &["李秀英", "李秀瑛", "typo"])?;
    let form = page
        .form("/corrections/east")?
        .with("decision", "accept")
        .with("note", "card seen");
    staff
        .submit(&form)
        .await?
        .must(OK, &["Decided", "No request waits"])?;
    li.get("/household").await?.must(OK, &["李秀瑛"])?;
    for path in ["/corrections/west", "/corrections/-"] {
        staff.get(path).await?.must(StatusCode::FORBIDDEN, &[])?;
    }
    li.get("/corrections/east")
        .await?
        .must(StatusCode::FORBIDDEN, &[])?;
});

on_site!(staff_act_at_the_counter_and_the_resident_is_told, |site| {
    act!(site.world.core, |work| account::grant_community_staff(
        work,
        &Admin::at_command_line(),
        site.world.zhao,
        Some(site.world.east)
    )
    .await)?;
    let staff = site.log_in("zhao").await?;
    let page = staff.open("/counter").await?;
    let form = page
        .form("/counter/east")?
        .with("name", "李秀英")
        .with("evidence", "identity card");
    staff
        .submit(&form.clone().with("known", "13800000001"))
        .await?
        .must(OK, &["Nobody has this name"])?;
    let page = staff.submit(&form.with("known", "13800000000")).await?;
    let page = page.must(OK, &["You act for 李秀英"])?;
    let need = page
        .form("/counter/east/need")?
        .with("code", "meals")
        .with("note", "less salt");
    staff.submit(&need).await?.must(OK, &["Saved"])?;
    staff
        .submit(&page.form("/counter/east/end")?)
        .await?
        .must(OK, &["Ended"])?;
    staff
        .submit(&need)
        .await?
        .must(OK, &["This session at the counter is over"])?;
    let li = site.log_in("li").await?;
    li.get("/needs").await?.must(OK, &["less salt"])?;
    li.get("/inbox")
        .await?
        .must(OK, &["Done for you at the counter"])?;
    li.get("/counter/east")
        .await?
        .must(StatusCode::FORBIDDEN, &[])?;
});
