//! One list of requests through every host: the same status, headers and bytes as the core gives.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a suite ends where its own set-up fails"
)]

#[path = "../../../edge-resizer/hosts/native/tests/lambda/runtime_api.rs"]
#[expect(dead_code, reason = "the host's own suite looks closer at how an answer arrives")]
mod runtime_api;

use std::path::Path;
use std::sync::Arc;

use edge_resizer::policy::Caching;
use edge_resizer::{Request, Response};
use edge_resizer_native::{HostConfig, Shared, SiteService};
use fleet::{Origin, Site};
use serde_json::{Value, json};
use tests::case::{self, Case, Failure};
use tests::edge::{self, Bundle, Outcome, origin_request};
use tests::emulator::Emulator;
use tests::exchange::header;
use tests::lambda::{self, Function};
use tests::origin::CaseOrigins;

use crate::runtime_api::{Reply, RuntimeApi};

/// What an answer says that somebody could rely on. Lengths are the body's; timings, ages and the
/// like are a host's own.
const HEADERS: [&str; 14] = [
    "allow",
    "cache-control",
    "cache-tag",
    "content-disposition",
    "content-security-policy",
    "content-type",
    "etag",
    "location",
    "retry-after",
    "vary",
    "x-content-type-options",
    "x-resizer-error",
    "x-resizer-fallback",
    "x-resizer-recipe",
];

/// The cases that every host can be asked, each the business of a site of its own.
fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cases = case::read_folder(&folder).unwrap_or_else(|error| panic!("{error:#}"));
    let cases = cases.into_iter().map(|(_, case)| case);
    // What an origin does to a client that waits takes as long as that waits, and addresses that may
    // not be asked are the suite's own.
    let cases = cases.filter(|case| {
        !matches!(case.failure, Some(Failure::TimedOut | Failure::Forbidden | Failure::TooLarge))
            && !case.url.contains("http")
    });
    cases.enumerate().map(|(number, case)| (format!("case-{number}"), case)).collect()
}

/// The site of a case.
fn site(name: &str, case: &Case, origins: &CaseOrigins) -> Site {
    let origin = Origin::Http { url: origins.url(name, case), allow_private: true };
    let domains = vec![format!("{name}.example")];
    Site {
        name: name.to_owned(),
        domains,
        origin,
        images: case.policy.clone(),
        delivery: fleet::Delivery::default(),
    }
}

/// How a host's answer is not that of the core.
fn differences(
    want: &Response,
    status: u16,
    get: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
) -> Vec<String> {
    let mut found = Vec::new();
    if status != want.status.as_u16() {
        found.push(format!("status {status} instead of {}", want.status));
    }
    for name in HEADERS.into_iter().chain(["warning"]) {
        let (value, want) = (get(name), header(want, name));
        if value.as_deref() != want {
            found.push(format!("{name}: {value:?} instead of {want:?}"));
        }
    }
    if body != want.body {
        found.push(format!("{} other bytes instead of {}", body.len(), want.body.len()));
    }
    found
}

