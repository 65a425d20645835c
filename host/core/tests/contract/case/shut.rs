//! By no way round does whom a case is against see it: not where it was merged, at the counter, nor in a list; and no two
//! who cannot see each other hand it to them.

use super::*;
use linli_domain::case::CommentKind;
use linli_world::{NOW, on_both, refusal};
use std::collections::BTreeSet;

fn against(who: Who) -> Vec<NewParty> {
    vec![NewParty {
        role: PartyRole::Respondent,
        who,
    }]
}

fn slice(state: Option<CaseState>) -> case::Slice {
    case::Slice {
        state,
        overdue: false,
        after: None,
        limit: 100,
    }
}

async fn own(world: &World, actor: &Actor) -> Result<BTreeSet<CaseId>> {
    let lines = view!(world.core, |work| case::list_own(work, actor, None, 100)
        .await)?;
    Ok(lines.into_iter().map(|line| line.id).collect())
}

on_both!(
    what_was_merged_is_shut_to_whom_the_other_is_against,
    |world| {
        let offices = offices(&world).await?;
        let (li, wang) = (resident(world.li), resident(world.wang));
        let (chen, fang) = (
            staff(offices.chen, world.east),
            staff(offices.fang, world.east),
        );
        let source = open(&world, &li, &opening(&world)).await?;
        accept(&world, &fang, source).await?;
        let target = Opening {
            parties: against(Who::Person(offices.fang)),
            ..opening(&world)
        };
        let target = open(&world, &wang, &target).await?;
        assert!(page(&world, &fang, source).await.is_ok(), "not yet merged");
        act!(world.core, |work| case::merge(
            work, &chen, source, target, "重复"
        )
        .await)?;
        let absent = Refusal::NotFound("case");
        assert_eq!(refusal(page(&world, &fang, source).await), absent);
        let said = act!(world.core, |work| case::comment(
            work,
            &fang,
            source,
            CommentKind::Internal,
            "x"
        )
        .await);
        assert_eq!(refusal(said), absent);
        let parted = act!(world.core, |work| case::unmerge(work, &fang, source, "x")
            .await);
        assert_eq!(refusal(parted), absent);
        for (viewer, seen) in [(&fang, 0), (&chen, 1)] {
            let merged = slice(Some(CaseState::Merged));
            let lines = view!(world.core, |work| case::list_of_community(
                work, viewer, world.east, merged
            )
            .await)?;
            assert_eq!(lines.len(), seen);
        }
        assert!(page(&world, &li, source).await.is_ok(), "who asks in it");
        // Nor is the target turned against who asks in the source.
        let turned = act!(world.core, |work| case::add_party(
            work,
            &chen,
            target,
            &party(PartyRole::Respondent, world.li)
        )
        .await);
        assert_eq!(refusal(turned), refused(CaseRefusal::AlreadyParty));
        // Parted again, it is as it was.
        act!(world.core, |work| case::unmerge(
            work, &chen, source, "不同"
        )
        .await)?;
        assert!(page(&world, &fang, source).await.is_ok());
    }
);

on_both!(
    the_counter_lists_what_is_open_to_it_and_nothing_else,
    |world| {
        let offices = offices(&world).await?;
        let li = resident(world.li);
        let plain = open(&world, &li, &opening(&world)).await?;
        let complaint = Opening {
            parties: against(Who::CommunityOffice),
            ..opening(&world)
        };
        let complaint = open(&world, &li, &complaint).await?;
        let elsewhere = Opening {
            community: world.west,
            ..opening(&world)
        };
        let elsewhere = open(&world, &li, &elsewhere).await?;
        let counter = |person, community| Actor {
            person: Some(person),
            subject: Some(world.li),
            office: Office::Counter(community),
            channel: Channel::Counter,
        };
        let all = BTreeSet::from([elsewhere, complaint, plain]);
        assert_eq!(own(&world, &li).await?, all);
        assert_eq!(
            own(&world, &counter(offices.chen, world.east)).await?,
            [plain].into()
        );
        assert_eq!(
            own(&world, &counter(offices.gao, world.west)).await?,
            [elsewhere].into()
        );
        // Nor does who acts for her see it where they are staff of the office.
        let delegate = delegate(offices.chen, world.li);
        assert_eq!(own(&world, &delegate).await?, [elsewhere, plain].into());
        assert_eq!(
            refusal(page(&world, &delegate, complaint).await),
            Refusal::NotFound("case")
        );
    }
);

