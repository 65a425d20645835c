//! Home: the services of my community, my work, the community's spaces.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::render::harmless;
use maud::{Markup, html};

/// A service that is enabled where the resident lives.
#[derive(Clone, Debug)]
pub struct ServiceEntry {
    /// Its name.
    pub title: String,
    /// What it does.
    pub summary: String,
    /// Who runs it.
    pub organisation: String,
    /// Its first page.
    pub href: String,
}

/// A service for which the person works.
#[derive(Clone, Debug)]
pub struct StaffEntry {
    /// Its name.
    pub title: String,
    /// In which community.
    pub community: String,
    /// In which role.
    pub role: String,
    /// Its pages for that role: title and address.
    pub pages: Vec<(String, String)>,
}

/// A facility of the community.
#[derive(Clone, Debug)]
pub struct SpaceEntry {
    /// Its name.
    pub name: String,
    /// How many persons fit in.
    pub capacity: u32,
}

/// The home page.
#[derive(Clone, Debug, Default)]
pub struct HomePage {
    /// Who is greeted: the person whom everything here is for.
    pub name: String,
    /// Whose services are shown; none for staff who live elsewhere.
    pub community: Option<String>,
    /// Services for the resident.
    pub services: Vec<ServiceEntry>,
    /// Services to work for.
    pub work: Vec<StaffEntry>,
    /// Spaces of the community.
    pub spaces: Vec<SpaceEntry>,
}

impl Page for HomePage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_home().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Home)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.home_greeting(harmless(&self.name))) }
            p.lead { (viewer.date(viewer.day_of(viewer.now))) }
            @if !self.work.is_empty() {
                section aria-labelledby="work" {
                    h2 #work { (t.home_work()) }
                    ul.cards {
                        @for entry in &self.work {
                            li.card {
                                h3 { (harmless(&entry.title)) }
                                p.meta { (harmless(&entry.community)) " · " (harmless(&entry.role)) }
                                p.more { @for (title, href) in &entry.pages { a.button href=(href) { (harmless(title)) } } }
                            }
                        }
                    }
                }
            }
            @if let Some(community) = &self.community {
                section aria-labelledby="services" {
                    h2 #services { (t.home_services(harmless(community))) }
                    @if self.services.is_empty() { p.empty { (t.home_no_services()) } } @else {
                        ul.cards.doors {
                            @for service in &self.services {
                                li.card {
                                    h3 { a href=(service.href) { (harmless(&service.title)) } }
                                    p { (harmless(&service.summary)) }
                                    p.meta { (t.by_organisation(harmless(&service.organisation))) }
                                }
                            }
                        }
                    }
                }
                @if !self.spaces.is_empty() {
                    section.extra aria-labelledby="spaces" {
                        h2 #spaces { (t.home_spaces()) }
                        ul.plain {
                            @for space in &self.spaces {
                                li {
                                    strong { (harmless(&space.name)) }
                                    span.meta { (t.space_capacity(space.capacity)) }
                                }
                            }
                        }
                    }
                }
            }
            @if self.community.is_none() && self.work.is_empty() { p.empty { (t.home_nothing()) } }
        }
    }
}
