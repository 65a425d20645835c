//! The limits of `wit/plugin/pages.wit`, checked before a page is shown.

use super::address::is_sound_path;
use linli_engine::page as wit;
use std::collections::HashSet;

/// What a page breaks, for its publisher.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PageProblem {
    /// More of something than the contract allows.
    #[error(
        "the page has {count} {what}, the contract allows {limit}; show less at once and link to the rest"
    )]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A path that is none.
    #[error(
        "'{0}' is no address: a path begins with '/', has no '.', '..' or empty segments, and at most 512 bytes with its query"
    )]
    Address(String),
    /// A field name that is none, or that stands twice in a form.
    #[error("'{0}' is no field name, or stands twice in its form: use 1–64 of a–z, 0–9 and '-'")]
    FieldName(String),
    /// An action without a name or label.
    #[error("an action has no name or no label; give it both")]
    Action,
    /// A row of another length than the columns.
    #[error("row {row} of the table '{caption}' has {cells} cells for {columns} columns")]
    Row {
        /// Of which table.
        caption: String,
        /// Which, from 1.
        row: usize,
        /// How many cells.
        cells: usize,
        /// How many columns.
        columns: usize,
    },
}

const BLOCKS: usize = 200;
const ITEMS: usize = 500;
const FIELDS: usize = 50;
const BYTES: usize = 1 << 20;
/// Fields of persons on a page: each is a check of its basis and a disclosure.
const PERSON_FIELDS: usize = 1_000;
/// Actions on a page: each becomes a form.
const ACTIONS: usize = 500;

/// Checks a page against the contract's limits.
pub fn check(page: &wit::Page) -> Result<(), PageProblem> {
    let mut check = Check::default();
    check.text(&page.title)?;
    if let Some(back) = &page.back {
        check.link(back)?;
    }
    at_most("blocks", page.blocks.len(), BLOCKS)?;
    for block in &page.blocks {
        check.block(block)?;
    }
    Ok(())
}

/// Checks an address that a plugin answers with.
pub fn check_address(address: &wit::Address) -> Result<(), PageProblem> {
    let length = address.path.len()
        + address
            .query
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum::<usize>();
    if length > 512 || !is_sound_path(&address.path) {
        return Err(PageProblem::Address(
            address.path.chars().take(80).collect(),
        ));
    }
    Ok(())
}

fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), PageProblem> {
    if count > limit {
        Err(PageProblem::TooMany { what, count, limit })
    } else {
        Ok(())
    }
}

#[derive(Default)]
struct Check {
    bytes: usize,
    person_fields: usize,
    actions: usize,
}

impl Check {
    fn text(&mut self, text: &str) -> Result<(), PageProblem> {
        self.bytes += text.len() + 8;
        at_most("bytes", self.bytes, BYTES)
    }

    fn link(&mut self, link: &wit::Link) -> Result<(), PageProblem> {
        self.text(&link.label)?;
        self.address(&link.to)
    }

    fn address(&mut self, address: &wit::Address) -> Result<(), PageProblem> {
        self.text(&address.path)?;
        check_address(address)
    }

    fn line(&mut self, line: &[wit::Inline]) -> Result<(), PageProblem> {
        at_most("values in a line", line.len(), ITEMS)?;
        line.iter().try_for_each(|inline| self.inline(inline))
    }

    fn inline(&mut self, inline: &wit::Inline) -> Result<(), PageProblem> {
        match inline {
            wit::Inline::Text(text) => self.text(text),
            wit::Inline::Person(field) => {
                self.person_fields += 1;
                at_most("fields of persons", self.person_fields, PERSON_FIELDS)?;
                self.text(&field.person.id)?;
                self.text(&field.field)
            }
            wit::Inline::Link(link) => self.link(link),
            wit::Inline::Mark(mark) => self.text(&mark.label),
            wit::Inline::Other(unknown) => self.text(&unknown.fallback),
            wit::Inline::Instant(_)
            | wit::Inline::Period(_)
            | wit::Inline::Date(_)
            | wit::Inline::Number(_) => self.text(""),
        }
    }

    fn actions(&mut self, actions: &[wit::Action]) -> Result<(), PageProblem> {
        at_most("actions in one place", actions.len(), FIELDS)?;
        actions.iter().try_for_each(|action| self.action(action))
    }

    fn action(&mut self, action: &wit::Action) -> Result<(), PageProblem> {
        self.actions += 1;
        at_most("actions", self.actions, ACTIONS)?;
        if action.name.is_empty() || action.name.len() > 64 || action.label.trim().is_empty() {
            return Err(PageProblem::Action);
        }
        at_most("arguments of an action", action.arguments.len(), FIELDS)?;
        for text in [&action.name, &action.label, &action.effect]
            .into_iter()
            .chain(&action.confirm)
        {
            self.text(text)?;
        }
        action
            .arguments
            .iter()
            .try_for_each(|(name, value)| self.text(name).and_then(|()| self.text(value)))
    }

