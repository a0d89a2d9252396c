//! Behaviors: what happens to which path.

use fleet::delivery::{EVERY_PATH, PERSONAL_PATHS};
use toml::Value;

use super::caches::{self, Caches};
use super::documents::Documents;
use super::lines::{number, table};
use super::origins::Origins;
use super::requests::{self, Older};
use super::{Fields, Lines, headers};

/// Reads all of them in their order, the default one last, and the profiles that they use.
pub(crate) fn read(
    config: &mut Fields,
    origins: &Origins,
    documents: &Documents,
    lines: &mut Lines,
) {
    let mut behaviors = config.tables("CacheBehaviors", "PathPattern");
    behaviors.push(config.table("DefaultCacheBehavior"));
    let patterns: Vec<String> = behaviors.iter().map(pattern).collect();
    let policies = behaviors.iter_mut().map(|it| it.text("ResponseHeadersPolicyId")).collect();
    headers::read(policies, &patterns, documents, lines);
    let mut caches = Caches::new(documents);
    for (place, (behavior, pattern)) in behaviors.into_iter().zip(&patterns).enumerate() {
        let order = (pattern != EVERY_PATH).then_some(place);
        one(behavior, pattern, order, origins, &mut caches, lines);
    }
    let guards = PERSONAL_PATHS.iter().filter(|guard| !patterns.iter().any(|it| it == *guard));
    for (place, guard) in guards.enumerate() {
        if place == 0 {
            lines.remark(
                "The distribution does not guard these: take the lines away to have it done.",
            );
        }
        lines.key(&["behaviors", guard], table([("enabled", Some(false.into()))]));
    }
    caches.write(lines);
}

/// The pattern as a fleet file has it: CloudFront takes `images/*` for `/images/*`.
fn pattern(behavior: &Fields) -> String {
    match behavior.peek(&["PathPattern"]) {
        None => EVERY_PATH.to_owned(),
        Some(pattern) if pattern.starts_with(['/', '*']) => pattern,
        Some(pattern) => format!("/{pattern}"),
    }
}

fn one(
    mut behavior: Fields,
    pattern: &str,
    order: Option<usize>,
    origins: &Origins,
    caches: &mut Caches<'_>,
    lines: &mut Lines,
) {
    behavior.skip(&["PathPattern"]);
    let target = behavior.text("TargetOriginId").unwrap_or_default();
    let origin = origins.name(&target);
    let is_bucket = origins.is_bucket(&origin);
    let methods = methods(&mut behavior, is_bucket, lines);
    if origins.is_without_stand_in(&target) && methods != "all" {
        lines.not_imported(format!(
            "{} = {target}: its stand-in will be asked for {pattern}, too",
            behavior.path_of("TargetOriginId")
        ));
    }
    let compress = behavior.flag("Compress");
    let older = Older::of(&behavior);
    let cache = caches.of_behavior(&mut behavior, compress, lines);
    let documents = caches.documents;
    let forward_all =
        requests::forwards_all(&mut behavior, older, &cache, is_bucket, documents, lines);
    caches::tell_of_host(&behavior, &cache, forward_all && !is_bucket, lines);
    functions(&mut behavior, lines);
    let value = table([
        ("origin", (origin != "default").then(|| origin.into())),
        ("cache", Some(cache.name.into())),
        ("methods", Some(methods.into())),
        ("compress", Some(compress.into())),
        ("protocol", Some(protocol(&mut behavior))),
        ("forward_all", Some(forward_all.into())),
        ("order", order.map(|order| number(order as u64))),
    ]);
    lines.key(&["behaviors", pattern], value);
    behavior.left(lines);
}

fn methods(behavior: &mut Fields, is_bucket: bool, lines: &mut Lines) -> &'static str {
    let mut allowed = behavior.table("AllowedMethods");
    let cached = allowed.texts("CachedMethods").iter().any(|method| method == "OPTIONS");
    let listed = allowed.own_items();
    let methods = match listed.len() {
        0..=2 => "read",
        3 => "read-options",
        _ if is_bucket => {
            lines.not_imported(format!(
                "{} = {}: nobody writes into a bucket",
                behavior.path_of("AllowedMethods"),
                listed.join(", ")
            ));
            "read-options"
        }
        _ => "all",
    };
    if cached != (methods == "read-options") {
        let what = if cached { "is" } else { "is not" };
        lines.not_imported(format!(
            "{}: OPTIONS {what} answered from the cache",
            allowed.path_of("CachedMethods")
        ));
    }
    methods
}

fn protocol(behavior: &mut Fields) -> Value {
    match behavior.text("ViewerProtocolPolicy").as_deref() {
        Some("allow-all") => "both".into(),
        Some("https-only") => "https".into(),
        _ => "redirect".into(),
    }
}

/// Code at the edge: what it does has to be looked at by a person.
fn functions(behavior: &mut Fields, lines: &mut Lines) {
    for (key, arn) in [
        ("FunctionAssociations", "FunctionARN"),
        ("LambdaFunctionAssociations", "LambdaFunctionARN"),
    ] {
        for mut function in behavior.tables(key, "EventType") {
            let event = function.text("EventType").unwrap_or_default();
            let arn = function.text(arn).unwrap_or_default();
            let place = behavior.path_of(key);
            lines.not_imported(format!(
                "{place}: {event} runs {arn}: see what it does (redirects, headers, URLs) and say it in \
                 this file"
            ));
            function.left(lines);
        }
    }
}
