//! Emergencies for a district admin: `POST /admin/emergencies` with `emergency`, `verdict` (`justified` or `unjustified`) and
//! `note`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::page::emergency::verdict;
use crate::part::{back, mark};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// One of them.
#[derive(Clone, Debug)]
pub struct ReviewEntry {
    /// Its id.
    pub id: String,
    /// Of whom.
    pub resident: String,
    /// Who declared it.
    pub declarer: String,
    /// For which service.
    pub service: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Whether it should have been reviewed by now and has not been.
    pub overdue: bool,
    /// What was found; none while nobody has reviewed it.
    pub justified: Option<bool>,
    /// What the admin wrote.
    pub note: String,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct ReviewsPage {
    /// Newest first.
    pub entries: Vec<ReviewEntry>,
    /// The address of older ones.
    pub next: Option<String>,
}

impl Page for ReviewsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().reviews_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Admin)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/admin", t.menu_admin()))
            h1 { (t.reviews_title()) }
            p.lead { (t.reviews_lead()) }
            @if self.entries.is_empty() { p.empty { (t.reviews_none()) } } @else {
                ul.cards { @for entry in &self.entries { li.card {
                    h2 { (harmless(&entry.resident)) " · " (harmless(&entry.service)) }
                    p { (harmless(&entry.reason)) }
                    p.meta { time datetime=(entry.at.to_rfc3339()) { (viewer.instant(entry.at)) } " · " (t.reviews_by(harmless(&entry.declarer))) }
                    @if entry.overdue { p { (mark("danger", t.reviews_overdue())) } }
                    @if entry.justified.is_some() {
                        p { (verdict(entry.justified, t)) " " (harmless(&entry.note)) }
                    } @else {
                        @let note = format!("note-{}", entry.id);
                        form.fields method="post" action="/admin/emergencies" {
                            input type="hidden" name="emergency" value=(entry.id);
                            fieldset.field {
                                legend { (t.reviews_finding()) }
                                label.pick { input type="radio" name="verdict" value="justified" required; span { (t.emergency_justified()) } }
                                label.pick { input type="radio" name="verdict" value="unjustified" required; span { (t.reviews_unjustified()) } }
                            }
                            div.field { label for=(note) { (t.reviews_note()) } input id=(note) type="text" name="note" required maxlength="300"; }
                            div.submit { button type="submit" { (t.reviews_review()) } }
                        }
                    }
                } } }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.data_older()) } } }
        }
    }
}
