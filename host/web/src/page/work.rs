//! Desks of staff: `/work` lists them; `/work/{community}/{office}` has the cases that the office answers for and what it is
//! asked to take over; `/work/{community}/community/requests` the bookings to be approved.

use super::case::case_list;
use super::{CaseEntry, Wait};
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, hidden, text_field};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// The desks at which somebody works.
#[derive(Clone, Debug, Default)]
pub struct DesksPage {
    /// Their names and pages.
    pub desks: Vec<(String, String)>,
}

impl Page for DesksPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_work().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_work()) }
            @if self.desks.is_empty() { p.empty { (t.work_none()) } }
            ul.links { @for (name, href) in &self.desks { li { a href=(href) { (harmless(name)) } } } }
        }
    }
}

/// What an office is asked to answer for.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The hand-over.
    pub id: String,
    /// Why.
    pub reason: String,
    /// When it was asked.
    pub asked: Instant,
    /// Until when it can be answered.
    pub expires: Instant,
}

/// One desk.
#[derive(Clone, Debug, Default)]
pub struct DeskPage {
    /// What the office is called.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Whether it is a community's own office.
    pub is_community: bool,
    /// The cases that it answers for, what is due first first.
    pub cases: Vec<CaseEntry>,
    /// Whether only what is overdue is listed.
    pub overdue: bool,
    /// The address of more.
    pub next: Option<String>,
    /// What it is asked to take over, the oldest first.
    pub incoming: Vec<Incoming>,
}

impl Page for DeskPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().work_title(&self.name)
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let href = &self.href;
        html! {
            (back("/work", t.menu_work()))
            h1 { (harmless(&self.name)) }
            ul.links {
                @if self.is_community {
                    li { a href={ (href) "/requests" } { (t.approvals_title()) } }
                    li { a href={ (href) "/spaces" } { (t.facilities_title()) } }
                }
                li { a href={ (href) "/courses" } { (t.courses_kept_title()) } }
            }
            @if !self.incoming.is_empty() {
                section aria-labelledby="incoming" {
                    h2 #incoming { (t.work_incoming()) }
                    ul.cards { @for asked in &self.incoming { li.card {
                        p { (harmless(&asked.reason)) }
                        p.meta {
                            time datetime=(asked.asked.to_rfc3339()) { (viewer.instant(asked.asked)) } " · "
                            (t.work_answer_until(viewer.instant(asked.expires)))
                        }
                        (PostButton { action: &format!("{href}/handover"), values: &[("handover", &asked.id), ("do", "accept")], label: t.work_take(), destructive: false }.plain(""))
                        details.confirm {
                            summary { (t.work_refuse()) "…" }
                            form.fields method="post" action={ (href) "/handover" } {
                                (hidden(&[("handover", &asked.id), ("do", "reject")]))
                                (text_field(&format!("why-{}", asked.id), "text", t.case_reason(), true))
                                div.submit { button type="submit" { (t.work_refuse()) } }
                            }
                        }
                    } } }
                }
            }
            section aria-labelledby="queue" {
                h2 #queue { @if self.overdue { (t.work_overdue()) } @else { (t.work_queue()) } }
                p.screen {
                    @if self.overdue { a href=(href) { (t.work_all()) } } @else { a href={ (href) "?overdue=1" } { (t.work_overdue()) } }
                }
                @if self.cases.is_empty() { p.empty { (t.work_no_cases()) } } @else { (case_list(&self.cases, viewer)) }
                @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.next_page()) } } }
            }
        }
    }
}

/// Bookings that staff have to approve.
#[derive(Clone, Debug, Default)]
pub struct RequestsPage {
    /// The desk's name and page.
    pub desk: (String, String),
    /// What is asked for, by start: its id, space and what for, when, and how many people come.
    pub requests: Vec<(Wait, u64)>,
    /// The address of more.
    pub next: Option<String>,
}

impl Page for RequestsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().requests_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Work)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let action = format!("{}/requests", self.desk.1);
        html! {
            (back(&self.desk.1, &self.desk.0))
            h1 { (t.approvals_title()) }
            @if self.requests.is_empty() { p.empty { (t.approvals_none()) } }
            ul.cards { @for (request, persons) in &self.requests { li.card {
                h2 { (harmless(&request.what)) }
                p { (request.when) }
                p.meta { (t.space_persons(*persons)) }
                (PostButton { action: &action, values: &[("id", &request.id), ("do", "approve")], label: t.approvals_approve(), destructive: false }.plain(""))
                details.confirm.danger {
                    summary { (t.approvals_reject()) "…" }
                    form.fields method="post" action=(action) {
                        (hidden(&[("id", &request.id), ("do", "reject")]))
                        (text_field(&format!("why-{}", request.id), "text", t.case_reason(), true))
                        div.submit { button.danger type="submit" { (t.approvals_reject()) } }
                    }
                }
            } } }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.next_page()) } } }
        }
    }
}
