//! The spaces of a community, for its staff: `…/spaces` lists them with what is idle and adds one; `…/spaces/{id}` has its
//! hours, days that differ, black-outs and feed.

use super::space::days;
use crate::format::{Viewer, clock};
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, hidden, mark, range_fields, text_field};
use crate::render::harmless;
use jiff::civil::Date;
use linli_domain::Instant;
use maud::{Markup, html};

/// A space with what is idle of it.
#[derive(Clone, Debug)]
pub struct FacilityEntry {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Whether it is out of use.
    pub closed: bool,
    /// For how many hours of the next seven days it is open, and of these free.
    pub hours: (u64, u64),
    /// How much of its places is taken, in per cent.
    pub used: u64,
}

/// What a form says of a space.
#[derive(Clone, Debug)]
pub struct FacilityForm {
    /// Its name in Chinese and in English.
    pub name: (String, String),
    /// Where it is.
    pub place: String,
    /// A code such as `room`.
    pub kind: String,
    /// How many people it holds.
    pub capacity: i64,
    /// How many bookings it takes at once.
    pub concurrency: i64,
    /// Whether staff approve each booking.
    pub approval: bool,
}

impl Default for FacilityForm {
    fn default() -> Self {
        Self {
            name: (String::new(), String::new()),
            place: String::new(),
            kind: "room".to_owned(),
            capacity: 20,
            concurrency: 1,
            approval: false,
        }
    }
}

impl FacilityForm {
    fn fields(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            div.row {
                div.field { label for="zh" { (t.field_name_zh()) } input #zh type="text" name="zh" lang="zh-CN" maxlength="80" value=(self.name.0) required; }
                div.field { label for="en" { (t.field_name_en()) } input #en type="text" name="en" lang="en" maxlength="80" value=(self.name.1) required; }
            }
            div.row {
                div.field { label for="place" { (t.facility_place()) } input #place type="text" name="place" maxlength="60" value=(self.place); }
                div.field { label for="kind" { (t.facility_kind()) } input #kind type="text" name="kind" maxlength="40" pattern="[a-z][a-z0-9\\-]*" value=(self.kind) required; }
            }
            div.row {
                div.field { label for="capacity" { (t.facility_capacity()) } input #capacity type="number" name="capacity" min="1" max="100000" value=(self.capacity) required; }
                div.field { label for="concurrency" { (t.facility_concurrency()) } input #concurrency type="number" name="concurrency" min="1" max="1000" value=(self.concurrency) required; }
            }
            label.pick { input type="checkbox" name="approval" value="1" checked[self.approval]; span { (t.facility_approval()) } }
            div.submit { button type="submit" { (t.save()) } }
        }
    }
}

/// The spaces of a community.
#[derive(Clone, Debug, Default)]
pub struct FacilitiesPage {
    /// The desk's name and page.
    pub desk: (String, String),
    /// The spaces.
    pub spaces: Vec<FacilityEntry>,
    /// The address of more.
    pub next: Option<String>,
}

impl Page for FacilitiesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().facilities_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back(&self.desk.1, &self.desk.0))
            h1 { (t.facilities_title()) }
            p.lead { (t.facilities_lead()) }
            @if self.spaces.is_empty() { p.empty { (t.spaces_none()) } }
            ul.cards { @for space in &self.spaces { li.card {
                h2 { a href=(space.href) { (harmless(&space.name)) } @if space.closed { " " (mark("danger", t.facility_closed())) } }
                p { (t.facility_idle(space.hours.1, space.hours.0)) " · " (t.facility_used(space.used)) }
            } } }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.next_page()) } } }
            details.confirm {
                summary { (t.facility_add()) "…" }
                form.fields method="post" action={ (self.desk.1) "/spaces" } { (FacilityForm::default().fields(viewer)) }
            }
        }
    }
}

/// A day that differs.
#[derive(Clone, Debug)]
pub struct ExceptionEntry {
    /// Its id.
    pub id: String,
    /// The day.
    pub day: Date,
    /// From and to which minute it opens besides; none where it is closed at its usual hours.
    pub open: Option<(u16, u16)>,
}

