//! What is posted and asked for by hand: it gets a clear answer, and nothing is done.

use crate::TOMORROW_AT_10;
use linli_tests::on_site;
use linli_tests::site::HOME_CARE;
use reqwest::{Method, StatusCode};

on_site!(
    a_form_that_is_filled_in_wrongly_comes_back_as_it_was_typed,
    |site| {
        let li = site.consenting("li").await?;
        let form = li.choose("bathing", TOMORROW_AT_10, "my wish").await?;
        let slot = form.value("f.slot").unwrap_or_default().to_owned();
        let calendar = slot.rsplit('_').next().unwrap_or_default();
        let (other, taken) = (
            site.world.calendar.to_string(),
            "Somebody has just taken this time",
        );
        for (slot, problem) in [
            (String::new(), "Please choose a time."),
            ("rubbish".to_owned(), taken),
            // The calendar of another organisation, a time long past, ten hours instead of one.
            (slot.replace(calendar, &other), taken),
            (format!("0_3600000000_{calendar}"), taken),
            (slot.replacen("_", "0_", 1), taken),
        ] {
            let answer = li.post_form(&form.clone().with("f.slot", slot)).await?;
            let answer = answer.must(StatusCode::OK, &[problem, "What you typed is still here"])?;
            assert_eq!(answer.action("book")?.value("f.wish"), Some("my wish"));
        }
        let long = "长".repeat(501);
        let answer = li.post_form(&form.clone().with("f.wish", &*long)).await?;
        let answer = answer.must(StatusCode::OK, &["At most 500 characters; you wrote 501"])?;
        let again = answer.action("book")?;
        assert_eq!(
            (again.value("f.wish"), again.value("f.slot")),
            (Some(&*long), Some(&*slot))
        );
        li.get(HOME_CARE)
            .await?
            .must(StatusCode::OK, &["Nothing is booked yet"])?;
        li.post_form(&form)
            .await?
            .must(StatusCode::SEE_OTHER, &[])?;
    }
);

on_site!(what_the_page_does_not_offer_is_not_done, |site| {
    let li = site.consenting("li").await?;
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    for form in [
        form.clone().with("action", "check-in"),
        form.clone().with("action", "no-such-action"),
        form.clone().without("action"),
        form.clone().with("a.offer", "meals"),
        form.clone().without("a.offer"),
        form.clone().and("a.more", "x"),
    ] {
        li.post_form(&form).await?.must(
            StatusCode::CONFLICT,
            &["This page has just changed", "Nothing was done"],
        )?;
    }
    li.post(HOME_CARE, &[])
        .await?
        .must(StatusCode::CONFLICT, &[])?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["Nothing is booked yet"])?;
});

on_site!(bytes_that_are_no_form_do_no_harm, |site| {
    let li = site.consenting("li").await?;
    let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
    let posts = [
        (
            form.action.clone(),
            "%FF%FE=%00&%&==&&&action=%C3%28&key=%00".to_owned(),
        ),
        (form.action.clone(), "\u{0}".repeat(1_000)),
        (form.action.clone(), "a=b&".repeat(60_000)),
        (
            "/consent".to_owned(),
            "decision=agree&pending=%00&field=%FF".to_owned(),
        ),
        ("/inbox".to_owned(), "notice=rubbish".to_owned()),
        ("/my-data/withdraw".to_owned(), "consent=%00".to_owned()),
        ("/my-data/withdraw".to_owned(), String::new()),
        ("/acting-for".to_owned(), "nobody=1".to_owned()),
        (
            "/hours".to_owned(),
            "from=99:99&day=7&day=-1&calendar=x".to_owned(),
        ),
        ("/hours/remove".to_owned(), "hours=x".to_owned()),
        ("/login".to_owned(), "name=%FF".to_owned()),
        (
            "/preferences".to_owned(),
            "language=%00xx&type-size=%0D%0A&back=%00".to_owned(),
        ),
    ];
    for (path, body) in posts {
        for kind in [
            "application/x-www-form-urlencoded",
            "application/json",
            "multipart/form-data",
        ] {
            let request = li
                .request(Method::POST, &path)
                .header("content-type", kind)
                .body(body.clone());
            let answer = li.send(request).await?;
            assert!(
                !answer.status.is_server_error(),
                "{path} {kind}: {}",
                answer.main()
            );
            let says_why =
                answer.text.contains("</html>") || answer.text.contains("urn:linli:problem:");
            assert!(
                answer.status.is_redirection() || says_why,
                "{path} {kind}: {}",
                answer.text
            );
        }
    }
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["Nothing is booked yet"])?;
});

on_site!(odd_characters_in_a_wish_are_kept_out_of_the_page, |site| {
    let li = site.consenting("li").await?;
    let form = li
        .choose("bathing", TOMORROW_AT_10, "before\0\u{202e}\u{7}after")
        .await?;
    let answer = li
        .submit(&form)
        .await?
        .must(StatusCode::OK, &["before", "after"])?;
    answer.must_not(&["\0", "\u{202e}", "\u{7}"])?;
});

