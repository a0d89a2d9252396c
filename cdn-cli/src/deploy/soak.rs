//! A wave that is watched for a while, by what its distributions count.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp, Unit};

use super::apply::Engine;
use super::events::Event;
use super::gates::{Gates, Opinion, Traffic};
use super::run::{Order, Outcome};
use crate::plan::Action;

/// What a site is compared with: the hour before its wave.
const BEFORE: SignedDuration = SignedDuration::from_hours(1);
/// Time between two looks: `CloudWatch` has a value for each minute.
const LOOK: Duration = Duration::from_mins(1);

/// A wave and what went through it before.
#[derive(Debug)]
pub(super) struct Watch {
    gates: Gates,
    before: BTreeMap<String, Traffic>,
}

impl Engine {
    /// Reads what went through the sites of a wave before it; `None` where nobody asked for gates.
    ///
    /// # Errors
    /// Where metrics cannot be read: better before the wave than after it.
    pub(super) async fn watch(
        &self,
        order: &Order,
        actions: &[&Action],
    ) -> anyhow::Result<Option<Watch>> {
        if !order.gates.is_asked() {
            return Ok(None);
        }
        let ids = self.distributions(order, actions).await?;
        let now = minute(Timestamp::now());
        let before = self.traffic(&ids, now - BEFORE, now).await?;
        Ok(Some(Watch { gates: order.gates, before }))
    }

    /// Watches the sites of a wave until the time is over or one of them is unwell.
    pub(super) async fn soak(
        &self,
        order: &Order,
        watch: &Watch,
        actions: &[&Action],
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let ids = self.distributions(order, actions).await?;
        let (begun, since) = (Instant::now(), minute(Timestamp::now()));
        self.events
            .tell(Event::Watching { sites: actions.len(), seconds: watch.gates.soak.as_secs() });
        loop {
            let left = watch.gates.soak.saturating_sub(begun.elapsed());
            tokio::time::sleep(left.min(LOOK)).await;
            let is_over = begun.elapsed() >= watch.gates.soak;
            let after = self.traffic(&ids, since, Timestamp::now()).await?;
            let opinions = watch.opinions(actions, &after, is_over);
            for (site, opinion) in &opinions {
                if let Opinion::Unwell(reason) = opinion {
                    outcome.failed.insert(site.clone(), reason.clone());
                }
            }
            if is_over || !outcome.is_well() {
                self.tell_all(opinions);
                return Ok(());
            }
        }
    }

    fn tell_all(&self, opinions: Vec<(String, Opinion)>) {
        for (site, opinion) in opinions {
            self.events.tell(match opinion {
                Opinion::Well => Event::Measured { site, reason: None, missing: None },
                Opinion::NoData(metric) => {
                    Event::Measured { site, reason: None, missing: Some(metric.to_owned()) }
                }
                Opinion::Unwell(reason) => {
                    Event::Measured { site, reason: Some(reason), missing: None }
                }
            });
        }
    }

    /// The distributions of sites, by the sites; a tenant has none of its own, nor metrics.
    async fn distributions(
        &self,
        order: &Order,
        actions: &[&Action],
    ) -> anyhow::Result<BTreeMap<String, String>> {
        let mut ids = BTreeMap::new();
        for action in actions {
            let Some(stack) = order.stack(&action.stack) else { continue };
            let there = self.aws.stacks(&stack.region).describe(&action.stack).await?;
            let id = there.and_then(|stack| stack.outputs.get("DistributionId").cloned());
            if let Some((site, id)) = action.site.clone().zip(id) {
                ids.insert(site, id);
            }
        }
        Ok(ids)
    }

    async fn traffic(
        &self,
        ids: &BTreeMap<String, String>,
        from: Timestamp,
        to: Timestamp,
    ) -> anyhow::Result<BTreeMap<String, Traffic>> {
        let distributions: Vec<String> = ids.values().cloned().collect();
        let found = self.aws.metrics().traffic(&distributions, from, to).await?;
        let of_site = |(site, id): (&String, &String)| Some((site.clone(), *found.get(id)?));
        Ok(ids.iter().filter_map(of_site).collect())
    }
}

impl Watch {
    /// What is to be said of each site; hits only at the end, since caches fill slowly.
    fn opinions(
        &self,
        actions: &[&Action],
        after: &BTreeMap<String, Traffic>,
        is_over: bool,
    ) -> Vec<(String, Opinion)> {
        let none = Traffic::default();
        let opinion = |site: &String| {
            let of = |all: &BTreeMap<String, Traffic>| all.get(site).copied().unwrap_or(none);
            let (before, after) = (of(&self.before), of(after));
            if is_over {
                self.gates.judge(&before, &after)
            } else {
                self.gates.errors(&before, &after)
            }
        };
        let sites = actions.iter().filter_map(|action| action.site.as_ref());
        sites.map(|site| (site.clone(), opinion(site))).collect()
    }
}

/// The minute that a moment is in.
pub(crate) fn minute(moment: Timestamp) -> Timestamp {
    let whole = jiff::TimestampRound::new().smallest(Unit::Minute).mode(jiff::RoundMode::Floor);
    moment.round(whole).unwrap_or(moment)
}
