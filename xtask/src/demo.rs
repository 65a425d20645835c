//! `cargo xtask demo`: from a fresh checkout to the running demo district.

use crate::step::Steps;
use crate::{cargo, setup};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the demo listens and keeps its data.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// The address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: String,
    /// The folder for the database; made on the first start [default: demo-data in the checkout]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DemoArgs {
    pub fn run(self) -> Result<()> {
        let data = match self.data {
            Some(data) => std::path::absolute(data)?,
            None => cargo::root().join("demo-data"),
        };
        let mut steps = Steps::new(4);
        let mut linli = PathBuf::new();
        let mut files = Vec::new();
        steps.run(
            "Building the host (the first time takes 5 to 10 minutes, later seconds)",
            || {
                linli = cargo::build_host()?;
                Ok(Vec::new())
            },
        )?;
        steps.run(
            "Finding the compiler for plugins (the first time up to a minute)",
            || setup::guest_compiler(&linli).map(|()| Vec::new()),
        )?;
        steps.run("Building the plugins", || {
            files = build_plugins(&linli)?;
            Ok(Vec::new())
        })?;
        let mut error = None;
        steps
            .run(
                "Starting the demo district (the first time it makes the residents)",
                || {
                    let mut demo = Command::new(&linli);
                    demo.args(["demo", "--listen", &self.listen, "--data"])
                        .arg(&data)
                        .arg("--plugins")
                        .args(&files);
                    // Replaces this process, so that Ctrl-C and signals reach the host itself; returns only where that fails.
                    error = Some(demo.exec());
                    bail!("the host did not start");
                },
            )
            .or_else(|told| {
                error.map_or(Err(told), |error| {
                    Err(error).with_context(|| format!("cannot start {}", linli.display()))
                })
            })
    }
}

/// Builds every plugin that ships with Linli and answers the component files.
pub fn build_plugins(linli: &Path) -> Result<Vec<PathBuf>> {
    let mut build = Command::new(linli);
    let paths = cargo::output(build.args(["plugin", "build"]).args(cargo::plugins()?))?;
    Ok(paths.lines().map(PathBuf::from).collect())
}
