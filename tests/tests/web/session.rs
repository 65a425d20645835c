//! Sessions: where one is logged in, ending them, how long they last, proving who one is.

use anyhow::Result;
use linli_tests::on_site;
use linli_tests::site::{Client, Site};
use linli_world::PASSWORD;
use reqwest::StatusCode;

fn cookie(client: &Client) -> Result<String> {
    let cookies = client.cookies()?;
    let found = cookies
        .split("; ")
        .find(|cookie| cookie.starts_with("linli="));
    found
        .map(str::to_owned)
        .ok_or_else(|| anyhow::anyhow!("there is no session in '{cookies}'"))
}

/// A browser with somebody else's session.
fn thief(site: &Site, of: &Client) -> Result<Client> {
    let thief = site.visitor()?;
    thief.plant(&format!("{}; Path=/", cookie(of)?))?;
    Ok(thief)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn is_in(client: &Client) -> Result<bool> {
    Ok(client.get("/account").await?.status == StatusCode::OK)
}

on_site!(a_stolen_session_ends_when_its_owner_says_so, |site| {
    let li = site.log_in("li").await?;
    let telephone = site.log_in("li").await?;
    let stolen = thief(&site, &telephone)?;
    let wang = site.log_in("wang").await?;
    assert!(is_in(&stolen).await?);
    let page = li.get("/account").await?;
    let page = page.must(StatusCode::OK, &["This one", "Log out there"])?;
    let end_others = page.form("/account/end-others")?;
    li.submit(&end_others)
        .await?
        .must(StatusCode::OK, &["You are logged out everywhere else"])?;
    assert!(!is_in(&stolen).await? && !is_in(&telephone).await?);
    assert!(is_in(&li).await? && is_in(&wang).await?);
    // Nothing that the thief posts brings it back.
    stolen
        .post("/preferences", &pairs(&[("type-size", "large")]))
        .await?;
    assert!(!is_in(&stolen).await?);
});

on_site!(one_session_is_ended_by_its_owner_alone, |site| {
    let li = site.log_in("li").await?;
    let telephone = site.log_in("li").await?;
    let end = li.get("/account").await?.form("/account/end")?;
    let wang = site.log_in("wang").await?;
    wang.post_form(&end)
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;
    assert!(is_in(&telephone).await?);
    li.submit(&end).await?.must(StatusCode::OK, &[])?;
    assert!(!is_in(&telephone).await? && is_in(&li).await?);
});

on_site!(a_new_password_ends_the_other_sessions, |site| {
    let li = site.log_in("li").await?;
    let telephone = site.log_in("li").await?;
    let form = li.get("/account").await?.form("/account/password")?;
    let differ = form
        .clone()
        .with("password", "one password")
        .with("again", "another password");
    li.post_form(&differ)
        .await?
        .must(StatusCode::OK, &["The two passwords differ"])?;
    let short = form
        .clone()
        .with("password", "short")
        .with("again", "short");
    li.post_form(&short)
        .await?
        .must(StatusCode::OK, &["A password has 8"])?;
    let good = form
        .with("password", "a new password")
        .with("again", "a new password");
    // An hour later it is not enough to have the session.
    site.at_minute(60);
    let asked = li.post_form(&good).await?;
    assert_eq!(asked.leads_to()?, "/prove?next=/account");
    let prove = li.get("/prove?next=/account").await?.form("/prove")?;
    li.post_form(&prove.clone().with("password", "wrong password"))
        .await?
        .must(StatusCode::UNAUTHORIZED, &["is wrong"])?;
    let before = cookie(&li)?;
    let proven = li.post_form(&prove.with("password", PASSWORD)).await?;
    assert_eq!(proven.leads_to()?, "/account");
    assert_ne!(cookie(&li)?, before, "the session has a new name");
    li.submit(&good)
        .await?
        .must(StatusCode::OK, &["Your password is changed"])?;
    assert!(!is_in(&telephone).await? && is_in(&li).await?);
    let visitor = site.visitor()?;
    visitor
        .log_in("li", PASSWORD, "")
        .await?
        .must(StatusCode::UNAUTHORIZED, &[])?;
    visitor
        .log_in("li", "a new password", "")
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;
});

on_site!(
    a_session_lasts_a_month_at_most_and_an_admins_a_day,
    |site| {
        const DAY: i64 = 24 * 60;
        let li = site.log_in("li").await?;
        let nurse = site.log_in("nurse").await?;
        let admin = site.log_in("admin").await?;
        for half_day in 1..62_i64 {
            // Each is used every eleven hours.
            let minute = half_day * 11 * 60;
            site.at_minute(minute);
            assert_eq!(is_in(&admin).await?, minute < DAY, "admin at {minute}");
            assert_eq!(is_in(&nurse).await?, minute < 7 * DAY, "nurse at {minute}");
            assert_eq!(is_in(&li).await?, minute < 30 * DAY, "li at {minute}");
        }
        // Nearer to the end.
        site.at_minute(30 * DAY - 1);
        assert!(!is_in(&admin).await?);
    }
);

on_site!(what_is_dangerous_asks_again_who_it_is, |site| {
    let admin = site.log_in("admin").await?;
    site.at_minute(31);
    for path in [
        "/admin/invitations",
        "/admin/organisations/jinhui/keys",
        "/admin/installations/enable",
    ] {
        let request = admin
            .request(reqwest::Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(
                "referer",
                format!("http://{}/admin/releases?x=1", site.address),
            );
        let asked = admin.send(request.form(&pairs(&[("name", "x")]))).await?;
        assert_eq!(
            asked.leads_to()?,
            "/prove?next=/admin/releases%3Fx%3D1",
            "{path}"
        );
        let evil = admin
            .request(reqwest::Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header("referer", "http://evil.example/x");
        let asked = admin.send(evil.form(&pairs(&[("name", "x")]))).await?;
        assert_eq!(asked.leads_to()?, "/prove?next=/admin", "{path}");
    }
    // Another account's password proves nothing.
    let prove = admin.get("/prove?next=/admin").await?.form("/prove")?;
    admin
        .post_form(&prove.clone().with("password", "not this"))
        .await?
        .must(StatusCode::UNAUTHORIZED, &[])?;
    let proven = admin.post_form(&prove.with("password", PASSWORD)).await?;
    assert_eq!(proven.leads_to()?, "/admin");
});
