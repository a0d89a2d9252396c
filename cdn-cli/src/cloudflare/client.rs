//! One request after the other.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use serde_json::Value;

use crate::hints::Hinted;

/// Cloudflare takes 1,200 requests in five minutes of a token; those beyond come one by one:
/// <https://developers.cloudflare.com/fundamentals/api/reference/limits/>.
const AT_ONCE: usize = 600;
const PAUSE: Duration = Duration::from_millis(250);
/// Times that a request is sent that fails for a while.
const ATTEMPTS: u32 = 5;
/// The longest wait that is heeded.
const LONGEST: Duration = Duration::from_mins(5);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Pages of one list; more are no list of a zone.
const PAGES: usize = 10_000;

/// A client of the API, which keeps what was answered.
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    token: String,
    sent: usize,
    /// Every answer, under the name of a file that is made of its path.
    pub(crate) files: Vec<(String, String)>,
}

impl Client {
    pub(crate) fn new(base: &Url, token: &str) -> anyhow::Result<Self> {
        // The first to install a provider wins, and any of them will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http =
            reqwest::Client::builder().timeout(PATIENCE).build().context("making a client")?;
        Ok(Self { http, base: base.clone(), token: token.to_owned(), sent: 0, files: Vec::new() })
    }

    /// The items of a list, page by page; of one thing, that thing. What the token may not read, and
    /// what the zone's plan has not, is empty, and its answer is kept, so that it is told.
    pub(crate) async fn list(&mut self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        for _ in 0..PAGES {
            let Some(path) = next else { break };
            let text = self.get(&path).await?;
            let answer: Value = serde_json::from_str(&text)
                .map_err(|error| Self::strange(&path, &format!("it is no JSON: {error}")))?;
            next = following(&path, &answer);
            match answer.get("result") {
                Some(Value::Array(more)) => items.extend(more.iter().cloned()),
                Some(Value::Null) | None => {}
                Some(one) => items.push(one.clone()),
            }
            if !is_absent(&answer) {
                self.files.push((name(&path), text));
            }
        }
        Ok(items)
    }

    /// Sends a change, once: whether it was heard is not known of one without an answer.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<()> {
        let url = format!("{}/{path}", self.base.as_str().trim_end_matches('/'));
        let request = self.http.post(&url).bearer_auth(&self.token);
        let request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = request.send().await.with_context(|| format!("sending {path}"))?;
        let status = answer.status();
        let text = self::body(answer, path).await?;
        let told: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() && told.get("success") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        let errors = told.get("errors").and_then(Value::as_array).into_iter().flatten();
        let messages: Vec<_> = errors.filter_map(|it| it.get("message")?.as_str()).collect();
        let hint = match status {
            StatusCode::FORBIDDEN => {
                "nothing was changed: the token has to have DNS: Edit of the zone"
            }
            _ => "nothing was changed",
        };
        let what = format!("{path}: Cloudflare answers {status}: {}", messages.join("; "));
        Err(Hinted::error(what, hint))
    }

    fn strange(path: &str, what: &str) -> anyhow::Error {
        Hinted::error(
            format!("{path}: {what}"),
            "see that --api is the address of Cloudflare's API",
        )
    }

    /// The body of an answer, whatever it says, but for a token that is refused.
    async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        let url = format!("{}/{path}", self.base.as_str().trim_end_matches('/'));
        let mut attempt = 0;
        loop {
            if self.sent >= AT_ONCE {
                tokio::time::sleep(PAUSE).await;
            }
            self.sent += 1;
            attempt += 1;
            let answer = self.http.get(&url).bearer_auth(&self.token).send().await;
            let wait = match &answer {
                Ok(answer) if is_transient(answer.status()) => wait(answer, attempt),
                Ok(_) => break body(answer?, path).await,
                Err(_) => Duration::from_millis(250) * 2_u32.pow(attempt),
            };
            if attempt >= ATTEMPTS {
                let told = match answer {
                    Ok(answer) => format!("it answers {} again and again", answer.status()),
                    Err(error) => format!("{}", anyhow::Error::from(error).root_cause()),
                };
                break Err(Hinted::error(format!("{path}: {told}"), "try again later"));
            }
            tokio::time::sleep(wait).await;
        }
    }
}

/// What an answer says; a token that is refused ends everything.
async fn body(answer: Response, path: &str) -> anyhow::Result<String> {
    let status = answer.status();
    let text = answer.text().await.with_context(|| format!("reading {path}"))?;
    if status == StatusCode::UNAUTHORIZED || says_that_the_token_is_bad(&text) {
        return Err(Hinted::error(
            format!("{path}: Cloudflare refuses the token"),
            "it has expired or was taken back: make another and put it into CLOUDFLARE_API_TOKEN",
        ));
    }
    Ok(text)
}

/// Whether the same request may do better later.
fn is_transient(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

/// As long as the answer says, or a little longer each time.
fn wait(answer: &Response, attempt: u32) -> Duration {
    let said = answer.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
    said.map_or(Duration::from_millis(250) * 2_u32.pow(attempt), Duration::from_secs).min(LONGEST)
}

/// Errors of the API about the token itself: invalid, expired, malformed.
fn says_that_the_token_is_bad(text: &str) -> bool {
    const CODES: [i64; 4] = [1_000, 6_003, 6_111, 9_109];
    let Ok(answer) = serde_json::from_str::<Value>(text) else { return false };
    let errors = answer.get("errors").and_then(Value::as_array).into_iter().flatten();
    let mut codes = errors.filter_map(|error| error.get("code")?.as_i64());
    answer.get("success") == Some(&Value::Bool(false)) && codes.any(|code| CODES.contains(&code))
}

/// Whether an answer says that there is no such thing.
fn is_absent(answer: &Value) -> bool {
    const CODES: [i64; 4] = [1_001, 7_000, 7_003, 10_003];
    let errors = answer.get("errors").and_then(Value::as_array).into_iter().flatten();
    let mut codes = errors.filter_map(|error| error.get("code")?.as_i64());
    answer.get("success") == Some(&Value::Bool(false)) && codes.any(|code| CODES.contains(&code))
}

/// The path of the next page, by number or by cursor.
fn following(path: &str, answer: &Value) -> Option<String> {
    let info = answer.get("result_info")?;
    let number = |key: &str| info.get(key).and_then(Value::as_u64);
    let after = info.pointer("/cursors/after").and_then(Value::as_str).filter(|it| !it.is_empty());
    if let Some(after) = after {
        return Some(with(path, "cursor", after));
    }
    let (page, pages) = (number("page")?, number("total_pages")?);
    (page < pages).then(|| with(path, "page", &(page + 1).to_string()))
}

/// A path with another value of a parameter.
fn with(path: &str, key: &str, value: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with(&format!("{key}=")))
        .map(str::to_owned)
        .collect();
    let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
    pairs.push(format!("{key}={value}"));
    format!("{path}?{}", pairs.join("&"))
}

/// A file's name for a path.
fn name(path: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || "-.=&".contains(c) { c } else { '_' };
    format!("{}.json", path.chars().map(legal).collect::<String>())
}
