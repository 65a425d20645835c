//! Whatever is tried in whatever order: no state but the machine's, one office that answers, nobody against whom a case is,
//! no sub-case under an ended parent. A refusal is typed; the database never has to step in.

use super::*;
use linli_core::{Error, Mode};
use linli_domain::case::CommentKind;
use linli_domain::random::Stream;
use linli_world::on_both;

/// A number below `below`.
fn draw(stream: &mut Stream, below: usize) -> usize {
    let mut bytes = [0; 8];
    stream.fill(&mut bytes);
    usize::try_from(u64::from_le_bytes(bytes) % below as u64).unwrap()
}

on_both!(steps_at_random_break_nothing, |world| {
    const SEED: u8 = 7;
    let offices = offices(&world).await?;
    let through_web = |actor: Actor| Actor {
        channel: Channel::Web,
        ..actor
    };
    let actors = [
        resident(world.li),
        resident(world.wang),
        delegate(world.daughter, world.li),
        staff(offices.chen, world.east),
        staff(offices.fang, world.east),
        staff(offices.gao, world.west),
        through_web(employee(world.worker, world.care, world.east)),
        through_web(employee(offices.nurse, world.care, world.east)),
        through_web(employee(offices.lawyer, offices.legal, world.east)),
        district(&world),
    ];
    let people = [
        world.li,
        world.wang,
        offices.chen,
        offices.fang,
        world.worker,
        offices.nurse,
        offices.lawyer,
        world.admin,
    ];
    let targets = [
        Accountable::Community,
        Accountable::District,
        Accountable::Organisation(world.care),
        Accountable::Organisation(offices.legal),
    ];
    let mut stream = Stream::new([SEED; 32]);
    let (mut cases, mut handovers) = (Vec::new(), Vec::new());
    let (mut done, mut now) = (0, at(24, 9));
    for step in 0..600 {
        let actor = actors[draw(&mut stream, actors.len())];
        let (person, to) = (
            people[draw(&mut stream, people.len())],
            targets[draw(&mut stream, targets.len())],
        );
        let role = PartyRole::ALL[draw(&mut stream, PartyRole::ALL.len())];
        let what = match cases.len() {
            0..3 => 0,
            3..30 => draw(&mut stream, 26),
            _ => draw(&mut stream, 24) + 2,
        };
        let mut pick = || {
            cases
                .get(draw(&mut stream, cases.len().max(1)))
                .copied()
                .unwrap_or(CaseId(uuid::Uuid::nil()))
        };
        let (id, other) = (pick(), pick());
        let handover = handovers
            .last()
            .copied()
            .unwrap_or(HandoverId(uuid::Uuid::nil()));
        let mut work = world.core.begin(Mode::Act).await?;
        let (mut opened, mut asked) = (None, None);
        let w = &mut work;
        // Every other step by somebody who may well do it.
        let handler = match w.tx.find_case(id).await? {
            Some(case) if step % 2 == 0 => match case.organisation_id {
                Some(organisation) if organisation == world.care => Some(actors[6]),
                Some(_) => Some(actors[8]),
                None if case.office == Accountable::District.kind() => Some(actors[9]),
                None => Some(actors[3]),
            },
            _ => None,
        };
        let actor = handler.unwrap_or(actor);
        let result = match what {
            0 | 1 => {
                let parent = (what == 1).then_some(id);
                let parties = if step % 3 == 0 {
                    vec![party(role, person)]
                } else {
                    Vec::new()
                };
                let kind = if step % 7 == 0 { "abuse" } else { "repair" }.to_owned();
                let opening = Opening {
                    parent,
                    parties,
                    kind,
                    ..opening(&world)
                };
                case::open(w, &actor, &opening)
                    .await
                    .map(|(id, _)| opened = Some(id))
            }
            13 if step % 5 == 0 => case::cancel(w, &actor, id, "x").await,
            14 if step % 5 == 0 => case::withdraw(w, &actor, id, "x").await,
            2..=5 | 13 | 14 => case::accept(w, &actor, id).await,
            6 | 7 => case::start(w, &actor, id).await,
            8 => case::wait(w, &actor, id, "x", now.plus_days(2)).await,
            9 => case::resume(w, &actor, id).await,
            10 | 11 => case::resolve(w, &actor, id, "x").await,
            12 => case::close(w, &actor, id).await,
            15 => case::reopen(w, &actor, id, "x").await,
            16 => case::merge(w, &actor, id, other, "x").await,
            17 => case::unmerge(w, &actor, id, "x").await,
            18 => case::assign(w, &actor, id, person).await,
            19 => case::reassign(w, &actor, id, to, "x").await,
            20 => case::ask_handover(w, &actor, id, to, "x")
                .await
                .map(|id| asked = Some(id)),
            21 => case::accept_handover(w, &actor, handover).await,
            22 => case::reject_handover(w, &actor, handover, "x").await,
            23 => {
                let who = match step % 3 {
                    0 => to
                        .organisation()
                        .map_or(Who::CommunityOffice, Who::Organisation),
                    _ => Who::Person(person),
                };
                case::add_party(w, &actor, id, &NewParty { role, who })
                    .await
                    .map(drop)
            }
            24 => case::comment(w, &actor, id, CommentKind::ALL[step % 3], "x")
                .await
                .map(drop),
            _ => {
                now = now.plus_minutes(300);
                world.clock.set(now);
                case::escalate_due(w, 100).await.map(drop)
            }
        };
        match result {
            Ok(()) => {
                work.commit().await?;
                done += 1;
                cases.extend(opened);
                handovers.extend(asked);
            }
            Err(Error::Refused(_)) => drop(work),
            Err(error) => {
                panic!("step {step} of seed {SEED}, operation {what}: {error}")
            }
        }
    }
    assert!(done > 120, "only {done} steps did something");
    let broken = [
        // Against whom it is.
        "UPDATE case_file SET version = version WHERE EXISTS (SELECT 1 FROM case_party WHERE case_id = case_file.id \
         AND removed IS NULL AND case_party.role = 'respondent' AND (case_party.person_id = assignee_id \
         OR case_party.organisation_id = case_file.organisation_id OR (community_office AND office = 'community')))",
        // An ended parent of a live sub-case.
        "UPDATE case_file SET version = version WHERE live AND parent_id IN (SELECT id FROM case_file \
         WHERE state IN ('closed', 'cancelled'))",
        // A hand-over of what has ended.
        "UPDATE case_handover SET state = state WHERE state = 'pending' AND case_id IN (SELECT id FROM case_file WHERE NOT live)",
        // A gap.
        "UPDATE case_counter SET last = last WHERE last <> (SELECT count(*) FROM case_file \
         WHERE case_file.community_id = case_counter.community_id AND case_file.year = case_counter.year)",
        // Nothing that would ever wake it.
        "UPDATE case_file SET version = version WHERE wake IS NULL AND (state IN ('waiting', 'resolved') \
         OR (live AND NOT resolution_escalated))",
    ];
    for update in broken {
        assert_eq!(world.sql(update).await?, 0, "seed {SEED}: {update}");
    }
    for id in cases {
        let mut history = view!(world.core, |work| async {
            Ok(work.tx.list_case_events(id, i64::MAX, 100).await?)
        }
        .await)?;
        history.reverse();
        for pair in history.windows(2) {
            let (from, to) = (pair[0].state, pair[1].state);
            assert!(
                from == to || from.may_become(to) || from.may_return_to(to),
                "seed {SEED}: {from} became {to} by {}",
                pair[1].event
            );
        }
    }
});
