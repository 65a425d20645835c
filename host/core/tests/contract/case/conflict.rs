//! Nobody handles a complaint against themself: attacks.

use super::*;
use linli_domain::case::{CommentKind, EscalationLevel, HandoverState, OfficeKind};
use linli_world::{on_both, refusal};

fn against(who: Who) -> NewParty {
    NewParty {
        role: PartyRole::Respondent,
        who,
    }
}

/// Checks that an office's staff neither see the case nor do anything to it.
async fn is_blind(world: &World, actor: &Actor, id: CaseId) {
    let absent = Refusal::NotFound("case");
    assert_eq!(refusal(page(world, actor, id).await), absent);
    assert_eq!(refusal(accept(world, actor, id).await), absent);
    let core = &world.core;
    assert_eq!(
        refusal(act!(core, |work| case::cancel(work, actor, id, "x").await)),
        absent
    );
    assert_eq!(
        refusal(act!(core, |work| case::close(work, actor, id).await)),
        absent
    );
    assert_eq!(
        refusal(act!(core, |work| case::comment(
            work,
            actor,
            id,
            CommentKind::Internal,
            "x"
        )
        .await)),
        absent
    );
    assert_eq!(
        refusal(act!(core, |work| case::list_comments(
            work, actor, id, None, 10
        )
        .await)),
        absent
    );
    assert_eq!(
        refusal(act!(core, |work| case::reassign(
            work,
            actor,
            id,
            Accountable::Community,
            "x"
        )
        .await)),
        absent
    );
    assert_eq!(
        refusal(act!(core, |work| case::ask_handover(
            work,
            actor,
            id,
            Accountable::District,
            "x"
        )
        .await)),
        absent
    );
    let party = party(PartyRole::Witness, world.wang);
    assert_eq!(
        refusal(act!(core, |work| case::add_party(work, actor, id, &party).await)),
        absent
    );
    assert_eq!(
        refusal(act!(core, |work| case::list_history(
            work, actor, id, None, 10
        )
        .await)),
        absent
    );
}

on_both!(
    a_complaint_against_the_community_goes_to_the_district,
    |world| {
        let offices = offices(&world).await?;
        let complaint = Opening {
            parties: vec![against(Who::CommunityOffice)],
            ..opening(&world)
        };
        let id = open(&world, &resident(world.li), &complaint).await?;
        let opened = file(&world, id).await;
        assert_eq!(
            (opened.office, opened.level),
            (OfficeKind::District, EscalationLevel::District)
        );
        let chen = staff(offices.chen, world.east);
        is_blind(&world, &chen, id).await;
        // Nor as staff at the counter, nor through an organisation that they also work for.
        let counter = Actor {
            subject: Some(world.li),
            office: Office::Counter(world.east),
            ..chen
        };
        is_blind(&world, &counter, id).await;
        act!(world.core, |work| account::grant_staff_role(
            work,
            &Admin::at_command_line(),
            offices.chen,
            offices.legal,
            Some(world.east),
            "lawyer"
        )
        .await)?;
        let district = district(&world);
        let handover = hand_over(
            &world,
            &district,
            id,
            Accountable::Organisation(offices.legal),
        )
        .await?;
        let hat = employee(offices.chen, offices.legal, world.east);
        let accepted = act!(world.core, |work| case::accept_handover(
            work, &hat, handover
        )
        .await);
        assert_eq!(refusal(accepted), refused(CaseRefusal::Conflict));
        let lawyer = employee(offices.lawyer, offices.legal, world.east);
        act!(world.core, |work| case::accept_handover(
            work, &lawyer, handover
        )
        .await)?;
        let given = act!(world.core, |work| case::assign(
            work,
            &lawyer,
            id,
            offices.chen
        )
        .await);
        assert_eq!(refusal(given), refused(CaseRefusal::Conflict));
        assert_eq!(
            refusal(hand_over(&world, &lawyer, id, Accountable::Community).await),
            refused(CaseRefusal::Conflict)
        );
        let ordered = act!(world.core, |work| case::reassign(
            work,
            &district,
            id,
            Accountable::Community,
            "x"
        )
        .await);
        assert_eq!(refusal(ordered), refused(CaseRefusal::Conflict));
        let lines = view!(world.core, |work| case::list_of_community(
            work,
            &chen,
            world.east,
            slice()
        )
        .await)?;
        assert!(lines.is_empty(), "{lines:?}");
    }
);

