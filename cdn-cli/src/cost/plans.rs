//! Flat-rate plans: which one would hold a site's traffic, and what stands against it.

use std::collections::BTreeSet;

use fleet::delivery::{ImageShape, Mode};
use fleet::{Fleet, Site};
use rust_decimal::Decimal;
use serde::Serialize;

use super::Traffic;
use super::estimate::SiteEstimate;
use super::lines::Lines;
use super::prices::{GB, Level, Plans};

/// What a plan would do for a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Advice {
    /// The smallest plan that holds the traffic; none where none does.
    pub(crate) plan: Option<String>,
    /// Its price.
    pub(crate) month: Option<Decimal>,
    /// What it would take the place of.
    pub(crate) replaces: Decimal,
    /// Whether it is the better.
    pub(crate) verdict: Verdict,
    /// What stands against any plan.
    pub(crate) excluded: Vec<String>,
}

/// Whether a plan is better than paying as one goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// It costs less.
    Cheaper,
    /// It costs as much, or more.
    Dearer,
    /// It cannot be had.
    Excluded,
}

/// What a plan would do for a site.
pub(crate) fn advice(
    site: &Site,
    fleet: &Fleet,
    traffic: &Traffic,
    lines: &Lines,
    plans: &Plans,
) -> Advice {
    let level = plans.levels.iter().find(|level| holds(level, traffic));
    let mut excluded = excluded(site, fleet);
    if level.is_none() {
        excluded.push("no plan holds the traffic".to_owned());
    }
    let replaces = lines.covered_by_plans();
    let verdict = match level {
        _ if !excluded.is_empty() => Verdict::Excluded,
        Some(level) if level.month < replaces => Verdict::Cheaper,
        _ => Verdict::Dearer,
    };
    Advice {
        plan: level.map(|level| level.name.clone()),
        month: level.map(|level| level.month),
        replaces,
        verdict,
        excluded,
    }
}

fn holds(level: &Level, traffic: &Traffic) -> bool {
    traffic.requests() <= level.requests && traffic.bytes() <= level.transfer_gb.saturating_mul(GB)
}

/// What a site has that no plan allows:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html>.
fn excluded(site: &Site, fleet: &Fleet) -> Vec<String> {
    let delivery = &site.delivery;
    let mut reasons = Vec::new();
    let mut add = |is_so: bool, reason: &str| {
        if is_so {
            reasons.push(reason.to_owned());
        }
    };
    add(delivery.mode == Mode::Tenant, "it is a tenant of a shared distribution");
    add(
        delivery.image_shape == ImageShape::LambdaEdge,
        "its pictures are made by Lambda@Edge: `image_shape = \"function-url\"` would do",
    );
    add(apexes(site) > 1, "its domains are under several apex domains");
    add(
        fleet.sites.len() > 1,
        "it shares its viewer function and store with other sites, and a plan wants its own",
    );
    add(
        delivery.waf.enabled && shares_web_acl(site, fleet),
        "it shares its web ACL with other sites, and a plan wants its own",
    );
    reasons
}

fn shares_web_acl(site: &Site, fleet: &Fleet) -> bool {
    fleet
        .sites
        .iter()
        .any(|other| other.name != site.name && other.delivery.waf == site.delivery.waf)
}

/// Apex domains, told apart by their last two labels; all of a zone are of one.
fn apexes(site: &Site) -> usize {
    if site.delivery.zone.is_some() {
        return 1;
    }
    let apex = |domain: &String| {
        let labels: Vec<_> = domain.rsplit('.').take(2).map(str::to_owned).collect();
        labels.join(".")
    };
    site.domains.iter().map(apex).collect::<BTreeSet<_>>().len()
}

/// An account has so many plans: those that save most have them.
pub(crate) fn cap(sites: &mut [SiteEstimate], plans: &Plans) {
    let mut saving: Vec<usize> =
        (0..sites.len()).filter(|at| sites[*at].plan.verdict == Verdict::Cheaper).collect();
    saving.sort_by_key(|at| {
        let plan = &sites[*at].plan;
        plan.month.unwrap_or_default() - plan.replaces
    });
    let (mut taken, mut free) = (0, 0);
    for at in saving {
        let plan = &mut sites[at].plan;
        let is_free = plan.month.is_some_and(|month| month.is_zero());
        if taken == plans.most || is_free && free == plans.most_free {
            plan.verdict = Verdict::Excluded;
            let most = if is_free { plans.most_free } else { plans.most };
            plan.excluded.push(format!("an account has {most} such plans, and others save more"));
            continue;
        }
        taken += 1;
        free += usize::from(is_free);
    }
}
