//! Whether a site is well by what its distribution counts, held against what it counted before.

use std::str::FromStr;
use std::time::Duration;

/// Requests below which percentages say nothing: one error of twenty is five percent.
const LEAST_REQUESTS: f64 = 20.0;

/// What a wave is held against.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gates {
    /// Percent of answers that may be 5xx.
    pub(crate) max_5xx: Option<Percent>,
    /// Percent of requests that must be answered from the cache.
    pub(crate) min_hit_ratio: Option<Percent>,
    /// How long a wave is watched.
    pub(crate) soak: Duration,
}

/// 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Percent(f64);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim_end_matches('%').parse().ok();
        let percent = number.filter(|percent| (0.0..=100.0).contains(percent));
        percent.map(Self).ok_or_else(|| "a number of percent, 0 to 100".to_owned())
    }
}

/// What went through a distribution in a while.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Traffic {
    /// Requests.
    pub(crate) requests: f64,
    /// Percent of answers that were 5xx.
    pub(crate) errors_5xx: Option<f64>,
    /// Percent of requests that were answered from the cache; not counted unless additional
    /// metrics are on.
    pub(crate) hit_ratio: Option<f64>,
}

/// What a gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Opinion {
    /// Everything that was asked for was counted, and is well.
    Well,
    /// What was not counted.
    NoData(&'static str),
    /// What is wrong.
    Unwell(String),
}

impl Gates {
    /// Whether there is any.
    pub(crate) fn is_asked(&self) -> bool {
        self.max_5xx.is_some() || self.min_hit_ratio.is_some()
    }

    /// Holds what was counted after a change against the gates. A site is unwell where it is beyond
    /// the limit and worse than before, so that nobody's old troubles stop a wave.
    pub(crate) fn judge(&self, before: &Traffic, after: &Traffic) -> Opinion {
        let opinions = [self.errors(before, after), self.hits(before, after)];
        let is_unwell = |it: &&Opinion| matches!(it, Opinion::Unwell(_));
        let worst = opinions.iter().find(is_unwell);
        let worst = worst.or_else(|| opinions.iter().find(|it| **it != Opinion::Well));
        worst.cloned().unwrap_or(Opinion::Well)
    }

    /// The part of the judgement that does not have to wait until caches have filled.
    pub(crate) fn errors(&self, before: &Traffic, after: &Traffic) -> Opinion {
        let Some(Percent(limit)) = self.max_5xx else { return Opinion::Well };
        let Some(now) = counted(after, after.errors_5xx) else {
            return Opinion::NoData("5xxErrorRate");
        };
        let old = counted(before, before.errors_5xx);
        if now <= limit.max(old.unwrap_or(0.0)) {
            return Opinion::Well;
        }
        Opinion::Unwell(format!("{now:.1} % of answers are 5xx, {limit} % may be{}", was(old)))
    }

    fn hits(&self, before: &Traffic, after: &Traffic) -> Opinion {
        let Some(Percent(limit)) = self.min_hit_ratio else { return Opinion::Well };
        let Some(now) = counted(after, after.hit_ratio) else {
            return Opinion::NoData("CacheHitRate");
        };
        let old = counted(before, before.hit_ratio);
        if now >= limit.min(old.unwrap_or(100.0)) {
            return Opinion::Well;
        }
        let words = "of requests are answered from the cache";
        Opinion::Unwell(format!("{now:.1} % {words}, {limit} % must be{}", was(old)))
    }
}

/// A percentage, where it is of enough requests.
fn counted(traffic: &Traffic, percent: Option<f64>) -> Option<f64> {
    percent.filter(|_| traffic.requests >= LEAST_REQUESTS)
}

fn was(old: Option<f64>) -> String {
    old.map_or_else(String::new, |old| format!(", {old:.1} % before"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(requests: f64, errors_5xx: f64, hit_ratio: f64) -> Traffic {
        Traffic { requests, errors_5xx: Some(errors_5xx), hit_ratio: Some(hit_ratio) }
    }

    #[test]
    fn a_site_is_unwell_beyond_the_limit_and_worse_than_before() {
        let gates = Gates {
            max_5xx: Some(Percent(1.0)),
            min_hit_ratio: Some(Percent(80.0)),
            soak: Duration::ZERO,
        };
        let unwell = |text: &str| Opinion::Unwell(text.to_owned());
        for (before, after, want) in [
            (traffic(1e3, 0.1, 90.0), traffic(1e3, 0.9, 85.0), Opinion::Well),
            (
                traffic(1e3, 0.1, 90.0),
                traffic(1e3, 2.0, 90.0),
                unwell("2.0 % of answers are 5xx, 1 % may be, 0.1 % before"),
            ),
            // What it was before.
            (traffic(1e3, 3.0, 50.0), traffic(1e3, 3.0, 50.0), Opinion::Well),
            (
                traffic(1e3, 3.0, 50.0),
                traffic(1e3, 3.5, 50.0),
                unwell("3.5 % of answers are 5xx, 1 % may be, 3.0 % before"),
            ),
            (
                traffic(1e3, 0.0, 70.0),
                traffic(1e3, 0.0, 60.0),
                unwell(
                    "60.0 % of requests are answered from the cache, 80 % must be, 70.0 % before",
                ),
            ),
            // A new site has no before.
            (
                Traffic::default(),
                traffic(1e3, 2.0, 90.0),
                unwell("2.0 % of answers are 5xx, 1 % may be"),
            ),
            // Too few requests to say anything.
            (traffic(1e3, 0.0, 90.0), traffic(19.0, 100.0, 0.0), Opinion::NoData("5xxErrorRate")),
            (
                traffic(1e3, 0.0, 90.0),
                Traffic { hit_ratio: None, ..traffic(1e3, 0.0, 0.0) },
                Opinion::NoData("CacheHitRate"),
            ),
        ] {
            assert_eq!(gates.judge(&before, &after), want, "{before:?} {after:?}");
        }
        assert_eq!(Gates::default().judge(&Traffic::default(), &Traffic::default()), Opinion::Well);
    }

    #[test]
    fn percentages_are_read() {
        for (text, want) in [("1", Ok(1.0)), ("0.5%", Ok(0.5)), ("101", Err(())), ("NaN", Err(()))]
        {
            let read = text.parse().map(|Percent(it)| it).map_err(|_| ());
            assert_eq!(read, want, "{text}");
        }
    }
}
