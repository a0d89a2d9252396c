//! What stands between shoppers and origins.

use super::Look;
use crate::delivery::{Certificate, DeliveryOrigin, ImageShape, Place, WafMode};
use crate::origins::DEFAULT;
use crate::site::Origin;

/// Seconds of a connection below which it is hardly used again.
const KEEPALIVE: u32 = 30;
/// Seconds that the lists of browsers ask for, a year: <https://hstspreload.org>.
const PRELOAD: u32 = 31_536_000;

/// The origins with the keys under which they stand.
fn origins<'a>(look: &Look<'a, '_>) -> Vec<(Vec<&'a str>, &'a DeliveryOrigin)> {
    let at = |name: &'a String| match name.as_str() {
        DEFAULT => vec!["origin"],
        name => vec!["origins", name],
    };
    look.site.delivery.origins.iter().map(|(name, origin)| (at(name), origin)).collect()
}

pub(super) fn no_hsts(look: &mut Look<'_, '_>) {
    match look.site.delivery.headers.hsts {
        None => look.at(&["headers"], "browsers may begin without TLS"),
        Some(hsts) if hsts.max_age == 0 => {
            look.at(&["headers", "hsts", "max_age"], "browsers are told to forget TLS");
        }
        Some(_) => {}
    }
}

pub(super) fn preload(look: &mut Look<'_, '_>) {
    let Some(hsts) = look.site.delivery.headers.hsts else { return };
    if hsts.preload && (!hsts.include_subdomains || hsts.max_age < PRELOAD) {
        look.at(&["headers", "hsts", "preload"], "browsers will not take it into their lists");
    }
}

pub(super) fn no_csp(look: &mut Look<'_, '_>) {
    if look.site.delivery.headers.csp.is_none() {
        look.at(&["headers"], "pages may load scripts from anywhere");
    }
}

pub(super) fn open_cors(look: &mut Look<'_, '_>) {
    let cors = look.site.delivery.headers.cors.as_ref();
    if cors.is_some_and(|cors| cors.origins.iter().any(|origin| origin == "*")) {
        look.at(&["headers", "cors", "origins"], "every page may read answers");
    }
}

pub(super) fn keepalive(look: &mut Look<'_, '_>) {
    for (place, origin) in origins(look) {
        let seconds = origin.connection.keepalive;
        if seconds < KEEPALIVE {
            let message = format!("connections are closed after {seconds} seconds");
            look.at(&[&place[..], &["keepalive"]].concat(), message);
        }
    }
}

pub(super) fn no_shield(look: &mut Look<'_, '_>) {
    let delivery = &look.site.delivery;
    if delivery.image_shape == ImageShape::Off {
        return;
    }
    let origin = delivery.origins.get(DEFAULT);
    let is_deployed =
        |origin: &&DeliveryOrigin| !matches!(origin.place, Place::Public(Origin::Folder(_)));
    if origin.filter(is_deployed).is_some_and(|origin| origin.shield_region().is_none()) {
        look.at(&["origin"], "no shield stands before the origin of pictures");
    }
}

pub(super) fn clear_text(look: &mut Look<'_, '_>) {
    for (place, origin) in origins(look) {
        if matches!(&origin.place, Place::Public(Origin::Http { url, .. }) if url.starts_with("http:"))
        {
            look.at(&[&place[..], &["http", "url"]].concat(), "the origin is asked without TLS");
        }
    }
}

pub(super) fn private_origin(look: &mut Look<'_, '_>) {
    for (place, origin) in origins(look) {
        if matches!(&origin.place, Place::Public(Origin::Http { allow_private: true, .. })) {
            let place = [&place[..], &["http", "allow_private"]].concat();
            look.at(&place, "the origin may be in a private network");
        }
    }
}

pub(super) fn folder(look: &mut Look<'_, '_>) {
    for (place, origin) in origins(look) {
        if matches!(&origin.place, Place::Public(Origin::Folder(_))) {
            look.at(&[&place[..], &["folder"]].concat(), "the origin is a folder");
        }
    }
}

pub(super) fn no_failover(look: &mut Look<'_, '_>) {
    let origin = look.site.delivery.origins.get(DEFAULT);
    if origin.is_some_and(|origin| origin.connection.failover.is_none()) {
        look.at(&["origin"], "no other origin stands in for this one");
    }
}

pub(super) fn no_waf(look: &mut Look<'_, '_>) {
    if !look.site.delivery.waf.enabled {
        look.at(&["waf", "enabled"], "there is no web ACL");
    }
}

pub(super) fn counting_waf(look: &mut Look<'_, '_>) {
    let waf = &look.site.delivery.waf;
    if waf.enabled && waf.mode == WafMode::Count {
        look.at(&["waf", "mode"], "the web ACL refuses nothing");
    }
}

pub(super) fn no_rate_limit(look: &mut Look<'_, '_>) {
    let waf = &look.site.delivery.waf;
    if waf.enabled && waf.arn.is_none() && waf.rate_limits.is_empty() {
        look.at(&["waf"], "nothing limits the requests of one address");
    }
}

pub(super) fn no_certificate(look: &mut Look<'_, '_>) {
    let site = look.site;
    if site.delivery.certificate == Certificate::None && !site.domains.is_empty() {
        look.at(&["certificate"], "the domains have no certificate");
    }
}

pub(super) fn no_logs(look: &mut Look<'_, '_>) {
    if !look.site.delivery.logs.enabled {
        look.at(&["logs", "enabled"], "requests are not logged");
    }
}

pub(super) fn no_alarms(look: &mut Look<'_, '_>) {
    if look.site.delivery.alarms.topic.is_none() {
        look.at(&["alarms"], "nobody is told of errors");
    }
}

pub(super) fn chains(look: &mut Look<'_, '_>) {
    let redirects = &look.site.delivery.redirects;
    for (from, redirect) in redirects {
        if let Some(next) = redirects.get(&redirect.to) {
            let message =
                format!("`{from}` leads to `{}`, which leads to `{}`", redirect.to, next.to);
            look.at(&["redirects", from], message);
        }
    }
}

pub(super) fn unused_origins(look: &mut Look<'_, '_>) {
    let delivery = &look.site.delivery;
    for name in delivery.origins.keys().filter(|name| *name != DEFAULT) {
        let mut behaviors = delivery.behaviors.values();
        let mut origins = delivery.origins.values();
        let is_used = behaviors.any(|behavior| behavior.enabled && behavior.origin == *name)
            || origins.any(|origin| origin.connection.failover.as_ref() == Some(name));
        if !is_used {
            look.at_key(&["origins", name], format!("nothing uses the origin `{name}`"));
        }
    }
}
