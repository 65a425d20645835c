//! Who may open what.

use crate::TOMORROW_AT_10;
use linli_tests::site::HOME_CARE;
use linli_tests::{on_both_sites, on_site};
use reqwest::StatusCode;

on_both_sites!(
    a_resident_of_another_community_finds_nothing_at_the_address,
    |site| {
        let zhao = site.log_in("zhao").await?;
        zhao.get("/home")
            .await?
            .must(StatusCode::OK, &[])?
            .must_not(&["Home care"])?;
        for path in ["", "/", "/book?offer=bathing", "/today", "/alerts"] {
            let path = format!("{HOME_CARE}{path}");
            zhao.get(&path)
                .await?
                .must(StatusCode::NOT_FOUND, &["There is no such page"])?
                .must_not(&["Jinhui"])?;
        }
        let west = HOME_CARE.replace("east", "west");
        zhao.get(&west).await?.must(StatusCode::NOT_FOUND, &[])?;
        // Nor does the form of one who may.
        let li = site.consenting("li").await?;
        let form = li.choose("bathing", TOMORROW_AT_10, "").await?;
        zhao.post_form(&form)
            .await?
            .must(StatusCode::NOT_FOUND, &[])?;
        li.post_form(&form)
            .await?
            .must(StatusCode::SEE_OTHER, &[])?;
    }
);

on_site!(pages_are_for_their_audience_only, |site| {
    let (li, nurse) = (site.consenting("li").await?, site.log_in("nurse").await?);
    for path in ["/today", "/today?day=2026-11-25", "/alerts"] {
        li.get(&format!("{HOME_CARE}{path}"))
            .await?
            .must(StatusCode::NOT_FOUND, &[])?;
    }
    nurse
        .get(HOME_CARE)
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;
    nurse
        .get(&format!("{HOME_CARE}/alerts"))
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;
    nurse
        .get(&format!("{HOME_CARE}/today"))
        .await?
        .must(StatusCode::OK, &["My visits"])?;
    // A care worker of another organisation is nobody here.
    let other = site.log_in("worker").await?;
    other
        .get(&format!("{HOME_CARE}/today"))
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;
    site.log_in("admin")
        .await?
        .get(HOME_CARE)
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;
});

on_site!(the_visit_of_another_resident_is_not_there, |site| {
    let (li, wang) = (site.consenting("li").await?, site.consenting("wang").await?);
    let visit = li.book("bathing", TOMORROW_AT_10).await?;
    for path in [visit.clone(), format!("{visit}/move")] {
        wang.get(&path).await?.must(StatusCode::NOT_FOUND, &[])?;
    }
    let cancel = li.get(&visit).await?.action("cancel")?;
    assert!(wang.post_form(&cancel).await?.status.is_client_error());
    li.get(&visit)
        .await?
        .must(StatusCode::OK, &["Booked"])?
        .action("cancel")?;
});

on_site!(a_visitor_is_sent_to_log_in_and_then_on, |site| {
    let visitor = site.visitor()?;
    let path = format!("{HOME_CARE}/book?offer=bathing");
    let sent = visitor.get(&path).await?.must(StatusCode::SEE_OTHER, &[])?;
    assert_eq!(
        sent.leads_to()?,
        "/login?next=/c/east/jinhui/eldercare/book%3Foffer%3Dbathing"
    );
    let form = visitor.follow(sent).await?.form("/login")?;
    let form = form
        .with("name", "li")
        .with("password", linli_world::PASSWORD);
    assert_eq!(visitor.post_form(&form).await?.leads_to()?, path);

    let visitor = site.visitor()?;
    for path in [
        "/home",
        "/inbox",
        "/my-data",
        "/hours",
        "/acting-for",
        "/admin",
        "/admin/releases",
        "/consent/x",
    ] {
        let sent = visitor.get(path).await?;
        assert!(
            sent.leads_to()
                .is_ok_and(|to| to.starts_with("/login?next=/")),
            "{path}"
        );
    }
    let posted = visitor
        .post(HOME_CARE, &[("action".into(), "book".into())])
        .await?;
    assert!(posted.leads_to()?.starts_with("/login"));
});

