//! What tests and plugins need on this machine: looked for, and installed where it is missing and we may.

use crate::step::Steps;
use crate::{cargo, debian};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something that must be there, how to find it, and the Debian packages that bring it.
struct Need {
    name: &'static str,
    found: fn() -> bool,
    packages: &'static [&'static str],
}

/// What the tests need. The demo needs none of it.
const NEEDS: [Need; 5] = [
    Need {
        name: "PostgreSQL server",
        found: postgres,
        packages: &["postgresql"],
    },
    Need {
        name: "Chromium",
        found: || on_path("chromium"),
        packages: &["chromium"],
    },
    Need {
        name: "ChromeDriver",
        found: || on_path("chromedriver"),
        packages: &["chromium-driver"],
    },
    Need {
        name: "a font with Chinese characters",
        found: chinese_font,
        packages: &["fonts-noto-cjk", "fontconfig"],
    },
    Need {
        name: "npm",
        found: || on_path("npm"),
        packages: &["npm"],
    },
];

/// The checker of accessibility that the browser test runs on each page, and its version.
const AXE: (&str, &str) = ("axe-core", "4.14.1");

/// `cargo xtask setup`
pub fn run() -> Result<()> {
    let mut steps = Steps::new(3);
    let mut linli = PathBuf::new();
    steps.run("Looking for what the tests need", || {
        install().map(|()| Vec::new())
    })?;
    steps.run("Building the host (the first time 5 to 10 minutes)", || {
        linli = cargo::build_host()?;
        Ok(Vec::new())
    })?;
    steps.run("Finding the compiler for plugins", || {
        guest_compiler(&linli).map(|()| Vec::new())
    })?;
    eprintln!("{}", steps.summary());
    Ok(())
}

/// Installs what the tests need and lack.
pub fn install() -> Result<()> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| {
            let found = (need.found)();
            eprintln!(
                "  {}: {}",
                need.name,
                if found { "found" } else { "missing" }
            );
            !found
        })
        .collect();
    if !missing.is_empty() {
        let packages: Vec<&str> = missing
            .iter()
            .flat_map(|need| need.packages)
            .copied()
            .collect();
        debian::install(&packages, "to run the tests")?;
    }
    axe()
}

/// Fetches the checker of accessibility from npm's registry into the build folder.
fn axe() -> Result<()> {
    let (name, version) = AXE;
    let folder = cargo::target_folder()?.join("npm");
    let manifest = folder.join("node_modules").join(name).join("package.json");
    let is_there = std::fs::read(&manifest)
        .ok()
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
        .is_some_and(|manifest| manifest["version"] == version);
    eprintln!(
        "  {name} {version}: {}",
        if is_there { "found" } else { "missing" }
    );
    if is_there {
        return Ok(());
    }
    std::fs::create_dir_all(&folder)?;
    let mut install = Command::new("npm");
    install
        .args(["install", "--prefix"])
        .arg(&folder)
        .args(["--no-save", "--no-package-lock", "--ignore-scripts"])
        .args(["--no-audit", "--no-fund", "--loglevel=error"])
        .arg(format!("{name}@{version}"));
    cargo::run(&mut install)
        .with_context(|| format!("cannot fetch {name} from npm's registry. Is there a network?"))
}

/// Has the host's own command find, install or build the compiler for plugins.
pub fn guest_compiler(linli: &Path) -> Result<()> {
    cargo::run(
        Command::new(linli)
            .args(["plugin", "toolchain"])
            .current_dir(cargo::root().join("sdk/rust")),
    )
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Debian keeps the server's programs in a folder for each version, off the PATH.
fn postgres() -> bool {
    on_path("initdb")
        || std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|versions| {
            versions
                .flatten()
                .any(|version| version.path().join("bin/initdb").is_file())
        })
}

fn chinese_font() -> bool {
    Command::new("fc-list")
        .arg(":lang=zh-cn")
        .output()
        .is_ok_and(|answer| !answer.stdout.is_empty())
}
