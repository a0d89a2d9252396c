//! Where the origins of a site are, by the records of the zone and those that were made for them.

use std::collections::BTreeSet;

use cloudflare_zone::Import;
use fleet::Origin;
use fleet::delivery::Place;

use super::SiteModel;
use crate::original::resolve;
use crate::outcome::Server;

/// Records of name, kind and content.
pub(super) struct Records<'f>(Vec<(&'f str, &'f str, &'f str)>);

impl<'f> Records<'f> {
    pub(super) fn of(import: &'f Import) -> Self {
        let changes = import.records.values().flatten();
        let records = changes.flat_map(|change| {
            let named =
                |value: &'f String| (change.name.as_str(), change.kind.as_str(), value.as_str());
            change.values.iter().map(named)
        });
        Self(records.filter(|(_, kind, _)| matches!(*kind, "A" | "AAAA" | "CNAME")).collect())
    }

    /// The server of an origin, and its own name.
    pub(super) fn server(&self, site: &SiteModel<'_>, origin: &str) -> (Server, String) {
        let (scheme, host, port) = match site.site.delivery.origins.get(origin).map(|it| &it.place)
        {
            Some(Place::Public(Origin::Http { url, .. })) => parts(url),
            Some(Place::Public(Origin::S3 { bucket, .. })) => ("https", bucket.as_str(), None),
            Some(Place::Vpc { host, .. }) => ("https", host.as_str(), None),
            _ => ("", origin, None),
        };
        let at: BTreeSet<String> = resolve(host, &self.0);
        (Server { scheme: scheme.to_owned(), at, port }, host.to_owned())
    }
}

fn parts(url: &str) -> (&str, &str, Option<u16>) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split('/').next().unwrap_or(rest);
    match authority.split_once(':') {
        Some((host, port)) => (scheme, host, port.parse().ok()),
        None => (scheme, authority, None),
    }
}
