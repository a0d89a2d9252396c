//! Requests as a browser makes them, to addresses that were chosen: the shop's own SNI and Host,
//! connections that stay, bodies read and dropped.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use crate::location::LocationId;
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

/// One place: all connections to it.
#[derive(Debug)]
pub struct Lane {
    client: Client,
    location: Option<LocationId>,
    addresses: Mutex<HashMap<String, Result<Vec<IpAddr>, FetchError>>>,
    next: AtomicUsize,
    /// The one connection of HTTP/2 to each host that is being asked, for all to use.
    shared: tokio::sync::Mutex<Option<(Authority, Shared)>>,
}

/// A connection for all, and which of those to this place it is.
#[derive(Clone, Debug)]
struct Shared {
    sender: http2::SendRequest<Empty<Bytes>>,
    number: usize,
}

/// One after the other: a connection of its own, or a part of the shared one.
#[derive(Debug)]
pub struct Connection {
    lane: Arc<Lane>,
    open: Option<(Authority, Sender)>,
}

#[derive(Debug)]
enum Sender {
    Http1(http1::SendRequest<Empty<Bytes>>),
    Http2(Shared),
}

impl Lane {
    /// Towards a location, or wherever names lead.
    pub fn new(client: Client, location: Option<LocationId>) -> Arc<Self> {
        let addresses = Mutex::new(HashMap::new());
        let shared = tokio::sync::Mutex::new(None);
        Arc::new(Self { client, location, addresses, next: AtomicUsize::new(0), shared })
    }

    /// A connection that is made when it is needed.
    pub fn connection(self: &Arc<Self>) -> Connection {
        Connection { lane: Arc::clone(self), open: None }
    }

    /// The addresses of a host here, found once.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, FetchError> {
        let known = || self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(host) {
            return found.clone();
        }
        let found = self.client.names.addresses(host, self.location.as_ref()).await;
        let found = found.map_err(FetchError::Connect);
        known().insert(host.to_owned(), found.clone());
        found
    }

    /// A connection to the next address of the host.
    async fn open(&self, authority: &Authority, is_tls: bool) -> Result<Sender, FetchError> {
        let host = authority.host();
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let addresses = self.addresses(host).await?;
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let address = addresses.get(turn % addresses.len().max(1));
        let address = address.ok_or_else(|| FetchError::Connect("no address".to_owned()))?;
        let stream = TcpStream::connect(SocketAddr::new(*address, port)).await;
        let stream =
            stream.map_err(|error| FetchError::Connect(format!("{address}:{port}: {error}")))?;
        // A request is one small write; waiting for more to send would only delay it.
        stream.set_nodelay(true).map_err(|error| FetchError::Connect(error.to_string()))?;
        if !is_tls {
            return http1_over(stream).await;
        }
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| FetchError::Tls(error.to_string()))?;
        let stream =
            self.client.tls.connect(name, stream).await.map_err(|error| of_handshake(&error))?;
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            http2_over(stream, turn).await
        } else {
            http1_over(stream).await
        }
    }
}

fn of_handshake(error: &io::Error) -> FetchError {
    match error.kind() {
        io::ErrorKind::InvalidData => FetchError::Tls(error.to_string()),
        _ => FetchError::Reset(error.to_string()),
    }
}

fn broken(error: &hyper::Error) -> FetchError {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text = format!("{text}: {cause}");
    }
    FetchError::Reset(text)
}

async fn http1_over<S>(stream: S) -> Result<Sender, FetchError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    // How it ends is told to whoever waits for an answer.
    tokio::spawn(connection);
    Ok(Sender::Http1(sender))
}

async fn http2_over<S>(stream: S, number: usize) -> Result<Sender, FetchError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(stream);
    let handshake = http2::Builder::new(TokioExecutor::new()).handshake(io).await;
    let (sender, connection) = handshake.map_err(|error| broken(&error))?;
    tokio::spawn(connection);
    Ok(Sender::Http2(Shared { sender, number }))
}

