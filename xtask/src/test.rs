//! `cargo xtask test`: every check that CI runs, cheap ones first, stopping at the first that fails.

use crate::step::Steps;
use crate::tool::{DENY, MACHETE};
use crate::{cargo, contract, demo, direction, machine, setup};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Which checks to run.
#[derive(Args, Debug)]
pub struct TestArgs {
    /// Run only this step (may be given several times)
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Attack with 10,000 broken components instead of 500
    #[arg(long)]
    long: bool,
    /// Run only the workspace's tests whose names contain one of these
    filter: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Step {
    /// Install what is missing
    Setup,
    /// rustfmt of the workspace and of the guests
    Fmt,
    /// Dependencies point the way that ARCHITECTURE.md says
    Directions,
    /// The contract in wit/ still fits plugins that were built against what was frozen
    Contract,
    /// cargo deny: licences, bans, sources; advisories where their database can be reached
    Deny,
    /// cargo machete: dependencies that nothing uses
    Machete,
    /// clippy of the workspace
    Clippy,
    /// clippy of the guests, for this machine
    GuestClippy,
    /// Unit tests of the guests, for this machine
    GuestTests,
    /// Build the plugins that ship with Linli
    Plugins,
    /// A plugin fresh from `linli plugin new` builds, passes its tests and the upload checks
    Starter,
    /// All tests of the workspace
    Tests,
}

impl Step {
    fn title(self) -> &'static str {
        match self {
            Self::Setup => "Looking for what the tests need",
            Self::Fmt => "Checking the format of the code",
            Self::Directions => "Checking which way dependencies point",
            Self::Contract => "Comparing the contract with what was frozen",
            Self::Deny => "Checking licences, bans and sources of dependencies",
            Self::Machete => "Looking for unused dependencies",
            Self::Clippy => "Linting the workspace",
            Self::GuestClippy => "Linting the SDK and the plugins",
            Self::GuestTests => "Testing the SDK and the plugins on their own",
            Self::Plugins => "Building the host and the plugins",
            Self::Starter => "Building a starter plugin as a newcomer does",
            Self::Tests => "Testing the workspace",
        }
    }

    fn run(self, filter: &[String], long: bool) -> Result<Vec<String>> {
        match self {
            Self::Setup => setup::install()?,
            Self::Fmt => format()?,
            Self::Directions => direction::check()?,
            Self::Contract => contract::check()?,
            Self::Deny => return deny(),
            Self::Machete => cargo::run(
                Command::new(MACHETE.ensure()?)
                    .args(["--with-metadata", "."])
                    .current_dir(cargo::root()),
            )?,
            Self::Clippy => cargo::run(&mut cargo::cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]))?,
            Self::GuestClippy => each_guest(&["clippy", "--all-targets", "--", "-D", "warnings"])?,
            Self::GuestTests => each_guest(&["test"])?,
            Self::Plugins => {
                let linli = cargo::build_host()?;
                demo::build_plugins(&linli)?;
                cargo::run(
                    Command::new(linli)
                        .args(["plugin", "build"])
                        .arg(cargo::probe()),
                )?;
            }
            Self::Starter => starter()?,
            Self::Tests => {
                let mut command = cargo::cargo(&["test", "--workspace"]);
                if long {
                    command.env("LINLI_LONG", "1");
                }
                if !filter.is_empty() {
                    command.arg("--").args(filter);
                }
                cargo::run(&mut command)?;
            }
        }
        Ok(Vec::new())
    }
}

impl TestArgs {
    pub fn run(self) -> Result<()> {
        let chosen: Vec<Step> = if !self.only.is_empty() {
            self.only
        } else if !self.filter.is_empty() {
            // The tests use the built plugins and the installed programs.
            vec![Step::Setup, Step::Plugins, Step::Tests]
        } else {
            Step::value_variants().to_vec()
        };
        let mut steps = Steps::new(chosen.len());
        let outcome = chosen
            .into_iter()
            .try_for_each(|step| steps.run(step.title(), || step.run(&self.filter, self.long)));
        eprintln!("{}", steps.summary());
        outcome
    }
}

fn format() -> Result<()> {
    cargo::run(&mut cargo::cargo(&["fmt", "--all", "--check"]))?;
    each_guest(&["fmt", "--check"])
}

fn each_guest(arguments: &[&str]) -> Result<()> {
    for guest in cargo::guests()? {
        eprintln!("  {}", cargo::told(&guest));
        cargo::run(&mut cargo::guest_cargo(&guest, arguments)?)?;
    }
    Ok(())
}

/// How long the database of advisories may take to arrive.
const ADVISORIES_LIMIT: Duration = Duration::from_secs(120);

fn deny() -> Result<Vec<String>> {
    let deny = DENY.ensure()?;
    let config = cargo::root().join("deny.toml");
    let folders: Vec<PathBuf> = [cargo::root()]
        .into_iter()
        .chain(cargo::guests()?)
        .collect();
    let check = |what: &[&str]| {
        folders.iter().try_for_each(|folder| {
            eprintln!(
                "  {}",
                if *folder == cargo::root() {
                    "the workspace".to_owned()
                } else {
                    cargo::told(folder)
                }
            );
            let mut command = Command::new(&deny);
            command
                .arg("--config")
                .arg(&config)
                .args(["check", "--hide-inclusion-graph"])
                .args(what);
            cargo::run(command.current_dir(folder))
        })
    };
    check(&["licenses", "bans", "sources"])?;

    eprintln!("  fetching the database of advisories");
    let mut fetch = Command::new(&deny);
    fetch
        .arg("--config")
        .arg(&config)
        .args(["fetch", "db"])
        .current_dir(cargo::root());
    if machine::succeeds_within(&mut fetch, ADVISORIES_LIMIT) {
        check(&["advisories"])?;
        return Ok(Vec::new());
    }
    let remark = "security advisories NOT checked: their database (github.com/rustsec/advisory-db) could not be fetched";
    eprintln!("warning: {remark}");
    Ok(vec![remark.to_owned()])
}

/// What the README promises a newcomer: `new`, `build`, `check`, `keygen`, `sign`, and the starter's own tests.
fn starter() -> Result<()> {
    let linli = cargo::build_host()?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let plugin = folder.path().join("hello");
    let linli = |arguments: &[&str]| {
        cargo::output(
            Command::new(&linli)
                .args(arguments)
                .current_dir(folder.path()),
        )
    };
    let sdk = cargo::root().join("sdk/rust");
    let (Some(sdk), Some(plugin_text)) = (sdk.to_str(), plugin.to_str()) else {
        bail!("the checkout's path is not UTF-8")
    };
    linli(&["plugin", "new", "newcomer/hello", "--sdk", sdk])?;
    let built = linli(&["plugin", "build", plugin_text])?;
    let file = built.trim();
    linli(&["plugin", "keygen", "newcomer.key", "--no-password"])?;
    linli(&["plugin", "sign", file, "--key", "newcomer.key"])?;
    linli(&["plugin", "check", file, "--key", "newcomer.pub"])?;
    each_check_of(&plugin)
}

fn each_check_of(starter: &std::path::Path) -> Result<()> {
    for arguments in [
        &["fmt", "--check"][..],
        &["clippy", "--all-targets", "--", "-D", "warnings"],
        &["test"],
    ] {
        cargo::run(&mut cargo::guest_cargo(starter, arguments)?)?;
    }
    Ok(())
}
