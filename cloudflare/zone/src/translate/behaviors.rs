//! What all rules together come to for each path: behaviors and cache profiles.
//!
//! On Cloudflare every rule that matches is heard, and the last one counts, setting by setting. On
//! CloudFront one behavior counts. So the paths are cut into regions that no rule divides, each
//! region gets what the rules come to there, and a region that says the same as the one that would
//! follow it is left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use fleet::delivery::{
    Behavior, CacheProfile, ImageShape, KeyPart, Methods, PERSONAL_PATHS, ViewerProtocol,
};

use super::caching::STANDARD;
use super::draft::{Change, DEFAULT, Draft, EXTENSIONS, Lifetime, PERSONAL, label, server};
use super::ledger::Ledger;
use super::rewritten_paths;
use crate::condition::{Condition, Region, regions_of};

/// Behaviors of a distribution, but for those that the fleet adds.
const MOST: usize = 70;
/// Regions that are looked at; rules that cut paths into more are not people's.
const REGIONS: usize = 800;
/// A year.
const YEAR: u64 = 31_536_000;

/// What happens to the paths of a region.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    /// How long answers are kept; `None` where they are not.
    kept: Option<Lifetime>,
    query: KeyPart,
    key_headers: Vec<String>,
    key_cookies: Vec<String>,
    origin: Option<String>,
    has_own_host: bool,
    origin_headers: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    protocol: ViewerProtocol,
    compress: bool,
    /// Whether only files are in it, for which a lifetime may outrank the origin.
    is_of_files: bool,
}

/// Writes behaviors and cache profiles of a site.
pub(super) fn build(draft: &mut Draft, ledger: &mut Ledger<'_>) {
    draft.delivery.waf.rules.append(&mut draft.late_rules);
    let regions = regions(draft);
    let entry = draft.default_cache.and_then(|number| ledger.outcome(number));
    if let Some(entry) = entry.filter(|_| regions.len() >= REGIONS) {
        entry.todo(format!(
            "the rules of {} cut paths into more than {REGIONS} parts: look at its behaviors by hand",
            draft.name
        ));
    }
    let regions = regions.into_iter().map(|region| {
        let outcome = outcome(&region, draft);
        (region, outcome)
    });
    let mut kept = needed(regions.collect());
    rewritten_paths::cut(&mut kept, MOST, |it| it.origin.is_some(), draft, ledger);
    let left_out = cut(&mut kept);
    for (number, patterns) in tell(&left_out, draft) {
        if let Some(outcome) = ledger.outcome(number) {
            outcome.todo(format!("more behaviors than CloudFront's 75: write by hand {patterns}"));
        }
    }
    warn(draft, &kept, ledger);
    rewritten_paths::warn(draft, ledger);
    write(draft, &kept);
}

/// The regions without which some path would have another outcome; the narrowest are tried first.
fn needed(regions: Vec<(Region, Outcome)>) -> Vec<(Region, Outcome)> {
    // Which regions hold a path of each, the narrowest first: itself, and others behind it.
    let holders: Vec<Vec<usize>> = regions
        .iter()
        .map(|(region, _)| {
            let sample = region.sample();
            let holds = |(other, _): &(Region, Outcome)| other.holds(&sample);
            (0..regions.len()).filter(|index| holds(&regions[*index])).collect()
        })
        .collect();
    let mut is_kept = vec![true; regions.len()];
    for index in 0..regions.len().saturating_sub(1) {
        is_kept[index] = false;
        let first = |holders: &Vec<usize>| holders.iter().copied().find(|holder| is_kept[*holder]);
        let mut told = holders.iter().enumerate().filter(|(_, holders)| holders.contains(&index));
        let is_same = told.all(|(region, holders)| {
            first(holders).is_some_and(|holder| regions[holder].1 == regions[region].1)
        });
        is_kept[index] = !is_same || outranks_built_in(&regions[index]);
    }
    let kept = regions.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept);
    kept.map(|(region, _)| region).collect()
}

