//! iCalendar feeds (RFC 5545): a secret address for a resident or for a space, which calendar programs read.
//!
//! Whoever has the address reads without logging in, so it holds 192 random bits, stands in the database only as a keyed
//! hash, and can be made anew or revoked at any time. A feed shows titles, times and places, nothing else about anybody.
//! What it shows is gathered here as [`Entry`]s; [`ics`] writes them.

pub mod ics;
mod session;

use crate::caller::{Actor, Office};
use crate::district;
use crate::error::{Refusal, Result};
use crate::space;
use crate::work::Work;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::tz::TimeZone;
use linli_domain::appointment::AppointmentState;
use linli_domain::booking::BookingState;
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::Range;
use linli_domain::{Instant, Locale, PersonId, SeriesId, SpaceId};
use linli_store::feed::{Feed, FeedBooking};
use serde_json::json;
use std::collections::BTreeMap;

/// How many days ahead a feed shows.
pub const AHEAD_DAYS: i64 = 366;
/// How many days back a feed shows, and for how many it shows what was cancelled.
pub const BACK_DAYS: i64 = 30;
/// The most entries of one kind in one feed, the earliest first.
pub const MAX_ENTRIES: i64 = 2_000;

/// Of whom or what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// A resident's appointments, bookings and sessions of courses.
    Resident(PersonId),
    /// A space's bookings.
    Space(SpaceId),
}

impl Of {
    fn ids(self) -> (Option<PersonId>, Option<SpaceId>) {
        match self {
            Self::Resident(person) => (Some(person), None),
            Self::Space(space) => (None, Some(space)),
        }
    }
}

/// What a feed shows, in the language of its reader.
#[derive(Clone, PartialEq, Debug)]
pub struct Contents {
    /// What the calendar is called.
    pub name: String,
    /// The district's zone.
    pub zone: TimeZone,
    /// By start.
    pub entries: Vec<Entry>,
}

/// One entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The same for the same thing for ever.
    pub uid: String,
    /// Grows with each change (RFC 5545 section 3.8.7.4).
    pub sequence: i64,
    /// When; of what recurs, the first time.
    pub range: Range,
    /// By which rule it recurs, if it does: the first day is that of `range`.
    pub recurs: Option<Recurrence>,
    /// What it is.
    pub title: String,
    /// Where it is, if that is known.
    pub place: String,
    /// How sure it is.
    pub status: Status,
    /// When it was changed last.
    pub changed: Instant,
}

/// How sure an entry is (RFC 5545 section 3.8.1.11).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Asked for.
    Tentative,
    /// Agreed.
    Confirmed,
    /// Called off.
    Cancelled,
}

