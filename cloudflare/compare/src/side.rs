//! A side: where its requests go.

use std::net::SocketAddr;

use reqwest::header::{ACCEPT_ENCODING, HeaderValue};
use reqwest::{Certificate, Client, Url, redirect};
use tokio::net::lookup_host;

use crate::error::Error;
use crate::order::{Order, Resolve, SideOrder};

/// A side that can be asked.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) client: Client,
    pub(crate) base: Url,
}

impl Side {
    /// Makes a client that finds hosts where the order says.
    pub(crate) async fn new(side: &SideOrder, order: &Order) -> Result<Self, Error> {
        let is_web = matches!(side.base.scheme(), "http" | "https");
        if !is_web || side.base.host_str().is_none() {
            return Err(Error::Base(side.base.to_string()));
        }
        // It fails only where a provider is installed already, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            // What stands between would be compared as well.
            .no_proxy()
            .user_agent(concat!("cdn-cli/", env!("CARGO_PKG_VERSION")))
            .default_headers(
                [(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"))].into_iter().collect(),
            )
            .timeout(order.timeout);
        for resolve in &side.resolve {
            client = client.resolve_to_addrs(&resolve.host, &addresses(resolve).await?);
        }
        if let Some(pem) = &order.certificates {
            let all = Certificate::from_pem_bundle(pem);
            client = client.tls_certs_merge(all.map_err(|it| Error::Certificates(it.to_string()))?);
        }
        let client = client.build().map_err(|error| Error::Client(error.to_string()))?;
        Ok(Self { client, base: side.base.clone() })
    }

    /// A text of this side with its own name as `{site}`, so that both sides' can be compared.
    pub(crate) fn without_name(&self, text: &str) -> String {
        let Some(host) = self.base.host_str() else { return text.to_owned() };
        let port = self.base.port().map(|port| format!(":{port}")).unwrap_or_default();
        let origin = format!("{}://{host}{port}", self.base.scheme());
        text.replace(&origin, "{site}").replace(&format!("//{host}{port}"), "{site}")
    }
}

/// Port 0 is the URL's own.
async fn addresses(resolve: &Resolve) -> Result<Vec<SocketAddr>, Error> {
    if let Ok(address) = resolve.at.parse() {
        return Ok(vec![address]);
    }
    if let Ok(ip) = resolve.at.parse() {
        return Ok(vec![SocketAddr::new(ip, 0)]);
    }
    let has_port = resolve.at.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let at = if has_port { resolve.at.clone() } else { format!("{}:0", resolve.at) };
    let found = lookup_host(at).await.map_err(|error| Error::NoAddress {
        host: resolve.at.clone(),
        reason: error.to_string(),
    })?;
    Ok(found.collect())
}