/// Whether a fleet has a behavior of its own for the pattern, which says something else.
fn outranks_built_in((region, outcome): &(Region, Outcome)) -> bool {
    let is_built_in = PERSONAL_PATHS.contains(&region.pattern().as_str());
    let says_nothing = outcome.kept.is_none()
        && outcome.origin.is_none()
        && !outcome.has_own_host
        && outcome.origin_headers.is_empty()
        && outcome.headers.is_empty()
        && outcome.protocol == ViewerProtocol::default()
        && outcome.compress;
    is_built_in && !says_nothing
}

/// The regions that rules tell apart, and what they have in common, the narrowest first.
fn regions(draft: &Draft) -> Vec<Region> {
    let mut regions = BTreeSet::from([Region::every()]);
    regions.extend(EXTENSIONS.iter().filter_map(|it| Region::of(&format!("*.{it}"))));
    let told = draft.layers.iter().filter_map(|layer| regions_of(&layer.condition).ok());
    regions.extend(told.flatten());
    regions.extend(rewritten_paths::regions(draft, &regions));
    regions.extend(PERSONAL.iter().filter_map(|path| Region::of(&format!("{path}*"))));
    for _ in 0..2 {
        let known: Vec<Region> = regions.iter().cloned().collect();
        for (index, one) in known.iter().enumerate() {
            for other in &known[index + 1..] {
                if regions.len() < REGIONS {
                    regions.extend(one.common(other));
                    regions.extend(one.overlap(other).or_else(|| other.overlap(one)));
                }
            }
        }
    }
    let mut regions: Vec<Region> = regions.into_iter().collect();
    regions.sort_by_key(|region| (std::cmp::Reverse(region.rank()), region.pattern()));
    regions
}

fn outcome(region: &Region, draft: &Draft) -> Outcome {
    let sample = region.sample();
    let target = rewritten_paths::path(&sample, draft);
    let mut outcome = Outcome {
        kept: None,
        query: draft.query.clone(),
        key_headers: Vec::new(),
        key_cookies: Vec::new(),
        origin: None,
        has_own_host: false,
        origin_headers: BTreeMap::new(),
        headers: BTreeMap::new(),
        protocol: draft.protocol,
        compress: true,
        is_of_files: false,
    };
    let mut is_page_rule_heard = false;
    let mut is_kept_on_purpose = false;
    let (mut may_keep, mut lifetime) = (None, Lifetime::AsOriginSays(STANDARD));
    for layer in &draft.layers {
        if !layer.is_heard(&sample, &target) || (layer.is_page_rule && is_page_rule_heard) {
            continue;
        }
        is_page_rule_heard |= layer.is_page_rule;
        for change in &layer.changes {
            match change {
                Change::Keep(is_kept) => {
                    may_keep = Some(*is_kept);
                    is_kept_on_purpose |= layer.is_personal;
                }
                Change::Lifetime(seconds) => {
                    lifetime = *seconds;
                    outcome.is_of_files = layer.is_of_files;
                }
                change => hear(change, &draft.origin, &mut outcome),
            }
        }
    }
    let is_personal =
        PERSONAL.iter().any(|path| sample.starts_with(path) || target.starts_with(path));
    let is_of_files = match &target {
        Cow::Borrowed(_) => region.is_of_files(&EXTENSIONS),
        Cow::Owned(path) => rewritten_paths::is_file(path),
    };
    let is_kept = may_keep.unwrap_or(is_of_files)
        && (is_kept_on_purpose || !is_personal)
        && lifetime != Lifetime::For(0);
    outcome.kept = is_kept.then_some(lifetime);
    if outcome.kept.is_none() {
        // There is no key of what is not kept.
        outcome.query = KeyPart::All;
        outcome.key_headers.clear();
        outcome.key_cookies.clear();
    }
    if !matches!(outcome.kept, Some(Lifetime::For(_))) {
        outcome.is_of_files = false;
    }
    outcome
}

/// The port that a URL of a server names.
fn port_of(url: &str) -> Option<&str> {
    let (_, authority) = url.split_once("://")?;
    authority.rsplit_once(':').map(|(_, port)| port)
}

