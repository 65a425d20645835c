//! One installation: state, grants, settings, failures, log; `POST …/disable`, `POST …/enable`, `POST …/settings`,
//! `POST …/budgets` and `POST …/try`.

use super::InstallationState;
use super::guard::{Pause, budget_section};
use super::settings::{self, Setting};
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, problems};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// An invocation that failed.
#[derive(Clone, Debug)]
pub struct FailureEntry {
    /// When.
    pub at: Instant,
    /// What was invoked, such as `view /book`.
    pub what: String,
    /// What happened.
    pub reason: String,
    /// Names the request in the log.
    pub request: String,
}

/// A line that the plugin wrote.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// When.
    pub at: Instant,
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// What it says.
    pub line: String,
}

/// A service in a community.
#[derive(Clone, Debug)]
pub struct InstallationPage {
    /// Its address, `/admin/installations/ID`.
    pub href: String,
    /// The service's name.
    pub service: String,
    /// `org/name`.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The page of its release.
    pub release: String,
    /// Where.
    pub community: String,
    /// How it does.
    pub state: InstallationState,
    /// Since when it is enabled.
    pub since: Instant,
    /// What was granted, in plain language.
    pub grants: Vec<String>,
    /// What it asks for and was not given.
    pub withheld: Vec<String>,
    /// The page of its recipients outside the host, if it declares any.
    pub recipients: Option<String>,
    /// Its settings.
    pub settings: Vec<Setting>,
    /// That it failed too often and is not run.
    pub pause: Option<Pause>,
    /// Its budgets.
    pub budgets: Vec<Setting>,
    /// Newest first.
    pub failures: Vec<FailureEntry>,
    /// Newest first.
    pub log: Vec<LogEntry>,
    /// Why something could not be done.
    pub problems: Vec<String>,
}

impl Page for InstallationPage {
    fn title(&self, _: &Viewer) -> String {
        format!("{} · {}", self.service, self.community)
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Installations)
    }

    fn is_wide(&self) -> bool {
        true
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let when = |at: Instant| html! { time datetime=(at.to_rfc3339()) { (viewer.instant(at)) } };
        html! {
            (back("/admin/installations", t.menu_installations()))
            h1 { (harmless(&self.service)) " · " (harmless(&self.community)) " " (self.state.mark(t)) }
            (problems(&self.problems, t))
            @if let Some(pause) = &self.pause { (pause.section(&self.href, viewer)) }
            dl.facts {
                div { dt { (t.release_plugin()) } dd { code { (self.plugin) } " " a href=(self.release) { (self.version) } } }
                div { dt { (t.installation_since()) } dd { (when(self.since)) } }
            }
            section aria-labelledby="grants" {
                h2 #grants { (t.installation_grants()) }
                ul.bullets { @for grant in &self.grants { li { (grant) } } }
                @if !self.withheld.is_empty() {
                    h3 { (t.installation_withheld()) }
                    ul.bullets { @for grant in &self.withheld { li { (grant) } } }
                }
                @if let Some(recipients) = &self.recipients { p { a.button.quiet href=(recipients) { (t.recipients_title()) } } }
            }
            @if !self.settings.is_empty() {
                section aria-labelledby="settings" {
                    h2 #settings { (t.settings()) }
                    form.fields method="post" action={ (self.href) "/settings" } {
                        @for setting in &self.settings { (settings::field(setting, t)) }
                        div.submit { button type="submit" { (t.save()) } }
                    }
                }
            }
            (budget_section(&self.budgets, &self.href, t))
            section aria-labelledby="failures" {
                h2 #failures { (t.installation_failures()) }
                @if self.failures.is_empty() { p.empty { (t.installation_no_failures()) } } @else {
                    table.stack {
                        caption { (t.installation_failures_caption()) }
                        thead { tr { @for label in [t.data_when(), t.failure_what(), t.failure_reason(), t.failure_request()] { th scope="col" { (label) } } } }
                        tbody { @for failure in &self.failures { tr {
                            td data-label=(t.data_when()) { (when(failure.at)) }
                            td data-label=(t.failure_what()) { code { (harmless(&failure.what)) } }
                            td data-label=(t.failure_reason()) { (harmless(&failure.reason)) }
                            td data-label=(t.failure_request()) { a href={ (self.href) "/failures/" (failure.request) } { code.long { (failure.request) } } }
                        } } }
                    }
                }
            }
            section aria-labelledby="log" {
                h2 #log { (t.installation_log()) }
                @if self.log.is_empty() { p.empty { (t.installation_no_log()) } } @else {
                    ol.log { @for entry in &self.log { li { (when(entry.at)) " " code { (entry.level) } " " span { (harmless(&entry.line)) } } } }
                }
            }
            section aria-labelledby="switch" {
                h2 #switch { (t.installation_switch()) }
                @if self.state == InstallationState::Disabled {
                    (PostButton { action: &format!("{}/enable", self.href), values: &[], label: t.enable_again(), destructive: false }
                        .confirm(&t.enable_again_question(harmless(&self.community), harmless(&self.service)), t.enable_effect(), t))
                } @else {
                    (PostButton { action: &format!("{}/disable", self.href), values: &[], label: t.disable(), destructive: true }
                        .confirm(&t.disable_question(harmless(&self.community), harmless(&self.service)), t.disable_effect(), t))
                }
            }
        }
    }
}
