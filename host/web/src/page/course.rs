//! Courses and standing places: `/courses` lists them and my places; `/courses/{id}` shows one. `POST /courses/{id}` with
//! `for`, `do` (`enrol`; `accept` or `leave` with `enrolment`).

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark};
use crate::render::harmless;
use jiff::civil::Date;
use linli_domain::Instant;
use linli_domain::enrolment::EnrolmentState;
use maud::{Markup, html};

/// A resident's place in a course, or their wait for one.
#[derive(Clone, Debug)]
pub struct MyPlace {
    /// The enrolment.
    pub id: String,
    /// The course.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Where it stands.
    pub state: EnrolmentState,
    /// The place in the waiting list, from 1.
    pub position: Option<u64>,
    /// By what rule places go to who waits.
    pub rule: String,
    /// Until when an offer stands.
    pub offer_until: Option<Instant>,
}

/// A course in a list.
#[derive(Clone, Debug)]
pub struct CourseCard {
    /// What it is called.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Its first day, and its last unless it has no end.
    pub days: (Date, Option<Date>),
    /// How many places it has.
    pub places: u64,
}

/// Courses of a community.
#[derive(Clone, Debug, Default)]
pub struct CoursesPage {
    /// Whose places.
    pub subject: String,
    /// The resident's places.
    pub mine: Vec<MyPlace>,
    /// What is offered, by first day.
    pub courses: Vec<CourseCard>,
    /// The address of more.
    pub next: Option<String>,
}

impl Page for CoursesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_courses().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Courses)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_courses()) }
            @if !self.mine.is_empty() {
                section aria-labelledby="mine" {
                    h2 #mine { (t.courses_mine()) }
                    ul.cards { @for place in &self.mine { li.card {
                        h3 { a href=(place.href) { (harmless(&place.title)) } }
                        (my_place(place, &self.subject, viewer))
                    } } }
                }
            }
            section aria-labelledby="offered" {
                h2 #offered { (t.courses_offered()) }
                @if self.courses.is_empty() { p.empty { (t.courses_none()) } }
                ul.cards { @for course in &self.courses { li.card {
                    h3 { a href=(course.href) { (harmless(&course.title)) } }
                    p.meta { (span(course.days, viewer)) " · " (t.courses_places(course.places)) }
                } } }
                @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.next_page()) } } }
            }
        }
    }
}

/// From when to when.
pub(crate) fn span((first, last): (Date, Option<Date>), viewer: &Viewer) -> String {
    match last {
        Some(last) => format!("{} – {}", viewer.date(first), viewer.date(last)),
        None => viewer.text().courses_from(viewer.date(first)),
    }
}

/// Where a place stands and what can be done about it.
fn my_place(place: &MyPlace, subject: &str, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let (tone, label) = match place.state {
        EnrolmentState::Waiting => ("info", t.enrolment_waiting()),
        EnrolmentState::Offered => ("warning", t.enrolment_offered()),
        EnrolmentState::Enrolled => ("good", t.enrolment_enrolled()),
        EnrolmentState::Completed => ("neutral", t.standing_done()),
        EnrolmentState::Cancelled | EnrolmentState::Transferred | EnrolmentState::Lapsed => {
            ("neutral", t.enrolment_over())
        }
    };
    let values = |verb| {
        [
            ("for", subject),
            ("enrolment", place.id.as_str()),
            ("do", verb),
        ]
    };
    let live = matches!(
        place.state,
        EnrolmentState::Waiting | EnrolmentState::Offered | EnrolmentState::Enrolled
    );
    html! {
        p { (mark(tone, label)) }
        @if let Some(position) = place.position {
            p { (t.bookings_place(position)) }
            p.meta { (harmless(&place.rule)) }
        }
        @if let Some(until) = place.offer_until {
            p { strong { (t.enrolment_until(viewer.instant(until))) } }
            (PostButton { action: &place.href, values: &values("accept"), label: t.enrolment_accept(), destructive: false }.plain(""))
        }
        @if live {
            (PostButton { action: &place.href, values: &values("leave"), label: if place.state == EnrolmentState::Offered { t.bookings_decline() } else { t.enrolment_leave() }, destructive: true }
                .confirm(t.enrolment_leave_question(), t.enrolment_leave_effect(), t))
        }
    }
}

/// One course.
#[derive(Clone, Debug)]
pub struct CoursePage {
    /// Whose place.
    pub subject: String,
    /// Its page.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// Its first day, and its last unless it has no end.
    pub days: (Date, Option<Date>),
    /// How many places it has.
    pub places: u64,
    /// By what rule places go to who waits.
    pub rule: String,
    /// The resident's place, if they have or want one.
    pub mine: Option<MyPlace>,
    /// When its next sessions are, and whether they were called off.
    pub sessions: Vec<(Instant, Instant, bool)>,
}

impl Page for CoursePage {
    fn title(&self, _: &Viewer) -> String {
        self.title.clone()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Courses)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/courses", t.menu_courses()))
            h1 { (harmless(&self.title)) }
            p.lead { (span(self.days, viewer)) " · " (t.courses_places(self.places)) }
            @match &self.mine {
                Some(mine) => (my_place(mine, &self.subject, viewer)),
                None => {
                    p { (t.courses_rule()) " " (harmless(&self.rule)) }
                    (PostButton { action: &self.href, values: &[("for", &self.subject), ("do", "enrol")], label: t.courses_enrol(), destructive: false }.plain(""))
                }
            }
            section aria-labelledby="sessions" {
                h2 #sessions { (t.courses_sessions()) }
                @if self.sessions.is_empty() { p.empty { (t.courses_no_sessions()) } }
                ul.plain { @for (starts, ends, off) in &self.sessions { li {
                    time datetime=(starts.to_rfc3339()) { (viewer.period(*starts, *ends)) }
                    @if *off { " " (mark("danger", t.session_off())) }
                } } }
            }
        }
    }
}
