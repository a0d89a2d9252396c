//! Listening, and going away in good order.

use std::future::{Future, IntoFuture};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use fleet::Fleet;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::app::{Sites, router};
use crate::args::ServerArgs;
use crate::shared::Shared;
use crate::site::SiteService;

/// The local server, from its command line to its end.
///
/// # Errors
/// Where the fleet cannot be read, a site or the cache not be set up, or the address not be
/// listened at.
pub async fn run(
    args: &ServerArgs,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let fleet = Fleet::read(&args.fleet).context("reading the fleet")?;
    let shared = Arc::new(Shared::new(&args.host_config())?);
    let services = fleet.sites.iter().map(|site| SiteService::new(site, Arc::clone(&shared)));
    let sites = Sites::new(services.collect::<Result<_, _>>()?)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("listening at {}", args.listen))?;
    tracing::info!(address = %listener.local_addr()?, sites = fleet.sites.len(), "Listening");
    let (draining, drain) = (Arc::clone(&shared), Duration::from_secs(args.drain));
    let shutdown = async move {
        shutdown.await;
        tracing::info!(?drain, "Shutting down");
        draining.begin_shutdown();
        tokio::time::sleep(drain).await;
    };
    let grace = Duration::from_secs(args.grace);
    serve(listener, router(sites, Arc::clone(&shared)), shutdown, grace).await?;
    shared.settle().await;
    Ok(())
}

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
