//! Spaces: the facilities of a community, when they are open and under which rules they are booked.
//!
//! Staff of the community add and change them here; [`ground`] tells whether a time can be booked, [`blackout`] takes times
//! away, [`inventory`] finds what is idle. Bookings themselves are in [`crate::booking`].

pub mod blackout;
pub(crate) mod ground;
pub mod inventory;
mod refusal;

pub use refusal::SpaceRefusal;

use crate::booking;
use crate::caller::Actor;
use crate::error::{Error, Refusal, Result};
use crate::service::Service;
use crate::{district, work::Work};
use jiff::civil::Date;
use linli_domain::occupancy::Occupancy;
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::space::{MAX_HORIZON_DAYS, OpenTo, SpaceRules};
use linli_domain::working_time::Minutes;
use linli_domain::{
    BlackoutId, CommunityId, Localised, SpaceExceptionId, SpaceHoursId, SpaceId, id,
};
use linli_store::space::{Space, SpaceException, SpaceHours};
use serde_json::json;

/// The most rules of opening hours of one space.
pub const MAX_RULES: usize = 50;
/// The most exceptions of one space that lie ahead.
pub const MAX_EXCEPTIONS: usize = 500;
/// The most codes of equipment of one space.
pub const MAX_EQUIPMENT: usize = 30;
/// The longest description of where a space is, in bytes.
pub const MAX_PLACE: usize = 200;
/// The most people of one space.
pub const MAX_CAPACITY: i64 = 100_000;
/// The most bookings at once of one space.
pub const MAX_CONCURRENCY: i64 = 1_000;

/// What a space is.
#[derive(Clone, Debug)]
pub struct SpaceInput {
    /// Its name, 1–80 characters in both languages.
    pub name: Localised,
    /// Building and floor, in words, at most 200 bytes.
    pub place: String,
    /// A code such as `room`, `court` or `table`.
    pub kind: String,
    /// Codes of what is in it, such as `projector`; at most 30.
    pub equipment: Vec<String>,
    /// How many people it holds, 1–100,000.
    pub capacity: i64,
    /// How many bookings it takes at once, 1–1,000: one for a room, one each for a set of tables.
    pub concurrency: i64,
    /// Under which rules it is booked.
    pub rules: SpaceRules,
}

/// Adds a space. It opens with its first opening hours.
pub async fn add(
    work: &mut Work,
    actor: &Actor,
    community: CommunityId,
    input: SpaceInput,
) -> Result<Space> {
    govern(actor, community)?;
    check(&input)?;
    let space = Space {
        id: work.id(),
        community_id: community,
        name: input.name,
        capacity: input.capacity,
        place: input.place,
        kind: input.kind,
        equipment: input.equipment,
        concurrency: input.concurrency,
        rules: input.rules,
        closed: None,
    };
    work.tx.create_space(&space).await?;
    let detail = json!({ "name": space.name.en, "rules": space.rules });
    work.audit_act(actor, None, "space.add", space.id, detail)
        .await?;
    Ok(space)
}

/// Changes a space. New rules hold for new bookings; those that stand, stand.
///
/// # Errors
/// Among others, a concurrency below what is booked at once.
pub async fn change(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    input: SpaceInput,
) -> Result<Space> {
    let mut space = find_governed(work, actor, id).await?;
    check(&input)?;
    if input.concurrency < space.concurrency {
        let most = most_booked(work, id).await?;
        if i64::try_from(most).is_ok_and(|most| most > input.concurrency) {
            return Err(SpaceRefusal::BookedMoreOften(most).into());
        }
    }
    space.name = input.name;
    space.capacity = input.capacity;
    space.place = input.place;
    space.kind = input.kind;
    space.equipment = input.equipment;
    space.concurrency = input.concurrency;
    space.rules = input.rules;
    work.tx.update_space(&space).await?;
    let detail =
        json!({ "name": space.name.en, "rules": space.rules, "concurrency": space.concurrency });
    work.audit_act(actor, None, "space.change", id, detail)
        .await?;
    // More places may have become free for whoever waits.
    booking::waiting::promote(work, id, vec![ahead(work)]).await?;
    Ok(space)
}

