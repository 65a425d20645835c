//! One release and what it asks for, in plain language: `POST …/approve`, `POST …/reject` with `reason`.

use super::ReleaseState;
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{PostButton, back, mark, problems};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// An interface that the component imports.
#[derive(Clone, Debug)]
pub struct AskedPermission {
    /// Such as `linli:host/records@0.1`.
    pub code: String,
    /// What it may do with it.
    pub meaning: String,
    /// Whether it works without it.
    pub optional: bool,
}

/// A field of persons that it reads or shows.
#[derive(Clone, Debug)]
pub struct ReadField {
    /// Its name.
    pub title: String,
    /// What for.
    pub purpose: String,
    /// Whether it cannot work without it.
    pub necessary: bool,
    /// Whether it is sensitive.
    pub sensitive: bool,
}

/// A collection of records that it keeps.
#[derive(Clone, Debug)]
pub struct AskedCollection {
    /// Its code.
    pub code: String,
    /// What for.
    pub purpose: String,
    /// Whether it holds sensitive data.
    pub sensitive: bool,
    /// How long a record is kept.
    pub retention_days: u32,
}

/// A recipient outside the host.
#[derive(Clone, Debug)]
pub struct AskedRecipient {
    /// Its hosts.
    pub hosts: Vec<String>,
    /// What for.
    pub purpose: String,
    /// Whether data of persons go there.
    pub persons_data: bool,
}

/// A page and who may open it.
#[derive(Clone, Debug)]
pub struct AskedPage {
    /// Its path.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Who: names of roles, or residents.
    pub audience: Vec<String>,
}

/// A release under review.
#[derive(Clone, Debug)]
pub struct ReleasePage {
    /// Its address, `/admin/releases/ID`.
    pub href: String,
    /// The service's name.
    pub title: String,
    /// What it does.
    pub summary: String,
    /// `org/name`.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// Who publishes it.
    pub organisation: String,
    /// Its licence.
    pub licence: String,
    /// SHA-256 of the component, in hexadecimal.
    pub digest: String,
    /// The component's size in bytes.
    pub size: u64,
    /// Where it stands.
    pub state: ReleaseState,
    /// When it came.
    pub uploaded: Instant,
    /// The label of the key that signed it.
    pub signed_by: String,
    /// Whether that key was revoked since.
    pub key_revoked: bool,
    /// What it imports.
    pub permissions: Vec<AskedPermission>,
    /// What it reads of persons.
    pub fields: Vec<ReadField>,
    /// What it keeps.
    pub collections: Vec<AskedCollection>,
    /// Whom it sends requests to.
    pub recipients: Vec<AskedRecipient>,
    /// What it shows to whom.
    pub pages: Vec<AskedPage>,
    /// Why a decision could not be taken.
    pub problems: Vec<String>,
}

impl Page for ReleasePage {
    fn title(&self, _: &Viewer) -> String {
        format!("{} {}", self.title, self.version)
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Releases)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/admin/releases", t.menu_releases()))
            h1 { (harmless(&self.title)) " " (self.version) " " (self.state.mark(t)) }
            p.lead { (harmless(&self.summary)) }
            (problems(&self.problems, t))
            dl.facts {
                div { dt { (t.release_plugin()) } dd { code { (self.plugin) } } }
                div { dt { (t.release_publisher()) } dd { (harmless(&self.organisation)) } }
                div { dt { (t.release_signature()) } dd {
                    (t.release_signed_by(harmless(&self.signed_by))) " "
                    @if self.key_revoked { (mark("danger", t.release_key_revoked())) } @else { (mark("good", t.release_signature_good())) }
                } }
                div { dt { (t.release_licence()) } dd { (harmless(&self.licence)) } }
                div { dt { (t.release_uploaded()) } dd { time datetime=(self.uploaded.to_rfc3339()) { (viewer.instant(self.uploaded)) } } }
                div { dt { (t.release_size()) } dd { (crate::format::number(f64::from(u32::try_from(self.size / 1024).unwrap_or(u32::MAX)))) " KiB" } }
                div { dt { "SHA-256" } dd { code.long { (self.digest) } } }
            }
            (self.asks(viewer))
            (self.decision(viewer))
        }
    }
}

