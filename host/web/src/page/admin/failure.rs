//! One failure: what happened, and what the publisher needs to mend it.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::back;
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// A failure of an invocation.
#[derive(Clone, Debug)]
pub struct FailurePage {
    /// Its address; the installation's page is above it.
    pub href: String,
    /// The installation's page.
    pub installation: String,
    /// The service's name.
    pub service: String,
    /// Where.
    pub community: String,
    /// When.
    pub at: Instant,
    /// What was invoked, such as `view /book`.
    pub what: String,
    /// What happened.
    pub reason: String,
    /// Names the request in the log.
    pub request: String,
    /// The guest's functions, innermost first.
    pub back_trace: Vec<String>,
    /// What was used of the budgets: name and amount.
    pub used: Vec<(String, String)>,
    /// The last calls of the host, the very last at the end.
    pub last_calls: Vec<String>,
    /// Whether what happened was recorded.
    pub is_recorded: bool,
}

impl Page for FailurePage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().failure_title(harmless(&self.service))
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Installations)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let list = |items: &[String]| {
            html! { ol.bullets { @for item in items { li { code { (harmless(item)) } } } } }
        };
        html! {
            (back(&self.installation, &format!("{} · {}", self.service, self.community)))
            h1 { (self.title(viewer)) }
            dl.facts {
                div { dt { (t.data_when()) } dd { time datetime=(self.at.to_rfc3339()) { (viewer.instant(self.at)) } } }
                div { dt { (t.failure_what()) } dd { code { (harmless(&self.what)) } } }
                div { dt { (t.failure_reason()) } dd { (harmless(&self.reason)) } }
                div { dt { (t.failure_request()) } dd { code.long { (self.request) } } }
                @for (name, amount) in &self.used { div { dt { code { (name) } } dd { (amount) } } }
            }
            @if !self.back_trace.is_empty() {
                section aria-labelledby="trace" { h2 #trace { (t.failure_trace()) } (list(&self.back_trace)) }
            }
            @if !self.last_calls.is_empty() {
                section aria-labelledby="calls" { h2 #calls { (t.failure_calls()) } (list(&self.last_calls)) }
            }
            section aria-labelledby="report" {
                h2 #report { (t.failure_report()) }
                p { (t.failure_report_lead()) }
                p { a.button href={ (self.href) "/report.json" } { (t.failure_report_download()) } }
                @if self.is_recorded {
                    p { (t.failure_recording_lead()) }
                    form method="post" action={ (self.href) "/recording" } {
                        button.quiet type="submit" { (t.failure_recording_download()) }
                    }
                }
            }
        }
    }
}
