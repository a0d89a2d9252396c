//! The viewer functions, in an engine, as they are deployed.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloudflare_rules::Request;
use cloudformation::viewer::{Pair, ViewerFunction};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rquickjs::{CatchResultExt as _, Context, Ctx, Function, Module, Object, Runtime};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::error::CheckError;

/// What stands for CloudFront's modules, and what calls the function.
const CLOUDFRONT: &str = include_str!("cloudfront.mjs");
const CRYPTO: &str = include_str!("crypto.mjs");
const CALL: &str = include_str!("call.mjs");

/// An engine for each viewer function. One thread has one of these.
pub(crate) struct Engines(BTreeMap<ViewerFunction, Engine>);

/// An engine with a function and its store.
struct Engine {
    runtime: Runtime,
    context: Context,
}

/// What the function makes of a request.
pub(crate) enum Returned {
    Request {
        uri: String,
        query: String,
        /// Those that it wrote, by name in lower case.
        headers: BTreeMap<String, String>,
    },
    Response {
        status: u16,
        location: Option<String>,
    },
}

/// The function's answer as it writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    thrown: Option<String>,
    status_code: Option<u16>,
    #[serde(default)]
    uri: String,
    #[serde(default)]
    querystring: Map<String, Value>,
    #[serde(default)]
    headers: Map<String, Value>,
}

impl Engines {
    /// Engines that know these pairs.
    pub(crate) fn new(
        code: &BTreeMap<ViewerFunction, String>,
        pairs: &[Pair],
    ) -> Result<Self, CheckError> {
        let engines = code.iter().map(|(it, code)| Ok((*it, Engine::new(code, pairs)?)));
        engines.collect::<Result<_, _>>().map(Self)
    }

    /// Runs a function for a request.
    pub(crate) fn run(
        &self,
        function: ViewerFunction,
        request: &Request,
    ) -> Result<Returned, CheckError> {
        let unknown = || CheckError::Function(format!("no code of {}", function.label()));
        self.0.get(&function).ok_or_else(unknown)?.run(request)
    }
}

impl Engine {
    /// An engine that knows these pairs.
    fn new(code: &str, pairs: &[Pair]) -> Result<Self, CheckError> {
        let runtime = Runtime::new().map_err(failed)?;
        let context = Context::full(&runtime).map_err(failed)?;
        let engine = Self { runtime, context };
        engine.context.with(|ctx| set_up(&ctx, code, pairs).catch(&ctx).map_err(failed))?;
        engine.finish_jobs()?;
        Ok(engine)
    }

    /// Runs it for a request.
    fn run(&self, request: &Request) -> Result<Returned, CheckError> {
        let event = event(request).to_string();
        self.context.with(|ctx| {
            let call: Function<'_> = ctx.globals().get("call").map_err(failed)?;
            call.call::<_, ()>((event,)).catch(&ctx).map_err(failed)
        })?;
        self.finish_jobs()?;
        let text: String = self.context.with(|ctx| ctx.globals().get("answer")).map_err(failed)?;
        let answer: Answer = serde_json::from_str(&text).map_err(failed)?;
        returned(answer, request)
    }

    fn finish_jobs(&self) -> Result<(), CheckError> {
        loop {
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(_) => {
                    return Err(CheckError::Function("a job of the engine failed".to_owned()));
                }
            }
        }
    }
}

fn failed(error: impl std::fmt::Display) -> CheckError {
    CheckError::Function(error.to_string())
}

fn set_up(ctx: &Ctx<'_>, code: &str, pairs: &[Pair]) -> rquickjs::Result<()> {
    let globals = ctx.globals();
    globals.set("sha256", Function::new(ctx.clone(), sha256)?)?;
    globals.set("hmacSha256", Function::new(ctx.clone(), hmac_sha256)?)?;
    let store = Object::new(ctx.clone())?;
    for pair in pairs {
        store.set(pair.key.as_str(), pair.value.as_str())?;
    }
    globals.set("pairs", store)?;
    Module::declare(ctx.clone(), "cloudfront", CLOUDFRONT)?;
    Module::declare(ctx.clone(), "crypto", CRYPTO)?;
    Module::declare(ctx.clone(), "viewer", format!("{code}\nexport {{ handler }};"))?;
    Module::evaluate(ctx.clone(), "call", CALL)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "what JavaScript calls is given its arguments")]
