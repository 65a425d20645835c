//! Feeds: who has an address, what it shows, and that two other readers see the very instances that Linli shows.

use crate::space::{book, draft, of, room, staff, worker};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use linli_core::appointment;
use linli_core::booking::series::{self, OnConflict, SeriesDraft};
use linli_core::booking::{self, Party};
use linli_core::feed::{self, Contents, Entry, Of, Status, ics};
use linli_core::{Actor, Office, Refusal, act, view};
use linli_domain::recurrence::Recurrence;
use linli_domain::slot::{Range, WorkingHours};
use linli_domain::space::SpaceRules;
use linli_domain::*;
use linli_world::python::{node, python};
use linli_world::{HOUR, NOW, TOMORROW, installed, on_both, refusal, resident, tomorrow};
use std::collections::BTreeSet;

/// One thing that happens at one time: start and end in seconds, title, status.
type Instance = (i64, i64, String, String);

/// Reads a feed with Python's icalendar; what recurs is expanded by dateutil.
const PYTHON: &str = r#"
import json, sys
from datetime import timezone
from dateutil.rrule import rrulestr
from icalendar import Calendar
text = sys.stdin.buffer.read()
found = []
for event in Calendar.from_ical(text).walk("VEVENT"):
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    assert event["DTSTAMP"].dt.tzinfo is not None and int(event["SEQUENCE"]) >= 0 and event["UID"]
    starts = [start]
    if "RRULE" in event:
        naive = rrulestr(event["RRULE"].to_ical().decode(), dtstart=start.replace(tzinfo=None))
        starts = [at.replace(tzinfo=start.tzinfo) for at in naive]
    wall = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    for at in starts:
        until = (at.replace(tzinfo=None) + wall).replace(tzinfo=at.tzinfo)
        stamp = lambda t: int(t.astimezone(timezone.utc).timestamp())
        found.append([stamp(at), stamp(until), str(event["SUMMARY"]), str(event["STATUS"])])
json.dump(found, sys.stdout)
"#;

/// Reads a feed with ical.js, which takes the zone from the feed itself.
const NODE: &str = r#"
(async () => {
  const loaded = await import(require.resolve('ical.js'));
  const ICAL = loaded.default ?? loaded;
  const text = require('fs').readFileSync(0, 'utf8');
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const found = [];
  for (const component of calendar.getAllSubcomponents('vevent')) {
    const event = new ICAL.Event(component);
    const status = component.getFirstPropertyValue('status');
    const push = (start, end) => found.push([start.toUnixTime(), end.toUnixTime(), event.summary, status]);
    if (!event.isRecurring()) { push(event.startDate, event.endDate); continue; }
    const each = event.iterator();
    for (let next = each.next(); next; next = each.next()) {
      const details = event.getOccurrenceDetails(next);
      push(details.startDate, details.endDate);
    }
  }
  process.stdout.write(JSON.stringify(found));
})();
"#;

fn read_by(
    reader: fn(&str, &str) -> linli_world::Result<String>,
    program: &str,
    text: &str,
) -> linli_world::Result<BTreeSet<Instance>> {
    Ok(serde_json::from_str(&reader(program, text)?)?)
}

fn instance(range: Range, title: &str, status: &str) -> Instance {
    let second = |at: Instant| at.0 / 1_000_000;
    (
        second(range.starts),
        second(range.ends),
        title.to_owned(),
        status.to_owned(),
    )
}

/// Both readers see exactly these, and the text is as RFC 5545 wants it.
fn must_show(text: &str, expected: &BTreeSet<Instance>) -> linli_world::Result<()> {
    for line in text.split_inclusive("\r\n") {
        assert!(line.ends_with("\r\n") && line.len() <= 77, "{line:?}");
        assert!(!line.trim_end().contains(['\r', '\n']));
    }
    assert_eq!(
        &read_by(python, PYTHON, text)?,
        expected,
        "icalendar\n{text}"
    );
    assert_eq!(&read_by(node, NODE, text)?, expected, "ical.js\n{text}");
    Ok(())
}

