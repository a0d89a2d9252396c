//! What came of the slices becomes the report that `cdn-cli warm` writes.

use std::collections::HashSet;

use anyhow::Context as _;
use cache_warmer::{Part, Stop};
use serde_json::{Value, json};

use crate::function::Function;
use crate::names;
use crate::plan::RunPlan;
use crate::work::{Done, Failed};

impl Function {
    /// Composes the report where every slice has a result, or has failed for the last time. Of two that
    /// end at once both may see that, and write the same.
    pub(crate) async fn compose_if_last(&self, run: &str, planned: &RunPlan) -> anyhow::Result<()> {
        let ended = self.ended(run).await?;
        if ((ended.results.len() + ended.failures.len()) as u64) < planned.slices {
            return Ok(());
        }
        self.composed(run, planned, &ended).await.map(drop)
    }

    /// Composes the report of what is there.
    pub(crate) async fn compose(&self, run: &str) -> anyhow::Result<Value> {
        let planned: Option<RunPlan> = self.bucket.json(&names::plan(run)).await?;
        let planned = planned.with_context(|| format!("there is no run {run}"))?;
        let ended = self.ended(run).await?;
        self.composed(run, &planned, &ended).await
    }

    async fn ended(&self, run: &str) -> anyhow::Result<Ended> {
        let results = self.bucket.list(&names::results(run)).await?;
        let number = |key: &str, folder: &str| key.strip_prefix(folder).map(str::to_owned);
        let done: HashSet<_> =
            results.iter().filter_map(|key| number(key, &names::results(run))).collect();
        let mut failures = self.bucket.list(&names::failures(run)).await?;
        // Somebody may have had it tried once more.
        failures
            .retain(|key| number(key, &names::failures(run)).is_some_and(|it| !done.contains(&it)));
        Ok(Ended { results, failures })
    }

    async fn composed(&self, run: &str, planned: &RunPlan, ended: &Ended) -> anyhow::Result<Value> {
        let mut sum = Part::default();
        let mut ended_at = planned.started_at;
        for key in &ended.results {
            let done: Option<Done> = self.bucket.json(key).await?;
            let Done { part, ended_at: end } = done.with_context(|| format!("{key} is gone"))?;
            sum.add(part);
            ended_at = ended_at.max(end);
        }
        sum.seconds = ended_at.saturating_sub(planned.started_at) as f64;
        let missing = planned.slices.saturating_sub(ended.results.len() as u64);
        if missing > 0 {
            let why = self.why_missing(missing, planned.slices, &ended.failures).await?;
            sum.stopped = Some(Stop::Limit(why));
        }
        let report = sum.report(&planned.plan, planned.started.clone());
        self.bucket.put_json(&names::report(run, "json"), &report).await?;
        let html = report.to_html().into_bytes();
        self.bucket.put(&names::report(run, "html"), "text/html; charset=utf-8", html).await?;
        tracing::info!(run, hot = report.hot, requests = report.requests, missing, "Reported");
        Ok(json!({ "run": run, "hot": report.hot, "missing": missing }))
    }

    /// Why not all slices are in a report.
    async fn why_missing(
        &self,
        missing: u64,
        slices: u64,
        failures: &[String],
    ) -> anyhow::Result<String> {
        let Some(first) = failures.first() else {
            return Ok(format!("{missing} of {slices} slices have not ended"));
        };
        let first: Option<Failed> = self.bucket.json(first).await?;
        let why = first.map_or_else(|| "gone".to_owned(), |failed| failed.why);
        let failed = failures.len() as u64;
        let open = match missing.saturating_sub(failed) {
            0 => String::new(),
            open => format!(", {open} have not ended"),
        };
        Ok(format!("{failed} of {slices} slices failed{open}; the first: {why}"))
    }
}

/// Names of objects about slices that have ended.
struct Ended {
    results: Vec<String>,
    /// Of those that have no result.
    failures: Vec<String>,
}
