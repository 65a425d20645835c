//! A feed's contents as iCalendar text. Lines are folded and texts escaped by the `icalendar` crate.

use super::{Contents, Entry, Status};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};
use jiff::Timestamp;
use jiff::tz::{Dst, TimeZone};
use linli_domain::Instant;
use std::fmt::Write as _;

/// Writes it. The same contents give the same text.
pub fn write(contents: &Contents) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Linli//Feed//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-WR-CALNAME", contents.name.as_str()),
        ("REFRESH-INTERVAL;VALUE=DURATION", "PT1H"),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    let zone = contents.zone.iana_name();
    let mut zoned: Option<(Instant, Instant)> = None;
    for entry in &contents.entries {
        let recurs = entry.recurs.is_some() && zone.is_some();
        if recurs {
            let last = entry.range.ends.plus_days(super::AHEAD_DAYS * 3);
            let span = zoned.get_or_insert((entry.range.starts, last));
            *span = (span.0.min(entry.range.starts), span.1.max(last));
        }
        calendar.push(event(entry, &contents.zone, zone.filter(|_| recurs)));
    }
    let text = calendar.to_string();
    // The crate writes DTSTAMP and UID into every component, which a VTIMEZONE must not have.
    match (zoned, zone) {
        (Some((from, to)), Some(name)) => {
            let zone = time_zone(&contents.zone, name, from, to);
            text.replacen("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"), 1)
        }
        _ => text,
    }
}

/// In UTC; with a zone in wall time, so that what recurs does so at the same hour all year.
fn event(entry: &Entry, tz: &TimeZone, zone: Option<&str>) -> Event {
    let mut event = Event::with_uid(&entry.uid);
    event
        .sequence(u32::try_from(entry.sequence).unwrap_or(u32::MAX))
        .summary(&entry.title)
        .status(match entry.status {
            Status::Tentative => EventStatus::Tentative,
            Status::Confirmed => EventStatus::Confirmed,
            Status::Cancelled => EventStatus::Cancelled,
        })
        .append_property(Property::new("DTSTAMP", utc(entry.changed)))
        .append_property(Property::new("LAST-MODIFIED", utc(entry.changed)));
    if !entry.place.is_empty() {
        event.location(&entry.place);
    }
    for (key, at) in [("DTSTART", entry.range.starts), ("DTEND", entry.range.ends)] {
        let property = match zone {
            Some(zone) => {
                let wall = at.to_civil(tz).strftime("%Y%m%dT%H%M%S").to_string();
                Property::new(key, wall).add_parameter("TZID", zone).done()
            }
            None => Property::new(key, utc(at)),
        };
        event.append_property(property);
    }
    if let (Some(_), Some(recurs)) = (zone, &entry.recurs) {
        event.append_property(Property::new("RRULE", &recurs.rule));
    }
    event.done()
}

fn utc(at: Instant) -> String {
    at.to_civil(&TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// A VTIMEZONE (RFC 5545 section 3.6.5) with each change of clocks between two instants and the last one before them.
fn time_zone(zone: &TimeZone, name: &str, from: Instant, to: Instant) -> String {
    let at =
        |instant: Instant| Timestamp::from_microsecond(instant.0).unwrap_or(Timestamp::UNIX_EPOCH);
    let (from, to) = (at(from), at(to));
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{name}\r\n");
    let mut before = zone.to_offset(Timestamp::MIN);
    let mut part = |onset: Timestamp, offset_from, offset_to, is_summer: bool| {
        let kind = if is_summer { "DAYLIGHT" } else { "STANDARD" };
        // The onset is told in the wall time that was before it.
        let wall = jiff::tz::Offset::to_datetime(offset_from, onset).strftime("%Y%m%dT%H%M%S");
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "BEGIN:{kind}\r\nDTSTART:{wall}\r\nTZOFFSETFROM:{}\r\nTZOFFSETTO:{}\r\nEND:{kind}\r\n",
            offset(offset_from),
            offset(offset_to)
        );
    };
    match zone.preceding(from).next() {
        Some(last) => {
            let earlier = zone.preceding(last.timestamp()).next();
            let offset_from = earlier.map_or(last.offset(), |earlier| earlier.offset());
            part(
                last.timestamp(),
                offset_from,
                last.offset(),
                last.dst() == Dst::Yes,
            );
            before = last.offset();
        }
        None => part(Timestamp::UNIX_EPOCH, before, before, false),
    }
    for change in zone
        .following(from)
        .take_while(|change| change.timestamp() < to)
    {
        part(
            change.timestamp(),
            before,
            change.offset(),
            change.dst() == Dst::Yes,
        );
        before = change.offset();
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

/// `+0800` (RFC 5545 section 3.3.14).
fn offset(offset: jiff::tz::Offset) -> String {
    let seconds = offset.seconds();
    let (sign, seconds) = if seconds < 0 {
        ('-', -seconds)
    } else {
        ('+', seconds)
    };
    let mut text = format!("{sign}{:02}{:02}", seconds / 3_600, seconds / 60 % 60);
    if seconds % 60 != 0 {
        let _ = write!(text, "{:02}", seconds % 60);
    }
    text
}
