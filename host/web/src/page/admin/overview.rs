//! The admin's overview: what waits and what is ill.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// An installation that failed lately.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The service.
    pub service: String,
    /// Where.
    pub community: String,
    /// What happened last.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Its page.
    pub href: String,
}

/// Counts, what waits, what is ill.
#[derive(Clone, Debug, Default)]
pub struct OverviewPage {
    /// The district.
    pub district: String,
    /// How many residents.
    pub residents: u64,
    /// How many communities.
    pub communities: u64,
    /// How many organisations.
    pub organisations: u64,
    /// How many enabled installations.
    pub installations: u64,
    /// Releases that wait for a decision: name with version, and page.
    pub waiting: Vec<(String, String)>,
    /// What failed lately.
    pub troubles: Vec<Trouble>,
    /// How many messages could not be sent; 100 stands for more.
    pub dead: u64,
}

impl Page for OverviewPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_admin().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Admin)
    }

    fn is_wide(&self) -> bool {
        true
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (harmless(&self.district)) }
            dl.counts {
                @for (label, count) in [
                    (t.count_residents(), self.residents),
                    (t.count_communities(), self.communities),
                    (t.count_organisations(), self.organisations),
                    (t.count_installations(), self.installations),
                ] { div { dt { (label) } dd { (count) } } }
            }
            section aria-labelledby="waiting" {
                h2 #waiting { (t.overview_waiting()) }
                @if self.waiting.is_empty() { p.empty { (t.overview_nothing_waiting()) } } @else {
                    ul.links { @for (name, href) in &self.waiting { li { a href=(href) { (harmless(name)) } } } }
                }
            }
            section aria-labelledby="people" {
                h2 #people { (t.overview_people()) }
                ul.links {
                    li { a href="/admin/emergencies" { (t.reviews_title()) } }
                    li { a href="/admin/duties" { (t.duties_title()) } }
                    li { a href="/corrections" { (t.corrections_title()) } }
                    li { a href="/counter" { (t.counter_title()) } }
                }
            }
            section aria-labelledby="dead" {
                h2 #dead { (t.dead_title()) }
                @if self.dead == 0 { p.empty { (t.dead_none()) } } @else {
                    ul.links { li { a href="/admin/dead-letters" { (t.dead_count(self.dead)) } } }
                }
            }
            section aria-labelledby="ill" {
                h2 #ill { (t.overview_ill()) }
                @if self.troubles.is_empty() { p.empty { (t.overview_all_well()) } } @else {
                    ul.cards { @for trouble in &self.troubles { li.card {
                        h3 { a href=(trouble.href) { (harmless(&trouble.service)) " · " (harmless(&trouble.community)) } }
                        p { (harmless(&trouble.reason)) }
                        p.meta { time datetime=(trouble.at.to_rfc3339()) { (viewer.instant(trouble.at)) } }
                    } } }
                }
            }
        }
    }
}
