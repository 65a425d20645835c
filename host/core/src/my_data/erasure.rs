//! Erasure of everything that is held on one person (PIPL art. 47), in two steps: the person asks, an admin looks at the
//! [`preview`] and executes or refuses.
//!
//! Execution goes down [`HOLDINGS`] in units of work of bounded size and writes into the request how far it came, so that one
//! that was broken off is taken up again ([`resume`]). What the law has somebody keep stays, under a person without a name;
//! open business, an office or a legal hold stand against it.

use super::{RightsRefusal, check_text, in_person};
use crate::act;
use crate::caller::{Actor, Office};
use crate::error::{Refusal, Result};
use crate::my_data::export;
use crate::work::{Core, Work};
use linli_domain::{ErasureId, Instant, Localised, PersonId};
use linli_store::erasure::ErasureRequest;
use linli_store::personal::{Erasure, HOLDINGS, Holding};
use serde_json::{Value, json};
use uuid::Uuid;

/// The most rows that one unit of work deletes.
const BATCH: i64 = 500;

/// What erasure would do to one table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The table.
    pub table: &'static str,
    /// What it is to the person.
    pub title: Localised,
    /// How many rows there are on the person.
    pub rows: i64,
    /// What happens to them and why.
    pub effect: Localised,
}

/// What erasure of a person would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// What stands against it, each with what to do; nothing where it can go ahead.
    pub blocks: Vec<Localised>,
    /// Table by table, those with rows.
    pub lines: Vec<Line>,
}

/// The person, or their guardian, asks for erasure.
pub async fn request(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    reason: &str,
) -> Result<ErasureId> {
    in_person(actor, person)?;
    check_text("reason", reason, 0)?;
    if let Some(open) = open_request(work, person).await? {
        return Err(Refusal::from(match open.state.as_str() {
            "executed" => RightsRefusal::Erased,
            _ => RightsRefusal::Waiting,
        })
        .into());
    }
    create(work, actor, person, reason).await
}

async fn create(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    reason: &str,
) -> Result<ErasureId> {
    let request = ErasureRequest {
        id: work.id(),
        person_id: person,
        reason: reason.to_owned(),
        requested: work.now,
        requested_by: actor.person,
        state: "requested".to_owned(),
        decided: None,
        decided_by: None,
        note: String::new(),
        report: json!({}),
    };
    work.tx.create_erasure(&request).await?;
    work.audit_act(
        actor,
        Some(person),
        "erasure.request",
        request.id,
        json!({}),
    )
    .await?;
    Ok(request.id)
}

/// The person's request that was not refused.
async fn open_request(work: &mut Work, person: PersonId) -> Result<Option<ErasureRequest>> {
    let last = work.tx.find_last_erasure(person).await?;
    Ok(last.filter(|request| request.state != "refused"))
}

/// What erasure of a person would do now.
pub async fn preview(work: &mut Work, actor: &Actor, person: PersonId) -> Result<Preview> {
    may(actor)?;
    if work.tx.find_person(person).await?.is_none() {
        return Err(Refusal::NotFound("person").into());
    }
    let mut lines = Vec::new();
    for holding in held().filter(|holding| !holding.in_ledger) {
        let rows = work.tx.count_held(holding, person).await?;
        if rows > 0 {
            let [zh, en] = holding.title;
            lines.push(Line {
                table: holding.table,
                title: Localised::new(zh, en),
                rows,
                effect: export::erasure(holding.erasure),
            });
        }
    }
    Ok(Preview {
        blocks: blocks(work, person).await?,
        lines,
    })
}

/// What stands against erasing a person now.
async fn blocks(work: &mut Work, person: PersonId) -> Result<Vec<Localised>> {
    let mut blocks = Vec::new();
    for hold in work.tx.list_live_holds(person).await? {
        blocks.push(Localised::new(
            format!("依法保全（{}）：{}", hold.article, hold.reason),
            format!("there is a legal hold ({}): {}", hold.article, hold.reason),
        ));
    }
    for role in work.tx.list_roles(person, work.now).await? {
        blocks.push(Localised::new(
            format!("仍担任角色 {}，请先终止", role.code),
            format!("they hold the role {}; end it first", role.code),
        ));
    }
    for case in work.tx.list_live_cases_of(person).await? {
        let number = format!("{}-{}", case.year, case.number);
        blocks.push(Localised::new(
            format!("工单“{}”（{number}）尚未办结，请先办结或撤销", case.title),
            format!(
                "the case '{}' ({number}) is open; close or cancel it",
                case.title
            ),
        ));
    }
    for enrolment in work.tx.list_live_enrolments_of(person).await? {
        let title = &enrolment.title;
        blocks.push(Localised::new(
            format!("课程“{}”的报名尚未结束，请先退出", title.zh),
            format!("the enrolment in '{}' is open; leave it first", title.en),
        ));
    }
    let (now, zone) = (work.now, crate::district::zone(work).await?);
    let at = |starts: Instant| {
        starts
            .to_civil(&zone)
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    };
    for booking in work.tx.list_live_bookings_of(person, now).await? {
        let (title, at) = (&booking.title, at(booking.starts));
        blocks.push(Localised::new(
            format!("场地预订“{title}”（{at}）尚未结束，请先取消或等其结束"),
            format!("the booking '{title}' ({at}) is open; cancel it or wait until it is over"),
        ));
    }
    for appointment in work.tx.list_open_appointments_of(person, now).await? {
        let (zh, en, at) = (
            &appointment.title.zh,
            &appointment.title.en,
            at(appointment.starts),
        );
        blocks.push(Localised::new(
            format!("预约“{zh}”（{at}）尚未结束，请先取消或等其结束"),
            format!("the appointment '{en}' ({at}) is open; cancel it or wait until it is over"),
        ));
    }
    Ok(blocks)
}

