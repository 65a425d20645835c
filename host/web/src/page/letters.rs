//! Letters to print, for a community's staff: `POST /letters/{community}` with `letter` says that one was printed.

use crate::format::Viewer;
use crate::layout::Page;
use crate::part::PostButton;
use crate::render::harmless;
use linli_core::letter::Letter;
use maud::{Markup, html};

/// A community's letters, each on a sheet of its own.
#[derive(Clone, Debug, Default)]
pub struct LettersPage {
    /// The community's name.
    pub community: String,
    /// Where a printed one is reported.
    pub action: String,
    /// The oldest first.
    pub letters: Vec<Letter>,
    /// The address of later ones.
    pub next: Option<String>,
}

impl Page for LettersPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().letters_title(&self.community)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1.screen { (t.letters_title(harmless(&self.community))) }
            p.lead.screen { (t.letters_lead()) }
            @if self.letters.is_empty() { p.empty { (t.letters_none()) } }
            @for letter in &self.letters {
                article.letter lang=(letter.locale.tag()) {
                    p.address { strong { (harmless(&letter.name)) } br; (harmless(&letter.address)) }
                    p.meta { (harmless(&letter.sender)) " · " time datetime=(letter.created.to_rfc3339()) { (viewer.date(viewer.day_of(letter.created))) } }
                    h2 { (harmless(&letter.title)) }
                    p.text { (harmless(&letter.text)) }
                    div.actions {
                        (PostButton { action: &self.action, values: &[("letter", &letter.id.to_string())], label: t.letters_printed(), destructive: false }
                            .plain("quiet"))
                    }
                }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.letters_more()) } } }
        }
    }
}

/// The communities in which the reader may do something as their staff.
#[derive(Clone, Debug, Default)]
pub struct PlacesPage {
    /// What.
    pub title: String,
    /// Their names and pages.
    pub places: Vec<(String, String)>,
}

impl Page for PlacesPage {
    fn title(&self, _: &Viewer) -> String {
        self.title.clone()
    }

    fn body(&self, _: &Viewer) -> Markup {
        html! {
            h1 { (self.title) }
            ul.links { @for (name, href) in &self.places { li { a href=(href) { (harmless(name)) } } } }
        }
    }
}
