//! A case from its opening to its end.

use super::*;
use linli_core::Caller;
use linli_core::basis::Manner;
use linli_core::case::{Late, Many};
use linli_domain::case::{Answer, AnswerValue, CommentKind, Details};
use linli_world::{on_both, refusal};

on_both!(a_case_goes_its_way_and_everybody_sees_their_part, |world| {
    let offices = offices(&world).await?;
    let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
    let id = open(&world, &li, &opening(&world)).await?;
    let opened = file(&world, id).await;
    assert_eq!(
        (opened.year, opened.number, opened.state),
        (2026, 1, CaseState::Open)
    );
    assert_eq!(opened.response_due, Some(at(24, 11)));
    assert_eq!(opened.resolution_due, Some(at(25, 17)));
    assert_eq!(opened.opened_for, Some(world.li));
    world.clock.set(at(24, 10));
    accept(&world, &chen, id).await?;
    let accepted = file(&world, id).await;
    assert_eq!(
        (accepted.assignee_id, accepted.responded),
        (Some(offices.chen), Some(at(24, 10)))
    );
    assert_eq!(
        accepted.next_due,
        at(25, 17),
        "the first response was given"
    );
    act!(world.core, |work| case::start(work, &chen, id).await)?;
    act!(world.core, |work| case::resolve(
        work,
        &chen,
        id,
        "灯已更换"
    )
    .await)?;
    let shown = page(&world, &li, id).await?;
    assert_eq!(
        (shown.case.state, shown.number.to_string().as_str()),
        (CaseState::Resolved, "2026-000001")
    );
    assert_eq!(shown.comments[0].text, "灯已更换");
    assert!(shown.history.is_empty(), "the history is for staff");
    act!(world.core, |work| case::close(work, &li, id).await)?;
    act!(world.core, |work| case::rate(work, &li, id, 5, "谢谢")
        .await)?;
    let again = act!(world.core, |work| case::rate(work, &li, id, 1, "").await);
    assert_eq!(refusal(again), refused(CaseRefusal::AlreadyRated));
    let events: Vec<_> = page(&world, &chen, id)
        .await?
        .history
        .into_iter()
        .map(|line| line.event)
        .collect();
    assert_eq!(events.len(), 5, "{events:?}");
    assert!(
        ["opened", "accepted", "started", "resolved", "closed"]
            .iter()
            .all(|event| events.iter().any(|it| it == event))
    );
});

on_both!(no_step_can_be_left_out_or_taken_twice, |world| {
    let offices = offices(&world).await?;
    let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
    let id = open(&world, &li, &opening(&world)).await?;
    let resolved = act!(world.core, |work| case::resolve(work, &chen, id, "x").await);
    assert_eq!(
        refusal(resolved),
        refused(CaseRefusal::WrongState(CaseState::Open))
    );
    let resumed = act!(world.core, |work| case::resume(work, &chen, id).await);
    assert_eq!(
        refusal(resumed),
        refused(CaseRefusal::WrongState(CaseState::Open))
    );
    accept(&world, &chen, id).await?;
    assert_eq!(
        refusal(accept(&world, &chen, id).await),
        refused(CaseRefusal::WrongState(CaseState::Accepted))
    );
    let reopened = act!(world.core, |work| case::reopen(work, &li, id, "x").await);
    assert_eq!(
        refusal(reopened),
        refused(CaseRefusal::WrongState(CaseState::Accepted))
    );
    act!(world.core, |work| case::withdraw(work, &li, id, "").await)?;
    assert_eq!(
        refusal(accept(&world, &chen, id).await),
        refused(CaseRefusal::WrongState(CaseState::Cancelled))
    );
    assert_eq!(file(&world, id).await.state, CaseState::Cancelled);
});

on_both!(of_two_staff_who_accept_at_once_one_is_told_so, |world| {
    let offices = offices(&world).await?;
    let id = open(&world, &resident(world.li), &opening(&world)).await?;
    let mut racers = tokio::task::JoinSet::new();
    for person in [offices.chen, offices.fang, offices.chen, offices.fang] {
        let (core, actor) = (world.core.clone(), staff(person, world.east));
        racers.spawn(async move { act!(core, |work| case::accept(work, &actor, id).await) });
    }
    let results = racers.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(
            refusal(result),
            refused(CaseRefusal::WrongState(CaseState::Accepted))
        );
    }
});

