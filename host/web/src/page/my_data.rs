//! My data: what I agreed to and who read what about me. `POST /my-data/withdraw` with `consent`,
//! `/my-data/object` with `plugin`; `/my-data/phone`, `/my-data/correct`, `/my-data/erase`; a copy at `/my-data/export.json`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::page::emergency::verdict;
use crate::part::PostButton;
use crate::render::harmless;
use linli_core::my_data::correction::Field;
use linli_domain::Instant;
use maud::{Markup, html};

/// A live consent.
#[derive(Clone, Debug)]
pub struct ConsentEntry {
    /// Its id.
    pub id: String,
    /// For which service.
    pub service: String,
    /// Its plugin.
    pub plugin: String,
    /// Who runs it.
    pub organisation: String,
    /// The field's name.
    pub field: String,
    /// What for.
    pub purpose: String,
    /// Whether the service stops working without it.
    pub necessary: bool,
    /// Whether it was asked for and given apart.
    pub separate: bool,
    /// Whether a guardian gave it for a child.
    pub by_guardian: bool,
    /// Since when.
    pub since: Instant,
    /// Until when.
    pub until: Option<Instant>,
}

/// Somebody read something.
#[derive(Clone, Debug)]
pub struct DisclosureEntry {
    /// When.
    pub at: Instant,
    /// Who: a person's or a service's name.
    pub who: String,
    /// Through which service.
    pub service: String,
    /// Which fields, by name.
    pub fields: Vec<String>,
    /// What for.
    pub purpose: String,
    /// On what basis, in words.
    pub basis: String,
    /// How often in a row, the last time at `at`.
    pub times: usize,
}

impl DisclosureEntry {
    /// Whether only the time differs.
    pub fn is_like(&self, other: &Self) -> bool {
        let same = |entry: &Self| {
            (
                entry.who.clone(),
                entry.service.clone(),
                entry.fields.clone(),
                entry.basis.clone(),
            )
        };
        same(self) == same(other) && self.purpose == other.purpose
    }
}

/// Whether the resident's appointments and bookings can be read as a calendar feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Subscription {
    /// Not for this reader to say.
    #[default]
    Hidden,
    /// There is none.
    Off,
    /// There is one since.
    Since(Instant),
}

/// Staff declared an emergency and opened the resident's data.
#[derive(Clone, Debug)]
pub struct OwnEmergency {
    /// When.
    pub at: Instant,
    /// Who.
    pub who: String,
    /// For which service.
    pub service: String,
    /// Why.
    pub reason: String,
    /// Whether an admin found it justified; none while nobody has reviewed it.
    pub justified: Option<bool>,
    /// What the admin wrote.
    pub note: String,
}

/// What is known about the resident and who saw it.
#[derive(Clone, Debug, Default)]
pub struct MyDataPage {
    /// Whose data, where it is not the reader's own.
    pub resident: Option<String>,
    /// Live consents, those of one service together.
    pub consents: Vec<ConsentEntry>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Whether the reader may ask for a copy, a correction or erasure: the person or a guardian.
    pub in_person: bool,
    /// Newest first.
    pub disclosures: Vec<DisclosureEntry>,
    /// The address of older disclosures.
    pub next: Option<String>,
    /// The calendar feed.
    pub feed: Subscription,
    /// Emergencies, newest first; nothing for delegates.
    pub emergencies: Vec<OwnEmergency>,
    /// Services whose records about the resident are locked, and since when.
    pub locked: Vec<(String, Instant)>,
}

impl Page for MyDataPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_my_data().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::MyData)
    }

    fn is_wide(&self) -> bool {
        true
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { @match &self.resident { Some(name) => (t.data_of(harmless(name))), None => (t.menu_my_data()) } }
            p.lead { (t.data_lead()) }
            ul.links {
                li { a href="/needs" { (t.needs_title()) } }
                li { a href="/household" { (t.household_title()) } }
            }
            section aria-labelledby="consents" {
                h2 #consents { (t.data_consents()) }
                @if self.consents.is_empty() { p.empty { (t.data_no_consents()) } } @else {
                    ul.cards {
                        @for entries in self.consents.chunk_by(|one, other| one.service == other.service) {
                            li.card {
                                h3 { (harmless(&entries[0].service)) }
                                p.meta { (t.by_organisation(harmless(&entries[0].organisation))) }
                                @for entry in entries {
                                    div.consent {
                                        p { strong { (harmless(&entry.field)) } " " (harmless(&entry.purpose)) }
                                        p.meta {
                                            (t.data_since(viewer.date(viewer.day_of(entry.since))))
                                            @if let Some(until) = entry.until { " · " (t.data_until(viewer.date(viewer.day_of(until)))) }
                                            @if entry.separate { " · " (t.data_separate()) }
                                            @if entry.by_guardian { " · " (t.data_by_guardian()) }
                                        }
                                        (withdraw(entry, viewer))
                                    }
                                }
                                @if self.in_person { (object(&entries[0], viewer)) }
                            }
                        }
                    }
                }
            }
            @if !self.locked.is_empty() {
                section aria-labelledby="locked" {
                    h2 #locked { (t.data_locked()) }
                    p { (t.data_locked_lead()) }
                    ul { @for (service, since) in &self.locked { li { (harmless(service)) " · " (t.data_since(viewer.date(viewer.day_of(*since)))) } } }
                }
            }
            @if !self.emergencies.is_empty() {
                section aria-labelledby="emergencies" {
                    h2 #emergencies { (t.emergency_of_mine()) }
                    ul.cards { @for emergency in &self.emergencies { li.card {
                        h3 { (harmless(&emergency.service)) }
                        p { (harmless(&emergency.reason)) }
                        p.meta { time datetime=(emergency.at.to_rfc3339()) { (viewer.instant(emergency.at)) } " · " (harmless(&emergency.who)) }
                        p { (verdict(emergency.justified, t)) @if !emergency.note.is_empty() { " " (harmless(&emergency.note)) } }
                    } } }
                }
            }
            @if self.in_person { (self.rights(viewer)) }
            (subscription(self.feed, viewer))
            section aria-labelledby="disclosures" {
                h2 #disclosures { (t.data_disclosures()) }
                @if self.disclosures.is_empty() { p.empty { (t.data_no_disclosures()) } } @else {
                    table.stack {
                        caption { (t.data_disclosures_caption()) }
                        thead { tr {
                            @for label in [t.data_when(), t.data_who(), t.data_what(), t.data_what_for(), t.data_basis()] { th scope="col" { (label) } }
                        } }
                        tbody {
                            @for entry in &self.disclosures { tr {
                                td data-label=(t.data_when()) { time datetime=(entry.at.to_rfc3339()) { (viewer.instant(entry.at)) }
                                    @if entry.times > 1 { br; span.meta { (t.data_times(entry.times)) } }
                                }
                                td data-label=(t.data_who()) { (harmless(&entry.who)) br; span.meta { (harmless(&entry.service)) } }
                                td data-label=(t.data_what()) { (harmless(&entry.fields.join(t.list_separator()))) }
                                td data-label=(t.data_what_for()) { (harmless(&entry.purpose)) }
                                td data-label=(t.data_basis()) { (harmless(&entry.basis)) }
                            } }
                        }
                    }
                    @if let Some(next) = &self.next { p.next { a.button.quiet href=(next) rel="next" { (t.data_older()) } } }
                }
            }
        }
    }
}

