//! What a tenant cannot have: CloudFront refuses it on distributions that are shared
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html>).

use super::Check;
use crate::delivery::{KeyPart, Mode, PriceClass};

const STANDARD_HINT: &str = "leave it out, or write `mode = \"standard\"`";

pub(super) fn check(check: &mut Check<'_, '_>) {
    let site = check.site;
    let delivery = &site.delivery;
    if delivery.mode != Mode::Tenant {
        return;
    }
    if site.domains.is_empty() {
        let hint = "a tenant answers under its domains alone: name one";
        check.value(&["domains"], "a tenant has a domain", hint);
    }
    if delivery.price_class != PriceClass::All {
        check.key(&["price_class"], "a tenant has no price class", STANDARD_HINT);
    }
    if !delivery.ipv6 {
        let message = "a tenant cannot be without IPv6";
        check.key(&["ipv6"], message, STANDARD_HINT);
    }
    for (name, profile) in &delivery.caches {
        if matches!(profile.cookies, KeyPart::AllBut(_)) {
            let message = "a tenant's cache key names its cookies";
            let hint = "list those that matter: `cookies = [\"currency\"]`";
            check.value(&["caches", name, "cookies"], message, hint);
        }
    }
}