impl Connection {
    /// Asks, and reads the answer to its end.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn get(&mut self, uri: &Uri, wish: Wish) -> Result<Answer, FetchError> {
        self.get_with(uri, wish, &mut |_| ()).await
    }

    async fn get_with(
        &mut self,
        uri: &Uri,
        wish: Wish,
        take: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Answer, FetchError> {
        let patience = self.lane.client.timeout;
        if let Ok(answer) = timeout(patience, self.ask(uri, wish, take)).await {
            return answer;
        }
        self.open = None;
        Err(FetchError::Timeout(patience))
    }

    /// A connection that was open may have been closed meanwhile, which is nobody's fault.
    async fn ask(
        &mut self,
        uri: &Uri,
        wish: Wish,
        take: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Answer, FetchError> {
        let authority = uri.authority().ok_or_else(|| FetchError::Connect("no host".to_owned()))?;
        if self.is_open_to(authority) {
            match self.send(uri, wish).await {
                Ok((response, ttfb)) => return self.drain(response, ttfb, take).await,
                Err(_) => self.close().await,
            }
        }
        let sender = self.connect(authority, uri.scheme() == Some(&Scheme::HTTPS)).await?;
        self.open = Some((authority.clone(), sender));
        match self.send(uri, wish).await {
            Ok((response, ttfb)) => self.drain(response, ttfb, take).await,
            Err(error) => {
                self.close().await;
                Err(error)
            }
        }
    }

    fn is_open_to(&self, authority: &Authority) -> bool {
        match &self.open {
            Some((to, Sender::Http1(sender))) => to == authority && !sender.is_closed(),
            Some((to, Sender::Http2(shared))) => to == authority && !shared.sender.is_closed(),
            None => false,
        }
    }

    /// Gives a connection up, the shared one for all.
    async fn close(&mut self) {
        if let Some((_, Sender::Http2(own))) = self.open.take() {
            let mut shared = self.lane.shared.lock().await;
            // Another may have made a new one already.
            let is_it = |(_, all): &(Authority, Shared)| all.number == own.number;
            if shared.as_ref().is_some_and(is_it) {
                *shared = None;
            }
        }
    }

    /// A part of the shared connection, or one of its own where the host speaks HTTP/1.1.
    async fn connect(&self, authority: &Authority, is_tls: bool) -> Result<Sender, FetchError> {
        if !is_tls {
            return self.lane.open(authority, is_tls).await;
        }
        let mut shared = self.lane.shared.lock().await;
        if let Some((to, open)) = &*shared
            && to == authority
            && !open.sender.is_closed()
        {
            return Ok(Sender::Http2(open.clone()));
        }
        let sender = self.lane.open(authority, is_tls).await?;
        if let Sender::Http2(open) = &sender {
            *shared = Some((authority.clone(), open.clone()));
        }
        Ok(sender)
    }

    async fn send(
        &mut self,
        uri: &Uri,
        wish: Wish,
    ) -> Result<(Response<Incoming>, Duration), FetchError> {
        let closed = || FetchError::Reset("closed".to_owned());
        let (authority, sender) = self.open.as_mut().ok_or_else(closed)?;
        let begun = Instant::now();
        let response = match sender {
            Sender::Http1(sender) => {
                let mut request = request(path_of(uri), wish, &self.lane.client.agent);
                let host = HeaderValue::from_str(authority.as_str()).map_err(|_| closed())?;
                request.headers_mut().insert(HOST, host);
                sender.ready().await.map_err(|error| broken(&error))?;
                sender.send_request(request).await
            }
            Sender::Http2(shared) => {
                shared.sender.ready().await.map_err(|error| broken(&error))?;
                shared
                    .sender
                    .send_request(request(uri.clone(), wish, &self.lane.client.agent))
                    .await
            }
        };
        Ok((response.map_err(|error| broken(&error))?, begun.elapsed()))
    }

    async fn drain(
        &mut self,
        response: Response<Incoming>,
        ttfb: Duration,
        take: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<Answer, FetchError> {
        let (parts, mut body) = response.into_parts();
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                self.open = None;
                broken(&error)
            })?;
            if let Some(chunk) = frame.data_ref() {
                bytes += chunk.len() as u64;
                take(chunk);
            }
        }
        Ok(Answer { status: parts.status, headers: parts.headers, bytes, ttfb })
    }
}

fn request(uri: Uri, wish: Wish, agent: &HeaderValue) -> Request<Empty<Bytes>> {
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = uri;
    request.headers_mut().extend(wish.headers());
    request.headers_mut().insert(USER_AGENT, agent.clone());
    request
}

/// Path and query alone, as HTTP/1.1 has them on the request line.
fn path_of(uri: &Uri) -> Uri {
    uri.path_and_query().map_or_else(Uri::default, |path| Uri::from(path.clone()))
}
