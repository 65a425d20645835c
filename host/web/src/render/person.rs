//! Fields of persons that a page shows without the plugin having read them.

use linli_engine::page as wit;
use linli_engine::types::PersonField;
use std::collections::{HashMap, HashSet};

/// What the host found for one field and this viewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    /// Its value.
    Text(String),
    /// No basis allows it.
    Denied,
}

/// The resolved fields of a page.
#[derive(Clone, Default, Debug)]
pub struct Persons(HashMap<(String, String), Shown>);

impl Persons {
    /// Notes what was found for a field.
    pub fn insert(&mut self, field: &PersonField, shown: Shown) {
        self.0
            .insert((field.person.id.clone(), field.field.clone()), shown);
    }

    /// What was found; denied where nothing was.
    pub fn get(&self, field: &PersonField) -> &Shown {
        self.0
            .get(&(field.person.id.clone(), field.field.clone()))
            .unwrap_or(&Shown::Denied)
    }
}

/// Every field of a person on a page, once each, in the order of the page.
pub fn person_fields(page: &wit::Page) -> Vec<PersonField> {
    let mut seen = HashSet::new();
    let mut fields = Vec::new();
    for_each_inline(page, &mut |inline| {
        if let wit::Inline::Person(field) = inline
            && seen.insert((field.person.id.clone(), field.field.clone()))
        {
            fields.push(field.clone());
        }
    });
    fields
}

/// Visits every inline of a page.
pub(super) fn for_each_inline<'p>(page: &'p wit::Page, visit: &mut dyn FnMut(&'p wit::Inline)) {
    for block in &page.blocks {
        match block {
            wit::Block::Text(line) => line.iter().for_each(&mut *visit),
            wit::Block::Notice(alert) => alert.text.iter().for_each(&mut *visit),
            wit::Block::Facts(facts) => facts.iter().for_each(|fact| visit(&fact.value)),
            wit::Block::Table(table) => table.rows.iter().flatten().for_each(&mut *visit),
            wit::Block::Cards(list) => {
                for card in &list.cards {
                    visit(&card.title);
                    card.lines.iter().for_each(&mut *visit);
                }
            }
            wit::Block::Calendar(list) | wit::Block::Timeline(list) => {
                for event in &list.events {
                    visit(&event.title);
                    event.lines.iter().for_each(&mut *visit);
                }
            }
            wit::Block::Heading(_)
            | wit::Block::Form(_)
            | wit::Block::Progress(_)
            | wit::Block::Actions(_)
            | wit::Block::Links(_)
            | wit::Block::Other(_) => {}
        }
    }
}
