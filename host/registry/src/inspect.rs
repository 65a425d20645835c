//! What a component file is, asks for and offers, read from the binary alone.

use crate::manifest::{self, ManifestError};
use crate::settings;
use linli_domain::Manifest;
use linli_domain::permission::{OFFERED, Permission};
use semver::Version;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

/// The largest component file that is taken, in bytes: 32 MiB, room for a Python guest.
pub const MAX_COMPONENT: usize = 32 * 1024 * 1024;

/// The WebAssembly that guests may use: version 2.0 with what componentisers emit, no threads, no garbage collection, no
/// asynchronous components. The engine is configured to the same.
pub const FEATURES: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::COMPONENT_MODEL);

/// The SHA-256 of a component file, in 64 lower-case hexadecimal digits: what a release is known by.
pub fn digest(component: &[u8]) -> String {
    Sha256::digest(component)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// An interface of `linli:plugin` that a component exports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PluginExport {
    /// `linli:plugin/pages`; every plugin has it.
    Pages,
    /// `linli:plugin/timers`: the plugin can be called back.
    Timers,
    /// `linli:plugin/replies`: it is told what became of its requests.
    Replies,
}

impl PluginExport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pages, Self::Timers, Self::Replies];

    /// The interface without its version.
    pub fn interface(self) -> &'static str {
        match self {
            Self::Pages => "linli:plugin/pages",
            Self::Timers => "linli:plugin/timers",
            Self::Replies => "linli:plugin/replies",
        }
    }
}

/// A component that this host may take.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// See [`digest`].
    pub digest: String,
    /// Bytes of the file.
    pub size: usize,
    /// What it says of itself.
    pub manifest: Manifest,
    /// The manifest's text, as embedded.
    pub manifest_text: String,
    /// Permissions that it asks for and cannot work without.
    pub required: BTreeSet<Permission>,
    /// Permissions that it asks for and, by its manifest, can work without.
    pub optional: BTreeSet<Permission>,
    /// What it exports of `linli:plugin`.
    pub exports: BTreeSet<PluginExport>,
}

impl Inspected {
    /// All permissions that it asks for.
    pub fn permissions(&self) -> BTreeSet<Permission> {
        self.required.union(&self.optional).cloned().collect()
    }
}

/// Why a file is refused. Every text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// Too large.
    #[error("the file has {size} bytes: a component may have at most {MAX_COMPONENT} (32 MiB)")]
    TooLarge {
        /// Bytes of the file.
        size: usize,
    },
    /// Not WebAssembly.
    #[error(
        "the file is not WebAssembly: upload the .wasm file that `linli plugin build` writes to dist/"
    )]
    NotWasm,
    /// A core module.
    #[error(
        "the file is a core WebAssembly module, not a component: build it with `linli plugin build`, which makes a component of it"
    )]
    CoreModule,
    /// Ends too early.
    #[error(
        "the file ends too early, at byte {at}: it was cut off while it was copied or sent; send it again"
    )]
    Truncated {
        /// Where more was expected.
        at: usize,
    },
    /// Does not validate.
    #[error("the file is not a valid component: {message} (at byte {at})")]
    Invalid {
        /// What the validator says.
        message: String,
        /// Where.
        at: usize,
    },
    /// Imports that the host does not offer, all of them.
    #[error("it imports what this host does not offer: {}", list(.0))]
    RefusedImports(Vec<RefusedImport>),
    /// For another host.
    #[error("it is a component for another world: a plugin exports linli:plugin/pages@0.1, this one exports {}", names(.exports))]
    AnotherWorld {
        /// What it exports.
        exports: Vec<String>,
    },
    /// No manifest, or none that reads.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A manifest that contradicts itself or the component.
    #[error("plugin.toml has {} to mend: {}", problems(.0.len()), .0.join("; "))]
    ManifestProblems(Vec<String>),
}

/// An import that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedImport {
    /// As it stands in the binary.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}

fn list(imports: &[RefusedImport]) -> String {
    let all: Vec<String> = imports
        .iter()
        .map(|import| format!("{} ({})", import.name, import.reason))
        .collect();
    all.join("; ")
}

