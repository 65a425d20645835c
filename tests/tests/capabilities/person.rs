//! `households`, `needs`, `needs-write`.

use crate::probe::{Probe, done, id, refused};
use linli_domain::{DisclosureId, Instant};
use linli_engine::Answer;
use linli_world::{on_both, resident, worker};
use std::collections::BTreeSet;
use uuid::Uuid;

on_both!(who_may_act_and_who_lives_there_need_a_basis, |world| {
    let probe = Probe::new(&world).await?;
    let (caller, li) = (resident(world.li), probe.person(world.li)?);
    let of_li = [("resident", li.as_str())];
    // A necessary field asks the resident; an optional one answers the denial.
    let asked = probe.try_view(&caller, "households.deputies", &of_li).await;
    assert!(
        matches!(&asked, Answer::ConsentNeeded { fields, .. } if fields == &["delegates"]),
        "{asked:?}"
    );
    let said = probe.view(&caller, "households.members", &of_li).await?;
    refused(&said, "NotAllowed");
    probe
        .agree(&caller, &["delegates", "household"], &[])
        .await?;
    let said = probe.view(&caller, "households.deputies", &of_li).await?;
    assert!(
        said.contains(&probe.person(world.daughter)?) && said.contains("kind: \"delegate\""),
        "{said}"
    );
    let said = probe.view(&caller, "households.members", &of_li).await?;
    assert!(
        said.contains(&li) && said.contains(&probe.person(world.wang)?),
        "{said}"
    );
    let end = (Instant(i64::MAX), DisclosureId(Uuid::max()));
    let told = world.core.store.list_disclosures(world.li, end, 10).await?;
    let fields: BTreeSet<_> = told.iter().flat_map(|row| row.fields.clone()).collect();
    assert_eq!(fields, ["delegates", "household"].map(str::to_owned).into());
    // Wang never agreed, Zhao lives elsewhere, and a text is no reference.
    let staff = worker(world.worker);
    let wang = probe.person(world.wang)?;
    let said = probe
        .view(&staff, "households.members", &[("resident", &wang)])
        .await?;
    refused(&said, "NotAllowed");
    for stranger in [probe.person(world.zhao)?, "1AAAA".to_owned(), String::new()] {
        let said = probe
            .view(&staff, "households.members", &[("resident", &stranger)])
            .await?;
        refused(&said, "NotFound");
    }
});

on_both!(
    needs_are_read_on_a_basis_and_written_by_whom_they_concern,
    |world| {
        let probe = Probe::new(&world).await?;
        let (caller, li) = (resident(world.li), probe.person(world.li)?);
        let staff = worker(world.worker);
        for call in ["add-need", "correct", "change-state"] {
            probe
                .cannot_write(&caller, &format!("needs-write.{call}"))
                .await?;
        }
        let need = [
            ("resident", li.as_str()),
            ("code", "meals"),
            ("note", "Soft food"),
        ];
        let said = probe.act(&caller, "needs-write.add-need", &need).await?;
        assert!(
            said.contains("state: \"open\"") && said.contains("ours: true"),
            "{said}"
        );
        let meals = id(&said, "NeedRef")?;
        let said = probe.act(&staff, "needs-write.add-need", &need).await?;
        done(&said);
        // Another resident writes nothing of hers, and cannot change it.
        let wang = resident(world.wang);
        let said = probe.act(&wang, "needs-write.add-need", &need).await?;
        refused(&said, "NotAllowed");
        let met = [("need", meals.as_str()), ("version", "1"), ("state", "met")];
        let said = probe.act(&wang, "needs-write.change-state", &met).await?;
        refused(&said, "NotFound");
        // Nor does another plugin's staff change what this one recorded.
        let other = Probe::without(&world, "care/other", &[]).await?;
        let said = other.act(&staff, "needs-write.change-state", &met).await?;
        refused(&said, "NotFound");
        let withdrawn = [
            ("need", meals.as_str()),
            ("version", "1"),
            ("state", "withdrawn"),
        ];
        let said = probe
            .act(&staff, "needs-write.change-state", &withdrawn)
            .await?;
        refused(&said, "NotAllowed");
        let said = probe.act(&staff, "needs-write.change-state", &met).await?;
        assert!(
            said.contains("state: \"met\"") && said.contains("version: 2"),
            "{said}"
        );
        let said = probe.act(&caller, "needs-write.change-state", &met).await?;
        refused(&said, "changed");
        let of_li = [("resident", li.as_str())];
        let said = probe.view(&staff, "needs.list-of-resident", &of_li).await?;
        refused(&said, "NotAllowed");
        probe.agree(&caller, &[], &["needs"]).await?;
        let first = [("resident", li.as_str()), ("limit", "1")];
        let one = probe.view(&staff, "needs.list-of-resident", &first).await?;
        let cursor = id(&one, "Cursor")?;
        let next = [("resident", li.as_str()), ("after", &cursor)];
        let other = probe.view(&staff, "needs.list-of-resident", &next).await?;
        let listed = [id(&one, "NeedRef")?, id(&other, "NeedRef")?];
        assert!(
            listed.contains(&meals) && listed[0] != listed[1],
            "{listed:?}"
        );
        // A cursor is sealed to who asked.
        let said = probe.view(&caller, "needs.list-of-resident", &next).await?;
        refused(&said, "no cursor of this list");
        let said = probe
            .view(&staff, "needs.history", &[("need", &meals)])
            .await?;
        assert!(
            said.contains("version: 1") && !said.contains("version: 2"),
            "{said}"
        );
    }
);
