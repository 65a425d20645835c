//! What happens while a notice that matters is not confirmed: the next channel, then who acts for the person, then the
//! community's staff.

use crate::caller::{Actor, COMMUNITY_STAFF, Login};
use crate::delegation;
use crate::error::{Refusal, Result};
use crate::outbox::{self, Reach};
use crate::work::Work;
use crate::{district, notice};
use jiff::tz::TimeZone;
use linli_domain::{Localised, NoticeId, PersonId};
use linli_store::notice::Notice;
use serde_json::json;

/// How many of a community's staff are told.
const STAFF_TOLD: i64 = 10;

/// The reader says that they have read a notice. It ends what would happen without; where somebody else was told because
/// the person did not confirm it, their word ends it as well.
pub async fn acknowledge(work: &mut Work, login: &Login, id: NoticeId) -> Result<()> {
    let found = work.tx.find_notice(id).await?;
    let found = found.filter(|notice| notice.person_id == login.person);
    let found = found.ok_or(Refusal::NotFound("notice"))?;
    if !work
        .tx
        .acknowledge_notice(login.person, id, work.now)
        .await?
    {
        return Ok(());
    }
    let origin = found.origin_id.unwrap_or(id);
    work.tx.end_escalation(origin).await?;
    work.tx.cancel_deliveries(id, work.now).await?;
    if found.urgency.wants_confirmation() {
        work.audit(
            Some(login.person),
            found.subject_id,
            "notice.acknowledge",
            id,
            json!({ "origin": found.origin_id }),
        )
        .await?;
    }
    Ok(())
}

/// Tells whoever is next about notices that were not confirmed in time, at most `limit` of them; answers how many.
pub async fn escalate(work: &mut Work, limit: u16) -> Result<u32> {
    let due = work
        .tx
        .list_notices_to_escalate(work.now, limit.into())
        .await?;
    if due.is_empty() {
        return Ok(0);
    }
    let zone = district::zone(work).await?;
    let mut told = 0;
    for notice in due {
        advance(work, &notice, &zone).await?;
        told += 1;
    }
    Ok(told)
}

async fn advance(work: &mut Work, notice: &Notice, zone: &TimeZone) -> Result<()> {
    let reach = Reach::of(work, notice.person_id).await?;
    let due = notice.urgency.not_before(work.now, zone);
    let patience = notice.urgency.patience_minutes().unwrap_or_default();
    let later = Some(due.plus_minutes(patience));
    if notice.step == "channels"
        && let Some(channel) = reach.next_channel(work, notice).await?
    {
        outbox::send_by(work, notice, channel, reach.community, due).await?;
        work.tx
            .set_notice_step(notice.id, "channels", later)
            .await?;
        return record(work, notice, channel.code(), 1).await;
    }
    // Whoever is told about somebody else's notice is not looked after in turn.
    let own = notice.origin_id.is_none();
    if own && matches!(notice.step.as_str(), "channels" | "delegates") {
        let delegates = delegation::of_resident(work, notice.person_id).await?;
        let delegates: Vec<_> = delegates.iter().map(|found| found.delegate_id).collect();
        if !delegates.is_empty() {
            let advice = Localised::new(
                "请提醒对方登录查看，或为对方登录处理。看到后请确认，否则我们会通知社区工作人员。",
                "Please remind them to log in and read it, or do so for them. Confirm that you know; otherwise we tell the \
                 community's staff.",
            );
            tell_of(work, notice, &delegates, &advice, zone).await?;
            work.tx.set_notice_step(notice.id, "staff", later).await?;
            return record(work, notice, "delegates", delegates.len()).await;
        }
    }
    let mut staff = Vec::new();
    if let (true, Some(community)) = (own, reach.community) {
        let now = work.now;
        let roles = work
            .tx
            .list_community_staff(COMMUNITY_STAFF, community, now, STAFF_TOLD)
            .await?;
        staff.extend(roles.iter().map(|role| role.person_id));
        let advice = Localised::new(
            "请联系这位居民，联系到后请确认。",
            "Please get in touch with this resident, and confirm when you have.",
        );
        tell_of(work, notice, &staff, &advice, zone).await?;
    }
    work.tx.set_notice_step(notice.id, "done", None).await?;
    record(work, notice, "staff", staff.len()).await
}

/// Tells others that a person has not confirmed a notice, not what it says and not which service sent it: neither a
/// delegation nor an office gives a right to that.
async fn tell_of(
    work: &mut Work,
    of: &Notice,
    to: &[PersonId],
    advice: &Localised,
    zone: &TimeZone,
) -> Result<()> {
    let person = work.tx.find_person(of.person_id).await?;
    let name = person.map(|person| person.name).unwrap_or_default();
    for person in to {
        let mut about = notice::host_notice(
            work,
            *person,
            Localised::new(
                format!("{name}有一条重要消息尚未确认"),
                format!("{name} has not confirmed an important message"),
            ),
            advice.clone(),
            of.urgency,
        );
        about.subject_id = Some(of.person_id);
        about.origin_id = Some(of.id);
        outbox::post(work, zone, about).await?;
    }
    Ok(())
}

async fn record(work: &mut Work, notice: &Notice, to: &str, count: usize) -> Result<()> {
    work.audit_act(
        &Actor::host(),
        Some(notice.person_id),
        "notice.escalate",
        notice.id,
        json!({ "to": to, "count": count }),
    )
    .await
}
