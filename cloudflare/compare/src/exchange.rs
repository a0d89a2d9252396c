//! One request at one side, its redirects followed.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_ENCODING, HeaderMap, LOCATION};
use reqwest::{Response, Url};

use crate::body;
use crate::side::Side;
use crate::targets::Target;

/// Redirects after which browsers give up: <https://fetch.spec.whatwg.org/#http-redirect-fetch>.
const MOST_REDIRECTS: usize = 20;
/// Bytes of a body beyond which it is not compared.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// `301 {site}/new` each.
    pub(crate) redirects: Vec<String>,
    /// The answer at the end of the redirects, or why there is none.
    pub(crate) answer: Result<Answer, String>,
    /// Until the head of the last answer was there.
    pub(crate) head: Duration,
    /// Until all of it was there.
    pub(crate) whole: Duration,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Unpacked.
    pub(crate) body: Bytes,
}

impl Side {
    /// Asks for a target and follows redirects as long as they stay on this side.
    pub(crate) async fn ask(&self, target: &Target, accept: &str) -> Exchange {
        let begun = Instant::now();
        let mut exchange = Exchange {
            redirects: Vec::new(),
            answer: Err("the URL is none on this side".to_owned()),
            head: Duration::ZERO,
            whole: Duration::ZERO,
        };
        if let Ok(url) = self.base.join(&target.path_and_query) {
            let answer = self.follow(url, accept, begun, &mut exchange).await;
            exchange.answer = answer;
        }
        exchange.whole = begun.elapsed();
        exchange
    }

    async fn follow(
        &self,
        mut url: Url,
        accept: &str,
        begun: Instant,
        exchange: &mut Exchange,
    ) -> Result<Answer, String> {
        let mut visited = Vec::new();
        loop {
            let request = self.client.get(url.clone()).header(ACCEPT, accept);
            let response = request.send().await.map_err(|error| failure(&error))?;
            exchange.head = begun.elapsed();
            let Some(next) = redirect(&response) else { return read(response).await };
            let status = response.status().as_u16();
            exchange.redirects.push(format!("{status} {}", self.without_name(next.as_str())));
            if next.origin() != self.base.origin() {
                return read(response).await;
            }
            visited.push(std::mem::replace(&mut url, next));
            if visited.contains(&url) {
                return Err(format!(
                    "redirects in a circle, back to {}",
                    self.without_name(url.as_str())
                ));
            }
            if visited.len() > MOST_REDIRECTS {
                return Err(format!("more than {MOST_REDIRECTS} redirects"));
            }
        }
    }
}

fn redirect(response: &Response) -> Option<Url> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| is_redirect)?;
    response.url().join(location.to_str().ok()?).ok()
}

async fn read(mut response: Response) -> Result<Answer, String> {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut packed = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| cut_short(&error, packed.len()))?
    {
        packed.extend_from_slice(&chunk);
        if packed.len() > MOST_BYTES {
            return Err(format!("more than {MOST_BYTES} bytes"));
        }
    }
    let encoding =
        headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let body = body::unpacked(packed, encoding.as_deref(), MOST_BYTES)?;
    Ok(Answer { status, headers, body: body.into() })
}

fn cut_short(error: &reqwest::Error, received: usize) -> String {
    if error.is_timeout() {
        return failure(error);
    }
    format!("the body ends early, after {received} bytes")
}

/// What went wrong, without the URL, which differs from side to side.
fn failure(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut last: &dyn std::error::Error = error;
    while let Some(next) = last.source() {
        last = next;
    }
    if error.is_connect() { format!("no connection: {last}") } else { format!("no answer: {last}") }
}
