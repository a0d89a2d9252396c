//! Listening, and going away in good order.

use std::future::{Future, IntoFuture};
use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Serves until `shutdown` ends, then accepts no more connections, finishes the requests that run,
/// but for at most `grace`, and returns. Requests that still run then are dropped with the runtime.
///
/// # Errors
/// Where the listener breaks.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> io::Result<()> {
    let (began, begins) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        // The receiver is gone only where the server has ended by itself.
        let _ = began.send(());
    };
    let server = axum::serve(listener, router).with_graceful_shutdown(signal).into_future();
    let mut server = pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        _ = begins => {}
    }
    tokio::time::timeout(grace, server).await.unwrap_or_else(|_| {
        tracing::warn!(?grace, "Requests were still running at the end of the grace period");
        Ok(())
    })
}

/// Ends at Ctrl-C, and on Unix at SIGTERM.
pub async fn shutdown_signal() {
    tokio::select! {
        () = interrupt() => {}
        () = terminate() => {}
    }
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the default action of the signal ends the process.
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending::<()>().await;
}
