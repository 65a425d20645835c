//! Requests for correction, for a community's staff or the district's admins: `POST /corrections/{community}` with `correction`,
//! `decision` (`accept` or `reject`) and `note`. `-` stands for no community.

use crate::format::Viewer;
use crate::layout::Page;
use crate::part::back;
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// One of them.
#[derive(Clone, Debug)]
pub struct CorrectionEntry {
    /// Its id.
    pub id: String,
    /// Of whom.
    pub person: String,
    /// What field, by name.
    pub field: String,
    /// What stood there when they asked.
    pub previous: String,
    /// What should stand there.
    pub wanted: String,
    /// Why.
    pub reason: String,
    /// When they asked.
    pub at: Instant,
}

/// Those that wait.
#[derive(Clone, Debug, Default)]
pub struct CorrectionsPage {
    /// The community's name; none for persons who live nowhere in the district.
    pub community: Option<String>,
    /// Where decisions go.
    pub action: String,
    /// The oldest first.
    pub entries: Vec<CorrectionEntry>,
    /// The address of later ones.
    pub next: Option<String>,
}

impl Page for CorrectionsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().corrections_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/corrections", t.corrections_title()))
            h1 { (t.corrections_title()) " · " @match &self.community { Some(name) => (harmless(name)), None => (t.corrections_nowhere()) } }
            p.lead { (t.corrections_lead()) }
            @if self.entries.is_empty() { p.empty { (t.corrections_none()) } } @else {
                ul.cards { @for entry in &self.entries { li.card {
                    @let note = format!("note-{}", entry.id);
                    h2 { (harmless(&entry.person)) " · " (harmless(&entry.field)) }
                    dl.facts {
                        div { dt { (t.corrections_previous()) } dd { (harmless(&entry.previous)) } }
                        div { dt { (t.corrections_wanted()) } dd { (harmless(&entry.wanted)) } }
                        div { dt { (t.corrections_reason()) } dd { (harmless(&entry.reason)) } }
                    }
                    p.meta { time datetime=(entry.at.to_rfc3339()) { (viewer.instant(entry.at)) } }
                    form.fields method="post" action=(self.action) {
                        input type="hidden" name="correction" value=(entry.id);
                        fieldset.field {
                            legend { (t.corrections_decision()) }
                            label.pick { input type="radio" name="decision" value="accept" required; span { (t.corrections_accept()) } }
                            label.pick { input type="radio" name="decision" value="reject" required; span { (t.corrections_reject()) } }
                        }
                        div.field { label for=(note) { (t.corrections_note()) } input id=(note) type="text" name="note" required maxlength="300"; }
                        div.submit { button type="submit" { (t.corrections_decide()) } }
                    }
                } } }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.letters_more()) } } }
        }
    }
}
