//! Cargo's extra commands, each at a fixed version, installed for this user where missing.

use crate::{cargo, machine};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A tool from crates.io.
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Licences, bans, sources, advisories.
pub const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};
/// Dependencies that nothing uses.
pub const MACHETE: Tool = Tool {
    name: "cargo-machete",
    version: "0.9.2",
};

impl Tool {
    /// The tool's binary, installed first where it is missing.
    pub fn ensure(&self) -> Result<PathBuf> {
        let folder = machine::cache_folder()?.join("tools");
        let binary = folder.join("bin").join(self.name);
        if self.is_ready(&binary) {
            return Ok(binary);
        }
        eprintln!(
            "Installing {} {} into {} (once, some minutes) …",
            self.name,
            self.version,
            folder.display()
        );
        let mut install = cargo::cargo(&["install", "--locked", "--quiet", "--root"]);
        install
            .arg(&folder)
            .arg(format!("{}@{}", self.name, self.version));
        // The workspace's own build folder would be filled with what only this tool needs.
        install.env_remove("CARGO_TARGET_DIR");
        cargo::run(&mut install)
            .with_context(|| format!("cannot install {}. Is there a network?", self.name))?;
        Ok(binary)
    }

    fn is_ready(&self, binary: &PathBuf) -> bool {
        let answer = Command::new(binary)
            .arg("--version")
            .stderr(Stdio::null())
            .output();
        answer.is_ok_and(|answer| {
            String::from_utf8_lossy(&answer.stdout)
                .split_whitespace()
                .any(|word| word == self.version)
        })
    }
}
