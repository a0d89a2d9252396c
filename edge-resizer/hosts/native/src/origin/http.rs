//! Originals of another web server.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use ::http::HeaderValue;
use ::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, LOCATION,
};
use bytes::{Bytes, BytesMut};
use edge_resizer::SourceFailure;
use reqwest::{Client, Response, StatusCode, redirect};
use url::{Origin as UrlOrigin, Url};

use super::{OriginPath, Original, media_type};
use crate::error::SetupError;
use crate::ssrf::{self, GuardedResolver, Refused};

/// Redirects that are followed, as many as imgproxy and Cloudflare's limit allow.
const MAX_REDIRECTS: usize = 5;

/// A connection that takes longer is given up, so that there is time left to say so.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// No more memory than this is set aside on the word of a `Content-Length`.
const MAX_TRUSTED_LENGTH: u64 = 1024 * 1024;

/// HTTP clients, made when they are first needed: the root certificates take a while to read.
#[derive(Debug, Default)]
pub(crate) struct HttpClients {
    guarded: OnceLock<Client>,
    open: OnceLock<Client>,
}

impl HttpClients {
    /// The client that connects to public addresses only.
    fn guarded(&self) -> Result<Client, SetupError> {
        get_or_try_init(&self.guarded, || client_builder().dns_resolver(GuardedResolver).build())
    }

    /// The client that connects to any address.
    fn open(&self) -> Result<Client, SetupError> {
        get_or_try_init(&self.open, || client_builder().build())
    }
}

fn get_or_try_init(
    cell: &OnceLock<Client>,
    make: impl FnOnce() -> reqwest::Result<Client>,
) -> Result<Client, SetupError> {
    if let Some(client) = cell.get() {
        return Ok(client.clone());
    }
    let client = make()?;
    Ok(cell.get_or_init(|| client).clone())
}

/// Redirects are followed by hand, each with a check; a proxy would resolve names out of our sight.
fn client_builder() -> reqwest::ClientBuilder {
    // It fails only where a provider is installed already, which does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .default_headers(
            [(ACCEPT_ENCODING, HeaderValue::from_static("identity"))].into_iter().collect(),
        )
        .user_agent(concat!("edge-resizer/", env!("CARGO_PKG_VERSION")))
}

/// Fetches files by URL, no matter whose.
#[derive(Clone, Debug)]
pub(super) struct HttpFetcher {
    guarded: Client,
    /// A server that may have a private address, and a client that may ask it.
    trusted: Option<(UrlOrigin, Client)>,
    hosts: Hosts,
}

/// Hosts that may be asked, redirects included.
#[derive(Clone, Debug)]
enum Hosts {
    Any,
    /// `cdn.example` or `*.example`, in lower case.
    Listed(Vec<String>),
}

/// A site's own origin on another web server.
#[derive(Clone, Debug)]
pub(super) struct HttpOrigin {
    /// Without a `/` at its end.
    base: Url,
    fetcher: HttpFetcher,
}

impl HttpOrigin {
    /// `allow_private` is about this server alone: where it redirects elsewhere, the address there
    /// has to be public.
    pub(super) fn new(
        site: &str,
        url: &str,
        allow_private: bool,
        clients: &HttpClients,
    ) -> Result<Self, SetupError> {
        let base = base_url(url).map_err(|reason| SetupError::OriginUrl {
            site: site.to_owned(),
            url: url.to_owned(),
            reason,
        })?;
        let trusted = allow_private.then(|| clients.open()).transpose()?;
        let fetcher = HttpFetcher {
            guarded: clients.guarded()?,
            trusted: trusted.map(|client| (base.origin(), client)),
            hosts: Hosts::Any,
        };
        Ok(Self { base, fetcher })
    }

    pub(super) async fn get(
        &self,
        path: &OriginPath,
        limit: u64,
    ) -> Result<Original, SourceFailure> {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{}", self.base.path().trim_end_matches('/'), path.encoded()));
        url.set_query(path.query());
        self.fetcher.get(url, limit).await
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !is_plain_http(&url) {
        return Err("it is not an http or https URL without user info".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment".to_owned());
    }
    Ok(url)
}

fn is_plain_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
}

impl HttpFetcher {
    /// For other hosts that a policy allows; their addresses have to be public.
    pub(super) fn of_hosts(clients: &HttpClients, hosts: &[String]) -> Result<Self, SetupError> {
        let hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        Ok(Self { guarded: clients.guarded()?, trusted: None, hosts: Hosts::Listed(hosts) })
    }

    pub(super) async fn get_text(&self, url: &str, limit: u64) -> Result<Original, SourceFailure> {
        let url = Url::parse(url).map_err(|_| SourceFailure::Forbidden)?;
        self.get(url, limit).await
    }

