//! What a resident does about their own data: a copy, a new phone, a correction, an objection, erasure.

use linli_tests::on_site;
use linli_tests::site::HOME_CARE;
use reqwest::StatusCode;

on_site!(a_resident_downloads_everything_held_on_them, |site| {
    let li = site.consenting("li").await?;
    let copy = li.get("/my-data/export.json").await?;
    let copy = copy.must(StatusCode::OK, &["linli-person-export", "李秀英"])?;
    assert_eq!(copy.headers["content-type"], "application/json");
    assert!(serde_json::from_str::<serde_json::Value>(&copy.text).is_ok());
    let nobody = site.visitor()?.get("/my-data/export.json").await?;
    assert_ne!(nobody.status, StatusCode::OK);
});

on_site!(a_phone_is_changed_and_a_correction_asked_for, |site| {
    let li = site.log_in("li").await?;
    let page = li.get("/my-data").await?;
    let form = page.form("/my-data/phone")?.with("phone", "13911112222");
    li.submit(&form)
        .await?
        .must(StatusCode::OK, &["is changed", "13911112222"])?;
    let form = page.form("/my-data/correct")?;
    let form = form
        .with("field", "name")
        .with("wanted", "李秀瑛")
        .with("reason", "typo");
    li.submit(&form)
        .await?
        .must(StatusCode::OK, &["is with your community's staff"])?;
    li.submit(&form)
        .await?
        .must(StatusCode::OK, &["You have asked for this already"])?;
});

on_site!(an_objection_ends_all_consents_to_a_service, |site| {
    let li = site.consenting("li").await?;
    let form = li.get("/my-data").await?.form("/my-data/object")?;
    li.submit(&form)
        .await?
        .must(StatusCode::OK, &["no longer uses your data"])?
        .must_not(&["/my-data/withdraw"])?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["asks to use personal data"])?;
});

on_site!(erasure_is_asked_for_once, |site| {
    let li = site.log_in("li").await?;
    let form = li.get("/my-data").await?.form("/my-data/erase")?;
    li.submit(&form)
        .await?
        .must(StatusCode::OK, &["Your request is recorded"])?;
    li.submit(&form)
        .await?
        .must(StatusCode::OK, &["You have asked for this already"])?;
    li.get("/home").await?.must(StatusCode::OK, &[])?;
});
