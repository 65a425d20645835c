//! The publisher's commands: start, build, check and sign a plugin. Nothing here talks to a running host.

mod build;
mod check;
mod debian;
mod file;
mod keygen;
mod machine;
mod new;
mod package;
mod sign;
mod toolchain;

use clap::Subcommand;

pub use build::{BuildArgs, Built, build};
pub use check::CheckArgs;
pub use keygen::KeygenArgs;
pub use new::NewArgs;
pub use sign::{SignArgs, sign};

/// `linli plugin …`
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Write a starter plugin that builds and runs as it stands
    New(NewArgs),
    /// Build plugins into their dist folders, ready to be checked, signed and uploaded
    Build(BuildArgs),
    /// Say what a built plugin asks for, and refuse what a host would refuse at upload
    Check(CheckArgs),
    /// Make a pair of minisign keys to sign plugins with
    Keygen(KeygenArgs),
    /// Sign a built plugin: writes FILE.minisig, verifiable with the public tool minisign
    Sign(SignArgs),
    /// Find the compiler for plugins or, if there is none, install or build it
    Toolchain,
}

impl Command {
    /// Does what the command says.
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::New(args) => args.run(),
            Self::Build(args) => args.run(),
            Self::Check(args) => args.run(),
            Self::Keygen(args) => args.run(),
            Self::Sign(args) => args.run(),
            Self::Toolchain => {
                println!("{}", toolchain::find(std::path::Path::new("."))?);
                Ok(())
            }
        }
    }
}
