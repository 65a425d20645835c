//! The manifest inside the component file: put in at build, read out at upload.

use crate::section::{COMPONENT_HEADER, sections};
use linli_domain::Manifest;
use wasm_encoder::{ComponentSection, CustomSection};

/// The longest manifest that is taken, in bytes.
pub const MAX_MANIFEST: usize = 256 * 1024;

/// Why there is no usable manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The bytes are no component.
    #[error("the file is not a WebAssembly component")]
    NotAComponent,
    /// The sections cannot be walked.
    #[error("the component is damaged: {0}")]
    Damaged(String),
    /// There is none.
    #[error(
        "the component carries no manifest: build it with `linli plugin build`, which embeds plugin.toml as the custom section '{}'",
        Manifest::SECTION
    )]
    Missing,
    /// There is more than one.
    #[error("the component carries {0} manifests: there must be exactly one custom section '{section}'", section = Manifest::SECTION)]
    Several(usize),
    /// It is too long.
    #[error("the manifest has {0} bytes: at most {MAX_MANIFEST} are taken")]
    TooLong(usize),
    /// It is not a manifest in TOML.
    #[error("plugin.toml does not read as a manifest: {0}")]
    Syntax(String),
}

/// Reads a manifest's text (`plugin.toml`).
///
/// # Errors
/// [`ManifestError::Syntax`] with line and column, or [`ManifestError::TooLong`].
pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
    if text.len() > MAX_MANIFEST {
        return Err(ManifestError::TooLong(text.len()));
    }
    toml::from_str(text)
        .map_err(|error| ManifestError::Syntax(error.to_string().trim_end().to_owned()))
}

/// The component with this manifest in place of any it had, and with the usual metadata sections (`version`,
/// `description`, `licenses`) that registries read.
///
/// # Errors
/// Where `component` is no component or `toml` is no manifest.
pub fn embed(component: &[u8], toml: &str) -> Result<Vec<u8>, ManifestError> {
    let manifest = parse(toml)?;
    if !component.starts_with(&COMPONENT_HEADER) {
        return Err(ManifestError::NotAComponent);
    }
    let ours = [
        (Manifest::SECTION, toml.to_owned()),
        ("version", manifest.version.to_string()),
        ("description", manifest.summary.en),
        ("licenses", manifest.licence),
    ];
    let sections =
        sections(component).map_err(|error| ManifestError::Damaged(error.to_string()))?;
    let mut out = COMPONENT_HEADER.to_vec();
    for section in sections {
        let replaced = section
            .custom
            .is_some_and(|(name, _)| ours.iter().any(|(ours, _)| *ours == name));
        if !replaced {
            out.extend_from_slice(section.whole);
        }
    }
    for (name, data) in &ours {
        CustomSection {
            name: (*name).into(),
            data: data.as_bytes().into(),
        }
        .append_to_component(&mut out);
    }
    Ok(out)
}

/// The manifest of a component, and its text.
///
/// # Errors
/// Where there is none, more than one, or one that does not read.
pub fn read(component: &[u8]) -> Result<(Manifest, String), ManifestError> {
    if !component.starts_with(&COMPONENT_HEADER) {
        return Err(ManifestError::NotAComponent);
    }
    let sections =
        sections(component).map_err(|error| ManifestError::Damaged(error.to_string()))?;
    let found: Vec<&[u8]> = sections
        .iter()
        .filter_map(|section| section.custom)
        .filter(|(name, _)| *name == Manifest::SECTION)
        .map(|(_, data)| data)
        .collect();
    let data = match found.as_slice() {
        [] => return Err(ManifestError::Missing),
        [data] => *data,
        several => return Err(ManifestError::Several(several.len())),
    };
    if data.len() > MAX_MANIFEST {
        return Err(ManifestError::TooLong(data.len()));
    }
    let text = std::str::from_utf8(data)
        .map_err(|error| ManifestError::Syntax(format!("it is not UTF-8: {error}")))?;
    Ok((parse(text)?, text.to_owned()))
}