async fn make(world: &linli_world::World, actor: Actor, of: Of) -> linli_core::Result<String> {
    act!(world.core, |work| feed::make(work, &actor, of).await)
}

async fn contents(world: &linli_world::World, token: &str) -> linli_core::Result<Contents> {
    view!(world.core, |work| feed::read(work, token).await)
}

fn weekly(space: SpaceId, person: PersonId, first: Date, title: &str) -> SeriesDraft {
    SeriesDraft {
        space,
        hours: WorkingHours {
            days: Recurrence::new(first, "FREQ=WEEKLY;COUNT=6").unwrap(),
            from_minute: 600,
            to_minute: 690,
            holidays: Default::default(),
        },
        party: Party::Resident(person),
        title: title.into(),
        persons: 2,
    }
}

on_both!(
    two_other_readers_see_the_instances_that_linli_shows,
    |world| {
        let id = room(&world, 9, SpaceRules::default()).await?;
        let li = of(world.li);
        let odd =
            "下棋, \"quoted\"; back\\slash: 一行很长很长的用途，折行时不能断在字中间，也不能丢字";
        let mut expected = BTreeSet::new();
        // An appointment, one that was cancelled, a booking, one that was cancelled.
        let service = installed(&world).await?;
        for (hour, cancelled) in [(10, false), (11, true)] {
            act!(world.core, |work| async {
                let booking = appointment::Booking {
                    calendar: world.calendar,
                    range: tomorrow(hour),
                    resident: world.li,
                    service: "bath".into(),
                    title: Localised::new("助浴", "Bathing help"),
                    rules: HOUR,
                };
                let li = resident(world.li);
                let made = appointment::book(work, &service, &li, booking).await?;
                if cancelled {
                    appointment::cancel(work, &service, &li, made.id, "").await?;
                }
                Ok(())
            }
            .await)?;
            let status = if cancelled { "CANCELLED" } else { "CONFIRMED" };
            expected.insert(instance(tomorrow(hour), "Bathing help", status));
            let wanted = booking::Draft {
                title: odd.into(),
                ..draft(id, world.li, tomorrow(hour + 2))
            };
            act!(world.core, |work| async {
                let made = booking::book(work, &li, &wanted).await?;
                if cancelled {
                    booking::cancel(work, &li, made.id, "").await?;
                }
                Ok(())
            }
            .await)?;
            expected.insert(instance(tomorrow(hour + 2), odd, status));
        }
        // A series as its rule says, and one of which one was cancelled and one moved.
        for (title, changed) in [("合唱", false), ("书法", true)] {
            let made = act!(world.core, |work| series::book(
                work,
                &li,
                &weekly(id, world.li, TOMORROW, title),
                OnConflict::BookNone
            )
            .await)?;
            if changed {
                act!(world.core, |work| async {
                    booking::cancel(work, &li, made.bookings[1].id, "").await?;
                    let later = made.bookings[2].ends;
                    let later = Range::new(later, later.plus_minutes(90));
                    booking::move_to(work, &li, made.bookings[2].id, later).await
                }
                .await)?;
            }
            for shown in view!(world.core, |work| series::list(
                work,
                &li,
                made.series.unwrap()
            )
            .await)?
            {
                let status = if shown.state.is_live() {
                    "CONFIRMED"
                } else {
                    "CANCELLED"
                };
                expected.insert(instance(shown.range(), title, status));
            }
        }
        act!(world.core, |work| async {
            Ok(work.tx.set_account_locale(world.li, Locale::En).await?)
        }
        .await)?;
        let token = make(&world, li, Of::Resident(world.li)).await?;
        let shown = contents(&world, &token).await?;
        let recurring = shown
            .entries
            .iter()
            .filter(|entry| entry.recurs.is_some())
            .count();
        assert_eq!(recurring, 1, "the other has exceptions");
        let text = ics::write(&shown);
        assert!(text.contains("BEGIN:VTIMEZONE") && text.contains("RRULE:FREQ=WEEKLY;COUNT=6"));
        must_show(&text, &expected)?;
        assert_eq!(text, ics::write(&contents(&world, &token).await?));
        // The space shows the bookings and nothing of the appointments.
        let of_space = make(&world, staff(world.east), Of::Space(id)).await?;
        let bookings = expected
            .into_iter()
            .filter(|(_, _, title, _)| title != "Bathing help")
            .collect();
        must_show(&ics::write(&contents(&world, &of_space).await?), &bookings)?;
    }
);

