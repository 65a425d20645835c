//! What I have booked, hold and wait for.

use crate::app::App;
use crate::page::{BookingsPage, Entry, EntryKind, Standing, Wait};
use crate::render::submission::Posted;
use crate::visit::{LoggedIn, Visit};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use linli_core::agenda::{self, Agenda};
use linli_core::{Refusal, act, booking, view};
use linli_domain::appointment::AppointmentState;
use linli_domain::booking::BookingState;
use linli_domain::{AppointmentId, BookingId, SeriesId, WaitingId};
use linli_store::appointment::Appointment;
use linli_store::booking::Booking;
use linli_store::space::Space;
use serde::Deserialize;

const PAGE: &str = "/bookings";

#[derive(Deserialize)]
pub(crate) struct When {
    past: Option<String>,
}

/// Shows it.
pub(crate) async fn list(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Query(when): Query<When>,
) -> Response {
    let past = when.past.is_some();
    let found = view!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        agenda::find(work, &actor, past).await
    }
    .await);
    match found {
        Ok(agenda) => {
            let subject = visit.subject(&login).to_string();
            visit.page(&page(&visit, agenda, subject, past)).await
        }
        Err(error) => visit.refuse(error).await,
    }
}

fn page(visit: &Visit, agenda: Agenda, subject: String, past: bool) -> BookingsPage {
    let locale = visit.viewer.locale;
    let mut entries: Vec<Entry> = agenda
        .appointments
        .into_iter()
        .map(|(found, service)| appointment(visit, found, service.get(locale)))
        .chain(
            agenda
                .bookings
                .into_iter()
                .map(|(found, space)| space_booking(visit, found, &space)),
        )
        .collect();
    entries.sort_by_key(|entry| entry.starts);
    let days = agenda.days.into_iter().map(|(found, service, place)| Wait {
        id: found.id.to_string(),
        of_space: false,
        what: format!("{} · {}", service.get(locale), found.title.get(locale)),
        when: visit.viewer.date(found.day),
        place: place.map(|place| u64::try_from(place).unwrap_or_default()),
    });
    let days = days.filter(|wait| wait.place.is_some());
    let times = agenda.times.into_iter().map(|(found, space)| Wait {
        id: found.id.to_string(),
        of_space: true,
        what: format!("{} · {}", space.name.get(locale), found.title),
        when: visit.viewer.period(found.starts, found.ends),
        place: None,
    });
    BookingsPage {
        subject,
        past,
        entries,
        waits: days.chain(times).collect(),
    }
}

fn appointment(visit: &Visit, found: Appointment, service: &str) -> Entry {
    Entry {
        id: found.id.to_string(),
        kind: EntryKind::Appointment,
        title: found.title.get(visit.viewer.locale).to_owned(),
        place: service.to_owned(),
        starts: found.starts,
        ends: found.ends,
        standing: match found.state {
            AppointmentState::Held => Standing::Held,
            AppointmentState::Booked => Standing::Booked,
            AppointmentState::CheckedIn | AppointmentState::Completed => Standing::Done,
            AppointmentState::Cancelled | AppointmentState::Missed => Standing::Off,
        },
        held_until: found.held_until,
        series: None,
    }
}

fn space_booking(visit: &Visit, found: Booking, space: &Space) -> Entry {
    Entry {
        id: found.id.to_string(),
        kind: EntryKind::Booking,
        place: format!("{} {}", space.name.get(visit.viewer.locale), space.place),
        starts: found.starts,
        ends: found.ends,
        standing: match found.state {
            BookingState::Held if found.has_expired(visit.viewer.now) => Standing::Off,
            BookingState::Held => Standing::Held,
            BookingState::Requested => Standing::Requested,
            BookingState::Booked => Standing::Booked,
            BookingState::Completed => Standing::Done,
            _ => Standing::Off,
        },
        held_until: found.expires,
        series: found.series_id.map(|series| series.to_string()),
        title: found.title,
    }
}

/// Confirms, cancels, moves or leaves one.
pub(crate) async fn change(
    LoggedIn { visit, login }: LoggedIn,
    State(app): State<App>,
    Path(verb): Path<String>,
    body: Bytes,
) -> Response {
    let posted = Posted::from_body(&body);
    if !visit.is_for(&login, &posted) {
        return visit.other_person(PAGE).await;
    }
    let id = posted.first("id").unwrap_or_default();
    let of_space = posted.first("kind") == Some("space");
    let range = visit.range(&posted);
    let done = act!(app.core, |work| async {
        let actor = login.actor(visit.acting)?;
        let absent = || linli_core::Error::from(Refusal::NotFound("booking"));
        let booked = id.parse::<BookingId>().map_err(|_| absent());
        let appointed = id.parse::<AppointmentId>().map_err(|_| absent());
        match (verb.as_str(), of_space) {
            ("confirm", true) => booking::confirm(work, &actor, booked?).await.map(drop),
            ("confirm", false) => agenda::confirm(work, &actor, appointed?).await.map(drop),
            ("cancel", true) => booking::cancel(work, &actor, booked?, "").await.map(drop),
            ("cancel", false) => agenda::cancel(work, &actor, appointed?).await.map(drop),
            ("move", true) => {
                let range = range.clone()?;
                booking::move_to(work, &actor, booked?, range)
                    .await
                    .map(drop)
            }
            ("leave", of_space) => {
                let waiting = id.parse::<WaitingId>().map_err(|_| absent())?;
                if of_space {
                    booking::waiting::leave(work, &actor, waiting).await
                } else {
                    agenda::leave(work, &actor, waiting).await
                }
            }
            ("series", _) => {
                let series = id.parse::<SeriesId>().map_err(|_| absent())?;
                let all = booking::series::Part::All;
                booking::series::cancel(work, &actor, series, all, "")
                    .await
                    .map(drop)
            }
            _ => Err(absent()),
        }
    }
    .await);
    let t = visit.viewer.text();
    let said = match verb.as_str() {
        "confirm" => t.said_booked(),
        "move" => t.said_moved(),
        "leave" => t.said_left(),
        _ => t.said_cancelled(),
    };
    visit.answer(done, said, PAGE).await
}
