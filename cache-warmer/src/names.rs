//! From a host and a location to addresses.

use std::collections::HashMap;
use std::fmt::Debug;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;

use crate::location::LocationId;

/// Addresses, or why there are none.
pub type Resolved<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, String>> + Send + 'a>>;

/// What finds the addresses of names.
pub trait Resolve: Debug + Send + Sync {
    /// The addresses of a name; never none of them.
    fn addresses<'a>(&'a self, name: &'a str) -> Resolved<'a>;
}

/// How long a name server has for an answer, twice.
const PATIENCE: Duration = Duration::from_secs(3);

/// Name servers: that of an address, or those of this machine.
#[derive(Debug)]
pub struct Dns {
    inner: TokioResolver,
}

impl Dns {
    /// Asks the server, or those of this machine. Within a runtime.
    ///
    /// # Errors
    /// Where this machine names no servers.
    pub fn new(server: Option<SocketAddr>) -> Result<Self, String> {
        let unusable = |error: hickory_resolver::net::NetError| error.to_string();
        let mut builder = match server {
            Some(server) => {
                let provider = TokioRuntimeProvider::default();
                TokioResolver::builder_with_config(only(server), provider)
            }
            None => TokioResolver::builder_tokio().map_err(unusable)?,
        };
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.ndots = 0;
        Ok(Self { inner: builder.build().map_err(unusable)? })
    }
}

fn only(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = connections.map(|mut it| {
        it.port = server.port();
        it
    });
    let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

impl Resolve for Dns {
    fn addresses<'a>(&'a self, name: &'a str) -> Resolved<'a> {
        Box::pin(async move {
            let found = self.inner.lookup_ip(format!("{name}.")).await;
            let found: Vec<_> = found.map_err(|error| error.to_string())?.iter().collect();
            if found.is_empty() { Err("it has no addresses".to_owned()) } else { Ok(found) }
        })
    }
}

/// One address for every name, as `--connect` gives it.
#[derive(Clone, Copy, Debug)]
pub struct Pinned(
    /// The address.
    pub IpAddr,
);

impl Resolve for Pinned {
    fn addresses<'a>(&'a self, _: &'a str) -> Resolved<'a> {
        Box::pin(std::future::ready(Ok(vec![self.0])))
    }
}

/// Where requests for hosts are sent.
#[derive(Debug)]
pub struct Names {
    resolver: Box<dyn Resolve>,
    /// By host; the empty one is that of all others.
    distributions: HashMap<String, String>,
}

impl Names {
    /// With the distributions' own names, `d111111abcdef8.cloudfront.net`, by the hosts that they
    /// answer for; the host `""` is every other one.
    pub fn new(resolver: Box<dyn Resolve>, distributions: HashMap<String, String>) -> Self {
        Self { resolver, distributions }
    }

    /// The addresses of a host, at a location or wherever its name leads.
    ///
    /// # Errors
    /// Why there are none, in words.
    pub async fn addresses(
        &self,
        host: &str,
        location: Option<&LocationId>,
    ) -> Result<Vec<IpAddr>, String> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if location.is_none()
            && let Some(address) = itself(host)
        {
            return Ok(vec![address]);
        }
        let name = match location {
            None => host.to_owned(),
            Some(location) => {
                let distribution = self.distributions.get(host);
                let distribution = distribution.or_else(|| self.distributions.get(""));
                let distribution = distribution.ok_or_else(|| {
                    format!("the distribution of {host} is not known: --distribution names it")
                })?;
                location.name_of(distribution)
            }
        };
        let found = self.resolver.addresses(&name).await;
        found.map_err(|reason| format!("{name} has no address: {reason}"))
    }
}

/// The address that a host is by itself: an IP, or `localhost` and what is below it (RFC 6761).
fn itself(host: &str) -> Option<IpAddr> {
    if host == "localhost" || host.ends_with(".localhost") {
        return Some(Ipv4Addr::LOCALHOST.into());
    }
    host.parse().ok()
}
