//! Choosing for whom to act: `POST /acting-for` with `person`, empty for oneself.

use crate::format::Viewer;
use crate::layout::Page;
use crate::part::mark;
use crate::render::harmless;
use maud::{Markup, html};

/// A resident whom the reader may act for.
#[derive(Clone, Debug)]
pub struct Represented {
    /// The person's id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Why: delegate or guardian, in words.
    pub relation: String,
    /// Where they live.
    pub community: String,
}

/// For whom do I act?
#[derive(Clone, Debug, Default)]
pub struct ActingForPage {
    /// The reader's name.
    pub name: String,
    /// Whom they may act for.
    pub represented: Vec<Represented>,
    /// The id of whom they act for now.
    pub current: Option<String>,
}

impl Page for ActingForPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().acting_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let choice = |id: &str, name: &str, about: &str, current: bool| {
            html! {
                li { button.choice type="submit" name="person" value=(id) aria-current=[current.then_some("true")] {
                    strong { (harmless(name)) }
                    span { (harmless(about)) }
                    @if current { (mark("good", t.acting_now())) }
                } }
            }
        };
        html! {
            h1 { (t.acting_title()) }
            p.lead { (t.acting_lead()) }
            form method="post" action="/acting-for" {
                ul.choices {
                    (choice("", &self.name, t.acting_self(), self.current.is_none()))
                    @for person in &self.represented {
                        (choice(&person.id, &person.name, &format!("{} · {}", person.relation, person.community), self.current.as_ref() == Some(&person.id)))
                    }
                }
            }
            @if self.represented.is_empty() { p.empty { (t.acting_nobody()) } }
        }
    }
}
