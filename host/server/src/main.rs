//! The `linli` binary: everything it does is in the library `linli`.

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match linli::cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", linli::cli::explain(&error));
            ExitCode::FAILURE
        }
    }
}
