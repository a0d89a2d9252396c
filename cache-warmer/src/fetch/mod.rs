//! Requests as a browser makes them, to addresses that were chosen: the shop's own SNI and Host,
//! connections that stay, bodies read and dropped.
//!
//! ```text
//! lane         a place: names -> addresses -> open connections
//! connection   requests, one after the other, and their answers
//! sender       a connection that is open, of HTTP/1.1 or HTTP/2
//! ```

mod connection;
mod lane;
mod sender;

use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderMap, HeaderValue};
use http::{StatusCode, Uri};
use tokio_rustls::TlsConnector;

pub use self::connection::Connection;
pub use self::lane::Lane;
use crate::names::Names;
use crate::outcome::Cause;
use crate::tls::{self, TlsError};
use crate::wish::Wish;

/// How requests are made.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// `User-Agent`. Default: `cdn-cli-warm` and the version.
    pub user_agent: String,
    /// How long an answer may take, connection and body included. Default: 60 s.
    pub timeout: Duration,
    /// Whether HTTP/2 is offered. Default: yes.
    pub http2: bool,
    /// More authorities to trust, in PEM. Default: none.
    pub authorities: Option<Vec<u8>>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("cdn-cli-warm/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_mins(1),
            http2: true,
            authorities: None,
        }
    }
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// What stands in the list is no address that can be asked for.
    #[error("no address: {0}")]
    Address(String),
    /// No connection was made.
    #[error("no connection: {0}")]
    Connect(String),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Reset(String),
    /// It took too long.
    #[error("no whole answer in {0:?}")]
    Timeout(Duration),
    /// The handshake went wrong.
    #[error("TLS: {0}")]
    Tls(String),
    /// More than was to be read.
    #[error("more than {0} bytes")]
    TooLarge(u64),
}

impl FetchError {
    /// Its kind, for reports.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Address(_) | Self::Connect(_) => Cause::Connect,
            Self::Reset(_) => Cause::Reset,
            Self::Timeout(_) => Cause::Timeout,
            Self::Tls(_) => Cause::Tls,
            Self::TooLarge(_) => Cause::Type,
        }
    }
}

/// What all connections share.
#[derive(Clone)]
pub struct Client {
    tls: TlsConnector,
    agent: HeaderValue,
    timeout: Duration,
    names: Arc<Names>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("agent", &self.agent).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that finds addresses by `names`.
    ///
    /// # Errors
    /// Where the authorities cannot be used.
    pub fn new(options: &ClientOptions, names: Names) -> Result<Self, TlsError> {
        let tls = tls::connector(options.authorities.as_deref(), options.http2)?;
        let agent = HeaderValue::from_str(&options.user_agent);
        let agent = agent.unwrap_or_else(|_| HeaderValue::from_static("cdn-cli-warm"));
        Ok(Self { tls, agent, timeout: options.timeout, names: Arc::new(names) })
    }

    /// Reads what stands at an address, up to so many bytes, wherever the host's name leads.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn read(
        &self,
        uri: &Uri,
        most: u64,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), FetchError> {
        let mut connection = Lane::new(self.clone(), None).connection();
        let mut body = Vec::new();
        let mut is_too_large = false;
        let mut keep = |chunk: &[u8]| {
            is_too_large |= (body.len() + chunk.len()) as u64 > most;
            if !is_too_large {
                body.extend_from_slice(chunk);
            }
        };
        let answer = connection.get_with(uri, Wish::Plain, &mut keep).await?;
        if is_too_large {
            return Err(FetchError::TooLarge(most));
        }
        Ok((answer.status, answer.headers, body))
    }
}

/// An answer whose body was read.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Bytes of its body, as they came over the wire.
    pub bytes: u64,
    /// From the request to the headers; a new connection is not in it.
    pub ttfb: Duration,
}
