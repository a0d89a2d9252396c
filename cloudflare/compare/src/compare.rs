//! The spine: each target, once per kind of browser, at both sides at the same time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::allow::AllowRules;
use crate::differ::{Aspect, Difference, Pair};
use crate::error::Error;
use crate::exchange::Exchange;
use crate::order::{Accept, Order};
use crate::side::Side;
use crate::targets::{self, Target};

/// What browsers send for a page.
const PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// Sitemaps that one index may lead to.
const MOST_SITEMAPS: usize = 200;

/// What came of a comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The old side.
    pub old: String,
    /// The new side.
    pub new: String,
    /// All that was asked for, in the order of the list.
    pub compared: Vec<Compared>,
    /// How long answers took, by their medians.
    pub moments: Timing,
    /// Reasons of rules that allowed nothing.
    pub unused_rules: Vec<String>,
}

/// A request, and what of its answers differs.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// Path and query.
    pub url: String,
    /// What the browser accepts, where that makes a difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<&'static str>,
    /// What differs and is not allowed.
    pub differences: Vec<Difference>,
    /// What differs and is allowed, with the rule's reason.
    pub allowed: Vec<Allowed>,
    /// How long the answers took.
    pub moments: Timing,
}

/// A difference that is as wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// What differs.
    #[serde(flatten)]
    pub difference: Difference,
    /// The rule's reason.
    pub reason: String,
}

/// How long both sides took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Timing {
    /// The old side.
    pub old: Moments,
    /// The new side.
    pub new: Moments,
}

/// How long an answer took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Moments {
    /// Until its head was there.
    pub head: f64,
    /// Until all of it was.
    pub whole: f64,
}

/// Both sides, ready to be asked.
#[derive(Debug)]
struct Sides {
    order: Order,
    old: Side,
    new: Side,
    pace: Option<Mutex<Interval>>,
}

/// Compares; `told` hears of each request that is done.
///
/// # Errors
/// [`Error`] where a side cannot be asked at all.
pub async fn compare(
    order: &Order,
    targets: &[Target],
    rules: &AllowRules,
    told: impl Fn(),
) -> Result<Report, Error> {
    let sides = Arc::new(Sides::new(order).await?);
    let asks = targets.iter().flat_map(|target| asks(target, order));
    let done: Vec<(Compared, BTreeSet<usize>)> = stream::iter(asks)
        .map(|(target, accept)| {
            let (sides, told) = (&sides, &told);
            async move {
                let done = sides.compare(target, accept, rules).await;
                told();
                done
            }
        })
        .buffered(order.at_once.max(1))
        .collect()
        .await;
    Ok(Report::of(order, done, rules))
}

/// The pages and pictures of a sitemap of the old side, and of those that it leads to.
///
/// # Errors
/// [`Error::Sitemap`] for the first that cannot be fetched or read.
pub async fn from_sitemaps(order: &Order, sitemaps: &[String]) -> Result<Vec<Target>, Error> {
    let sides = Sides::new(order).await?;
    let [old, new] = [&order.old.base, &order.new.base];
    let mut waiting: Vec<String> = sitemaps.to_vec();
    let (mut read, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(url) = waiting.pop() {
        if read.len() >= MOST_SITEMAPS || !read.insert(url.clone()) {
            continue;
        }
        let text = sides.sitemap(&url).await?;
        let sitemap = targets::from_sitemap(&text, &url, old, new)?;
        waiting.extend(sitemap.sitemaps);
        found.extend(sitemap.targets);
    }
    Ok(found.into_iter().collect())
}

/// The requests for a target: of a picture one per kind of browser.
fn asks<'t>(target: &'t Target, order: &Order) -> Vec<(&'t Target, Option<Accept>)> {
    if target.is_picture() {
        return order.accepts.iter().map(|accept| (target, Some(*accept))).collect();
    }
    vec![(target, None)]
}

impl Sides {
    async fn new(order: &Order) -> Result<Self, Error> {
        let pace = (!order.pause.is_zero()).then(|| {
            let mut interval = interval(order.pause);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(interval)
        });
        let (old, new) = (Side::new(&order.old, order).await?, Side::new(&order.new, order).await?);
        Ok(Self { order: order.clone(), old, new, pace })
    }

