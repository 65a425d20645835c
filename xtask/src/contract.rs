//! Whether `wit/` still fits plugins that were built against what was frozen; `wit/frozen/README.md` says how to freeze.

use crate::cargo;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use wit_parser::{Resolve, WorldId};

/// The world of everything: more exports in it break nobody, since each of them is looked up on its own and has a world
/// for itself.
const EVERYTHING: &str = "everything";

/// Compares the contract with its newest frozen version.
pub fn check() -> Result<()> {
    let wit = cargo::root().join("wit");
    let frozen = newest(&wit.join("frozen"))?;
    compare(&frozen, &wit).with_context(|| {
        format!(
            "wit/ no longer fits plugins that were built against {}: undo that edit, or see wit/frozen/README.md",
            cargo::told(&frozen)
        )
    })
}

/// The folder of the newest version.
fn newest(frozen: &Path) -> Result<PathBuf> {
    let entries =
        fs::read_dir(frozen).with_context(|| format!("cannot read {}", frozen.display()))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter_map(|path| Some((number(&path)?, path)))
        .max()
        .map(|(_, path)| path)
        .with_context(|| format!("{} holds no version", frozen.display()))
}

/// The version that names a folder, such as 0.1.
fn number(folder: &Path) -> Option<(u32, u32)> {
    let (major, minor) = folder.file_name()?.to_str()?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// Whether every world of `old` but that of everything is in `new`, and compatible.
fn compare(old: &Path, new: &Path) -> Result<()> {
    let mut resolve = Resolve::default();
    let renamed = tempfile::tempdir()?;
    // One resolve holds no package twice: the old one gets a version of its own. The comparison ignores versions.
    for package in ["host", "plugin"] {
        let folder = renamed.path().join(package);
        fs::create_dir(&folder)?;
        for file in fs::read_dir(old.join(package))?.flatten() {
            let text = fs::read_to_string(file.path())?;
            fs::write(folder.join(file.file_name()), as_old(&text))?;
        }
    }
    let was = load(&mut resolve, renamed.path())?;
    let is = load(&mut resolve, new)?;
    for (name, old) in was.iter().filter(|(name, _)| name != EVERYTHING) {
        let Some((_, new)) = is.iter().find(|(known, _)| known == name) else {
            bail!("the world {name} is gone");
        };
        wit_component::semver_check(resolve.clone(), *old, *new)
            .with_context(|| format!("the world {name} has changed"))?;
    }
    Ok(())
}

/// A file of the contract with another patch version of our packages.
fn as_old(text: &str) -> String {
    let mut old = String::with_capacity(text.len());
    for line in text.lines() {
        let names_package = line.contains("linli:host") || line.contains("linli:plugin");
        if !line.trim_start().starts_with("//") && names_package {
            old.push_str(&line.replace(".0;", ".99999;").replace(".0.{", ".99999.{"));
        } else {
            old.push_str(line);
        }
        old.push('\n');
    }
    old
}

/// The worlds of the contract in a folder, by name.
fn load(resolve: &mut Resolve, wit: &Path) -> Result<Vec<(String, WorldId)>> {
    resolve.push_dir(wit.join("host"))?;
    let (package, _) = resolve.push_dir(wit.join("plugin"))?;
    let worlds = &resolve.packages[package].worlds;
    Ok(worlds
        .iter()
        .map(|(name, id)| (name.clone(), *id))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comparing the contract with itself after an edit of one file says.
    fn edited(file: &str, from: &str, to: &str) -> Result<()> {
        let wit = cargo::root().join("wit");
        let copy = tempfile::tempdir()?;
        for package in ["host", "plugin"] {
            fs::create_dir(copy.path().join(package))?;
            for entry in fs::read_dir(wit.join(package))?.flatten() {
                let name = Path::new(package).join(entry.file_name());
                let mut text = fs::read_to_string(entry.path())?;
                if name == Path::new(file) {
                    assert!(text.contains(from), "{file} has no {from}");
                    text = text.replacen(from, to, 1);
                }
                fs::write(copy.path().join(name), text)?;
            }
        }
        compare(&wit, copy.path())
    }

    #[test]
    fn what_adds_is_welcome_and_what_breaks_is_refused() {
        let now = "  now: func() -> instant;";
        let more =
            "  now: func() -> instant;\n  @since(version = 0.1.0)\n  later: func() -> instant;";
        edited("host/context.wit", now, more).unwrap();
        for (file, from, to) in [
            ("host/context.wit", now, ""),
            ("host/context.wit", now, "  now: func() -> u32;"),
            (
                "host/types.wit",
                "record person-ref { id: string }",
                "record person-ref { id: string, key: u8 }",
            ),
            (
                "plugin/pages.wit",
                "    yes-no,\n",
                "    yes-no,\n    secret,\n",
            ),
            (
                "plugin/timers.wit",
                "fired: func(timer: fired-timer)",
                "fired: func(timer: fired-timer, again: bool)",
            ),
            ("plugin/world.wit", "world with-timers", "world with-clocks"),
        ] {
            assert!(edited(file, from, to).is_err(), "{file}: {to}");
        }
    }

    #[test]
    fn versions_are_numbers() {
        let frozen = tempfile::tempdir().unwrap();
        for name in ["0.9", "0.10", "readme.md"] {
            fs::create_dir(frozen.path().join(name)).unwrap();
        }
        assert!(newest(frozen.path()).unwrap().ends_with("0.10"));
    }
}
