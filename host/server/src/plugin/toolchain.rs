//! How to compile guests for wasm32-unknown-unknown on this machine: found by itself, made where there is none.
//!
//! In this order: the Rust on the PATH knows the target; a sysroot that an earlier run built; rustup adds the target;
//! a sysroot built now from Debian's `rustc-web` and `rust-web-src`. Such a sysroot is the standard library for the target
//! beside a `bin/rustc` that runs Debian's compiler with it: rustup's own compiler cannot build Debian's newer sources.

use super::debian;
use super::machine::{cache_folder, succeeds_within};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The target that every guest in Rust compiles to.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// How long rustup may take to download the target.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Debian's compiler, built with the WebAssembly targets, and the sources of its standard library.
const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// A way to compile guests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The Rust on the PATH knows the target.
    Plain,
    /// A sysroot of our own, whose `bin/rustc` knows the target.
    Sysroot(PathBuf),
}

impl Toolchain {
    /// A cargo that compiles with it, in `dir`, free of what an outer cargo left in the environment.
    pub fn cargo(&self, dir: &Path) -> Command {
        let mut cargo = clean_cargo(dir);
        if let Self::Sysroot(sysroot) = self {
            cargo.env("RUSTC", sysroot.join("bin/rustc"));
        }
        cargo
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => write!(f, "The Rust on the PATH compiles for {TARGET}."),
            Self::Sysroot(sysroot) => write!(
                f,
                "Debian's Rust compiles for {TARGET}, with the standard library in {}.",
                sysroot.display()
            ),
        }
    }
}

/// Finds or makes a way to compile the guest in `dir` (its toolchain file counts).
pub fn find(dir: &Path) -> Result<Toolchain> {
    if plain_rustc_knows_target(dir)? {
        return Ok(Toolchain::Plain);
    }
    if debian::missing(&PACKAGES).is_empty()
        && let Some(sysroot) = Sysroot::of_installed_packages()?.and_then(|sysroot| sysroot.ready())
    {
        return Ok(Toolchain::Sysroot(sysroot));
    }
    if rustup_adds_target(dir) && plain_rustc_knows_target(dir)? {
        return Ok(Toolchain::Plain);
    }
    if !debian::missing(&PACKAGES).is_empty() {
        debian::install(
            &PACKAGES,
            &format!(
                "to compile plugins (or else `rustup target add {TARGET}`, which failed here)"
            ),
        )?;
    }
    let sysroot = Sysroot::of_installed_packages()?.with_context(|| {
        format!(
            "the packages {} are installed, but dpkg does not list their compiler",
            PACKAGES.join(" and ")
        )
    })?;
    Ok(Toolchain::Sysroot(sysroot.ensure(dir)?))
}

/// Whether the compiler that cargo would use in `dir` has the target's core library.
fn plain_rustc_knows_target(dir: &Path) -> Result<bool> {
    let Some(libraries) = rustc_print(dir, &["--print", "target-libdir", "--target", TARGET])?
    else {
        return Ok(false);
    };
    Ok(fs::read_dir(libraries).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    }))
}

/// What the rustc on the PATH prints; `None` where it refuses.
fn rustc_print(dir: &Path, arguments: &[&str]) -> Result<Option<PathBuf>> {
    let answer = Command::new("rustc")
        .args(arguments)
        .current_dir(dir)
        .stderr(Stdio::null())
        .output()
        .context("cannot start rustc: install Rust 1.95 or newer (https://rustup.rs) and have it on the PATH")?;
    let text = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    Ok((answer.status.success() && !text.is_empty()).then(|| text.into()))
}

fn rustup_adds_target(dir: &Path) -> bool {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(dir);
    if Command::new("rustup")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_err()
    {
        return false;
    }
    eprintln!("Asking rustup for the target {TARGET} (once) …");
    let added = succeeds_within(&mut rustup, RUSTUP_LIMIT);
    if !added {
        eprintln!("rustup could not add it; taking Debian's Rust instead.");
    }
    added
}

/// The private sysroot for one version of Debian's compiler.
struct Sysroot {
    rustc: PathBuf,
    dir: PathBuf,
}

