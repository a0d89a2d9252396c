//! What a monitoring system is told, in Prometheus' words.

use std::time::Duration;

use edge_resizer::Response;
use http::HeaderName;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::served::{CacheStatus, Served};

/// Upper bounds in seconds: a cache hit takes well under a millisecond, a large AVIF seconds.
const SECONDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The core's header with Cloudflare's number for an error.
const ERROR_CODE: HeaderName = HeaderName::from_static("x-resizer-error");
/// The core's header that says why the answer is not what was asked for.
const FALLBACK: HeaderName = HeaderName::from_static("x-resizer-fallback");

/// All metrics of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    response_bytes: Counter,
    fallbacks: Counter,
    in_flight: Gauge,
    /// Pictures that workers began.
    pub(crate) works: Counter,
    /// Pictures that nobody waited for any more.
    pub(crate) cancelled: Counter,
    /// Bugs.
    pub(crate) panics: Counter,
    seconds: Family<StageLabels, Histogram, fn() -> Histogram>,
    levels: LevelGauges,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    status: u32,
    cache: &'static str,
    /// Cloudflare's number, or empty.
    error: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageLabels {
    stage: &'static str,
}

/// What is measured at the moment it is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Levels {
    /// Requests that fetch their original or wait for a worker.
    pub(crate) queue_depth: usize,
    pub(crate) busy_workers: usize,
    pub(crate) memory_cache_bytes: u64,
    pub(crate) disk_cache_bytes: u64,
}

#[derive(Debug, Default)]
struct LevelGauges {
    queue_depth: Gauge,
    busy_workers: Gauge,
    memory_cache_bytes: Gauge,
    disk_cache_bytes: Gauge,
}

/// Counts a request as in flight until it is dropped.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("edge_resizer"),
            requests: Family::default(),
            response_bytes: Counter::default(),
            fallbacks: Counter::default(),
            in_flight: Gauge::default(),
            works: Counter::default(),
            cancelled: Counter::default(),
            panics: Counter::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            levels: LevelGauges::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "requests",
            "Answers by status, what the cache did, and Cloudflare's number for an error",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "response",
            "Bytes of the bodies of all answers",
            Unit::Bytes,
            self.response_bytes.clone(),
        );
        for (name, help, counter) in [
            ("fallbacks", "Answers that are not what was asked for", &self.fallbacks),
            ("works", "Pictures that workers began", &self.works),
            ("cancelled", "Pictures that nobody waited for any more", &self.cancelled),
            ("panics", "Pictures that made a worker panic: bugs", &self.panics),
        ] {
            registry.register(name, help, counter.clone());
        }
        let levels = &self.levels;
        for (name, help, gauge) in [
            ("in_flight", "Requests that are being answered", &self.in_flight),
            (
                "queue_depth",
                "Pictures whose original is fetched or that wait for a worker",
                &levels.queue_depth,
            ),
            ("busy_workers", "Workers at work", &levels.busy_workers),
            ("memory_cache_bytes", "Bytes of answers in memory", &levels.memory_cache_bytes),
            ("disk_cache_bytes", "Bytes of answers on disk", &levels.disk_cache_bytes),
        ] {
            registry.register(name, help, gauge.clone());
        }
        registry.register_with_unit(
            "stage",
            "Time by stage; `total` is from a request's arrival to its answer",
            Unit::Seconds,
            self.seconds.clone(),
        );
    }

    /// Counts a request as in flight.
    pub(crate) fn arrived(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, served: &Served) {
        let Response { status, headers, body } = &served.response;
        let error = headers.get(ERROR_CODE).and_then(|code| code.to_str().ok());
        let labels = RequestLabels {
            status: status.as_u16().into(),
            cache: served.cache.as_str(),
            error: error.unwrap_or_default().to_owned(),
        };
        self.requests.get_or_create(&labels).inc();
        self.response_bytes.inc_by(body.len() as u64);
        if headers.contains_key(FALLBACK) {
            self.fallbacks.inc();
        }
        self.took("total", served.timings.total);
        // Who waited for another's work would count it again.
        if served.cache == CacheStatus::Miss {
            for (stage, time) in &served.timings.stages {
                self.took(stage, *time);
            }
        }
    }

    fn took(&self, stage: &'static str, time: Duration) {
        self.seconds.get_or_create(&StageLabels { stage }).observe(time.as_secs_f64());
    }

    /// All metrics in the `OpenMetrics` text format, which Prometheus reads.
    pub(crate) fn encode(&self, levels: Levels) -> String {
        let gauges = &self.levels;
        for (gauge, level) in [
            (&gauges.queue_depth, levels.queue_depth as u64),
            (&gauges.busy_workers, levels.busy_workers as u64),
            (&gauges.memory_cache_bytes, levels.memory_cache_bytes),
            (&gauges.disk_cache_bytes, levels.disk_cache_bytes),
        ] {
            gauge.set(i64::try_from(level).unwrap_or(i64::MAX));
        }
        let mut encoded = String::new();
        // Writing to a String does not fail.
        let _ = text::encode(&mut encoded, &self.registry);
        encoded
    }
}
