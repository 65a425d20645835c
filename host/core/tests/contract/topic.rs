//! Topics of the host.

use jiff::ToSpan as _;
use linli_core::{Admin, Error, act, birthday, dead_letter, topic, view};
use linli_domain::CommunityId;
use linli_domain::notice::MAX_ATTEMPTS;
use linli_domain::topic::{HOST_TOPICS, MOVED_IN, TURNED_14, TURNED_18};
use linli_store::topic::TopicMessage;
use linli_world::{NOW, Result, TOMORROW, World, on_both};
use uuid::Uuid;

on_both!(the_host_publishes_only_its_own_topics, |world| {
    for name in HOST_TOPICS {
        act!(world.core, |work| topic::publish_host(
            work, name, world.east, world.li
        )
        .await)?;
    }
    let unknown = act!(world.core, |work| topic::publish_host(
        work, "moved_in", world.east, world.li
    )
    .await);
    assert!(
        matches!(&unknown, Err(Error::Internal(reason)) if reason.contains(MOVED_IN)),
        "{unknown:?}"
    );
});

const READER: Uuid = Uuid::from_u128(1);
const ME: Uuid = Uuid::from_u128(2);
const OTHER: Uuid = Uuid::from_u128(3);

async fn publish(world: &World, community: CommunityId) -> Result<()> {
    Ok(act!(world.core, |work| topic::publish_host(
        work, MOVED_IN, community, world.li
    )
    .await)?)
}

async fn claim(world: &World, owner: Uuid) -> Result<Vec<TopicMessage>> {
    Ok(act!(world.core, |work| async {
        topic::place(work).await?;
        topic::claim(work, READER, MOVED_IN, owner, 2).await
    }
    .await)?)
}

async fn done(world: &World, owner: Uuid, last: &TopicMessage) -> Result<bool> {
    let position = last.position.unwrap();
    Ok(act!(world.core, |work| topic::done(
        work, READER, MOVED_IN, owner, position
    )
    .await)?)
}

on_both!(a_subscriber_gets_every_message_once_in_order, |world| {
    publish(&world, world.east).await?;
    act!(world.core, |work| async {
        topic::place(work).await?;
        topic::subscribe(work, READER, MOVED_IN, world.east).await
    }
    .await)?;
    assert!(claim(&world, ME).await?.is_empty(), "from now on");
    for community in [world.east, world.west, world.east, world.east] {
        publish(&world, community).await?;
    }
    let first = claim(&world, ME).await?;
    assert_eq!(first.len(), 2);
    assert!(
        claim(&world, OTHER).await?.is_empty(),
        "another works on them"
    );
    world.clock.set(NOW.plus_minutes(5));
    assert_eq!(
        claim(&world, OTHER).await?,
        first,
        "what a dead process held"
    );
    assert!(
        !done(&world, ME, &first[1]).await?,
        "it is no longer theirs"
    );
    assert!(done(&world, OTHER, &first[1]).await?);
    let rest = claim(&world, ME).await?;
    assert_eq!(rest.len(), 1, "those of the other community are not for it");
    assert!(rest[0].position > first[1].position);
    assert!(done(&world, ME, &rest[0]).await?);
    assert!(claim(&world, ME).await?.is_empty());

    world.clock.set(NOW.plus_days(40));
    act!(world.core, |work| topic::sweep(work).await)?;
    publish(&world, world.east).await?;
    assert_eq!(
        claim(&world, ME).await?.len(),
        1,
        "places are not given twice"
    );
});

on_both!(no_message_is_passed_over_that_was_committed_late, |world| {
    act!(world.core, |work| topic::subscribe(
        work, READER, MOVED_IN, world.east
    )
    .await)?;
    let (core, east, li) = (world.core.clone(), world.east, world.li);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let core = core.clone();
        writers.spawn(async move {
            act!(core, |work| topic::publish_host(work, MOVED_IN, east, li)
                .await)
            .unwrap();
        });
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut gather = async || -> Result<()> {
        let messages = claim(&world, ME).await?;
        if let Some(last) = messages.last() {
            assert!(done(&world, ME, last).await?);
        }
        seen.extend(messages.iter().map(|message| message.id.0));
        Ok(())
    };
    while let Some(ended) = writers.join_next().await {
        ended?;
        gather().await?;
    }
    for _ in 0..30 {
        gather().await?;
    }
    assert_eq!(seen.len(), 30);
});

