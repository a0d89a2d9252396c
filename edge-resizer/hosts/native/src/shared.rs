//! What all sites of a server share.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cache::{CacheKey, VariantCache};
use crate::config::HostConfig;
use crate::error::SetupError;
use crate::metrics::{Levels, Metrics};
use crate::origin::HttpClients;
use crate::pool::Pool;
use crate::single_flight::Flights;
use crate::site::Made;

/// Worker pool, variant cache, metrics, HTTP clients. Made once, put into an `Arc`.
pub struct Shared {
    config: HostConfig,
    pub(crate) cache: VariantCache,
    pub(crate) flights: Flights<CacheKey, Made>,
    pub(crate) metrics: Metrics,
    pub(crate) pool: Pool,
    http_clients: HttpClients,
    draining: AtomicBool,
}

impl Shared {
    /// Sets them up; reads the index of the disk cache.
    ///
    /// # Errors
    /// [`SetupError::DiskCache`].
    pub fn new(config: &HostConfig) -> Result<Self, SetupError> {
        Ok(Self {
            cache: VariantCache::open(config)?,
            flights: Flights::new(),
            metrics: Metrics::new(),
            pool: Pool::new(config.workers.get(), config.queue),
            http_clients: HttpClients::default(),
            draining: AtomicBool::new(false),
            config: config.clone(),
        })
    }

    /// The metrics in the `OpenMetrics` text format, which Prometheus reads.
    pub fn metrics_text(&self) -> String {
        let (memory_cache_bytes, disk_cache_bytes) = self.cache.bytes();
        self.metrics.encode(Levels {
            queue_depth: self.pool.waiting(),
            busy_workers: self.pool.busy(),
            memory_cache_bytes,
            disk_cache_bytes,
        })
    }

    /// From now on `/healthz` says 503, so that load balancers send requests elsewhere.
    pub fn begin_shutdown(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether [`Shared::begin_shutdown`] was called.
    pub fn is_shutting_down(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Ends when all answers that are to be kept on disk are there.
    pub async fn settle(&self) {
        self.cache.settle().await;
    }

    pub(crate) fn config(&self) -> &HostConfig {
        &self.config
    }

    pub(crate) fn http_clients(&self) -> &HttpClients {
        &self.http_clients
    }
}
