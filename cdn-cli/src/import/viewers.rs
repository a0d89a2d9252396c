//! What viewers meet first: names, certificate, TLS, countries, the web ACL, error pages.

use std::collections::BTreeMap;

use toml::Value;

use super::lines::{number, table};
use super::{Fields, Lines};

/// Reads what stands at the top of a distribution.
pub(crate) fn read(config: &mut Fields, lines: &mut Lines) {
    domains(config, lines);
    comment(config, lines);
    if config.text("Enabled").is_some_and(|enabled| enabled != "true") {
        lines.key(&["enabled"], false);
    }
    certificate(config, lines);
    http(config, lines);
    price_class(config, lines);
    web_acl(config, lines);
    countries(config, lines);
    logs(config, lines);
    if let Some(header) = config.table("CacheTagConfig").text("HeaderName") {
        lines.key(&["cache_tag_header"], header);
    }
}

fn domains(config: &mut Fields, lines: &mut Lines) {
    let (wild, plain): (Vec<_>, Vec<_>) =
        config.texts("Aliases").into_iter().partition(|alias| alias.contains('*'));
    let plain: Vec<Value> = plain.into_iter().map(|it| it.to_ascii_lowercase().into()).collect();
    lines.key(&["domains"], plain);
    for alias in wild {
        lines.not_imported(format!("Aliases: {alias}: a site names each of its domains"));
    }
}

/// The comment will be the site's name.
fn comment(config: &mut Fields, lines: &mut Lines) {
    if let Some(comment) = config.text("Comment") {
        lines.not_imported(format!("Comment = {comment:?}: it will be the site's name"));
    }
}

/// Tags; those of AWS and those that a deploy writes are left to them.
pub(crate) fn tags(tags: &BTreeMap<String, String>, lines: &mut Lines) {
    let is_own = |key: &str| !key.starts_with("aws:") && !key.starts_with("cdn:");
    for (key, value) in tags.iter().filter(|(key, _)| is_own(key)) {
        lines.key(&["tags", key], value.as_str());
    }
}

fn certificate(config: &mut Fields, lines: &mut Lines) {
    let mut certificate = config.table("ViewerCertificate");
    // Earlier names of what the other keys say.
    certificate.skip(&["Certificate", "CertificateSource", "CloudFrontDefaultCertificate"]);
    let arn = certificate.text("ACMCertificateArn");
    let has_own = arn.is_some();
    lines.key(&["certificate"], arn.unwrap_or_else(|| "none".to_owned()));
    match certificate.text("MinimumProtocolVersion").as_deref() {
        Some("TLSv1.2_2025") => lines.key(&["tls"], "TLSv1.2_2025"),
        Some("TLSv1.3_2025") => lines.key(&["tls"], "TLSv1.3_2025"),
        Some(older) if has_own && older != "TLSv1.2_2021" => lines.not_imported(format!(
            "{} = {older}: the least will be TLSv1.2_2021, and older browsers are refused",
            certificate.path_of("MinimumProtocolVersion")
        )),
        _ => {}
    }
    match certificate.text("SSLSupportMethod").as_deref() {
        None | Some("sni-only") => {}
        Some(method) => lines.not_imported(format!(
            "{} = {method}: names are told apart by SNI",
            certificate.path_of("SSLSupportMethod")
        )),
    }
    certificate.left(lines);
}

fn http(config: &mut Fields, lines: &mut Lines) {
    let version = config.text("HttpVersion").unwrap_or_else(|| "http1.1".to_owned());
    let version = version.to_ascii_lowercase();
    lines.key(&["http3"], matches!(version.as_str(), "http3" | "http2and3"));
    if !matches!(version.as_str(), "http2" | "http2and3") {
        lines.not_imported(format!("HttpVersion = {version}: HTTP/2 is always spoken"));
    }
    lines.key(&["ipv6"], config.flag("IsIPV6Enabled"));
}

fn price_class(config: &mut Fields, lines: &mut Lines) {
    match config.text("PriceClass").as_deref() {
        Some("PriceClass_100") => lines.key(&["price_class"], "100"),
        Some("PriceClass_200") => lines.key(&["price_class"], "200"),
        None | Some("PriceClass_All") => lines.key(&["price_class"], "all"),
        Some(other) => lines.not_imported(format!("PriceClass = {other}")),
    }
}

fn web_acl(config: &mut Fields, lines: &mut Lines) {
    match config.text("WebACLId") {
        Some(arn) if arn.starts_with("arn:") => {
            lines.key(&["waf"], table([("arn", Some(arn.into()))]));
        }
        there => {
            lines.key(&["waf"], table([("enabled", Some(false.into()))]));
            if let Some(id) = there {
                lines.not_imported(format!(
                    "WebACLId = {id}: AWS WAF Classic is no more; say `waf` anew"
                ));
            }
        }
    }
}

fn countries(config: &mut Fields, lines: &mut Lines) {
    let mut restrictions = config.table("Restrictions");
    let mut geo = restrictions.table("GeoRestriction");
    let kind = geo.text("RestrictionType");
    // The list is the table itself: it has its kind beside its items.
    let countries: Vec<Value> = geo.own_items().into_iter().map(Value::from).collect();
    match kind.as_deref() {
        Some("whitelist") => lines.key(&["geo"], table([("allow", Some(countries.into()))])),
        Some("blacklist") => lines.key(&["geo"], table([("block", Some(countries.into()))])),
        _ => {}
    }
    geo.left(lines);
    restrictions.left(lines);
}

/// Version 2 of the logs is no part of a distribution; version 1 gives way to it.
fn logs(config: &mut Fields, lines: &mut Lines) {
    let mut logging = config.table("Logging");
    let is_on = logging.flag("Enabled");
    lines.key(&["logs"], table([("enabled", Some(is_on.into()))]));
    if is_on {
        let bucket = logging.text("Bucket").unwrap_or_default();
        let prefix = logging.text("Prefix").unwrap_or_default();
        lines.not_imported(format!(
            "Logging to {bucket}/{prefix}: access logs will be those of version 2, in the fleet's bucket"
        ));
        if logging.flag("IncludeCookies") {
            lines.not_imported("Logging.IncludeCookies: say `logs.fields` with cs(Cookie)");
        }
    } else {
        lines.remark("Logs of version 2 are no part of a distribution: switch `logs` on for them.");
    }
}

/// Reads pages in place of errors.
pub(crate) fn errors(config: &mut Fields, lines: &mut Lines) {
    for mut error in config.tables("CustomErrorResponses", "ErrorCode") {
        let code = error.text("ErrorCode").unwrap_or_default();
        let page = error.text("ResponsePagePath");
        let status = error.number("ResponseCode").filter(|_| page.is_some());
        let ttl = error.number("ErrorCachingMinTTL").unwrap_or(10);
        let value = table([
            ("page", page.map(Value::from)),
            ("status", status.map(number)),
            ("ttl", Some(number(ttl))),
        ]);
        lines.key(&["errors", &code], value);
        error.left(lines);
    }
}