/// Hears a change; `own` is the URL of the site's own server.
fn hear(change: &Change, own: &str, outcome: &mut Outcome) {
    match change.clone() {
        // These are heard together.
        Change::Keep(_) | Change::Lifetime(_) => {}
        Change::Query(part) => outcome.query = part,
        Change::KeyHeaders(names) => outcome.key_headers = names,
        Change::KeyCookies(names) => outcome.key_cookies = names,
        Change::Origin(url) => {
            let port = outcome.origin.as_deref().and_then(port_of).map(str::to_owned);
            outcome.origin = Some(match port {
                Some(port) if port_of(&url).is_none() => format!("{url}:{port}"),
                _ => url,
            });
        }
        Change::Port(port) => {
            let url = outcome.origin.as_deref().unwrap_or(own);
            let end = url.len() - port_of(url).map_or(0, |port| port.len() + 1);
            outcome.origin = Some(format!("{}:{port}", &url[..end]));
        }
        Change::OwnHost => outcome.has_own_host = true,
        Change::OriginHeader(name, value) => {
            outcome.origin_headers.insert(name, value);
        }
        Change::Header(name, value) => {
            outcome.headers.insert(name, value);
        }
        Change::Protocol(protocol) => outcome.protocol = protocol,
        Change::Compress(is_on) => outcome.compress = is_on,
    }
}

/// Takes out what is too many: first what only differs for single extensions, then the general.
fn cut(kept: &mut Vec<(Region, Outcome)>) -> Vec<Region> {
    let mut left_out = Vec::new();
    while kept.len() > MOST {
        let is_cross = |region: &Region| {
            let pattern = region.pattern();
            pattern.contains('*') && !pattern.starts_with("*.") && region.is_of_files(&EXTENSIONS)
        };
        let at = kept.iter().rposition(|(region, _)| is_cross(region)).unwrap_or(kept.len() - 2);
        left_out.push(kept.remove(at).0);
    }
    left_out
}

/// Which entries of the ledger are about what was left out.
fn tell(left_out: &[Region], draft: &Draft) -> BTreeMap<usize, String> {
    let mut told: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for region in left_out {
        let sample = region.sample();
        let target = rewritten_paths::path(&sample, draft);
        let mut layers = draft.layers.iter().filter(|layer| {
            layer.condition != Condition::Always && layer.is_heard(&sample, &target)
        });
        let number = layers.next_back().map(|it| it.number).or(draft.default_cache);
        if let Some(number) = number {
            told.entry(number).or_default().push(format!("`{}`", region.pattern()));
        }
    }
    told.into_iter().map(|(number, patterns)| (number, patterns.join(", "))).collect()
}

/// Says of rules that keep pages what that means.
fn warn(draft: &Draft, kept: &[(Region, Outcome)], ledger: &mut Ledger<'_>) {
    for (region, outcome) in kept {
        let sample = region.sample();
        let target = rewritten_paths::path(&sample, draft);
        let mut layers = draft.layers.iter().filter(|layer| {
            layer.is_heard(&sample, &target)
                && layer
                    .changes
                    .iter()
                    .any(|it| matches!(it, Change::Keep(_) | Change::Lifetime(_)))
        });
        let Some(entry) = layers.next_back().and_then(|layer| ledger.outcome(layer.number)) else {
            continue;
        };
        match outcome.kept {
            Some(Lifetime::For(_)) if outcome.is_of_files => entry.change(
                "what the origin marks `no-store` is kept too, and a `Set-Cookie` with it: Cloudflare \
                 takes cookies off what it keeps",
            ),
            Some(Lifetime::For(_)) => entry.change(
                "pages that the origin marks `private` or `no-store` are not kept, and a shorter `max-age` \
                 counts; `min_ttl` would keep them for all; a `Set-Cookie` is kept with its answer, where \
                 Cloudflare takes it off",
            ),
            Some(Lifetime::AsOriginSays(_)) => entry.change(
                "an answer with `Set-Cookie` is kept where `Cache-Control` allows it: Cloudflare keeps none",
            ),
            None => continue,
        }
        if !region.is_of_files(&EXTENSIONS) {
            entry.change("origins get no cookies, and no headers but those in the key");
        }
    }
}

