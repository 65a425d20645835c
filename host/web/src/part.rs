//! Pieces that several of the host's own pages are made of.

use crate::format::Viewer;
use crate::i18n::Text;
use linli_domain::Instant;
use maud::{Markup, html};

/// A button that posts hidden values.
pub(crate) struct PostButton<'a> {
    /// Where it posts to.
    pub action: &'a str,
    /// Hidden fields.
    pub values: &'a [(&'a str, &'a str)],
    /// What stands on it.
    pub label: &'a str,
    /// Whether it destroys something.
    pub destructive: bool,
}

impl PostButton<'_> {
    /// Acts at once.
    pub fn plain(&self, class: &str) -> Markup {
        html! {
            form.inline method="post" action=(self.action) {
                @for (name, value) in self.values { input type="hidden" name=(name) value=(value); }
                button class={ (class) @if self.destructive { " danger" } } type="submit" { (self.label) }
            }
        }
    }

    /// Asks first: what is pressed only opens the question.
    pub fn confirm(&self, question: &str, effect: &str, t: Text) -> Markup {
        html! {
            details.confirm.danger[self.destructive] {
                summary { (self.label) "…" }
                div.ask {
                    p.question { (question) }
                    p.effect { @if self.destructive { strong.warn { (t.destructive()) } " " } (effect) }
                    (self.plain(""))
                }
            }
        }
    }
}

/// A labelled state; the tone is a colour and a sign, the label says it all.
pub(crate) fn mark(tone: &str, label: &str) -> Markup {
    html! { span class={ "mark " (tone) } { (label) } }
}

/// What went wrong with a form, above it.
pub(crate) fn problems(problems: &[String], t: Text) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.notice.danger role="alert" {
                p { strong.tone { (t.form_problems()) } }
                ul { @for problem in problems { li { (crate::render::harmless(problem)) } } }
            }
        }
    }
}

/// The way back to the page above.
pub(crate) fn back(href: &str, label: &str) -> Markup {
    html! { p.back { a href=(href) { (label) } } }
}

/// A day, from when and to when: `day`, `from`, `to`. `id` tells the fields of several forms apart.
pub(crate) fn range_fields(id: &str, viewer: &Viewer, starts: Instant, ends: Instant) -> Markup {
    let t = viewer.text();
    let (day, from, to) = (
        format!("day-{id}"),
        format!("from-{id}"),
        format!("to-{id}"),
    );
    html! {
        div.row {
            div.field { label for=(day) { (t.field_day()) } input id=(day) type="date" name="day" value=(viewer.day_of(starts)) required; }
            div.field { label for=(from) { (t.hours_from()) } input id=(from) type="time" name="from" value=(viewer.time(starts)) required; }
            div.field { label for=(to) { (t.hours_to()) } input id=(to) type="time" name="to" value=(viewer.time(ends)) required; }
        }
    }
}

/// One line of text that is asked for.
pub(crate) fn text_field(id: &str, name: &str, label: &str, required: bool) -> Markup {
    html! {
        div.field { label for=(id) { (label) } input id=(id) type="text" name=(name) maxlength="500" required[required]; }
    }
}

/// Several lines of text that are asked for.
pub(crate) fn long_text_field(id: &str, name: &str, label: &str) -> Markup {
    html! {
        div.field { label for=(id) { (label) } textarea id=(id) name=(name) rows="3" maxlength="1300" required {} }
    }
}

/// Fields that are posted along.
pub(crate) fn hidden(values: &[(&str, &str)]) -> Markup {
    html! { @for (name, value) in values { input type="hidden" name=(name) value=(value); } }
}
