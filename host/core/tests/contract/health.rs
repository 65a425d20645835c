//! `linli admin doctor` finds what is wrong with a database.

use linli_core::store::health::{Finding, State};
use linli_core::store::{Keyring, Keys, Store};
use linli_core::{act, audit};
use linli_world::{NOW, Result, World, on_both};

async fn examine(world: &World) -> Result<Vec<Finding>> {
    let store = Store::open_as_it_is(&world.url, Keys::fixed(Keyring::generate([1; 32]))).await?;
    let findings = store.examine(world.core.now()).await;
    store.close().await;
    Ok(findings)
}

/// How grave the gravest finding of a sort is.
fn state(findings: &[Finding], of: &str) -> Option<State> {
    findings
        .iter()
        .filter(|finding| finding.of == of)
        .map(|finding| finding.state)
        .max()
}

on_both!(a_sound_database_is_told_to_be_sound, |world| {
    while act!(world.core, |work| audit::seal(work).await)? > 0 {}
    let findings = examine(&world).await?;
    for finding in &findings {
        // The tests' PostgreSQL does without fsync, and that is found.
        let expected = match finding.said.as_str() {
            said if said.contains("is off") => State::Problem,
            _ => State::Ok,
        };
        assert_eq!(finding.state, expected, "{finding:?}");
        assert_eq!(
            finding.mend.is_empty(),
            finding.state == State::Ok,
            "{finding:?}"
        );
    }
    for of in ["migrations", "keys", "clock", "audit", "sessions", "ledger"] {
        assert!(state(&findings, of).is_some(), "{of} is looked at");
    }
    if world.core.store.has_one_writer() {
        assert_eq!(state(&findings, "integrity"), Some(State::Ok));
    } else {
        assert_eq!(
            state(&findings, "settings"),
            Some(State::Problem),
            "fsync is off"
        );
    }
});

on_both!(a_spoilt_host_is_found_out, |world| {
    // Nobody links and nobody sweeps.
    world
        .sql(&format!(
            "INSERT INTO session (id, handle, data, device, begun, seen, expires)
             SELECT 'old', id, '{{}}', '', {begun}, {begun}, {begun} + 1 FROM person LIMIT 1",
            begun = NOW.0 - 2
        ))
        .await?;
    world.clock.set(NOW.plus_minutes(120));
    let findings = examine(&world).await?;
    assert_eq!(state(&findings, "audit"), Some(State::Warning));
    assert_eq!(state(&findings, "sessions"), Some(State::Warning));
    assert_eq!(state(&findings, "clock"), Some(State::Ok));
    world.clock.set(NOW.plus_minutes(-60));
    assert_eq!(
        state(&examine(&world).await?, "clock"),
        Some(State::Problem)
    );
    world.clock.set(NOW);

    world.sql("UPDATE host_key SET proof = salt FROM (SELECT salt FROM audit LIMIT 1) AS other WHERE kind = 'lookup'").await?;
    let keys = examine(&world).await?;
    assert_eq!(state(&keys, "keys"), Some(State::Problem), "{keys:?}");
    if world.core.store.has_one_writer() {
        world
            .sql("PRAGMA foreign_keys = OFF; DELETE FROM community")
            .await?;
        let findings = examine(&world).await?;
        let of = findings
            .iter()
            .find(|finding| finding.of == "integrity")
            .unwrap();
        assert_eq!(of.state, State::Problem);
        assert!(of.said.contains("rows of"), "{}", of.said);
    }
    world
        .sql("DELETE FROM _sqlx_migrations WHERE version = 3")
        .await?;
    assert_eq!(
        state(&examine(&world).await?, "migrations"),
        Some(State::Warning)
    );
    world
        .sql("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1")
        .await?;
    assert_eq!(
        state(&examine(&world).await?, "migrations"),
        Some(State::Problem)
    );
});
