//! Duplicates: merged, seen together, and parted again.

use super::*;
use linli_core::case::{Late, NoMerge};
use linli_domain::case::CommentKind;
use linli_world::{on_both, refusal};

async fn merge(world: &World, actor: &Actor, source: CaseId, target: CaseId) -> Result<()> {
    act!(world.core, |work| case::merge(
        work, actor, source, target, "重复"
    )
    .await)
}

on_both!(
    staff_see_both_and_residents_no_more_of_each_other,
    |world| {
        let offices = offices(&world).await?;
        let (li, wang, chen) = (
            resident(world.li),
            resident(world.wang),
            staff(offices.chen, world.east),
        );
        let target = open(&world, &wang, &opening(&world)).await?;
        let source = open(&world, &li, &opening(&world)).await?;
        let sub_case = open(
            &world,
            &chen,
            &Opening {
                parent: Some(source),
                ..opening(&world)
            },
        )
        .await?;
        act!(world.core, |work| async {
            case::comment(work, &li, source, CommentKind::Resident, "李的话").await?;
            case::comment(work, &wang, target, CommentKind::Resident, "王的话").await?;
            case::comment(work, &chen, target, CommentKind::Resident, "给王的话").await
        }
        .await)?;
        merge(&world, &chen, source, target).await?;
        assert_eq!(file(&world, source).await.state, CaseState::Merged);
        let seen = page(&world, &chen, target).await?;
        assert_eq!(
            (seen.comments.len(), seen.parties.len()),
            (3, 2),
            "comments and parties of both"
        );
        assert_eq!(
            (seen.merged.as_slice(), seen.sub_cases.len()),
            ([source].as_slice(), 1)
        );
        assert_eq!(
            refusal(page(&world, &li, target).await),
            Refusal::NotFound("case")
        );
        act!(world.core, |work| async {
            case::accept(work, &chen, target).await?;
            case::start(work, &chen, target).await?;
            case::resolve(work, &chen, target, "已修好").await
        }
        .await)?;
        let own = page(&world, &li, source).await?;
        assert_eq!(
            own.comments
                .iter()
                .map(|it| it.text.as_str())
                .collect::<Vec<_>>(),
            ["李的话"]
        );
        assert_eq!(
            own.answers
                .iter()
                .map(|it| it.text.as_str())
                .collect::<Vec<_>>(),
            ["已修好"]
        );
        // The source's sub-case holds the target open.
        let closed = act!(world.core, |work| case::close(work, &chen, target).await);
        assert_eq!(refusal(closed), refused(CaseRefusal::SubCasesOpen));
        act!(world.core, |work| case::cancel(work, &chen, sub_case, "x")
            .await)?;
        act!(world.core, |work| case::close(work, &chen, target).await)?;
        // Who asked in the source may rate and reopen what became of it.
        act!(world.core, |work| case::rate(work, &li, source, 3, "")
            .await)?;
        act!(world.core, |work| case::rate(work, &wang, target, 4, "")
            .await)?;
        act!(world.core, |work| case::reopen(work, &li, source, "又坏了")
            .await)?;
        assert_eq!(file(&world, target).await.state, CaseState::Reopened);
    }
);

