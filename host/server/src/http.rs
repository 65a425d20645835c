//! Answering HTTP on a listener: bounded in connections and in how long a client may take to say what it wants.

use anyhow::Result;
use axum::Router;
use axum::extract::Extension;
use axum::extract::connect_info::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{AcquireError, Semaphore, watch};
use tower_http::timeout::RequestBodyTimeoutLayer;

/// What a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the head of a request is there, which also ends connections that nobody uses.
    pub head: Duration,
    /// Until the next piece of a body is there.
    pub body: Duration,
    /// Until a connection ends, whatever goes on: a client that reads nothing, or a byte at a time, holds its place no longer.
    pub life: Duration,
    /// Until everything under way has ended when the host stops.
    pub stop: Duration,
    /// How many connections are open at once; the next one waits.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            body: Duration::from_secs(20),
            life: Duration::from_secs(600),
            stop: Duration::from_secs(20),
            connections: 4_096,
        }
    }
}

/// Serves until `stopped` holds true, then ends what is under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    let router = router.layer(RequestBodyTimeoutLayer::new(limits.body));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head);
    let room = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    loop {
        let next = async {
            let permit = room.clone().acquire_owned().await?;
            Ok::<_, AcquireError>((permit, listener.accept().await))
        };
        let (permit, accepted) = tokio::select! {
            next = next => next?,
            () = until(&mut stopped) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                rest_after(&error).await;
                continue;
            }
        };
        configure(&stream);
        let service = router.clone().layer(Extension(ConnectInfo(address)));
        let connection =
            http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            match tokio::time::timeout(limits.life, connection).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%address, %error, "a connection ended"),
                Err(_) => tracing::debug!(%address, "a connection lasted too long and was cut"),
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.stop, open.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("connections were still open and have been cut");
    }
    Ok(())
}

async fn until(stopped: &mut watch::Receiver<bool>) {
    // Whoever could have told is gone: that is a stop too.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Pages are written whole: nothing is won by waiting for more.
fn configure(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
}

/// A connection that broke before it was taken is no matter; where the machine has no more of something, a moment helps.
async fn rest_after(error: &std::io::Error) {
    if !matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    ) {
        tracing::error!(%error, "cannot accept connections; trying again in a second");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const SHORT: Limits = Limits {
        head: Duration::from_millis(100),
        body: Duration::from_millis(100),
        life: Duration::from_secs(20),
        stop: Duration::from_secs(20),
        connections: 2,
    };

    async fn start(limits: Limits) -> (SocketAddr, watch::Sender<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router =
            Router::new()
                .route(
                    "/",
                    get(|ConnectInfo(from): ConnectInfo<SocketAddr>| async move {
                        from.ip().to_string()
                    }),
                )
                .route("/", post(|body: String| async move { body }));
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move { serve(listener, router, limits, stopped).await.unwrap() });
        (address, stop)
    }

    async fn say(address: SocketAddr, text: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        // Reads until the host closes the connection: a host that waits for ever never ends this test.
        stream.read_to_string(&mut answer).await.unwrap();
        (stream, answer)
    }

    #[tokio::test]
    async fn a_request_is_answered_and_knows_where_it_came_from() {
        let (address, _stop) = start(SHORT).await;
        let (_, answer) = say(
            address,
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_head_is_cut() {
        let (address, _stop) = start(SHORT).await;
        let (_, answer) = say(address, "GET / HTTP/1.1\r\nHost: x\r\n").await;
        assert!(!answer.contains("200"), "{answer}");
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_body_is_refused() {
        let (address, _stop) = start(SHORT).await;
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab";
        let (_, answer) = say(address, head).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[tokio::test]
    async fn silent_connections_make_room_for_others() {
        let (address, _stop) = start(SHORT).await;
        let _silent = [
            TcpStream::connect(address).await.unwrap(),
            TcpStream::connect(address).await.unwrap(),
        ];
        let (_, answer) = say(
            address,
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}
