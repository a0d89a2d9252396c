//! The edge-resizer behind HTTP on a server: origins, bounded workers, caches, metrics.
//!
//! ```text
//! router                       Host -> SiteService, /healthz, /metrics
//! SiteService::respond         accept -> single flight -> cache -> fetch -> worker -> cache
//! ```
//!
//! On AWS Lambda `lambda::Function` takes the router's place (feature `lambda`).
//!
//! The spine is [`SiteService::respond`]. What a picture is and how it is made is the core's
//! business (`edge_resizer`); nothing here looks into one.
//!
//! # Example
//! ```no_run
//! use std::sync::Arc;
//!
//! use edge_resizer::{Policy, Request};
//! use edge_resizer_native::{HostConfig, Shared, SiteService};
//! use fleet::{Origin, Site};
//!
//! # async fn example() -> Result<(), edge_resizer_native::SetupError> {
//! let site = Site {
//!     name: "atelier".to_owned(),
//!     domains: vec!["atelier.example".to_owned()],
//!     origin: Origin::Folder("photos".into()),
//!     images: Policy::default(),
//!     delivery: fleet::Delivery::default(),
//! };
//! let shared = Arc::new(Shared::new(&HostConfig::default())?);
//! let service = SiteService::new(&site, shared)?;
//! let served = service.respond(&Request::get("/cdn-cgi/image/width=400/cup.jpg")).await;
//! println!("{} {} bytes", served.response.status, served.response.body.len());
//! # Ok(())
//! # }
//! ```

mod app;
mod server;

mod served;
mod shared;
mod site;

#[cfg(feature = "lambda")]
pub mod lambda;

mod narrow;
mod redact;

mod cache;
mod origin;
mod pool;
mod single_flight;
mod ssrf;

mod args;
mod config;
mod error;
mod metrics;

pub use app::{Sites, router};
pub use args::ServerArgs;
pub use config::{DiskCacheConfig, HostConfig, S3Keys};
pub use error::SetupError;
pub use served::{CacheStatus, MadeFrom, Served, Timings};
pub use server::{run, serve, shutdown_signal};
pub use shared::Shared;
pub use site::{SiteService, core_request};
