//! Messages that could not be sent: `POST /admin/dead-letters` with `delivery` and `do` (`retry` or `drop`); and messages of
//! topics that a subscriber could not do: `POST /admin/dead-letters/topic` with `subscriber`, `name`, `position`, `do`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::page::channel_name;
use crate::part::{PostButton, back};
use crate::render::harmless;
use linli_domain::Instant;
use linli_domain::notice::Channel;
use maud::{Markup, html};

/// One of them.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its id.
    pub id: String,
    /// By what it was to go out.
    pub channel: Channel,
    /// When it was given up.
    pub at: Instant,
    /// How often it was tried.
    pub attempts: u64,
    /// What went wrong last.
    pub problem: String,
}

/// A message of a topic that a subscriber could not do.
#[derive(Clone, Debug)]
pub struct DeadTopic {
    /// The subscriber's id.
    pub subscriber: String,
    /// The subscriber: a service and where.
    pub title: String,
    /// The topic.
    pub name: String,
    /// Where it stands in the log.
    pub position: i64,
    /// When it was given up.
    pub at: Instant,
    /// How often it was tried.
    pub attempts: u64,
    /// What went wrong last.
    pub problem: String,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct DeadLettersPage {
    /// The longest dead first.
    pub letters: Vec<DeadLetter>,
    /// The address of later ones.
    pub next: Option<String>,
    /// Messages of topics, the longest dead first; at most 100.
    pub topics: Vec<DeadTopic>,
}

impl Page for DeadLettersPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().dead_title().to_owned()
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
            (back("/admin", t.menu_admin()))
            h1 { (t.dead_title()) }
            p.lead { (t.dead_lead()) }
            @if self.letters.is_empty() { p.empty { (t.dead_none()) } } @else {
                ul.cards { @for letter in &self.letters { li.card {
                    h2 { (channel_name(letter.channel, t)) }
                    p { (harmless(&letter.problem)) }
                    p.meta { time datetime=(letter.at.to_rfc3339()) { (viewer.instant(letter.at)) } " · " (t.dead_attempts(letter.attempts)) " · " code { (letter.id) } }
                    div.actions {
                        (PostButton { action: "/admin/dead-letters", values: &[("delivery", &letter.id), ("do", "retry")], label: t.dead_retry(), destructive: false }
                            .plain("quiet"))
                        (PostButton { action: "/admin/dead-letters", values: &[("delivery", &letter.id), ("do", "drop")], label: t.dead_drop(), destructive: true }
                            .confirm(t.dead_drop_question(), t.dead_drop_effect(), t))
                    }
                } } }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.dead_more()) } } }
            @if !self.topics.is_empty() {
                section aria-labelledby="topics" {
                    h2 #topics { (t.dead_topics()) }
                    p { (t.dead_topics_lead()) }
                    ul.cards { @for topic in &self.topics { li.card { (dead_topic(topic, viewer)) } } }
                }
            }
        }
    }
}

fn dead_topic(topic: &DeadTopic, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let position = topic.position.to_string();
    let values = |verb| {
        [
            ("subscriber", topic.subscriber.as_str()),
            ("name", topic.name.as_str()),
            ("position", position.as_str()),
            ("do", verb),
        ]
    };
    let action = "/admin/dead-letters/topic";
    html! {
        h3 { (harmless(&topic.title)) " · " code { (topic.name) } }
        p { (harmless(&topic.problem)) }
        p.meta { time datetime=(topic.at.to_rfc3339()) { (viewer.instant(topic.at)) } " · " (t.dead_attempts(topic.attempts)) }
        div.actions {
            (PostButton { action, values: &values("retry"), label: t.dead_topic_retry(), destructive: false }.plain("quiet"))
            (PostButton { action, values: &values("drop"), label: t.dead_drop(), destructive: true }
                .confirm(t.dead_drop_question(), t.dead_topic_effect(), t))
        }
    }
}
