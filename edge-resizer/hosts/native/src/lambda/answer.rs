//! Requests to the function URL.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use edge_resizer::{EdgePath, Request, Response, Step, accept, accept_variant};
use futures_util::future::ready;
use futures_util::stream::{self, StreamExt};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::task::JoinHandle;

use super::event::UrlRequest;
use super::function::Function;
use super::later::{Later, Order};
use super::picture::PictureMade;
use super::runtime::Answer;
use super::variants::{Variant, Variants};
use crate::narrow::widen;
use crate::redact::without_secrets;
use crate::served::MadeFrom;
use crate::site::{SiteService, unix_time};

/// Bytes that are handed over at once.
const CHUNK: usize = 256 * 1024;

/// For how long the end of an answer waits for what is left to do: a client that knows no
/// `Content-Length` takes the answer for unfinished until then.
const PATIENCE: Duration = Duration::from_secs(5);

impl Function {
    /// Answers a request, stores its answer, and has a better one made later where that takes long.
    pub(crate) async fn answer(&self, request: UrlRequest, request_id: &str) -> Answer {
        let UrlRequest { method, path, query, headers } = request;
        let url = without_secrets(&path, query.as_deref());
        let request = Request { method, path, query, headers, now: unix_time(), held: None };
        let Some(Asked { site, request, step, order }) = self.understand(&request) else {
            tracing::info!(request_id, url, status = 404, "Answered");
            return streamed(nothing_here(), None);
        };
        let served = site.carry_out(step, &request).await;
        let variant = Variant::of(site.site(), &served);
        let made = PictureMade::of(&served);
        let made = made.as_ref();
        tracing::info!(
            request_id,
            site = site.site().name,
            method = %request.method,
            url,
            status = served.response.status.as_u16(),
            bytes = served.response.body.len(),
            format = made.map(|it| it.format),
            recipe = made.and_then(|it| it.recipe),
            original_bytes = made.map(|it| it.original_bytes),
            original_format = made.and_then(|it| it.original_format),
            total_ms = served.timings.total.as_millis(),
            stored = variant.as_ref().map_or_else(ToString::to_string, |_| "yes".to_owned()),
            later = order.is_some(),
            "Answered"
        );
        let rest = Rest {
            request_id: request_id.to_owned(),
            site: site.clone(),
            variants: self.variants.clone(),
            variant: variant.ok(),
            order: order.filter(|_| served.response.status == StatusCode::OK),
            original: served.original.clone(),
        };
        streamed(served.narrowed_to(&request).response, Some(tokio::spawn(rest.finish())))
    }

    /// Whom a request is for and what it wants; `None` where it is for nobody.
    fn understand(&self, request: &Request) -> Option<Asked<'_>> {
        let (site, path, is_variant) = match EdgePath::parse(&request.path)? {
            EdgePath::Variant { site, key } => (site, key, true),
            EdgePath::Request { site, path } => (site, path, false),
        };
        let site = self.site(site)?;
        let policy = &site.site().images;
        let (request, step) = if is_variant {
            (request.clone(), accept_variant(path, &widen(request), policy))
        } else {
            let request = Request { path: path.to_owned(), ..request.clone() };
            let step = accept(&widen(&request), policy);
            (request, step)
        };
        let (step, order) = self.hasten(&site.site().name, step);
        Some(Asked { site, request, step, order })
    }

    /// Has something made that is quicker, where there is a queue for the rest.
    fn hasten(&self, site: &str, step: Step) -> (Step, Option<(Arc<Later>, Order)>) {
        let (Some(later), Step::Fetch(job)) = (&self.later, &step) else { return (step, None) };
        let Some(stand_in) = job.stand_in() else { return (step, None) };
        let order = Order { path: job.edge_path(site) };
        (Step::Fetch(Box::new(stand_in)), Some((Arc::clone(later), order)))
    }
}

/// A request that is understood.
struct Asked<'a> {
    site: &'a SiteService,
    /// As the site sees it.
    request: Request,
    step: Step,
    /// What is to be made later, where.
    order: Option<(Arc<Later>, Order)>,
}

/// What is left to do when there is an answer.
struct Rest {
    request_id: String,
    site: SiteService,
    variants: Variants,
    variant: Option<Variant>,
    order: Option<(Arc<Later>, Order)>,
    original: Option<MadeFrom>,
}

impl Rest {
    /// Does it; what fails is logged, and done with the next request for the same.
    async fn finish(self) {
        let Self { request_id, site, variants, variant, order, original } = self;
        let store = async {
            match variant {
                Some(variant) => variants.store(variant, &site).await,
                None => Ok(()),
            }
        };
        let ask = async {
            match (order, &original) {
                (Some((later, order)), Some(original)) => later.ask(&order, original).await,
                _ => Ok(()),
            }
        };
        let both = tokio::time::timeout(PATIENCE, async { tokio::join!(store, ask) }).await;
        let Ok((stored, asked)) = both else {
            tracing::warn!(request_id, patience = ?PATIENCE, "Storing or ordering took too long");
            return;
        };
        for error in [stored, asked].into_iter().filter_map(Result::err) {
            tracing::warn!(request_id, "{error:#}");
        }
    }
}

/// An answer as Lambda takes it. Its body ends when `rest` is done: Lambda freezes the process with
/// the end of the body, but passes on what there is of it before.
fn streamed(response: Response, rest: Option<JoinHandle<()>>) -> Answer {
    let Response { status, headers, body } = response;
    let starts = (0..body.len()).step_by(CHUNK);
    let chunks: Vec<_> = starts.map(|at| body.slice(at..body.len().min(at + CHUNK))).collect();
    let rest = stream::iter(rest).then(|rest| rest).filter_map(|_| ready(None));
    Answer { status, headers, body: stream::iter(chunks).map(Ok).chain(rest).boxed() }
}

/// What CloudFront never asks for.
fn nothing_here() -> Response {
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]);
    let body = Bytes::from_static(b"nothing here\n");
    Response { status: StatusCode::NOT_FOUND, headers, body }
}