/// A black-out.
#[derive(Clone, Debug)]
pub struct BlackoutEntry {
    /// Its id.
    pub id: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub made: Instant,
    /// Bookings that stand in it and are not settled: when, and what for; at most 100.
    pub conflicts: Vec<(Instant, Instant, String)>,
}

/// One space.
#[derive(Clone, Debug)]
pub struct FacilityPage {
    /// Its page.
    pub href: String,
    /// The page above.
    pub above: String,
    /// Its name.
    pub name: String,
    /// What its form says.
    pub form: FacilityForm,
    /// Since when it is out of use.
    pub closed: Option<Instant>,
    /// Its opening hours: id, days by RFC 5545, from and to which minute.
    pub hours: Vec<(String, String, u16, u16)>,
    /// Days that differ.
    pub exceptions: Vec<ExceptionEntry>,
    /// Live black-outs.
    pub blackouts: Vec<BlackoutEntry>,
    /// Since when there is a feed.
    pub feed: Option<Instant>,
}

impl Page for FacilityPage {
    fn title(&self, _: &Viewer) -> String {
        self.name.clone()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back(&self.above, t.facilities_title()))
            h1 { (harmless(&self.name)) }
            @if let Some(closed) = self.closed { p { (mark("danger", t.facility_closed())) " " (viewer.instant(closed)) } }
            (self.opening(viewer))
            (self.differing(viewer))
            (self.blocked(viewer))
            section aria-labelledby="feed" {
                h2 #feed { (t.facility_feed()) }
                p { (t.facility_feed_lead()) }
                @match self.feed {
                    None => (self.button("feed", &[], t.feed_make(), false).plain("")),
                    Some(since) => {
                        p.meta { (t.feed_since(viewer.date(viewer.day_of(since)))) }
                        (self.button("feed", &[], t.feed_anew(), true).confirm(t.feed_anew_question(), t.feed_anew_effect(), t))
                        (self.button("feed-revoke", &[], t.feed_revoke(), true).confirm(t.feed_revoke_question(), t.feed_revoke_effect(), t))
                    }
                }
            }
            details.confirm {
                summary { (t.facility_change()) "…" }
                form.fields method="post" action=(self.href) { (hidden(&[("do", "change")])) (self.form.fields(viewer)) }
            }
            @if self.closed.is_none() { (self.with_reason("close", t.facility_close(), html! {}, viewer)) }
        }
    }
}

