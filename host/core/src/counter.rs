//! Acting at the counter: a community's staff do for a resident what the resident, who stands before them, asks for.
//!
//! [`begin`] writes down who acts for whom and what they were shown; [`actor`] is who acts then, for a short time; each act
//! of that actor is confirmed to the resident by a notice ([`crate::Work::audit_act`] sees to that).

use crate::caller::{Actor, Channel, CommunityStaff, Office};
use crate::error::{Refusal, Result};
use crate::notice;
use crate::resident;
use crate::work::Work;
use linli_domain::{CounterId, Localised, PersonId, Urgency};
use linli_store::counter::CounterSession;
use linli_store::person::Person;
use serde_json::json;

/// How long a session lasts at most, in minutes.
pub const LASTS_MINUTES: i64 = 30;

/// Why nothing was done at the counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CounterRefusal {
    /// Nobody serves themself.
    Oneself,
    /// It is ended, or its time is over.
    Over,
}

impl CounterRefusal {
    /// What it says to people.
    pub fn message(self) -> Localised {
        match self {
            Self::Oneself => Localised::new(
                "不能在柜台为自己代办，请由其他工作人员办理，或以居民身份自行办理。",
                "Nobody serves themself at the counter. Ask a colleague, or act as the resident that you are.",
            ),
            Self::Over => Localised::new(
                "本次柜台代办已结束。请重新核验居民身份后再继续。",
                "This session at the counter is over. Check who is before you and begin anew.",
            ),
        }
    }
}

/// Begins to act for a resident of the community who is there in person. `evidence` says what they showed, 1–500 bytes.
/// Whatever session the same member of staff had before is ended.
pub async fn begin(
    work: &mut Work,
    staff: &CommunityStaff,
    resident: PersonId,
    evidence: &str,
) -> Result<CounterSession> {
    let person = staff.person.ok_or(Refusal::NotAllowed)?;
    if person == resident {
        return Err(CounterRefusal::Oneself.into());
    }
    if evidence.trim().is_empty() {
        return Err(Refusal::field(
            "evidence",
            "请写明核验的证件，如居民身份证",
            "Say what they showed, such as an identity card",
        )
        .into());
    }
    resident::check_text("evidence", evidence)?;
    lives_there(work, staff, resident).await?;
    work.tx.end_counter_sessions(person, work.now).await?;
    let session = CounterSession {
        id: work.id(),
        staff_id: person,
        resident_id: resident,
        community_id: staff.community,
        evidence: evidence.to_owned(),
        begun: work.now,
        expires: work.now.plus_minutes(LASTS_MINUTES),
        ended: None,
    };
    work.tx.create_counter_session(&session).await?;
    let acting = actor_of(&session);
    work.audit_act(&acting, None, "counter.begin", session.id, json!({}))
        .await?;
    Ok(session)
}

/// Whom staff mean at the counter: a resident of the community, by name and identity number, telephone number or day of birth.
pub async fn find_resident(
    work: &mut Work,
    staff: &CommunityStaff,
    name: &str,
    known: &str,
) -> Result<PersonId> {
    staff.person.ok_or(Refusal::NotAllowed)?;
    let lives_here = |person: &Person| person.community_id == Some(staff.community);
    Ok(resident::identify(work, name, known, lives_here).await?.id)
}

/// The session of a member of staff that still lasts, with the resident's name.
pub async fn current(
    work: &mut Work,
    staff: &CommunityStaff,
) -> Result<Option<(CounterSession, String)>> {
    let person = staff.person.ok_or(Refusal::NotAllowed)?;
    let found = work.tx.find_open_counter_session(person).await?;
    let Some(session) = found
        .filter(|session| session.community_id == staff.community && session.expires > work.now)
    else {
        return Ok(None);
    };
    let resident = work.tx.find_person(session.resident_id).await?;
    Ok(resident.map(|resident| (session, resident.name)))
}

