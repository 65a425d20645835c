//! `linli admin verify-audit`

use crate::host::{DataArgs, open_core};
use anyhow::{Result, bail};
use clap::Args;
use linli_core::audit::{self, Head};
use linli_core::view;

/// What `linli admin verify-audit` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
Every row of the audit is linked to the one before it. This follows the chain and says whether a row was changed,
removed, inserted or moved behind the host's back. Rows that were erased lawfully stay in it as salted hashes.

It prints the head, PLACE:HASH. Note it outside of this machine, on paper or in a mail, and give it back next time with
--expect: this alone shows that somebody put back an old copy of the whole database.

It answers 0 where the chain is whole, and 1 where it is not.")]
pub(crate) struct VerifyAudit {
    /// A head that was printed before; it must still be in the chain
    #[arg(long, value_name = "HEAD")]
    expect: Option<Head>,
}

pub(crate) async fn run(args: &VerifyAudit, data: &DataArgs) -> Result<()> {
    let core = open_core(data).await?;
    let found = view!(core, |work| audit::verify(work, args.expect.as_ref()).await)?;
    println!(
        "{} links verified, {} of erased rows",
        found.links, found.erased
    );
    println!(
        "{} rows wait to be linked, which a running host does every few seconds",
        found.unlinked
    );
    if let Some(broken) = found.broken {
        bail!(
            "the audit's chain is broken: {broken}. Compare with a backup from before; the rows up to there are right"
        );
    }
    match found.head {
        Some(head) => println!("The chain is whole. Its head, to be noted elsewhere: {head}"),
        None => println!("Nothing is linked yet."),
    }
    Ok(())
}
