//! The audit's chain shows what was done behind the host's back, and outlives erasure.

use linli_core::audit::{self, Broken, Head, Verified};
use linli_core::{Actor, act, view};
use linli_domain::Instant;
use linli_world::{Result, World, on_both};

/// Links everything.
async fn seal_all(world: &World) -> Result<u64> {
    let mut sealed = 0;
    loop {
        match act!(world.core, |work| audit::seal(work).await)? {
            0 => return Ok(sealed),
            more => sealed += more,
        }
    }
}

async fn verify(world: &World, noted: Option<&Head>) -> Result<Verified> {
    Ok(view!(world.core, |work| audit::verify(work, noted).await)?)
}

/// Appends rows, as acts do.
async fn append(world: &World, count: usize) -> Result<()> {
    act!(world.core, |work| async {
        for number in 0..count {
            work.now = Instant(work.now.0 + 1_000);
            let detail = serde_json::json!({ "number": number, "and": { "b": 1.5, "a": "中" } });
            work.audit_act(
                &Actor::host(),
                Some(world.li),
                "test.append",
                number,
                detail,
            )
            .await?;
        }
        Ok(())
    }
    .await)?;
    Ok(())
}

/// Does something behind the host's back; answers what verifying then says.
async fn attacked(world: &World, sql: &str) -> Result<Option<Broken>> {
    assert!(world.sql(sql).await? > 0, "{sql}");
    Ok(verify(world, None).await?.broken)
}

on_both!(rows_are_linked_after_commit_and_verify, |world| {
    let before = verify(&world, None).await?;
    assert_eq!((before.links, before.head, before.broken), (0, None, None));
    assert!(before.unlinked > 10, "the world's own rows wait");
    append(&world, 120).await?;
    let sealed = seal_all(&world).await?;
    append(&world, 2).await?;
    let after = verify(&world, None).await?;
    assert_eq!(after.links, i64::try_from(sealed)?);
    assert_eq!((after.unlinked, after.erased, after.broken), (2, 0, None));
    let noted = after.head.unwrap();
    assert_eq!(noted.sequence, after.links);
    append(&world, 600).await?;
    seal_all(&world).await?;
    assert_eq!(
        verify(&world, Some(&noted)).await?.broken,
        None,
        "a head that was noted stays in the chain"
    );
    assert_eq!(verify(&world, None).await?.unlinked, 0);
});

on_both!(sealers_at_once_make_one_chain, |world| {
    append(&world, 300).await?;
    let mut sealers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let core = world.core.clone();
        sealers.spawn(async move {
            for _ in 0..2 {
                act!(core, |work| audit::seal(work).await)?;
            }
            Ok::<_, linli_core::Error>(())
        });
    }
    for done in sealers.join_all().await {
        done?;
    }
    let found = verify(&world, None).await?;
    assert_eq!((found.broken, found.unlinked), (None, 0));
});

on_both!(a_changed_row_is_found, |world| {
    append(&world, 5).await?;
    seal_all(&world).await?;
    let links = verify(&world, None).await?.links;
    let broken = attacked(
        &world,
        "UPDATE audit SET object = 'other' WHERE object = '2'",
    )
    .await?;
    assert_eq!(broken, Some(Broken::RowChanged(links - 2)));
    let found = verify(&world, None).await?;
    assert_eq!(found.links, links - 3, "up to the first that is broken");
});

on_both!(a_removed_row_or_link_is_found, |world| {
    append(&world, 5).await?;
    seal_all(&world).await?;
    let links = verify(&world, None).await?.links;
    let broken = attacked(&world, "DELETE FROM audit WHERE object = '3'").await?;
    assert_eq!(broken, Some(Broken::RowMissing(links - 1)));
    let broken = attacked(
        &world,
        &format!("DELETE FROM audit_link WHERE sequence = {}", links - 3),
    )
    .await?;
    assert_eq!(broken, Some(Broken::LinkMissing(links - 3)));
});

on_both!(an_inserted_row_is_found, |world| {
    seal_all(&world).await?;
    let row = "INSERT INTO audit (id, at, action, object, detail, salt, linked)
        SELECT subject_id, at, 'forged', object, detail, salt, TRUE FROM audit WHERE subject_id IS NOT NULL LIMIT 1";
    assert_eq!(attacked(&world, row).await?, Some(Broken::Inserted(1)));
    // With a link of its own in the middle.
    world
        .sql("UPDATE audit_link SET sequence = sequence + 1000 WHERE sequence > 3")
        .await?;
    world
        .sql("UPDATE audit_link SET sequence = sequence - 999 WHERE sequence > 1000")
        .await?;
    let link = "INSERT INTO audit_link (sequence, audit_id, commitment, link)
        SELECT 4, id, salt, salt FROM audit WHERE action = 'forged'";
    assert_eq!(attacked(&world, link).await?, Some(Broken::LinkChanged(4)));
});

