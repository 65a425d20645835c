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
const NEEDS: [Need; 6] = [
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
    Need {
        name: "Python with venv",
        found: python,
        packages: &["python3", "python3-venv"],
    },
];

/// What tests use of npm's registry, at fixed versions: the checker of accessibility that the browser test runs on each
/// page, and a reader of iCalendar.
const NPM: [(&str, &str); 2] = [("axe-core", "4.14.1"), ("ical.js", "2.2.1")];

/// What tests use of PyPI, at fixed versions: a second reader of iCalendar and a second opinion on recurrence.
const PYPI: [(&str, &str); 2] = [("icalendar", "7.3.2"), ("python-dateutil", "2.9.0.post0")];

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
    packages(&NEEDS)?;
    npm_packages()?;
    python_packages()
}

/// Installs PostgreSQL's server where it is missing.
pub fn postgres_server() -> Result<()> {
    packages(&NEEDS[..1])
}

fn packages(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs
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
    Ok(())
}

/// Fetches what is missing of [`NPM`] into the build folder's `npm`.
fn npm_packages() -> Result<()> {
    let folder = cargo::target_folder()?.join("npm");
    let missing: Vec<String> = NPM
        .iter()
        .filter(|(name, version)| {
            let manifest = folder.join("node_modules").join(name).join("package.json");
            let is_there = std::fs::read(&manifest)
                .ok()
                .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
                .is_some_and(|manifest| manifest["version"] == *version);
            !say_found(name, version, is_there)
        })
        .map(|(name, version)| format!("{name}@{version}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(&folder)?;
    let mut install = Command::new("npm");
    install
        .args(["install", "--prefix"])
        .arg(&folder)
        .args(["--no-save", "--no-package-lock", "--ignore-scripts"])
        .args(["--no-audit", "--no-fund", "--loglevel=error"])
        // npm removes what is installed and not named.
        .args(NPM.map(|(name, version)| format!("{name}@{version}")));
    cargo::run(&mut install).with_context(|| {
        format!(
            "cannot fetch {} from npm's registry. Is there a network?",
            missing.join(", ")
        )
    })
}

/// Fetches what is missing of [`PYPI`] into a virtual environment, the build folder's `python`.
fn python_packages() -> Result<()> {
    let folder = cargo::target_folder()?.join("python");
    let python = folder.join("bin/python");
    let missing: Vec<String> = PYPI
        .iter()
        .filter(|(name, version)| {
            let code = format!(
                "import importlib.metadata as m, sys; sys.exit(m.version('{name}') != '{version}')"
            );
            let is_there = Command::new(&python)
                .args(["-c", &code])
                .output()
                .is_ok_and(|answer| answer.status.success());
            !say_found(name, version, is_there)
        })
        .map(|(name, version)| format!("{name}=={version}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    cargo::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet"])
        .arg("--disable-pip-version-check")
        .args(&missing);
    cargo::run(&mut install).with_context(|| {
        format!(
            "cannot fetch {} from PyPI. Is there a network?",
            missing.join(", ")
        )
    })
}

fn say_found(name: &str, version: &str, is_there: bool) -> bool {
    let found = if is_there { "found" } else { "missing" };
    eprintln!("  {name} {version}: {found}");
    is_there
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

/// Debian has venv in a package apart, and without `ensurepip` it makes environments that cannot install.
fn python() -> bool {
    Command::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .output()
        .is_ok_and(|answer| answer.status.success())
}

fn chinese_font() -> bool {
    Command::new("fc-list")
        .arg(":lang=zh-cn")
        .output()
        .is_ok_and(|answer| !answer.stdout.is_empty())
}
