//! What holds where several processes share a database, or die: the tests start themselves again as those processes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that finds nothing there has failed"
)]

mod import;
mod kill;
mod race;
