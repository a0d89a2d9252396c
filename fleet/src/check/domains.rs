//! Domains, their zone and certificate, tags.

use super::{Check, names};
use crate::delivery::{Certificate, Zone};

/// Alternate domain names of a distribution, and aliases of a tenant.
const DOMAINS: usize = 100;
/// Tags of an AWS resource, less those of the fleet and the site.
const TAGS: usize = 48;
/// Characters of a tag's key and value:
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>.
const TAG_KEY: usize = 128;
const TAG_VALUE: usize = 256;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let delivery = &check.site.delivery;
    check.count(&["domains"], "domains", check.site.domains.len(), DOMAINS);
    if let Some(zone) = &delivery.zone {
        check_zone(check, zone);
    }
    if let Certificate::Arn(arn) = &delivery.certificate
        && !names::is_arn(arn, "acm", Some("us-east-1"), "certificate/")
    {
        let hint = "\"request\", \"none\", or an ARN `arn:aws:acm:us-east-1:…:certificate/…`: \
                    CloudFront takes certificates of us-east-1 alone";
        check.value(&["certificate"], format!("`{arn}` is not a certificate"), hint);
    }
    check_tags(check);
}

fn check_zone(check: &mut Check<'_, '_>, zone: &Zone) {
    if !names::is_domain(&zone.name) {
        let hint = "a domain in lower case, for example `aurora.example`";
        check.value(&["zone", "name"], format!("`{}` is not a zone", zone.name), hint);
        return;
    }
    let is_id = |id: &str| {
        id.starts_with('Z') && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if let Some(id) = zone.id.as_deref().filter(|id| !is_id(id)) {
        let hint = "the id as Route 53 shows it, `Z0123456789ABCDEFGHIJ`, without `/hostedzone/`";
        check.value(&["zone", "id"], format!("`{id}` is not the id of a hosted zone"), hint);
    }
    let site = check.site;
    for (place, domain) in site.domains.iter().enumerate() {
        let above = domain.strip_suffix(&zone.name);
        if above.is_none_or(|above| !above.is_empty() && !above.ends_with('.')) {
            let message = format!("`{domain}` is not in the zone `{}`", zone.name);
            let hint = "all domains of a site are in its zone; make a site of the others";
            check.value(&["domains", &place.to_string()], message, hint);
        }
    }
}

fn check_tags(check: &mut Check<'_, '_>) {
    let tags = &check.site.delivery.tags;
    check.count(&["tags"], "tags", tags.len(), TAGS);
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > TAG_KEY || key.starts_with("aws:") {
            let hint = "1 to 128 characters, not beginning with `aws:`";
            check.key(&["tags", key], format!("`{key}` cannot be a tag"), hint);
        }
        if value.chars().count() > TAG_VALUE {
            let message = "the tag's value is too long";
            check.value(&["tags", key], message, "a tag's value has at most 256 characters");
        }
    }
}
