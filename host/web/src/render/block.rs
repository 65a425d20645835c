//! The blocks of a page, each as the HTML element that means the same.

use super::inline::tone_class;
use super::{Context, iso, plain};
use linli_domain::Instant;
use linli_engine::page as wit;
use maud::{Markup, html};

impl Context<'_> {
    /// A block; `headed` where a heading of the page stands above it, so that its own headings are one level lower.
    pub(super) fn block(&self, block: &wit::Block, headed: bool) -> Markup {
        match block {
            wit::Block::Heading(text) => html! { h2 { (plain::text(text)) } },
            wit::Block::Text(line) => html! { p.text { (self.line(line)) } },
            wit::Block::Notice(alert) => self.notice(alert),
            wit::Block::Facts(facts) => html! {
                dl.facts {
                    @for fact in facts {
                        div { dt { (plain::text(&fact.label)) } dd { (self.inline(&fact.value)) } }
                    }
                }
            },
            wit::Block::Table(table) => self.table(table),
            wit::Block::Cards(list) => self.cards(list, headed),
            wit::Block::Form(form) => self.form(form),
            wit::Block::Calendar(list) => self.calendar(list, headed),
            wit::Block::Timeline(list) => self.timeline(list),
            wit::Block::Progress(progress) => self.progress(progress),
            wit::Block::Actions(actions) => {
                html! { div.actions { @for action in actions { (self.action(action)) } } }
            }
            wit::Block::Links(links) => {
                html! { ul.links { @for link in links { li { (self.link(link)) } } } }
            }
            wit::Block::Other(unknown) => html! { p.text { (plain::text(&unknown.fallback)) } },
        }
    }

    pub(super) fn link(&self, link: &wit::Link) -> Markup {
        html! { a href=(self.href(&link.to)) { (plain::text(&link.label)) } }
    }

    fn notice(&self, alert: &wit::Alert) -> Markup {
        let t = self.t();
        let role = if matches!(alert.tone, wit::Tone::Danger | wit::Tone::Warning) {
            "alert"
        } else {
            "note"
        };
        let word = match alert.tone {
            wit::Tone::Neutral => None,
            wit::Tone::Info => Some(t.tone_info()),
            wit::Tone::Good => Some(t.tone_good()),
            wit::Tone::Warning => Some(t.tone_warning()),
            wit::Tone::Danger => Some(t.tone_danger()),
        };
        html! {
            div class={ "notice " (tone_class(alert.tone)) } role=(role) {
                p { @if let Some(word) = word { strong.tone { (word) } " " } (self.line(&alert.text)) }
            }
        }
    }

    fn table(&self, table: &wit::Table) -> Markup {
        html! {
            @if table.rows.is_empty() {
                p.caption { (plain::text(&table.caption)) }
                (self.empty(&table.empty))
            } @else {
                div.scroll tabindex="0" role="region" aria-label=(plain::harmless(&table.caption)) {
                    table {
                        caption { (plain::text(&table.caption)) }
                        thead { tr {
                            @for column in &table.columns { th scope="col" class=[column.numeric.then_some("numeric")] { (plain::text(&column.label)) } }
                        } }
                        tbody {
                            @for row in &table.rows { tr {
                                @for (cell, column) in row.iter().zip(&table.columns) {
                                    td class=[column.numeric.then_some("numeric")] data-label=(plain::harmless(&column.label)) { (self.inline(cell)) }
                                }
                            } }
                        }
                    }
                }
            }
            (self.next(table.next.as_ref()))
        }
    }

    fn next(&self, next: Option<&wit::Address>) -> Markup {
        html! { @if let Some(to) = next { p.next { a.button.quiet href=(self.href(to)) rel="next" { (self.t().next_page()) } } } }
    }

    fn empty(&self, text: &str) -> Markup {
        html! { p.empty { (plain::text(text)) } }
    }

    fn cards(&self, list: &wit::CardList, headed: bool) -> Markup {
        html! {
            @if list.cards.is_empty() { (self.empty(&list.empty)) } @else {
                ul.cards {
                    @for card in &list.cards {
                        li.card {
                            (heading(headed, &html! {
                                (self.inline(&card.title)) @if let Some(mark) = &card.mark { " " (self.mark(mark)) }
                            }))
                            @for line in &card.lines { p { (self.inline(line)) } }
                            @if !card.links.is_empty() { p.more { @for link in &card.links { (self.link(link)) } } }
                            @if !card.actions.is_empty() { div.actions { @for action in &card.actions { (self.action(action)) } } }
                        }
                    }
                }
            }
            (self.next(list.next.as_ref()))
        }
    }

    /// Events under a heading for each day, in the order in which the plugin gives them.
    fn calendar(&self, list: &wit::EventList, headed: bool) -> Markup {
        if list.events.is_empty() {
            return self.empty(&list.empty);
        }
        let day = |event: &wit::Event| self.viewer.day_of(Instant(event.starts));
        html! {
            div.calendar {
                @for events in list.events.chunk_by(|one, other| day(one) == day(other)) {
                    section.day {
                        (heading(headed, &html! { (self.viewer.date(day(&events[0]))) }))
                        ol { @for event in events { (self.event(event, &self.span(event, true))) } }
                    }
                }
            }
        }
    }

    fn timeline(&self, list: &wit::EventList) -> Markup {
        html! {
            @if list.events.is_empty() { (self.empty(&list.empty)) } @else {
                ol.timeline { @for event in &list.events { (self.event(event, &self.span(event, false))) } }
            }
        }
    }

    fn span(&self, event: &wit::Event, under_its_day: bool) -> String {
        let (starts, viewer) = (Instant(event.starts), self.viewer);
        match (event.ends.map(Instant), under_its_day) {
            (Some(ends), true) if viewer.day_of(starts) == viewer.day_of(ends) => {
                viewer.hours(starts, ends)
            }
            (Some(ends), _) => viewer.period(starts, ends),
            (None, true) => viewer.time(starts),
            (None, false) => viewer.instant(starts),
        }
    }

    fn event(&self, event: &wit::Event, when: &str) -> Markup {
        html! {
            li.event {
                time datetime=(iso(event.starts)) { (when) }
                div {
                    p.what {
                        @match &event.to {
                            Some(to) => a href=(self.href(to)) { (self.unlinked(&event.title)) },
                            None => (self.inline(&event.title)),
                        }
                        @if let Some(mark) = &event.mark { " " (self.mark(mark)) }
                    }
                    @for line in &event.lines { p { (self.inline(line)) } }
                    @if !event.actions.is_empty() { div.actions { @for action in &event.actions { (self.action(action)) } } }
                }
            }
        }
    }

    /// A link inside a link is no HTML.
    fn unlinked(&self, inline: &wit::Inline) -> Markup {
        match inline {
            wit::Inline::Link(link) => html! { (plain::text(&link.label)) },
            other => self.inline(other),
        }
    }

    fn progress(&self, progress: &wit::Progress) -> Markup {
        let t = self.t();
        html! {
            div.progress {
                p { (plain::text(&progress.label)) }
                ol {
                    @for (index, step) in progress.steps.iter().enumerate() {
                        @let current = usize::from(progress.current);
                        @if index < current { li.past { (plain::text(step)) " " small { (t.step_done()) } } }
                        @else if index == current { li.now aria-current="step" { (plain::text(step)) } }
                        @else { li { (plain::text(step)) } }
                    }
                }
            }
        }
    }
}

/// A heading inside a block: no level is left out between it and the one above.
fn heading(headed: bool, text: &Markup) -> Markup {
    html! { @if headed { h3 { (text) } } @else { h2 { (text) } } }
}