impl MyDataPage {
    /// What the law gives the person over their data.
    fn rights(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            section aria-labelledby="rights" {
                h2 #rights { (t.data_rights()) }
                p { a.button.quiet href="/my-data/export.json" download { (t.data_export()) } }
                form.fields method="post" action="/my-data/phone" {
                    div.field {
                        label for="phone" { (t.data_phone()) }
                        input #phone type="tel" name="phone" value=[self.phone.as_deref()] maxlength="30";
                    }
                    button type="submit" { (t.data_phone_save()) }
                }
                details {
                    summary { (t.data_correct()) }
                    form.fields method="post" action="/my-data/correct" {
                        p.hint { (t.data_correct_hint()) }
                        fieldset {
                            legend { (t.data_correct_what()) }
                            @for field in Field::ALL {
                                label.pick { input type="radio" name="field" value=(field.code()) required; span { (field.title().get(viewer.locale)) } }
                            }
                        }
                        div.field { label for="wanted" { (t.data_correct_wanted()) } input #wanted type="text" name="wanted" required maxlength="60"; }
                        div.field { label for="correct-reason" { (t.data_correct_reason()) } input #correct-reason type="text" name="reason" required maxlength="300"; }
                        button type="submit" { (t.data_correct_ask()) }
                    }
                }
                details {
                    summary { (t.data_erase()) }
                    form.fields method="post" action="/my-data/erase" {
                        p.hint { (t.data_erase_hint()) }
                        div.field { label for="erase-reason" { (t.data_erase_reason()) } input #erase-reason type="text" name="reason" maxlength="300"; }
                        button.danger type="submit" { (t.data_erase_ask()) }
                    }
                }
            }
        }
    }
}

fn object(entry: &ConsentEntry, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let button = PostButton {
        action: "/my-data/object",
        values: &[("plugin", &entry.plugin)],
        label: t.data_object(),
        destructive: false,
    };
    button.confirm(
        &t.data_object_question(harmless(&entry.service)),
        t.data_object_effect(),
        t,
    )
}

fn withdraw(entry: &ConsentEntry, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let button = PostButton {
        action: "/my-data/withdraw",
        values: &[("consent", &entry.id)],
        label: t.data_withdraw(),
        destructive: false,
    };
    let effect = if entry.necessary {
        t.data_withdraw_necessary(harmless(&entry.service))
    } else {
        t.data_withdraw_optional(harmless(&entry.service))
    };
    button.confirm(
        &t.data_withdraw_question(harmless(&entry.field), harmless(&entry.service)),
        &effect,
        t,
    )
}

fn subscription(feed: Subscription, viewer: &Viewer) -> Markup {
    let t = viewer.text();
    let button = |action, label| PostButton {
        action,
        values: &[],
        label,
        destructive: false,
    };
    let (make, revoke) = ("/my-data/feed", "/my-data/feed/revoke");
    html! {
        @if feed != Subscription::Hidden {
            section aria-labelledby="feed" {
                h2 #feed { (t.feed_title()) }
                p { (t.feed_lead()) }
                @if let Subscription::Since(since) = feed {
                    p.meta { (t.feed_since(viewer.date(viewer.day_of(since)))) }
                    (button(make, t.feed_anew()).confirm(t.feed_anew_question(), t.feed_anew_effect(), t))
                    (button(revoke, t.feed_revoke()).confirm(t.feed_revoke_question(), t.feed_revoke_effect(), t))
                } @else {
                    (button(make, t.feed_make()).plain("quiet"))
                }
            }
        }
    }
}
