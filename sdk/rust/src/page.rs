//! Pages that read like the page.

use crate::bindings::exports::linli::plugin::pages::{Alert, Progress};
use crate::{
    Action, Address, Block, Card, Cards, Column, Event, Events, Fact, Failure, Form, Inline,
    Instant, Link, Mark, Page, Table, Text, Tone,
};

impl Page {
    /// An empty page.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            back: None,
            blocks: Vec::new(),
        }
    }

    /// Where the way back leads.
    pub fn back(mut self, label: impl Into<String>, to: impl Into<Address>) -> Self {
        self.back = Some(Link::new(label, to));
        self
    }

    /// Adds any block.
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds what a closure adds, if there is a value.
    pub fn with<T>(self, value: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => add(self, value),
            None => self,
        }
    }

    /// A heading for what follows.
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.block(Block::Heading(text.into()))
    }

    /// A paragraph.
    pub fn text(self, text: impl Into<Text>) -> Self {
        self.block(Block::Text(text.into().0))
    }

    /// A paragraph that stands out.
    pub fn notice(self, tone: Tone, text: impl Into<Text>) -> Self {
        self.block(Block::Notice(Alert {
            tone,
            text: text.into().0,
        }))
    }

    /// Labels with their values.
    pub fn facts(self, facts: impl IntoIterator<Item = Fact>) -> Self {
        self.block(Block::Facts(facts.into_iter().collect()))
    }

    /// A table.
    pub fn table(self, table: Table) -> Self {
        self.block(Block::Table(table))
    }

    /// A list of cards.
    pub fn cards(self, cards: Cards) -> Self {
        self.block(Block::Cards(cards))
    }

    /// A form.
    pub fn form(self, form: Form) -> Self {
        self.block(Block::Form(form))
    }

    /// Events by day.
    pub fn calendar(self, events: Events) -> Self {
        self.block(Block::Calendar(events))
    }

    /// Events one after another, as a history.
    pub fn timeline(self, events: Events) -> Self {
        self.block(Block::Timeline(events))
    }

    /// Where something stands: `current` counts the steps from 0.
    pub fn progress<S: Into<String>>(
        self,
        label: &str,
        steps: impl IntoIterator<Item = S>,
        current: u8,
    ) -> Self {
        let steps = steps.into_iter().map(Into::into).collect();
        self.block(Block::Progress(Progress {
            label: label.to_owned(),
            steps,
            current,
        }))
    }

    /// Buttons.
    pub fn actions(self, actions: impl IntoIterator<Item = Action>) -> Self {
        self.block(Block::Actions(actions.into_iter().collect()))
    }

    /// Links.
    pub fn links(self, links: impl IntoIterator<Item = Link>) -> Self {
        self.block(Block::Links(links.into_iter().collect()))
    }
}

impl Fact {
    /// A label with its value.
    pub fn new(label: impl Into<String>, value: impl Into<Inline>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
        }
    }
}

impl Address {
    /// A page of this plugin; `path` begins with `/` and has no query.
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            query: Vec::new(),
        }
    }

    /// Adds to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// A value of the query; the first, where there are several.
    pub fn get(&self, name: &str) -> Option<&str> {
        find(&self.query, name).map(String::as_str)
    }

    /// The path's segments, to route by: `match address.segments()[..] { [] => …, ["visits", id] => … }`.
    pub fn segments(&self) -> Vec<&str> {
        self.path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    }
}

impl From<&str> for Address {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for Address {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

/// The first value of that name.
pub(crate) fn find<'a, T>(pairs: &'a [(String, T)], name: &str) -> Option<&'a T> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

impl Link {
    /// A link to a page of this plugin.
    pub fn new(label: impl Into<String>, to: impl Into<Address>) -> Self {
        Self {
            label: label.into(),
            to: to.into(),
        }
    }
}

impl Cards {
    /// No cards yet. `empty` is shown as long as there are none: what to do now.
    pub fn new(empty: impl Into<String>) -> Self {
        Self {
            cards: Vec::new(),
            empty: empty.into(),
            next: None,
        }
    }