/// Takes a space out of use. What is booked becomes conflicts of a black-out, for staff to settle.
pub async fn close(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    reason: &str,
) -> Result<BlackoutId> {
    let mut space = find_governed(work, actor, id).await?;
    if space.closed.is_some() {
        return Err(SpaceRefusal::OutOfUse.into());
    }
    let made = blackout::make(work, actor, id, &blackout::When::Once(ahead(work)), reason).await?;
    space.closed = Some(work.now);
    work.tx.update_space(&space).await?;
    work.audit_act(actor, None, "space.close", id, json!({ "reason": reason }))
        .await?;
    Ok(made.blackout)
}

/// A space by its id. Everybody may know of spaces.
pub async fn find(work: &mut Work, id: SpaceId) -> Result<Space> {
    let found = work.tx.find_space(id).await?;
    found.ok_or_else(|| Refusal::NotFound("space").into())
}

/// The spaces of a community that are in use, by id after a position.
pub async fn list(
    work: &mut Work,
    community: CommunityId,
    after: Option<SpaceId>,
    limit: u16,
) -> Result<Vec<Space>> {
    let limit = crate::slice::limit(limit)?;
    let after = after.unwrap_or(SpaceId(uuid::Uuid::nil()));
    Ok(work
        .tx
        .list_spaces_that_hold(Some(community), 1, after, limit)
        .await?)
}

/// A space that an installation may know of: of its community, or open to the whole district.
pub async fn find_for(work: &mut Work, service: &Service, id: SpaceId) -> Result<Space> {
    let space = find(work, id).await?;
    let here = space.community_id == service.community.id;
    if here || space.rules.open_to.contains(&OpenTo::District) {
        Ok(space)
    } else {
        Err(Refusal::NotFound("space").into())
    }
}

/// Adds opening hours.
pub async fn add_hours(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    hours: WorkingHours,
) -> Result<SpaceHoursId> {
    find_governed(work, actor, id).await?;
    check_hours(&hours)?;
    if work.tx.list_space_hours(id).await?.len() >= MAX_RULES {
        return Err(Refusal::OverBudget("opening hours").into());
    }
    let row = SpaceHours {
        id: work.id(),
        space_id: id,
        hours,
    };
    work.tx.create_space_hours(&row).await?;
    work.audit_act(
        actor,
        None,
        "space-hours.add",
        id,
        json!({ "hours": row.hours }),
    )
    .await?;
    booking::waiting::promote(work, id, vec![ahead(work)]).await?;
    Ok(row.id)
}

/// Removes opening hours. What is booked within them stays.
pub async fn remove_hours(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    hours: SpaceHoursId,
) -> Result<()> {
    find_governed(work, actor, id).await?;
    if !work.tx.delete_space_hours(id, hours).await? {
        return Err(Refusal::NotFound("opening hours").into());
    }
    work.audit_act(
        actor,
        None,
        "space-hours.remove",
        id,
        json!({ "id": hours }),
    )
    .await
}

/// The opening hours of a space.
pub async fn hours(work: &mut Work, id: SpaceId) -> Result<Vec<SpaceHours>> {
    Ok(work.tx.list_space_hours(id).await?)
}

/// Says that a space opens differently on a day: additionally between two minutes, or, where none are given, not at its
/// regular hours.
pub async fn add_exception(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    day: Date,
    open: Option<Minutes>,
) -> Result<SpaceExceptionId> {
    find_governed(work, actor, id).await?;
    if open.is_some_and(|minutes| !minutes.is_valid()) {
        return Err(bad_hours());
    }
    let today = work.now.to_civil(&district::zone(work).await?).date();
    let last = today
        .checked_add(jiff::Span::new().days(MAX_HORIZON_DAYS))
        .unwrap_or(Date::MAX);
    if !(today..=last).contains(&day) {
        return Err(Refusal::field(
            "day",
            "请选择今天起两年以内的日期",
            "Choose a day within two years from today",
        )
        .into());
    }
    let known = work.tx.list_space_exceptions(id, today, Date::MAX).await?;
    if known.len() >= MAX_EXCEPTIONS {
        return Err(Refusal::OverBudget("exceptions").into());
    }
    let row = SpaceException {
        id: work.id(),
        space_id: id,
        day,
        from_minute: open.map(|minutes| minutes.from.into()),
        to_minute: open.map(|minutes| minutes.to.into()),
    };
    work.tx.create_space_exception(&row).await?;
    let detail = json!({ "day": day, "open": open });
    work.audit_act(actor, None, "space-exception.add", id, detail)
        .await?;
    if open.is_some() {
        booking::waiting::promote(work, id, vec![ahead(work)]).await?;
    }
    Ok(row.id)
}