    async fn get(&self, mut url: Url, limit: u64) -> Result<Original, SourceFailure> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&url).await?;
            match redirect_target(&url, &response) {
                Some(target) => url = target?,
                None => return read(&url, response, limit).await,
            }
        }
        Err(SourceFailure::TooManyRedirects)
    }

    async fn ask(&self, url: &Url) -> Result<Response, SourceFailure> {
        let client = self.client_for(url)?;
        client.get(url.clone()).send().await.map_err(|error| failure(&error))
    }

    /// The client that may ask for a URL, if any may.
    fn client_for(&self, url: &Url) -> Result<&Client, SourceFailure> {
        if !is_plain_http(url) || !self.hosts.allow(url) {
            return Err(SourceFailure::Forbidden);
        }
        match &self.trusted {
            Some((origin, client)) if *origin == url.origin() => return Ok(client),
            Some(_) | None => {}
        }
        ssrf::check_literal(url).map_err(|refused| {
            tracing::debug!(%refused, "Address refused");
            SourceFailure::Forbidden
        })?;
        Ok(&self.guarded)
    }
}

impl Hosts {
    fn allow(&self, url: &Url) -> bool {
        let Self::Listed(rules) = self else { return true };
        // The URL parser has brought it to lower case.
        let host = url.host_str().unwrap_or_default();
        rules.iter().any(|rule| match rule.strip_prefix("*.") {
            Some(parent) => host
                .strip_suffix(parent)
                .is_some_and(|label| label.len() > 1 && label.ends_with('.')),
            None => host == rule,
        })
    }
}

/// Where a response leads to, if it leads elsewhere.
fn redirect_target(url: &Url, response: &Response) -> Option<Result<Url, SourceFailure>> {
    use StatusCode as S;
    let elsewhere = matches!(
        response.status(),
        S::MOVED_PERMANENTLY
            | S::FOUND
            | S::SEE_OTHER
            | S::TEMPORARY_REDIRECT
            | S::PERMANENT_REDIRECT
    );
    if !elsewhere {
        return None;
    }
    let target = header(response, &LOCATION).and_then(|location| url.join(&location).ok());
    Some(target.ok_or(SourceFailure::Status(response.status().as_u16())))
}

async fn read(url: &Url, response: Response, limit: u64) -> Result<Original, SourceFailure> {
    match response.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(SourceFailure::Denied),
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(SourceFailure::NotFound),
        other => return Err(SourceFailure::Status(other.as_u16())),
    }
    let named = media_type::of_name(url.path()).map(str::to_owned);
    Ok(Original {
        media_type: header(&response, &CONTENT_TYPE).or(named),
        etag: header(&response, &ETAG),
        last_modified: header(&response, &LAST_MODIFIED),
        cache_control: header(&response, &CACHE_CONTROL),
        bytes: read_body(response, limit).await?,
    })
}

/// Reads the body; stops at the first byte over the limit.
async fn read_body(mut response: Response, limit: u64) -> Result<Bytes, SourceFailure> {
    let too_large = SourceFailure::TooLarge { limit };
    let announced = response.content_length().unwrap_or(0);
    if announced > limit {
        return Err(too_large);
    }
    let trusted = usize::try_from(announced.min(MAX_TRUSTED_LENGTH)).unwrap_or(0);
    let mut body = BytesMut::with_capacity(trusted);
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if (body.len() as u64).saturating_add(chunk.len() as u64) > limit {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn failure(error: &reqwest::Error) -> SourceFailure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Refused>() {
            return SourceFailure::Forbidden;
        }
        cause = error.source();
    }
    if error.is_timeout() { SourceFailure::TimedOut } else { SourceFailure::Unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_plain_http() {
        for (text, good) in [
            ("https://shop.example", true),
            ("http://10.0.0.1:8080/base/", true),
            ("ftp://shop.example", false),
            ("https://user@shop.example", false),
            ("https://:secret@shop.example", false),
            ("https://shop.example/?a=b", false),
            ("shop.example", false),
            ("", false),
        ] {
            assert_eq!(base_url(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn other_hosts_are_those_of_the_list() {
        let rules = ["cdn.example", "*.shop.example"];
        let hosts = Hosts::Listed(rules.map(str::to_owned).to_vec());
        for (url, want) in [
            ("https://CDN.example:8443/a.jpg", true),
            ("https://eu.shop.example/a.jpg", true),
            ("https://a.eu.shop.example/a.jpg", true),
            ("https://shop.example/a.jpg", false),
            ("https://evilshop.example/a.jpg", false),
            ("https://cdn.example.evil/a.jpg", false),
            ("https://10.0.0.1/a.jpg", false),
        ] {
            assert_eq!(hosts.allow(&Url::parse(url).unwrap()), want, "{url}");
        }
    }

    #[test]
    fn only_the_trusted_server_may_be_private() {
        let clients = HttpClients::default();
        let origin = HttpOrigin::new("shop", "http://10.0.0.1:8080/base", true, &clients).unwrap();
        for (url, want) in [
            ("http://10.0.0.1:8080/other", true),
            ("http://10.0.0.1:8081/", false),
            ("https://10.0.0.1:8080/", false),
            ("http://169.254.169.254/latest/meta-data/", false),
            ("http://user@10.0.0.1:8080/", false),
            ("file:///etc/passwd", false),
            ("https://cdn.example/", true),
        ] {
            let client = origin.fetcher.client_for(&Url::parse(url).unwrap());
            assert_eq!(client.is_ok(), want, "{url}");
        }
    }
}
