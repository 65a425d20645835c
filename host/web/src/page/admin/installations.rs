//! Which service is enabled where: communities × plugins.

use super::InstallationState;
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::render::harmless;
use maud::{Markup, html};

/// One service in one community.
#[derive(Clone, Debug)]
pub enum Cell {
    /// It was never enabled; there is an approved release, and a page to enable it.
    Offer {
        /// The page.
        href: String,
    },
    /// It is or was enabled.
    Installed {
        /// Its page.
        href: String,
        /// Its version.
        version: String,
        /// How it does.
        state: InstallationState,
    },
    /// No approved release.
    Nothing,
}

/// A service in all communities.
#[derive(Clone, Debug)]
pub struct PluginRow {
    /// The service's name.
    pub title: String,
    /// `org/name`.
    pub plugin: String,
    /// One a community.
    pub cells: Vec<Cell>,
}

/// The matrix.
#[derive(Clone, Debug, Default)]
pub struct InstallationsPage {
    /// Names of the communities.
    pub communities: Vec<String>,
    /// By service.
    pub plugins: Vec<PluginRow>,
}

impl Page for InstallationsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_installations().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Installations)
    }

    fn is_wide(&self) -> bool {
        true
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_installations()) }
            p.lead { (t.installations_lead()) }
            @if self.plugins.is_empty() {
                p.empty { (t.installations_none()) " " a href="/admin/releases" { (t.menu_releases()) } }
            } @else {
                table.stack {
                    caption { (t.installations_caption()) }
                    thead { tr { th scope="col" { (t.service()) } @for community in &self.communities { th scope="col" { (harmless(community)) } } } }
                    tbody {
                        @for row in &self.plugins { tr {
                            th scope="row" { (harmless(&row.title)) br; span.meta { code { (row.plugin) } } }
                            @for (cell, community) in row.cells.iter().zip(&self.communities) {
                                td data-label=(harmless(community)) {
                                    @match cell {
                                        Cell::Offer { href } => a.button.quiet href=(href) {
                                            (t.enable()) span.hidden { " " (harmless(&row.title)) " · " (harmless(community)) }
                                        },
                                        Cell::Installed { href, version, state } => { a.touch href=(href) { (version) } " " (state.mark(t)) },
                                        Cell::Nothing => span.meta { (t.no_release()) },
                                    }
                                }
                            }
                        } }
                    }
                }
            }
        }
    }
}
