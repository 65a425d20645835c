//! Values inside a line of text.

use super::person::Shown;
use super::{Context, date_of, iso, plain};
use crate::format::number;
use linli_domain::Instant;
use linli_engine::page as wit;
use maud::{Markup, html};

/// The class of a tone and, in words, what it says.
pub(super) fn tone_class(tone: wit::Tone) -> &'static str {
    match tone {
        wit::Tone::Neutral => "neutral",
        wit::Tone::Info => "info",
        wit::Tone::Good => "good",
        wit::Tone::Warning => "warning",
        wit::Tone::Danger => "danger",
    }
}

impl Context<'_> {
    pub(super) fn line(&self, line: &[wit::Inline]) -> Markup {
        html! { @for inline in line { (self.inline(inline)) } }
    }

    pub(super) fn inline(&self, inline: &wit::Inline) -> Markup {
        match inline {
            wit::Inline::Text(text) => html! { (plain::text(text)) },
            wit::Inline::Person(field) => match self.persons.get(field) {
                Shown::Text(text) => html! { span.person { (plain::text(text)) } },
                Shown::Denied => html! { span.denied title=(self.t().field_denied()) { "—" } },
            },
            wit::Inline::Instant(at) => {
                html! { time datetime=(iso(*at)) { (self.viewer.instant(Instant(*at))) } }
            }
            wit::Inline::Period((starts, ends)) => html! {
                time datetime=(iso(*starts)) { (self.viewer.period(Instant(*starts), Instant(*ends))) }
            },
            wit::Inline::Date(date) => self.date(*date),
            wit::Inline::Number(value) => html! { span.number { (number(*value)) } },
            wit::Inline::Link(link) => {
                html! { a href=(self.href(&link.to)) { (plain::text(&link.label)) } }
            }
            wit::Inline::Mark(mark) => self.mark(mark),
            wit::Inline::Other(unknown) => html! { (plain::text(&unknown.fallback)) },
        }
    }

    fn date(&self, date: wit::Date) -> Markup {
        match date_of(date) {
            Some(date) => html! { time datetime=(date.to_string()) { (self.viewer.date(date)) } },
            None => html! { "—" },
        }
    }

    /// The tone is a class for colour and a sign that the style sheet sets before the label, which alone says it all.
    pub(super) fn mark(&self, mark: &wit::Mark) -> Markup {
        html! { span class={ "mark " (tone_class(mark.tone)) } { (plain::text(&mark.label)) } }
    }
}
