//! Origins: what they are called, how they are asked, who stands in for them.

use super::header_names::{self, FORBIDDEN_TO_ORIGINS};
use super::{Check, names};
use crate::delivery::{Connection, DeliveryOrigin, Place, SHIELD_REGIONS, Shield, shield_near};
use crate::origins::DEFAULT;
use crate::site::Origin;

/// Origins of a distribution.
const ORIGINS: usize = 100;
/// Origin groups of a distribution: origins that name a `failover`.
const GROUPS: usize = 10;
/// Headers that CloudFront adds to requests to an origin.
const HEADERS: usize = 30;

pub(super) fn check(check: &mut Check<'_, '_>) {
    let origins = &check.site.delivery.origins;
    check.count(&["origins"], "origins", origins.len(), ORIGINS);
    let groups = origins.values().filter(|it| it.connection.failover.is_some()).count();
    check.count(&["origins"], "origins with a failover", groups, GROUPS);
    for (name, origin) in origins {
        check_origin(check, name, origin);
    }
}

/// Where an origin's table stands.
fn path(name: &str) -> Vec<&str> {
    if name == DEFAULT { vec!["origin"] } else { vec!["origins", name] }
}

fn check_origin(check: &mut Check<'_, '_>, name: &str, origin: &DeliveryOrigin) {
    let place = path(name);
    if !names::is_label(name) {
        let hint = "lower-case letters, digits and `-`, at most 63, not `-` at either end";
        check.key(&place, format!("`{name}` cannot be an origin's name"), hint);
    }
    match &origin.place {
        Place::Public(Origin::S3 { bucket, .. }) if !names::is_bucket(bucket) => {
            let message = format!("`{bucket}` cannot be a bucket");
            check.value(&[&place[..], &["s3", "bucket"]].concat(), message, names::BUCKET_HINT);
        }
        Place::Vpc { arn, host } => check_vpc(check, &place, arn, host),
        Place::Public(_) => {}
    }
    check_connection(check, name, &origin.connection);
}

fn check_vpc(check: &mut Check<'_, '_>, place: &[&str], arn: &str, host: &str) {
    let is_target = names::is_arn(arn, "elasticloadbalancing", None, "loadbalancer/")
        || names::is_arn(arn, "ec2", None, "instance/");
    if !is_target {
        let message = format!("`{arn}` is neither a load balancer nor an instance");
        let hint = "`arn:aws:elasticloadbalancing:…:loadbalancer/…` or `arn:aws:ec2:…:instance/…`";
        check.value(&[place, &["vpc", "arn"]].concat(), message, hint);
    }
    if !names::is_domain(host) {
        let message = format!("`{host}` is not a host");
        let hint = "a host name in lower case without scheme, port and path";
        check.value(&[place, &["vpc", "host"]].concat(), message, hint);
    }
}

fn check_connection(check: &mut Check<'_, '_>, name: &str, connection: &Connection) {
    let place = path(name);
    let at = |key| [&place[..], &[key]].concat();
    check.range(&at("read_timeout"), connection.read_timeout, 1, 120);
    check.range(&at("keepalive"), connection.keepalive, 1, 120);
    check.range(&at("connect_timeout"), connection.connect_timeout, 1, 10);
    check.range(&at("attempts"), connection.attempts, 1, 3);
    if let Some(region) = connection.region.as_ref().filter(|region| !names::is_region(region)) {
        let message = format!("`{region}` is not a region");
        check.value(&at("region"), message, "for example `eu-central-1`");
    }
    if let Shield::In(region) = &connection.shield
        && !SHIELD_REGIONS.contains(&region.as_str())
    {
        let hint = match shield_near(region) {
            Some(shield) => format!("the nearest one is in `{shield}`, which `auto` picks"),
            None => format!("\"auto\", \"off\", or one of {}", SHIELD_REGIONS.join(", ")),
        };
        check.value(&at("shield"), format!("there is no shield in `{region}`"), hint);
    }
    check_failover(check, name, connection);
    check.count(&at("headers"), "headers", connection.headers.len(), HEADERS);
    for (header, value) in &connection.headers {
        let place = [&place[..], &["headers", header]].concat();
        header_names::check(check, &place, header, &FORBIDDEN_TO_ORIGINS);
        header_names::check_value(check, &place, value);
    }
}

fn check_failover(check: &mut Check<'_, '_>, name: &str, connection: &Connection) {
    let Some(other) = &connection.failover else { return };
    let place = [&path(name)[..], &["failover"]].concat();
    let origins = &check.site.delivery.origins;
    if other == name {
        let hint = "name another origin, in another region";
        check.value(&place, "an origin cannot stand in for itself", hint);
    } else if !origins.contains_key(other) {
        let known = origins.keys().map(String::as_str).filter(|known| *known != name);
        let hint = crate::problem::closest(other, known, "origins");
        check.value(&place, format!("there is no origin `{other}`"), hint);
    }
}