on_both!(rows_in_another_order_are_found, |world| {
    seal_all(&world).await?;
    world
        .sql("UPDATE audit_link SET sequence = 1000 WHERE sequence = 2")
        .await?;
    world
        .sql("UPDATE audit_link SET sequence = 2 WHERE sequence = 3")
        .await?;
    let broken = attacked(
        &world,
        "UPDATE audit_link SET sequence = 3 WHERE sequence = 1000",
    )
    .await?;
    assert_eq!(broken, Some(Broken::LinkChanged(2)));
});

on_both!(a_cut_tail_is_found, |world| {
    seal_all(&world).await?;
    let links = verify(&world, None).await?.links;
    let broken = attacked(
        &world,
        &format!("DELETE FROM audit_link WHERE sequence > {}", links - 3),
    )
    .await?;
    assert_eq!(broken, Some(Broken::Truncated(links - 3, links)));
    // The head made to fit, without the key.
    let broken = attacked(
        &world,
        &format!(
            "UPDATE audit_head SET sequence = {0}, link = (SELECT link FROM audit_link WHERE sequence = {0})",
            links - 3
        ),
    )
    .await?;
    assert_eq!(broken, Some(Broken::HeadForged));
    assert_eq!(
        attacked(&world, "DELETE FROM audit_head").await?,
        Some(Broken::HeadForged)
    );
});

on_both!(
    a_database_that_was_put_back_shows_against_a_noted_head,
    |world| {
        seal_all(&world).await?;
        world
            .sql("CREATE TABLE old_head AS SELECT * FROM audit_head")
            .await?;
        let old = verify(&world, None).await?.head.unwrap();
        append(&world, 5).await?;
        seal_all(&world).await?;
        let noted = verify(&world, None).await?.head.unwrap();
        world.sql(&format!("DELETE FROM audit WHERE id IN (SELECT audit_id FROM audit_link WHERE sequence > {})", old.sequence)).await?;
        world
            .sql(&format!(
                "DELETE FROM audit_link WHERE sequence > {}",
                old.sequence
            ))
            .await?;
        world.sql("DELETE FROM audit_head").await?;
        world
            .sql("INSERT INTO audit_head SELECT * FROM old_head")
            .await?;
        assert_eq!(
            verify(&world, None).await?.broken,
            None,
            "nothing in the database shows it"
        );
        assert_eq!(verify(&world, Some(&old)).await?.broken, None);
        assert_eq!(
            verify(&world, Some(&noted)).await?.broken,
            Some(Broken::Replaced(noted))
        );
    }
);

on_both!(
    erasure_leaves_nothing_that_names_the_person_and_the_chain_whole,
    |world| {
        append(&world, 130).await?;
        seal_all(&world).await?;
        append(&world, 1).await?;
        let erased = act!(world.core, |work| audit::erase(
            work,
            &Actor::host(),
            world.li
        )
        .await)?;
        assert!(
            erased > 131,
            "what was done about her, her account and her delegation: {erased}"
        );
        let found = verify(&world, None).await?;
        assert_eq!((found.broken, found.erased), (None, i64::try_from(erased)?));
        seal_all(&world).await?;
        assert_eq!(verify(&world, None).await?.broken, None);
        let id = world.li.to_string();
        let (subject, detail) = match world.core.store.has_one_writer() {
            true => (
                format!("hex(subject_id) = '{}'", id.replace('-', "").to_uppercase()),
                "detail",
            ),
            false => (format!("subject_id = '{id}'"), "detail::text"),
        };
        let naming = world
        .sql(&format!(
            "UPDATE audit SET action = action WHERE {subject} OR object IN ('{id}', 'li') OR {detail} LIKE '%{id}%'"
        ))
        .await?;
        assert_eq!(naming, 0);
        let again = act!(world.core, |work| audit::erase(
            work,
            &Actor::host(),
            world.li
        )
        .await)?;
        assert_eq!(again, 0);
        // Blanked by somebody else than the host: no erasure lists it.
        append(&world, 1).await?;
        seal_all(&world).await?;
        let links = verify(&world, None).await?.links;
        let broken = attacked(
            &world,
            "UPDATE audit SET salt = NULL, detail = '{}' WHERE object = '0' AND salt IS NOT NULL",
        )
        .await?;
        assert_eq!(broken, Some(Broken::Blanked(links)));
    }
);