fn slice() -> case::Slice {
    case::Slice {
        state: None,
        overdue: false,
        after: None,
        limit: 100,
    }
}

on_both!(
    a_complaint_against_an_organisation_is_taken_from_it_wherever_it_is,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen) = (resident(world.li), staff(offices.chen, world.east));
        let (worker, nurse) = (
            employee(world.worker, world.care, world.east),
            employee(offices.nurse, world.care, world.east),
        );
        let id = open(&world, &li, &opening(&world)).await?;
        let handover = hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await?;
        act!(world.core, |work| case::accept_handover(
            work, &worker, handover
        )
        .await)?;
        let sub_case = open(
            &world,
            &Actor {
                channel: Channel::Web,
                ..worker
            },
            &Opening {
                parent: Some(id),
                ..opening(&world)
            },
        )
        .await?;
        let to_care = hand_over(
            &world,
            &chen,
            sub_case,
            Accountable::Organisation(world.care),
        )
        .await?;
        // The resident says that it is they who are to blame.
        act!(world.core, |work| case::add_party(
            work,
            &li,
            id,
            &against(Who::Organisation(world.care))
        )
        .await)?;
        let taken = file(&world, id).await;
        assert_eq!(
            (taken.office, taken.organisation_id, taken.assignee_id),
            (OfficeKind::Community, None, None)
        );
        assert_eq!(taken.level, EscalationLevel::Community);
        for actor in [&worker, &nurse] {
            is_blind(&world, actor, id).await;
            is_blind(&world, actor, sub_case).await;
        }
        // The hand-over that waited is off, for the sub-case too.
        let accepted = act!(world.core, |work| case::accept_handover(
            work, &nurse, to_care
        )
        .await);
        assert_eq!(refusal(accepted), refused(CaseRefusal::Conflict));
        let state = view!(world.core, |work| async {
            Ok(work.tx.find_handover(to_care).await?)
        }
        .await)?;
        assert_eq!(
            state.map(|handover| handover.state),
            Some(HandoverState::Withdrawn)
        );
        assert_eq!(
            refusal(hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await),
            refused(CaseRefusal::Conflict)
        );
        // A new sub-case inherits it.
        let later = open(
            &world,
            &chen,
            &Opening {
                parent: Some(id),
                ..opening(&world)
            },
        )
        .await?;
        assert_eq!(
            refusal(hand_over(&world, &chen, later, Accountable::Organisation(world.care)).await),
            refused(CaseRefusal::Conflict)
        );
        // The community cannot take the accusation away; the district can.
        let party = page(&world, &chen, id)
            .await?
            .parties
            .into_iter()
            .find(|party| party.role == PartyRole::Respondent);
        let party = party.unwrap().id;
        let by_community = act!(world.core, |work| case::remove_party(
            work, &chen, id, party, "x"
        )
        .await);
        assert_eq!(refusal(by_community), Refusal::NotAllowed);
        act!(world.core, |work| case::remove_party(
            work,
            &district(&world),
            id,
            party,
            "查无此事"
        )
        .await)?;
        hand_over(&world, &chen, id, Accountable::Organisation(world.care)).await?;
        hand_over(&world, &chen, later, Accountable::Organisation(world.care)).await?;
    }
);

