//! Two servers of one site, and what is told of them.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

mod answers;
mod failures;
mod pictures;
mod reports;
mod server;
mod tls;