/// An admin refuses a request for a lawful reason, which the person reads.
pub async fn refuse(work: &mut Work, actor: &Actor, person: PersonId, note: &str) -> Result<()> {
    may(actor)?;
    check_text("note", note, 1)?;
    let request = open_request(work, person).await?;
    let Some(mut request) = request.filter(|request| request.state == "requested") else {
        return Err(Refusal::from(RightsRefusal::NotRequested).into());
    };
    request.state = "refused".to_owned();
    request.note = note.to_owned();
    request.decided = Some(work.now);
    request.decided_by = actor.person;
    work.tx.update_erasure(&request).await?;
    super::tell(
        work,
        person,
        Localised::new("删除申请未获批准", "Your request for erasure was refused"),
        Localised::new(note, note),
    )
    .await?;
    work.audit_act(actor, Some(person), "erasure.refuse", request.id, json!({}))
        .await
}

/// An admin executes a request, and answers the report of what was erased and what was kept. Where a person cannot ask any
/// more (by a court's order, or after death), the admin's `without_request` says why. Executing again takes up what was broken
/// off, and answers the same report where it is done.
pub async fn execute(
    core: &Core,
    actor: &Actor,
    person: PersonId,
    without_request: Option<&str>,
) -> Result<Value> {
    let request = act!(core, |work| begin(work, actor, person, without_request)
        .await)?;
    if request.state == "executed" {
        return Ok(request.report);
    }
    proceed(core, actor, &request).await
}

/// Takes up executions that were broken off; how many it ended.
pub async fn resume(core: &Core) -> Result<usize> {
    let first = (Instant(i64::MIN), ErasureId(Uuid::nil()));
    let broken_off = act!(core, |work| async {
        Ok(work.tx.list_erasures("executing", first, 100).await?)
    }
    .await)?;
    for request in &broken_off {
        proceed(core, &Actor::host(), request).await?;
    }
    Ok(broken_off.len())
}

/// Checks that nothing stands against it; from here on nobody logs in as the person.
async fn begin(
    work: &mut Work,
    actor: &Actor,
    person: PersonId,
    without_request: Option<&str>,
) -> Result<ErasureRequest> {
    may(actor)?;
    let mut request = match (open_request(work, person).await?, without_request) {
        (Some(open), _) => open,
        (None, Some(reason)) => {
            check_text("reason", reason, 1)?;
            if work.tx.find_person(person).await?.is_none() {
                return Err(Refusal::NotFound("person").into());
            }
            create(work, actor, person, reason).await?;
            open_request(work, person)
                .await?
                .ok_or(Refusal::from(RightsRefusal::NotRequested))?
        }
        (None, None) => return Err(Refusal::from(RightsRefusal::NotRequested).into()),
    };
    if request.state != "requested" {
        return Ok(request);
    }
    let blocks = blocks(work, person).await?;
    if !blocks.is_empty() {
        return Err(Refusal::from(RightsRefusal::Blocked(blocks)).into());
    }
    request.state = "executing".to_owned();
    request.decided = Some(work.now);
    request.decided_by = actor.person;
    work.tx.update_erasure(&request).await?;
    // The audit first: it finds what names the person by their log-in name as well, which goes with the account.
    for table in ["audit", "session", "account"] {
        if let Some(holding) = Holding::of_table(table) {
            erase_rows(work, actor, holding, &mut request, i64::MAX).await?;
        }
    }
    work.tx
        .withdraw_all_consents(person, actor.person, work.now)
        .await?;
    work.audit_act(
        actor,
        Some(person),
        "erasure.execute",
        request.id,
        json!({}),
    )
    .await?;
    Ok(request)
}

