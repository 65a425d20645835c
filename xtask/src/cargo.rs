//! Calling cargo and other programs, and what cargo knows of packages.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_owned)
}

/// The folders of the guests: the SDK, the plugin that tests call the host with, then each plugin. They stand outside the
/// workspace.
pub fn guests() -> Result<Vec<PathBuf>> {
    let mut guests = vec![root().join("sdk/rust"), probe()];
    guests.extend(plugins()?);
    Ok(guests)
}

/// The folder of the plugin that tests call the host with.
pub fn probe() -> PathBuf {
    root().join("tests/probe")
}

/// The folders of the plugins that ship with Linli.
pub fn plugins() -> Result<Vec<PathBuf>> {
    let folder = root().join("plugins");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut plugins: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("plugin.toml").is_file())
        .collect();
    plugins.sort();
    Ok(plugins)
}

/// A path as it is told: from the root of the checkout where it is inside.
pub fn told(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// cargo, in the root of the checkout.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).current_dir(root());
    // What `cargo xtask` says of xtask itself would have build scripts that look at it run anew after a plain `cargo build`.
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| describes_xtask(&name.to_string_lossy()))
    {
        cargo.env_remove(name);
    }
    cargo
}

fn describes_xtask(name: &str) -> bool {
    let prefixes = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];
    name == "CARGO" || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// cargo for a guest's package. All guests share one folder for what they build for this machine.
pub fn guest_cargo(guest: &Path, arguments: &[&str]) -> Result<Command> {
    let mut cargo = cargo(arguments);
    cargo
        .current_dir(guest)
        .env("CARGO_TARGET_DIR", target_folder()?.join("guests"));
    Ok(cargo)
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Result<()> {
    let text = line(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{text}`"))?;
    if !status.success() {
        bail!("`{text}` failed ({status}); its messages stand above");
    }
    Ok(())
}

/// Runs a command and answers what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let text = line(command);
    let answer = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{text}`"))?;
    if !answer.status.success() {
        bail!(
            "`{text}` failed ({}); its messages stand above",
            answer.status
        );
    }
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// A command as one would type it.
fn line(command: &Command) -> String {
    let words = [command.get_program()]
        .into_iter()
        .chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// What `cargo metadata` tells, as far as it matters here.
#[derive(Deserialize)]
pub struct Metadata {
    /// All packages, members and dependencies.
    pub packages: Vec<Package>,
    /// Ids of the workspace's own packages.
    pub workspace_members: Vec<String>,
    /// Where cargo builds.
    pub target_directory: PathBuf,
}

/// A package.
#[derive(Deserialize)]
pub struct Package {
    /// Opaque.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it depends on, directly.
    pub dependencies: Vec<Dependency>,
}

/// A direct dependency.
#[derive(Deserialize)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
}

/// What cargo knows of the package or workspace in a folder; with `arguments` such as `--no-deps`.
pub fn metadata(folder: &Path, arguments: &[&str]) -> Result<Metadata> {
    let mut command = cargo(&["metadata", "--format-version", "1"]);
    let text = output(command.args(arguments).current_dir(folder))?;
    serde_json::from_str(&text).context("cargo metadata answered something unexpected")
}

/// Where the workspace builds.
pub fn target_folder() -> Result<PathBuf> {
    Ok(metadata(&root(), &["--no-deps"])?.target_directory)
}

/// Builds the host and answers where its binary is. Built as a part of the workspace, it shares every dependency with the
/// tests.
pub fn build_host() -> Result<PathBuf> {
    run(&mut cargo(&["build", "--workspace", "--bins"]))?;
    Ok(target_folder()?.join("debug/linli"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_developer_set_reaches_the_inner_cargo() {
        assert!(describes_xtask("CARGO_MANIFEST_DIR") && describes_xtask("CARGO_PKG_NAME"));
        assert!(!describes_xtask("CARGO_TARGET_DIR") && !describes_xtask("CARGO_HOME"));
    }
}
