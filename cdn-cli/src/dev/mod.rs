//! `cdn-cli dev`: the whole picture on a laptop, with no account anywhere.
//!
//! ```text
//! Host -> site            route
//! site + variant -> key   server      what CloudFront's viewer function will do
//!   edge cache            edge_cache, freshness, delivery: TTLs, X-Cache, 304, ranges
//!   on a miss             edge_resizer_native::SiteService
//! every request           access_log -> log_files: CloudFront's standard log
//! http://localhost:PORT/  playground, uploads
//! ```

mod access_log;
mod delivery;
mod distribution;
mod edge_cache;
mod freshness;
mod line;
mod log_files;
mod playground;
mod route;
mod server;
mod uploads;
mod welcome;

use std::future::{Future, IntoFuture};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use edge_resizer_native::{HostConfig, Shared, SiteService};
use fleet::{Fleet, Site};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::distribution::Distribution;
use self::log_files::{LogFolder, LogWriter};
use self::server::{DevSite, Edge};
use self::uploads::Uploads;
use crate::cli::DevArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Served where no other file is named.
const EXAMPLE_FLEET: &str = "examples/fleet.toml";

/// How long requests may go on after Ctrl-C.
const GRACE: Duration = Duration::from_secs(5);

/// What the server is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevOptions {
    /// The sites to serve.
    pub fleet: PathBuf,
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder for access logs.
    pub data: PathBuf,
}

/// A server that is ready to answer.
pub struct DevServer {
    listener: TcpListener,
    address: SocketAddr,
    edge: Arc<Edge>,
    log: LogWriter,
}

/// Serves until it is told to stop.
pub(crate) fn run(args: DevArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let DevArgs { fleet, listen, data } = args;
    let fleet = fleet.unwrap_or_else(|| PathBuf::from(EXAMPLE_FLEET));
    let options = DevOptions { fleet, listen, data };
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    runtime.block_on(async {
        let server = DevServer::bind(&options).await?;
        io.stderr.line(welcome::text(&options, server.address, server.edge.sites()))?;
        server.serve_until(edge_resizer_native::shutdown_signal()).await?;
        Ok(ExitStatus::Done)
    })
}

impl DevServer {
    /// Reads the fleet, connects every site to its originals and its log, and listens.
    ///
    /// # Errors
    /// Where the file, an origin, the data folder or the address cannot be used.
    pub async fn bind(options: &DevOptions) -> anyhow::Result<Self> {
        let fleet = read_fleet(&options.fleet)?;
        let shared = Arc::new(Shared::new(&HostConfig::default())?);
        let uploads = Uploads::new(&fleet.sites, Arc::clone(&shared))?;
        let log = start_log(&options.data, &fleet.sites)?;
        let mut sites = Vec::with_capacity(fleet.sites.len());
        for (place, site) in fleet.sites.iter().enumerate() {
            sites.push(DevSite {
                service: SiteService::new(site, Arc::clone(&shared))?,
                distribution: Distribution::of_site(&site.name),
                log: log.sender(place),
            });
        }
        let listener = listen(options.listen).await?;
        let address = listener.local_addr().context("asking for the port")?;
        let edge = Arc::new(Edge::new(sites, uploads, shared, address.port()));
        Ok(Self { listener, address, edge, log })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` ends, finishes the requests that run, and writes the last lines of
    /// the access log.
    ///
    /// # Errors
    /// Where the listener breaks.
    pub async fn serve_until(self, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
        let stop = CancellationToken::new();
        let service = server::router(self.edge).into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(self.listener, service)
            .with_graceful_shutdown(stop.clone().cancelled_owned())
            .into_future();
        let mut server = pin!(server);
        let ended = tokio::select! {
            ended = &mut server => ended,
            () = shutdown => {
                stop.cancel();
                tokio::time::timeout(GRACE, server).await.unwrap_or_else(|_| {
                    tracing::warn!(grace = ?GRACE, "Requests were still running and are given up");
                    Ok(())
                })
            }
        };
        tokio::task::spawn_blocking(|| self.log.stop()).await.context("closing the access log")?;
        ended.context("serving")
    }
}

fn read_fleet(path: &Path) -> anyhow::Result<Fleet> {
    if path == Path::new(EXAMPLE_FLEET) && !path.exists() {
        return Err(Hinted::error(
            format!("there is no {EXAMPLE_FLEET} here"),
            "start it in the project's folder, or name your own file with --fleet",
        ));
    }
    Ok(Fleet::read(path)?)
}

fn start_log(data: &Path, sites: &[Site]) -> anyhow::Result<LogWriter> {
    let folder = |site: &Site| {
        let folder = data.join("logs").join(&site.name);
        LogFolder::create(folder.clone(), Distribution::of_site(&site.name))
            .with_context(|| format!("making the log folder {}", folder.display()))
    };
    let folders = sites.iter().map(folder).collect::<anyhow::Result<Vec<_>>>()?;
    LogWriter::start(folders).context("starting the access log")
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Hinted::error(
            format!("{address} is in use"),
            format!(
                "stop what listens there, or choose another port with --listen {}:0",
                address.ip()
            ),
        ),
        _ => anyhow::Error::new(error).context(format!("listening on {address}")),
    })
}
