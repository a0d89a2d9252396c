//! A slice is warmed, as far as the function's time goes.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use cache_warmer::{Budget, JournalFolder, Limits, Part, Plan, Settings, Spool, Stop, warm_part};
use fleet::Warm;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::event::Message;
use crate::function::{Function, now};
use crate::names;
use crate::plan::{RunPlan, most_dollars};
use crate::queue::Work;

/// What came of a slice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    /// What was counted.
    pub(crate) part: Part,
    /// When it ended, in seconds since 1970.
    pub(crate) ended_at: u64,
}

/// A slice that failed for the last time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Failed {
    /// Why.
    pub(crate) why: String,
}

/// Time to write down what was done, beside that in which the last answers come.
const RESERVE: Duration = Duration::from_secs(5);
/// Requests on their way at once, to each location.
const CONCURRENCY: usize = 8;

impl Function {
    /// Does what messages say, and tells SQS which ones to hand out again.
    pub(crate) async fn work_off(
        &self,
        messages: &[Message],
        request_id: &str,
        remaining: Duration,
    ) -> Value {
        let begun = Instant::now();
        let mut failures = Vec::new();
        for (place, message) in messages.iter().enumerate() {
            let time = remaining.saturating_sub(begun.elapsed());
            let time = time.saturating_sub(self.settings.request_timeout + RESERVE);
            if let Err(error) = self.work(&message.body, time, place == 0).await {
                tracing::error!(request_id, message_id = message.id, "{error:#}");
                if message.receives().is_some_and(|receives| receives >= self.settings.tries) {
                    self.give_up(&message.body, &error).await;
                }
                failures.push(json!({ "itemIdentifier": message.id }));
            }
        }
        json!({ "batchItemFailures": failures })
    }

    /// Warms what a message says in that time, unless that was done.
    async fn work(&self, message: &str, time: Duration, is_first: bool) -> anyhow::Result<()> {
        let slice: Work = serde_json::from_str(message).context("reading a message")?;
        anyhow::ensure!(names::is_run(&slice.run), "a message about no run");
        let planned: Option<RunPlan> = self.bucket.json(&names::plan(&slice.run)).await?;
        let planned = planned.with_context(|| format!("there is no run {}", slice.run))?;
        if self.bucket.has(&names::result(&slice.run, slice.slice)).await? {
            return self.compose_if_last(&slice.run, &planned).await;
        }
        let rest = Work { part: slice.part + 1, ..slice.clone() };
        // Whoever wrote it may have ended before it was sent.
        if self.bucket.has(&names::journal(&rest.run, rest.slice, rest.part)).await? {
            return self.queue.send(&[rest]).await;
        }
        if time.is_zero() {
            anyhow::ensure!(!is_first, "the function has no time: give it more than it needs");
            return self.queue.send(&[slice]).await;
        }
        self.warmed(&slice, &rest, &planned, time).await
    }

    /// Notes that SQS will not hand a slice out again, so that the report does not wait for it. What is
    /// no slice of any run is left to who looks at what failed.
    async fn give_up(&self, message: &str, error: &anyhow::Error) {
        let given_up = async {
            let Ok(slice) = serde_json::from_str::<Work>(message) else { return Ok(()) };
            let Work { run, slice, .. } = slice;
            if !names::is_run(&run) {
                return Ok(());
            }
            let planned: Option<RunPlan> = self.bucket.json(&names::plan(&run)).await?;
            let Some(planned) = planned.filter(|planned| slice < planned.slices) else {
                return Ok(());
            };
            let failed = Failed { why: format!("{error:#}") };
            self.bucket.put_json(&names::failure(&run, slice), &failed).await?;
            self.compose_if_last(&run, &planned).await
        };
        if let Err(error) = given_up.await {
            tracing::error!("noting what failed: {error:#}");
        }
    }

