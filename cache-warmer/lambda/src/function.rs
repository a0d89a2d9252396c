//! The function: events in, what came of them out.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use aws_config::BehaviorVersion;
use cache_warmer::{Client, ClientOptions, Dns, Names, Price};
use fleet::{Fleet, Warm};
use serde_json::{Value, json};

use crate::bucket::Bucket;
use crate::event::Event;
use crate::names;
use crate::queue::Queue;
use crate::runtime::Invocation;
use crate::settings::Settings;

/// The sites, and what is around them.
#[derive(Debug)]
pub struct Function {
    pub(crate) settings: Settings,
    pub(crate) fleet: Arc<Fleet>,
    /// What the fleet says of warming.
    pub(crate) warm: Warm,
    /// What requests and bytes cost, by price region: of `prices.json` beside the fleet.
    pub(crate) prices: BTreeMap<String, Price>,
    pub(crate) bucket: Bucket,
    pub(crate) queue: Queue,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) cloudfront: aws_sdk_cloudfront::Client,
}

impl Function {
    /// Reads the fleet and connects to what is around. Nothing is asked of AWS yet.
    ///
    /// # Errors
    /// Where the fleet, or prices that are needed, cannot be read.
    pub async fn new(settings: Settings) -> anyhow::Result<Self> {
        let fleet = Fleet::read(&settings.fleet).context("reading the fleet")?;
        let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
        // By path where it is not AWS's own: an emulator has no host for each bucket.
        let is_elsewhere = aws.endpoint_url().is_some();
        let s3 = aws_sdk_s3::config::Builder::from(&aws).force_path_style(is_elsewhere).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        let queue = Queue::new(aws_sdk_sqs::Client::new(&aws), settings.queue_url.clone());
        let (bucket, prefix) = (settings.bucket.clone(), settings.prefix.clone());
        let prices = prices(&settings.fleet.with_file_name("prices.json"), &fleet)?;
        Ok(Self {
            prices,
            warm: fleet.warm.clone().unwrap_or_default(),
            fleet: Arc::new(fleet),
            bucket: Bucket::new(s3.clone(), bucket, prefix),
            queue,
            s3,
            cloudfront: aws_sdk_cloudfront::Client::new(&aws),
            settings,
        })
    }

    /// THE SPINE: an order becomes slices, slices become results, results a report.
    ///
    /// # Errors
    /// Where an event is none that is known, or the work failed and is to be tried again.
    pub async fn handle(&self, invocation: Invocation) -> anyhow::Result<Value> {
        let Invocation { request_id, event, remaining } = invocation;
        match Event::read(event)? {
            Event::Order(given) => match self.understood(*given, remaining).await? {
                Some(order) => self.plan(order, &request_id).await,
                None => Ok(json!({ "nothing": "it is about no site that is warmed" })),
            },
            Event::Slices(messages) => Ok(self.work_off(&messages, &request_id, remaining).await),
            Event::Report(run) => {
                anyhow::ensure!(names::is_run(&run), "`{run}` is no run");
                self.compose(&run).await
            }
            Event::Nothing => Ok(json!({ "nothing": "it is not the end of anything" })),
        }
    }

    /// How many sites there are.
    pub(crate) fn sites(&self) -> usize {
        self.fleet.sites.len()
    }

    /// What asks hosts, at the locations of their distributions.
    pub(crate) fn client(
        &self,
        warm: &Warm,
        distributions: std::collections::HashMap<String, String>,
    ) -> anyhow::Result<Client> {
        let resolver = Dns::new(self.settings.name_server).map_err(anyhow::Error::msg);
        let resolver = resolver.context("finding the name servers of this machine")?;
        let mut options =
            ClientOptions { timeout: self.settings.request_timeout, ..ClientOptions::default() };
        if let Some(contact) = &warm.contact {
            options.user_agent = format!("{} (+{contact})", options.user_agent);
        }
        Ok(Client::new(&options, Names::new(Box::new(resolver), distributions))?)
    }
}

/// Reads the prices, which are needed where a run may not cost more than so much.
fn prices(file: &Path, fleet: &Fleet) -> anyhow::Result<BTreeMap<String, Price>> {
    let is_needed = fleet.warm.as_ref().is_some_and(|warm| warm.max_cost.is_some());
    match std::fs::read(file) {
        Ok(text) => serde_json::from_slice(&text).with_context(|| format!("{}", file.display())),
        Err(error) if !is_needed && error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| {
            format!("`warm.max_cost` needs {}: bundle the function again", file.display())
        }),
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