on_both_sites!(
    a_disabled_service_is_gone_until_it_is_enabled_again,
    |site| {
        let li = site.consenting("li").await?;
        let visit = li.book("bathing", TOMORROW_AT_10).await?;
        let form = li.choose("bathing", TOMORROW_AT_10 + 90, "").await?;
        let admin = site.log_in("admin").await?;
        let installation = admin
            .get("/admin/installations")
            .await?
            .link("/admin/installations/0")?;
        let disable = admin.get(&installation).await?.form("/disable")?;
        admin
            .submit(&disable)
            .await?
            .must(StatusCode::OK, &["It is disabled"])?;
        for path in [HOME_CARE, &visit] {
            li.get(path).await?.must(StatusCode::NOT_FOUND, &[])?;
        }
        li.post_form(&form)
            .await?
            .must(StatusCode::NOT_FOUND, &[])?;
        li.get("/home")
            .await?
            .must(StatusCode::OK, &[])?
            .must_not(&["Home care"])?;
        // What was sent before can still be read.
        li.get("/inbox")
            .await?
            .must(StatusCode::OK, &["Booked: Help with bathing"])?;
        // Settings can be changed meanwhile; that switches nothing on.
        let settings = admin.get(&installation).await?.form("/settings")?;
        let age = settings.with("s.minimum-age", "70");
        admin
            .submit(&age)
            .await?
            .must(StatusCode::OK, &["The settings are saved", "Disabled"])?;
        li.get(HOME_CARE).await?.must(StatusCode::NOT_FOUND, &[])?;
        let enable = admin.get(&installation).await?.form("/enable")?;
        admin
            .submit(&enable)
            .await?
            .must(StatusCode::OK, &["is enabled in East"])?;
        let kept = admin.get(&installation).await?.form("/settings")?;
        assert_eq!(kept.value("s.minimum-age"), Some("70"));
        li.get(&visit)
            .await?
            .must(StatusCode::OK, &["Help with bathing", "Booked"])?;
    }
);

on_site!(pages_of_the_admin_are_for_admins, |site| {
    let admin = site.log_in("admin").await?;
    let installation = admin
        .get("/admin/installations")
        .await?
        .link("/admin/installations/0")?;
    let release = admin
        .get("/admin/releases")
        .await?
        .link("/admin/releases/0")?;
    for path in [
        "/admin",
        "/admin/organisations",
        "/admin/organisations/jinhui",
        &installation,
        &release,
    ] {
        admin.get(path).await?.must(StatusCode::OK, &[])?;
    }
    for name in ["li", "nurse", "daughter", "coordinator"] {
        let person = site.log_in(name).await?;
        for path in [
            "/admin",
            "/admin/organisations",
            "/admin/organisations/jinhui",
            "/admin/releases",
            "/admin/installations",
            &installation,
            &release,
        ] {
            person
                .get(path)
                .await?
                .must(StatusCode::FORBIDDEN, &["You may not open this page"])?;
        }
        for (path, pairs) in [
            (
                "/admin/organisations",
                &[("code", "evil"), ("zh", "坏"), ("en", "Evil")][..],
            ),
            ("/admin/organisations/jinhui/keys", &[("key", "RW")]),
            (&format!("{release}/reject"), &[("reason", "no")]),
            (&format!("{installation}/disable"), &[]),
            (&format!("{installation}/settings"), &[("minimum-age", "1")]),
        ] {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            person
                .post(path, &pairs)
                .await?
                .must(StatusCode::FORBIDDEN, &[])?;
        }
        person
            .upload(b"component", "signature")
            .await?
            .must(StatusCode::FORBIDDEN, &[])?;
    }
    admin
        .get("/admin/organisations")
        .await?
        .must(StatusCode::OK, &[])?
        .must_not(&["Evil"])?;
    site.log_in("li")
        .await?
        .open(HOME_CARE)
        .await?
        .must(StatusCode::OK, &[])?;
});
