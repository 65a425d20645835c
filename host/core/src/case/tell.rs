//! What people are told of a case: by its number alone, for inboxes and telephones are looked at by others too.

use super::Loaded;
use crate::caller::{COMMUNITY_STAFF, DISTRICT_ADMIN};
use crate::error::Result;
use crate::work::Work;
use crate::{Actor, notice};
use linli_domain::case::{CaseNumber, EscalationLevel};
use linli_domain::notice::Urgency;
use linli_domain::{Localised, PersonId};
use std::collections::BTreeSet;

/// The most staff of an office who are told at once.
const MAX_STAFF: i64 = 50;

/// What the residents whose case it is are told of an event, as an ending of 'case N …'; nothing of most.
fn for_residents(event: &str) -> Option<(&'static str, &'static str)> {
    Some(match event {
        "opened" => ("已登记", "was opened for you"),
        "accepted" => ("已受理", "was taken up"),
        "waiting" => (
            "正在等待外部条件，时限暂停",
            "waits for something outside the office; its clock stands",
        ),
        "resolved" => (
            "已答复，如不满意可以重新打开",
            "was answered; reopen it if you are not content",
        ),
        "closed" => ("已办结，欢迎评价", "was closed; you may rate it"),
        "cancelled" => ("已被取消，原因见工单", "was called off; it says why"),
        "merged" => (
            "已并入另一个相同的工单继续办理",
            "goes on in another one about the same matter",
        ),
        "commented" => ("有新的回复", "has a new reply"),
        _ => return None,
    })
}

/// Tells the residents whose case it is, and those whose case was merged into it, of an event; but who did it, and whom the
/// case is against.
pub(super) async fn residents(
    work: &mut Work,
    actor: &Actor,
    loaded: &Loaded,
    event: &str,
) -> Result<()> {
    let Some((zh, en)) = for_residents(event) else {
        return Ok(());
    };
    let mut cases = vec![(loaded.case.clone(), loaded.parties.clone())];
    if matches!(event, "resolved" | "closed" | "cancelled") {
        for source in work.tx.list_merged_cases(loaded.case.id).await? {
            if let Some(case) = work.tx.find_case(source).await? {
                cases.push((case, work.tx.list_case_parties(source).await?));
            }
        }
    }
    let mut told: BTreeSet<PersonId> = actor.person.into_iter().collect();
    for (case, parties) in cases {
        let owners = parties
            .iter()
            .filter(|party| party.role.owns())
            .filter_map(|party| party.person_id);
        for person in owners {
            if !told.insert(person) || loaded.respondents().bars_person_themself(person) {
                continue;
            }
            let number = CaseNumber {
                year: case.year,
                number: case.number,
            };
            send(work, person, number, (zh, en), Urgency::Routine).await?;
        }
    }
    Ok(())
}

/// Tells who deals with a case, and the staff of the office up to which it was escalated, that it was; but whom it is against.
pub(super) async fn escalated(work: &mut Work, loaded: &Loaded) -> Result<()> {
    let case = &loaded.case;
    let above = match case.level {
        EscalationLevel::Party => Vec::new(),
        EscalationLevel::Community => {
            work.tx
                .list_community_office(COMMUNITY_STAFF, case.community_id, work.now, MAX_STAFF)
                .await?
        }
        EscalationLevel::District => {
            let admins = work
                .tx
                .list_office_holders(DISTRICT_ADMIN, work.now)
                .await?;
            admins.into_iter().map(|role| role.person_id).collect()
        }
    };
    let people: BTreeSet<_> = above.into_iter().chain(case.assignee_id).collect();
    let respondents = loaded.respondents();
    for person in people {
        if !respondents
            .bars_person(work, person, case.community_id)
            .await?
        {
            let number = CaseNumber {
                year: case.year,
                number: case.number,
            };
            let words = ("已升级，请督办", "was escalated; see that it is dealt with");
            send(work, person, number, words, Urgency::Important).await?;
        }
    }
    Ok(())
}

/// Tells one member of staff.
pub(super) async fn one(
    work: &mut Work,
    person: PersonId,
    loaded: &Loaded,
    words: (&str, &str),
) -> Result<()> {
    let number = CaseNumber {
        year: loaded.case.year,
        number: loaded.case.number,
    };
    send(work, person, number, words, Urgency::Routine).await
}

async fn send(
    work: &mut Work,
    person: PersonId,
    number: CaseNumber,
    (zh, en): (&str, &str),
    urgency: Urgency,
) -> Result<()> {
    let title = Localised::new(format!("工单 {number}"), format!("Case {number}"));
    let body = Localised::new(
        format!("工单 {number} {zh}。"),
        format!("Case {number} {en}."),
    );
    notice::tell(work, person, None, title, body, urgency, None).await?;
    Ok(())
}
