//! A page of a plugin, with the name of the service over it and its menu beside.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::render::harmless;
use maud::{Markup, html};

/// An entry of the service's own menu.
#[derive(Clone, Debug)]
pub struct MenuEntry {
    /// What stands there.
    pub title: String,
    /// Where it leads.
    pub href: String,
    /// Whether this is the page shown.
    pub current: bool,
}

/// A rendered page of a plugin.
#[derive(Clone, Debug)]
pub struct PluginPage {
    /// The service's name.
    pub service: String,
    /// Who runs it.
    pub organisation: String,
    /// The service's menu, for this audience.
    pub menu: Vec<MenuEntry>,
    /// The page's title, from [`render::title`](crate::render::title).
    pub title: String,
    /// From [`render::page`](crate::render::page).
    pub content: Markup,
}

impl Page for PluginPage {
    fn title(&self, _: &Viewer) -> String {
        format!("{} · {}", self.title, harmless(&self.service))
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Home)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            div.service {
                p.sign { strong { (harmless(&self.service)) } " " span.meta { (t.by_organisation(harmless(&self.organisation))) } }
                @if self.menu.len() > 1 {
                    nav.service aria-label=(t.service_menu(harmless(&self.service))) {
                        ul { @for entry in &self.menu { li {
                            a href=(entry.href) aria-current=[entry.current.then_some("page")] { (harmless(&entry.title)) }
                        } } }
                    }
                }
            }
            div.plugin { (self.content) }
        }
    }
}