    /// Adds a card.
    pub fn card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// Where the list goes on.
    pub fn next(mut self, next: Option<Address>) -> Self {
        self.next = next;
        self
    }
}

impl Extend<Card> for Cards {
    fn extend<I: IntoIterator<Item = Card>>(&mut self, cards: I) {
        self.cards.extend(cards);
    }
}

impl Card {
    /// A card with a title.
    pub fn new(title: impl Into<Inline>) -> Self {
        Self {
            title: title.into(),
            mark: None,
            lines: Vec::new(),
            links: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// A short state.
    pub fn mark(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// Adds a line.
    pub fn line(mut self, line: impl Into<Inline>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// Adds a link.
    pub fn link(mut self, label: impl Into<String>, to: impl Into<Address>) -> Self {
        self.links.push(Link::new(label, to));
        self
    }

    /// Adds a button.
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}

impl Events {
    /// No events yet. `empty` is shown as long as there are none: what to do now.
    pub fn new(empty: impl Into<String>) -> Self {
        Self {
            events: Vec::new(),
            empty: empty.into(),
        }
    }

    /// Adds an event.
    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }
}

impl Extend<Event> for Events {
    fn extend<I: IntoIterator<Item = Event>>(&mut self, events: I) {
        self.events.extend(events);
    }
}

impl Event {
    /// Something that begins at an instant.
    pub fn new(title: impl Into<Inline>, starts: Instant) -> Self {
        let (title, lines, actions) = (title.into(), Vec::new(), Vec::new());
        Self {
            title,
            starts,
            ends: None,
            mark: None,
            lines,
            to: None,
            actions,
        }
    }

    /// When it ends.
    pub fn ends(mut self, ends: Instant) -> Self {
        self.ends = Some(ends);
        self
    }

    /// A short state.
    pub fn mark(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// Adds a line.
    pub fn line(mut self, line: impl Into<Inline>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// The page that it leads to.
    pub fn to(mut self, to: impl Into<Address>) -> Self {
        self.to = Some(to.into());
        self
    }

    /// Adds a button.
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}

impl Table {
    /// A table without rows. `empty` is shown as long as there are none: what to do now.
    pub fn new(caption: impl Into<String>, empty: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            columns: Vec::new(),
            rows: Vec::new(),
            empty: empty.into(),
            next: None,
        }
    }

    /// Adds a column.
    pub fn column(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column {
            label: label.into(),
            numeric: false,
        });
        self
    }

    /// Adds a column of numbers.
    pub fn numbers(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column {
            label: label.into(),
            numeric: true,
        });
        self
    }

    /// Adds a row with one value for each column.
    pub fn row(mut self, values: impl IntoIterator<Item = Inline>) -> Self {
        self.rows.push(values.into_iter().collect());
        self
    }

    /// Where the table goes on.
    pub fn next(mut self, next: Option<Address>) -> Self {
        self.next = next;
        self
    }
}

impl Failure {
    /// Something that the user can understand, with what to do now; nothing is written.
    pub fn problem(text: impl Into<String>) -> Self {
        Self::Problem(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_the_order_in_which_it_was_written() {
        let page = Page::new("我的护理")
            .back("首页", "/")
            .text("说明")
            .notice(Tone::Good, "已预约")
            .facts([
                Fact::new("时间", Inline::period(1, 2)),
                Fact::new("项目", "助浴"),
            ])
            .cards(
                Cards::new("还没有").card(
                    Card::new("助浴")
                        .line("60 分钟")
                        .link("预约", Address::new("/book").query("offer", "bath")),
                ),
            );
        assert!(matches!(
            page.blocks[..],
            [
                Block::Text(_),
                Block::Notice(_),
                Block::Facts(_),
                Block::Cards(_)
            ]
        ));
        let Block::Cards(cards) = &page.blocks[3] else {
            panic!("cards are last")
        };
        assert_eq!(cards.cards[0].links[0].to.get("offer"), Some("bath"));
    }

    #[test]
    fn an_address_is_routed_by_its_segments() {
        assert_eq!(Address::new("/").segments(), [""; 0]);
        assert_eq!(
            Address::new("/visits/7/move").segments(),
            ["visits", "7", "move"]
        );
        assert_eq!(
            Address::new("/")
                .query("day", "1")
                .query("day", "2")
                .get("day"),
            Some("1")
        );
    }
}
