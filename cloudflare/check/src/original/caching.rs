//! What is kept, for how long, by which key: the extension, then the page rule that counts, then
//! every cache rule that matches, of which the last one counts, setting by setting
//! (<https://developers.cloudflare.com/cache/how-to/cache-rules/order/>).

use std::collections::BTreeSet;

use cloudflare_rules::Request;
use cloudflare_zone::{Action, CacheKey, CacheSettings, Phase, Ttl};
use serde_json::Value;

use super::page_rule::Page;
use super::{Heard, Stage, ZoneModel, firewall};
use crate::outcome::{COUNTRY, DEVICE, Key, SAID, Said, names_of};

/// Extensions that are kept without a rule:
/// <https://developers.cloudflare.com/cache/concepts/default-cache-behavior/>.
pub(crate) const EXTENSIONS: [&str; 56] = [
    "7z", "avi", "avif", "apk", "bin", "bmp", "bz2", "class", "css", "csv", "doc", "docx", "dmg",
    "ejs", "eot", "eps", "exe", "flac", "gif", "gz", "ico", "iso", "jar", "jpeg", "jpg", "js",
    "mid", "midi", "mkv", "mp3", "mp4", "ogg", "otf", "pdf", "pict", "pls", "png", "ppt", "pptx",
    "ps", "rar", "svg", "svgz", "swf", "tar", "tif", "tiff", "ttf", "webm", "webp", "woff",
    "woff2", "xls", "xlsx", "zip", "zst",
];

/// Seconds for an answer of status 200 that says nothing of its age.
const STANDARD: u64 = 7_200;

/// What comes of an answer.
pub(super) struct Kept {
    pub(super) seconds: [Option<u64>; SAID.len()],
    pub(super) key: Key,
    /// The `Cache-Control` that browsers get, where a rule writes it.
    pub(super) browser: Option<String>,
}

/// What rules have said so far; `None` is as it is without them.
#[derive(Default)]
struct Settled<'e> {
    is_eligible: Option<bool>,
    lifetime: Option<Lifetime>,
    browser: Option<String>,
    level: Option<&'e str>,
    has_devices: bool,
    key: Option<Keyed<'e>>,
    is_sorted: bool,
}

#[derive(Clone, Copy)]
enum Lifetime {
    /// As the origin says, else so many seconds.
    OriginOr(u64),
    /// So many, whatever it says.
    For(u64),
}

/// A key of one's own.
#[derive(Default)]
struct Keyed<'e> {
    custom: Option<&'e Value>,
    has_devices: bool,
    is_sorted: bool,
}

pub(super) fn of<'e>(
    zone: &ZoneModel<'e>,
    request: &Request,
    page: Option<&'e Page<'e>>,
    heard: &mut Vec<Heard<'e>>,
) -> Kept {
    let mut said = Settled {
        level: zone.zone.setting("cache_level").and_then(Value::as_str),
        is_sorted: zone.is_on("sort_query_string_for_cache"),
        ..Settled::default()
    };
    for id in ["cache_level", "sort_query_string_for_cache", "browser_cache_ttl"] {
        heard.extend(zone.place_of(id).map(|place| Heard { place, stage: Stage::Caching }));
    }
    if let Some(page) = page {
        heard.push(Heard { place: &page.rule.place, stage: Stage::Caching });
        by_page_rule(page, request, &mut said);
    }
    for rule in zone.rules(Phase::HttpRequestCacheSettings) {
        if !rule.matches(request) {
            continue;
        }
        heard.push(Heard { place: &rule.rule.place, stage: Stage::Caching });
        if let Action::Cache(settings) = &rule.rule.action {
            by_rule(settings, &mut said);
        }
    }
    let may_have_query = said.level != Some("basic");
    let is_kept = said.is_eligible.unwrap_or_else(|| is_kept_by_default(&request.path))
        && matches!(request.method.as_str(), "GET" | "HEAD")
        && (may_have_query || request.query.is_empty());
    let lifetime = said.lifetime.unwrap_or(Lifetime::OriginOr(STANDARD));
    let browser = said.browser.clone().or_else(|| {
        let least = zone.zone.setting("browser_cache_ttl")?.as_u64().filter(|it| *it > 0)?;
        is_kept.then(|| format!("max-age={least}"))
    });
    Kept {
        seconds: SAID.map(|answer| seconds(answer, lifetime).filter(|_| is_kept)),
        key: key(&said, request),
        browser,
    }
}

/// A file by its name, and the one page that is kept.
fn is_kept_by_default(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, it)| it);
    let extension = extension.unwrap_or_default().to_ascii_lowercase();
    EXTENSIONS.contains(&extension.as_str()) || path == "/robots.txt"
}

fn seconds(said: Said, lifetime: Lifetime) -> Option<u64> {
    match lifetime {
        // Cookies are taken off what is kept whatever the origin says.
        Lifetime::For(seconds) => Some(seconds).filter(|it| *it > 0),
        Lifetime::OriginOr(_) if said.is_private || said.has_cookie => None,
        Lifetime::OriginOr(seconds) => Some(said.max_age.unwrap_or(seconds)).filter(|it| *it > 0),
    }
}

