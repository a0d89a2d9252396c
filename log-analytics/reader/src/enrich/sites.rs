//! Whose host it is.

use std::collections::HashMap;

/// What is told of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Its name in the fleet file.
    pub name: String,
    /// The brand.
    pub brand: Option<String>,
    /// The first of its groups.
    pub group: Option<String>,
    /// Whom it belongs to.
    pub owner: Option<String>,
}

/// The sites of a fleet by their hosts.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    by_host: HashMap<String, Site>,
}

impl Sites {
    /// Makes a site known under a host: a domain, `*.shop.example`, or a distribution's own domain.
    pub fn insert(&mut self, host: &str, site: Site) {
        self.by_host.insert(host.to_ascii_lowercase(), site);
    }

    /// The site of a host in lower case.
    pub fn of_host(&self, host: &str) -> Option<&Site> {
        let wildcard = || host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        self.by_host.get(host).or_else(|| self.by_host.get(&wildcard()?))
    }
}

/// A host in lower case and without its port.
pub(crate) fn host_of(text: &str) -> String {
    edge_resizer::host_name(text).to_ascii_lowercase()
}

/// The host of a URL, in lower case.
pub(crate) fn host_of_url(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then(|| host_of(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_found_by_host_and_by_wildcard() {
        let mut sites = Sites::default();
        let site = Site { name: "aurora".to_owned(), ..Site::default() };
        sites.insert("*.Aurora.example", site.clone());
        assert_eq!(sites.of_host("www.aurora.example"), Some(&site));
        assert_eq!(sites.of_host("aurora.example"), None);
        assert_eq!(sites.of_host("a.b.aurora.example"), None);
    }

    #[test]
    fn the_host_of_a_page() {
        for (url, want) in [
            ("https://Shop.example/a?b", Some("shop.example")),
            ("https://user@shop.example:8443/", Some("shop.example")),
            ("android-app://com.shop", Some("com.shop")),
            ("shop.example/a", None),
            ("https://", None),
        ] {
            assert_eq!(host_of_url(url).as_deref(), want, "{url}");
        }
    }
}
