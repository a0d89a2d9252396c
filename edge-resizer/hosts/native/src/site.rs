//! THE SPINE: a request for a site becomes an answer.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use edge_resizer::{Error, Fetched, Job, Request, Response, Source, SourceFormat, Step, accept};
use fleet::Site;
use http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, ETAG, LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use prometheus_client::metrics::counter::Counter;

use crate::cache::{CacheKey, KeySpace};
use crate::error::SetupError;
use crate::narrow::widen;
use crate::origin::{OriginPath, Original, Originals};
use crate::pool::{Panicked, Stop, Ticket};
use crate::served::{CacheStatus, MadeFrom, Served, Timings};
use crate::shared::Shared;
use crate::single_flight::Part;

/// One site, ready to answer. Cheap to clone.
#[derive(Clone)]
pub struct SiteService(Arc<Inner>);

struct Inner {
    site: Site,
    keys: KeySpace,
    originals: Originals,
    shared: Arc<Shared>,
}

/// An answer to everybody who asks for one variant at one time.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    response: Response,
    /// As the one who began it sees it: hit or miss.
    cache: CacheStatus,
    /// The original that it was made from and its place in [`Job::sources`]; `None` where none was
    /// found, or it was not looked for.
    original: Option<(usize, MadeFrom)>,
    stages: Vec<(&'static str, Duration)>,
}

impl Made {
    fn miss(response: Response) -> Self {
        Self { response, cache: CacheStatus::Miss, original: None, stages: Vec::new() }
    }
}

impl SiteService {
    /// Connects a site to its origin and to what all sites share.
    ///
    /// # Errors
    /// [`SetupError`] where the origin cannot be used.
    pub fn new(site: &Site, shared: Arc<Shared>) -> Result<Self, SetupError> {
        Ok(Self(Arc::new(Inner {
            keys: KeySpace::new(site),
            originals: Originals::new(site, &shared)?,
            site: site.clone(),
            shared,
        })))
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// Answers a request. Never fails: what goes wrong is an answer too. Dropping the future stops
    /// the work, unless another request waits for the same variant.
    pub async fn respond(&self, request: &Request) -> Served {
        let _in_flight = self.0.shared.metrics.arrived();
        let step = accept(&widen(request), &self.0.site.images);
        let served = self.carry_out(step, request).await.narrowed_to(request);
        self.0.shared.metrics.answered(&served);
        served
    }

    /// Does what the core made of the [`widen`]ed request; the answer is whole.
    pub(crate) async fn carry_out(&self, step: Step, request: &Request) -> Served {
        let arrived = Instant::now();
        let mut served = match step {
            Step::Respond(response) => Served::bypass(response),
            Step::Pass => self.0.pass(request).await,
            Step::Fetch(job) => self.variant(*job).await,
        };
        served.timings.total = arrived.elapsed();
        served.add_server_timing();
        served
    }

    /// Whether an original has become another one, or is gone, since an answer was made from it.
    /// Where the origin cannot tell, it counts as unchanged.
    #[cfg(feature = "lambda")]
    pub(crate) async fn has_changed(&self, original: &MadeFrom) -> bool {
        let MadeFrom { source, version: Some(version), .. } = original else { return false };
        match self.0.originals.version(source).await {
            Ok(now) => now.is_some_and(|now| now != *version),
            Err(failure) => failure == edge_resizer::SourceFailure::NotFound,
        }
    }

    /// A picture: found in the cache, or made, once for all who ask for it at this time.
    async fn variant(&self, job: Job) -> Served {
        let keys: Vec<_> = job.keys().map(str::to_owned).collect();
        let key = self.0.keys.key(&job.answer_key());
        let (flight, part) = self.0.shared.flights.join(&key, || {
            let (inner, key) = (Arc::clone(&self.0), key.clone());
            async move { inner.find_or_make(job, key).await }
        });
        let Made { response, cache, original, stages } = flight.await;
        let cache = match (cache, part) {
            (CacheStatus::Miss, Part::Follower) => CacheStatus::Coalesced,
            (cache, _) => cache,
        };
        let timings = Timings { stages, total: Duration::ZERO };
        let (index, original) = original.map_or((0, None), |(index, from)| (index, Some(from)));
        let variant_key = keys.into_iter().nth(index);
        Served { response, cache, variant_key, original, timings }
    }
}

impl Inner {
    async fn find_or_make(&self, job: Job, key: CacheKey) -> Made {
        let now = unix_time();
        if let Some(entry) = self.shared.cache.get(&key, now).await {
            let mut response = entry.response.clone();
            let age = now.saturating_sub(entry.stored_at);
            response.headers.insert(AGE, HeaderValue::from(age));
            return Made { cache: CacheStatus::Hit, ..Made::miss(response) };
        }
        let Some(ticket) = self.shared.pool.admit() else { return self.busy() };
        let cancelled = CountUnlessDone::new(&self.shared.metrics.cancelled);
        let mut watch = Stopwatch::start();
        let fetched = self.originals.first(job.sources()).await;
        watch.lap("fetch");
        let original = found(&job, &fetched);
        let (response, stages) = self.work(job, fetched, ticket, watch).await;
        cancelled.done();
        self.shared.cache.put(key, &response, unix_time());
        Made { original, stages, ..Made::miss(response) }
    }