on_both!(
    uids_stay_and_sequences_grow_until_30_days_have_passed,
    |world| {
        let id = room(&world, 1, SpaceRules::default()).await?;
        let token = make(&world, of(world.li), Of::Resident(world.li)).await?;
        let far = Range::new(
            tomorrow(10).starts.plus_days(60),
            tomorrow(10).ends.plus_days(60),
        );
        let made = book(&world, id, world.li, far).await?;
        let before = contents(&world, &token).await?.entries;
        act!(world.core, |work| booking::cancel(
            work,
            &of(world.li),
            made.id,
            ""
        )
        .await)?;
        let after = contents(&world, &token).await?.entries;
        assert_eq!(before[0].uid, after[0].uid);
        assert_eq!((before[0].sequence, after[0].sequence), (0, 1));
        assert_eq!(after[0].status, Status::Cancelled);
        world.clock.set(NOW.plus_days(29));
        assert_eq!(contents(&world, &token).await?.entries.len(), 1);
        world.clock.set(NOW.plus_days(31));
        assert_eq!(contents(&world, &token).await?.entries.len(), 0);
    }
);

on_both!(an_address_is_secret_and_can_be_revoked, |world| {
    let mine = Of::Resident(world.li);
    let delegate = Actor {
        person: Some(world.daughter),
        office: Office::Delegate,
        ..of(world.li)
    };
    for actor in [of(world.wang), delegate, staff(world.east), worker(&world)] {
        assert_eq!(
            refusal(make(&world, actor, mine).await),
            Refusal::NotAllowed
        );
    }
    let id = room(&world, 1, SpaceRules::default()).await?;
    for actor in [of(world.li), staff(world.west)] {
        assert_eq!(
            refusal(make(&world, actor, Of::Space(id)).await),
            Refusal::NotAllowed
        );
    }
    let first = make(&world, of(world.li), mine).await?;
    assert_eq!(first.len(), 32, "192 bits");
    let stored = view!(world.core, |work| async {
        Ok(work.tx.find_feed_of(Some(world.li), None).await?)
    }
    .await)?
    .unwrap();
    assert_ne!(stored.token_hash, first.as_bytes());
    contents(&world, &first).await?;
    let second = make(&world, of(world.li), mine).await?;
    assert_ne!(first, second);
    for gone in [
        first.as_str(),
        "",
        "x",
        &"A".repeat(32),
        &second.to_lowercase(),
    ] {
        assert_eq!(
            refusal(contents(&world, gone).await),
            Refusal::NotFound("feed")
        );
    }
    contents(&world, &second).await?;
    let since = view!(world.core, |work| feed::since(work, &of(world.li), mine)
        .await)?;
    assert_eq!(since, Some(NOW));
    assert!(act!(world.core, |work| feed::revoke(
        work,
        &of(world.li),
        mine
    )
    .await)?);
    assert!(!act!(world.core, |work| feed::revoke(
        work,
        &of(world.li),
        mine
    )
    .await)?);
    assert_eq!(
        refusal(contents(&world, &second).await),
        Refusal::NotFound("feed")
    );
});

