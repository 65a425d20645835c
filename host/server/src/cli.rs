//! The command line: its commands, and how an error is told.

use crate::admin::{self, AdminArgs};
use crate::demo::{self, DemoArgs};
use crate::plugin;
use crate::serve::{self, ServeArgs};
use clap::{Parser, Subcommand};
use std::io::IsTerminal as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The host on which a city district runs its community services as sandboxed WebAssembly plugins.
#[derive(Parser, Debug)]
#[command(
    name = "linli",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "First steps:
  linli demo                      try it with a made-up district
  linli plugin new myorg/hello    write a starter plugin into the folder hello
  linli plugin build hello        build it into hello/dist/myorg-hello-0.1.0.wasm
  linli plugin check FILE.wasm    see what it asks for, and whether a host would accept it")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the web and run the background
    Serve(ServeArgs),
    /// Serve a made-up district to try things in
    Demo(DemoArgs),
    /// Write, build, check and sign plugins
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// Administer the district: communities, accounts, organisations, releases, installations
    Admin(AdminArgs),
}

impl Cli {
    /// Does what the command says.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Plugin(command) => command.run().map(|()| ExitCode::SUCCESS),
            Command::Serve(args) => block_on(serve::run(&args)),
            Command::Demo(args) => block_on(demo::run(&args)),
            Command::Admin(args) => block_on(admin::run(&args)),
        }
    }
}

/// Runs a command that serves or asks the database.
fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(command)?;
    Ok(ExitCode::SUCCESS)
}

/// An error and what caused it, one line each.
pub fn explain(error: &anyhow::Error) -> String {
    let mut lines = format!("error: {error}");
    let mut said = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !said.contains(&cause) {
            lines.push_str(&format!(
                "\n  because: {}",
                cause.trim_end().replace('\n', "\n    ")
            ));
            said = cause;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_error_is_told_with_its_causes_each_once() {
        let error = anyhow!("no such file")
            .context("cannot read plugin.toml")
            .context("cannot build");
        assert_eq!(
            explain(&error),
            "error: cannot build\n  because: cannot read plugin.toml\n  because: no such file"
        );
        let repeating = anyhow!("no such file").context("cannot read a.toml: no such file");
        assert_eq!(
            explain(&repeating),
            "error: cannot read a.toml: no such file"
        );
    }
}