fn names(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

fn problems(count: usize) -> String {
    if count == 1 {
        "one thing".to_owned()
    } else {
        format!("{count} things")
    }
}

/// Looks at a component file without running anything of it: what it is, what it imports, exports and says of itself.
/// Safe on any bytes. Takes up to a second on the largest files: call it where blocking is allowed.
///
/// # Errors
/// The first of [`InspectError`] that holds, in the order in which they are declared; lists are complete.
pub fn inspect(bytes: &[u8]) -> Result<Inspected, InspectError> {
    if bytes.len() > MAX_COMPONENT {
        return Err(InspectError::TooLarge { size: bytes.len() });
    }
    check_header(bytes)?;
    Validator::new_with_features(FEATURES)
        .validate_all(bytes)
        .map_err(|error| invalid(&error))?;
    let surface = Surface::of(bytes)?;
    let asked = surface.permissions()?;
    let exports = surface.plugin_exports()?;
    let (manifest, manifest_text) = manifest::read(bytes)?;
    let mut problems = manifest.problems();
    for interface in &manifest.optional_imports {
        if !asked
            .iter()
            .any(|permission| permission.interface() == interface)
        {
            problems.push(format!("optional-imports: '{interface}' is not imported; name interfaces as linli:host/NAME"));
        }
    }
    if let Some(Err(problem)) = manifest.settings.as_ref().map(settings::check_schema) {
        problems.push(problem);
    }
    if !problems.is_empty() {
        return Err(InspectError::ManifestProblems(problems));
    }
    let (optional, required) = asked
        .into_iter()
        .partition(|permission| manifest.optional_imports.contains(permission.interface()));
    Ok(Inspected {
        digest: digest(bytes),
        size: bytes.len(),
        manifest,
        manifest_text,
        required,
        optional,
        exports,
    })
}

fn check_header(bytes: &[u8]) -> Result<(), InspectError> {
    const MAGIC: &[u8; 4] = b"\0asm";
    match bytes.get(..8) {
        None if !bytes.is_empty() && MAGIC.starts_with(bytes.get(..4).unwrap_or(bytes)) => {
            Err(InspectError::Truncated { at: bytes.len() })
        }
        Some(header) if header.starts_with(MAGIC) => match header {
            [_, _, _, _, _, _, 0, 0] => Err(InspectError::CoreModule),
            _ => Ok(()),
        },
        _ => Err(InspectError::NotWasm),
    }
}

fn invalid(error: &wasmparser::BinaryReaderError) -> InspectError {
    let message = error.message();
    if message.contains("unexpected end") {
        InspectError::Truncated { at: error.offset() }
    } else {
        InspectError::Invalid {
            message: message.to_owned(),
            at: error.offset(),
        }
    }
}

/// The names that a component's top level imports and exports.
struct Surface {
    imports: BTreeSet<String>,
    exports: BTreeSet<String>,
}

impl Surface {
    fn of(bytes: &[u8]) -> Result<Self, InspectError> {
        let mut surface = Self {
            imports: BTreeSet::new(),
            exports: BTreeSet::new(),
        };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(|error| invalid(&error))? {
                Payload::Version {
                    encoding: Encoding::Module,
                    ..
                } if depth == 0 => return Err(InspectError::CoreModule),
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        surface.imports.insert(
                            import
                                .map_err(|error| invalid(&error))?
                                .name
                                .name
                                .to_owned(),
                        );
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        surface.exports.insert(
                            export
                                .map_err(|error| invalid(&error))?
                                .name
                                .name
                                .to_owned(),
                        );
                    }
                }
                _ => {}
            }
        }
        Ok(surface)
    }

    fn permissions(&self) -> Result<BTreeSet<Permission>, InspectError> {
        let mut asked = BTreeSet::new();
        let mut refused = Vec::new();
        for name in &self.imports {
            match permission_of(name) {
                Ok(permission) => asked.extend(permission),
                Err(reason) => refused.push(RefusedImport {
                    name: name.clone(),
                    reason,
                }),
            }
        }
        if refused.is_empty() {
            Ok(asked)
        } else {
            Err(InspectError::RefusedImports(refused))
        }
    }

    fn plugin_exports(&self) -> Result<BTreeSet<PluginExport>, InspectError> {
        let exports: BTreeSet<PluginExport> = PluginExport::ALL
            .into_iter()
            .filter(|export| {
                self.exports.iter().any(|name| {
                    name.split_once('@').is_some_and(|(interface, version)| {
                        interface == export.interface() && range(version).as_deref() == Some("0.1")
                    })
                })
            })
            .collect();
        if exports.contains(&PluginExport::Pages) {
            Ok(exports)
        } else {
            Err(InspectError::AnotherWorld {
                exports: self.exports.iter().take(50).cloned().collect(),
            })
        }
    }
}

