//! What the viewer functions know of the sites: the pairs of each store.

use std::collections::{BTreeMap, BTreeSet};

use fleet::{Fleet, Site};

use crate::error::{RenderError, SiteProblem};
use crate::places::Places;
use crate::viewer::{self, Pair, Redirect, RedirectStatus, SiteExtras};

/// The pairs of every store. A site's data is where its function reads; a tenant's function is that of
/// the distribution it shares.
pub(crate) fn pairs(
    fleet: &Fleet,
    places: &Places<'_>,
) -> Result<BTreeMap<String, Vec<Pair>>, RenderError> {
    let mut problems = Vec::new();
    let mut of_site = BTreeMap::new();
    for site in &fleet.sites {
        match site_pairs(site) {
            Ok(pairs) => {
                of_site.insert(site.name.as_str(), pairs);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(RenderError::Sites(problems));
    }
    let stores = places.stores().into_iter().map(|(store, users)| {
        let sites: BTreeSet<_> = users.iter().flat_map(|user| places.sites_of(user)).collect();
        let mut pairs: Vec<_> =
            sites.iter().filter_map(|site| of_site.get(site.as_str())).flatten().cloned().collect();
        pairs.sort();
        (store, pairs)
    });
    Ok(stores.collect())
}

/// The pairs of one site.
///
/// # Errors
/// What in the site the function cannot read from its store.
pub fn site_pairs(site: &Site) -> Result<Vec<Pair>, SiteProblem> {
    let problem = |what: String, hint: &str| SiteProblem {
        site: site.name.clone(),
        what,
        hint: hint.to_owned(),
    };
    let mut redirects = Vec::new();
    for (from, target) in &site.delivery.redirects {
        let status = status(target.status).ok_or_else(|| {
            let what = format!("the redirect from `{from}` has the status {}", target.status);
            problem(what, "the viewer function answers 301, 302, 307 or 308")
        })?;
        let (to, query) = (target.to.clone(), target.query);
        redirects.push(Redirect { from: from.clone(), to, status, query });
    }
    let extras = SiteExtras { client_headers: site.delivery.client_headers, redirects };
    viewer::pairs(site, &extras)
        .map_err(|error| problem(error.to_string(), "the viewer function reads it from its store"))
}

fn status(code: u16) -> Option<RedirectStatus> {
    const ALL: [RedirectStatus; 4] = [
        RedirectStatus::Permanent,
        RedirectStatus::Temporary,
        RedirectStatus::TemporarySameMethod,
        RedirectStatus::PermanentSameMethod,
    ];
    ALL.into_iter().find(|status| status.code() == code)
}
