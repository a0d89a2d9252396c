//! Who gets in: the web ACL and countries.

use std::net::IpAddr;

use super::countries::COUNTRIES;
use super::{Check, names};
use crate::delivery::{RateLimit, Waf};

/// Requests of a rate limit, and the seconds in which they are counted:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html>.
const RATE: (u32, u32) = (10, 2_000_000_000);
const WINDOWS: [u32; 4] = [60, 120, 300, 600];
/// Addresses of an IP set:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.
const ADDRESSES: usize = 10_000;
/// Country codes of a geographic match, by the same page.
const WAF_COUNTRIES: usize = 50;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let site = check.site;
    check_waf(check, &site.delivery.waf);
    let geo = &site.delivery.geo;
    check_countries(check, &["geo", "allow"], &geo.allow);
    check_countries(check, &["geo", "block"], &geo.block);
    if !geo.allow.is_empty() && !geo.block.is_empty() {
        let hint = "who is not in `allow` is refused already: leave `block` out";
        check.value(&["geo", "block"], "a site has one list of countries", hint);
    }
}

fn check_waf(check: &mut Check<'_, '_>, waf: &Waf) {
    for (place, limit) in waf.rate_limits.iter().enumerate() {
        check_rate(check, &place.to_string(), limit);
    }
    for (key, list) in [("allow", &waf.allow), ("block", &waf.block)] {
        check.count(&["waf", key], "addresses", list.len(), ADDRESSES);
        check_cidrs(check, &["waf", key], list);
    }
    if let Some(both) = waf.allow.iter().position(|block| waf.block.contains(block)) {
        let message = format!("`{}` is allowed and blocked", waf.allow[both]);
        let hint = "leave it out of one of the lists";
        check.value(&["waf", "allow", &both.to_string()], message, hint);
    }
    check.count(&["waf", "block_countries"], "countries", waf.block_countries.len(), WAF_COUNTRIES);
    check_countries(check, &["waf", "block_countries"], &waf.block_countries);
    if let Some(arn) = &waf.arn
        && !names::is_arn(arn, "wafv2", Some("us-east-1"), "global/webacl/")
    {
        let hint = "`arn:aws:wafv2:us-east-1:…:global/webacl/…`: CloudFront takes web ACLs of \
                    us-east-1 alone";
        check.value(&["waf", "arn"], format!("`{arn}` is not a web ACL"), hint);
    }
}

fn check_rate(check: &mut Check<'_, '_>, place: &str, limit: &RateLimit) {
    let at = |key| ["waf", "rate_limits", place, key];
    check.range(&at("requests"), limit.requests, RATE.0, RATE.1);
    if !WINDOWS.contains(&limit.window) {
        let message = format!("a window of {} seconds is not to be had", limit.window);
        check.value(&at("window"), message, "60, 120, 300 or 600");
    }
    if let Some(path) = limit.path.as_ref().filter(|path| !path.starts_with('/')) {
        let message = format!("`{path}` is not the beginning of a path");
        check.value(&at("path"), message, "for example `/account`");
    }
}

pub(super) fn check_cidrs(check: &mut Check<'_, '_>, path: &[&str], blocks: &[String]) {
    for (place, block) in blocks.iter().enumerate().filter(|(_, block)| !is_cidr(block)) {
        let hint = "addresses and the length of their prefix: `203.0.113.7/32`, `2001:db8::/32`";
        let place = place.to_string();
        let path = [path, &[place.as_str()]].concat();
        check.value(&path, format!("`{block}` is not a CIDR block"), hint);
    }
}

/// An address and the length of its prefix; AWS WAF does not take `/0`.
fn is_cidr(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    prefix.bytes().all(|byte| byte.is_ascii_digit())
        && prefix.parse::<u8>().is_ok_and(|length| (1..=most).contains(&length))
}

pub(super) fn check_countries(check: &mut Check<'_, '_>, path: &[&str], countries: &[String]) {
    for (place, country) in countries.iter().enumerate() {
        if COUNTRIES.binary_search(&country.as_str()).is_err() {
            let upper = country.to_ascii_uppercase();
            let hint = match upper.as_str() {
                "UK" => "write `GB`: codes are those of ISO 3166-1 alpha-2".to_owned(),
                upper if COUNTRIES.binary_search(&upper).is_ok() => format!("write `{upper}`"),
                _ => "two letters of ISO 3166-1 alpha-2: `DE`, `JP`".to_owned(),
            };
            let place = place.to_string();
            let path = [path, &[&place]].concat();
            check.value(&path, format!("`{country}` is not a country"), hint);
        }
    }
}
