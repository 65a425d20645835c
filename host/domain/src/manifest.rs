//! `plugin.toml`: what a plugin says of itself. It adds purpose and detail to what its imports ask for; it can hide none of them.

use crate::case::Sla;
use crate::outbound::Recipient;
use crate::{Localised, PluginId};
use semver::Version;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The manifest, embedded in the component as the custom section [`Manifest::SECTION`] in TOML.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// `organisation/plugin`.
    pub id: PluginId,
    /// The release's version (semver 2.0).
    pub version: Version,
    /// An SPDX licence expression.
    pub licence: String,
    /// The service's name, as residents read it.
    pub title: Localised,
    /// What it does for them, in one or two sentences.
    pub summary: Localised,
    /// Whether it is in no delegation that does not name it, as counselling or legal aid may be.
    #[serde(default)]
    pub confidential: bool,
    /// The record format that this release writes.
    #[serde(default = "one")]
    pub writes: u32,
    /// The oldest record format that it reads; it reads all from there to `writes`.
    #[serde(default = "one")]
    pub reads_from: u32,
    /// Interfaces (such as `linli:host/records`) without which it still works: where they are not granted, calls are denied.
    #[serde(default)]
    pub optional_imports: BTreeSet<String>,
    /// Its pages. The page of a path is the entry with the longest `path` that the path begins with.
    pub pages: Vec<PageEntry>,
    /// Role codes of its organisation's staff that it knows.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Fields of persons that it reads or shows, by code.
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    /// Collections of records.
    #[serde(default)]
    pub collections: BTreeMap<String, Collection>,
    /// Messages that notices are made of.
    #[serde(default)]
    pub messages: BTreeMap<String, Localised>,
    /// Types of the cases that it opens.
    #[serde(default)]
    pub case_types: BTreeMap<String, CaseKind>,
    /// Recipients outside the host that it sends requests to, by code; an admin grants each.
    #[serde(default)]
    pub outbound: BTreeMap<String, Recipient>,
    /// Settings: a JSON Schema (draft 2020-12) of type object whose properties have defaults.
    #[serde(default)]
    pub settings: Option<serde_json::Value>,
}

fn one() -> u32 {
    1
}

/// A page, or a part of the pages, and who may open it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PageEntry {
    /// Begins with `/`.
    pub path: String,
    /// Shown in menus.
    pub title: Localised,
    /// `resident` (with delegates and guardians), or codes of `[roles]`.
    pub audience: BTreeSet<String>,
    /// Whether menus list it.
    #[serde(default)]
    pub menu: bool,
    /// Codes of `[fields]` that it reads: the consent page asks for all of them at once.
    #[serde(default)]
    pub fields: BTreeSet<String>,
}

/// The audience code of residents and of those who act for them.
pub const RESIDENT_AUDIENCE: &str = "resident";

/// A role of the organisation's staff.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role's name.
    pub title: Localised,
}

/// A field of persons that the plugin reads or shows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What for, as the resident reads it on the consent page.
    pub purpose: Localised,
    /// Whether the service cannot work without it.
    #[serde(default)]
    pub necessary: bool,
}

/// What a collection of records holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Collection {
    /// What for.
    pub purpose: Localised,
    /// Whether it holds sensitive personal data (PIPL art. 28).
    #[serde(default)]
    pub sensitive: bool,
    /// How long a record is kept after its last change, in days (1–36,500).
    pub retention_days: u32,
    /// The article by which the law has records kept for that time, even where the person asks for erasure (PIPL art. 47).
    #[serde(default)]
    pub kept_by_law: Option<Localised>,
}

/// A type of the cases that it opens.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CaseKind {
    /// Its name.
    pub title: Localised,
    /// How many minutes of working time may pass until the first response.
    pub response_minutes: i64,
    /// How many minutes of working time may pass until it is resolved.
    pub resolution_minutes: i64,
    /// Whether only those who deal with a case may see it.
    #[serde(default)]
    pub confidential: bool,
}

impl CaseKind {
    /// How much working time it allows.
    pub fn sla(&self) -> Sla {
        Sla {
            response_minutes: self.response_minutes,
            resolution_minutes: self.resolution_minutes,
        }
    }
}

impl Manifest {
    /// The name of the custom section that holds it.
    pub const SECTION: &str = "linli:plugin.toml";