fn report(differing: &[String], compared: usize) {
    assert!(compared >= 200, "only {compared} requests were compared");
    assert!(
        differing.is_empty(),
        "{} of {compared} differ\n\n{}",
        differing.len(),
        differing.join("\n\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_server_answers_as_the_core_does() {
    let cases = cases();
    let origins = CaseOrigins::start(named(&cases)).await.unwrap();
    let shared = Arc::new(Shared::new(&HostConfig::default()).unwrap());
    let mut differing = Vec::new();
    let mut compared = 0;
    for (name, case) in &cases {
        let Some(want) = case.answered() else { continue };
        let service = SiteService::new(&site(name, case, &origins), Arc::clone(&shared)).unwrap();
        let response = service.respond(&case.request()).await.response;
        let get = |name: &str| header(&response, name).map(str::to_owned);
        let wrong = differences(&want, response.status.as_u16(), &get, &response.body);
        compared += 1;
        if !wrong.is_empty() {
            differing.push(format!("{}\n  {}\n  {}", case.name, case.url, wrong.join("\n  ")));
        }
    }
    report(&differing, compared);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_answers_as_the_core_does() {
    let cases = cases();
    let origins = CaseOrigins::start(named(&cases)).await.unwrap();
    let sites: Vec<_> = named(&cases)
        .map(|(name, case)| {
            let site = site(name, case, &origins);
            json!({
                "name": site.name,
                "domains": site.domains,
                "origin": site.origin,
                "images": site.images,
            })
        })
        .collect();
    let configuration = json!({ "behindViewerFunction": false, "sites": sites });
    let Some(bundle) = Bundle::bake(&configuration).unwrap() else {
        return;
    };
    let mut edge = bundle.run(&edge::nodes()[0], &[]).unwrap();
    let mut differing = Vec::new();
    let mut compared = 0;
    for (name, case) in &cases {
        let event = origin_request(&case.request(), &format!("{name}.example"));
        let outcome = edge.send(&event).unwrap();
        let wrong = match case.answered() {
            None => goes_on(&outcome, case),
            Some(want) => {
                compared += 1;
                edge_differences(&want, &outcome)
            }
        };
        if !wrong.is_empty() {
            differing.push(format!("{}\n  {}\n  {}", case.name, case.url, wrong.join("\n  ")));
        }
    }
    report(&differing, compared);
}

/// The program behind Lambda's Runtime API, with the bucket of variants over the wire.
#[tokio::test(flavor = "multi_thread")]
async fn the_function_of_lambda_answers_as_the_core_does() {
    let Some(program) = lambda::program() else { return };
    let Some(emulator) = Emulator::start(&[]).await else { return };
    emulator.bucket(lambda::VARIANTS, &[]).await;
    let mut cases = cases();
    // Behind the viewer function nobody asks for a signature again, and one header carries the tags of
    // all sites.
    let of_its_own = |caching: &Caching| caching.tag_header != Caching::default().tag_header;
    cases.retain(|(_, case)| case.policy.signing.is_none() && !of_its_own(&case.policy.caching));
    let origins = CaseOrigins::start(named(&cases)).await.unwrap();
    let sites: Vec<_> = named(&cases).map(|(name, case)| site(name, case, &origins)).collect();
    let api = RuntimeApi::start().await;
    let fleet = lambda::fleet_file(&sites).unwrap();
    let mut function = Function::start(&program, api.address, &fleet, &emulator, &[]).unwrap();
    let mut differing = Vec::new();
    let mut compared = 0;
    for (name, case) in &cases {
        let Some(want) = case.answered() else { continue };
        let answer = tokio::select! {
            reply = api.invoke(event(name, case)) => match reply {
                Reply::Streamed(answer) => answer.whole().await,
                other => panic!("{}: {other:?}", case.name),
            },
            ended = function.ended() => panic!("{}: the function has ended: {ended:?}", case.name),
        };
        let get = |name: &str| {
            // The one under which S3 gives metadata back.
            let name = if name == "cache-tag" { "x-amz-meta-cache-tag" } else { name };
            Some(answer.header(name).to_owned()).filter(|value| !value.is_empty())
        };
        let wrong = differences(&want, answer.status, &get, &answer.body);
        compared += 1;
        if !wrong.is_empty() {
            differing.push(format!("{}\n  {}\n  {}", case.name, case.url, wrong.join("\n  ")));
        }
    }
    report(&differing, compared);
}

/// What CloudFront asks the function where the viewer function has handed over a case.
fn event(name: &str, case: &Case) -> Value {
    let request = case.request();
    let path = format!("/_requests/{name}{}", request.path);
    lambda::url_event(&Request { path, ..request })
}

fn named(cases: &[(String, Case)]) -> impl Iterator<Item = (&str, &Case)> {
    cases.iter().map(|(name, case)| (name.as_str(), case))
}

fn goes_on(outcome: &Outcome, case: &Case) -> Vec<String> {
    let path = case.request().path;
    let same = outcome.status().is_none() && outcome.result["uri"] == path.as_str();
    if same { Vec::new() } else { vec![format!("{} instead of the request", outcome.result)] }
}

/// AVIF is excepted: an original of it is not decoded in WASM.
fn edge_differences(want: &Response, outcome: &Outcome) -> Vec<String> {
    if outcome.header("x-resizer-fallback") == Some("AVIF originals are not decoded here") {
        return Vec::new();
    }
    let get = |name: &str| outcome.header(name).map(str::to_owned);
    differences(want, outcome.status().unwrap_or_default(), &get, &outcome.body())
}