on_both!(
    sub_cases_and_hand_overs_are_listed_to_who_may_see_them,
    |world| {
        let offices = offices(&world).await?;
        let chen = staff(offices.chen, world.east);
        let parent = open(&world, &resident(world.li), &opening(&world)).await?;
        let part = |parties| Opening {
            parent: Some(parent),
            parties,
            ..opening(&world)
        };
        let seen = open(&world, &chen, &part(Vec::new())).await?;
        open(&world, &chen, &part(against(Who::Person(offices.fang)))).await?;
        for (viewer, lines, hidden) in [(offices.fang, vec![seen], 1), (offices.chen, vec![], 0)] {
            let shown = page(&world, &staff(viewer, world.east), parent).await?;
            assert_eq!(shown.hidden_sub_cases, hidden);
            if hidden > 0 {
                let ids: Vec<_> = shown.sub_cases.iter().map(|line| line.id).collect();
                assert_eq!(ids, lines);
            } else {
                assert_eq!(shown.sub_cases.len(), 2);
            }
        }
        // A complaint against the care organisation is handed to legal aid, of which the accused nurse is staff as well.
        let complaint = Opening {
            parties: against(Who::Organisation(world.care)),
            ..opening(&world)
        };
        let complaint = open(&world, &resident(world.li), &complaint).await?;
        accept(&world, &chen, complaint).await?;
        hand_over(
            &world,
            &chen,
            complaint,
            Accountable::Organisation(offices.legal),
        )
        .await?;
        act!(world.core, |work| account::grant_staff_role(
            work,
            &Admin::at_command_line(),
            offices.nurse,
            offices.legal,
            Some(world.east),
            "lawyer"
        )
        .await)?;
        for (viewer, count) in [(offices.lawyer, 1), (offices.nurse, 0)] {
            let actor = employee(viewer, offices.legal, world.east);
            let incoming = view!(world.core, |work| case::list_incoming(
                work, &actor, world.east, None, 10
            )
            .await)?;
            assert_eq!(incoming.len(), count);
        }
    }
);

/// On SQLite there is one writer, so nobody to race with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_cannot_see_each_other_one_is_refused() -> linli_world::Result<()> {
    let world = World::new(linli_world::Database::Postgres).await?;
    offices(&world).await?;
    let accuse = |id: CaseId| {
        format!(
            "INSERT INTO case_party (id, case_id, role, organisation_id, community_office, added)
             VALUES (gen_random_uuid(), '{id}', 'respondent', '{}', false, {})",
            world.care, NOW.0
        )
    };
    let hand = |id: CaseId| {
        format!(
            "UPDATE case_file SET office = 'organisation', organisation_id = '{}' WHERE id = '{id}'",
            world.care
        )
    };
    let close = |id: CaseId| {
        format!("UPDATE case_file SET state = 'closed', live = false WHERE id = '{id}'")
    };
    let one = open(&world, &resident(world.li), &opening(&world)).await?;
    assert_eq!(
        world.race_sql(&accuse(one), &hand(one)).await?,
        (true, false)
    );
    let one = open(&world, &resident(world.li), &opening(&world)).await?;
    assert_eq!(
        world.race_sql(&hand(one), &accuse(one)).await?,
        (true, false)
    );
    // A case ends while a part of it is revived.
    let chen = staff(world.admin, world.east);
    let parent = open(&world, &resident(world.li), &opening(&world)).await?;
    let part = Opening {
        parent: Some(parent),
        ..opening(&world)
    };
    let part = open(&world, &chen, &part).await?;
    world.sql(&close(part)).await?;
    let revive = format!("UPDATE case_file SET state = 'open', live = true WHERE id = '{part}'");
    assert_eq!(
        world.race_sql(&revive, &close(parent)).await?,
        (true, false)
    );
    world.sql(&close(part)).await?;
    assert_eq!(
        world.race_sql(&close(parent), &revive).await?,
        (true, false)
    );
    Ok(())
}
