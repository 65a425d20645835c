//! The inbox: `POST /inbox` with `notice` marks one as read, without it all.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, mark};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// A notice.
#[derive(Clone, Debug)]
pub struct NoticeEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Who sent it: a service, or the district.
    pub sender: String,
    /// For whom it is, where that is not the reader.
    pub about: Option<String>,
    /// When it came.
    pub at: Instant,
    /// Whether it is urgent.
    pub urgent: bool,
    /// Whether it was read.
    pub read: bool,
    /// Whether its reader is asked to confirm that they have read it.
    pub to_confirm: bool,
    /// The page to go to.
    pub href: Option<String>,
}

/// The inbox.
#[derive(Clone, Debug, Default)]
pub struct InboxPage {
    /// Newest first.
    pub notices: Vec<NoticeEntry>,
    /// The address of older ones.
    pub next: Option<String>,
}

impl Page for InboxPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_inbox().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Inbox)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let unread = self.notices.iter().filter(|notice| !notice.read).count();
        html! {
            h1 { (t.menu_inbox()) }
            p.screen { a href="/contact" { (t.contact_title()) } }
            @if self.notices.is_empty() { p.empty { (t.inbox_empty()) } } @else {
                @if unread > 1 {
                    (PostButton { action: "/inbox", values: &[], label: t.inbox_read_all(), destructive: false }.plain("quiet"))
                }
                ol.cards.notices {
                    @for notice in &self.notices {
                        li.card.unread[!notice.read] {
                            h2 {
                                @match &notice.href { Some(href) => a href=(href) { (harmless(&notice.title)) }, None => (harmless(&notice.title)) }
                                @if notice.urgent { " " (mark("danger", t.inbox_urgent())) }
                                @if !notice.read { " " (mark("info", t.inbox_new())) }
                            }
                            p.text { (harmless(&notice.body)) }
                            p.meta {
                                (harmless(&notice.sender)) " · " time datetime=(notice.at.to_rfc3339()) { (viewer.instant(notice.at)) }
                                @if let Some(about) = &notice.about { " · " (t.inbox_about(harmless(about))) }
                            }
                            @if notice.to_confirm {
                                (PostButton { action: "/inbox", values: &[("notice", &notice.id)], label: t.inbox_confirm(), destructive: false }.plain(""))
                            } @else if !notice.read {
                                (PostButton { action: "/inbox", values: &[("notice", &notice.id)], label: t.inbox_read(), destructive: false }.plain("quiet"))
                            }
                        }
                    }
                }
                @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.inbox_older()) } } }
            }
        }
    }
}