/// Who acts in a session that still lasts; for the member of staff who began it.
pub async fn actor(work: &mut Work, staff: &CommunityStaff, id: CounterId) -> Result<Actor> {
    let session = find(work, staff, id).await?;
    if session.ended.is_some() || session.expires <= work.now {
        return Err(CounterRefusal::Over.into());
    }
    lives_there(work, staff, session.resident_id).await?;
    Ok(actor_of(&session))
}

/// Ends a session.
pub async fn end(work: &mut Work, staff: &CommunityStaff, id: CounterId) -> Result<()> {
    let session = find(work, staff, id).await?;
    if session.ended.is_some() {
        return Ok(());
    }
    work.tx
        .end_counter_sessions(session.staff_id, work.now)
        .await?;
    let subject = Some(session.resident_id);
    work.audit_act(&staff.actor(), subject, "counter.end", id, json!({}))
        .await
}

/// Tells the resident what was done for them.
pub(crate) async fn confirm(work: &mut Work, actor: &Actor, action: &str) -> Result<()> {
    let (Some(resident), Some(staff)) = (actor.subject, actor.person) else {
        return Ok(());
    };
    let staff = work.tx.find_person(staff).await?;
    let staff = staff.map_or_else(String::new, |person| person.name);
    let what = describe(action);
    notice::tell(
        work,
        resident,
        None,
        Localised::new("柜台代办确认", "Done for you at the counter"),
        Localised::new(
            format!("{staff} 在社区柜台为您办理了：{}。如非您本人要求，请联系社区或区管理员。", what.zh),
            format!(
                "{staff} did this for you at the community's counter: {}. If you did not ask for it, tell the community or \
                 the district's admin.",
                what.en
            ),
        ),
        Urgency::Important,
        None,
    )
    .await?;
    Ok(())
}

/// An act in words, by its code in the audit.
fn describe(action: &str) -> Localised {
    let (thing, verb) = action.split_once('.').unwrap_or((action, ""));
    let thing = match thing {
        "counter" => ("柜台代办", "counter session"),
        "need" => ("需求", "need"),
        "delegation" => ("委托", "delegation"),
        "booking" => ("场地预约", "booking of a space"),
        "appointment" => ("服务预约", "appointment"),
        "enrolment" => ("报名", "enrolment"),
        "case" => ("诉求", "case"),
        "consent" => ("个人信息授权", "consent"),
        "waiting" => ("候补", "place in a waiting list"),
        other => (other, other),
    };
    let verb = match verb {
        "begin" => ("开始", "begun"),
        "record" | "create" | "book" | "booked" | "open" | "enrol" | "grant" | "give" | "join" => {
            ("办理", "made")
        }
        "correct" | "change" | "move" | "moved" => ("更改", "changed"),
        "cancel" | "cancelled" | "withdraw" | "revoke" | "leave" => ("取消", "taken back"),
        other => (other, other),
    };
    Localised::new(
        format!("{}（{}）", thing.0, verb.0),
        format!("{} {}", thing.1, verb.1),
    )
}

fn actor_of(session: &CounterSession) -> Actor {
    Actor {
        person: Some(session.staff_id),
        subject: Some(session.resident_id),
        office: Office::Counter(session.community_id),
        channel: Channel::Counter,
    }
}

async fn find(work: &mut Work, staff: &CommunityStaff, id: CounterId) -> Result<CounterSession> {
    let found = work.tx.find_counter_session(id).await?;
    found
        .filter(|session| {
            staff.person == Some(session.staff_id) && staff.community == session.community_id
        })
        .ok_or_else(|| CounterRefusal::Over.into())
}

async fn lives_there(work: &mut Work, staff: &CommunityStaff, resident: PersonId) -> Result<()> {
    let found = work.tx.find_registration(resident).await?;
    if found.is_some_and(|found| found.community_id == Some(staff.community)) {
        Ok(())
    } else {
        Err(Refusal::NotFound("person").into())
    }
}
