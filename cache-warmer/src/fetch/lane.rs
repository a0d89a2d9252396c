//! A place, and how its addresses are connected to.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use http::uri::Authority;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::sender::{Sender, Shared, http1_over, http2_over};
use super::{Client, FetchError};
use crate::location::LocationId;

/// One place: all connections to it.
#[derive(Debug)]
pub struct Lane {
    pub(super) client: Client,
    location: Option<LocationId>,
    addresses: Mutex<HashMap<String, Result<Vec<IpAddr>, FetchError>>>,
    next: AtomicUsize,
    /// The one connection of HTTP/2 to each host that is being asked, for all to use.
    shared: tokio::sync::Mutex<Option<(Authority, Shared)>>,
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

    /// A part of the shared connection, or one of its own where the host speaks HTTP/1.1.
    pub(super) async fn connect(
        &self,
        authority: &Authority,
        is_tls: bool,
    ) -> Result<Sender, FetchError> {
        if !is_tls {
            return self.open(authority, is_tls).await;
        }
        let mut shared = self.shared.lock().await;
        if let Some((to, open)) = &*shared
            && to == authority
            && !open.sender.is_closed()
        {
            return Ok(Sender::Http2(open.clone()));
        }
        let sender = self.open(authority, is_tls).await?;
        if let Sender::Http2(open) = &sender {
            *shared = Some((authority.clone(), open.clone()));
        }
        Ok(sender)
    }

    /// Gives the shared connection up, unless another was made meanwhile.
    pub(super) async fn forget(&self, closed: &Shared) {
        let mut shared = self.shared.lock().await;
        if shared.as_ref().is_some_and(|(_, open)| open.number == closed.number) {
            *shared = None;
        }
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
