//! What CloudFront makes of a request: the web ACL, the behavior of the path as it came, the viewer
//! function, and the policies of that behavior.

mod behavior;
mod caching;
mod engine;
mod headers;
mod server;
mod waf;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cloudflare_rules::Request;
use cloudflare_zone::Import;
use cloudformation::viewer::{Pair, ViewerFunction};
use edge_resizer::Policy;
use fleet::{Fleet, Site};

use crate::error::CheckError;
use crate::outcome::{Outcome, Refusal, Served, absolute, with_query};
use behavior::BehaviorModel;
pub(crate) use engine::Engines;
use engine::Returned;
use server::Records;
use waf::WebAcl;

/// The sites of a fleet.
pub(crate) struct Translated<'f> {
    sites: Vec<SiteModel<'f>>,
    by_host: HashMap<String, usize>,
    records: Records<'f>,
    pairs: Vec<Pair>,
}

/// A site, ready to be asked.
pub(super) struct SiteModel<'f> {
    pub(super) site: &'f Site,
    acl: WebAcl,
    behaviors: Vec<BehaviorModel>,
}

impl<'f> Translated<'f> {
    pub(crate) fn new(fleet: &'f Fleet, import: &'f Import) -> Result<Self, CheckError> {
        let mut sites = Vec::new();
        let mut by_host = HashMap::new();
        let mut pairs = Vec::new();
        for (index, site) in fleet.sites.iter().enumerate() {
            by_host.extend(site.domains.iter().map(|it| (it.to_ascii_lowercase(), index)));
            let own = cloudformation::site_pairs(site).map_err(|problem| CheckError::Store {
                site: site.name.clone(),
                reason: problem.to_string(),
            })?;
            pairs.extend(own);
            let acl = WebAcl::new(site)?;
            sites.push(SiteModel { site, acl, behaviors: behavior::all(site) });
        }
        Ok(Self { sites, by_host, records: Records::of(import), pairs })
    }

    /// What the viewer functions know.
    pub(crate) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The rules of a host's pictures.
    pub(crate) fn policy(&self, host: &str) -> Option<&'f Policy> {
        self.of(host).map(|it| &it.site.images)
    }

    /// Headers of answers that a host's site names, in lower case.
    pub(crate) fn named(&self, host: &str) -> BTreeSet<String> {
        self.of(host).map(headers::named).unwrap_or_default()
    }

    fn of(&self, host: &str) -> Option<&SiteModel<'f>> {
        self.sites.get(*self.by_host.get(host)?)
    }

    /// What comes of a request; `named` are headers that answers have.
    pub(crate) fn answer(
        &self,
        request: &Request,
        named: &BTreeSet<String>,
        engines: &Engines,
    ) -> Result<Outcome, CheckError> {
        let Some(site) = self.of(&request.host) else {
            return Ok(Outcome::Refused(Refusal::Unknown));
        };
        if let Some(refusal) = site.acl.refusal(request) {
            return Ok(Outcome::Refused(refusal));
        }
        // The last one is of every path.
        let matching = site.behaviors.iter().find(|it| it.pattern.matches(&request.path));
        let Some(behavior) = matching else { return Ok(Outcome::Refused(Refusal::Unknown)) };
        if let Some(ended) = behavior.protocol(request).or_else(|| behavior.method(request)) {
            return Ok(ended);
        }
        let function =
            if behavior.is_of_pictures { ViewerFunction::Pictures } else { ViewerFunction::Pages };
        let returned = engines.run(function, request)?;
        Ok(match returned {
            Returned::Response { status, location: Some(location) } => Outcome::Redirected {
                status,
                location: absolute(&location, request.is_https, &request.host),
            },
            Returned::Response { .. } => Outcome::Refused(Refusal::Unknown),
            Returned::Request { uri, query, headers } => {
                if behavior.is_of_pictures {
                    return Ok(picture(&uri, &query, site));
                }
                self.served(site, behavior, request, (uri, query, headers), named)
            }
        })
    }

    fn served(
        &self,
        site: &SiteModel<'_>,
        behavior: &BehaviorModel,
        request: &Request,
        (path, query, made): (String, String, BTreeMap<String, String>),
        named: &BTreeSet<String>,
    ) -> Outcome {
        let (server, own_name) = self.records.server(site, &behavior.behavior.origin);
        let is_forwarded = behavior.behavior.forward_all;
        let mut key = caching::key(behavior, &query);
        let has_host = key.has_host || is_forwarded;
        // Of one host there is one copy in any case.
        key.has_host |= site.site.domains.len() < 2;
        let kept = caching::seconds(behavior, request);
        let query = if is_forwarded { query } else { caching::forwarded(behavior, &query) };
        Outcome::Served(Box::new(Served {
            host: if has_host { request.host.clone() } else { own_name },
            server,
            path,
            query,
            is_forwarded,
            told: headers::of_request(site, &behavior.behavior.origin, &made),
            headers: headers::of_answer(site, &behavior.behavior, named),
            kept,
            key,
        }))
    }
}

/// A picture: its variant by the path of the key, or a request that the core answers unread.
fn picture(uri: &str, query: &str, site: &SiteModel<'_>) -> Outcome {
    let name = &site.site.name;
    let variant = uri.strip_prefix("/_variants/").and_then(|it| it.strip_prefix(name.as_str()));
    let path = variant.map(|rest| with_query(&format!("/_variants/{rest}"), query));
    Outcome::Picture(path)
}
