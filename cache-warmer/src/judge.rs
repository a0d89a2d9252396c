//! What an answer means, by its status and headers.

use std::time::Duration;

use http::header::{
    AGE, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER, SERVER, SET_COOKIE, VARY,
};
use http::{HeaderName, StatusCode};

use crate::fetch::FetchError;
use crate::location::LocationId;
use crate::outcome::{Cause, Outcome, Pass, Verdict};
use crate::wish::Wish;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Meant<'a> {
    /// The location that should answer; `None` where any may.
    pub location: Option<&'a LocationId>,
    /// What for.
    pub wish: Wish,
    /// Which time.
    pub pass: Pass,
}

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");
const X_AMZ_CF_POP: HeaderName = HeaderName::from_static("x-amz-cf-pop");
const CF_CACHE_STATUS: HeaderName = HeaderName::from_static("cf-cache-status");

/// Judges an answer.
pub fn judge(answer: Result<(StatusCode, &HeaderMap), &FetchError>, meant: Meant<'_>) -> Verdict {
    let (status, headers) = match answer {
        Ok(answer) => answer,
        Err(error) => return Verdict::bad(Outcome::Failed, error.cause(), error.to_string()),
    };
    wrong_location(headers, meant.location)
        .or_else(|| wrong_status(status, headers))
        .or_else(|| wrong_type(headers, meant.wish))
        .or_else(|| kept_out(headers))
        .unwrap_or_else(|| by_cache(headers, meant.pass))
}

fn wrong_location(headers: &HeaderMap, meant: Option<&LocationId>) -> Option<Verdict> {
    let meant = meant?.to_string();
    let told = text(headers, &X_AMZ_CF_POP).unwrap_or("no X-Amz-Cf-Pop");
    let detail = || format!("{told} answered in the place of {meant}");
    (!told.eq_ignore_ascii_case(&meant))
        .then(|| Verdict::bad(Outcome::WrongLocation, Cause::Header, detail()))
}

fn wrong_status(status: StatusCode, headers: &HeaderMap) -> Option<Verdict> {
    if status.is_success() {
        return None;
    }
    let number = status.as_u16();
    let by = text(headers, &SERVER).map_or_else(String::new, |server| format!(" by {server}"));
    Some(match status {
        _ if status.is_redirection() => {
            let to = text(headers, &LOCATION).unwrap_or("nowhere");
            Verdict::bad(Outcome::Failed, Cause::Redirect, format!("{number} to {to}"))
        }
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
            Verdict::bad(Outcome::Blocked, Cause::Status, format!("{number}{by}"))
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Verdict::bad(Outcome::Missing, Cause::Status, number.to_string())
        }
        _ => Verdict::bad(Outcome::Failed, Cause::Status, number.to_string()),
    })
}

fn wrong_type(headers: &HeaderMap, wish: Wish) -> Option<Verdict> {
    let told = text(headers, &CONTENT_TYPE).unwrap_or_default();
    let detail = || {
        let told = if told.is_empty() { "nothing" } else { told };
        format!("{told} where {} was asked for", wish.label())
    };
    (!wish.takes(told)).then(|| Verdict::bad(Outcome::Failed, Cause::Type, detail()))
}

/// A header that keeps an answer out of shared caches, or should. CloudFront keeps an answer with
/// `Set-Cookie`, cookie and all, where its behavior says so: that is no warm cache, but a leak.
fn kept_out(headers: &HeaderMap) -> Option<Verdict> {
    let is_hit = cache_says(headers) == Some(Cached::Hit);
    let because = |detail: String| Verdict::bad(Outcome::Uncacheable, Cause::Header, detail);
    if headers.contains_key(SET_COOKIE) {
        return Some(because("Set-Cookie".to_owned()));
    }
    if let Some(control) = text(headers, &CACHE_CONTROL)
        && !is_hit
        && forbids(control)
    {
        return Some(because(format!("Cache-Control: {control}")));
    }
    let vary = text(headers, &VARY).unwrap_or_default();
    let is_everything = |name: &str| name == "*" || name.eq_ignore_ascii_case("cookie");
    (!is_hit && vary.split(',').map(str::trim).any(is_everything))
        .then(|| because(format!("Vary: {vary}")))
}

