//! Why nothing can be compared at all.

use crate::targets::BadLine;

/// Why nothing can be compared at all. What goes wrong with a single answer is a difference.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A side's URL has no host.
    #[error("`{0}` is no http or https URL of a host")]
    Base(String),
    /// A list of URLs has lines that are none.
    #[error("{}", lines(.0))]
    BadLines(Vec<BadLine>),
    /// Certificates that cannot be read.
    #[error("the certificates cannot be read: {0}")]
    Certificates(String),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
    /// A name of `--resolve` has no address.
    #[error("{host} has no address: {reason}")]
    NoAddress {
        /// The name.
        host: String,
        /// What the resolver says.
        reason: String,
    },
    /// A sitemap that cannot be fetched or read.
    #[error("the sitemap {url}: {reason}")]
    Sitemap {
        /// Its URL.
        url: String,
        /// What is wrong.
        reason: String,
    },
}

fn lines(all: &[BadLine]) -> String {
    let lines: Vec<_> =
        all.iter().map(|it| format!("line {}: `{}` {}", it.line, it.text, it.reason)).collect();
    lines.join("\n")
}