    /// The request's outcome, and the places of the rules that were of use.
    async fn compare(
        self: &Arc<Self>,
        target: &Target,
        accept: Option<Accept>,
        rules: &AllowRules,
    ) -> (Compared, BTreeSet<usize>) {
        let header = accept.map_or(PAGE, Accept::header);
        let (mut old, mut new) = self.ask(target, header).await;
        for _ in 1..self.order.repeat {
            (old, new) = self.ask(target, header).await;
        }
        let mut compared = Compared {
            url: target.path_and_query.clone(),
            accept: accept.map(Accept::name),
            differences: Vec::new(),
            allowed: Vec::new(),
            moments: Timing { old: Moments::of(&old), new: Moments::of(&new) },
        };
        let mut used = BTreeSet::new();
        for difference in self.differences(old, new).await {
            match rules.find(&compared.url, &difference) {
                Some((rule, reason)) => {
                    used.insert(rule);
                    let reason = reason.to_owned();
                    compared.allowed.push(Allowed { difference, reason });
                }
                None => compared.differences.push(difference),
            }
        }
        (compared, used)
    }

    /// Compares on another thread: pictures take a while, and the times of others are measured.
    async fn differences(self: &Arc<Self>, old: Exchange, new: Exchange) -> Vec<Difference> {
        let sides = Arc::clone(self);
        let work = spawn_blocking(move || {
            let pair = Pair { sides: [&sides.old, &sides.new], exchanges: [&old, &new] };
            pair.differences(&sides.order)
        });
        work.await.unwrap_or_else(|error| {
            vec![Difference::of(Aspect::Failure, "an answer", format!("not compared: {error}"))]
        })
    }

    async fn ask(&self, target: &Target, accept: &str) -> (Exchange, Exchange) {
        let of = async |side: &Side| {
            self.wait().await;
            side.ask(target, accept).await
        };
        tokio::join!(of(&self.old), of(&self.new))
    }

    /// Until the next request may begin.
    async fn wait(&self) {
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
    }

    /// The text of a sitemap, which the old side has.
    async fn sitemap(&self, url: &str) -> Result<String, Error> {
        let failed = |reason: String| Error::Sitemap { url: url.to_owned(), reason };
        let targets = targets::from_list(url, &self.old.base, &self.new.base)
            .map_err(|error| failed(error.to_string()))?;
        let target = targets.first().ok_or_else(|| failed("no URL".to_owned()))?;
        self.wait().await;
        let answer = self.old.ask(target, PAGE).await.answer.map_err(failed)?;
        if answer.status != 200 {
            return Err(failed(format!("answered with {}", answer.status)));
        }
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }
}

impl Report {
    fn of(order: &Order, done: Vec<(Compared, BTreeSet<usize>)>, rules: &AllowRules) -> Self {
        let used: BTreeSet<usize> =
            done.iter().flat_map(|(_, used)| used.iter().copied()).collect();
        let unused = rules.reasons().enumerate().filter(|(at, _)| !used.contains(at));
        let unused_rules = unused.map(|(_, reason)| reason.to_owned()).collect();
        let compared: Vec<Compared> = done.into_iter().map(|(compared, _)| compared).collect();
        let medians = |side: fn(&Timing) -> &Moments| Moments {
            head: median(compared.iter().map(|it| side(&it.moments).head)),
            whole: median(compared.iter().map(|it| side(&it.moments).whole)),
        };
        let moments = Timing { old: medians(|it| &it.old), new: medians(|it| &it.new) };
        let [old, new] = [&order.old, &order.new].map(|side| side.base.to_string());
        Self { old, new, compared, moments, unused_rules }
    }

    /// Whether nothing differs but what is allowed.
    pub fn is_same(&self) -> bool {
        self.compared.iter().all(|it| it.differences.is_empty())
    }
}

impl Moments {
    fn of(exchange: &Exchange) -> Self {
        let milliseconds = |it: Duration| (it.as_secs_f64() * 10_000.0).round() / 10.0;
        Self { head: milliseconds(exchange.head), whole: milliseconds(exchange.whole) }
    }
}

/// The lower of the two in the middle; 0 of none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
