//! One request of the zone's traffic.

use std::net::{IpAddr, Ipv4Addr};

use cloudflare_rules::Request;

/// The client of whom nothing is known: an address that nobody has (RFC 5737), of no known country
/// and system. Cloudflare and AWS WAF both call such a country `XX`.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const NOWHERE: &str = "XX";

/// A request, and how often it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The request.
    pub request: Request,
    /// How often. Default: 1.
    pub count: u64,
}

impl Visit {
    /// A `GET` of a URL by somebody of whom nothing is known; `None` where it has no host.
    pub fn get(url: &str) -> Option<Self> {
        let mut request = Request::get(url);
        request.host = plain_host(&request.host)?;
        request.address = Some(NOBODY);
        request.country = Some(NOWHERE.to_owned());
        request.autonomous_system = Some(0);
        Some(Self { request, count: 1 })
    }

    /// The request as people read it: `POST https://shop.example/login`.
    pub fn line(&self) -> String {
        let Request { is_https, method, host, path, query, .. } = &self.request;
        let scheme = if *is_https { "https" } else { "http" };
        let mark = if query.is_empty() { "" } else { "?" };
        let method = if method == "GET" { String::new() } else { format!("{method} ") };
        format!("{method}{scheme}://{host}{path}{mark}{query}")
    }
}

/// A host in lower case, without a port and the dot at its end.
fn plain_host(host: &str) -> Option<String> {
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_host = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic());
    is_host.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_requests() {
        for (url, want) in [
            ("https://Shop.Example:443/A?b#c", Some("https://shop.example/A?b")),
            ("http://shop.example", Some("http://shop.example/")),
            ("shop.example./x", Some("https://shop.example/x")),
            ("https:///x", None),
            ("", None),
        ] {
            assert_eq!(Visit::get(url).map(|it| it.line()).as_deref(), want, "{url}");
        }
    }
}