fn write(draft: &mut Draft, kept: &[(Region, Outcome)]) {
    let mut profiles: Vec<(String, CacheProfile)> = Vec::new();
    let mut order = 0;
    if draft.is_redirected {
        draft.delivery.image_shape = ImageShape::Off;
    } else if draft.is_image_resizing {
        let pictures =
            Behavior { cache: "images".to_owned(), order: Some(order), ..Behavior::default() };
        draft.delivery.behaviors.insert("/cdn-cgi/image/*".to_owned(), pictures);
    }
    for (region, outcome) in kept {
        order += 1;
        let pattern = region.pattern();
        let cache = profile(outcome, &mut profiles);
        let is_never = cache == "never";
        let behavior = Behavior {
            origin: origin(outcome, draft),
            cache,
            methods: if is_never || !region.is_of_files(&EXTENSIONS) {
                Methods::All
            } else {
                Methods::Read
            },
            compress: outcome.compress,
            protocol: outcome.protocol,
            forward_all: is_never && !outcome.has_own_host,
            headers: outcome.headers.clone(),
            order: (pattern != "*").then_some(order),
            ..Behavior::default()
        };
        draft.delivery.behaviors.insert(pattern, behavior);
    }
    draft.delivery.caches = profiles.into_iter().collect();
}

/// The name of the cache profile that says it, made where there is none yet.
fn profile(outcome: &Outcome, profiles: &mut Vec<(String, CacheProfile)>) -> String {
    let (min_ttl, default_ttl, max_ttl, name) = match outcome.kept {
        None => return "never".to_owned(),
        Some(Lifetime::AsOriginSays(seconds)) => (0, seconds, YEAR, format!("respect-{seconds}")),
        Some(Lifetime::For(seconds)) if outcome.is_of_files => {
            (seconds, seconds, seconds, format!("fixed-{seconds}"))
        }
        Some(Lifetime::For(seconds)) => (0, seconds, seconds, format!("pages-{seconds}")),
    };
    let mut headers = outcome.key_headers.clone();
    if !outcome.has_own_host {
        headers.push("Host".to_owned());
    }
    let cookies = match outcome.key_cookies.as_slice() {
        [] => KeyPart::None,
        names => KeyPart::Named(names.to_vec()),
    };
    let profile = CacheProfile {
        min_ttl,
        default_ttl,
        max_ttl,
        query: outcome.query.clone(),
        headers,
        cookies,
    };
    if let Some((name, _)) = profiles.iter().find(|(_, known)| *known == profile) {
        return name.clone();
    }
    let is_free = |name: &String| !profiles.iter().any(|(known, _)| known == name);
    let numbered = (2..1_000).map(|number| format!("{name}-{number}"));
    let name = std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name);
    profiles.push((name.clone(), profile));
    name
}

/// The name of the origin, made where there is none yet.
fn origin(outcome: &Outcome, draft: &mut Draft) -> String {
    if outcome.origin.is_none() && outcome.origin_headers.is_empty() {
        return DEFAULT.to_owned();
    }
    let mut wanted = draft.connection().clone();
    let url = outcome.origin.clone().unwrap_or_else(|| draft.origin.clone());
    if outcome.origin.is_some() {
        wanted.failover = None;
    }
    wanted.headers.extend(outcome.origin_headers.clone());
    let mut origin = server(&url);
    origin.connection = wanted;
    let known = draft.delivery.origins.iter().find(|(_, known)| **known == origin);
    if let Some((name, _)) = known {
        return name.clone();
    }
    let base = label(url.trim_start_matches("https://").trim_start_matches("http://"));
    let is_free = |name: &String| !draft.delivery.origins.contains_key(name);
    let numbered = (2..1_000).map(|number| format!("{base}-{number}"));
    let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
    draft.delivery.origins.insert(name.clone(), origin);
    name
}
