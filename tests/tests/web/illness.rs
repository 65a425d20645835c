//! A plugin that fails, beside one that is well.

use crate::TOMORROW_AT_10;
use linli_core::view;
use linli_domain::InstallationId;
use linli_tests::hostile::{self, Parts};
use linli_tests::site::HOME_CARE;
use linli_tests::{on_both_sites, on_site};
use reqwest::StatusCode;

on_both_sites!(
    a_plugin_that_fails_is_named_and_everything_else_goes_on,
    |site| {
        let (li, admin) = (site.consenting("li").await?, site.log_in("admin").await?);
        let visit = li.book("bathing", TOMORROW_AT_10).await?;
        let cases: [(&str, Parts<'_>, &str); 4] = [
            ("one", hostile::TRAP, "unreachable"),
            ("two", hostile::ENDLESS_LOOP, "running time"),
            ("three", hostile::MEMORY_BOMB, "memory"),
            ("four", hostile::WRITE_IN_VIEW, "records.put"),
        ];
        for (name, parts, reason) in cases {
            let component = hostile::component(parts, &format!("jinhui/{name}"), "1.0.0");
            let installation = site.publish(&admin, &component).await?;
            admin
                .get(&installation)
                .await?
                .must(StatusCode::OK, &["No failures."])?;
            let page = format!("/c/east/jinhui/{name}");
            let ill = li.get(&page).await?.must(
                StatusCode::BAD_GATEWAY,
                &[
                    "Test is not working at the moment",
                    "Jinhui Elder Care",
                    "the other services work as usual",
                ],
            )?;
            let ill = ill.must_not(&[
                "wasm",
                "unreachable",
                "running time",
                "trap",
                "records.put",
                "panicked",
            ])?;
            // The number that she is told is the one that the admin reads.
            let told = ill
                .text
                .split("give this number: ")
                .nth(1)
                .and_then(|rest| rest.get(..36))
                .unwrap_or_default();
            let words = [reason, told, "In trouble"];
            admin
                .get(&installation)
                .await?
                .must(StatusCode::OK, &words)?
                .must_not(&["No failures."])?;
            admin.get("/admin").await?.must(StatusCode::OK, &[reason])?;
            li.get("/home")
                .await?
                .must(StatusCode::OK, &["Home care"])?;
            li.get(&visit)
                .await?
                .must(StatusCode::OK, &["Booked", "10:00–11:00"])?;
        }
        li.book("meals", TOMORROW_AT_10 + 120).await?;
        li.get(HOME_CARE).await?.must(StatusCode::OK, &["Meals"])?;
    }
);

on_site!(a_plugin_whose_page_breaks_the_contract_is_ill_too, |site| {
    let (li, admin) = (site.log_in("li").await?, site.log_in("admin").await?);
    let component = hostile::component(hostile::GIANT_PAGE, "jinhui/giant", "1.0.0");
    site.publish(&admin, &component).await?;
    li.get("/c/east/jinhui/giant")
        .await?
        .must(StatusCode::BAD_GATEWAY, &["Test is not working"])?;
    li.get("/home").await?.must(StatusCode::OK, &[])?;
});

on_site!(
    a_plugin_may_read_only_what_it_declares_and_was_agreed_to,
    |site| {
        let (li, admin) = (site.log_in("li").await?, site.log_in("admin").await?);
        site.publish(
            &admin,
            &hostile::component(hostile::READS_AGE, "jinhui/reader", "1.0.0"),
        )
        .await?;
        let asked = li
            .open("/c/east/jinhui/reader")
            .await?
            .must(StatusCode::OK, &["asks to use personal data"])?;
        li.agree_to(&asked)
            .await?
            .must(StatusCode::OK, &["Hello"])?;
        // Consent is for one plugin: home care still asks.
        li.get(HOME_CARE)
            .await?
            .must(StatusCode::OK, &["asks to use personal data"])?;
    }
);

on_both_sites!(what_a_failing_plugin_was_about_to_do_is_not_done, |site| {
    let (li, admin) = (site.log_in("li").await?, site.log_in("admin").await?);
    let cases = [
        ("one", hostile::TRAP_AFTER_WRITE, false),
        ("two", hostile::SPIN_AFTER_WRITE, false),
        ("three", hostile::WRITES, true),
    ];
    for (name, parts, is_well) in cases {
        let parts = Parts {
            more: hostile::BUTTON,
            ..parts
        };
        let component = hostile::component(parts, &format!("jinhui/{name}"), "1.0.0");
        let installation = site.publish(&admin, &component).await?;
        let page = format!("/c/east/jinhui/{name}");
        let button = li.get(&page).await?.action("go")?;
        let answer = li.post_form(&button).await?;
        if is_well {
            answer.must(StatusCode::SEE_OTHER, &[])?;
        } else {
            let words = "What you just tried was not done; nothing has changed.";
            answer.must(StatusCode::BAD_GATEWAY, &[words])?;
        }
        let id = installation.rsplit('/').next().unwrap_or_default();
        let id: InstallationId = id.parse()?;
        let core = &site.world.core;
        let record = view!(core, |work| Ok(work
            .tx
            .find_record(id, "notes", "k")
            .await?))?;
        assert_eq!(record.is_some(), is_well, "{name}");
        // The page itself is there as before.
        li.get(&page)
            .await?
            .must(StatusCode::OK, &["Hello"])?
            .action("go")?;
    }
});

on_both_sites!(
    a_service_that_keeps_failing_is_paused_until_it_is_well,
    |site| {
        let (li, wang) = (site.log_in("li").await?, site.log_in("wang").await?);
        let admin = site.log_in("admin").await?;
        let bad = hostile::component(hostile::TRAP, "jinhui/bad", "1.0.0");
        let installation = site.publish(&admin, &bad).await?;
        let good = hostile::component(hostile::HEALTHY, "jinhui/good", "1.0.0");
        site.publish(&admin, &good).await?;
        let page = "/c/east/jinhui/bad";
        for _ in 0..3 {
            li.get(page).await?.must(StatusCode::BAD_GATEWAY, &[])?;
        }
        for _ in 0..2 {
            wang.get(page).await?.must(StatusCode::BAD_GATEWAY, &[])?;
        }
        let words = [
            "Test is paused",
            "nothing was done or changed",
            "come back in about 1 min",
            "Other services work as usual",
        ];
        let paused = li
            .get(page)
            .await?
            .must(StatusCode::SERVICE_UNAVAILABLE, &words)?
            .must_not(&["unreachable", "trap", "wasm"])?;
        assert_eq!(paused.headers["retry-after"], "30");
        li.get("/c/east/jinhui/good")
            .await?
            .must(StatusCode::OK, &["Hello"])?;
        let words = [
            "This service is paused",
            "unreachable",
            "Try it now",
            "Paused since",
        ];
        let shown = admin
            .get(&installation)
            .await?
            .must(StatusCode::OK, &words)?;
        let try_now = shown.form("/try")?;
        // Only an admin may.
        let refused = wang.post_form(&try_now).await?;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        wang.get(page)
            .await?
            .must(StatusCode::SERVICE_UNAVAILABLE, &[])?;
        admin
            .submit(&try_now)
            .await?
            .must(StatusCode::OK, &["The next person who opens it tries it"])?;
        wang.get(page).await?.must(StatusCode::BAD_GATEWAY, &[])?;
        let again = wang
            .get(page)
            .await?
            .must(StatusCode::SERVICE_UNAVAILABLE, &[])?;
        assert_eq!(again.headers["retry-after"], "60");
        // Mended: the next release starts at once, without the pause of the one before.
        let mended = hostile::component(hostile::HEALTHY, "jinhui/bad", "1.0.1");
        site.publish(&admin, &mended).await?;
        wang.get(page).await?.must(StatusCode::OK, &["Hello"])?;
        admin
            .get(&installation)
            .await?
            .must(StatusCode::OK, &[])?
            .must_not(&["This service is paused"])?;
    }
);

on_both_sites!(an_admin_changes_the_budgets_of_a_service, |site| {
    let (li, admin) = (site.log_in("li").await?, site.log_in("admin").await?);
    let component = hostile::component(hostile::ENDLESS_LOOP, "jinhui/loop", "1.0.0");
    let installation = site.publish(&admin, &component).await?;
    let form = admin
        .get(&installation)
        .await?
        .must(
            StatusCode::OK,
            &["Budgets", "Usually 200; from 20 to 1000."],
        )?
        .form("/budgets")?;
    assert_eq!(form.value("s.cpu-ms"), Some("200"));
    for (wrong, words) in [
        (
            "4000",
            "4000 is out of range: choose a whole number from 20 to 1000.",
        ),
        ("101", "101 is no multiple of 5"),
        ("much", "whole number"),
    ] {
        admin
            .post_form(&form.clone().with("s.cpu-ms", wrong))
            .await?
            .must(StatusCode::OK, &[words])?;
    }
    let refused = li.post_form(&form.clone().with("s.cpu-ms", "60")).await?;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    let saved = admin
        .submit(&form.with("s.cpu-ms", "60"))
        .await?
        .must(StatusCode::OK, &["The budgets are saved"])?;
    assert_eq!(saved.form("/budgets")?.value("s.cpu-ms"), Some("60"));
    li.get("/c/east/jinhui/loop")
        .await?
        .must(StatusCode::BAD_GATEWAY, &[])?;
    admin
        .get(&installation)
        .await?
        .must(StatusCode::OK, &["running time (60 ms)"])?;
});

on_site!(a_page_of_many_blocks_is_not_shown, |site| {
    let (li, admin) = (site.log_in("li").await?, site.log_in("admin").await?);
    let component = hostile::component(hostile::MANY_BLOCKS, "jinhui/many", "1.0.0");
    site.publish(&admin, &component).await?;
    li.get("/c/east/jinhui/many")
        .await?
        .must(StatusCode::BAD_GATEWAY, &["Test is not working"])?;
});

on_both_sites!(
    an_admin_reads_a_failure_and_hands_its_report_to_the_publisher,
    |site| {
        let (li, admin) = (site.log_in("li").await?, site.log_in("admin").await?);
        let component = hostile::component(hostile::TRAP, "jinhui/bad", "1.0.0");
        let installation = site.publish(&admin, &component).await?;
        li.get("/c/east/jinhui/bad")
            .await?
            .must(StatusCode::BAD_GATEWAY, &[])?;
        let shown = admin.get(&installation).await?;
        let href = shown
            .text
            .split("href=\"")
            .find(|rest| rest.contains("/failures/"))
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .to_owned();
        let words = [
            "A failure of Test",
            "unreachable",
            "deep",
            "Download the report",
        ];
        let failure = admin.get(&href).await?.must(StatusCode::OK, &words)?;
        let report = admin
            .get(&format!("{href}/report.json"))
            .await?
            .must(StatusCode::OK, &["\"linli-report\": 1", "unreachable"])?;
        assert_eq!(report.headers["cache-control"], "no-store");
        let form = failure.form("/recording")?;
        admin
            .post_form(&form)
            .await?
            .must(StatusCode::OK, &["\"substituted\": false"])?;
        for path in [href.clone(), format!("{href}/report.json")] {
            let refused = li.get(&path).await?;
            assert!(refused.status.is_client_error(), "{}", refused.status);
        }
        let refused = li.post_form(&form).await?;
        assert!(refused.status.is_client_error(), "{}", refused.status);
    }
);
