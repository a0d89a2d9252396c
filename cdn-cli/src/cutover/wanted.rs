//! The records that a site wants.

use super::records::{Alias, RecordSet};

/// The hosted zone of all of `CloudFront`'s names:
/// <https://docs.aws.amazon.com/general/latest/gr/cf_region.html>.
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";
/// Seconds for which resolvers may keep a CNAME to `CloudFront`: short enough to go back soon.
pub(crate) const TTL: u32 = 300;

/// Who answers for a domain, as far as it decides what records look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// Route 53, which has aliases.
    Route53,
    /// Another, for a name with others above it in the zone.
    Elsewhere,
    /// Another, for the name of the zone itself, where no CNAME may stand (RFC 1034, section 3.6.2).
    ElsewhereAtTheApex,
}

/// The records that lead a domain to `target`, a name of `CloudFront`'s.
pub(crate) fn records(domain: &str, host: Host, target: &str, ipv6: bool) -> Vec<RecordSet> {
    match host {
        Host::Route53 => aliases(domain, target, ipv6),
        // At the apex it is an ALIAS, an ANAME or a flattened CNAME: each host has its word for it.
        Host::Elsewhere | Host::ElsewhereAtTheApex => {
            vec![RecordSet::plain(domain, "CNAME", TTL, vec![target.to_owned()])]
        }
    }
}

fn aliases(domain: &str, target: &str, ipv6: bool) -> Vec<RecordSet> {
    let kinds: &[&str] = if ipv6 { &["A", "AAAA"] } else { &["A"] };
    let alias = |kind: &&str| {
        let alias = Alias {
            zone: CLOUDFRONT_ZONE.to_owned(),
            target: target.to_owned(),
            evaluate_health: false,
        };
        RecordSet::alias(domain, kind, alias)
    };
    kinds.iter().map(alias).collect()
}