on_site!(a_form_that_is_too_large_is_refused_with_its_limit, |site| {
    let li = site.consenting("li").await?;
    let form = li
        .choose("bathing", TOMORROW_AT_10, &"x".repeat(300 << 10))
        .await?;
    li.post_form(&form).await?.must(
        StatusCode::PAYLOAD_TOO_LARGE,
        &["That is too large", "256 KiB"],
    )?;
    let wish = form.with("f.wish", "x".repeat(8 << 20));
    li.post_form(&wish)
        .await?
        .must(StatusCode::PAYLOAD_TOO_LARGE, &["256 KiB"])?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["Nothing is booked yet"])?;
});

on_site!(addresses_that_are_none_are_not_found, |site| {
    let (li, admin) = (site.consenting("li").await?, site.log_in("admin").await?);
    for path in [
        "/nowhere",
        "/c",
        "/c/east",
        "/c/east/jinhui",
        "/c/EAST/jinhui/eldercare",
        "/c/east/jinhui/nothing",
        "/c/east/%00/eldercare",
        "/c/east/jinhui/eldercare/nowhere",
        "/c/east/jinhui/eldercare/visits/rubbish",
        "/c/east/jinhui/eldercare/book",
        "/c/east/jinhui/eldercare/book?offer=skydiving",
        "/c/east/jinhui/eldercare/book?offer=bathing&worker=rubbish",
        "/c/east/jinhui/eldercare/%2e%2e/admin",
        "/c/east/jinhui/eldercare/..%2f",
        "/inbox/01a20b11-1a80-79a5-8f0d-b28303074be9",
    ] {
        li.get(path)
            .await?
            .must(StatusCode::NOT_FOUND, &["There is no such page"])?;
    }
    for path in [
        "/admin/releases/x",
        "/admin/installations/x",
        "/admin/installations/enable",
        "/inbox/x",
        "/inbox?at=x",
    ] {
        let answer = admin.get(path).await?;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        answer.must(StatusCode::BAD_REQUEST, &["</html>"])?;
    }
    for path in [
        "/admin/organisations/nobody",
        "/admin/releases/01a20b11-1a80-79a5-8f0d-b28303074be9",
    ] {
        admin.get(path).await?.must(StatusCode::NOT_FOUND, &[])?;
    }
});

on_site!(
    every_answer_carries_the_headers_that_keep_browsers_in,
    |site| {
        let (li, visitor) = (site.consenting("li").await?, site.visitor()?);
        let style = li.get("/home").await?.text;
        let style = style
            .split("href=\"/static/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        let style = format!("/static/{style}");
        let foreign = || {
            visitor
                .request(Method::POST, "/login")
                .header("sec-fetch-site", "cross-site")
        };
        let mut answers = vec![
            li.get(HOME_CARE).await?.must(StatusCode::OK, &[])?,
            li.get(&style).await?.must(StatusCode::OK, &[])?,
            li.get("/static/none.css")
                .await?
                .must(StatusCode::NOT_FOUND, &[])?,
            li.get("/nowhere").await?.must(StatusCode::NOT_FOUND, &[])?,
            li.get("/admin").await?.must(StatusCode::FORBIDDEN, &[])?,
            visitor
                .get("/home")
                .await?
                .must(StatusCode::SEE_OTHER, &[])?,
            visitor.get("/login").await?.must(StatusCode::OK, &[])?,
            visitor
                .log_in("li", "wrong", "")
                .await?
                .must(StatusCode::UNAUTHORIZED, &[])?,
            visitor
                .send(foreign())
                .await?
                .must(StatusCode::FORBIDDEN, &[])?,
            visitor
                .send(foreign().body("x".repeat(300 << 10)))
                .await?
                .must(StatusCode::PAYLOAD_TOO_LARGE, &[])?,
        ];
        for method in ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            for path in ["/login", "/home", HOME_CARE, "/logout", "/nowhere"] {
                let request = li
                    .request(method.parse()?, path)
                    .header("sec-fetch-site", "same-origin");
                let answer = li.send(request).await?;
                assert!(
                    !answer.status.is_server_error(),
                    "{method} {path}: {}",
                    answer.status
                );
                assert!(
                    method == "HEAD" || !answer.status.is_success(),
                    "{method} {path}: {}",
                    answer.status
                );
                answers.push(answer);
            }
        }
        li.get("/home")
            .await?
            .must(StatusCode::OK, &["Logged in as"])?;
        for answer in &answers {
            for (name, value) in [
                ("content-security-policy", "default-src 'none'"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("permissions-policy", "camera=()"),
            ] {
                let header = answer
                    .headers
                    .get(name)
                    .and_then(|header| header.to_str().ok())
                    .unwrap_or_default();
                assert!(
                    header.contains(value),
                    "{name}: '{header}' of {}",
                    answer.status
                );
            }
            let kind = answer
                .headers
                .get("content-type")
                .and_then(|kind| kind.to_str().ok())
                .unwrap_or_default();
            if kind.starts_with("text/html") {
                assert_eq!(
                    answer
                        .headers
                        .get("cache-control")
                        .map(|header| header.as_bytes()),
                    Some(&b"no-store"[..])
                );
                assert!(!answer.text.contains("<script") && !answer.text.contains(" style="));
            }
        }
        let head = li.send(li.request(Method::HEAD, HOME_CARE)).await?;
        assert!(head.status == StatusCode::OK && head.text.is_empty());
    }
);
