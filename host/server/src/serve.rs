//! `linli serve`: the web and the background, until it is told to stop.

use crate::channel::ChannelArgs;
use crate::host::{DataArgs, Host};
use crate::http::{self, Limits};
use crate::outbound::OutboundArgs;
use crate::watch::WatchArgs;
use anyhow::{Context as _, Result};
use clap::Args;
use linli_jobs::{Channels, Courier, Jobs, OutboundSettings, SystemLookup};
use linli_web::Reach;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What `linli serve` takes.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address to listen on
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8420",
        env = "LINLI_LISTEN"
    )]
    pub listen: SocketAddr,
    /// The host is reached through a proxy that speaks HTTPS and sets X-Forwarded-For: cookies are for HTTPS only
    #[arg(long, env = "LINLI_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// How it is watched
    #[command(flatten)]
    pub watch: WatchArgs,
    /// How notices leave it
    #[command(flatten)]
    pub channels: ChannelArgs,
    /// How plugins' requests leave it
    #[command(flatten)]
    pub outbound: OutboundArgs,
    /// Where it keeps what it keeps
    #[command(flatten)]
    pub data: DataArgs,
}

/// Serves an open host. `ready` is told the address as soon as requests are answered.
pub async fn serve(
    host: Host,
    listen: SocketAddr,
    reach: Reach,
    channels: Channels,
    outbound: &OutboundSettings,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; choose another address with --listen")
    })?;
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let courier = Courier::new(host.core.clone(), outbound, Arc::new(SystemLookup))?;
    let jobs = Jobs::new(host.core.clone(), host.engine.clone())
        .with_channels(channels)
        .with_courier(courier);
    let jobs = tokio::spawn(jobs.run(stopped.clone()));
    let router = linli_web::router(host.core.clone(), host.engine.clone(), reach);
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping: what has begun is ended first");
        let _ = stop.send(true);
    });
    ready(address);
    http::serve(listener, router, Limits::default(), stopped).await?;
    jobs.await?;
    host.engine.drain().await;
    host.core.store.close().await;
    Ok(())
}

async fn wait_for_signal() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Runs the command.
pub async fn run(args: &ServeArgs) -> Result<()> {
    let channels = args.channels.channels()?;
    let outbound = args.outbound.settings()?;
    // Before anything is counted.
    let _watched = args.watch.start().await?;
    let host = Host::open(&args.data).await?;
    let kind = host.core.store.kind();
    serve(
        host,
        args.listen,
        Reach {
            behind_proxy: args.behind_proxy,
        },
        channels,
        &outbound,
        |address| {
            tracing::info!(%address, database = kind, "ready");
            eprintln!("Linli is ready on http://{address} ({kind}). Stop it with Ctrl-C.");
        },
    )
    .await
}
