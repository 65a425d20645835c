//! Cases (工单): opened by residents, staff and plugins, answered for by exactly one office, until they end.
//!
//! Start at [`open()`] and [`accept`]; who may see and do what stands in `access.rs`. The rules that nothing breaks: one office
//! answers for a case at any time; nobody handles a complaint against themself, by whatever way they come to it; a case's
//! number is given once and none is left out; a parent ends after its sub-cases; the clock stands only while a case waits,
//! for a reason and not for ever. The database holds those as well.

mod access;
mod assign;
mod comment;
mod due;
mod handover;
mod kind;
mod list;
mod merge;
mod open;
mod page;
mod party;
mod progress;
mod rating;
mod refusal;
mod tell;

pub use access::Sight;
pub use assign::{assign, reassign};
pub use comment::{comment, list_comments, retract};
pub use due::escalate_due;
pub use handover::{
    accept_handover, ask_handover, find_handover, list_incoming, reject_handover, withdraw_handover,
};
pub use kind::{TypeDraft, declare, define_for_community, define_for_district, list_types, retire};
pub use list::{
    Slice, check_reach, find_by_number, list_of_community, list_of_district, list_own, list_own_of,
    list_work, list_work_of,
};
pub use merge::{merge, unmerge};
pub use open::{Opening, Place, open};
pub use page::{CasePage, list_history, page};
pub use party::{NewParty, Who, add_party, remove_party};
pub use progress::{accept, cancel, close, reopen, resolve, resume, start, wait, withdraw};
pub use rating::rate;
pub use refusal::{CaseRefusal, Late, Many, NoMerge, state_zh};

use crate::error::{Error, Refusal, Result};
use crate::work::Work;
use crate::{Actor, holiday};
use access::{Respondents, accountable};
use linli_domain::case::{Accountable, CaseState, HandoverState, PartyRole, SlaClock};
use linli_domain::working_time::{Minutes, WorkingTime};
use linli_domain::{CaseId, Instant, PersonId};
use linli_store::case::{CaseEvent, CaseFile, CaseParty};
use serde_json::json;

/// For how many days after it was closed a resident may reopen a case.
pub const REOPEN_DAYS: i64 = 15;
/// After how many days without an objection a resolved case is closed.
pub const CLOSE_AFTER_DAYS: i64 = 7;
/// For how many days a merge can be undone.
pub const UNDO_DAYS: i64 = 7;
/// For how many days a hand-over can be answered.
pub const HANDOVER_DAYS: i64 = 3;
/// The longest that a case waits at once, in days.
pub const MAX_WAIT_DAYS: i64 = 30;
/// The longest that a case waits in all, in days; counted anew when it is reopened.
pub const MAX_WAITED_DAYS: i64 = 60;
/// The longest reason, in bytes.
pub const MAX_REASON: usize = 500;
/// Where nothing is due.
const FAR: Instant = Instant(Instant::BOUND);

/// A case with its parties.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    case: CaseFile,
    parties: Vec<CaseParty>,
    /// Those of the case in which it goes on, where it was merged: whom that is against, this is against too.
    further: Vec<CaseParty>,
}

impl Loaded {
    async fn find(work: &mut Work, id: CaseId) -> Result<Self> {
        let case = work
            .tx
            .find_case(id)
            .await?
            .ok_or(Refusal::NotFound("case"))?;
        Self::of(work, case).await
    }

    async fn of(work: &mut Work, case: CaseFile) -> Result<Self> {
        let parties = work.tx.list_case_parties(case.id).await?;
        let further = match case.merged_into {
            Some(target) => work.tx.list_case_parties(target).await?,
            None => Vec::new(),
        };
        Ok(Self {
            case,
            parties,
            further,
        })
    }

    fn respondents(&self) -> Respondents {
        Respondents::of(self.parties.iter().chain(&self.further))
    }

    /// The resident whom it is for, for the audit and for notices: who reported it, else whom it is about.
    fn resident(&self) -> Option<PersonId> {
        let of = |role| {
            self.parties
                .iter()
                .filter(move |party| party.role == role)
                .find_map(|party| party.person_id)
        };
        of(PartyRole::Reporter).or_else(|| of(PartyRole::Subject))
    }

    /// Whether a resident asks in it: reported it or, where staff did for nobody else, is whom it is about.
    fn asks(&self, resident: PersonId) -> bool {
        let mut reporters = self
            .parties
            .iter()
            .filter(|party| party.role == PartyRole::Reporter)
            .peekable();
        if reporters.peek().is_some() {
            return reporters.any(|party| party.person_id == Some(resident));
        }
        self.parties
            .iter()
            .any(|party| party.role == PartyRole::Subject && party.person_id == Some(resident))
    }

    /// Moves it to a state, if the machine allows it.
    fn become_state(&mut self, next: CaseState) -> Result<()> {
        if !self.case.state.may_become(next) {
            return Err(CaseRefusal::WrongState(self.case.state).into());
        }
        self.case.state = next;
        Ok(())
    }

    fn put_office(&mut self, office: Accountable) {
        self.case.office = office.kind();
        self.case.organisation_id = office.organisation();
    }

    fn clock(&self) -> SlaClock {
        SlaClock {
            response_due: self.case.response_due,
            resolution_due: self.case.resolution_due,
            response_left: self.case.response_left,
            resolution_left: self.case.resolution_left,
        }
    }

    fn put_clock(&mut self, clock: SlaClock) {
        self.case.response_due = clock.response_due;
        self.case.resolution_due = clock.resolution_due;
        self.case.response_left = clock.response_left;
        self.case.resolution_left = clock.resolution_left;
    }

