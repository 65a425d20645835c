//! One organisation: `POST …/keys` with `key` adds a signing key, `POST …/keys/revoke` with `id` revokes one.

use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark, problems};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// A minisign public key.
#[derive(Clone, Debug)]
pub struct KeyEntry {
    /// Its id here.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The key in base64, as minisign writes it.
    pub key: String,
    /// Since when it is trusted.
    pub added: Instant,
    /// Since when it is not any more.
    pub revoked: Option<Instant>,
}

/// An organisation with its keys and releases.
#[derive(Clone, Debug, Default)]
pub struct OrganisationPage {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its keys.
    pub keys: Vec<KeyEntry>,
    /// Its releases: name with version, and page.
    pub releases: Vec<(String, String)>,
    /// A key that was typed and refused.
    pub typed: String,
    /// Why.
    pub problems: Vec<String>,
}

impl Page for OrganisationPage {
    fn title(&self, _: &Viewer) -> String {
        self.name.clone()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Organisations)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let keys = format!("/admin/organisations/{}/keys", self.code);
        html! {
            (back("/admin/organisations", t.menu_organisations()))
            h1 { (harmless(&self.name)) }
            p.meta { code { (self.code) } }
            section aria-labelledby="keys" {
                h2 #keys { (t.keys()) }
                p { (t.keys_lead()) }
                @if self.keys.is_empty() { p.empty { (t.keys_none()) } } @else {
                    ul.cards { @for key in &self.keys { li.card {
                        h3 {
                            (harmless(&key.label)) " "
                            @if key.revoked.is_some() { (mark("neutral", t.key_revoked())) } @else { (mark("good", t.key_live())) }
                        }
                        p { code.long { (key.key) } }
                        p.meta {
                            (t.key_added(viewer.date(viewer.day_of(key.added))))
                            @if let Some(revoked) = key.revoked { " · " (t.key_revoked_on(viewer.date(viewer.day_of(revoked)))) }
                        }
                        @if key.revoked.is_none() {
                            (PostButton { action: &format!("{keys}/revoke"), values: &[("id", &key.id)], label: t.key_revoke(), destructive: true }
                                .confirm(&t.key_revoke_question(harmless(&key.label)), t.key_revoke_effect(), t))
                        }
                    } } }
                }
                form.fields method="post" action=(keys) {
                    h3 { (t.key_add()) }
                    (problems(&self.problems, t))
                    div.field {
                        label for="key" { (t.key_public()) }
                        p.hint #key-about { (t.key_public_hint()) }
                        textarea #key name="key" rows="3" required maxlength="500" spellcheck="false" aria-describedby="key-about" { "\n" (self.typed) }
                    }
                    div.submit { button type="submit" { (t.key_add()) } }
                }
            }
            section aria-labelledby="releases" {
                h2 #releases { (t.menu_releases()) }
                @if self.releases.is_empty() { p.empty { (t.organisation_no_releases()) } } @else {
                    ul.links { @for (name, href) in &self.releases { li { a href=(href) { (harmless(name)) } } } }
                }
            }
        }
    }
}