fn sha256(text: String) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

#[expect(clippy::needless_pass_by_value, reason = "what JavaScript calls is given its arguments")]
fn hmac_sha256(key: String, text: String) -> String {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// A viewer-request event of version 1.0, with the query as it stood on the request line:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>.
fn event(request: &Request) -> Value {
    let pairs = request.query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let own = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let own = own.filter(|(name, _)| *name != "cookie");
    let mut headers = fields(own);
    let lines = request.headers.iter().filter(|(name, _)| name == "cookie");
    let cookies = lines.flat_map(|(_, line)| line.split("; "));
    let cookies = cookies.map(|it| it.split_once('=').unwrap_or((it, "")));
    let mut told = |name: &str, value: &str| {
        headers.insert(name.to_owned(), json!({ "value": value }));
    };
    told("host", &request.host);
    told("cloudfront-forwarded-proto", if request.is_https { "https" } else { "http" });
    told("cloudfront-viewer-country", request.country.as_deref().unwrap_or("XX"));
    let address = request.address.map(|it| it.to_string()).unwrap_or_default();
    json!({
        "query": request.query,
        "event": {
            "version": "1.0",
            "context": {
                "distributionDomainName": "d111111abcdef8.cloudfront.net",
                "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": "viewer-request",
                "requestId": "check",
            },
            "viewer": { "ip": address },
            "request": {
                "method": request.method,
                "uri": request.path,
                "querystring": fields(pairs),
                "headers": headers,
                "cookies": fields(cookies),
            },
        },
    })
}

/// Names with their values; what comes twice has a `multiValue`.
fn fields<'a>(items: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut fields: Map<String, Value> = Map::new();
    for (name, value) in items {
        let one = json!({ "value": value });
        match fields.get_mut(name).and_then(Value::as_object_mut) {
            None => drop(fields.insert(name.to_owned(), one)),
            Some(field) => {
                let first = json!([{ "value": field.get("value") }]);
                let all = field.entry("multiValue").or_insert(first);
                if let Some(all) = all.as_array_mut() {
                    all.push(one);
                }
            }
        }
    }
    fields
}

fn returned(answer: Answer, request: &Request) -> Result<Returned, CheckError> {
    let text = |fields: &Map<String, Value>, name: &str| -> Option<String> {
        Some(fields.get(name)?.get("value")?.as_str()?.to_owned())
    };
    if let Some(error) = answer.thrown {
        return Err(CheckError::Function(format!("{} {}: {error}", request.host, request.path)));
    }
    if let Some(status) = answer.status_code {
        return Ok(Returned::Response { status, location: text(&answer.headers, "location") });
    }
    let mut headers = BTreeMap::new();
    for name in answer.headers.keys() {
        let own = request.headers.iter().any(|(own, _)| own == name);
        if !own && name != "host" && !name.starts_with("cloudfront-") {
            headers.extend(text(&answer.headers, name).map(|value| (name.clone(), value)));
        }
    }
    Ok(Returned::Request { query: query(&answer.querystring, request), uri: answer.uri, headers })
}

/// The query that goes on: that which came, without what the function took away; its own where it
/// wrote another.
fn query(fields: &Map<String, Value>, request: &Request) -> String {
    let pairs: Vec<&str> = request.query.split('&').filter(|pair| !pair.is_empty()).collect();
    let name = |pair: &&str| pair.split('=').next().unwrap_or_default().to_owned();
    let is_shortened = fields.keys().all(|own| pairs.iter().any(|pair| name(pair) == *own));
    if is_shortened {
        let left = pairs.into_iter().filter(|pair| fields.contains_key(&name(pair)));
        return left.collect::<Vec<_>>().join("&");
    }
    let written = fields
        .iter()
        .filter_map(|(name, field)| Some(format!("{name}={}", field.get("value")?.as_str()?)));
    written.collect::<Vec<_>>().join("&")
}
