//! Organisations, and a new one: `POST /admin/organisations` with `code`, `zh`, `en`.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::problems;
use crate::render::harmless;
use maud::{Markup, html};

/// An organisation in the list.
#[derive(Clone, Debug)]
pub struct OrganisationEntry {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How many live keys it has.
    pub keys: usize,
    /// How many releases.
    pub releases: usize,
}

/// All organisations of the district.
#[derive(Clone, Debug, Default)]
pub struct OrganisationsPage {
    /// By name.
    pub organisations: Vec<OrganisationEntry>,
    /// What was typed and refused: code, Chinese name, English name.
    pub typed: [String; 3],
    /// Why.
    pub problems: Vec<String>,
}

impl Page for OrganisationsPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_organisations().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Organisations)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let [code, zh, en] = &self.typed;
        html! {
            h1 { (t.menu_organisations()) }
            @if self.organisations.is_empty() { p.empty { (t.organisations_none()) } } @else {
                ul.cards {
                    @for organisation in &self.organisations { li.card {
                        h2 { a href={ "/admin/organisations/" (organisation.code) } { (harmless(&organisation.name)) } }
                        p.meta { code { (organisation.code) } " · " (t.organisation_counts(organisation.keys, organisation.releases)) }
                    } }
                }
            }
            section aria-labelledby="new" {
                h2 #new { (t.organisation_new()) }
                (problems(&self.problems, t))
                form.fields method="post" action="/admin/organisations" {
                    div.field {
                        label for="code" { (t.organisation_code()) }
                        p.hint #code-about { (t.organisation_code_hint()) }
                        input #code name="code" value=(code) required maxlength="40" pattern="[a-z][a-z0-9\\-]*" autocapitalize="none" spellcheck="false" aria-describedby="code-about";
                    }
                    div.field { label for="zh" { (t.name_zh()) } input #zh name="zh" value=(zh) required maxlength="40" lang="zh-CN"; }
                    div.field { label for="en" { (t.name_en()) } input #en name="en" value=(en) required maxlength="80" lang="en"; }
                    div.submit { button type="submit" { (t.organisation_create()) } }
                }
            }
        }
    }
}
