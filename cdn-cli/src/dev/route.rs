//! Who answers a request: the site that its `Host` names, or the playground.

use std::collections::HashMap;
use std::net::IpAddr;

use fleet::Site;

/// Where the playground's own files are.
pub(crate) const PLAYGROUND: &str = "/_playground/";

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/healthz`.
    Health,
    /// `/metrics`.
    Metrics,
    /// The playground's page and files.
    Playground,
    /// The site at this place of the fleet.
    Site {
        /// Its place.
        index: usize,
        /// Whether it was asked for by plain `localhost`, where the pictures that were dropped
        /// onto the playground are found too.
        local: bool,
    },
    /// No site has this name.
    UnknownHost,
}

/// The names of the sites.
#[derive(Debug)]
pub(crate) struct Hosts {
    sites: HashMap<String, usize>,
}

impl Hosts {
    /// Learns the names: `<site>.localhost` and each site's domains.
    pub(crate) fn new<'a>(sites: impl Iterator<Item = &'a Site>) -> Self {
        let names = sites.enumerate().flat_map(|(index, site)| {
            let local = format!("{}.localhost", site.name);
            let domains = site.domains.iter().map(|domain| domain.to_ascii_lowercase());
            std::iter::once(local).chain(domains).map(move |name| (name, index))
        });
        Self { sites: names.collect() }
    }

    /// Who answers a request with this `Host` for this path. Without a `Host`, as in HTTP/1.0, and
    /// for every literal address it is the machine itself that is meant.
    pub(crate) fn route(&self, host: Option<&str>, path: &str) -> Route {
        let name = host.map(host_name).unwrap_or_default();
        if let Some(&index) = self.sites.get(&name) {
            return Route::Site { index, local: false };
        }
        let is_local = name.is_empty() || name == "localhost" || name.parse::<IpAddr>().is_ok();
        match path {
            _ if !is_local => Route::UnknownHost,
            "/healthz" => Route::Health,
            "/metrics" => Route::Metrics,
            "/" => Route::Playground,
            _ if path.starts_with(PLAYGROUND) => Route::Playground,
            _ => Route::Site { index: 0, local: true },
        }
    }
}

/// The name in a `Host` header: lower-case, without port, brackets and the root's dot.
fn host_name(host: &str) -> String {
    let host = host.trim();
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map_or(v6, |(address, _)| address),
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_host_decides() {
        let site = |name: &str, domains: &[&str]| Site {
            name: name.to_owned(),
            domains: domains.iter().map(|&domain| domain.to_owned()).collect(),
            origin: fleet::Origin::Folder(PathBuf::new()),
            images: edge_resizer::Policy::default(),
            delivery: fleet::Delivery::default(),
        };
        let sites =
            [site("atelier", &["www.Atelier.example", "atelier.example"]), site("boutique", &[])];
        let hosts = Hosts::new(sites.iter());
        let local = |index| Route::Site { index, local: true };
        let named = |index| Route::Site { index, local: false };
        for (host, path, want) in [
            (Some("atelier.localhost"), "/", named(0)),
            (Some("atelier.localhost:8080"), "/healthz", named(0)),
            (Some("ATELIER.LOCALHOST:8080"), "/_playground/app.js", named(0)),
            (Some("boutique.localhost.:80"), "/photos/a.jpg", named(1)),
            (Some("www.atelier.example"), "/", named(0)),
            (Some("atelier.example"), "/", named(0)),
            (Some("localhost:8080"), "/", Route::Playground),
            (Some("localhost"), "/_playground/app.js", Route::Playground),
            (Some("127.0.0.1:8080"), "/", Route::Playground),
            (Some("[::1]:8080"), "/", Route::Playground),
            (Some("[::1]"), "/metrics", Route::Metrics),
            (Some("192.168.1.7:8080"), "/healthz", Route::Health),
            (Some("localhost"), "/photos/a.jpg", local(0)),
            (Some("localhost"), "/cdn-cgi/image/w=1/a.jpg", local(0)),
            (None, "/", Route::Playground),
            (None, "/photos/a.jpg", local(0)),
            (Some("other.localhost"), "/", Route::UnknownHost),
            (Some("evil.example"), "/metrics", Route::UnknownHost),
            (Some("evil.example"), "/", Route::UnknownHost),
            (Some("[::1"), "/", Route::Playground),
            (Some("["), "/a", local(0)),
        ] {
            assert_eq!(hosts.route(host, path), want, "{host:?} {path}");
        }
    }
}
