//! `cargo xtask bench NAME`: measures in a release build. stdout holds results only; a goal that is missed is told, and is no
//! failure.

use crate::{cargo, setup};
use anyhow::Result;
use clap::{Args, ValueEnum};

/// What is measured.
#[derive(Clone, Copy, ValueEnum, Debug)]
enum Bench {
    /// Point operations at 1,000 and 1,000,000 residents, and the import of a roll, on both databases
    Store,
}

/// Which bench, and what it is told.
#[derive(Args, Debug)]
pub struct BenchArgs {
    #[arg(value_enum)]
    bench: Bench,
    /// Options of the bench, such as --json, --quick or --help
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

impl BenchArgs {
    pub fn run(self) -> Result<()> {
        let program = match self.bench {
            Bench::Store => "bench-store",
        };
        setup::postgres_server()?;
        cargo::run(&mut cargo::cargo(&[
            "build",
            "--release",
            "--package",
            "linli-bench",
            "--bin",
            program,
        ]))?;
        let built = cargo::target_folder()?.join("release").join(program);
        cargo::run(std::process::Command::new(built).args(self.options))
    }
}