    /// The first response was given, unless it was before.
    fn respond(&mut self, now: Instant) {
        let mut clock = self.clock();
        clock.respond();
        self.put_clock(clock);
        self.case.responded.get_or_insert(now);
    }

    /// Writes the case and a line of its history, audits it, and tells whom it concerns. `note` is the reason, if one was given.
    async fn save(
        &mut self,
        work: &mut Work,
        actor: &Actor,
        event: &str,
        note: &str,
    ) -> Result<()> {
        self.write(work, self.wake()).await?;
        let case = &self.case;
        let line = CaseEvent {
            case_id: case.id,
            version: case.version,
            at: work.now,
            actor_id: actor.person,
            actor_office: actor.office.code().to_owned(),
            event: event.to_owned(),
            note: note.to_owned(),
            state: case.state,
            office: case.office,
            organisation_id: case.organisation_id,
            assignee_id: case.assignee_id,
        };
        work.tx.create_case_event(&line).await?;
        let detail = json!({
            "state": case.state.code(), "office": case.office.code(), "organisation": case.organisation_id,
            "assignee": case.assignee_id, "note": note,
        });
        work.audit_act(
            actor,
            self.resident(),
            &format!("case.{event}"),
            case.id,
            detail,
        )
        .await?;
        if event == "escalated" {
            return tell::escalated(work, self).await;
        }
        tell::residents(work, actor, self, event).await
    }

    /// Writes the case, to be looked at again by the host at `wake`.
    async fn write(&mut self, work: &mut Work, wake: Option<Instant>) -> Result<()> {
        self.case.next_due = self.clock().next_due().unwrap_or(FAR);
        self.case.wake = wake;
        self.case.changed = work.now;
        self.case.version += 1;
        Ok(work.tx.update_case(&self.case).await?)
    }

    /// When the host has to look at it by itself: to escalate it, to end its waiting, to close it.
    fn wake(&self) -> Option<Instant> {
        let case = &self.case;
        match case.state {
            CaseState::Resolved => case.resolved.map(|at| at.plus_days(CLOSE_AFTER_DAYS)),
            state if state.is_active() => {
                let response = case.response_due.filter(|_| !case.response_escalated);
                let resolution = case.resolution_due.filter(|_| !case.resolution_escalated);
                let waiting = case.waiting_until.filter(|_| state == CaseState::Waiting);
                [response, resolution, waiting].into_iter().flatten().min()
            }
            _ => None,
        }
    }

    /// Takes back the hand-over that is pending, if there is one and `over` says so of the office that it is to.
    async fn end_handover(
        &self,
        work: &mut Work,
        actor: &Actor,
        over: impl FnOnce(Accountable) -> bool,
    ) -> Result<()> {
        let Some(mut pending) = work.tx.find_pending_handover(self.case.id).await? else {
            return Ok(());
        };
        if over(handover::target(&pending)) {
            pending.state = HandoverState::Withdrawn;
            pending.decided = Some(work.now);
            pending.decided_by = actor.person;
            work.tx.decide_handover(&pending).await?;
        }
        Ok(())
    }
}

/// The working time by which clocks run: of the offices, from 9 to 17 on working days.
async fn working_time(work: &mut Work) -> Result<WorkingTime> {
    holiday::office_time(
        work,
        Minutes {
            from: 540,
            to: 1_020,
        },
    )
    .await
}

impl From<linli_domain::working_time::WorkingTimeError> for Error {
    fn from(error: linli_domain::working_time::WorkingTimeError) -> Self {
        Refusal::Invalid(error.to_string()).into()
    }
}

impl From<CaseRefusal> for Error {
    fn from(refusal: CaseRefusal) -> Self {
        Self::Refused(Refusal::Case(refusal))
    }
}

/// Checks that a text has `min`–`max` bytes; names both where it has not.
fn check_text(field: &'static str, text: &str, min: usize, max: usize) -> Result<()> {
    let length = if text.trim().is_empty() {
        0
    } else {
        text.len()
    };
    if (min..=max).contains(&length) {
        return Ok(());
    }
    Err(Refusal::field(
        field,
        format!("须为 {min}–{max} 字节（一个汉字为 3 字节）"),
        format!("It has {min}–{max} bytes; this has {length}"),
    )
    .into())
}

/// The first office at or above one that the case is not against.
fn permitted(office: Accountable, respondents: &Respondents) -> Accountable {
    [office, Accountable::Community, Accountable::District]
        .into_iter()
        .find(|office| !respondents.bars_office(*office))
        .unwrap_or(Accountable::District)
}

/// Takes the case from an office or a person that it is against now, and passes it upwards; takes back a hand-over to one.
async fn relieve(work: &mut Work, actor: &Actor, loaded: &mut Loaded) -> Result<()> {
    let respondents = loaded.respondents();
    loaded
        .end_handover(work, actor, |office| respondents.bars_office(office))
        .await?;
    let office = accountable(&loaded.case);
    let next = permitted(office, &respondents);
    if next != office {
        loaded.put_office(next);
        loaded.case.assignee_id = None;
        let level = match next {
            Accountable::District => linli_domain::case::EscalationLevel::District,
            _ => linli_domain::case::EscalationLevel::Community,
        };
        loaded.case.level = loaded.case.level.max(level);
        return loaded.save(work, actor, "escalated", "conflict").await;
    }
    if let Some(person) = loaded.case.assignee_id
        && respondents
            .bars_person(work, person, loaded.case.community_id)
            .await?
    {
        loaded.case.assignee_id = None;
        return loaded.save(work, actor, "unassigned", "conflict").await;
    }
    Ok(())
}