impl Sysroot {
    /// `None` while the packages are not installed.
    fn of_installed_packages() -> Result<Option<Self>> {
        let [package, _] = PACKAGES;
        let files = output(Command::new("dpkg").args(["--listfiles", package]))?;
        let Some(rustc) = files.lines().find(|line| line.ends_with("/bin/rustc")) else {
            return Ok(None);
        };
        let version = output(Command::new("dpkg-query").args([
            "--show",
            "--showformat=${Version}",
            package,
        ]))?;
        let dir = cache_folder()?.join(format!("guest-sysroot-{}", file_name(&version)));
        Ok(Some(Self {
            rustc: rustc.into(),
            dir,
        }))
    }

    /// The folder, if it is complete. It is not when the toolchain whose linker it points to has gone.
    fn ready(&self) -> Option<PathBuf> {
        let complete =
            self.dir.join("bin/rustc").is_file() && self.dir.join("bin/rust-lld").exists();
        complete.then(|| self.dir.clone())
    }

    /// The folder, built first where it is not there. Of two at once, one builds and the other waits.
    fn ensure(&self, dir: &Path) -> Result<PathBuf> {
        let cache = cache_folder()?;
        fs::create_dir_all(&cache)
            .with_context(|| format!("cannot create the folder {}", cache.display()))?;
        let lock = cache.join("guest-sysroot.lock");
        let lock =
            fs::File::create(&lock).with_context(|| format!("cannot create {}", lock.display()))?;
        if lock.try_lock().is_err() {
            eprintln!("Waiting for another linli that builds the guest standard library …");
            lock.lock()
                .context("cannot lock the folder of the guest standard library")?;
        }
        if let Some(ready) = self.ready() {
            return Ok(ready);
        }
        // Under the lock, what an interrupted run left behind is nobody's. Its cargo may still be ending: what cannot be
        // removed now is removed the next time.
        for left in fs::read_dir(&cache)?.flatten() {
            if left.file_name().to_string_lossy().starts_with(BUILDING) {
                let _ = fs::remove_dir_all(left.path());
            }
        }
        eprintln!("Building the guest standard library (once, about half a minute) …");
        let building = tempfile::Builder::new()
            .prefix(BUILDING)
            .tempdir_in(&cache)
            .context("cannot create a folder to build in")?;
        let new = building.path().join("sysroot");
        self.build(dir, building.path(), &new)
            .context("cannot build the guest standard library")?;
        if self.dir.exists() {
            fs::rename(&self.dir, building.path().join("old"))
                .context("cannot replace the old guest standard library")?;
        }
        fs::rename(&new, &self.dir).with_context(|| {
            format!(
                "cannot move the guest standard library to {}",
                self.dir.display()
            )
        })?;
        Ok(self.dir.clone())
    }

    fn build(&self, dir: &Path, work: &Path, new: &Path) -> Result<()> {
        let about = output(Command::new(&self.rustc).arg("-vV"))?;
        let host = about
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("Debian's rustc does not say its host")?;
        let theirs = PathBuf::from(output(
            Command::new(&self.rustc).args(["--print", "sysroot"]),
        )?);
        let linker = rustc_print(dir, &["--print", "sysroot"])?
            .map(|sysroot| sysroot.join("lib/rustlib").join(host).join("bin/rust-lld"))
            .filter(|linker| linker.exists())
            .context("the Rust on the PATH has no rust-lld to link with: install Rust from https://rustup.rs")?;

        let empty = work.join("empty");
        fs::create_dir_all(empty.join("src"))?;
        fs::write(empty.join("src/lib.rs"), "#![no_std]\n")?;
        fs::write(empty.join("Cargo.toml"), EMPTY_CRATE)?;
        let status = clean_cargo(&empty)
            .args([
                "build",
                "--release",
                "-Zbuild-std=std,panic_abort",
                "--target",
                TARGET,
                "--target-dir",
            ])
            .arg(work.join("target"))
            .env("RUSTC", &self.rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env(
                "CARGO_ENCODED_RUSTFLAGS",
                flags(remapped(), &["-Cembed-bitcode=yes"]),
            )
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", &linker)
            .status()
            .context("cannot start cargo")?;
        if !status.success() {
            bail!("cargo failed ({status}); its messages stand above");
        }

        let target_libraries = new.join("lib/rustlib").join(TARGET).join("lib");
        let host_folder = new.join("lib/rustlib").join(host);
        for folder in [
            &target_libraries,
            &host_folder.join("bin"),
            &new.join("bin"),
        ] {
            fs::create_dir_all(folder)?;
        }
        for library in
            fs::read_dir(work.join("target").join(TARGET).join("release/deps"))?.flatten()
        {
            let name = library.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rlib") && !name.starts_with("libempty") {
                fs::copy(library.path(), target_libraries.join(name))?;
            }
        }
        use std::os::unix::fs::{PermissionsExt, symlink};
        symlink(
            theirs.join("lib/rustlib").join(host).join("lib"),
            host_folder.join("lib"),
        )?;
        symlink(&linker, host_folder.join("bin/rust-lld"))?;
        symlink(&linker, new.join("bin/rust-lld"))?;
        let rustc = new.join("bin/rustc");
        fs::write(&rustc, script(&self.rustc, &self.dir)?)?;
        fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755))?;
        Ok(())
    }
}

