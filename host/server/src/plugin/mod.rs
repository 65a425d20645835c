//! The publisher's commands: start, build, check and sign a plugin. Nothing here talks to a running host.

mod build;
mod check;
mod debian;
mod file;
pub(crate) mod keygen;
mod machine;
mod new;
mod package;
mod replay;
pub(crate) mod sign;
mod toolchain;

use clap::Subcommand;

pub use build::{BuildArgs, Built, build};
pub use check::CheckArgs;
pub use keygen::KeygenArgs;
pub use new::NewArgs;
pub use replay::ReplayArgs;
pub use sign::{SignArgs, sign};

/// `linli plugin …`
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Write a starter plugin that builds and runs as it stands
    ///
    /// Writes a page for residents, one for staff, the manifest and a README that says what to do next.
    New(NewArgs),
    /// Build plugins into their dist folders, ready to be checked, signed and uploaded
    ///
    /// Compiles each for wasm32-unknown-unknown, makes a component of it, embeds its plugin.toml, runs the checks of an
    /// upload and writes DIR/dist/ORG-NAME-VERSION.wasm. The compiler is found by itself; where the target is missing it is
    /// installed or built, once. Standard output gets the path of each file, one a line.
    Build(BuildArgs),
    /// Say what a built plugin asks for, and refuse what a host would refuse at upload
    ///
    /// Prints what the admin of a district will read. With --key, also checks the signature in FILE.minisig.
    Check(CheckArgs),
    /// Make a pair of minisign keys to sign plugins with
    ///
    /// Writes the secret key, encrypted with a password that it asks for, and beside it the public key, which a district's
    /// admin registers for your organisation (my.key gives my.pub). Never overwrites a key.
    Keygen(KeygenArgs),
    /// Sign a built plugin: writes FILE.minisig
    ///
    /// Whoever has the public key can check it: minisign -V -m FILE -p KEY.pub
    Sign(SignArgs),
    /// Run a failure again from the report that a district's admin sent
    ///
    /// Asks the component the same and gives it the recorded answers of the host: no district and no database are needed, and it
    /// goes the same way each time. Fails where the failure does not come again, and says why.
    Replay(ReplayArgs),
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
            Self::Replay(args) => args.run(),
            Self::Toolchain => {
                println!("{}", toolchain::find(std::path::Path::new("."))?);
                Ok(())
            }
        }
    }
}
