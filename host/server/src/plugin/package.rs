//! A plugin's folder: what its `plugin.toml` and its `Cargo.toml` say, and whether they agree.

use super::toolchain;
use anyhow::{Context, Result, bail};
use linli_domain::Manifest;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A plugin in its folder.
#[derive(Debug)]
pub struct Package {
    /// The folder, absolute.
    pub dir: PathBuf,
    /// The manifest.
    pub manifest: Manifest,
    /// Its text.
    pub manifest_text: String,
    /// The crate's library, as its file is named (`hello` of `hello.wasm`).
    pub library: String,
    /// Name and folder of each crate that comes from a path and not from a registry, itself included.
    pub local: Vec<(String, PathBuf)>,
}

impl Package {
    /// Reads a plugin's folder.
    pub fn read(dir: &Path) -> Result<Self> {
        let dir = dir
            .canonicalize()
            .with_context(|| format!("there is no folder {}", dir.display()))?;
        let path = dir.join("plugin.toml");
        let manifest_text = std::fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}: a plugin's folder has plugin.toml and Cargo.toml; `linli plugin new` writes one", path.display())
        })?;
        let manifest = linli_registry::manifest::parse(&manifest_text)
            .with_context(|| format!("in {}", path.display()))?;
        let problems = manifest.problems();
        if !problems.is_empty() {
            bail!(
                "{} needs mending:\n  - {}",
                path.display(),
                problems.join("\n  - ")
            );
        }
        let metadata = Metadata::of(&dir)?;
        let root = metadata.root(&dir)?;
        let library = root.library()?;
        if root.version != manifest.version.to_string() {
            bail!(
                "the versions differ: {} in plugin.toml, {} in Cargo.toml. Make them the same: a release is known by it",
                manifest.version,
                root.version
            );
        }
        let local = metadata
            .packages
            .iter()
            .filter(|package| package.source.is_none())
            .filter_map(|package| {
                Some((
                    package.name.clone(),
                    package.manifest_path.parent()?.to_owned(),
                ))
            })
            .collect();
        Ok(Self {
            dir,
            manifest,
            manifest_text,
            library,
            local,
        })
    }

    /// Where the built component goes.
    pub fn artefact(&self) -> PathBuf {
        let Manifest { id, version, .. } = &self.manifest;
        self.dir.join("dist").join(format!(
            "{}-{}-{version}.wasm",
            id.organisation(),
            id.plugin()
        ))
    }
}

/// What `cargo metadata` tells, as far as it matters here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    version: String,
    source: Option<String>,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

impl Metadata {
    fn of(dir: &Path) -> Result<Self> {
        if !dir.join("Cargo.toml").is_file() {
            bail!(
                "there is no Cargo.toml in {}: so far, plugins are built from Rust",
                dir.display()
            );
        }
        let answer = toolchain::clean_cargo(dir)
            .args([
                "metadata",
                "--format-version",
                "1",
                "--filter-platform",
                toolchain::TARGET,
            ])
            .stderr(Stdio::inherit())
            .output()
            .context(
                "cannot start cargo: install Rust (https://rustup.rs) and have it on the PATH",
            )?;
        if !answer.status.success() {
            bail!(
                "cargo cannot read the package in {}; its messages stand above",
                dir.display()
            );
        }
        serde_json::from_slice(&answer.stdout)
            .context("cargo metadata answered something unexpected")
    }

    fn root(&self, dir: &Path) -> Result<&Crate> {
        self.packages
            .iter()
            .find(|package| {
                package
                    .manifest_path
                    .parent()
                    .is_some_and(|folder| folder.canonicalize().is_ok_and(|folder| folder == dir))
            })
            .with_context(|| format!("{}/Cargo.toml has no [package]", dir.display()))
    }
}

impl Crate {
    /// The library's file name without its ending.
    fn library(&self) -> Result<String> {
        self.targets
            .iter()
            .find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
            .map(|target| target.name.replace('-', "_"))
            .with_context(|| {
                format!(
                    "{} must build a cdylib: add to it\n  [lib]\n  crate-type = [\"cdylib\"]",
                    self.manifest_path.display()
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(version: &str, crate_type: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("src/lib.rs"), "").unwrap();
        std::fs::write(
            folder.path().join("Cargo.toml"),
            format!("[package]\nname = 'my-hello'\nversion = '{version}'\n[lib]\ncrate-type = ['{crate_type}']\n[workspace]\n"),
        )
        .unwrap();
        std::fs::write(
            folder.path().join("plugin.toml"),
            r#"id = "my/hello"
            version = "1.0.0"
            licence = "MIT"
            title = { zh = "甲", en = "A" }
            summary = { zh = "乙", en = "B" }
            pages = [{ path = "/", title = { zh = "甲", en = "A" }, audience = ["resident"] }]"#,
        )
        .unwrap();
        folder
    }

    #[test]
    fn a_folder_says_what_it_builds() {
        let folder = plugin("1.0.0", "cdylib");
        let package = Package::read(folder.path()).unwrap();
        assert_eq!(package.library, "my_hello");
        assert!(package.artefact().ends_with("dist/my-hello-1.0.0.wasm"));
        assert_eq!(package.local.len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_mend() {
        let told =
            |folder: &tempfile::TempDir| format!("{:#}", Package::read(folder.path()).unwrap_err());
        assert!(
            told(&plugin("1.0.1", "cdylib")).contains("1.0.0 in plugin.toml, 1.0.1 in Cargo.toml")
        );
        assert!(told(&plugin("1.0.0", "lib")).contains("crate-type"));
        let folder = plugin("1.0.0", "cdylib");
        std::fs::write(folder.path().join("plugin.toml"), "id = 'x'").unwrap();
        assert!(told(&folder).contains("line 1"), "{}", told(&folder));
        std::fs::remove_file(folder.path().join("plugin.toml")).unwrap();
        assert!(told(&folder).contains("linli plugin new"));
    }
}
