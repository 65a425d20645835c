//! `cargo xtask freeze`: at a release, keeps the schema with a little data in it, and the digests of its migrations, so that
//! the releases after it are tested against what is in use.

use crate::{cargo, setup};
use anyhow::Result;

pub fn run() -> Result<()> {
    setup::postgres_server()?;
    for (target, test) in [
        (&["--lib"][..], "migrate::tests::freeze"),
        (&["--test", "contract"], "migration::freeze"),
    ] {
        let mut test_it = cargo::cargo(&["test", "--workspace"]);
        test_it
            .args(target)
            .args(["--", "--ignored", "--exact", test]);
        cargo::run(&mut test_it)?;
    }
    eprintln!(
        "Now set RELEASED in host/core/tests/contract/migration.rs to the newest migration, and commit what changed."
    );
    Ok(())
}
