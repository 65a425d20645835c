//! `cargo xtask shots`: pictures of the demo's main screens, to look at, and the README's.

use crate::step::Steps;
use crate::{cargo, demo, setup};
use anyhow::{Context, Result};
use clap::Args;

/// What happens with the pictures.
#[derive(Args, Debug)]
pub struct ShotsArgs {
    /// Replace the README's pictures in docs/images as well
    #[arg(long)]
    docs: bool,
}

/// The README's pictures.
const DOCS: [&str; 2] = ["home-care.png", "phone.png"];

impl ShotsArgs {
    pub fn run(self) -> Result<()> {
        let mut steps = Steps::new(3);
        steps.run("Looking for what the pictures need", || {
            setup::install().map(|()| Vec::new())
        })?;
        steps.run("Building the host and the plugins", || {
            demo::build_plugins(&cargo::build_host()?).map(|_| Vec::new())
        })?;
        let folder = cargo::target_folder()?.join("shots");
        steps.run("Taking pictures of the demo", || {
            cargo::run(&mut cargo::cargo(&[
                "test",
                "--workspace",
                "--test",
                "shots",
                "--",
                "--ignored",
            ]))?;
            if self.docs {
                let images = cargo::root().join("docs/images");
                std::fs::create_dir_all(&images)?;
                for name in DOCS {
                    std::fs::copy(folder.join(name), images.join(name))
                        .with_context(|| format!("cannot copy {name}"))?;
                }
            }
            Ok(Vec::new())
        })?;
        eprintln!("{}", steps.summary());
        println!("{}", folder.display());
        Ok(())
    }
}
