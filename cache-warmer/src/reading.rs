//! Reading what leads to targets, and what may go wrong with it.

use std::io;

use http::StatusCode;
use http::header::LOCATION;
use url::Url;

use crate::fetch::{Client, FetchError};
use crate::source::ListError;

/// Sitemaps that one index may lead to, by the protocol of sitemaps; no end is seen of a circle.
pub(crate) const MOST_SITEMAPS: usize = 50_000;
/// Redirects that are followed, on the host alone.
const REDIRECTS: usize = 5;

/// Why there is no list of targets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GatherError {
    /// A list is none.
    #[error(transparent)]
    List(#[from] ListError),
    /// A text is no address.
    #[error("left out: `{0}` is no address of the web")]
    NoAddress(String),
    /// The one sitemap cannot be read.
    #[error("reading the sitemap {name}")]
    Sitemap {
        /// Where it is.
        name: String,
        /// Why.
        source: ReadError,
    },
    /// Sitemaps lead to each other without end.
    #[error("there are more than {MOST_SITEMAPS} sitemaps")]
    Sitemaps,
    /// The file of targets cannot be written.
    #[error("writing the list of targets")]
    Write(#[from] io::Error),
}

/// Why something cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is no address that can be asked for.
    #[error("`{0}` is no address of the web")]
    Address(String),
    /// No answer came.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It leads on without end.
    #[error("it leads on and on, at last to {0}")]
    Redirects(Url),
    /// It answers something else.
    #[error("it answers {0}")]
    Status(StatusCode),
}

/// Reads what stands at a URL, through a few redirects that stay on the host.
pub(crate) async fn fetched(client: &Client, url: &Url, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut url = url.clone();
    for _ in 0..=REDIRECTS {
        let uri = url.as_str().parse().map_err(|_| ReadError::Address(url.to_string()))?;
        let (status, headers, body) = client.read(&uri, most).await?;
        if status.is_success() {
            return Ok(body);
        }
        let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
        let to = to.filter(|_| status.is_redirection()).and_then(|to| url.join(to).ok());
        let is_here = |to: &Url| to.host_str() == url.host_str();
        match to.filter(is_here) {
            Some(to) => url = to,
            None => return Err(ReadError::Status(status)),
        }
    }
    Err(ReadError::Redirects(url))
}

/// The address of the web that a text is.
pub(crate) fn parsed(text: &str) -> Result<Url, GatherError> {
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| GatherError::NoAddress(text.to_owned()))
}
