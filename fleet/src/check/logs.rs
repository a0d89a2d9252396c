//! Logs and alarms.

use super::{Check, names};
use crate::delivery::Alarms;

/// Fields of a record:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>.
const FIELDS: [&str; 40] = [
    "DistributionId",
    "asn",
    "c-country",
    "c-ip",
    "c-port",
    "cache-behavior-path-pattern",
    "cs(Cookie)",
    "cs(Host)",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-bytes",
    "cs-method",
    "cs-protocol",
    "cs-protocol-version",
    "cs-uri-query",
    "cs-uri-stem",
    "date",
    "fle-encrypted-fields",
    "fle-status",
    "origin-fbl",
    "origin-lbl",
    "s-ip",
    "sc-bytes",
    "sc-content-len",
    "sc-content-type",
    "sc-range-end",
    "sc-range-start",
    "sc-status",
    "ssl-cipher",
    "ssl-protocol",
    "time",
    "time-taken",
    "time-to-first-byte",
    "timestamp",
    "timestamp(ms)",
    "x-edge-detailed-result-type",
    "x-edge-location",
    "x-edge-request-id",
    "x-edge-response-result-type",
    "x-edge-result-type",
];
/// Fields that sort behind the others.
const MORE_FIELDS: [&str; 2] = ["x-forwarded-for", "x-host-header"];
/// What a partition may be made of.
const TOKENS: [&str; 6] = ["DistributionId", "HH", "MM", "accountid", "dd", "yyyy"];

pub(super) fn check(check: &mut Check<'_, '_>) {
    let site = check.site;
    for (place, field) in site.delivery.logs.fields.iter().enumerate() {
        let mut known = FIELDS.into_iter().chain(MORE_FIELDS);
        if !known.any(|known| known == field) {
            let path = ["logs", "fields", &place.to_string()];
            check.choice(&path, field, FIELDS.into_iter().chain(MORE_FIELDS));
        }
    }
    check_partition(check, &site.delivery.logs.partition);
    check_alarms(check, &site.delivery.alarms);
}

fn check_partition(check: &mut Check<'_, '_>, partition: &str) {
    let place = ["logs", "partition"];
    for token in partition.split('{').skip(1) {
        let name = token.split_once('}').map_or(token, |(name, _)| name);
        if !TOKENS.contains(&name) {
            check.choice(&place, name, TOKENS.into_iter());
        }
    }
    if partition.starts_with('/') || partition.ends_with('/') || partition.contains("//") {
        let hint = "a path within the site's own prefix: `{yyyy}/{MM}/{dd}/{HH}`";
        check.value(&place, "a partition neither begins nor ends with `/`", hint);
    }
}

fn check_alarms(check: &mut Check<'_, '_>, alarms: &Alarms) {
    if let Some(topic) = &alarms.topic
        && !names::is_arn(topic, "sns", Some("us-east-1"), "")
    {
        let hint = "`arn:aws:sns:us-east-1:…`: CloudFront's metrics are in us-east-1";
        check.value(&["alarms", "topic"], format!("`{topic}` is not a topic"), hint);
    }
    for (key, percent) in [("errors_5xx", Some(alarms.errors_5xx)), ("hit_ratio", alarms.hit_ratio)]
    {
        if percent.is_some_and(|percent| !(0.0..=100.0).contains(&percent)) {
            check.value(&["alarms", key], "not a percentage", "a number from 0 to 100");
        }
    }
}
