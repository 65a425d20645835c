//! Releases, and uploading one: `POST /admin/releases` as multipart with the files `component` and `signature`.

use super::ReleaseState;
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::render::harmless;
use linli_domain::Instant;
use maud::{Markup, html};

/// A release in the list.
#[derive(Clone, Debug)]
pub struct ReleaseEntry {
    /// Its page.
    pub href: String,
    /// The service's name.
    pub title: String,
    /// `org/name`.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// Where it stands.
    pub state: ReleaseState,
    /// When it came.
    pub uploaded: Instant,
}

/// Why an upload was refused.
#[derive(Clone, Debug)]
pub struct UploadProblem {
    /// Which file.
    pub file: String,
    /// What is wrong and how to mend it, one or more.
    pub reasons: Vec<String>,
}

/// All releases.
#[derive(Clone, Debug, Default)]
pub struct ReleasesPage {
    /// Newest first.
    pub releases: Vec<ReleaseEntry>,
    /// The largest component that is taken, such as `16 MiB`.
    pub limit: String,
    /// Why the last upload was refused.
    pub problem: Option<UploadProblem>,
}

impl Page for ReleasesPage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer.text().menu_releases().to_owned()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Releases)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            h1 { (t.menu_releases()) }
            @if self.releases.is_empty() { p.empty { (t.releases_none()) } } @else {
                ul.cards { @for release in &self.releases { li.card {
                    h2 { a href=(release.href) { (harmless(&release.title)) " " (release.version) } " " (release.state.mark(t)) }
                    p.meta { code { (release.plugin) } " · " time datetime=(release.uploaded.to_rfc3339()) { (viewer.instant(release.uploaded)) } }
                } } }
            }
            section aria-labelledby="upload" {
                h2 #upload { (t.upload()) }
                p { (t.upload_lead()) }
                @if let Some(problem) = &self.problem {
                    div.notice.danger role="alert" {
                        p { strong.tone { (t.upload_refused(harmless(&problem.file))) } }
                        ul { @for reason in &problem.reasons { li { (harmless(reason)) } } }
                        p { (t.upload_nothing_lost()) }
                    }
                }
                form.fields method="post" action="/admin/releases" enctype="multipart/form-data" {
                    div.field {
                        label for="component" { (t.upload_component()) }
                        p.hint #component-about { (t.upload_component_hint(self.limit.as_str())) }
                        input #component type="file" name="component" accept=".wasm,application/wasm" required aria-describedby="component-about";
                    }
                    div.field {
                        label for="signature" { (t.upload_signature()) }
                        p.hint #signature-about { (t.upload_signature_hint()) }
                        input #signature type="file" name="signature" accept=".minisig" required aria-describedby="signature-about";
                    }
                    div.submit { button type="submit" { (t.upload_button()) } }
                }
            }
        }
    }
}
