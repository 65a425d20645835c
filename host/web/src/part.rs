//! Pieces that several of the host's own pages are made of.

use crate::i18n::Text;
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