on_both!(numbers_have_no_gaps_and_no_doubles, |world| {
    offices(&world).await?;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..24 {
        let (core, mut opening) = (world.core.clone(), opening(&world));
        let actor = resident(if racer % 2 == 0 { world.li } else { world.wang });
        if racer % 6 == 5 {
            // Some fail after they took a number.
            opening.community = CommunityId(uuid::Uuid::nil());
        }
        racers.spawn(async move {
            act!(core, |work| async {
                let opened = case::open(work, &actor, &opening).await?;
                if racer % 6 == 4 {
                    Err(Refusal::NotAllowed.into())
                } else {
                    Ok(opened.1.number)
                }
            }
            .await)
        });
    }
    let mut numbers: Vec<_> = racers
        .join_all()
        .await
        .into_iter()
        .filter_map(Result::ok)
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=16).collect::<Vec<_>>());
    // Each community and year begins anew.
    world.clock.set(
        Instant::from_civil(
            date(2027, 1, 1).at(0, 0, 0, 0),
            &jiff::tz::TimeZone::get("Asia/Shanghai")?,
        )
        .unwrap(),
    );
    let number = act!(world.core, |work| async {
        Ok(case::open(work, &resident(world.li), &opening(&world))
            .await?
            .1
            .to_string())
    }
    .await)?;
    assert_eq!(number, "2027-000001");
});

on_both!(
    a_resident_reopens_within_fifteen_days_and_the_clock_starts_again,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
        let id = open(&world, &li, &opening(&world)).await?;
        resolve(&world, &chen, id).await?;
        act!(world.core, |work| case::close(work, &chen, id).await)?;
        let by_staff = act!(world.core, |work| case::reopen(work, &chen, id, "x").await);
        assert_eq!(refusal(by_staff), Refusal::NotAllowed);
        let by_another = act!(world.core, |work| case::reopen(
            work,
            &resident(world.wang),
            id,
            "x"
        )
        .await);
        assert_eq!(refusal(by_another), Refusal::NotFound("case"));
        world.clock.set(at(27, 9));
        act!(world.core, |work| case::reopen(
            work,
            &delegate(world.daughter, world.li),
            id,
            "还是不亮"
        )
        .await)?;
        let reopened = file(&world, id).await;
        assert_eq!(
            (reopened.state, reopened.round, reopened.assignee_id),
            (CaseState::Reopened, 1, None)
        );
        assert_eq!(
            (reopened.response_due, reopened.responded),
            (Some(at(27, 11)), None)
        );
        resolve(&world, &chen, id).await?;
        act!(world.core, |work| case::close(work, &li, id).await)?;
        act!(world.core, |work| case::rate(work, &li, id, 2, "").await)?;
        world.clock.set(at(27, 9).plus_days(16));
        let late = act!(world.core, |work| case::reopen(work, &li, id, "x").await);
        assert_eq!(refusal(late), refused(CaseRefusal::TooLate(Late::Reopen)));
    }
);

on_both!(
    a_parent_ends_after_its_sub_cases_and_there_are_three_levels,
    |world| {
        let offices = offices(&world).await?;
        let chen = staff(offices.chen, world.east);
        let mut levels = vec![open(&world, &resident(world.li), &opening(&world)).await?];
        for _ in 0..2 {
            let parent = levels.last().copied();
            levels.push(
                open(
                    &world,
                    &chen,
                    &Opening {
                        parent,
                        ..opening(&world)
                    },
                )
                .await?,
            );
        }
        let deeper = Opening {
            parent: levels.last().copied(),
            ..opening(&world)
        };
        assert_eq!(
            refusal(open(&world, &chen, &deeper).await),
            refused(CaseRefusal::TooDeep)
        );
        let by_resident = Opening {
            parent: Some(levels[0]),
            ..opening(&world)
        };
        assert_eq!(
            refusal(open(&world, &resident(world.li), &by_resident).await),
            Refusal::NotAllowed
        );
        resolve(&world, &chen, levels[1]).await?;
        let closed = act!(world.core, |work| case::close(work, &chen, levels[1]).await);
        assert_eq!(refusal(closed), refused(CaseRefusal::SubCasesOpen));
        let withdrawn = act!(world.core, |work| case::withdraw(
            work,
            &resident(world.li),
            levels[0],
            ""
        )
        .await);
        assert_eq!(refusal(withdrawn), refused(CaseRefusal::SubCasesOpen));
        // The database refuses it as well, however it is asked.
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let mut forged = work.tx.find_case(levels[1]).await?.unwrap();
        forged.state = CaseState::Closed;
        let error = work.tx.update_case(&forged).await.unwrap_err();
        assert!(
            error.to_string().contains("case_with_open_sub_cases"),
            "{error}"
        );
        drop(work);
        resolve(&world, &chen, levels[2]).await?;
        act!(world.core, |work| case::close(work, &chen, levels[2]).await)?;
        act!(world.core, |work| case::close(work, &chen, levels[1]).await)?;
        let lines = page(&world, &chen, levels[0]).await?.sub_cases;
        assert_eq!(
            lines.iter().map(|line| line.state).collect::<Vec<_>>(),
            [CaseState::Closed]
        );
        let late = Opening {
            parent: Some(levels[1]),
            ..opening(&world)
        };
        assert_eq!(
            refusal(open(&world, &chen, &late).await),
            refused(CaseRefusal::ParentEnded)
        );
    }
);

