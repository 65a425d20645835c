//! The spaces of my community: `/spaces` finds them, `/spaces/{id}` shows a day of one. `POST /spaces/{id}` with `for`, `do`
//! (`book`, `hold` with `slot`; `wait` with `day`, `from`, `to`, `ask`; `check`, `free`, `none` for a series with `day`,
//! `weekday`, `weeks`, `from`, `to`), `title`, `persons`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{back, hidden, problems, range_fields};
use crate::render::harmless;
use jiff::civil::{Date, Weekday};
use linli_domain::slot::Range;
use maud::{Markup, html};

/// A space in a list.
#[derive(Clone, Debug)]
pub struct SpaceCard {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: String,
    /// How many people it holds.
    pub capacity: u64,
    /// Its page.
    pub href: String,
}

/// Spaces of a community.
#[derive(Clone, Debug)]
pub struct SpacesPage {
    /// What was asked for.
    pub range: Range,
    /// For how many people.
    pub persons: u64,
    /// Whether only what is free then is listed.
    pub searched: bool,
    /// The spaces.
    pub spaces: Vec<SpaceCard>,
    /// What was wrong with the search.
    pub problems: Vec<String>,
}

impl Page for SpacesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_spaces().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Spaces)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_spaces()) }
            (problems(&self.problems, t))
            form.fields method="get" action="/spaces" {
                h2 { (t.spaces_search()) }
                (range_fields("search", viewer, self.range.starts, self.range.ends))
                div.field { label for="persons" { (t.spaces_persons()) } input #persons type="number" name="persons" min="1" max="100000" value=(self.persons) required; }
                div.submit { button type="submit" { (t.spaces_find()) } }
            }
            h2 { @if self.searched { (t.spaces_free()) } @else { (t.spaces_all()) } }
            @if self.searched { p.screen { a href="/spaces" { (t.spaces_all()) } } }
            @if self.spaces.is_empty() { p.empty { (t.spaces_none()) } } @else {
                ul.cards { @for space in &self.spaces { li.card {
                    h3 { a href=(space.href) { (harmless(&space.name)) } }
                    p.meta { (harmless(&space.place)) " · " (t.space_persons(space.capacity)) }
                } } }
            }
        }
    }
}

/// What came of a series.
#[derive(Clone, Debug)]
pub struct SeriesReport {
    /// How many were booked; none where it was only checked.
    pub booked: Option<u64>,
    /// When which cannot be, and why.
    pub conflicts: Vec<(Range, String)>,
}

/// A day of one space.
#[derive(Clone, Debug)]
pub struct SpacePage {
    /// Its id.
    pub id: String,
    /// Whose bookings are made.
    pub subject: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: String,
    /// How many people it holds.
    pub capacity: u64,
    /// Whether staff approve each booking.
    pub approval: bool,
    /// Which day.
    pub day: Date,
    /// How long the slots are.
    pub minutes: u16,
    /// When it is free for so long, by start.
    pub slots: Vec<Range>,
    /// What came of a series.
    pub report: Option<SeriesReport>,
}

