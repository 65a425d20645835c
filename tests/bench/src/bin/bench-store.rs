//! `cargo xtask bench store`.

use anyhow::Result;
use clap::Parser as _;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    linli_bench::store::run(linli_bench::store::Args::parse()).await
}
