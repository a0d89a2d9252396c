//! An order becomes slices: targets in S3, and a message for each.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use cache_warmer::{Assumed, Estimate, Places, Plan, Price, Spool};
use fleet::{Site, Warm};
use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::function::{Function, now};
use crate::names;
use crate::order::Order;
use crate::queue::Work;
use crate::sources;

/// What a run may cost.
pub(crate) fn most_dollars(warm: &Warm) -> Option<Decimal> {
    Decimal::from_f64(warm.max_cost?)
}

/// What every worker has to know: what is deployed meanwhile changes no run that was planned.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunPlan {
    /// When it began, for people.
    pub(crate) started: String,
    /// The same in seconds since 1970.
    pub(crate) started_at: u64,
    /// How many slices there are.
    pub(crate) slices: u64,
    /// Where, in which order; all targets are counted in it.
    pub(crate) plan: Plan,
    /// Names of distributions, by the hosts that they answer for.
    pub(crate) distributions: HashMap<String, String>,
    /// How.
    pub(crate) warm: Warm,
    /// What requests and bytes cost, by price region.
    #[serde(default)]
    pub(crate) prices: BTreeMap<String, Price>,
    /// What asked for it.
    pub(crate) order: Order,
}

impl Function {
    /// Plans an order. One that comes again is not planned again, and one whose first plan was cut off
    /// is gone on with.
    pub(crate) async fn plan(&self, order: Order, request_id: &str) -> anyhow::Result<Value> {
        let run = names::run(order.time.as_deref(), order.id.as_deref().unwrap_or(request_id));
        if self.bucket.has(&names::sent(&run)).await? {
            return Ok(json!({ "run": run, "nothing": "it is planned already" }));
        }
        let planned = match self.bucket.json(&names::plan(&run)).await? {
            Some(planned) => planned,
            None => match self.written(&run, order).await? {
                Some(planned) => planned,
                None => return Ok(json!({ "run": run, "nothing": "no target was found" })),
            },
        };
        let slice = |slice| Work { run: run.clone(), slice, part: 0 };
        self.queue.send(&(0..planned.slices).map(slice).collect::<Vec<_>>()).await?;
        let told = json!({
            "run": run,
            "targets": planned.plan.targets,
            "locations": planned.plan.names().len(),
            "slices": planned.slices,
        });
        self.bucket.put_json(&names::sent(&run), &told).await?;
        tracing::info!(run, targets = planned.plan.targets, slices = planned.slices, "Planned");
        Ok(told)
    }

    /// Gathers the targets and writes the slices; the plan is written last, so that one that is there is
    /// whole. `None` where there are no targets.
    async fn written(&self, run: &str, order: Order) -> anyhow::Result<Option<RunPlan>> {
        let places = sources::places(&self.warm)?;
        let mut sites = self.sites_of(&order)?;
        let distributions = match places {
            Places::Direct => HashMap::new(),
            Places::Locations(_) => self.named(&mut sites).await?,
        };
        let scratch = tempfile::tempdir().context("making a folder for the targets")?;
        let spool = self.gathered(&order, &sites, &scratch.path().join("targets.txt")).await?;
        if spool.count() == 0 {
            tracing::warn!(run, "No target was found");
            return Ok(None);
        }
        let shield = sources::shield(&sites);
        let plan = Plan::new(&spool, places, shield.as_deref(), self.warm.verify / 100.0);
        self.is_affordable(&plan)?;
        let slices = self.write_slices(run, &spool).await?;
        let started_at = now();
        let planned = RunPlan {
            started: Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            started_at,
            slices,
            plan,
            distributions,
            warm: self.warm.clone(),
            prices: self.prices.clone(),
            order,
        };
        self.bucket.put_json(&names::plan(run), &planned).await?;
        Ok(Some(planned))
    }

    /// Refuses a plan that is above what a run may cost: as an order that failed, it is told of.
    fn is_affordable(&self, plan: &Plan) -> anyhow::Result<()> {
        let Some(most) = most_dollars(&self.warm) else { return Ok(()) };
        let total = Estimate::of(plan, &self.prices, Assumed::default()).total();
        anyhow::ensure!(
            total <= most,
            "{} targets at {} locations would cost about ${:.2}, above `warm.max_cost`, ${most:.2}: \
             fewer locations, fewer formats or a lower `verify` cost less",
            plan.targets,
            plan.names().len(),
            total
        );
        Ok(())
    }

    /// The names under which sites are at CloudFront; a site that is not is left out.
    async fn named(&self, sites: &mut Vec<&Site>) -> anyhow::Result<HashMap<String, String>> {
        let all = self.answering().await?;
        let by_host = all.into_iter().flat_map(|it| {
            let name = it.name;
            it.hosts.into_iter().map(move |host| (host, name.clone()))
        });
        let by_host: HashMap<String, String> = by_host.collect();
        let mut named = HashMap::new();
        sites.retain(|site| {
            let its = site.domains.iter().filter_map(|host| Some((host, by_host.get(host)?)));
            let before = named.len();
            named.extend(its.map(|(host, name)| (host.clone(), name.clone())));
            if named.len() == before {
                tracing::warn!(
                    site = site.name,
                    "Nothing at CloudFront answers for it: its locations cannot be asked"
                );
            }
            named.len() > before
        });
        Ok(named)
    }

    /// Writes the targets in slices; how many there are.
    async fn write_slices(&self, run: &str, spool: &Spool) -> anyhow::Result<u64> {
        let size = usize::try_from(self.warm.slice.max(1)).unwrap_or(usize::MAX);
        let mut targets = spool.targets().context("reading the targets")?.peekable();
        let mut slices = 0;
        while targets.peek().is_some() {
            let mut text = String::new();
            for target in targets.by_ref().take(size) {
                text.push_str(&target.context("reading the targets")?.to_string());
                text.push('\n');
            }
            let key = names::targets(run, slices);
            self.bucket.put(&key, "text/plain; charset=utf-8", text.into_bytes()).await?;
            slices += 1;
        }
        Ok(slices)
    }
}