on_both!(
    a_complaint_against_a_person_is_taken_from_them_whatever_hat_they_wear,
    |world| {
        let offices = offices(&world).await?;
        let (li, chen, fang) = (
            resident(world.li),
            staff(offices.chen, world.east),
            staff(offices.fang, world.east),
        );
        let id = open(&world, &li, &opening(&world)).await?;
        accept(&world, &chen, id).await?;
        let person = against(Who::Person(offices.chen));
        act!(world.core, |work| case::add_party(work, &li, id, &person)
            .await)?;
        let taken = file(&world, id).await;
        assert_eq!(
            (taken.office, taken.assignee_id),
            (OfficeKind::Community, None)
        );
        is_blind(&world, &chen, id).await;
        is_blind(
            &world,
            &Admin {
                person: Some(offices.chen),
            }
            .actor(),
            id,
        )
        .await;
        is_blind(&world, &delegate(offices.chen, world.li), id).await;
        let given = act!(world.core, |work| case::assign(
            work,
            &fang,
            id,
            offices.chen
        )
        .await);
        assert_eq!(refusal(given), refused(CaseRefusal::Conflict));
        act!(world.core, |work| case::assign(
            work,
            &fang,
            id,
            offices.fang
        )
        .await)?;
        let for_chen = delegate(offices.chen, world.li);
        let own = view!(world.core, |work| case::list_own(work, &for_chen, None, 10)
            .await)?;
        assert!(
            own.is_empty(),
            "who acts for the reporter does not find it in a list either"
        );
        // Nor a hand-over of it to their office.
        let to_care = Accountable::Organisation(world.care);
        act!(world.core, |work| case::reassign(
            work,
            &district(&world),
            id,
            to_care,
            "x"
        )
        .await)?;
        let worker = employee(world.worker, world.care, world.east);
        hand_over(&world, &worker, id, Accountable::Community).await?;
        for (actor, expected) in [(&chen, 0), (&fang, 1)] {
            let incoming = view!(world.core, |work| case::list_incoming(
                work, actor, world.east, None, 10
            )
            .await)?;
            assert_eq!(incoming.len(), expected);
        }
        let twice = act!(world.core, |work| case::add_party(work, &li, id, &person)
            .await);
        assert_eq!(refusal(twice), refused(CaseRefusal::AlreadyParty));
        let herself = act!(world.core, |work| case::add_party(
            work,
            &li,
            id,
            &against(Who::Person(world.li))
        )
        .await);
        assert_eq!(refusal(herself), refused(CaseRefusal::AlreadyParty));
    }
);

on_both!(
    somebody_else_s_staff_who_take_up_work_at_the_respondent_lose_the_case,
    |world| {
        let offices = offices(&world).await?;
        let complaint = Opening {
            parties: vec![against(Who::Organisation(world.care))],
            ..opening(&world)
        };
        let id = open(&world, &resident(world.li), &complaint).await?;
        let chen = staff(offices.chen, world.east);
        accept(&world, &chen, id).await?;
        act!(world.core, |work| account::grant_staff_role(
            work,
            &Admin::at_command_line(),
            offices.chen,
            world.care,
            Some(world.west),
            "care-worker"
        )
        .await)?;
        is_blind(&world, &chen, id).await;
        act!(world.core, |work| case::start(
            work,
            &staff(offices.fang, world.east),
            id
        )
        .await)?;
        // Whoever complains of their own employer sees their complaint.
        let own = Opening {
            parties: vec![against(Who::Organisation(offices.legal))],
            ..opening(&world)
        };
        act!(world.core, |work| account::grant_staff_role(
            work,
            &Admin::at_command_line(),
            world.wang,
            offices.legal,
            Some(world.east),
            "lawyer"
        )
        .await)?;
        let id = open(&world, &resident(world.wang), &own).await?;
        assert!(page(&world, &resident(world.wang), id).await.is_ok());
        let own = view!(world.core, |work| case::list_own(
            work,
            &resident(world.wang),
            None,
            10
        )
        .await)?;
        assert_eq!(own.len(), 1);
    }
);

