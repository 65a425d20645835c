//! Being watched: metrics in Prometheus' text format, on a listener of their own. `trace.rs` sends traces.

use crate::http::{self, Limits};
use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use clap::Args;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// How often what was measured is gathered: it stays small where nobody asks for it.
const UPKEEP: Duration = Duration::from_secs(5);
/// Upper bounds of times, in seconds.
const SECONDS: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];
/// Upper bounds of sizes, in bytes.
const BYTES: [f64; 8] = [
    131_072.0,
    524_288.0,
    1_048_576.0,
    2_097_152.0,
    8_388_608.0,
    16_777_216.0,
    33_554_432.0,
    67_108_864.0,
];

/// How a host is watched.
#[derive(Args, Clone, Debug, Default)]
pub struct WatchArgs {
    /// Serve metrics for Prometheus at http://ADDR/metrics; without ADDR on 127.0.0.1:9464. Whoever reaches it learns which
    /// services are used how much: keep it off public networks
    #[arg(
        long,
        value_name = "ADDR",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1:9464",
        env = "LINLI_METRICS"
    )]
    pub metrics: Option<SocketAddr>,
    /// Send a trace of every invocation to an OpenTelemetry collector over HTTP, such as http://127.0.0.1:4318/v1/traces
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")]
    pub traces: Option<String>,
}

/// That a host is watched; dropping it ends that.
pub struct Watched {
    tasks: Vec<AbortHandle>,
    /// Where metrics are served.
    pub metrics: Option<SocketAddr>,
    _stop: watch::Sender<bool>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl WatchArgs {
    /// Begins to count and serves what is counted.
    pub(crate) async fn start(&self) -> Result<Watched> {
        let (stop, stopped) = watch::channel(false);
        let mut watched = Watched {
            tasks: Vec::new(),
            metrics: None,
            _stop: stop,
        };
        let Some(address) = self.metrics else {
            return Ok(watched);
        };
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot serve metrics on {address}; choose another address with --metrics")
        })?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            tracing::warn!(%address, "metrics can be read from other machines: see that only those that should reach this address");
        }
        let handle = count()?;
        let keeper = handle.clone();
        let upkeep = tokio::spawn(async move {
            let mut interval = tokio::time::interval(UPKEEP);
            loop {
                interval.tick().await;
                keeper.run_upkeep();
            }
        });
        let limits = Limits {
            connections: 16,
            ..Limits::default()
        };
        let serving = tokio::spawn(async move {
            if let Err(error) = http::serve(listener, router(handle), limits, stopped).await {
                tracing::error!(%error, "metrics are no longer served");
            }
        });
        tracing::info!(%address, "metrics are served at /metrics");
        watched.tasks = vec![upkeep.abort_handle(), serving.abort_handle()];
        watched.metrics = Some(address);
        Ok(watched)
    }
}

/// Counts from now on, for the whole process.
fn count() -> Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_bytes".to_owned()), &BYTES)?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("metrics are counted already")?;
    Ok(handle)
}

fn router(handle: PrometheusHandle) -> Router {
    let show = move || async move {
        (
            [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
            handle.render(),
        )
    };
    Router::new().route("/metrics", get(show))
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics::{counter, histogram};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn what_is_counted_is_served_on_loopback() {
        let args = WatchArgs {
            metrics: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            traces: None,
        };
        let watched = args.start().await.unwrap();
        counter!("linli_test_total", "plugin" => "care/a").increment(3);
        histogram!("linli_test_seconds").record(0.003);
        let mut stream = TcpStream::connect(watched.metrics.unwrap()).await.unwrap();
        let request = b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        for line in [
            "HTTP/1.1 200 OK",
            "content-type: text/plain; version=0.0.4; charset=utf-8",
            "linli_test_total{plugin=\"care/a\"} 3",
            "linli_test_seconds_bucket{le=\"0.0025\"} 0",
            "linli_test_seconds_bucket{le=\"0.005\"} 1",
        ] {
            assert!(answer.contains(line), "{line} is missing in {answer}");
        }
    }
}