/// The compatible range of a version: its major or, below 1.0, `0.MINOR`. None for what is no version or a pre-release.
fn range(version: &str) -> Option<String> {
    let version = Version::parse(version).ok()?;
    match (version.pre.is_empty(), version.major) {
        (false, _) => None,
        (true, 0) => Some(format!("0.{}", version.minor)),
        (true, major) => Some(major.to_string()),
    }
}

/// The permission that an import asks for (`types` asks for none), or why it is refused.
fn permission_of(name: &str) -> Result<Option<Permission>, String> {
    let (interface, version) = name.split_once('@').unwrap_or((name, ""));
    if interface.starts_with("wasi:") {
        return Err(
            "plugins get no WASI; use linli:host, and let your toolchain stub WASI out".to_owned(),
        );
    }
    if !interface.starts_with("linli:host/") {
        return Err("only interfaces of linli:host can be imported".to_owned());
    }
    let range = range(version);
    let offered = |offered: &str| match &range {
        Some(range) if range == offered => Ok(()),
        _ => Err(format!("this host offers {interface} at {offered}")),
    };
    if interface == "linli:host/types" {
        return offered("0.1").map(|()| None);
    }
    match OFFERED
        .iter()
        .find(|candidate| candidate.interface == interface)
    {
        Some(found) => offered(found.version).map(|()| Some(found.permission())),
        None => {
            let names: Vec<&str> = OFFERED
                .iter()
                .filter_map(|offered| offered.interface.strip_prefix("linli:host/"))
                .collect();
            Err(format!("no such interface; there are {}", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        id = "a/b"
        version = "1.0.0"
        licence = "MIT"
        title = { zh = "甲", en = "A" }
        summary = { zh = "乙", en = "B" }
        [[pages]]
        path = "/"
        title = { zh = "甲", en = "A" }
        audience = ["resident"]
    "#;
    const PAGES: &str = r#"(instance $p) (export "linli:plugin/pages@0.1.0" (instance $p))"#;

    fn component(body: &str, toml: &str) -> Vec<u8> {
        let bytes = wat::parse_str(format!("(component {body})")).unwrap();
        manifest::embed(&bytes, toml).unwrap()
    }

    fn import(name: &str) -> String {
        format!(r#"(import "{name}" (instance))"#)
    }

    #[test]
    fn a_plugin_is_its_imports_its_exports_and_its_manifest() {
        let body = [
            &import("linli:host/types@0.1.0"),
            &import("linli:host/records@0.1.3"),
            &import("linli:host/log@0.1.0"),
            PAGES,
        ]
        .concat();
        let toml = MANIFEST.replace(
            "version",
            "optional-imports = [\"linli:host/log\"]\nversion",
        );
        let inspected = inspect(&component(&body, &toml)).unwrap();
        assert_eq!(
            inspected.required,
            BTreeSet::from([Permission("linli:host/records@0.1".into())])
        );
        assert_eq!(
            inspected.optional,
            BTreeSet::from([Permission("linli:host/log@0.1".into())])
        );
        assert_eq!(inspected.exports, BTreeSet::from([PluginExport::Pages]));
        assert_eq!(inspected.manifest_text, toml);
        assert_eq!(inspected.digest.len(), 64);
    }

    #[test]
    fn embedding_again_replaces_the_manifest() {
        let once = component(PAGES, MANIFEST);
        let twice = manifest::embed(&once, &MANIFEST.replace("1.0.0", "1.1.0")).unwrap();
        assert_eq!(
            manifest::read(&twice).unwrap().0.version.to_string(),
            "1.1.0"
        );
        assert_eq!(manifest::embed(&twice, MANIFEST).unwrap(), once);
    }

    #[test]
    fn a_manifest_in_a_nested_component_does_not_count_and_two_are_one_too_many() {
        let bytes = wat::parse_str(format!(
            r#"(component (component (@custom "linli:plugin.toml" "id = 1")) {PAGES})"#
        ))
        .unwrap();
        assert_eq!(
            inspect(&bytes).unwrap_err(),
            InspectError::Manifest(ManifestError::Missing)
        );
        let two = r#"(@custom "linli:plugin.toml" "a") (@custom "linli:plugin.toml" "b")"#;
        let bytes = wat::parse_str(format!("(component {two} {PAGES})")).unwrap();
        assert_eq!(
            inspect(&bytes).unwrap_err(),
            InspectError::Manifest(ManifestError::Several(2))
        );
    }

    #[test]
    fn every_import_that_is_not_offered_is_named() {
        let names = [
            "wasi:cli/environment@0.2.6",
            "linli:host/ballots@0.1.0",
            "linli:host/records@0.2.0",
            "acme:x/y@1.0.0",
            "linli:host/log@0.1.0-rc.1",
        ];
        let body: String = names.iter().map(|name| import(name)).collect();
        let error = inspect(&component(&(body + PAGES), MANIFEST)).unwrap_err();
        let InspectError::RefusedImports(refused) = &error else {
            panic!("{error}")
        };
        assert_eq!(refused.len(), names.len());
        for name in names {
            assert!(error.to_string().contains(name), "{error}");
        }
        let body = r#"(import "run" (func))"#.to_owned() + PAGES;
        assert!(
            inspect(&component(&body, MANIFEST))
                .unwrap_err()
                .to_string()
                .contains("run")
        );
    }

    #[test]
    fn what_is_no_plugin_is_told_apart() {
        assert_eq!(inspect(b"").unwrap_err(), InspectError::NotWasm);
        assert_eq!(
            inspect(b"PK\x03\x04 some archive").unwrap_err(),
            InspectError::NotWasm
        );
        assert_eq!(
            inspect(&wat::parse_str("(module)").unwrap()).unwrap_err(),
            InspectError::CoreModule
        );
        assert_eq!(
            inspect(&vec![0; MAX_COMPONENT + 1]).unwrap_err(),
            InspectError::TooLarge {
                size: MAX_COMPONENT + 1
            }
        );
        let other = r#"(instance $p) (export "wasi:http/incoming-handler@0.2.0" (instance $p))"#;
        let error = inspect(&component(other, MANIFEST)).unwrap_err();
        assert!(
            matches!(error, InspectError::AnotherWorld { .. })
                && error
                    .to_string()
                    .contains("wasi:http/incoming-handler@0.2.0")
        );
        let newer = PAGES.replace("0.1.0", "0.2.0");
        assert!(
            inspect(&component(&newer, MANIFEST))
                .unwrap_err()
                .to_string()
                .contains("linli:plugin/pages@0.2.0")
        );
    }

    #[test]
    fn the_manifest_must_agree_with_the_component() {
        let toml = MANIFEST.replace(
            "version",
            "optional-imports = [\"linli:host/log\"]\nversion",
        ) + "[settings]\ntype = \"array\"";
        let error = inspect(&component(PAGES, &toml)).unwrap_err().to_string();
        assert!(
            error.contains("linli:host/log") && error.contains("type = \"object\""),
            "{error}"
        );
    }

    #[test]
    fn a_file_cut_off_anywhere_is_refused() {
        let whole = component(
            &[
                &import("linli:host/log@0.1.0"),
                "(core module (func (export \"x\")))",
                PAGES,
            ]
            .concat(),
            MANIFEST,
        );
        // What follows the manifest are whole metadata sections: cut between them, the file is a component without them.
        let manifest_ends = whole.len()
            - ["version", "1.0.0", "description", "B", "licenses", "MIT"]
                .concat()
                .len()
            - 3 * 3;
        for length in 0..manifest_ends {
            assert!(inspect(&whole[..length]).is_err(), "{length}");
        }
        assert!(matches!(
            inspect(&whole[..6]).unwrap_err(),
            InspectError::Truncated { .. }
        ));
        assert!(matches!(
            inspect(&whole[..manifest_ends - 1]).unwrap_err(),
            InspectError::Truncated { .. }
        ));
    }

    #[test]
    fn flipped_bits_never_panic() {
        let whole = component(
            &[
                &import("linli:host/log@0.1.0"),
                "(core module (func (export \"x\")))",
                PAGES,
            ]
            .concat(),
            MANIFEST,
        );
        for at in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            let _ = inspect(&bytes);
        }
    }
}