on_both!(
    five_thousand_comments_come_in_slices_and_retracted_ones_leave_a_trace,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
        let id = open(&world, &li, &opening(&world)).await?;
        for hundred in 0..50_i64 {
            world.clock.set(at(24, 9).plus_minutes(hundred));
            act!(world.core, |work| async {
                for n in 0..100 {
                    let kind = if n % 2 == 0 {
                        CommentKind::Internal
                    } else {
                        CommentKind::Resident
                    };
                    case::comment(work, &chen, id, kind, &format!("{}", hundred * 100 + n)).await?;
                }
                Ok(())
            }
            .await)?;
        }
        assert_eq!(file(&world, id).await.comments, 5_000);
        for (actor, expected) in [(&chen, 5_000), (&li, 2_500)] {
            let (mut before, mut seen) = (None, std::collections::BTreeSet::new());
            loop {
                let slice = view!(world.core, |work| case::list_comments(
                    work, actor, id, before, 100
                )
                .await)?;
                before = slice.last().map(|last| (last.at, last.id));
                assert!(
                    slice
                        .iter()
                        .all(|comment| seen.insert(comment.text.clone())),
                    "each comes once"
                );
                if slice.len() < 100 {
                    break;
                }
            }
            assert_eq!(seen.len(), expected);
        }
        let shown = page(&world, &li, id).await?;
        assert_eq!(shown.comments.len(), 50);
        let first = shown.comments[0].id;
        let by_li = act!(world.core, |work| case::retract(work, &li, first).await);
        assert_eq!(refusal(by_li), Refusal::NotAllowed);
        act!(world.core, |work| case::retract(work, &chen, first).await)?;
        let trace = page(&world, &li, id)
            .await?
            .comments
            .into_iter()
            .find(|comment| comment.id == first)
            .unwrap();
        assert_eq!((trace.text.as_str(), trace.retracted.is_some()), ("", true));
        let long = act!(world.core, |work| case::comment(
            work,
            &li,
            id,
            CommentKind::Resident,
            &"x".repeat(4_001)
        )
        .await);
        assert!(
            matches!(refusal(long), Refusal::Field { field: "comment", problem } if problem.en.contains("1–4000"))
        );
    }
);

on_both!(a_form_of_four_hundred_answers_is_kept, |world| {
    offices(&world).await?;
    let answers = (0..400).map(|n| Answer {
        code: format!("q-{n}"),
        question: Localised::new("问", "Q"),
        value: AnswerValue::Text("答".repeat(10)),
    });
    let details = Details::new(answers.collect())?;
    let with = Opening {
        details: Some(details.clone()),
        ..opening(&world)
    };
    let id = open(&world, &resident(world.li), &with).await?;
    assert_eq!(
        page(&world, &resident(world.li), id).await?.details,
        Some(details.clone())
    );
    let doubled: Vec<_> = details
        .answers()
        .iter()
        .chain(details.answers())
        .cloned()
        .collect();
    let forged: Details = serde_json::from_value(serde_json::to_value(doubled)?)?;
    let with = Opening {
        details: Some(forged),
        ..opening(&world)
    };
    assert!(
        matches!(refusal(open(&world, &resident(world.li), &with).await), Refusal::Invalid(why) if why.contains("400"))
    );
});

on_both!(a_resident_has_at_most_fifty_live_cases, |world| {
    offices(&world).await?;
    let li = resident(world.li);
    act!(world.core, |work| async {
        for _ in 0..50 {
            case::open(work, &li, &opening(&world)).await?;
        }
        Ok(())
    }
    .await)?;
    let more = open(&world, &li, &opening(&world)).await;
    assert_eq!(
        refusal(more),
        refused(CaseRefusal::TooMany(Many::LiveCases))
    );
    let slice = view!(world.core, |work| case::list_own(work, &li, None, 30).await)?;
    let rest = view!(world.core, |work| case::list_own(
        work,
        &li,
        slice.last().map(|last| last.id),
        30
    )
    .await)?;
    assert_eq!((slice.len(), rest.len()), (30, 20));
});

