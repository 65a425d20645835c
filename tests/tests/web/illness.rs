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