on_both!(
    a_merge_brings_along_whom_it_is_against_and_its_undoing_takes_them_back,
    |world| {
        let offices = offices(&world).await?;
        let (chen, worker) = (
            staff(offices.chen, world.east),
            employee(world.worker, world.care, world.east),
        );
        let target = open(&world, &resident(world.wang), &opening(&world)).await?;
        let handover =
            hand_over(&world, &chen, target, Accountable::Organisation(world.care)).await?;
        act!(world.core, |work| case::accept_handover(
            work, &worker, handover
        )
        .await)?;
        let complaint = Opening {
            parties: vec![against(Who::Organisation(world.care))],
            ..opening(&world)
        };
        let source = open(&world, &resident(world.li), &complaint).await?;
        // The organisation cannot merge the complaint away; it doesn't even see it.
        let by_worker = act!(world.core, |work| case::merge(
            work, &worker, source, target, "x"
        )
        .await);
        assert_eq!(refusal(by_worker), Refusal::NotFound("case"));
        act!(world.core, |work| case::merge(
            work, &chen, source, target, "重复"
        )
        .await)?;
        let taken = file(&world, target).await;
        assert_eq!(
            (taken.office, taken.assignee_id),
            (OfficeKind::Community, None)
        );
        is_blind(&world, &worker, target).await;
        act!(world.core, |work| case::unmerge(
            work,
            &chen,
            source,
            "不是一回事"
        )
        .await)?;
        hand_over(&world, &chen, target, Accountable::Organisation(world.care)).await?;
        is_blind(&world, &worker, source).await;
        assert_eq!(
            refusal(hand_over(&world, &chen, source, Accountable::Organisation(world.care)).await),
            refused(CaseRefusal::Conflict)
        );
    }
);

on_both!(the_database_itself_refuses_it, |world| {
    let offices = offices(&world).await?;
    let id = open(&world, &resident(world.li), &opening(&world)).await?;
    accept(&world, &staff(offices.chen, world.east), id).await?;
    let mut template = page(&world, &staff(offices.chen, world.east), id)
        .await?
        .parties
        .remove(0);
    template.role = PartyRole::Respondent;
    // A respondent who handles the case, by each way of handling it.
    for (person, organisation, office) in [(Some(offices.chen), None, false), (None, None, true)] {
        let mut work = world.core.begin(linli_core::Mode::Act).await?;
        let forged = linli_core::store::case::CaseParty {
            id: work.id(),
            person_id: person,
            organisation_id: organisation,
            community_office: office,
            ..template.clone()
        };
        let error = work.tx.create_case_party(&forged).await.unwrap_err();
        assert!(
            error.to_string().contains("case_handled_by_its_respondent"),
            "{error}"
        );
    }
    // An office or a person put in charge of a case that is against them.
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let against_care = linli_core::store::case::CaseParty {
        id: work.id(),
        person_id: None,
        organisation_id: Some(world.care),
        ..template.clone()
    };
    work.tx.create_case_party(&against_care).await?;
    work.commit().await?;
    let mut forged = file(&world, id).await;
    forged.office = OfficeKind::Organisation;
    forged.organisation_id = Some(world.care);
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let error = work.tx.update_case(&forged).await.unwrap_err();
    assert!(
        error.to_string().contains("case_handled_by_its_respondent"),
        "{error}"
    );
    drop(work);
    let mut forged = file(&world, id).await;
    forged.assignee_id = Some(world.worker);
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    let error = work.tx.update_case(&forged).await.unwrap_err();
    assert!(
        error.to_string().contains("case_handled_by_its_respondent"),
        "their staff: {error}"
    );
    drop(work);
    // And a case for which nobody answers.
    let mut forged = file(&world, id).await;
    forged.office = OfficeKind::Organisation;
    let mut work = world.core.begin(linli_core::Mode::Act).await?;
    assert!(work.tx.update_case(&forged).await.is_err());
});