on_both!(
    types_belong_to_the_district_a_community_or_a_plugin,
    |world| {
        let offices = offices(&world).await?;
        let (chen, gao) = (
            staff(offices.chen, world.east),
            staff(offices.gao, world.west),
        );
        let draft = TypeDraft {
            title: Localised::new("快修", "Quick repair"),
            sla: Sla {
                response_minutes: 30,
                resolution_minutes: 60,
            },
            confidential: false,
        };
        let by_another = act!(world.core, |work| case::define_for_community(
            work, &gao, world.east, "repair", &draft
        )
        .await);
        assert_eq!(refusal(by_another), Refusal::NotAllowed);
        let for_all = act!(world.core, |work| case::define_for_district(
            work, &chen, "repair", &draft
        )
        .await);
        assert_eq!(refusal(for_all), Refusal::NotAllowed);
        let own = act!(world.core, |work| case::define_for_community(
            work, &chen, world.east, "repair", &draft
        )
        .await)?;
        let types = view!(world.core, |work| case::list_types(work, world.east).await)?;
        assert_eq!(
            types
                .iter()
                .filter(|kind| kind.code == "repair")
                .map(|kind| kind.id)
                .collect::<Vec<_>>(),
            [own]
        );
        let id = open(&world, &resident(world.li), &opening(&world)).await?;
        assert_eq!(
            file(&world, id).await.response_due,
            Some(at(24, 9).plus_minutes(30))
        );
        act!(world.core, |work| case::retire(work, &chen, own).await)?;
        let id = open(&world, &resident(world.li), &opening(&world)).await?;
        assert_eq!(
            file(&world, id).await.response_due,
            Some(at(24, 11)),
            "the district's type stands again"
        );
        let unknown = Opening {
            kind: "unknown".into(),
            ..opening(&world)
        };
        assert_eq!(
            refusal(open(&world, &resident(world.li), &unknown).await),
            Refusal::NotFound("type of cases")
        );
        let bad = TypeDraft {
            sla: Sla {
                response_minutes: 2,
                resolution_minutes: 1,
            },
            ..draft
        };
        let bad = act!(world.core, |work| case::define_for_community(
            work, &chen, world.east, "x", &bad
        )
        .await);
        assert!(matches!(refusal(bad), Refusal::Field { field: "sla", .. }));
    }
);

on_both!(
    a_plugin_opens_cases_of_its_own_types_and_they_are_a_basis_once_committed,
    |world| {
        let offices = offices(&world).await?;
        let mut manifest = linli_world::manifest("care/visits");
        manifest.case_types = serde_json::from_value(serde_json::json!({
            "fall": { "title": { "zh": "跌倒", "en": "Fall" }, "response-minutes": 60, "resolution-minutes": 480 },
        }))?;
        let installation = world
            .enable(manifest.clone(), b"a component", Default::default())
            .await?;
        let through = |actor: Actor| Actor {
            channel: Channel::Plugin,
            ..actor
        };
        let li = through(resident(world.li));
        let fall = Opening {
            installation: Some(installation),
            kind: "fall".into(),
            ..opening(&world)
        };
        let by_web = open(&world, &resident(world.li), &fall).await;
        assert_eq!(
            refusal(by_web),
            Refusal::NotAllowed,
            "a plugin's case comes by its plugin"
        );
        let by_another = open(
            &world,
            &employee(offices.lawyer, offices.legal, world.east),
            &fall,
        )
        .await;
        assert_eq!(refusal(by_another), Refusal::NotAllowed);
        let (id, at_once) = act!(world.core, |work| async {
            let (id, _) = case::open(work, &li, &fall).await?;
            let now = work.now;
            Ok((
                id,
                work.tx.has_open_case(world.li, installation, now).await?,
            ))
        }
        .await)?;
        assert!(!at_once, "not in the unit of work that opens it");
        assert_eq!(file(&world, id).await.organisation_id, Some(world.care));
        world.clock.set(at(24, 10));
        let has = async |person| {
            view!(world.core, |work| async {
                Ok(work
                    .tx
                    .has_open_case(person, installation, work.now)
                    .await?)
            }
            .await)
        };
        assert!(has(world.li).await?);
        assert!(!has(world.wang).await?);
        let service = world.service(installation).await?;
        for (person, opens) in [(world.li, true), (world.wang, false)] {
            let read = view!(world.core, |work| async {
                let reference = service.reference(work, person)?;
                let mut disclosures = linli_core::basis::Disclosures::default();
                let fields = ["phone".to_owned()];
                linli_core::basis::read_fields(
                    work,
                    &service,
                    &Caller::background(),
                    &reference,
                    &fields,
                    Manner::One,
                    &mut disclosures,
                )
                .await
            }
            .await);
            assert_eq!(
                read.is_ok(),
                opens,
                "a case of one's own is a contract: {read:?}"
            );
        }
        let by_staff = Opening {
            parties: vec![party(PartyRole::Reporter, world.wang)],
            ..fall.clone()
        };
        open(
            &world,
            &employee(world.worker, world.care, world.east),
            &by_staff,
        )
        .await?;
        world.clock.set(at(24, 11));
        assert!(!has(world.wang).await?, "staff make no basis");
        let elsewhere = Opening {
            parties: vec![party(PartyRole::Reporter, world.zhao)],
            ..fall.clone()
        };
        let elsewhere = open(
            &world,
            &employee(world.worker, world.care, world.east),
            &elsewhere,
        )
        .await;
        assert_eq!(refusal(elsewhere), Refusal::NotFound("person"));
        resolve(&world, &employee(world.worker, world.care, world.east), id).await?;
        assert!(has(world.li).await?);
        act!(world.core, |work| case::close(
            work,
            &resident(world.li),
            id
        )
        .await)?;
        assert!(!has(world.li).await?);
        // A release without the type ends it.
        manifest.confidential = true;
        manifest.version = "1.0.1".parse()?;
        world
            .enable(
                manifest.clone(),
                b"a confidential component",
                Default::default(),
            )
            .await?;
        let secret = open(&world, &li, &fall).await?;
        assert!(file(&world, secret).await.confidential, "as its service");
        manifest.case_types.clear();
        manifest.version = "1.1.0".parse()?;
        world
            .enable(manifest, b"another component", Default::default())
            .await?;
        assert_eq!(
            refusal(open(&world, &li, &fall).await),
            Refusal::NotFound("type of cases")
        );
    }
);