impl ReleasePage {
    fn asks(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            section aria-labelledby="permissions" {
                h2 #permissions { (t.release_permissions()) }
                p.hint { (t.release_permissions_hint()) }
                @if self.permissions.is_empty() { p.empty { (t.release_no_permissions()) } } @else {
                    ul.plain { @for permission in &self.permissions { li {
                        p {
                            (permission.meaning)
                            @if permission.optional { " " (mark("neutral", t.optional_permission())) }
                        }
                        p.meta { code { (harmless(&permission.code)) } }
                    } } }
                }
            }
            section aria-labelledby="fields" {
                h2 #fields { (t.release_fields()) }
                @if self.fields.is_empty() { p.empty { (t.release_no_fields()) } } @else {
                    dl.facts { @for field in &self.fields { div {
                        dt { (harmless(&field.title)) }
                        dd {
                            (harmless(&field.purpose)) " "
                            @if field.necessary { (mark("info", t.necessary())) } @else { (mark("neutral", t.optional_field())) }
                            @if field.sensitive { " " (mark("warning", t.sensitive())) }
                        }
                    } } }
                }
            }
            section aria-labelledby="collections" {
                h2 #collections { (t.release_collections()) }
                @if self.collections.is_empty() { p.empty { (t.release_no_collections()) } } @else {
                    dl.facts { @for collection in &self.collections { div {
                        dt { code { (harmless(&collection.code)) } }
                        dd {
                            (harmless(&collection.purpose)) " "
                            @if collection.sensitive { (mark("warning", t.sensitive())) " " }
                            span.meta { (t.retention(collection.retention_days)) }
                        }
                    } } }
                }
            }
            @if !self.recipients.is_empty() { section aria-labelledby="recipients" {
                h2 #recipients { (t.recipients_title()) }
                p.hint { (t.release_recipients_hint()) }
                dl.facts { @for recipient in &self.recipients { div {
                    dt { @for host in &recipient.hosts { code { (harmless(host)) } " " } }
                    dd {
                        (harmless(&recipient.purpose)) " "
                        @if recipient.persons_data { (mark("warning", t.recipient_persons_data())) }
                    }
                } } }
            } }
            section aria-labelledby="pages" {
                h2 #pages { (t.release_pages()) }
                dl.facts { @for page in &self.pages { div {
                    dt { (harmless(&page.title)) " " code { (harmless(&page.path)) } }
                    dd { (harmless(&page.audience.join(t.list_separator()))) }
                } } }
            }
        }
    }

    fn decision(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        let name = format!("{} {}", harmless(&self.title), self.version);
        html! {
            section aria-labelledby="decision" {
                h2 #decision { (t.release_decision()) }
                div.actions {
                    @if self.state == ReleaseState::Waiting {
                        div.action { (PostButton { action: &format!("{}/approve", self.href), values: &[("digest", &self.digest)], label: t.release_approve(), destructive: false }
                            .confirm(&t.release_approve_question(name.as_str()), t.release_approve_effect(), t)) }
                        div.action { details.confirm.danger {
                            summary { (t.release_reject()) "…" }
                            form.ask method="post" action={ (self.href) "/reject" } {
                                p.question { (t.release_reject_question(name.as_str())) }
                                p.effect { strong.warn { (t.destructive()) } " " (t.release_reject_effect()) }
                                div.field { label for="reason" { (t.release_reject_reason()) } textarea #reason name="reason" rows="3" required maxlength="500" {} }
                                button.danger type="submit" { (t.release_reject()) }
                            }
                        } }
                    } @else if self.state == ReleaseState::Approved {
                        p { (t.release_enable_hint()) " " a.button.quiet href="/admin/installations" { (t.menu_installations()) } }
                    } @else {
                        p { (t.release_rejected_hint()) }
                    }
                }
            }
        }
    }
}