on_both!(birthdays_are_told_once, |world| {
    let today = TOMORROW.yesterday()?;
    act!(world.core, |work| async {
        for (id, years) in [(world.li, 14), (world.wang, 18), (world.zhao, 13)] {
            let day = today.checked_sub(years.years()).unwrap();
            let mut person = work.tx.find_person(id).await?.unwrap();
            person.birth_date = Some(day);
            person.id = work.id();
            person.phone = None;
            work.tx.create_person(&person).await?;
        }
        for name in [TURNED_14, TURNED_18] {
            topic::subscribe(work, READER, name, world.east).await?;
        }
        Ok(())
    }
    .await)?;
    let tell = async || act!(world.core, |work| birthday::tell(work).await);
    let (one, two) = tokio::join!(tell(), tell());
    assert_eq!((one? + two?, tell().await?), (2, 0));
    for name in [TURNED_14, TURNED_18] {
        let found = act!(world.core, |work| async {
            topic::place(work).await?;
            topic::claim(work, READER, name, ME, 100).await
        }
        .await)?;
        assert_eq!(found.len(), 1, "{name}");
    }
    // A host that stood still catches up.
    act!(world.core, |work| async {
        let mut person = work.tx.find_person(world.zhao).await?.unwrap();
        person.birth_date = Some(TOMORROW.checked_sub(14.years()).unwrap());
        person.id = work.id();
        person.phone = None;
        Ok(work.tx.create_person(&person).await?)
    }
    .await)?;
    world.clock.set(NOW.plus_days(4));
    assert_eq!((tell().await?, tell().await?), (1, 0));
});

async fn fail(world: &World, owner: Uuid) -> Result<bool> {
    Ok(act!(world.core, |work| topic::fail(
        work, READER, MOVED_IN, owner, "it broke"
    )
    .await)?)
}

async fn letters(world: &World) -> Result<Vec<linli_store::topic::TopicDeadLetter>> {
    let admin = Admin::at_command_line();
    Ok(view!(world.core, |work| dead_letter::list_topics(
        work, &admin, None
    )
    .await)?)
}

on_both!(what_fails_is_tried_later_and_then_put_aside, |world| {
    act!(world.core, |work| topic::subscribe(
        work, READER, MOVED_IN, world.east
    )
    .await)?;
    for _ in 0..3 {
        publish(&world, world.east).await?;
    }
    let first = claim(&world, ME).await?[0].clone();
    assert!(!fail(&world, OTHER).await?, "it is not theirs");
    assert!(fail(&world, ME).await?);
    assert!(claim(&world, ME).await?.is_empty(), "it waits");
    for attempt in 2..=MAX_ATTEMPTS {
        let now = world.core.now();
        world.clock.set(now.plus_minutes(12 * 60));
        let again = claim(&world, ME).await?;
        assert_eq!(again[0], first, "attempt {attempt}");
        assert_eq!(again.len(), if attempt > 2 { 1 } else { 2 }, "soon alone");
        assert!(fail(&world, ME).await?);
    }
    let dead = letters(&world).await?;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (
            dead[0].message_id,
            dead[0].attempts,
            dead[0].problem.as_str()
        ),
        (first.id, MAX_ATTEMPTS, "it broke")
    );
    // What follows goes on.
    let rest = claim(&world, ME).await?;
    assert_eq!(rest.len(), 2);
    assert!(done(&world, ME, &rest[1]).await?);
    // An admin has it tried anew: it comes alone, and the subscriber's place stays where it was.
    let admin = Admin::at_command_line();
    act!(world.core, |work| dead_letter::retry_topic(
        work,
        &admin,
        READER,
        MOVED_IN,
        dead[0].position
    )
    .await)?;
    publish(&world, world.east).await?;
    assert_eq!(claim(&world, ME).await?, std::slice::from_ref(&first));
    assert!(done(&world, ME, &first).await?);
    let new = claim(&world, ME).await?;
    assert_eq!(new.len(), 1);
    assert_ne!(new[0].id, first.id);
    assert!(letters(&world).await?.is_empty());
});

on_both!(a_reader_that_dies_again_and_again_has_an_end, |world| {
    act!(world.core, |work| topic::subscribe(
        work, READER, MOVED_IN, world.east
    )
    .await)?;
    publish(&world, world.east).await?;
    for _ in 0..MAX_ATTEMPTS {
        assert_eq!(claim(&world, ME).await?.len(), 1);
        let now = world.core.now();
        world.clock.set(now.plus_minutes(5));
    }
    assert!(claim(&world, ME).await?.is_empty());
    let dead = letters(&world).await?;
    assert!(dead[0].problem.contains("begun 8 times"));
    // Kept, however old, until an admin has decided.
    world.clock.set(NOW.plus_days(90));
    publish(&world, world.east).await?;
    act!(world.core, |work| topic::sweep(work).await)?;
    let admin = Admin::at_command_line();
    let put_away = async || {
        act!(world.core, |work| dead_letter::put_away_topic(
            work,
            &admin,
            READER,
            MOVED_IN,
            dead[0].position
        )
        .await)
    };
    put_away().await?;
    assert_eq!(
        linli_world::refusal(put_away().await),
        linli_core::Refusal::NotFound("dead letter")
    );
});
