//! What sites share, and what AWS counts over the whole account.

use std::collections::BTreeMap;

use fleet::Site;
use fleet::delivery::Waf;
use rust_decimal::Decimal;

use super::lines::Lines;
use super::prices::{CloudFront, GB, Region, money};
use super::site::{billed, count};
use super::{Prices, Traffic};

/// Distributions that may share a web ACL:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
const SHARERS: usize = 100;

/// The lines of the fleet.
pub(crate) fn lines(sites: &[(&Site, &Traffic)], prices: &Prices) -> Lines {
    let mut lines = Lines::default();
    delivery(sites, prices, &mut lines);
    let invocations = sum(sites.iter().map(|(_, traffic)| traffic.requests()));
    let free = invocations.min(prices.cloudfront.free.functions);
    let dollars = -money(prices.functions.invocations_million, free, 1_000_000);
    off("functions, always free", count(free), dollars, &mut lines);
    web_acls(sites, prices, &mut lines);
    let paths = sum(sites.iter().map(|(_, traffic)| traffic.invalidations));
    let paid = paths.saturating_sub(prices.invalidations.free_paths);
    if paths > 0 {
        let dollars = money(prices.invalidations.path, paid, 1);
        lines.extra("invalidations", format!("{} paths", count(paths)), Some(dollars));
    }
    lines
}

/// Tiers and free allowances: what the account pays, less what the sites' lines say.
fn delivery(sites: &[(&Site, &Traffic)], prices: &Prices, lines: &mut Lines) {
    let cloudfront = &prices.cloudfront;
    let mut free_bytes = cloudfront.free.transfer_gb.saturating_mul(GB);
    let mut free_requests = cloudfront.free.requests;
    let (mut tiers, mut bytes_off, mut requests_off) =
        (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for (region, of_sites) in by_region(sites, cloudfront) {
        let bytes = sum(of_sites.iter().map(|(_, bytes)| *bytes));
        let requests = sum(of_sites.iter().map(|(requests, _)| *requests));
        let first = of_sites.iter().map(|(_, bytes)| CloudFront::transfer_at_first(region, *bytes));
        tiers += cloudfront.transfer(region, bytes) - first.sum::<Decimal>();
        let given = bytes.min(free_bytes);
        free_bytes -= given;
        bytes_off += cloudfront.transfer(region, given);
        let given = requests.min(free_requests);
        free_requests -= given;
        requests_off += money(region.https_10k, given, 10_000);
    }
    off("transfer, lower tiers", "over all sites".to_owned(), tiers, lines);
    let gigabytes = format!("{} GB", count(cloudfront.free.transfer_gb));
    off("transfer, always free", gigabytes, -bytes_off, lines);
    off("requests, always free", count(cloudfront.free.requests), -requests_off, lines);
}

/// Requests and bytes of each site by the region whose prices hold.
fn by_region<'p>(
    sites: &[(&Site, &Traffic)],
    cloudfront: &'p CloudFront,
) -> Vec<(&'p Region, Vec<(u64, u64)>)> {
    let mut found: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for (site, traffic) in sites {
        for (region, amounts) in &traffic.regions {
            found.entry(billed(region, site.delivery.price_class)).or_default().push(*amounts);
        }
    }
    let known = found.into_iter();
    known.filter_map(|(id, amounts)| Some((cloudfront.regions.get(id)?, amounts))).collect()
}

/// Sites with the same rules share a web ACL, a hundred each.
fn web_acls(sites: &[(&Site, &Traffic)], prices: &Prices, lines: &mut Lines) {
    let mut shared: Vec<(&Waf, usize)> = Vec::new();
    for (site, _) in sites {
        let waf = &site.delivery.waf;
        if !waf.enabled || waf.arn.is_some() || rules(waf) == 0 {
            continue;
        }
        match shared.iter_mut().find(|(other, _)| *other == waf) {
            Some((_, users)) => *users += 1,
            None => shared.push((waf, 1)),
        }
    }
    let copies = |users: usize| users.div_ceil(SHARERS) as u64;
    let acls = sum(shared.iter().map(|(_, users)| copies(*users)));
    let rules = sum(shared.iter().map(|(waf, users)| rules(waf) * copies(*users)));
    if acls > 0 {
        let dollars = money(prices.waf.web_acl, acls, 1) + money(prices.waf.rule, rules, 1);
        lines.covered("web ACLs", format!("{acls} with {rules} rules"), dollars);
    }
}

/// Rules of a web ACL; a group of AWS's counts as one.
fn rules(waf: &Waf) -> u64 {
    let lists = [&waf.allow, &waf.block, &waf.block_countries];
    let lists = lists.iter().filter(|list| !list.is_empty()).count();
    (lists + waf.rate_limits.len() + waf.managed.len()) as u64
}

/// A line of what the account gets off, where it gets anything.
fn off(what: &'static str, quantity: String, dollars: Decimal, lines: &mut Lines) {
    if !dollars.is_zero() {
        lines.covered(what, quantity, dollars);
    }
}

fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}
