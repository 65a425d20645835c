//! Emergencies for an organisation's staff: `POST /emergencies` with `service` (an installation), `name`, `known` and `reason`
//! declares one.

use crate::format::Viewer;
use crate::i18n::Text;
use crate::layout::Page;
use crate::part::{mark, problems};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// One that the reader declared.
#[derive(Clone, Debug)]
pub struct DeclaredEntry {
    /// Of whom.
    pub resident: String,
    /// For which service.
    pub service: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// When it closes, or did.
    pub closes: Instant,
    /// Whether an admin found it justified; none while nobody has reviewed it.
    pub justified: Option<bool>,
    /// What the admin wrote.
    pub note: String,
}

/// The reader's own, and the form for another.
#[derive(Clone, Debug, Default)]
pub struct EmergenciesPage {
    /// The services for which the reader works: id of the installation, title and community.
    pub services: Vec<(String, String)>,
    /// Newest first.
    pub declared: Vec<DeclaredEntry>,
    /// What was wrong with what was posted.
    pub problems: Vec<String>,
}

/// What an admin found.
pub(crate) fn verdict(justified: Option<bool>, t: Text) -> Markup {
    match justified {
        None => mark("warning", t.emergency_waits()),
        Some(true) => mark("good", t.emergency_justified()),
        Some(false) => mark("danger", t.emergency_unjustified()),
    }
}

/// Fields that say who is meant: a name, and what only who knows them knows.
pub(crate) fn who_is_meant(prefix: &str, t: Text) -> Markup {
    let (name, known) = (format!("{prefix}-name"), format!("{prefix}-known"));
    let hint = format!("{prefix}-hint");
    html! {
        div.field { label for=(name) { (t.meant_name()) } input id=(name) type="text" name="name" required maxlength="60" autocomplete="off"; }
        div.field {
            label for=(known) { (t.meant_known()) }
            p.hint id=(hint) { (t.meant_hint()) }
            input id=(known) type="text" name="known" required maxlength="40" autocomplete="off" aria-describedby=(hint);
        }
    }
}

impl Page for EmergenciesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().emergency_title().to_owned()
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.emergency_title()) }
            p.lead { (t.emergency_lead()) }
            (problems(&self.problems, t))
            section aria-labelledby="declare" {
                h2 #declare { (t.emergency_declare()) }
                @if self.services.is_empty() { p.empty { (t.emergency_no_service()) } } @else {
                    form.fields method="post" action="/emergencies" {
                        fieldset.field {
                            legend { (t.emergency_service()) }
                            @for (id, title) in &self.services {
                                label.pick { input type="radio" name="service" value=(id) required checked[self.services.len() == 1]; span { (harmless(title)) } }
                            }
                        }
                        (who_is_meant("emergency", t))
                        div.field { label for="emergency-reason" { (t.emergency_reason()) } textarea #emergency-reason name="reason" required maxlength="300" rows="3" {} }
                        p.hint { (t.emergency_effect()) }
                        div.submit { button.danger type="submit" { (t.emergency_declare()) } }
                    }
                }
            }
            section aria-labelledby="declared" {
                h2 #declared { (t.emergency_own()) }
                @if self.declared.is_empty() { p.empty { (t.emergency_none()) } } @else {
                    ul.cards { @for entry in &self.declared { li.card {
                        h3 { (harmless(&entry.resident)) " · " (harmless(&entry.service)) }
                        p { (harmless(&entry.reason)) }
                        p.meta { time datetime=(entry.at.to_rfc3339()) { (viewer.instant(entry.at)) } " · " (t.emergency_closes(viewer.instant(entry.closes))) }
                        p { (verdict(entry.justified, t)) @if !entry.note.is_empty() { " " (harmless(&entry.note)) } }
                    } } }
                }
            }
        }
    }
}