    /// Has a worker make the picture. Where that panics, the original is delivered, as the core
    /// does for work that is stopped.
    async fn work(
        &self,
        job: Job,
        fetched: Fetched,
        ticket: Ticket,
        mut watch: Stopwatch,
    ) -> (Response, Vec<(&'static str, Duration)>) {
        let (again, source) = (job.clone(), fetched.clone());
        let (works, limit) = (self.shared.metrics.works.clone(), self.shared.config().work_timeout);
        let made = self.shared.pool.run(ticket, move |stop| {
            works.inc();
            watch.lap("queue");
            let response = finish(&job, fetched, stop, limit, &mut watch);
            (response, watch.laps)
        });
        match made.await {
            Ok(made) => made,
            Err(Panicked) => (self.after_panic(again, source).await, Vec::new()),
        }
    }

    async fn after_panic(&self, job: Job, fetched: Fetched) -> Response {
        let (site, variant) = (&self.site.name, job.variant_key());
        tracing::error!(site, variant, "A picture made a worker panic");
        self.shared.metrics.panics.inc();
        let original = tokio::task::spawn_blocking(move || {
            job.finish(fetched, &mut |_| ControlFlow::Break(()))
        });
        original.await.unwrap_or_else(|_| self.busy().response)
    }

    /// A file as it is at the origin.
    async fn pass(&self, request: &Request) -> Served {
        if request.method != Method::GET && request.method != Method::HEAD {
            return Served::bypass(self.refuse(&Error::MethodNotAllowed));
        }
        let mut watch = Stopwatch::start();
        let found = match OriginPath::of_request(&request.path, request.query.as_deref()) {
            Ok(path) => self.originals.get(&path).await.map_err(Error::Source),
            Err(error) => Err(Error::InvalidSource(error)),
        };
        watch.lap("fetch");
        let response = found.map_or_else(|error| self.refuse(&error), original_response);
        let timings = Timings { stages: watch.laps, total: Duration::ZERO };
        Served { timings, ..Served::bypass(response) }
    }

    fn busy(&self) -> Made {
        Made::miss(self.refuse(&Error::Busy))
    }

    fn refuse(&self, error: &Error) -> Response {
        Response::refusal(error, false, &self.site.images.caching)
    }
}

/// Which of a job's originals was found.
fn found(job: &Job, fetched: &Fetched) -> Option<(usize, MadeFrom)> {
    let Fetched::Found { index, source: Source { bytes, version, .. } } = fetched else {
        return None;
    };
    let source = job.sources().nth(*index)?.clone();
    let (version, format) = (version.clone(), SourceFormat::of(bytes));
    Some((*index, MadeFrom { source, version, bytes: bytes.len(), format }))
}

/// The second half of the core, until it is done, its time is over, or nobody waits for it.
fn finish(
    job: &Job,
    fetched: Fetched,
    stop: &Stop,
    limit: Duration,
    watch: &mut Stopwatch,
) -> Response {
    let began = Instant::now();
    job.finish(fetched, &mut |stage| {
        watch.lap(stage);
        if stop.is_set() || began.elapsed() > limit {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}

/// The answer that delivers an original as it is.
fn original_response(original: Original) -> Response {
    let mut headers = HeaderMap::new();
    let media_type = original.media_type.unwrap_or_else(|| UNKNOWN_TYPE.to_owned());
    let told: [(HeaderName, Option<String>); 4] = [
        (CONTENT_TYPE, Some(media_type)),
        (ETAG, original.etag),
        (LAST_MODIFIED, original.last_modified),
        (CACHE_CONTROL, original.cache_control),
    ];
    for (name, value) in told {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Response { status: StatusCode::OK, headers, body: Bytes::clone(&original.bytes) }
}

/// RFC 2046 section 4.5.1.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// Takes the time of one stage after the other.
#[derive(Debug)]
struct Stopwatch {
    last: Instant,
    laps: Vec<(&'static str, Duration)>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    /// Ends a stage. One that comes again, for each frame say, is counted together.
    fn lap(&mut self, stage: &'static str) {
        let now = Instant::now();
        let time = now.duration_since(self.last);
        self.last = now;
        match self.laps.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += time,
            None => self.laps.push((stage, time)),
        }
    }
}

/// Counts what is dropped before it is done.
struct CountUnlessDone<'a>(Option<&'a Counter>);

impl<'a> CountUnlessDone<'a> {
    fn new(counter: &'a Counter) -> Self {
        Self(Some(counter))
    }

    fn done(mut self) {
        self.0 = None;
    }
}

impl Drop for CountUnlessDone<'_> {
    fn drop(&mut self) {
        if let Some(counter) = self.0 {
            counter.inc();
        }
    }
}

/// The core's view of an HTTP request, at the present time.
pub fn core_request(parts: &Parts) -> Request {
    Request {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers.clone(),
        now: unix_time(),
        held: None,
    }
}

/// Seconds since 1970-01-01T00:00:00Z; 0 on a clock that is before it.
pub(crate) fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
