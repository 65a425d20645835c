//! Releases and installations.

use linli_core::release::{self, CheckedComponent, Verdict};
use linli_core::{Admin, Refusal, act, installation, organisation, view};
use linli_domain::permission::Permission;
use linli_domain::*;
use linli_world::on_both;
use linli_world::refusal;
use linli_world::{World, manifest};
use serde_json::Map;

const ADMIN: Admin = Admin { person: None };

fn component(id: &str, version: &str) -> CheckedComponent {
    let bytes = format!("{id} {version}").into_bytes();
    CheckedComponent {
        digest: linli_world::digest(&bytes),
        bytes,
        manifest: Manifest {
            version: version.parse().unwrap(),
            ..manifest(id)
        },
        permissions: [
            Permission("linli:host/records@0.1".into()),
            Permission("linli:host/log@0.1".into()),
        ]
        .into(),
        key_id: "A".into(),
    }
}

async fn submit(world: &World, component: &CheckedComponent) -> linli_core::Result<ReleaseId> {
    act!(world.core, |work| async {
        let organisation = organisation::find(work, "care").await?;
        release::submit(work, &ADMIN, &organisation, component).await
    }
    .await)
}

on_both!(a_version_is_submitted_once, |world| {
    let id = submit(&world, &component("care/visits", "1.0.0")).await?;
    assert!(matches!(
        refusal(submit(&world, &component("care/visits", "1.0.0")).await),
        Refusal::Package(_)
    ));
    submit(&world, &component("care/visits", "1.0.1")).await?;
    assert_eq!(
        refusal(submit(&world, &component("other/visits", "1.0.0")).await),
        Refusal::NotFound("organisation")
    );
    let stored = view!(world.core, |work| async {
        Ok(work.tx.find_release(id).await?)
    }
    .await)?
    .unwrap();
    assert_eq!(
        (stored.state.as_str(), stored.manifest),
        ("waiting", component("care/visits", "1.0.0").manifest)
    );
    let bytes = view!(world.core, |work| async {
        Ok(work.tx.find_component(&stored.digest).await?)
    }
    .await)?;
    assert_eq!(bytes, Some(b"care/visits 1.0.0".to_vec()));
});

on_both!(a_release_is_reviewed_once, |world| {
    let id = submit(&world, &component("care/visits", "1.0.0")).await?;
    let silent = act!(world.core, |work| release::review(
        work,
        &ADMIN,
        id,
        Verdict::Reject,
        " "
    )
    .await);
    assert!(matches!(
        refusal(silent),
        Refusal::Field { field: "note", .. }
    ));
    let early = act!(world.core, |work| installation::enable(
        work,
        &ADMIN,
        id,
        world.east,
        &Default::default(),
        &Map::new()
    )
    .await);
    assert_eq!(refusal(early), Refusal::ReviewState("waiting".into()));
    act!(world.core, |work| release::review(
        work,
        &ADMIN,
        id,
        Verdict::Reject,
        "asks for too much"
    )
    .await)?;
    let again = act!(world.core, |work| release::review(
        work,
        &ADMIN,
        id,
        Verdict::Approve,
        ""
    )
    .await);
    assert_eq!(refusal(again), Refusal::ReviewState("rejected".into()));
});

on_both!(what_is_imported_must_be_granted_by_name, |world| {
    let component = component("care/visits", "1.0.0");
    let id = submit(&world, &component).await?;
    act!(world.core, |work| release::review(
        work,
        &ADMIN,
        id,
        Verdict::Approve,
        ""
    )
    .await)?;
    let log = Permission("linli:host/log@0.1".into());
    let enable = async |granted| {
        act!(world.core, |work| installation::enable(
            work,
            &ADMIN,
            id,
            world.east,
            granted,
            &Map::new()
        )
        .await)
    };
    let only_log = [log.clone()].into();
    let refused = refusal(enable(&only_log).await);
    assert_eq!(
        refused,
        Refusal::NotGranted(vec![Permission("linli:host/records@0.1".into())])
    );
    assert!(refused.message().zh.contains("linli:host/records@0.1"));
    let first = enable(&component.permissions).await?;
    let again = enable(&component.permissions).await?;
    assert_eq!(first, again, "an installation keeps its id");
    let surplus = [
        log,
        Permission("linli:host/records@0.1".into()),
        Permission("linli:host/profile@0.1".into()),
    ]
    .into();
    enable(&surplus).await?;
    let stored = view!(world.core, |work| async {
        Ok(work.tx.find_installation(first).await?)
    }
    .await)?
    .unwrap();
    assert_eq!(
        stored.permissions, component.permissions,
        "what is not imported cannot be granted"
    );
});

on_both!(a_rollback_stays_inside_the_read_range, |world| {
    let mut newer = component("care/visits", "2.0.0");
    newer.manifest.writes = 2;
    for component in [&newer, &component("care/visits", "1.0.0")] {
        let id = submit(&world, component).await?;
        act!(world.core, |work| release::review(
            work,
            &ADMIN,
            id,
            Verdict::Approve,
            ""
        )
        .await)?;
        let enabled = act!(world.core, |work| {
            installation::enable(
                work,
                &ADMIN,
                id,
                world.east,
                &component.permissions,
                &Map::new(),
            )
            .await
        });
        if component.manifest.writes == 2 {
            enabled?;
        } else {
            assert!(matches!(refusal(enabled), Refusal::Invalid(_)));
        }
    }
});

on_both!(a_revoked_key_stays_in_the_list, |world| {
    let care = view!(world.core, |work| organisation::find(work, "care").await)?;
    act!(world.core, |work| organisation::add_key(
        work, &ADMIN, &care, "ABCD", "RW…"
    )
    .await)?;
    let twice = act!(world.core, |work| organisation::add_key(
        work, &ADMIN, &care, "ABCD", "RW…"
    )
    .await);
    assert_eq!(refusal(twice), Refusal::Taken("ABCD".into()));
    let key = view!(world.core, |work| async {
        Ok(work.tx.list_publisher_keys(care.id).await?)
    }
    .await)?
    .remove(0);
    act!(world.core, |work| organisation::revoke_key(
        work, &ADMIN, &care, key.id
    )
    .await)?;
    let keys = view!(world.core, |work| async {
        Ok(work.tx.list_publisher_keys(care.id).await?)
    }
    .await)?;
    assert!(keys[0].revoked.is_some());
    act!(world.core, |work| organisation::add_key(
        work, &ADMIN, &care, "ABCD", "RW…"
    )
    .await)?;
});