impl Page for SpacePage {
    fn title(&self, _: &Viewer) -> String {
        self.name.clone()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Spaces)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let action = format!("/spaces/{}", self.id);
        let around = [self.day.yesterday(), self.day.tomorrow()];
        html! {
            (back("/spaces", t.menu_spaces()))
            h1 { (harmless(&self.name)) }
            p.lead { (harmless(&self.at)) " · " (t.space_persons(self.capacity)) }
            @if self.approval { p { (t.space_approval()) } }
            @if let Some(report) = &self.report { (self.report(report, viewer)) }
            section aria-labelledby="day-view" {
                h2 #day-view { (viewer.date(self.day)) }
                p.screen {
                    @for (day, label) in around.iter().flatten().zip([t.space_day_before(), t.space_day_after()]) {
                        a href={ (action) "?day=" (day) "&minutes=" (self.minutes) } { (label) } " "
                    }
                }
                form.fields method="get" action=(action) {
                    div.row {
                        div.field { label for="view-day" { (t.field_day()) } input #view-day type="date" name="day" value=(self.day) required; }
                        div.field { label for="minutes" { (t.space_minutes()) } input #minutes type="number" name="minutes" min="5" max="1440" step="5" value=(self.minutes) required; }
                    }
                    div.submit { button.quiet type="submit" { (t.space_show()) } }
                }
                @if self.slots.is_empty() { p.empty { (t.space_no_slots()) } } @else {
                    form.fields method="post" action=(action) {
                        (hidden(&[("for", &self.subject)]))
                        fieldset.field {
                            legend { (t.space_slots()) }
                            div.times { @for slot in &self.slots { label.pick {
                                input type="radio" name="slot" value={ (slot.starts.0) "-" (slot.ends.0) } required;
                                span { (viewer.hours(slot.starts, slot.ends)) }
                            } } }
                        }
                        (self.what("book", viewer))
                        div.submit {
                            button type="submit" name="do" value="book" { (t.space_book()) }
                            button.quiet type="submit" name="do" value="hold" { (t.space_hold()) }
                        }
                    }
                }
            }
            details.confirm {
                summary { (t.space_wait()) "…" }
                form.fields method="post" action=(action) {
                    p { (t.space_wait_hint()) }
                    (hidden(&[("for", &self.subject), ("do", "wait")]))
                    (self.times("wait", viewer))
                    (self.what("wait", viewer))
                    label.pick { input type="checkbox" name="ask" value="1" checked; span { (t.space_ask()) } }
                    div.submit { button type="submit" { (t.space_wait()) } }
                }
            }
            details.confirm {
                summary { (t.space_series()) "…" }
                form.fields method="post" action=(action) {
                    (hidden(&[("for", &self.subject)]))
                    (self.times("series", viewer))
                    fieldset.field {
                        legend { (t.hours_days()) }
                        div.times { @for (index, day) in days().enumerate() { label.pick {
                            input type="checkbox" name="weekday" value=(index) checked[day == self.day.weekday()];
                            span { (viewer.weekday(day)) }
                        } } }
                    }
                    div.field { label for="weeks" { (t.space_weeks()) } input #weeks type="number" name="weeks" min="1" max="104" value="8" required; }
                    (self.what("series", viewer))
                    div.submit {
                        button type="submit" name="do" value="check" { (t.space_check()) }
                        button.quiet type="submit" name="do" value="none" { (t.space_book_all()) }
                        button.quiet type="submit" name="do" value="free" { (t.space_book_free()) }
                    }
                }
            }
        }
    }
}

/// The days of the week.
pub(crate) fn days() -> impl Iterator<Item = Weekday> {
    Weekday::Monday.cycle_forward().take(7)
}

impl SpacePage {
    fn what(&self, of: &str, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let (title, persons) = (format!("title-{of}"), format!("persons-{of}"));
        html! {
            div.row {
                div.field { label for=(title) { (t.space_title()) } input id=(title) type="text" name="title" maxlength="60" required; }
                div.field { label for=(persons) { (t.spaces_persons()) } input id=(persons) type="number" name="persons" min="1" max=(self.capacity) value="2" required; }
            }
        }
    }

    fn times(&self, of: &str, viewer: &Viewer) -> Markup {
        let noon = linli_domain::Instant::from_civil(self.day.at(10, 0, 0, 0), &viewer.zone);
        let starts = noon.unwrap_or(viewer.now);
        range_fields(of, viewer, starts, starts.plus_minutes(self.minutes.into()))
    }

    fn report(&self, report: &SeriesReport, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let conflicts = report.conflicts.len();
        html! {
            section aria-labelledby="report" {
                h2 #report { (t.series_title()) }
                p {
                    @match report.booked {
                        Some(booked) => (t.series_booked(booked)),
                        None => (t.series_checked()),
                    }
                    " " (t.series_conflicts(conflicts))
                }
                ul.plain { @for (range, why) in &report.conflicts { li {
                    strong { (viewer.period(range.starts, range.ends)) } " · " (harmless(why))
                } } }
            }
        }
    }
}