fn forbids(control: &str) -> bool {
    let has = |name: &str| directive(control, name).is_some();
    let is_zero = |name| directive(control, name).map(|value| value == "0");
    has("no-store")
        || has("private")
        || has("no-cache")
        || is_zero("s-maxage").or_else(|| is_zero("max-age")).unwrap_or(false)
}

/// The value of a directive, empty where it has none.
fn directive<'a>(control: &'a str, name: &str) -> Option<&'a str> {
    control.split(',').find_map(|part| {
        let (its, value) = part.split_once('=').unwrap_or((part, ""));
        its.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cached {
    Hit,
    Refreshed,
    Miss,
    Stale,
}

/// What the cache says of itself: in `X-Cache` as CloudFront and many proxies do, in
/// `CF-Cache-Status`, or by an `Age`.
fn cache_says(headers: &HeaderMap) -> Option<Cached> {
    let told = text(headers, &X_CACHE).or_else(|| text(headers, &CF_CACHE_STATUS));
    let Some(told) = told.map(str::to_ascii_lowercase) else {
        return age(headers).map(|age| if age > 0 { Cached::Hit } else { Cached::Miss });
    };
    let has = |word: &str| told.contains(word);
    if has("refresh") || has("revalidated") {
        Some(Cached::Refreshed)
    } else if has("stale") || has("updating") || has("expired") {
        Some(Cached::Stale)
    } else if has("hit") {
        Some(Cached::Hit)
    } else if has("miss") || has("dynamic") || has("bypass") {
        Some(Cached::Miss)
    } else {
        None
    }
}

fn by_cache(headers: &HeaderMap, pass: Pass) -> Verdict {
    let stale = |detail: String| Verdict::bad(Outcome::Stale, Cause::Header, detail);
    match (cache_says(headers), pass) {
        (Some(Cached::Hit), _) if is_past_its_time(headers) => {
            let control = text(headers, &CACHE_CONTROL).unwrap_or_default();
            let age = age(headers).unwrap_or_default();
            stale(format!("Age: {age} with Cache-Control: {control}"))
        }
        (Some(Cached::Hit), _) => Verdict::good(Outcome::Hit),
        (Some(Cached::Refreshed | Cached::Miss | Cached::Stale), Pass::Fill) => {
            Verdict::good(Outcome::Warmed)
        }
        (Some(Cached::Refreshed | Cached::Stale), Pass::Verify) => {
            stale("it had to be asked for again".to_owned())
        }
        (Some(Cached::Miss), Pass::Verify) => {
            Verdict::bad(Outcome::Warmed, Cause::MissedAgain, "a miss again")
        }
        (None, Pass::Fill) => Verdict::good(Outcome::Warmed),
        (None, Pass::Verify) => {
            Verdict::bad(Outcome::Warmed, Cause::NoCache, "neither X-Cache nor Age")
        }
    }
}

fn is_past_its_time(headers: &HeaderMap) -> bool {
    matches!((age(headers), lifetime(headers)), (Some(age), Some(lifetime)) if age > lifetime)
}

/// Seconds that a shared cache may keep an answer, by its `Cache-Control`.
fn lifetime(headers: &HeaderMap) -> Option<u64> {
    let control = text(headers, &CACHE_CONTROL)?;
    let told = directive(control, "s-maxage").or_else(|| directive(control, "max-age"))?;
    told.parse().ok()
}

/// Seconds that a shared cache may still keep an answer.
pub(crate) fn time_left(headers: &HeaderMap) -> Option<u64> {
    Some(lifetime(headers)?.saturating_sub(age(headers).unwrap_or(0)))
}

/// `Age`, in seconds.
fn age(headers: &HeaderMap) -> Option<u64> {
    text(headers, &AGE)?.trim().parse().ok()
}

/// Whether an answer of the first pass may have come from the origin: it was in no cache before this
/// second. `Age` has whole seconds, so this counts too many rather than too few.
pub(crate) fn may_be_of_origin(headers: &HeaderMap) -> bool {
    cache_says(headers) != Some(Cached::Hit) && age(headers).unwrap_or(0) == 0
}

/// Whether asking again after a while may help.
pub(crate) fn is_transient(answer: Result<StatusCode, &FetchError>) -> bool {
    match answer {
        Ok(status) => matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504),
        Err(error) => {
            matches!(error, FetchError::Connect(_) | FetchError::Reset(_) | FetchError::Timeout(_))
        }
    }
}

/// `Retry-After`, where it is a number of seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    text(headers, &RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