/// Takes back that a space opens differently on a day.
pub async fn remove_exception(
    work: &mut Work,
    actor: &Actor,
    id: SpaceId,
    exception: SpaceExceptionId,
) -> Result<()> {
    find_governed(work, actor, id).await?;
    if !work.tx.delete_space_exception(id, exception).await? {
        return Err(Refusal::NotFound("opening hours").into());
    }
    work.audit_act(
        actor,
        None,
        "space-exception.remove",
        id,
        json!({ "id": exception }),
    )
    .await?;
    booking::waiting::promote(work, id, vec![ahead(work)]).await
}

/// A space of a community that the actor governs; for others there is none.
pub(crate) async fn find_governed(work: &mut Work, actor: &Actor, id: SpaceId) -> Result<Space> {
    let space = find(work, id).await?;
    govern(actor, space.community_id)?;
    Ok(space)
}

pub(crate) fn govern(actor: &Actor, community: CommunityId) -> Result<()> {
    if actor.governs(community) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed.into())
    }
}

/// All the time for which anybody may book.
pub(crate) fn ahead(work: &Work) -> Range {
    Range::new(
        work.now,
        work.now.plus_days(MAX_HORIZON_DAYS + Range::MAX_DAYS),
    )
}

/// How often a space is booked at once, at the most, from now on.
async fn most_booked(work: &mut Work, id: SpaceId) -> Result<usize> {
    let ahead = ahead(work);
    let live = work
        .tx
        .list_live_bookings(id, ahead.starts, ahead.ends)
        .await?;
    // An expired hold counts here too, as it does in the database until it is marked.
    let taken = Occupancy::new(
        live.iter()
            .map(linli_store::booking::Booking::blocked)
            .collect(),
    );
    Ok(taken.peak(ahead))
}

fn check(input: &SpaceInput) -> Result<()> {
    district::check_name(&input.name)?;
    let field = |field, zh: &str, en: &str| Err(Error::from(Refusal::field(field, zh, en)));
    if input.place.len() > MAX_PLACE {
        return field(
            "place",
            "位置最多 200 字节",
            "The place has at most 200 bytes",
        );
    }
    if !id::is_slug(&input.kind) {
        return field(
            "kind",
            "类型须为 1–40 个小写字母、数字或连字符",
            "A kind has 1–40 of a–z, 0–9 and '-', beginning with a letter",
        );
    }
    if input.equipment.len() > MAX_EQUIPMENT
        || !input.equipment.iter().all(|code| id::is_slug(code))
    {
        return field(
            "equipment",
            "设备最多 30 项，每项为 1–40 个小写字母、数字或连字符",
            "Equipment has at most 30 codes, each 1–40 of a–z, 0–9 and '-', beginning with a letter",
        );
    }
    for (what, value, most) in [
        ("capacity", input.capacity, MAX_CAPACITY),
        ("concurrency", input.concurrency, MAX_CONCURRENCY),
    ] {
        if !(1..=most).contains(&value) {
            return Err(Refusal::field(
                what,
                format!("请填写 1 至 {most} 之间的数"),
                format!("Write a number from 1 to {most}"),
            )
            .into());
        }
    }
    let checked = input.rules.check();
    checked.map_err(|error| Refusal::Invalid(error.to_string()).into())
}

pub(crate) fn check_hours(hours: &WorkingHours) -> Result<()> {
    let minutes = Minutes {
        from: hours.from_minute,
        to: hours.to_minute,
    };
    if !minutes.is_valid() {
        return Err(bad_hours());
    }
    Recurrence::new(hours.days.first, hours.days.rule.as_str())
        .map(drop)
        .map_err(|error| Refusal::Invalid(error.to_string()).into())
}

fn bad_hours() -> Error {
    Refusal::field(
        "to",
        "结束时间须晚于开始时间",
        "The end must be after the start",
    )
    .into()
}