    /// Warms a slice. What is left when the time is over goes back to the queue as the rest of it.
    async fn warmed(
        &self,
        slice: &Work,
        rest: &Work,
        planned: &RunPlan,
        time: Duration,
    ) -> anyhow::Result<()> {
        let scratch = tempfile::tempdir().context("making a folder for a slice")?;
        let (folder, spool) = self.fetched(slice, planned, scratch.path()).await?;
        let before = length(&folder)?;
        let plan = plan_of(planned, &spool);
        let settings = settings(&planned.warm, slice, &plan, planned, time);
        let client = self.client(&planned.warm, planned.distributions.clone())?;
        let begun = Instant::now();
        let watch = Box::new(|_: &cache_warmer::Progress| ());
        let part = warm_part(plan, spool, client, settings, Some(&folder), watch).await?;
        let Work { run, slice: number, part: parts } = slice;
        let (seconds, requests) = (begun.elapsed().as_secs_f64(), part.tally.requests());
        if part.stopped == Some(Stop::Time) {
            anyhow::ensure!(length(&folder)? > before, "no answer came in {time:?}");
            let key = names::journal(run, *number, rest.part);
            self.bucket.put_file(&key, &folder.lines()).await?;
            tracing::info!(run, slice = number, parts, requests, seconds, "Time is over");
            return self.queue.send(std::slice::from_ref(rest)).await;
        }
        let done = Done { part, ended_at: now() };
        self.bucket.put_json(&names::result(run, *number), &done).await?;
        tracing::info!(run, slice = number, parts, requests, seconds, "Warmed");
        self.compose_if_last(run, planned).await
    }

    /// A slice's targets in a folder, with what was done of it before.
    async fn fetched(
        &self,
        slice: &Work,
        planned: &RunPlan,
        folder: &Path,
    ) -> anyhow::Result<(JournalFolder, Spool)> {
        let Work { run, slice: number, part } = slice;
        let folder = JournalFolder::new(folder)?;
        let key = names::targets(run, *number);
        let targets = self.bucket.get(&key).await?;
        let targets = targets.with_context(|| format!("there is no {key}"))?;
        fs::write(folder.targets(), targets).context("writing the targets")?;
        let spool = Spool::open(&folder.targets()).with_context(|| format!("reading {key}"))?;
        if *part > 0 {
            let key = names::journal(run, *number, *part);
            let lines = self.bucket.get(&key).await?;
            let lines = lines.with_context(|| format!("there is no {key}"))?;
            folder.begin(&plan_of(planned, &spool))?;
            fs::write(folder.lines(), lines).context("writing what was done before")?;
        }
        Ok((folder, spool))
    }
}

/// Bytes of what was noted so far.
fn length(folder: &JournalFolder) -> anyhow::Result<u64> {
    match fs::metadata(folder.lines()) {
        Ok(about) => Ok(about.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error).context("looking at what was done"),
    }
}

/// The plan for a slice: all its waves are its own, so that of each target the first location is
/// asked before those that it fills the caches of.
fn plan_of(planned: &RunPlan, spool: &Spool) -> Plan {
    Plan { targets: spool.count(), pictures: spool.pictures(), ..planned.plan.clone() }
}

/// What one of all workers may do: their shares come to no more than the limits, however many of
/// them there are.
fn settings(warm: &Warm, slice: &Work, plan: &Plan, planned: &RunPlan, time: Duration) -> Settings {
    let workers = f64::from(warm.workers.max(1));
    let share = |most: u64| {
        let all = u128::from(planned.plan.targets.max(1));
        u64::try_from(u128::from(most) * u128::from(plan.targets) / all).unwrap_or(u64::MAX)
    };
    let budget = Budget {
        requests: warm.max_requests.map(share),
        bytes: warm.max_bytes.map(share),
        time: Some(time),
        dollars: most_dollars(warm).map(|most| {
            most * Decimal::from(plan.targets) / Decimal::from(planned.plan.targets.max(1))
        }),
        prices: planned.prices.clone(),
    };
    Settings {
        concurrency: CONCURRENCY,
        location: Limits {
            requests: Some(warm.rate / workers),
            bytes: warm.byte_rate.map(|rate| rate / workers),
        },
        origin: Limits { requests: Some(warm.origin_rate / workers), bytes: None },
        budget,
        seed: slice.slice,
        started: planned.started.clone(),
        ..Settings::default()
    }
}
