//! What came of the slices becomes the report that `cdn-cli warm` writes.

use anyhow::Context as _;
use cache_warmer::{Part, Stop};
use serde_json::{Value, json};

use crate::function::Function;
use crate::names;
use crate::plan::RunPlan;
use crate::work::Done;

impl Function {
    /// Composes the report where every slice has a result. Of two that end at once both may see that,
    /// and write the same.
    pub(crate) async fn compose_if_last(&self, run: &str, planned: &RunPlan) -> anyhow::Result<()> {
        let results = self.bucket.list(&names::results(run)).await?;
        if (results.len() as u64) < planned.slices {
            return Ok(());
        }
        self.composed(run, planned, &results).await.map(drop)
    }

    /// Composes the report of what is there.
    pub(crate) async fn compose(&self, run: &str) -> anyhow::Result<Value> {
        let planned: Option<RunPlan> = self.bucket.json(&names::plan(run)).await?;
        let planned = planned.with_context(|| format!("there is no run {run}"))?;
        let results = self.bucket.list(&names::results(run)).await?;
        self.composed(run, &planned, &results).await
    }

    async fn composed(
        &self,
        run: &str,
        planned: &RunPlan,
        results: &[String],
    ) -> anyhow::Result<Value> {
        let mut sum = Part::default();
        let mut ended_at = planned.started_at;
        for key in results {
            let done: Option<Done> = self.bucket.json(key).await?;
            let Done { part, ended_at: end } = done.with_context(|| format!("{key} is gone"))?;
            sum.add(part);
            ended_at = ended_at.max(end);
        }
        sum.seconds = ended_at.saturating_sub(planned.started_at) as f64;
        let missing = planned.slices.saturating_sub(results.len() as u64);
        if missing > 0 {
            let why = format!("{missing} of {} slices have not ended", planned.slices);
            sum.stopped = Some(Stop::Limit(why));
        }
        let report = sum.report(&planned.plan, planned.started.clone());
        self.bucket.put_json(&names::report(run, "json"), &report).await?;
        let html = report.to_html().into_bytes();
        self.bucket.put(&names::report(run, "html"), "text/html; charset=utf-8", html).await?;
        tracing::info!(run, hot = report.hot, requests = report.requests, missing, "Reported");
        Ok(json!({ "run": run, "hot": report.hot, "missing": missing }))
    }
}
