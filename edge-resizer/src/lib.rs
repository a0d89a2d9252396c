//! Product photos transformed on request: bytes in, bytes out, no I/O.
//!
//! ```text
//! accept(&Request, &Policy) -> Step      URL dialect -> recipe -> negotiation -> Job
//!     (the host fetches Job::sources)
//! Job::finish(Fetched, watch) -> Response
//!     sniff -> plan -> decode -> pixel steps -> encode -> respond
//! ```
//!
//! The spine is [`accept`] and [`Job::finish`]; each step is a module of its own, in the order below.

mod accept;
#[cfg(feature = "transform")]
mod finish;

mod request;
mod source_ref;

pub mod policy;
pub mod recipe;

mod dialect;
mod edge_path;
mod negotiate;
pub mod sign;

mod geometry;
#[cfg(feature = "transform")]
mod jpeg;
#[cfg(feature = "transform")]
mod lanes;
#[cfg(feature = "transform")]
mod picture;
#[cfg(feature = "transform")]
mod planar;
#[cfg(feature = "transform")]
mod planes;
mod source;

#[cfg(feature = "transform")]
mod codec;
#[cfg(feature = "transform")]
mod deliver;
#[cfg(feature = "transform")]
mod describe;
#[cfg(feature = "transform")]
mod pixels;
#[cfg(feature = "transform")]
mod plan;

mod error;
mod respond;

pub use accept::{Explanation, Job, Step, accept, accept_variant, explain};
pub use dialect::{Dialect, Issue, IssueKind};
pub use edge_path::EdgePath;
pub use error::{Error, SourceFailure};
#[cfg(feature = "transform")]
pub use finish::{Fetched, Source, Watch};
pub use geometry::Size;
pub use negotiate::Resolved;
pub use policy::Policy;
pub use recipe::Recipe;
pub use request::{HeldVariant, Request, host_name};
pub use respond::{ETag, Response, cache_tags};
pub use source::{Orientation, SourceFormat, SourceInfo, sniff};
pub use source_ref::{RemoteSource, SourcePath, SourceRef, SourceRefError};
