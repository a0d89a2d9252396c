//! Whether a site is well with a part of its traffic.

use std::time::{Duration, Instant};

use fleet::Site;
use jiff::{SignedDuration, Timestamp};

use crate::cli::HealthArgs;
use crate::commands::operate::deploy::{gates, probe};
use crate::commands::operate::session::Session;
use crate::deploy::gates::{Gates, Opinion, Traffic};
use crate::deploy::health::{Probe, Site as Asked};
use crate::deploy::soak::minute;

/// What a site is compared with: the hour before its way began.
const BEFORE: SignedDuration = SignedDuration::from_hours(1);
/// Time between two looks: `CloudWatch` has a value for each minute.
const LOOK: Duration = Duration::from_mins(1);

/// What a site is held against.
#[derive(Debug)]
pub(super) struct Watch<'s> {
    session: &'s Session,
    site: &'s Site,
    probe: Option<Probe>,
    gates: Gates,
    distribution: Option<String>,
    endpoint: Option<String>,
    before: Traffic,
}

impl<'s> Watch<'s> {
    /// Reads what went through the distribution before the way began.
    ///
    /// # Errors
    /// Where metrics are asked for and cannot be read.
    pub(super) async fn new(
        session: &'s Session,
        site: &'s Site,
        health: &HealthArgs,
        begun: Timestamp,
    ) -> anyhow::Result<Self> {
        let output = |name: &str| session.deployed(&site.name)?.outputs.get(name).cloned();
        let mut watch = Self {
            session,
            site,
            probe: probe(health, session),
            gates: gates(health),
            distribution: output("DistributionId"),
            endpoint: output("DomainName"),
            before: Traffic::default(),
        };
        if watch.gates.is_asked() {
            watch.before = watch.traffic(minute(begun) - BEFORE, minute(begun)).await?;
        }
        Ok(watch)
    }

    /// Asks the site, and watches what it counts for as long as was said.
    ///
    /// # Errors
    /// Where metrics cannot be read; what is wrong with the site is the value.
    pub(super) async fn is_well(&self) -> anyhow::Result<Result<(), String>> {
        if let Some(reason) = self.asked().await {
            return Ok(Err(reason));
        }
        if !self.gates.is_asked() {
            return Ok(Ok(()));
        }
        let (begun, since) = (Instant::now(), minute(Timestamp::now()));
        loop {
            let left = self.gates.soak.saturating_sub(begun.elapsed());
            tokio::time::sleep(left.min(LOOK)).await;
            let is_over = begun.elapsed() >= self.gates.soak;
            let after = self.traffic(since, Timestamp::now()).await?;
            // Caches fill slowly: hits count at the end.
            let opinion = if is_over {
                self.gates.judge(&self.before, &after)
            } else {
                self.gates.errors(&self.before, &after)
            };
            match opinion {
                Opinion::Unwell(reason) => return Ok(Err(reason)),
                _ if is_over => return Ok(self.asked().await.map_or(Ok(()), Err)),
                _ => {}
            }
        }
    }

    /// What is wrong with its answers.
    async fn asked(&self) -> Option<String> {
        let site = Asked { domains: &self.site.domains, endpoint: self.endpoint.as_deref() };
        self.probe.as_ref()?.ask(&site).await.err()
    }

    async fn traffic(&self, from: Timestamp, to: Timestamp) -> anyhow::Result<Traffic> {
        let Some(id) = &self.distribution else { return Ok(Traffic::default()) };
        let found = self.session.aws.metrics().traffic(std::slice::from_ref(id), from, to).await?;
        Ok(found.get(id).copied().unwrap_or_default())
    }
}
