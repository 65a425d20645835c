//! Home: the services of my community, my work, the community's spaces.

use crate::format::Viewer;
use crate::i18n::Text;
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
    /// Whether there are so many services that one may want to search.
    pub searchable: bool,
    /// What somebody looks for; empty where they do not.
    pub looked_for: String,
    /// Their own things: inbox, data …
    pub things: Vec<ThingEntry>,
    /// Spaces of the community.
    pub spaces: Vec<SpaceEntry>,
}

/// Something that a resident has with the host itself.
#[derive(Clone, Debug)]
pub struct ThingEntry {
    /// What it is called.
    pub title: String,
    /// What one does there.
    pub about: String,
    /// Its page.
    pub href: String,
    /// How much waits there.
    pub count: u32,
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
                    @if self.searchable || !self.looked_for.is_empty() { (self.search(t)) }
                    @if self.services.is_empty() && self.looked_for.is_empty() {
                        p.empty { (t.home_no_services()) }
                    } @else if self.services.is_empty() {
                        p.empty { (t.home_found_none(harmless(&self.looked_for))) br; a href="/home" { (t.home_show_all()) } }
                    } @else {
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
                @if !self.things.is_empty() && self.looked_for.is_empty() {
                    section aria-labelledby="things" {
                        h2 #things { (t.home_things()) }
                        ul.cards.things {
                            @for thing in &self.things {
                                li.card {
                                    h3 { a href=(thing.href) { (thing.title) } @if thing.count > 0 { " " span.count { span aria-hidden="true" { (thing.count.min(99)) } span.hidden { (t.inbox_unread(thing.count)) } } } }
                                    p.meta { (thing.about) }
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

impl HomePage {
    fn search(&self, t: Text) -> Markup {
        html! {
            form.search role="search" method="get" action="/home" {
                label.hidden for="q" { (t.home_search()) }
                input #q type="search" name="q" value=(self.looked_for) maxlength="60" placeholder=(t.home_search_hint());
                button type="submit" { (t.home_search_go()) }
                @if !self.looked_for.is_empty() { a.touch href="/home" { (t.home_show_all()) } }
            }
        }
    }
}
