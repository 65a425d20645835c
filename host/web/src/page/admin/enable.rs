//! Enabling a release in a community: `POST` to its own address with a `grant` for each permission and `s.NAME` for each setting.

use super::settings::{self, Setting};
use crate::format::Viewer;
use crate::layout::{Page, Place};
use crate::part::{back, mark, problems};
use crate::render::harmless;
use maud::{Markup, html};

/// A permission to grant.
#[derive(Clone, Debug)]
pub struct AskedGrant {
    /// Such as `linli:host/records@0.1`.
    pub code: String,
    /// What it may do with it.
    pub meaning: String,
    /// Whether it works without it.
    pub optional: bool,
    /// Whether it is ticked.
    pub granted: bool,
}

/// Enable this release here?
#[derive(Clone, Debug, Default)]
pub struct EnablePage {
    /// This page's address, to which it posts.
    pub href: String,
    /// Hidden values: release, community.
    pub hidden: Vec<(String, String)>,
    /// The service with its version.
    pub service: String,
    /// Where.
    pub community: String,
    /// What it asks for.
    pub grants: Vec<AskedGrant>,
    /// Its settings, from [`settings::fields`].
    pub settings: Vec<Setting>,
    /// Why it could not be enabled.
    pub problems: Vec<String>,
}

impl Page for EnablePage {
    fn title(&self, viewer: &Viewer) -> String {
        viewer
            .text()
            .enable_title(harmless(&self.community), harmless(&self.service))
    }

    fn place(&self) -> Option<Place> {
        Some(Place::Installations)
    }

    fn body(&self, viewer: &Viewer) -> Markup {
        let t = viewer.text();
        html! {
            (back("/admin/installations", t.menu_installations()))
            h1 { (self.title(viewer)) }
            (problems(&self.problems, t))
            form.fields method="post" action=(self.href) {
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                fieldset.ask {
                    legend { (t.release_permissions()) }
                    p.hint { (t.enable_grants_hint()) }
                    @for grant in &self.grants {
                        label.pick.long {
                            input type="checkbox" name="grant" value=(grant.code) checked[grant.granted];
                            span {
                                (grant.meaning) " "
                                @if grant.optional { (mark("neutral", t.optional_permission())) } @else { (mark("info", t.necessary())) }
                                br; code.meta { (grant.code) }
                            }
                        }
                    }
                }
                @if !self.settings.is_empty() {
                    fieldset.ask {
                        legend { (t.settings()) }
                        @for setting in &self.settings { (settings::field(setting, t)) }
                    }
                }
                div.submit { button type="submit" { (t.enable_here(harmless(&self.community))) } p.effect { (t.enable_effect()) } }
            }
        }
    }
}