    fn block(&mut self, block: &wit::Block) -> Result<(), PageProblem> {
        match block {
            wit::Block::Heading(text) => self.text(text),
            wit::Block::Text(line) => self.line(line),
            wit::Block::Notice(alert) => self.line(&alert.text),
            wit::Block::Facts(facts) => {
                at_most("facts in a block", facts.len(), ITEMS)?;
                facts.iter().try_for_each(|fact| {
                    self.text(&fact.label)
                        .and_then(|()| self.inline(&fact.value))
                })
            }
            wit::Block::Table(table) => self.table(table),
            wit::Block::Cards(list) => {
                at_most("cards in a list", list.cards.len(), ITEMS)?;
                self.text(&list.empty)?;
                for card in &list.cards {
                    self.inline(&card.title)?;
                    card.mark
                        .iter()
                        .try_for_each(|mark| self.text(&mark.label))?;
                    self.line(&card.lines)?;
                    at_most("links of a card", card.links.len(), FIELDS)?;
                    card.links.iter().try_for_each(|link| self.link(link))?;
                    self.actions(&card.actions)?;
                }
                list.next.iter().try_for_each(|next| self.address(next))
            }
            wit::Block::Form(form) => self.form(form),
            wit::Block::Calendar(list) | wit::Block::Timeline(list) => {
                at_most("events in a list", list.events.len(), ITEMS)?;
                self.text(&list.empty)?;
                for event in &list.events {
                    self.inline(&event.title)?;
                    event
                        .mark
                        .iter()
                        .try_for_each(|mark| self.text(&mark.label))?;
                    self.line(&event.lines)?;
                    event.to.iter().try_for_each(|to| self.address(to))?;
                    self.actions(&event.actions)?;
                }
                Ok(())
            }
            wit::Block::Progress(progress) => {
                at_most("steps", progress.steps.len(), FIELDS)?;
                self.text(&progress.label)?;
                progress.steps.iter().try_for_each(|step| self.text(step))
            }
            wit::Block::Actions(actions) => self.actions(actions),
            wit::Block::Links(links) => {
                at_most("links in a block", links.len(), ITEMS)?;
                links.iter().try_for_each(|link| self.link(link))
            }
            wit::Block::Other(unknown) => self.text(&unknown.fallback),
        }
    }

    fn table(&mut self, table: &wit::Table) -> Result<(), PageProblem> {
        at_most("columns in a table", table.columns.len(), FIELDS)?;
        at_most("rows in a table", table.rows.len(), ITEMS)?;
        self.text(&table.caption)?;
        self.text(&table.empty)?;
        table
            .columns
            .iter()
            .try_for_each(|column| self.text(&column.label))?;
        for (index, row) in table.rows.iter().enumerate() {
            if row.len() != table.columns.len() {
                let (caption, cells, columns) = (
                    table.caption.chars().take(80).collect(),
                    row.len(),
                    table.columns.len(),
                );
                return Err(PageProblem::Row {
                    caption,
                    row: index + 1,
                    cells,
                    columns,
                });
            }
            row.iter().try_for_each(|cell| self.inline(cell))?;
        }
        table.next.iter().try_for_each(|next| self.address(next))
    }

    fn form(&mut self, form: &wit::Form) -> Result<(), PageProblem> {
        at_most("fields in a form", form.fields.len(), FIELDS)?;
        self.action(&form.submit)?;
        let mut names = HashSet::new();
        for field in &form.fields {
            let sound = (1..=64).contains(&field.name.len())
                && field
                    .name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if !sound || !names.insert(&field.name) {
                return Err(PageProblem::FieldName(
                    field.name.chars().take(80).collect(),
                ));
            }
            self.text(&field.label)?;
            field.hint.iter().try_for_each(|hint| self.text(hint))?;
            match &field.input {
                wit::Input::Slot(slots) => {
                    at_most("options of a field", slots.len(), ITEMS)?;
                    slots
                        .iter()
                        .try_for_each(|slot| self.text(&slot.calendar.id))?;
                }
                wit::Input::Choice(choices) | wit::Input::Several(choices) => {
                    at_most("options of a field", choices.len(), ITEMS)?;
                    choices.iter().try_for_each(|choice| {
                        self.text(&choice.value)
                            .and_then(|()| self.text(&choice.label))
                    })?;
                }
                wit::Input::Rating(stars) => at_most("stars of a rating", usize::from(*stars), 10)?,
                wit::Input::Other(unknown) => self.text(&unknown.fallback)?,
                wit::Input::Line(_)
                | wit::Input::Paragraph(_)
                | wit::Input::Number(_)
                | wit::Input::Date(_)
                | wit::Input::Time
                | wit::Input::YesNo => {}
            }
            match &field.value {
                wit::Value::Text(text) => self.text(text)?,
                wit::Value::Many(values) => {
                    at_most("values of a field", values.len(), ITEMS)?;
                    values.iter().try_for_each(|value| self.text(value))?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
