//! Statutory duties for district admins: `POST /admin/duties` with `plugin`, `community` (a code, or nothing for all), `field`
//! (several), `law-zh`, `law-en`, `article-zh`, `article-en` and `until` records one; `POST /admin/duties/decide` with `duty` and
//! `do` (`confirm` or `end`).

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark, problems};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// Where a duty stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DutyState {
    /// Another admin must confirm it: whether the reader may.
    Waits(bool),
    /// It is a basis.
    InForce,
    /// Its time is over.
    Expired,
    /// It was ended.
    Ended,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct DutyEntry {
    /// Its id.
    pub id: String,
    /// Which plugin has it.
    pub plugin: String,
    /// About whom: a community's name; none for the whole district.
    pub community: Option<String>,
    /// The fields, by name.
    pub fields: Vec<String>,
    /// The law and the number of the article.
    pub law: String,
    /// What the article says.
    pub article: String,
    /// Who recorded it.
    pub proposer: String,
    /// Who confirmed it.
    pub confirmer: Option<String>,
    /// Until when it holds.
    pub expires: Instant,
    /// Where it stands.
    pub state: DutyState,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct DutiesPage {
    /// Newest first.
    pub entries: Vec<DutyEntry>,
    /// The fields there are: code and name.
    pub fields: Vec<(String, String)>,
    /// The communities: code and name.
    pub communities: Vec<(String, String)>,
    /// What was wrong with what was posted.
    pub problems: Vec<String>,
    /// The address of older ones.
    pub next: Option<String>,
}

impl Page for DutiesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().duties_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Admin)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let text = |name: &str, label: &str, most: &str| {
            html! { div.field { label for=(name) { (label) } input id=(name) type="text" name=(name) required maxlength=(most); } }
        };
        html! {
            (back("/admin", t.menu_admin()))
            h1 { (t.duties_title()) }
            p.lead { (t.duties_lead()) }
            (problems(&self.problems, t))
            @if self.entries.is_empty() { p.empty { (t.duties_none()) } } @else {
                ul.cards { @for entry in &self.entries { (duty(entry, viewer)) } }
            }
            @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.data_older()) } } }
            section aria-labelledby="record" {
                h2 #record { (t.duties_record()) }
                form.fields method="post" action="/admin/duties" {
                    (text("plugin", t.duties_plugin(), "81"))
                    div.field {
                        label for="community" { (t.duties_community()) }
                        select #community name="community" {
                            option value="" { (t.duties_everywhere()) }
                            @for (code, name) in &self.communities { option value=(code) { (harmless(name)) } }
                        }
                    }
                    fieldset.field {
                        legend { (t.duties_fields()) }
                        @for (code, name) in &self.fields {
                            label.pick { input type="checkbox" name="field" value=(code); span { (harmless(name)) } }
                        }
                    }
                    (text("law-zh", t.duties_law_zh(), "60"))
                    (text("law-en", t.duties_law_en(), "200"))
                    (text("article-zh", t.duties_article_zh(), "600"))
                    (text("article-en", t.duties_article_en(), "2000"))
                    div.field { label for="until" { (t.duties_until()) } input #until type="date" name="until" required; }
                    div.submit { button type="submit" { (t.duties_record()) } }
                }
            }
        }
    }
}

fn duty(entry: &DutyEntry, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let button = |verb, label, destructive| PostButton {
        action: "/admin/duties/decide",
        values: if verb == "confirm" {
            &[("do", "confirm")]
        } else {
            &[("do", "end")]
        },
        label,
        destructive,
    };
    let with_id = |button: PostButton<'_>, question: &str, effect: &str| {
        let values = [button.values[0], ("duty", entry.id.as_str())];
        PostButton {
            values: &values,
            ..button
        }
        .confirm(question, effect, t)
    };
    html! {
        li.card {
            h2 { (harmless(&entry.law)) }
            p { (harmless(&entry.article)) }
            p { @match entry.state {
                DutyState::Waits(_) => (mark("warning", t.duties_waits())),
                DutyState::InForce => (mark("good", t.duties_in_force())),
                DutyState::Expired => (mark("neutral", t.duties_expired())),
                DutyState::Ended => (mark("neutral", t.duties_ended())),
            } }
            p { code { (entry.plugin) } " · " @match &entry.community { Some(name) => (harmless(name)), None => (t.duties_everywhere()) } }
            p { (harmless(&entry.fields.join(t.list_separator()))) }
            p.meta {
                (t.duties_by(harmless(&entry.proposer)))
                @if let Some(name) = &entry.confirmer { " · " (t.duties_confirmed_by(harmless(name))) }
                " · " (t.data_until(viewer.date(viewer.day_of(entry.expires))))
            }
            div.actions {
                @if entry.state == DutyState::Waits(true) {
                    (with_id(button("confirm", t.duties_confirm(), false), t.duties_confirm_question(), t.duties_confirm_effect()))
                }
                @if matches!(entry.state, DutyState::Waits(_) | DutyState::InForce) {
                    (with_id(button("end", t.duties_end(), true), t.duties_end_question(), t.duties_end_effect()))
                }
            }
        }
    }
}
