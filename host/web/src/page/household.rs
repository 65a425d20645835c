//! A resident's household, who may act for them, and for whom they may: `POST /household/ask` with `name`, `known`, `scope` (`all`
//! or `some`), `service` (several) and `until`; `POST /household/revoke` with `resident` and `delegate`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::page::emergency::who_is_meant;
use crate::part::{PostButton, back};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// Somebody who lives there.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Whether they are the head.
    pub head: bool,
}

/// One person may act for another.
#[derive(Clone, Debug)]
pub struct DelegateEntry {
    /// The id of who is acted for.
    pub resident: String,
    /// The id of who acts.
    pub delegate: String,
    /// The name of the other than the reader.
    pub name: String,
    /// Whether by law.
    pub guardian: bool,
    /// Whether in all services that are not confidential.
    pub all: bool,
    /// Services that are named, by title.
    pub services: Vec<String>,
    /// Until when.
    pub until: Option<Instant>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct HouseholdPage {
    /// Whose, where it is not the reader's own.
    pub resident: Option<String>,
    /// Where they live.
    pub address: Option<String>,
    /// Who lives there.
    pub members: Vec<Member>,
    /// Who may act for them.
    pub delegates: Vec<DelegateEntry>,
    /// For whom the reader may act.
    pub represented: Vec<DelegateEntry>,
    /// Services that a delegation can name: plugin and title; nothing where the reader may ask nobody.
    pub services: Vec<(String, String)>,
    /// Whether the reader may ask somebody.
    pub may_ask: bool,
}

impl Page for HouseholdPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().household_title().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::MyData)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/my-data", t.menu_my_data()))
            h1 { @match &self.resident { Some(name) => (t.household_of(harmless(name))), None => (t.household_title()) } }
            section aria-labelledby="home" {
                h2 #home { (t.household_home()) }
                @if let Some(address) = &self.address { p { (harmless(address)) } }
                @if self.members.is_empty() { p.empty { (t.household_none()) } } @else {
                    ul { @for member in &self.members { li { (harmless(&member.name)) @if member.head { " · " (t.household_head()) } } } }
                }
            }
            section aria-labelledby="delegates" {
                h2 #delegates { (t.household_delegates()) }
                p { (t.household_delegates_lead()) }
                @if self.delegates.is_empty() { p.empty { (t.household_nobody()) } } @else {
                    ul.cards { @for entry in &self.delegates { (card(entry, self.may_ask && !entry.guardian, t.household_revoke(), viewer)) } }
                }
            }
            @if self.may_ask {
                section aria-labelledby="ask" {
                    h2 #ask { (t.household_ask()) }
                    form.fields method="post" action="/household/ask" {
                        p.hint { (t.household_ask_hint()) }
                        (who_is_meant("ask", t))
                        fieldset.field {
                            legend { (t.household_scope()) }
                            label.pick { input type="radio" name="scope" value="all" required checked; span { (t.household_all()) } }
                            label.pick { input type="radio" name="scope" value="some" required; span { (t.household_some()) } }
                        }
                        @if !self.services.is_empty() {
                            fieldset.field {
                                legend { (t.household_services()) }
                                @for (plugin, title) in &self.services {
                                    label.pick { input type="checkbox" name="service" value=(plugin); span { (harmless(title)) } }
                                }
                            }
                        }
                        div.field { label for="until" { (t.household_until()) } input #until type="date" name="until"; }
                        div.submit { button type="submit" { (t.household_ask()) } }
                    }
                }
            }
            @if !self.represented.is_empty() {
                section aria-labelledby="represented" {
                    h2 #represented { (t.household_represented()) }
                    ul.cards { @for entry in &self.represented { (card(entry, true, t.household_give_back(), viewer)) } }
                }
            }
        }
    }
}

fn card(entry: &DelegateEntry, may_end: bool, label: &str, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let name = harmless(&entry.name);
    html! {
        li.card {
            h3 { (name) }
            p { @if entry.guardian { (t.household_guardian()) } @else { (t.household_delegate()) } }
            p { @if entry.all { (t.household_all()) } @if entry.all && !entry.services.is_empty() { (t.list_separator()) } (harmless(&entry.services.join(t.list_separator()))) }
            @if let Some(until) = entry.until { p.meta { (t.data_until(viewer.instant(until))) } }
            @if may_end {
                (PostButton {
                    action: "/household/revoke",
                    values: &[("resident", &entry.resident), ("delegate", &entry.delegate)],
                    label,
                    destructive: true,
                }.confirm(&t.household_revoke_question(name.clone()), t.household_revoke_effect(), t))
            }
        }
    }
}
