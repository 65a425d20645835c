//! Courses that an office keeps, and who came to a session: `POST …/sessions/{id}` with `enrolment`, `do` (`in`, `out` with
//! `text`, `absent`, `excused`).

use super::course::span;
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, hidden, mark, text_field};
use crate::render::harmless;
use jiff::civil::Date;
use linli_domain::Instant;
use linli_domain::enrolment::Attendance;
use maud::{Markup, html};

/// A course that an office keeps, with its next sessions.
#[derive(Clone, Debug)]
pub struct KeptCourse {
    /// What it is called.
    pub title: String,
    /// Its first day, and its last unless it has no end.
    pub days: (Date, Option<Date>),
    /// Its sessions of these weeks: their pages, when they are, and whether they were called off.
    pub sessions: Vec<(String, Instant, Instant, bool)>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct KeptCoursesPage {
    /// The desk's name and page.
    pub desk: (String, String),
    /// By first day.
    pub courses: Vec<KeptCourse>,
}

impl Page for KeptCoursesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().courses_kept_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back(&self.desk.1, &self.desk.0))
            h1 { (t.courses_kept_title()) }
            @if self.courses.is_empty() { p.empty { (t.courses_none()) } }
            @for course in &self.courses {
                section {
                    h2 { (harmless(&course.title)) }
                    p.meta { (span(course.days, viewer)) }
                    @if course.sessions.is_empty() { p.empty { (t.courses_no_sessions()) } }
                    ul.links { @for (href, starts, ends, off) in &course.sessions { li {
                        a href=(href) { (viewer.period(*starts, *ends)) }
                        @if *off { " " (mark("danger", t.session_off())) }
                    } } }
                }
            }
        }
    }
}

/// Somebody who is expected.
#[derive(Clone, Debug)]
pub struct Attendee {
    /// Their enrolment.
    pub id: String,
    /// Their name.
    pub name: String,
    /// How they attended, where that was written.
    pub status: Option<Attendance>,
    /// When they came.
    pub came: Option<Instant>,
    /// When they left, and with whom.
    pub left: Option<(Instant, String)>,
}

/// A session.
#[derive(Clone, Debug)]
pub struct SessionPage {
    /// The page above and what it is called.
    pub back: (String, String),
    /// Where forms go.
    pub action: String,
    /// The course.
    pub title: String,
    /// When it is.
    pub starts: Instant,
    /// When it ends.
    pub ends: Instant,
    /// Why it does not take place.
    pub off: Option<String>,
    /// Who is expected.
    pub expected: Vec<Attendee>,
}

impl Page for SessionPage {
    fn title(&self, viewer: &Viewer) -> String {
        format!("{} · {}", self.title, viewer.period(self.starts, self.ends))
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back(&self.back.0, &self.back.1))
            h1 { (harmless(&self.title)) }
            p.lead { time datetime=(self.starts.to_rfc3339()) { (viewer.period(self.starts, self.ends)) } }
            @match &self.off {
                Some(why) => p { (mark("danger", t.session_off())) " " (harmless(why)) },
                None => {
                    details.confirm.danger {
                        summary { (t.session_call_off()) "…" }
                        form.fields method="post" action=(self.action) {
                            (hidden(&[("do", "call-off")]))
                            (text_field("why-off", "text", t.case_reason(), true))
                            div.submit { button.danger type="submit" { (t.session_call_off()) } }
                        }
                    }
                }
            }
            h2 { (t.session_expected()) }
            @if self.expected.is_empty() { p.empty { (t.session_nobody()) } }
            ul.cards { @for person in &self.expected { li.card { (self.attendee(person, viewer)) } } }
        }
    }
}

impl SessionPage {
    fn attendee(&self, person: &Attendee, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let button = |verb, label: &str| {
            PostButton {
                action: &self.action,
                values: &[("enrolment", person.id.as_str()), ("do", verb)],
                label,
                destructive: false,
            }
            .plain("quiet")
        };
        html! {
            h3 { (harmless(&person.name)) }
            p {
                @match person.status {
                    None => (mark("info", t.attendance_open())),
                    Some(Attendance::Present) => (mark("good", t.attendance_present())),
                    Some(Attendance::Late) => (mark("warning", t.attendance_late())),
                    Some(Attendance::Absent) => (mark("danger", t.attendance_absent())),
                    Some(Attendance::Excused) => (mark("neutral", t.attendance_excused())),
                }
                @if let Some(came) = person.came { " " (t.attendance_came(viewer.time(came))) }
                @if let Some((left, with)) = &person.left {
                    " " (t.attendance_left(viewer.time(*left))) @if !with.is_empty() { " · " (harmless(with)) }
                }
            }
            @if self.off.is_none() {
                div.actions {
                    @if person.came.is_none() {
                        (button("in", t.attendance_in())) (button("absent", t.attendance_absent())) (button("excused", t.attendance_excused()))
                    } @else if person.left.is_none() {
                        form.fields method="post" action=(self.action) {
                            (hidden(&[("enrolment", &person.id), ("do", "out")]))
                            (text_field(&format!("with-{}", person.id), "text", t.attendance_with(), false))
                            div.submit { button.quiet type="submit" { (t.attendance_out()) } }
                        }
                    }
                }
            }
        }
    }
}