/// Every week over a year of changing clocks: the zone that a feed carries says the same as the host's own.
#[test]
fn a_wall_time_stays_the_same_in_every_zone() -> linli_world::Result<()> {
    for name in [
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
    ] {
        let zone = TimeZone::get(name)?;
        let first = date(2026, 11, 25);
        let recurs = Recurrence::new(first, "FREQ=WEEKLY;COUNT=54")?;
        let at = |day: Date, hour| Instant::from_civil(day.at(hour, 30, 0, 0), &zone).unwrap();
        let range = |day| Range::new(at(day, 9), at(day, 11));
        let expected = recurs
            .days(first, date(2028, 1, 1))?
            .into_iter()
            .map(|day| instance(range(day), "太极", "TENTATIVE"))
            .collect();
        let shown = Contents {
            name: name.to_owned(),
            zone: zone.clone(),
            entries: vec![Entry {
                uid: "series-1@linli".to_owned(),
                sequence: 0,
                range: range(first),
                recurs: Some(recurs),
                title: "太极".to_owned(),
                place: "广场".to_owned(),
                status: Status::Tentative,
                changed: NOW,
            }],
        };
        must_show(&ics::write(&shown), &expected)?;
    }
    Ok(())
}

on_both!(sessions_of_courses_are_entries_likewise, |world| {
    use crate::enrolment::{apply, draft as course_of, keeper};
    use linli_core::{attendance, course, enrolment};
    let keeper = keeper(&world);
    let (id, enrolled) = act!(world.core, |work| async {
        let id = course::create(work, &keeper, None, world.east, &course_of(1)).await?;
        let to = date(2026, 12, 2);
        attendance::plan(work, &keeper, id, TOMORROW, to).await?;
        let enrolled = enrolment::enrol(work, &of(world.li), id, apply(world.li)).await?;
        // Who only waits has no sessions.
        enrolment::enrol(work, &of(world.wang), id, apply(world.wang)).await?;
        Ok((id, enrolled.id))
    }
    .await)?;
    let sessions = view!(world.core, |work| attendance::list(
        work,
        id,
        Range::new(NOW, NOW.plus_days(30))
    )
    .await)?;
    assert_eq!(sessions.len(), 5, "Wednesday to Tuesday");
    let token = make(&world, of(world.li), Of::Resident(world.li)).await?;
    let waits = make(&world, of(world.wang), Of::Resident(world.wang)).await?;
    assert!(contents(&world, &waits).await?.entries.is_empty());
    let shown = |statuses: [&str; 5]| -> BTreeSet<Instance> {
        let each = sessions.iter().zip(statuses);
        each.map(|(session, status)| {
            instance(
                Range::new(session.starts, session.ends),
                "Calligraphy",
                status,
            )
        })
        .collect()
    };
    let (on, off) = ("CONFIRMED", "CANCELLED");
    let before = contents(&world, &token).await?;
    must_show(&ics::write(&before), &shown([on; 5]))?;
    // One does not take place.
    act!(world.core, |work| attendance::cancel(
        work,
        &keeper,
        sessions[1].id,
        "老师请假"
    )
    .await)?;
    let after = contents(&world, &token).await?;
    must_show(&ics::write(&after), &shown([on, off, on, on, on]))?;
    assert_eq!(before.entries[1].uid, after.entries[1].uid);
    assert_eq!(
        after.entries[1].sequence,
        before.entries[1].sequence + 1,
        "and of the others it stays"
    );
    assert_eq!(before.entries[2], after.entries[2]);
    // She leaves after the first: what was stays, what would come is called off.
    world.clock.set(sessions[0].ends);
    act!(world.core, |work| enrolment::cancel(
        work,
        &of(world.li),
        enrolled,
        ""
    )
    .await)?;
    let left = contents(&world, &token).await?;
    must_show(&ics::write(&left), &shown([on, off, off, off, off]))?;
    assert!(left.entries[2].sequence > after.entries[2].sequence);
    assert_eq!(left.entries[2].uid, after.entries[2].uid);
});
