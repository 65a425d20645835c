//! What the process says of itself: its log on standard error and, where an endpoint is given, a trace of every invocation by
//! OpenTelemetry's protocol over HTTP.

use anyhow::{Context as _, Result};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};
use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

/// The target of spans that are traced.
const TRACED: &str = "linli_engine::trace";
/// How long one sending of spans may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Begins to log and, where there is an endpoint such as `http://127.0.0.1:4318/v1/traces`, to trace. What is returned sends
/// the last spans when it is dropped.
pub(crate) fn start(endpoint: Option<&str>, runtime: &Handle) -> Result<Traced> {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn"));
    let log = fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_filter(filter);
    let provider = endpoint
        .map(|endpoint| provider(endpoint, runtime))
        .transpose()?;
    let traces = provider.as_ref().map(|provider| {
        let filter = Targets::new().with_target(TRACED, LevelFilter::DEBUG);
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("linli"))
            .with_filter(filter)
    });
    tracing_subscriber::registry().with(log).with(traces).init();
    Ok(Traced(provider))
}

/// That invocations are traced.
pub(crate) struct Traced(Option<SdkTracerProvider>);

impl Drop for Traced {
    fn drop(&mut self) {
        if let Some(provider) = &self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

fn provider(endpoint: &str, runtime: &Handle) -> Result<SdkTracerProvider> {
    linli_jobs::channel::choose_cryptography();
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint)
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(TIMEOUT)
        .build()
        .with_context(|| format!("cannot send traces to {endpoint}; mend --traces"))?;
    let exporter = OnRuntime {
        exporter: Arc::new(exporter),
        runtime: runtime.clone(),
    };
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("linli").build())
        .build())
}

/// An exporter whose requests run on the host's runtime: the thread that gathers spans has none.
#[derive(Debug)]
struct OnRuntime {
    exporter: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
}

impl opentelemetry_sdk::trace::SpanExporter for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exporter = self.exporter.clone();
        self.runtime
            .spawn(async move { exporter.export(batch).await })
            .await
            .map_err(|error| OTelSdkError::InternalFailure(error.to_string()))?
    }

    fn set_resource(&mut self, resource: &Resource) {
        // It is told before anything is sent, while nobody else holds it.
        if let Some(exporter) = Arc::get_mut(&mut self.exporter) {
            exporter.set_resource(resource);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spans_of_invocations_are_sent_and_no_others() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let received = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut request, mut piece) = (Vec::new(), [0; 4_096]);
            while !String::from_utf8_lossy(&request).contains("care/plugin") {
                let read = stream.read(&mut piece).await.unwrap();
                assert_ne!(read, 0, "{}", String::from_utf8_lossy(&request));
                request.extend_from_slice(&piece[..read]);
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).await.unwrap();
            String::from_utf8_lossy(&request).into_owned()
        });
        let provider = provider(&endpoint, &Handle::current()).unwrap();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("linli"))
            .with_filter(Targets::new().with_target(TRACED, LevelFilter::DEBUG));
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            tracing::info_span!("not-sent").in_scope(|| {});
            tracing::debug_span!(target: "linli_engine::trace", "invocation", plugin = "care/plugin")
                .in_scope(|| {});
        });
        tokio::task::spawn_blocking(move || provider.shutdown())
            .await
            .unwrap()
            .unwrap();
        let request = received.await.unwrap();
        assert!(request.starts_with("POST /v1/traces"), "{request}");
        assert!(request.contains("invocation") && !request.contains("not-sent"));
    }
}
