//! Logging in and out, sessions, and posts of other sites.

use anyhow::Result;
use linli_core::{Admin, account, act};
use linli_domain::random::Stream;
use linli_tests::site::HOME_CARE;
use linli_tests::{on_both_sites, on_site};
use linli_world::PASSWORD;
use reqwest::{Method, StatusCode, Url};

fn session(cookies: &str) -> Result<String> {
    let found = cookies
        .split("; ")
        .find(|cookie| cookie.starts_with("linli="));
    found
        .map(str::to_owned)
        .ok_or_else(|| anyhow::anyhow!("there is no session in '{cookies}'"))
}

on_both_sites!(
    a_wrong_password_is_refused_and_many_lock_the_name_for_a_while,
    |site| {
        let visitor = site.visitor()?;
        for name in ["li", "nobody"] {
            let refused = visitor.log_in(name, "wrong password", "/inbox").await?;
            let refused = refused.must(
                StatusCode::UNAUTHORIZED,
                &["The user name or the password is wrong"],
            )?;
            let form = refused.must_not(&["wrong password"])?.form("/login")?;
            assert_eq!(
                (form.value("name"), form.value("next")),
                (Some(name), Some("/inbox"))
            );
        }
        for _ in 0..7 {
            visitor
                .log_in("li", "wrong password", "")
                .await?
                .must(StatusCode::UNAUTHORIZED, &[])?;
        }
        for password in ["wrong password", PASSWORD] {
            let locked = visitor.log_in("LI ", password, "").await?;
            locked.must(
                StatusCode::TOO_MANY_REQUESTS,
                &["There were too many wrong tries", "15 minutes"],
            )?;
        }
        site.log_in("wang").await?;
        visitor
            .get("/home")
            .await?
            .must(StatusCode::SEE_OTHER, &[])?;
        site.at_minute(16);
        site.log_in("li").await?;
    }
);

on_site!(a_session_that_was_planted_is_worth_nothing, |site| {
    // A real one of a visitor, and one that was made up.
    let attacker = site.visitor()?;
    attacker.post("/logout", &[]).await?;
    let real = session(&attacker.cookies()?)?;
    for planted in [real, "linli=AAAAAAAAAAAAAAAAAAAAAQ".to_owned()] {
        let victim = site.visitor()?;
        victim.plant(&format!("{planted}; Path=/"))?;
        victim
            .log_in("li", PASSWORD, "")
            .await?
            .must(StatusCode::SEE_OTHER, &[])?;
        victim
            .get("/home")
            .await?
            .must(StatusCode::OK, &["李秀英"])?;
        assert_ne!(session(&victim.cookies()?)?, planted);
        let attacker = site.visitor()?;
        attacker.plant(&format!("{planted}; Path=/"))?;
        assert!(
            attacker
                .get("/home")
                .await?
                .leads_to()?
                .starts_with("/login")
        );
    }
});

on_both_sites!(logging_out_ends_the_session_on_the_server, |site| {
    let li = site.log_in("li").await?;
    let thief = site.visitor()?;
    thief.plant(&format!("{}; Path=/", session(&li.cookies()?)?))?;
    thief
        .get("/home")
        .await?
        .must(StatusCode::OK, &["李秀英"])?;
    let log_out = li.get("/home").await?.form("/logout")?;
    li.submit(&log_out)
        .await?
        .must(StatusCode::OK, &["You are logged out"])?;
    for client in [&li, &thief] {
        assert!(client.get("/home").await?.leads_to()?.starts_with("/login"));
    }
});

on_site!(a_new_password_ends_all_sessions, |site| {
    let li = site.log_in("li").await?;
    let hash = account::hash_password(&mut Stream::new([3; 32]), "another password").await?;
    let admin = Admin::at_command_line();
    act!(site.world.core, |work| account::set_password(
        work, &admin, "li", &hash
    )
    .await)?;
    assert!(li.get("/home").await?.leads_to()?.starts_with("/login"));
    li.log_in("li", "another password", "")
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;
});

on_site!(a_session_ends_by_the_clock_of_the_host, |site| {
    let li = site.log_in("li").await?;
    let idle = site.log_in("wang").await?;
    site.at_minute(12 * 60 - 1);
    li.get("/home").await?.must(StatusCode::OK, &[])?;
    site.at_minute(12 * 60);
    li.get("/home").await?.must(StatusCode::OK, &[])?;
    idle.get("/home").await?.must(StatusCode::SEE_OTHER, &[])?;
});

on_site!(
    the_cookie_of_the_session_is_out_of_reach_of_scripts_and_other_sites,
    |site| {
        let visitor = site.visitor()?;
        let answer = visitor.log_in("li", PASSWORD, "").await?;
        let cookie = answer.headers["set-cookie"].to_str()?;
        assert!(
            cookie.contains("HttpOnly")
                && cookie.contains("SameSite=Lax")
                && cookie.contains("Path=/"),
            "{cookie}"
        );
    }
);

on_site!(nobody_is_led_away_from_the_host, |site| {
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/a\r\nX: y",
    ] {
        let visitor = site.visitor()?;
        let answer = visitor.log_in("li", PASSWORD, next).await?;
        assert_eq!(answer.leads_to()?, "/home", "{next}");
        let pairs = [
            ("language".to_owned(), "en".to_owned()),
            ("back".to_owned(), next.to_owned()),
        ];
        assert_eq!(
            visitor.post("/preferences", &pairs).await?.leads_to()?,
            "/home",
            "{next}"
        );
        let url = Url::parse_with_params("http://host/login", [("next", next)])?;
        let there = format!("/login?{}", url.query().unwrap_or_default());
        assert_eq!(visitor.get(&there).await?.leads_to()?, "/home", "{next}");
    }
});

on_site!(a_post_of_another_site_is_refused, |site| {
    let li = site.consenting("li").await?;
    let form = li.choose("bathing", crate::TOMORROW_AT_10, "").await?;
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        for (path, fields) in [
            (&*form.action, &form.fields[..]),
            ("/logout", &[]),
            ("/consent", &[]),
        ] {
            let request = li
                .request(Method::POST, path)
                .header(header, value)
                .form(fields);
            li.send(request).await?.must(
                StatusCode::FORBIDDEN,
                &["It was not sent from a page of this site"],
            )?;
        }
    }
    let own = format!("http://{}", site.address);
    let request = li
        .request(Method::POST, &form.action)
        .header("origin", own)
        .form(&form.fields);
    li.send(request).await?.must(StatusCode::SEE_OTHER, &[])?;
    li.get(HOME_CARE).await?.must(StatusCode::OK, &["Booked"])?;
});