const BUILDING: &str = ".guest-sysroot-building-";

const EMPTY_CRATE: &str = r#"[package]
name = "empty"
version = "0.0.0"
edition = "2021"

[profile.release]
opt-level = "s"
panic = "abort"
codegen-units = 1

[workspace]
"#;

/// A compiler that knows the sysroot. `exec` keeps its exit code and signals.
fn script(rustc: &Path, sysroot: &Path) -> Result<String> {
    let quote = |path: &Path| {
        let path = path
            .to_str()
            .with_context(|| format!("the path {} is not UTF-8", path.display()))?;
        Ok::<_, anyhow::Error>(format!("'{}'", path.replace('\'', r"'\''")))
    };
    Ok(format!(
        "#!/bin/sh\nexec {} --sysroot {} \"$@\"\n",
        quote(rustc)?,
        quote(sysroot)?
    ))
}

/// A version as part of a file's name.
fn file_name(version: &str) -> String {
    version
        .trim()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".+-~".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// A cargo in `dir` that sees nothing of the cargo that may have started us.
pub fn clean_cargo(dir: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(dir).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if leaks(&name) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Folders of this machine that no compiled guest names, and what stands for each: of several that match, the compiler
/// takes the last.
pub fn remapped() -> Vec<(PathBuf, String)> {
    let home = std::env::home_dir();
    let cargo = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(home.as_ref()?.join(".cargo")));
    let home = home.map(|home| (home, "~".to_owned()));
    let cargo = cargo.map(|cargo| (cargo.join("registry/src"), "registry".to_owned()));
    home.into_iter().chain(cargo).collect()
}

/// Compiler flags as CARGO_ENCODED_RUSTFLAGS wants them.
pub fn flags(remapped: impl IntoIterator<Item = (PathBuf, String)>, others: &[&str]) -> String {
    let remap = remapped
        .into_iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let all: Vec<String> = others
        .iter()
        .map(|&flag| flag.to_owned())
        .chain(remap)
        .collect();
    all.join("\x1f")
}

/// Whether a variable belongs to another cargo run or compiler and would change this one. What says where things are
/// downloaded from, and how messages look, stays.
fn leaks(name: &OsString) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    let stays = [
        "CARGO_HOME",
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
        "CARGO_TERM_",
    ];
    let goes = ["RUSTC", "RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_"];
    name == "CARGO"
        || (goes.iter().any(|prefix| name.starts_with(prefix))
            && !stays.iter().any(|prefix| name.starts_with(prefix)))
}

fn output(command: &mut Command) -> Result<String> {
    let answer = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !answer.status.success() {
        bail!("{command:?} failed ({})", answer.status);
    }
    Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outer_cargo_does_not_leak_but_the_mirror_in_use_stays() {
        for name in [
            "RUSTC",
            "RUSTC_WRAPPER",
            "RUSTFLAGS",
            "CARGO",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_PKG_NAME",
            "CARGO_TARGET_DIR",
        ] {
            assert!(leaks(&name.into()), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_REGISTRIES_X_INDEX",
            "CARGO_HTTP_PROXY",
            "CARGO_TERM_COLOR",
            "PATH",
            "RUSTUP_HOME",
            "CARGOX",
        ] {
            assert!(!leaks(&name.into()), "{name}");
        }
    }

    #[test]
    fn a_path_with_a_quote_survives_the_script() {
        let script = script(Path::new("/usr/bin/rustc"), Path::new("/home/o'neil/a b")).unwrap();
        assert!(
            script.contains(r#"exec '/usr/bin/rustc' --sysroot '/home/o'\''neil/a b' "$@""#),
            "{script}"
        );
    }

    #[test]
    fn a_debian_version_is_a_file_name() {
        assert_eq!(
            file_name("1.96.0+dfsg1-1~deb12u2\n"),
            "1.96.0+dfsg1-1~deb12u2"
        );
        assert_eq!(file_name("1:2/3"), "1_2_3");
    }
}