async fn proceed(core: &Core, actor: &Actor, request: &ErasureRequest) -> Result<Value> {
    for holding in held().filter(|holding| holding.erasure != Erasure::Tombstone) {
        loop {
            let more = act!(core, |work| async {
                let Some(mut request) = open_request(work, request.person_id).await? else {
                    return Ok(false);
                };
                if request.state != "executing" {
                    return Ok(false);
                }
                erase_rows(work, actor, holding, &mut request, BATCH).await
            }
            .await)?;
            if !more {
                break;
            }
        }
    }
    act!(core, |work| async {
        let Some(mut request) = open_request(work, request.person_id).await? else {
            return Err(Refusal::from(RightsRefusal::NotRequested).into());
        };
        if request.state == "executing" {
            work.tx.bury_person(request.person_id, work.now).await?;
            note(&mut request, "person", "blanked", 1, Erasure::Tombstone);
            request.state = "executed".to_owned();
            work.tx.update_erasure(&request).await?;
            work.audit_act(actor, None, "erasure.done", request.id, json!({}))
                .await?;
        }
        Ok(request.report)
    }
    .await)
}

/// Erases rows of one table and writes into the request what it did; whether there may be more.
async fn erase_rows(
    work: &mut Work,
    actor: &Actor,
    holding: &'static Holding,
    request: &mut ErasureRequest,
    limit: i64,
) -> Result<bool> {
    let person = request.person_id;
    let (verb, rows, more) = match holding.erasure {
        Erasure::Delete => {
            let deleted = work.tx.delete_held(holding, person, limit).await?;
            ("deleted", deleted, is_full(deleted, limit))
        }
        Erasure::Blank(set) | Erasure::BlankWhere(set, _) => {
            let only = match holding.erasure {
                Erasure::BlankWhere(_, only) => only,
                _ => "1 = 1",
            };
            let now = work.now;
            let blanked = work.tx.blank_held(holding, set, only, person, now).await?;
            ("blanked", blanked, false)
        }
        Erasure::Keep(_) | Erasure::Tombstone => {
            let kept = if holding.in_ledger {
                0
            } else {
                work.tx.count_held(holding, person).await?
            };
            ("kept", u64::try_from(kept).unwrap_or(0), false)
        }
        Erasure::Records => {
            let deleted = erase_records(work, request, limit).await?;
            ("deleted", deleted, is_full(deleted, limit))
        }
        Erasure::Audit => {
            let blanked = crate::audit::erase(work, actor, person).await?;
            ("blanked", blanked, false)
        }
    };
    if rows > 0 || holding.in_ledger {
        note(request, holding.table, verb, rows, holding.erasure);
        work.tx.update_erasure(request).await?;
    }
    Ok(more)
}

fn is_full(rows: u64, limit: i64) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= limit)
}

/// Deletes records about the person but for collections that the law has their plugin keep.
async fn erase_records(work: &mut Work, request: &mut ErasureRequest, limit: i64) -> Result<u64> {
    let mut deleted = 0;
    for held in work.tx.list_collections_about(request.person_id).await? {
        let service = crate::Service::find(work, held.installation_id).await?;
        let law = service
            .as_ref()
            .and_then(|service| service.manifest.collections.get(&held.collection))
            .and_then(|collection| collection.kept_by_law.clone());
        match law {
            Some(law) => {
                let place = format!("record {}/{}", held.installation_id, held.collection);
                let kept = json!({ "kept": held.count, "why": law });
                if let Value::Object(report) = &mut request.report {
                    report.insert(place, kept);
                }
                work.tx.update_erasure(request).await?;
            }
            None => {
                let left = limit.saturating_sub(i64::try_from(deleted).unwrap_or(limit));
                if left <= 0 {
                    break;
                }
                deleted += work
                    .tx
                    .delete_records_about(
                        request.person_id,
                        held.installation_id,
                        &held.collection,
                        left,
                    )
                    .await?;
            }
        }
    }
    Ok(deleted)
}

/// Adds to the report. What was kept or blanked whole is set, so that taking up again counts nothing twice; rows that were
/// deleted, or blanked in the audit, are not met again.
fn note(request: &mut ErasureRequest, table: &str, verb: &str, rows: u64, how: Erasure) {
    let Value::Object(report) = &mut request.report else {
        return;
    };
    let before = report
        .get(table)
        .and_then(|entry| entry.get(verb))
        .and_then(Value::as_u64)
        .unwrap_or(0);
    let rows = if verb == "deleted" || how == Erasure::Audit {
        before + rows
    } else {
        rows.max(before)
    };
    report.insert(
        table.to_owned(),
        json!({ verb: rows, "why": export::erasure(how) }),
    );
}

fn held() -> impl Iterator<Item = &'static Holding> {
    HOLDINGS.iter().filter(|holding| !holding.of.is_empty())
}

fn may(actor: &Actor) -> Result<()> {
    if actor.office == Office::District {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}