on_both!(who_is_told_no_is_told_why_and_may_object, |world| {
    let offices = offices(&world).await?;
    let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
    let id = open(&world, &li, &opening(&world)).await?;
    act!(world.core, |work| case::cancel(
        work,
        &chen,
        id,
        "不属公共区域"
    )
    .await)?;
    let seen = page(&world, &li, id).await?;
    assert_eq!(seen.comments[0].text, "不属公共区域");
    act!(world.core, |work| case::reopen(work, &li, id, "是公共区域")
        .await)?;
    assert_eq!(file(&world, id).await.state, CaseState::Reopened);
    act!(world.core, |work| case::withdraw(work, &li, id, "").await)?;
    world.clock.set(at(24, 9).plus_days(16));
    let late = act!(world.core, |work| case::reopen(work, &li, id, "x").await);
    assert_eq!(refusal(late), refused(CaseRefusal::TooLate(Late::Reopen)));
});

async fn told(world: &World, person: PersonId) -> Vec<String> {
    let newest = (Instant(i64::MAX), NoticeId(uuid::Uuid::max()));
    let notices = view!(world.core, |work| async {
        Ok(work.tx.list_notices(person, newest, 100).await?)
    }
    .await);
    notices
        .unwrap()
        .into_iter()
        .rev()
        .map(|notice| notice.body.text.en)
        .filter(|text| text.starts_with("Case "))
        .collect()
}

on_both!(people_are_told_by_number_alone, |world| {
    let offices = offices(&world).await?;
    let chen = staff(offices.chen, world.east);
    let id = open(
        &world,
        &delegate(world.daughter, world.li),
        &opening(&world),
    )
    .await?;
    resolve(&world, &chen, id).await?;
    act!(world.core, |work| case::close(
        work,
        &resident(world.li),
        id
    )
    .await)?;
    let of_li = told(&world, world.li).await;
    assert_eq!(
        of_li.len(),
        3,
        "opened for her, accepted, resolved; she closed it herself: {of_li:?}"
    );
    assert!(
        of_li
            .iter()
            .all(|text| text.starts_with("Case 2026-000001 ") && !text.contains("灯")),
        "{of_li:?}"
    );
    let id = open(&world, &resident(world.li), &opening(&world)).await?;
    act!(world.core, |work| case::assign(
        work,
        &chen,
        id,
        offices.fang
    )
    .await)?;
    world.clock.set(at(24, 12));
    act!(world.core, |work| case::escalate_due(work, 10).await)?;
    assert_eq!(
        told(&world, offices.fang).await.len(),
        2,
        "that it was given to her, and that it is late"
    );
    assert_eq!(
        told(&world, world.admin).await.len(),
        1,
        "a community's case is escalated to the district"
    );
});
