//! `linli plugin build`: crate → core module → component with its manifest → `dist/`.

use super::package::Package;
use super::{file, toolchain};
use anyhow::{Context, Result, bail};
use clap::Args;
use linli_registry::Inspected;
use std::path::{Path, PathBuf};

/// `linli plugin build [DIR]…`
#[derive(Args, Debug)]
pub struct BuildArgs {
    /// Folders of plugins: each has a plugin.toml and a Cargo.toml
    #[arg(value_name = "DIR", default_value = ".")]
    dirs: Vec<PathBuf>,
}

impl BuildArgs {
    pub(super) fn run(self) -> Result<()> {
        for dir in &self.dirs {
            let built = build(dir)
                .with_context(|| format!("cannot build the plugin in {}", dir.display()))?;
            let Inspected {
                manifest,
                size,
                digest,
                ..
            } = &built.inspected;
            eprintln!(
                "Built {} {}: {}, SHA-256 {digest}",
                manifest.id,
                manifest.version,
                kilobytes(*size)
            );
            println!("{}", built.path.display());
        }
        Ok(())
    }
}

/// A plugin that was built.
#[derive(Debug)]
pub struct Built {
    /// The component file.
    pub path: PathBuf,
    /// What a host reads in it.
    pub inspected: Inspected,
}

/// Builds the plugin in `dir`.
///
/// # Errors
/// Where it doesn't compile, or a host would refuse the outcome; then nothing is written.
pub fn build(dir: &Path) -> Result<Built> {
    let package = Package::read(dir)?;
    let toolchain = toolchain::find(&package.dir)?;
    let target = package.dir.join("target/guest");
    eprintln!(
        "Compiling {} {} …",
        package.manifest.id, package.manifest.version
    );
    let status = toolchain
        .cargo(&package.dir)
        .args([
            "build",
            "--release",
            "--lib",
            "--target",
            toolchain::TARGET,
            "--target-dir",
        ])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(&package.local))
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("it does not compile; the compiler's messages stand above");
    }
    let module = target
        .join(toolchain::TARGET)
        .join("release")
        .join(format!("{}.wasm", package.library));
    let module =
        std::fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let component =
        linli_registry::manifest::embed(&componentise(&module)?, &package.manifest_text)?;
    let inspected = linli_registry::inspect(&component).context("a host would refuse it")?;

    let path = package.artefact();
    let dist = package.dir.join("dist");
    std::fs::create_dir_all(&dist)
        .with_context(|| format!("cannot create the folder {}", dist.display()))?;
    file::write(&path, &component)?;
    Ok(Built { path, inspected })
}

fn componentise(module: &[u8]) -> Result<Vec<u8>> {
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .context("it compiles, but is no plugin: does src/lib.rs register its service with linli-sdk's macro?")
}

/// Compiler flags that name the plugin's own crates, and no path of this machine, where code panics.
fn flags(local: &[(String, PathBuf)]) -> String {
    let crates = local.iter().map(|(name, dir)| (dir.clone(), name.clone()));
    toolchain::flags(toolchain::remapped().into_iter().chain(crates), &[])
}

/// Bytes as people read them.
pub(super) fn kilobytes(bytes: usize) -> String {
    format!("{} KB", bytes.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crates_own_folder_wins_over_the_home_folder() {
        let flags = flags(&[("hello".to_owned(), "/home/me/hello".into())]);
        assert!(
            flags.ends_with("\x1f--remap-path-prefix=/home/me/hello=hello"),
            "{flags}"
        );
        assert!(flags.contains("=registry"), "{flags}");
    }

    #[test]
    fn a_module_without_the_sdks_types_is_told_what_to_do() {
        assert!(
            componentise(b"\0asm\x01\0\0\0junk")
                .unwrap_err()
                .to_string()
                .contains("linli-sdk")
        );
    }
}
