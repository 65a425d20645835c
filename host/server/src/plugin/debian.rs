//! Debian packages: which are missing, and installing them. `xtask` compiles this file as well, so it needs only anyhow.

use anyhow::{Context, Result, bail};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

/// Those of the packages that are not installed; all of them where there is no dpkg.
pub fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let answer = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Abbrev} ${Package}\\n"])
        .args(packages)
        .stderr(Stdio::null())
        .output();
    let answer = answer.map_or_else(
        |_| String::new(),
        |answer| String::from_utf8_lossy(&answer.stdout).into_owned(),
    );
    absent(packages, &answer)
}

/// The packages that dpkg-query's lines do not list as installed.
fn absent<'a>(packages: &[&'a str], answer: &str) -> Vec<&'a str> {
    let installed = |package: &str| {
        answer.lines().any(|line| {
            line.strip_prefix("ii ")
                .is_some_and(|name| name.trim() == package)
        })
    };
    packages
        .iter()
        .copied()
        .filter(|package| !installed(package))
        .collect()
}

/// Installs those of the packages that are missing with apt-get where we may; otherwise the error says which command to run.
///
/// `purpose` completes the sentence 'These are needed …'.
pub fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let packages = missing(packages);
    let list = packages.join(" ");
    if packages.is_empty() {
        bail!(
            "the Debian packages needed {purpose} are installed, yet what they bring was not found: is it on the PATH?"
        );
    }
    let command = format!("apt-get update && apt-get install -y --no-install-recommends {list}");
    if !std::path::Path::new("/etc/debian_version").exists()
        || Command::new("apt-get").arg("--version").output().is_err()
    {
        bail!(
            "these Debian packages are needed {purpose}: {list}\nThis is not Debian: install what corresponds to them with the system's own package manager, then run this again"
        );
    }
    if !is_root() {
        bail!(
            "these Debian packages are needed {purpose}, and only root can install them. Run:\n  sudo sh -c '{command}'"
        );
    }
    eprintln!("Installing Debian packages {purpose}: {list}");
    apt_get(&["update"])
        .and_then(|()| apt_get(&[&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat()))
        .with_context(|| format!("could not install the Debian packages needed {purpose}. Is there a network? Try by hand:\n  {command}"))
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(["-q", "-o", "Acquire::Retries=2", "-o", "Dpkg::Use-Pty=0"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status()
        .context("apt-get could not be started")?;
    if !status.success() {
        bail!(
            "apt-get {} failed ({status}); its messages stand above",
            arguments[0]
        );
    }
    Ok(())
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_only_when_it_is_fully_installed() {
        let answer = "ii  rustc-web\nrc  chromium\n";
        assert_eq!(
            absent(&["rustc-web", "chromium", "postgresql"], answer),
            ["chromium", "postgresql"]
        );
    }
}