    /// The entry that governs a path: the one with the longest prefix, by whole segments.
    pub fn page_of(&self, path: &str) -> Option<&PageEntry> {
        self.pages
            .iter()
            .filter(|page| {
                page.path == "/"
                    || path
                        .strip_prefix(page.path.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|page| page.path.len())
    }

    /// What is wrong with it beyond its shape, each with the place and the mend.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut text = |place: &str, text: &Localised, max: usize| {
            for (language, text) in [("zh", &text.zh), ("en", &text.en)] {
                if text.trim().is_empty() || text.chars().count() > max {
                    problems.push(format!("{place}.{language} must have 1–{max} characters"));
                }
            }
        };
        text("title", &self.title, 40);
        text("summary", &self.summary, 300);
        for page in &self.pages {
            text(&format!("pages '{}' title", page.path), &page.title, 40);
        }
        for (code, role) in &self.roles {
            text(&format!("roles.{code}.title"), &role.title, 40);
        }
        for (code, field) in &self.fields {
            text(&format!("fields.{code}.purpose"), &field.purpose, 200);
        }
        for (code, collection) in &self.collections {
            text(
                &format!("collections.{code}.purpose"),
                &collection.purpose,
                200,
            );
            if let Some(law) = &collection.kept_by_law {
                text(&format!("collections.{code}.kept-by-law"), law, 200);
            }
        }
        for (code, kind) in &self.case_types {
            text(&format!("case-types.{code}.title"), &kind.title, 40);
        }
        for (key, message) in &self.messages {
            text(&format!("messages.{key}"), message, 500);
        }
        for (code, recipient) in &self.outbound {
            text(&format!("outbound.{code}.purpose"), &recipient.purpose, 200);
            for (name, secret) in &recipient.secrets {
                let place = format!("outbound.{code}.secrets.{name}.title");
                text(&place, &secret.title, 40);
            }
        }
        if self.pages.is_empty() {
            problems.push("pages is empty: add one [[pages]] entry with path = \"/\"".to_owned());
        }
        for page in &self.pages {
            if !page.path.starts_with('/')
                || (page.path.len() > 1 && page.path.ends_with('/'))
                || page.path.len() > 200
            {
                problems.push(format!("pages '{}': a path begins with '/', does not end with it and has at most 200 bytes", page.path));
            }
            if page.audience.is_empty() {
                problems.push(format!(
                    "pages '{}': audience is empty: name \"resident\" or a code of [roles]",
                    page.path
                ));
            }
            for code in &page.audience {
                if code != RESIDENT_AUDIENCE && !self.roles.contains_key(code) {
                    problems.push(format!(
                        "pages '{}': audience '{code}' is not declared under [roles]",
                        page.path
                    ));
                }
            }
            for code in &page.fields {
                if !self.fields.contains_key(code) {
                    problems.push(format!(
                        "pages '{}': field '{code}' is not declared under [fields]",
                        page.path
                    ));
                }
            }
        }
        for code in self.fields.keys() {
            if crate::profile::ProfileField::from_code(code).is_none() {
                problems.push(format!(
                    "fields.{code}: no such field; there are {}",
                    crate::profile::ProfileField::codes().join(", ")
                ));
            }
        }
        for code in self
            .roles
            .keys()
            .chain(self.collections.keys())
            .chain(self.messages.keys())
            .chain(self.case_types.keys())
            .chain(self.outbound.keys())
        {
            if !crate::id::is_slug(code) {
                problems.push(format!(
                    "'{code}' is no code: use 1–40 of a–z, 0–9 and '-', beginning with a letter"
                ));
            }
        }
        for (code, collection) in &self.collections {
            if !(1..=36_500).contains(&collection.retention_days) {
                problems.push(format!("collections.{code}.retention-days must be 1–36500"));
            }
        }
        for (code, kind) in &self.case_types {
            if !kind.sla().is_valid() {
                problems.push(format!(
                    "case-types.{code}: response-minutes and resolution-minutes must be 1–{}, the first no longer than the second",
                    Sla::MAX_MINUTES
                ));
            }
        }
        for (key, message) in &self.messages {
            if placeholders(&message.zh) != placeholders(&message.en) {
                problems.push(format!(
                    "messages.{key}: both languages must have the same {{placeholders}}"
                ));
            }
        }
        for (code, recipient) in &self.outbound {
            problems.extend(recipient.problems(code));
        }
        if self.writes == 0 || self.reads_from == 0 || self.reads_from > self.writes {
            problems.push(
                "writes and reads-from are at least 1, and reads-from is not above writes"
                    .to_owned(),
            );
        }
        problems
    }
}

/// The names between braces in a message.
pub fn placeholders(message: &str) -> BTreeSet<&str> {
    message
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        serde_json::from_value(serde_json::json!({
            "id": "a/b", "version": "1.0.0", "licence": "MIT",
            "title": { "zh": "甲", "en": "A" }, "summary": { "zh": "乙", "en": "B" },
            "pages": [
                { "path": "/", "title": { "zh": "甲", "en": "A" }, "audience": ["resident"] },
                { "path": "/day", "title": { "zh": "甲", "en": "A" }, "audience": ["worker"] },
            ],
            "roles": { "worker": { "title": { "zh": "甲", "en": "A" } } },
        }))
        .unwrap()
    }

    #[test]
    fn the_longest_prefix_by_whole_segments_governs_a_path() {
        let manifest = manifest();
        assert_eq!(manifest.page_of("/day/2").unwrap().path, "/day");
        assert_eq!(manifest.page_of("/days").unwrap().path, "/");
        assert!(manifest.problems().is_empty());
    }

    #[test]
    fn problems_name_the_place() {
        let mut manifest = manifest();
        manifest.pages[1].audience.insert("nurse".into());
        manifest
            .messages
            .insert("booked".into(), Localised::new("在 {when}", "at {where}"));
        manifest.title.en = String::new();
        let problems = manifest.problems().join("\n");
        for part in ["title.en", "'nurse'", "messages.booked"] {
            assert!(problems.contains(part), "{problems}");
        }
    }
}
