//! Response headers policies, as the headers of a site.

use toml::Value;

use super::documents::{Documents, PolicyKind};
use super::lines::{number, table};
use super::{Fields, Lines};

/// Reads the policies of the behaviors. A site has one set of headers, and CloudFront one for each
/// behavior: that of the default one, the last, is taken.
pub(crate) fn read(
    mut policies: Vec<Option<String>>,
    patterns: &[String],
    documents: &Documents,
    lines: &mut Lines,
) {
    let of_default = policies.pop().flatten();
    for (policy, pattern) in policies.iter().zip(patterns) {
        if *policy != of_default {
            let told = policy.as_deref().unwrap_or("none");
            lines.not_imported(format!(
                "CacheBehaviors[{pattern}].ResponseHeadersPolicyId = {told}: it will be that of every \
                 other path"
            ));
        }
    }
    let Some(id) = of_default else {
        lines.key(&["headers", "nosniff"], false);
        return;
    };
    match documents.policy(PolicyKind::ResponseHeaders, &id) {
        Some(policy) => of_policy(Fields::new("ResponseHeadersPolicy", policy), lines),
        None => lines.not_imported(format!(
            "ResponseHeadersPolicyId = {id}: the policy is not at hand; add --from-file with what `aws \
             cloudfront get-response-headers-policy --id {id}` prints"
        )),
    }
}

fn of_policy(mut policy: Fields, lines: &mut Lines) {
    policy.skip(&["Comment", "Name"]);
    let mut security = policy.table("SecurityHeadersConfig");
    self::security(&mut security, lines);
    security.left(lines);
    cors(&mut policy, lines);
    for mut header in policy.tables("CustomHeadersConfig", "Header") {
        outranks(&mut header, lines);
        let name = header.text("Header").unwrap_or_default();
        let value = header.text("Value").unwrap_or_default();
        lines.key(&["headers", "custom", &name], value);
        header.left(lines);
    }
    let removed = policy.tables("RemoveHeadersConfig", "Header");
    let removed: Vec<Value> =
        removed.into_iter().filter_map(|mut it| it.text("Header")).map(Value::from).collect();
    if !removed.is_empty() {
        lines.key(&["headers", "remove"], removed);
    }
    policy.left(lines);
}

fn security(security: &mut Fields, lines: &mut Lines) {
    let is_there = security.has_key("ContentTypeOptions");
    let mut options = security.table("ContentTypeOptions");
    if is_there {
        outranks(&mut options, lines);
    }
    lines.key(&["headers", "nosniff"], is_there);
    if security.has("StrictTransportSecurity") {
        let mut hsts = security.table("StrictTransportSecurity");
        outranks(&mut hsts, lines);
        let value = table([
            ("max_age", hsts.number("AccessControlMaxAgeSec").map(number)),
            ("include_subdomains", Some(hsts.flag("IncludeSubdomains").into())),
            ("preload", Some(hsts.flag("Preload").into())),
        ]);
        lines.key(&["headers", "hsts"], value);
        hsts.left(lines);
    }
    for (table, key, ours) in [
        ("ContentSecurityPolicy", "ContentSecurityPolicy", "csp"),
        ("ReferrerPolicy", "ReferrerPolicy", "referrer_policy"),
        ("FrameOptions", "FrameOption", "frame_options"),
    ] {
        if !security.has(table) {
            continue;
        }
        let mut header = security.table(table);
        outranks(&mut header, lines);
        if let Some(value) = header.text(key) {
            let value = match value.as_str() {
                "DENY" => "deny".to_owned(),
                "SAMEORIGIN" => "same-origin".to_owned(),
                _ => value,
            };
            lines.key(&["headers", ours], value);
        }
        header.left(lines);
    }
}

/// What a file says outranks the origin's own header.
fn outranks(header: &mut Fields, lines: &mut Lines) {
    if !header.flag("Override") {
        lines.not_imported(format!(
            "{} = false: the header will outrank the origin's",
            header.path_of("Override")
        ));
    }
}

fn cors(policy: &mut Fields, lines: &mut Lines) {
    if !policy.has("CorsConfig") {
        return;
    }
    let mut cors = policy.table("CorsConfig");
    if !cors.flag("OriginOverride") {
        lines.not_imported(format!(
            "{} = false: the header will outrank the origin's",
            cors.path_of("OriginOverride")
        ));
    }
    let mut list = |key: &str| {
        let texts = cors.texts(key).into_iter().map(Value::from).collect::<Vec<_>>();
        (!texts.is_empty()).then_some(Value::Array(texts))
    };
    let lists = [
        ("origins", list("AccessControlAllowOrigins")),
        ("methods", list("AccessControlAllowMethods")),
        ("headers", list("AccessControlAllowHeaders")),
        ("expose", list("AccessControlExposeHeaders")),
        ("credentials", Some(cors.flag("AccessControlAllowCredentials").into())),
        ("max_age", cors.number("AccessControlMaxAgeSec").map(number)),
    ];
    lines.key(&["headers", "cors"], table(lists));
    cors.left(lines);
}
