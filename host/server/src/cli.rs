//! The command line: its commands, and how an error is told.

use crate::admin::{self, AdminArgs};
use crate::demo::{self, DemoArgs};
use crate::plugin;
use crate::serve::{self, ServeArgs};
use crate::trace;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

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
    /// Compile the component on standard input; the host starts this itself
    #[command(name = COMPILE, hide = true)]
    Compile {
        /// Bytes of address space
        memory: u64,
        /// Seconds of processor time
        cpu: u64,
    },
}

/// The command by which the host starts itself to compile.
pub const COMPILE: &str = "compile-component";

impl Cli {
    /// Does what the command says.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Plugin(command) => command.run().map(|()| ExitCode::SUCCESS),
            Command::Serve(args) => block_on(args.watch.traces.as_deref(), serve::run(&args)),
            Command::Demo(args) => block_on(None, demo::run(&args)),
            Command::Admin(args) => block_on(None, admin::run(&args)),
            Command::Compile { memory, cpu } => {
                let ended = linli_engine::compile_standard_input(memory, cpu)?;
                Ok(ExitCode::from(u8::try_from(ended).unwrap_or(u8::MAX)))
            }
        }
    }
}

/// Runs a command that serves or asks the database; traces go to this endpoint.
fn block_on(
    traces: Option<&str>,
    command: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let _traced = trace::start(traces, runtime.handle())?;
    runtime.block_on(command)?;
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