fn by_page_rule<'e>(page: &Page<'e>, request: &Request, said: &mut Settled<'e>) {
    match page.action("cache_level").and_then(Value::as_str) {
        Some("bypass") => said.is_eligible = Some(false),
        Some("cache_everything") => said.is_eligible = Some(true),
        Some(level) => said.level = Some(level),
        None => {}
    }
    said.lifetime = page.seconds("edge_cache_ttl").map(Lifetime::For);
    let browser = page.seconds("browser_cache_ttl").filter(|seconds| *seconds > 0);
    said.browser = browser.map(|seconds| format!("max-age={seconds}"));
    said.has_devices = page.action("cache_by_device_type").and_then(Value::as_str) == Some("on");
    said.key = page
        .action("cache_key_fields")
        .map(|custom| Keyed { custom: Some(custom), ..Keyed::default() });
    let cookies = firewall::header(request, "cookie").unwrap_or_default();
    let has_cookie = |id: &str| {
        let names = page.action(id).and_then(Value::as_str)?;
        let pattern = regex::Regex::new(&format!("(^|; ?)({names})=")).ok()?;
        Some(pattern.is_match(cookies))
    };
    if has_cookie("bypass_cache_on_cookie") == Some(true) {
        said.is_eligible = Some(false);
    }
    if has_cookie("cache_on_cookie") == Some(true) {
        said.is_eligible = Some(true);
    }
}

fn by_rule<'e>(settings: &'e CacheSettings, said: &mut Settled<'e>) {
    said.is_eligible = settings.cache.or(said.is_eligible);
    said.lifetime = settings.edge_ttl.as_ref().and_then(lifetime).or(said.lifetime);
    if let Some(browser) = &settings.browser_ttl {
        said.browser = match (browser.mode.as_str(), browser.default) {
            ("override_origin", Some(seconds)) => Some(format!("max-age={seconds}")),
            ("bypass", _) => Some("no-store".to_owned()),
            _ => None,
        };
    }
    if let Some(key) = &settings.cache_key {
        said.key = Some(keyed(key));
        said.has_devices = false;
        said.level = None;
    }
}

fn lifetime(ttl: &Ttl) -> Option<Lifetime> {
    match (ttl.mode.as_str(), ttl.default) {
        ("override_origin", Some(seconds)) => Some(Lifetime::For(seconds)),
        ("bypass_by_default", _) => Some(Lifetime::OriginOr(0)),
        ("respect_origin", _) => Some(Lifetime::OriginOr(STANDARD)),
        _ => None,
    }
}

fn keyed(key: &CacheKey) -> Keyed<'_> {
    Keyed {
        custom: key.custom_key.as_ref(),
        has_devices: key.cache_by_device_type == Some(true),
        is_sorted: key.ignore_query_strings_order == Some(true),
    }
}

fn key(said: &Settled<'_>, request: &Request) -> Key {
    let mut key = Key { has_host: true, is_sorted: said.is_sorted, ..Key::default() };
    let own = said.key.as_ref();
    key.is_sorted |= own.is_some_and(|own| own.is_sorted);
    if said.has_devices || own.is_some_and(|own| own.has_devices) {
        key.headers.insert(DEVICE.to_owned());
    }
    let names: BTreeSet<&str> = names_of(&request.query).collect();
    let custom = own.and_then(|own| own.custom);
    let counts = |name: &str| match custom.and_then(|it| it.get("query_string")) {
        Some(query) => counts(query, name),
        None => said.level != Some("simplified"),
    };
    key.query = names.into_iter().filter(|name| counts(name)).map(str::to_owned).collect();
    let Some(custom) = custom else { return key };
    let list = |kind: &str, key: &str| -> Vec<String> {
        let items = custom.pointer(&format!("/{kind}/{key}")).and_then(Value::as_array);
        let items = items.into_iter().flatten().filter_map(Value::as_str);
        items.map(str::to_owned).collect()
    };
    key.headers.extend(list("header", "include").iter().map(|it| it.to_ascii_lowercase()));
    let there = |it: &String| format!("{}?", it.to_ascii_lowercase());
    key.headers.extend(list("header", "check_presence").iter().map(there));
    key.cookies.extend(list("cookie", "include"));
    key.cookies.extend(list("cookie", "check_presence").iter().map(|it| format!("{it}?")));
    let is = |pointer: &str| custom.pointer(pointer).and_then(Value::as_bool) == Some(true);
    for (pointer, name) in
        [("/user/device_type", DEVICE), ("/user/geo", COUNTRY), ("/user/lang", "accept-language?")]
    {
        if is(pointer) {
            key.headers.insert(name.to_owned());
        }
    }
    key
}

/// Whether a name of the query is in a key of one's own.
fn counts(query: &Value, name: &str) -> bool {
    let is_all = |side: &Value| {
        side.as_str() == Some("*")
            || side.get("all").and_then(Value::as_bool) == Some(true)
            || side.as_array().is_some_and(|it| it.iter().any(|it| it == "*"))
    };
    let names = |side: &Value| side.get("list").unwrap_or(side).as_array().cloned();
    let lists = |side: &Value| names(side).is_some_and(|it| it.iter().any(|it| it == name));
    let has_names = |side: &Value| names(side).is_some_and(|it| !it.is_empty());
    if let Some(exclude) = query.get("exclude") {
        if is_all(exclude) {
            return false;
        }
        if has_names(exclude) {
            return !lists(exclude);
        }
    }
    match query.get("include") {
        Some(include) if is_all(include) => true,
        Some(include) if has_names(include) => lists(include),
        _ => true,
    }
}