/// Makes a feed, or makes its address anew: the one before it no longer works. Answers the secret part of the address, which
/// is told once and kept nowhere.
pub async fn make(work: &mut Work, actor: &Actor, of: Of) -> Result<String> {
    authorise(work, actor, of).await?;
    end(work, of).await?;
    let mut secret = [0; 24];
    work.stream.fill(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let (person_id, space_id) = of.ids();
    let feed = Feed {
        id: work.id(),
        person_id,
        space_id,
        token_hash: work.tx.fingerprint(TOKEN, &token),
        made: work.now,
        revoked: None,
    };
    work.tx.create_feed(&feed).await?;
    work.audit_act(
        actor,
        person_id,
        "feed.make",
        feed.id,
        json!({ "space": space_id }),
    )
    .await?;
    Ok(token)
}

/// What sort of value the keyed hash is of.
const TOKEN: &str = "feed";

/// Revokes a feed: its address no longer works. True if there was one.
pub async fn revoke(work: &mut Work, actor: &Actor, of: Of) -> Result<bool> {
    authorise(work, actor, of).await?;
    let Some(feed) = end(work, of).await? else {
        return Ok(false);
    };
    work.audit_act(actor, feed.person_id, "feed.revoke", feed.id, json!({}))
        .await?;
    Ok(true)
}

/// Since when there is a feed, if there is one.
pub async fn since(work: &mut Work, actor: &Actor, of: Of) -> Result<Option<Instant>> {
    authorise(work, actor, of).await?;
    let (person, space) = of.ids();
    let feed = work.tx.find_feed_of(person, space).await?;
    Ok(feed.map(|feed| feed.made))
}

/// What the feed with this secret shows. For whoever has it; one that was revoked is not found.
pub async fn read(work: &mut Work, token: &str) -> Result<Contents> {
    let absent = Refusal::NotFound("feed");
    if token.len() != 32 {
        return Err(absent.into());
    }
    let hash = work.tx.fingerprint(TOKEN, token);
    let feed = work.tx.find_feed(&hash).await?.ok_or(absent.clone())?;
    match (feed.person_id, feed.space_id) {
        (Some(person), _) => of_resident(work, person).await,
        (None, Some(space)) => of_space(work, space).await,
        (None, None) => Err(absent.into()),
    }
}

/// Only residents themselves and their guardians: an address outlives a delegation.
async fn authorise(work: &mut Work, actor: &Actor, of: Of) -> Result<()> {
    match of {
        Of::Resident(resident) => {
            let is_near = matches!(actor.office, Office::Resident | Office::Guardian);
            if is_near && actor.acts_for(resident) {
                Ok(())
            } else {
                Err(Refusal::NotAllowed.into())
            }
        }
        Of::Space(space) => space::find_governed(work, actor, space).await.map(drop),
    }
}

async fn end(work: &mut Work, of: Of) -> Result<Option<Feed>> {
    let (person, space) = of.ids();
    let feed = work.tx.find_feed_of(person, space).await?;
    if let Some(feed) = &feed {
        work.tx.revoke_feed(feed.id, work.now).await?;
    }
    Ok(feed)
}

fn window(work: &Work) -> Range {
    Range::new(
        work.now.plus_days(-BACK_DAYS),
        work.now.plus_days(AHEAD_DAYS),
    )
}

async fn of_resident(work: &mut Work, resident: PersonId) -> Result<Contents> {
    let account = work.tx.find_account(resident).await?;
    let locale = account.map_or(Locale::default(), |account| account.locale);
    let (range, zone) = (window(work), district::zone(work).await?);
    let appointments = work
        .tx
        .list_feed_appointments(resident, range, range.starts, MAX_ENTRIES)
        .await?;
    let mut entries: Vec<Entry> = appointments
        .into_iter()
        .map(|appointment| Entry {
            uid: format!("appointment-{}@linli", appointment.id),
            sequence: appointment.sequence,
            range: Range::new(appointment.starts, appointment.ends),
            recurs: None,
            title: appointment.title.get(locale).to_owned(),
            place: String::new(),
            status: match appointment.state {
                AppointmentState::Cancelled => Status::Cancelled,
                _ => Status::Confirmed,
            },
            changed: appointment.changed,
        })
        .collect();
    let bookings = work
        .tx
        .list_feed_bookings(Some(resident), None, range, range.starts, MAX_ENTRIES)
        .await?;
    entries.extend(entries_of(work, bookings, &zone, locale).await?);
    let sessions = work
        .tx
        .list_feed_sessions(resident, range, MAX_ENTRIES)
        .await?;
    let sessions = sessions.iter();
    entries.extend(sessions.filter_map(|held| session::entry(held, &zone, locale, range.starts)));
    entries.sort_by(|one, other| (one.range, &one.uid).cmp(&(other.range, &other.uid)));
    let name = match locale {
        Locale::ZhCn => "邻里：我的预约",
        Locale::En => "Linli: my appointments",
    };
    Ok(Contents {
        name: name.to_owned(),
        zone,
        entries,
    })
}

async fn of_space(work: &mut Work, id: SpaceId) -> Result<Contents> {
    let space = space::find(work, id).await?;
    let locale = Locale::default();
    let (range, zone) = (window(work), district::zone(work).await?);
    let bookings = work
        .tx
        .list_feed_bookings(None, Some(id), range, range.starts, MAX_ENTRIES)
        .await?;
    let mut entries = entries_of(work, bookings, &zone, locale).await?;
    entries.sort_by(|one, other| (one.range, &one.uid).cmp(&(other.range, &other.uid)));
    Ok(Contents {
        name: format!("邻里：{}", space.name.get(locale)),
        zone,
        entries,
    })
}

/// Bookings as entries: a series that nothing was changed in as one that recurs, everything else one by one.
async fn entries_of(
    work: &mut Work,
    bookings: Vec<FeedBooking>,
    zone: &TimeZone,
    locale: Locale,
) -> Result<Vec<Entry>> {
    let mut series: BTreeMap<SeriesId, Vec<FeedBooking>> = BTreeMap::new();
    let mut entries = Vec::new();
    for booking in bookings {
        match booking.series_id {
            Some(id) => series.entry(id).or_default().push(booking),
            None => entries.push(entry(&booking, locale)),
        }
    }
    for (id, shown) in series {
        match whole(work, id, &shown, zone, locale).await? {
            Some(whole) => entries.push(whole),
            None => entries.extend(shown.iter().map(|booking| entry(booking, locale))),
        }
    }
    Ok(entries)
}

fn entry(booking: &FeedBooking, locale: Locale) -> Entry {
    let name = booking.space_name.get(locale);
    Entry {
        uid: format!("booking-{}@linli", booking.id),
        sequence: booking.sequence,
        range: Range::new(booking.starts, booking.ends),
        recurs: None,
        title: booking.title.clone(),
        place: if booking.space_place.is_empty() {
            name.to_owned()
        } else {
            format!("{name}, {}", booking.space_place)
        },
        status: match booking.state {
            BookingState::Requested => Status::Tentative,
            BookingState::Booked | BookingState::Completed => Status::Confirmed,
            _ => Status::Cancelled,
        },
        changed: booking.changed,
    }
}

/// A series as one entry: where all that is shown of it stands as its rule says, from the first that is shown to its end.
async fn whole(
    work: &mut Work,
    id: SeriesId,
    shown: &[FeedBooking],
    zone: &TimeZone,
    locale: Locale,
) -> Result<Option<Entry>> {
    let (Some(first), Some(series)) = (shown.first(), work.tx.find_series(id).await?) else {
        return Ok(None);
    };
    let stands = |booking: &FeedBooking| {
        matches!(
            booking.state,
            BookingState::Booked | BookingState::Completed
        )
    };
    if shown.len() < 2 || !shown.iter().all(stands) {
        return Ok(None);
    }
    let length = first.ends.0 - first.starts.0;
    let start = first.starts.to_civil(zone);
    let rule = series
        .hours
        .days
        .rule
        .split(';')
        .filter(|part| !part.starts_with("COUNT=") && !part.starts_with("UNTIL="))
        .chain([format!("COUNT={}", shown.len()).as_str()])
        .collect::<Vec<_>>()
        .join(";");
    let Ok(recurs) = Recurrence::new(start.date(), rule) else {
        return Ok(None);
    };
    let end = start
        .date()
        .saturating_add(jiff::Span::new().days(AHEAD_DAYS * 3));
    let Ok(days) = recurs.days(start.date(), end) else {
        return Ok(None);
    };
    // Exactly these, at the same wall time, equally long: otherwise a reader would see others than are booked.
    let is_so = days.len() == shown.len()
        && days.iter().zip(shown).all(|(day, booking)| {
            Instant::from_civil(day.to_datetime(start.time()), zone) == Some(booking.starts)
                && booking.ends.0 - booking.starts.0 == length
        });
    Ok(is_so.then(|| Entry {
        uid: format!("series-{id}@linli"),
        sequence: shown
            .iter()
            .map(|booking| booking.sequence)
            .max()
            .unwrap_or(0),
        recurs: Some(recurs),
        changed: shown
            .iter()
            .map(|booking| booking.changed)
            .max()
            .unwrap_or(first.changed),
        ..entry(first, locale)
    }))
}