impl FacilityPage {
    fn button<'a>(
        &'a self,
        verb: &'static str,
        values: &'a [(&'a str, &'a str)],
        label: &'a str,
        destructive: bool,
    ) -> Owned<'a> {
        let values = std::iter::once(("do", verb)).chain(values.iter().copied());
        Owned {
            action: &self.href,
            values: values.collect(),
            label,
            destructive,
        }
    }

    fn with_reason(&self, verb: &str, label: &str, fields: Markup, viewer: &Viewer) -> Markup {
        html! {
            details.confirm.danger {
                summary { (label) "…" }
                form.fields method="post" action=(self.href) {
                    (hidden(&[("do", verb)]))
                    (fields)
                    (text_field(&format!("why-{verb}"), "text", viewer.text().case_reason(), true))
                    div.submit { button.danger type="submit" { (label) } }
                }
            }
        }
    }

    fn opening(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            section aria-labelledby="hours" {
                h2 #hours { (t.facility_hours()) }
                @if self.hours.is_empty() { p.empty { (t.facility_no_hours()) } }
                ul.plain { @for (id, days, from, to) in &self.hours { li {
                    strong { (harmless(days)) " " (clock(*from)) "–" (clock(*to)) }
                    (self.button("hours-remove", &[("hours", id)], t.remove(), true).confirm(t.hours_remove_question(), t.hours_remove_effect(), t))
                } } }
                form.fields method="post" action=(self.href) {
                    h3 { (t.hours_add()) }
                    (hidden(&[("do", "hours")]))
                    fieldset.field {
                        legend { (t.hours_days()) }
                        div.times { @for (index, day) in days().enumerate() {
                            label.pick { input type="checkbox" name="weekday" value=(index) checked; span { (viewer.weekday(day)) } }
                        } }
                    }
                    div.row {
                        div.field { label for="hours-from" { (t.hours_from()) } input #hours-from type="time" name="from" value="08:00" required; }
                        div.field { label for="hours-to" { (t.hours_to()) } input #hours-to type="time" name="to" value="20:00" required; }
                    }
                    div.submit { button type="submit" { (t.hours_add()) } }
                }
            }
        }
    }

    fn differing(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            section aria-labelledby="exceptions" {
                h2 #exceptions { (t.facility_exceptions()) }
                ul.plain { @for ExceptionEntry { id, day, open } in &self.exceptions { li {
                    strong { (viewer.date(*day)) } " "
                    @match open {
                        Some((from, to)) => { (t.facility_also_open()) " " (clock(*from)) "–" (clock(*to)) },
                        None => (t.facility_shut()),
                    }
                    (self.button("exception-remove", &[("exception", id)], t.remove(), false).plain("quiet"))
                } } }
                form.fields method="post" action=(self.href) {
                    h3 { (t.facility_add_exception()) }
                    (range_fields("exception", viewer, viewer.now, viewer.now.plus_minutes(60)))
                    div.submit {
                        button type="submit" name="do" value="exception-open" { (t.facility_also_open()) }
                        button.quiet type="submit" name="do" value="exception-shut" { (t.facility_shut()) }
                    }
                }
            }
        }
    }

    fn blocked(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            section aria-labelledby="blackouts" {
                h2 #blackouts { (t.facility_blackouts()) }
                ul.cards { @for blackout in &self.blackouts { li.card {
                    h3 { (harmless(&blackout.reason)) }
                    p.meta { time datetime=(blackout.made.to_rfc3339()) { (viewer.instant(blackout.made)) } }
                    @if !blackout.conflicts.is_empty() {
                        p { (mark("warning", t.blackout_conflicts(blackout.conflicts.len()).as_str())) }
                        ul.plain { @for (starts, ends, title) in &blackout.conflicts { li { (viewer.period(*starts, *ends)) " · " (harmless(title)) } } }
                        (self.button("keep", &[("blackout", &blackout.id)], t.blackout_keep(), false).plain("quiet"))
                        details.confirm.danger {
                            summary { (t.blackout_cancel()) "…" }
                            form.fields method="post" action=(self.href) {
                                (hidden(&[("do", "cancel"), ("blackout", &blackout.id)]))
                                (text_field(&format!("why-{}", blackout.id), "text", t.case_reason(), true))
                                div.submit { button.danger type="submit" { (t.blackout_cancel()) } }
                            }
                        }
                    }
                    (self.button("lift", &[("blackout", &blackout.id)], t.blackout_lift(), true).confirm(t.blackout_lift_question(), t.blackout_lift_effect(), t))
                } } }
                (self.with_reason("blackout", t.blackout_make(), range_fields("blackout", viewer, viewer.now, viewer.now.plus_minutes(60)), viewer))
            }
        }
    }
}

/// A button with values of its own.
struct Owned<'a> {
    action: &'a str,
    values: Vec<(&'a str, &'a str)>,
    label: &'a str,
    destructive: bool,
}

impl Owned<'_> {
    fn as_button(&self) -> PostButton<'_> {
        PostButton {
            action: self.action,
            values: &self.values,
            label: self.label,
            destructive: self.destructive,
        }
    }

    fn plain(&self, class: &str) -> Markup {
        self.as_button().plain(class)
    }

    fn confirm(&self, question: &str, effect: &str, t: crate::i18n::Text) -> Markup {
        self.as_button().confirm(question, effect, t)
    }
}