on_both!(
    a_merge_is_undone_within_a_week_and_stops_no_clock,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
        let target = open(&world, &resident(world.wang), &opening(&world)).await?;
        let source = open(&world, &li, &opening(&world)).await?;
        accept(&world, &chen, source).await?;
        world.clock.set(at(24, 11));
        merge(&world, &chen, source, target).await?;
        assert_eq!(
            refusal(merge(&world, &chen, target, source).await),
            refused(CaseRefusal::NoMerge(NoMerge::HasMerged))
        );
        assert_eq!(
            refusal(accept(&world, &chen, source).await),
            refused(CaseRefusal::WrongState(CaseState::Merged))
        );
        world.clock.set(at(30, 9));
        act!(world.core, |work| case::unmerge(
            work,
            &chen,
            source,
            "不是一回事"
        )
        .await)?;
        let back = file(&world, source).await;
        assert_eq!(
            (back.state, back.assignee_id, back.merged_into),
            (CaseState::Accepted, Some(offices.chen), None)
        );
        assert_eq!(back.resolution_due, Some(at(25, 17)));
        act!(world.core, |work| case::escalate_due(work, 100).await)?;
        assert!(file(&world, source).await.resolution_escalated);
        let again = act!(world.core, |work| case::unmerge(work, &chen, source, "x")
            .await);
        assert_eq!(
            refusal(again),
            refused(CaseRefusal::WrongState(CaseState::Accepted))
        );
        merge(&world, &chen, source, target).await?;
        world.clock.set(at(30, 9).plus_days(7).plus_minutes(1));
        let late = act!(world.core, |work| case::unmerge(work, &chen, source, "x")
            .await);
        assert_eq!(refusal(late), refused(CaseRefusal::TooLate(Late::Undo)));
    }
);

on_both!(only_duplicates_are_merged, |world| {
    let offices = offices(&world).await?;
    let (li, wang, chen) = (
        resident(world.li),
        resident(world.wang),
        staff(offices.chen, world.east),
    );
    let district = district(&world);
    let one = open(&world, &li, &opening(&world)).await?;
    let no = |why| refused(CaseRefusal::NoMerge(why));
    assert_eq!(
        refusal(merge(&world, &chen, one, one).await),
        no(NoMerge::Same)
    );
    let west = open(
        &world,
        &li,
        &Opening {
            community: world.west,
            ..opening(&world)
        },
    )
    .await?;
    assert_eq!(
        refusal(merge(&world, &chen, one, west).await),
        Refusal::NotFound("case")
    );
    assert_eq!(
        refusal(merge(&world, &district, one, west).await),
        no(NoMerge::Elsewhere)
    );
    let part = open(
        &world,
        &chen,
        &Opening {
            parent: Some(one),
            ..opening(&world)
        },
    )
    .await?;
    assert_eq!(
        refusal(merge(&world, &chen, one, part).await),
        no(NoMerge::Related)
    );
    assert_eq!(
        refusal(merge(&world, &chen, part, one).await),
        no(NoMerge::Related)
    );
    let secret = open(
        &world,
        &li,
        &Opening {
            kind: "abuse".into(),
            ..opening(&world)
        },
    )
    .await?;
    assert_eq!(
        refusal(merge(&world, &chen, secret, one).await),
        no(NoMerge::Confidential)
    );
    let other = open(
        &world,
        &wang,
        &Opening {
            kind: "abuse".into(),
            ..opening(&world)
        },
    )
    .await?;
    assert_eq!(
        refusal(merge(&world, &chen, secret, other).await),
        no(NoMerge::Confidential)
    );
    let respondent = Opening {
        parties: vec![party(PartyRole::Respondent, world.li)],
        ..opening(&world)
    };
    let back = open(&world, &wang, &respondent).await?;
    assert_eq!(
        refusal(merge(&world, &chen, one, back).await),
        no(NoMerge::CrossComplaint)
    );
    assert_eq!(
        refusal(merge(&world, &chen, back, one).await),
        no(NoMerge::CrossComplaint)
    );
    assert_eq!(
        refusal(merge(&world, &li, one, back).await),
        Refusal::NotAllowed
    );
    let done = open(&world, &wang, &opening(&world)).await?;
    act!(world.core, |work| case::withdraw(work, &wang, done, "")
        .await)?;
    assert_eq!(
        refusal(merge(&world, &chen, one, done).await),
        refused(CaseRefusal::WrongState(CaseState::Cancelled))
    );
    assert_eq!(
        refusal(merge(&world, &chen, done, one).await),
        refused(CaseRefusal::WrongState(CaseState::Cancelled))
    );
});
