//! Developer commands: `cargo xtask demo` to see Linli, `cargo xtask test` for all that CI runs, `cargo xtask bench`
//! to measure, `cargo xtask setup` for what they need. Not part of what is shipped.

mod bench;
mod cargo;
mod contract;
#[path = "../../host/server/src/plugin/debian.rs"]
mod debian;
mod demo;
mod direction;
mod freeze;
#[path = "../../host/server/src/plugin/machine.rs"]
mod machine;
mod setup;
mod shots;
mod step;
mod test;
mod tool;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Commands for those who work on Linli.
#[derive(Parser, Debug)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Install and build what demo and test need: PostgreSQL, Chromium, a CJK font, Python, the compiler for plugins
    Setup,
    /// Build everything and start the demo district
    Demo(demo::DemoArgs),
    /// Run every check that CI runs
    Test(test::TestArgs),
    /// Measure in a release build; what is printed says how each goal is met
    Bench(bench::BenchArgs),
    /// At a release: keep its schema with data, for the tests of the releases after it
    Freeze,
    /// Take pictures of the demo's main screens into target/shots
    Shots(shots::ShotsArgs),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Setup => setup::run(),
        Command::Demo(args) => args.run(),
        Command::Test(args) => args.run(),
        Command::Bench(args) => args.run(),
        Command::Freeze => freeze::run(),
        Command::Shots(args) => args.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line for each cause; a stack trace helps nobody who only wants to know what to install.
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            eprintln!("\nerror: {}", causes.join("\n  because: "));
            ExitCode::FAILURE
        }
    }
}
