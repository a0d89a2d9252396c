//! The function: events in, answers out.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use aws_config::BehaviorVersion;
use edge_resizer::{EdgePath, Request, Step, accept_variant};
use fleet::{Fleet, Site};
use serde_json::{Value, json};

use super::event::{Event, Message, Object};
use super::later::{Later, Order};
use super::picture::PictureMade;
use super::purge::{Purge, Purged};
use super::runtime::{Invocation, Reply};
use super::settings::LambdaSettings;
use super::variants::{Variant, Variants};
use crate::config::HostConfig;
use crate::redact::without_secrets;
use crate::shared::Shared;
use crate::site::{SiteService, unix_time};

/// The sites, and what is around them.
pub struct Function {
    sites: BTreeMap<String, SiteService>,
    pub(super) variants: Variants,
    /// `None` where everything is made at once.
    pub(super) later: Option<Arc<Later>>,
    purge: Purge,
}

impl Function {
    /// Reads the fleet and connects to what is around. Nothing is asked of AWS yet.
    ///
    /// # Errors
    /// Where the fleet cannot be read, or a site not be set up.
    pub async fn new(settings: &LambdaSettings) -> anyhow::Result<Self> {
        let fleet = Fleet::read(&settings.fleet).context("reading the fleet")?;
        // An answer that is kept here would outlive its original; CloudFront and the bucket keep it.
        let config = HostConfig { memory_cache_bytes: 0, ..HostConfig::default() };
        let shared = Arc::new(Shared::new(&config)?);
        let sites = fleet.sites.iter().map(|site| {
            let site = behind_the_viewer_function(site, settings);
            Ok((site.name.clone(), SiteService::new(&site, Arc::clone(&shared))?))
        });
        let sites = sites.collect::<anyhow::Result<_>>()?;
        let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let later = settings.avif_queue_url.as_deref().map(|url| Arc::new(Later::new(url, &aws)));
        Ok(Self {
            sites,
            variants: Variants::new(settings, &aws),
            later,
            purge: Purge::new(settings, &aws),
        })
    }

    /// THE SPINE: one event becomes an answer, or work that is done when this ends.
    ///
    /// # Errors
    /// Where an event is none that is known, or the work failed and is to be tried again.
    pub async fn handle(&self, invocation: Invocation) -> anyhow::Result<Reply> {
        let Invocation { request_id, event } = invocation;
        match Event::read(event)? {
            Event::Url(request) => Ok(Reply::Streamed(self.answer(request, &request_id).await)),
            Event::Queue(messages) => {
                Ok(Reply::Buffered(self.work_off(&messages, &request_id).await))
            }
            Event::Objects(objects) => {
                let Purged { variants, invalidations, .. } =
                    self.purge(&objects, &request_id).await?;
                let purged = json!({ "variants": variants, "invalidations": invalidations });
                Ok(Reply::Buffered(purged))
            }
        }
    }

    /// How many sites there are.
    pub(crate) fn sites(&self) -> usize {
        self.sites.len()
    }

    pub(super) fn site(&self, name: &str) -> Option<&SiteService> {
        self.sites.get(name)
    }

    /// Does what messages say, and tells SQS which ones to hand out again. All originals of a batch
    /// are purged together.
    async fn work_off(&self, messages: &[Message], request_id: &str) -> Value {
        let mut failures: Vec<&Message> = Vec::new();
        let (mut changes, mut objects) = (Vec::new(), Vec::new());
        for message in messages {
            if let Some(changed) = message.objects() {
                changes.push(message);
                objects.extend(changed);
            } else if let Err(error) = self.make(&message.body).await {
                tracing::error!(request_id, message_id = message.id, "{error:#}");
                failures.push(message);
            }
        }
        if !objects.is_empty()
            && let Err(error) = self.purge(&objects, request_id).await
        {
            tracing::error!(request_id, "{error:#}");
            failures.extend(changes);
        }
        let failures: Vec<_> =
            failures.iter().map(|message| json!({ "itemIdentifier": message.id })).collect();
        json!({ "batchItemFailures": failures })
    }

    /// Makes the variant that a message orders, and stores it.
    async fn make(&self, order: &str) -> anyhow::Result<()> {
        let Order { path } = serde_json::from_str(order).context("reading an order")?;
        let request = Request { now: unix_time(), ..Request::get(&path) };
        let Some(EdgePath::Variant { site, key }) = EdgePath::parse(&request.path) else {
            anyhow::bail!("an order for what is no variant");
        };
        let site = self.site(site).context("an order for a site that is not there")?;
        let step = accept_variant(key, &request, &site.site().images);
        if let Step::Fetch(job) = &step
            && self.variants.has(&site.site().name, job.variant_key()).await?
        {
            return Ok(());
        }
        let served = site.carry_out(step, &request).await;
        let variant = Variant::of(site.site(), &served);
        let made = PictureMade::of(&served);
        let made = made.as_ref();
        tracing::info!(
            site = site.site().name,
            url = without_secrets(&request.path, request.query.as_deref()),
            status = served.response.status.as_u16(),
            bytes = served.response.body.len(),
            format = made.map(|it| it.format),
            recipe = made.and_then(|it| it.recipe),
            original_bytes = made.map(|it| it.original_bytes),
            original_format = made.and_then(|it| it.original_format),
            total_ms = served.timings.total.as_millis(),
            stored = variant.as_ref().map_or_else(ToString::to_string, |_| "yes".to_owned()),
            "Made later"
        );
        match variant {
            Ok(variant) => self.variants.store(variant, site).await,
            Err(_) if served.response.status.is_server_error() => {
                anyhow::bail!("the variant could not be made: {}", served.response.status)
            }
            Err(_) => Ok(()),
        }
    }

    async fn purge(&self, objects: &[Object], request_id: &str) -> anyhow::Result<Purged> {
        let sites = self.sites.values().map(SiteService::site);
        let purged = self.purge.run(&self.variants, sites, objects, request_id).await?;
        let Purged { originals, variants, invalidations } = purged;
        tracing::info!(
            request_id,
            objects = objects.len(),
            originals,
            variants,
            invalidations,
            "Purged"
        );
        Ok(purged)
    }
}

/// A site as it is behind the viewer function, which has verified signatures, and in front of a
/// distribution that reads cache tags from a header of its choice.
fn behind_the_viewer_function(site: &Site, settings: &LambdaSettings) -> Site {
    let mut site = site.clone();
    site.images.signing = None;
    site.images.caching.tag_header.clone_from(&settings.cache_tag_header);
    site
}
