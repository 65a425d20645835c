//! A plugin's pages as HTML. Values come typed from the plugin, words from the host; no markup of a plugin is ever used.
//!
//! The order of work for a request: [`check`] the page, collect [`person_fields`] and let the host resolve them for this
//! viewer, then [`page`]. For a post, [`address`] reads the URL, [`submission`] finds the form or action and decodes it.

pub mod address;
mod block;
mod check;
mod form;
mod inline;
pub mod json;
mod person;
mod plain;
mod slot;
pub mod submission;

pub use check::{PageProblem, check, check_address};
pub use person::{Persons, Shown, person_fields};
pub use plain::harmless;

use crate::format::Viewer;
use crate::i18n::Text;
use linli_domain::Instant;
use linli_engine::page as wit;
use maud::{Markup, html};
use std::collections::HashMap;
use submission::Posted;

/// What a page is rendered with.
pub struct Context<'a> {
    /// For whom.
    pub viewer: &'a Viewer,
    /// Where the plugin's `/` is: `/c/COMMUNITY/ORG/PLUGIN`, without a slash at the end.
    pub base: &'a str,
    /// This page's own address, to which its forms post.
    pub address: &'a wit::Address,
    /// The resolved fields of persons.
    pub persons: &'a Persons,
    /// Titles of calendars by reference, for slots of several calendars.
    pub calendars: &'a HashMap<String, String>,
    /// What was posted and refused, to be filled in again.
    pub refused: Option<&'a Refused>,
    /// Names for whom the page is shown, so that a form never acts for somebody else; empty for staff.
    pub subject: &'a str,
    /// A fresh idempotency key for each form.
    pub new_key: &'a dyn Fn() -> String,
}

/// A submission that was not accepted.
pub struct Refused {
    /// As posted.
    pub posted: Posted,
    /// What is wrong, by field name; an empty name speaks of the whole form.
    pub problems: Vec<(String, String)>,
}

/// The title of a page, cleaned for use in `<title>` and heading.
pub fn title(page: &wit::Page) -> String {
    harmless(&page.title).into_owned()
}

/// The whole page: way back, heading and blocks. The caller has checked it with [`check`].
pub fn page(page: &wit::Page, context: &Context<'_>) -> Markup {
    html! {
        @if let Some(back) = &page.back {
            p.back { a href=(context.href(&back.to)) { (plain::text(&back.label)) } }
        }
        h1 { (plain::text(&page.title)) }
        (context.loose_problems(page))
        @for (index, block) in page.blocks.iter().enumerate() {
            (context.block(block, page.blocks[..index].iter().any(|block| matches!(block, wit::Block::Heading(_)))))
        }
    }
}

impl Context<'_> {
    fn t(&self) -> Text {
        self.viewer.text()
    }

    fn href(&self, to: &wit::Address) -> String {
        address::href(self.base, to)
    }

    /// Problems that no field of a form of this page shows.
    fn loose_problems(&self, page: &wit::Page) -> Markup {
        let Some(refused) = self.refused else {
            return html! {};
        };
        let form = match submission::locate(page, &refused.posted) {
            Some(submission::Located::Form(form)) => Some(form),
            _ => None,
        };
        if form.is_some() {
            return html! {};
        }
        html! {
            @if !refused.problems.is_empty() {
                div.notice.danger role="alert" {
                    @for (_, problem) in &refused.problems { p { (plain::text(problem)) } }
                }
            }
        }
    }
}

fn date_of(date: wit::Date) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(
        date.year,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()
}

fn iso(at: i64) -> String {
    Instant(at).to_rfc3339()
}

#[cfg(test)]
mod tests;
