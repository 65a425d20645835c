//! The resident's home: search, and what the site is when it is installed.

use linli_tests::on_site;
use linli_tests::site::HOME_CARE;
use reqwest::StatusCode;
use serde_json::Value;

on_site!(services_are_found_by_words_in_either_language, |site| {
    let li = site.log_in("li").await?;
    for found in ["", "home", "HOME care", "居家", "金晖", "养老 Jinhui"] {
        let page = li.get(&format!("/home?q={found}")).await?;
        page.must(StatusCode::OK, &[HOME_CARE])?;
    }
    for nothing in ["plumber", "home plumber", "%25", "<b>"] {
        let page = li.get(&format!("/home?q={nothing}")).await?;
        page.must(
            StatusCode::OK,
            &["No service here is about", "Show all services"],
        )?
        .must_not(&[HOME_CARE, "<b>"])?;
    }
    // Nobody finds what is not theirs.
    let zhao = site.log_in("zhao").await?;
    zhao.get("/home?q=home").await?.must_not(&[HOME_CARE])?;
});

on_site!(the_site_can_be_installed_and_reads_aloud, |site| {
    let visitor = site.visitor()?;
    let page = visitor.get("/login").await?;
    let (_, rest) = page
        .text
        .split_once("<link rel=\"manifest\" href=\"")
        .ok_or_else(|| anyhow::anyhow!("there is no manifest"))?;
    let manifest = visitor
        .get(rest.split('"').next().unwrap_or_default())
        .await?;
    assert_eq!(
        manifest.headers["content-type"],
        "application/manifest+json"
    );
    let manifest: Value = serde_json::from_str(&manifest.text)?;
    for icon in manifest["icons"].as_array().into_iter().flatten() {
        let request = visitor.request(
            reqwest::Method::GET,
            icon["src"].as_str().unwrap_or_default(),
        );
        let file = request.send().await?;
        assert_eq!(file.status(), StatusCode::OK);
        assert_eq!(
            file.headers()["content-type"],
            icon["type"].as_str().unwrap_or_default()
        );
    }
    page.must_not(&["<script"])?;
    // The elders' edition, one press from every page, brings the one script.
    let form = visitor.get("/login").await?.form("/preferences")?;
    let large = visitor.submit(&form.with("type-size", "large")).await?;
    let large = large.must(StatusCode::OK, &["class=\"large\"", "data-read-aloud"])?;
    let (_, rest) = large
        .text
        .split_once("<script src=\"")
        .ok_or_else(|| anyhow::anyhow!("there is no script"))?;
    let script = visitor
        .get(rest.split('"').next().unwrap_or_default())
        .await?;
    let script = script.must(StatusCode::OK, &["speechSynthesis"])?;
    assert!(
        script.headers["content-type"]
            .to_str()?
            .starts_with("text/javascript")
    );
    let policy = script.headers["content-security-policy"].to_str()?;
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
});
