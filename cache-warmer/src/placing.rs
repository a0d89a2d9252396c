//! Where URLs are asked for.

use url::Url;

/// Where URLs of a site are asked for, in the place of its domains.
#[derive(Clone, Debug, Default)]
pub struct Placing(
    /// The site's domains, and where it answers; `None` where it answers at these.
    pub Option<(Vec<String>, Url)>,
);

impl Placing {
    /// The URL where it is asked for: one of the site's domains, in its place the base.
    pub fn of(&self, mut url: Url) -> Url {
        let Some((domains, base)) = &self.0 else { return url };
        let is_its = url.host_str().is_some_and(|host| domains.iter().any(|it| it == host));
        if is_its {
            // Both are URLs with a host, for which none of these can fail.
            let _ = url.set_scheme(base.scheme());
            let _ = url.set_host(base.host_str());
            let _ = url.set_port(base.port());
        }
        url
    }
}
