//! My appointments and bookings: `POST /bookings/{verb}` with `for`, `id`, `kind` (`space` or `service`); `move` with `day`,
//! `from`, `to`.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::{Page, Place};
use crate::part::{PostButton, mark, range_fields};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// What an entry is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryKind {
    /// An appointment with a service.
    Appointment,
    /// A booking of a space.
    Booking,
}

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Kept for a while, until it is confirmed.
    Held,
    /// Asked for; staff have yet to agree.
    Requested,
    /// Agreed.
    Booked,
    /// It has taken place.
    Done,
    /// It does not take place.
    Off,
}

impl Standing {
    /// As a labelled state.
    pub(crate) fn mark(self, t: Text) -> Markup {
        match self {
            Self::Held => mark("warning", t.standing_held()),
            Self::Requested => mark("info", t.standing_requested()),
            Self::Booked => mark("good", t.standing_booked()),
            Self::Done => mark("neutral", t.standing_done()),
            Self::Off => mark("neutral", t.standing_off()),
        }
    }
}

/// An appointment or a booking.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// What it is of.
    pub kind: EntryKind,
    /// What for.
    pub title: String,
    /// The service or the space.
    pub place: String,
    /// When it begins.
    pub starts: Instant,
    /// When it ends.
    pub ends: Instant,
    /// Where it stands.
    pub standing: Standing,
    /// Until when it is held.
    pub held_until: Option<Instant>,
    /// The series that it belongs to.
    pub series: Option<String>,
}

/// A place in a waiting list.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Its id.
    pub id: String,
    /// Whether it is of a space, else of a service.
    pub of_space: bool,
    /// What for.
    pub what: String,
    /// For when.
    pub when: String,
    /// The place in the list, from 1, where that is counted.
    pub place: Option<u64>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct BookingsPage {
    /// Whose.
    pub subject: String,
    /// Whether it shows what is over.
    pub past: bool,
    /// By start.
    pub entries: Vec<Entry>,
    /// By day.
    pub waits: Vec<Wait>,
}

impl Page for BookingsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_bookings().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Bookings)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_bookings()) }
            p.screen {
                @if self.past { a href="/bookings" { (t.bookings_upcoming()) } } @else { a href="/bookings?past=1" { (t.bookings_past()) } }
                " · " a href="/spaces" { (t.menu_spaces()) } " · " a href="/my-data#feed" { (t.feed_title()) }
            }
            h2 { @if self.past { (t.bookings_past()) } @else { (t.bookings_upcoming()) } }
            @if self.entries.is_empty() { p.empty { (t.bookings_none()) } } @else {
                ol.cards { @for entry in &self.entries { li.card { (self.entry(entry, viewer)) } } }
            }
            @if !self.waits.is_empty() {
                section aria-labelledby="waiting" {
                    h2 #waiting { (t.bookings_waiting()) }
                    p { (t.bookings_waiting_hint()) }
                    ul.cards { @for wait in &self.waits { li.card {
                        h3 { (harmless(&wait.what)) }
                        p.meta { (wait.when) @if let Some(place) = wait.place { " · " (t.bookings_place(place)) } }
                        (PostButton {
                            action: "/bookings/leave",
                            values: &[("for", &self.subject), ("id", &wait.id), ("kind", if wait.of_space { "space" } else { "service" })],
                            label: t.bookings_leave(), destructive: true,
                        }.confirm(t.bookings_leave_question(), t.bookings_leave_effect(), t))
                    } } }
                }
            }
        }
    }
}

impl BookingsPage {
    fn entry(&self, entry: &Entry, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let kind = match entry.kind {
            EntryKind::Appointment => "service",
            EntryKind::Booking => "space",
        };
        let values = [
            ("for", self.subject.as_str()),
            ("id", entry.id.as_str()),
            ("kind", kind),
        ];
        let to_come = !self.past && viewer.now < entry.starts;
        let stands = matches!(
            entry.standing,
            Standing::Held | Standing::Requested | Standing::Booked
        );
        let held = entry
            .held_until
            .filter(|_| entry.standing == Standing::Held);
        html! {
            h3 { (harmless(&entry.title)) " " (entry.standing.mark(t)) }
            p { time datetime=(entry.starts.to_rfc3339()) { (viewer.period(entry.starts, entry.ends)) } }
            p.meta { (harmless(&entry.place)) }
            @if let Some(until) = held {
                p { strong { (t.bookings_held(minutes_left(viewer.now, until), viewer.instant(until))) } }
                (PostButton { action: "/bookings/confirm", values: &values, label: t.bookings_confirm(), destructive: false }.plain(""))
            }
            @if to_come && stands {
                @if entry.kind == EntryKind::Booking && held.is_none() {
                    details.confirm {
                        summary { (t.bookings_move()) "…" }
                        form.fields method="post" action="/bookings/move" {
                            @for (name, value) in &values { input type="hidden" name=(name) value=(value); }
                            (range_fields(&entry.id, viewer, entry.starts, entry.ends))
                            div.submit { button type="submit" { (t.bookings_move()) } }
                        }
                    }
                }
                (PostButton { action: "/bookings/cancel", values: &values, label: if held.is_some() { t.bookings_decline() } else { t.bookings_cancel() }, destructive: true }
                    .confirm(t.bookings_cancel_question(), t.bookings_cancel_effect(), t))
                @if let Some(series) = &entry.series {
                    (PostButton { action: "/bookings/series", values: &[("for", &self.subject), ("id", series)], label: t.bookings_cancel_series(), destructive: true }
                        .confirm(t.bookings_series_question(), t.bookings_series_effect(), t))
                }
            }
        }
    }
}

/// How many minutes are left, at least 0.
fn minutes_left(now: Instant, until: Instant) -> i64 {
    (until.0.saturating_sub(now.0) / linli_domain::time::MINUTE).max(0)
}
