//! The Lambda@Edge host in Node, fed with CloudFront's events.
//!
//! The suite says that it is skipped where `cargo xtask wasm` has not been run.

#![expect(clippy::unwrap_used, reason = "a suite ends where its own set-up fails")]

mod bucket;
mod module;

use std::collections::BTreeSet;

use edge_resizer::{Policy, Request};
use http::Method;
use serde_json::{Value, json};
use tests::case::{Case, Want};
use tests::edge::{Bundle, Edge, Memory, nodes, origin_request};
use tests::origin::CaseOrigins;
use tests::tool;
use tokio::runtime::Runtime;

const SITE: &str = "shop";
const HOST: &str = "shop.example";

/// An origin with the fixtures, and a handler in front of it.
struct Shop {
    _runtime: Runtime,
    origin: String,
}

impl Shop {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let case = plain_case();
        let origins = runtime.block_on(CaseOrigins::start([(SITE, &case)])).unwrap();
        Self { origin: origins.url(SITE, &case), _runtime: runtime }
    }

    /// A bundle of this shop; `None`, and a line that says so, where there are no modules.
    fn bundle(&self, changes: &Value) -> Option<Bundle> {
        let origin = json!({ "http": { "url": self.origin, "allow_private": true } });
        bundle(&origin, changes)
    }

    fn edge(&self, changes: &Value) -> Option<Edge> {
        Some(self.bundle(changes)?.run(&nodes()[0], &[]).unwrap())
    }
}

fn bundle(origin: &Value, changes: &Value) -> Option<Bundle> {
    let images = changes.get("images").cloned().unwrap_or_else(|| json!({}));
    let mut configuration = json!({
        "behindViewerFunction": true,
        "sites": [{ "name": SITE, "domains": [HOST], "origin": origin, "images": images }],
    });
    for (name, value) in changes.as_object().unwrap().iter().filter(|(name, _)| *name != "images") {
        configuration[name] = value.clone();
    }
    Bundle::bake(&configuration).unwrap()
}

fn plain_case() -> Case {
    Case {
        name: String::new(),
        url: String::new(),
        method: None,
        accept: None,
        headers: std::collections::BTreeMap::new(),
        policy: Policy::default(),
        failure: None,
        origin_cache_control: None,
        want: Want::default(),
    }
}

fn get(path: &str) -> Value {
    origin_request(&Request::get(path), HOST)
}

#[test]
fn a_variant_is_made_in_every_node() {
    let shop = Shop::open();
    let Some(bundle) = shop.bundle(&json!({})) else { return };
    let event = get("/_variants/shop/photos/scene.jpg/width=270,format=auto-webp");
    let mut bodies = BTreeSet::new();
    for node in nodes() {
        let outcome = bundle.run(&node, &[]).unwrap().send(&event).unwrap();
        assert_eq!(outcome.status(), Some(200), "{}: {}", node.display(), outcome.result);
        assert_eq!(outcome.header("content-type"), Some("image/webp"), "{}", node.display());
        assert_eq!(outcome.header("vary"), Some("Accept"), "{}", node.display());
        assert_eq!(outcome.result["statusDescription"], "OK");
        assert_eq!(outcome.result["bodyEncoding"], "base64");
        bodies.insert(outcome.body());
    }
    assert_eq!(bodies.len(), 1, "the Nodes made different pictures");
    assert!(bodies.first().unwrap().starts_with(b"RIFF"));
}

#[test]
fn what_cloudfront_forbids_is_not_sent() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    let outcome = edge.send(&get("/_variants/shop/scene.jpg/width=64")).unwrap();
    let names: Vec<&String> = outcome.result["headers"].as_object().unwrap().keys().collect();
    for name in ["content-length", "connection", "transfer-encoding", "via"] {
        assert!(!names.iter().any(|sent| *sent == name), "{names:?}");
    }
    for (name, values) in outcome.result["headers"].as_object().unwrap() {
        assert_eq!(*name, name.to_ascii_lowercase());
        assert_eq!(values[0]["key"].as_str().unwrap().to_ascii_lowercase(), *name);
    }
}

#[test]
fn head_and_conditions_are_the_cores() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    let path = "/_variants/shop/scene.jpg/width=64";
    let whole = edge.send(&get(path)).unwrap();
    let etag = whole.header("etag").unwrap().to_owned();

    let head = Request { method: Method::HEAD, ..Request::get(path) };
    let head = edge.send(&origin_request(&head, HOST)).unwrap();
    assert_eq!((head.status(), head.header("etag")), (Some(200), Some(etag.as_str())));
    assert!(head.result.get("body").is_none());

    let mut again = Request::get(path);
    again.headers.insert("if-none-match", etag.parse().unwrap());
    let again = edge.send(&origin_request(&again, HOST)).unwrap();
    assert_eq!(
        (again.status(), again.result["statusDescription"].as_str()),
        (Some(304), Some("Not Modified"))
    );
    assert!(again.result.get("body").is_none());

    let post = Request { method: Method::POST, ..Request::get(path) };
    assert_eq!(edge.send(&origin_request(&post, HOST)).unwrap().status(), Some(405));
}

#[test]
fn errors_are_the_cores() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    for (path, status) in [
        ("/_variants/shop/missing.jpg/width=64", 404),
        ("/_variants/shop/noise.jpg/width=64", 415),
        ("/_variants/shop/scene.jpg/width=99999", 200),
        ("/_variants/shop/..%2Fetc/width=64", 400),
        ("/_requests/shop/cdn-cgi/image/a.jpg", 400),
        ("/_requests/shop/cdn-cgi/image/width=64/https://evil.example/a.jpg", 403),
    ] {
        let outcome = edge.send(&get(path)).unwrap();
        assert_eq!(outcome.status(), Some(status), "{path}: {}", outcome.result);
    }
}

#[test]
fn an_origin_that_never_answers_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let origin = json!({ "http": { "url": url, "allow_private": true } });
    let Some(bundle) = bundle(&origin, &json!({ "fetchTimeoutMs": 100 })) else { return };
    let mut edge = bundle.run(&nodes()[0], &[]).unwrap();
    let outcome = edge.send(&get("/_variants/shop/scene.jpg/width=64")).unwrap();
    assert_eq!((outcome.status(), outcome.header("x-resizer-error")), (Some(504), Some("9504")));
}

#[test]
fn without_the_core_the_way_to_the_original_is_known() {
    let Some(host) = tool::edge_host() else { return };
    let script = "
        import { pathToFileURL } from 'node:url';
        const { originalOf } = await import(pathToFileURL(process.argv[1] + '/cloudfront.mjs'));
        const uris = JSON.parse(process.argv[2]);
        console.log(JSON.stringify(uris.map((uri) => originalOf({ uri, querystring: 'v=2' }))));
    ";
    let cases = [
        ("/a.jpg", json!({})),
        ("/_requests/shop/a/b.jpg", json!({ "path": "/a/b.jpg", "query": "v=2" })),
        (
            "/_variants/shop/gr%25C3%25BCn.jpg%3Fv=1/width=4",
            json!({ "path": "/gr%C3%BCn.jpg", "query": "v=1" }),
        ),
        ("/_variants/shop/https://cdn.example/a.jpg/width=4", json!({})),
        ("/_variants/shop/%zz%/width=4", json!({ "path": "/%zz%" })),
    ];
    let uris = json!(cases.iter().map(|(uri, _)| uri).collect::<Vec<_>>());
    let output = std::process::Command::new("node")
        .args(["--input-type=module", "--eval", script])
        .arg(host)
        .arg(uris.to_string())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    for ((uri, want), seen) in cases.iter().zip(&seen) {
        assert_eq!(seen, want, "{uri}");
    }
    assert_eq!(seen.len(), cases.len());
}

#[test]
fn what_is_no_picture_goes_on_to_the_origin() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    for (path, uri, query) in [
        ("/_requests/shop/photos/scene.jpg?v=2", "/photos/scene.jpg", "v=2"),
        ("/_requests/shop/about.html", "/about.html", ""),
        ("/about.html", "/about.html", ""),
        ("/_variants/nobody/scene.jpg/width=4", "/_variants/nobody/scene.jpg/width=4", ""),
    ] {
        let result = edge.send(&get(path)).unwrap().result;
        assert_eq!(
            (&result["uri"], &result["querystring"]),
            (&json!(uri), &json!(query)),
            "{path}"
        );
        assert!(result["origin"].is_object(), "{path}: the origin has to stay");
    }
}

#[test]
fn a_body_that_does_not_fit_is_made_again_at_a_lower_quality() {
    let shop = Shop::open();
    let path = "/_variants/shop/scene.jpg/width=1000,quality=95,format=jpeg";
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    let whole = edge.send(&get(path)).unwrap();
    let limit = whole.body().len() / 2;
    let mut edge = shop.edge(&json!({ "maxBodyBytes": limit })).unwrap();
    let lower = edge.send(&get(path)).unwrap();
    assert_eq!((lower.status(), lower.header("content-type")), (Some(200), Some("image/jpeg")));
    assert!((limit / 2..=limit).contains(&lower.body().len()), "{} of {limit}", lower.body().len());
    assert_ne!(lower.header("etag"), whole.header("etag"));
}

#[test]
fn a_body_that_can_fit_nowhere_is_the_original() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({ "maxBodyBytes": 100 })) else { return };
    let result = edge.send(&get("/_variants/shop/photos/scene.jpg/width=1000")).unwrap().result;
    assert_eq!(result["uri"], "/photos/scene.jpg");
    assert_eq!(result["querystring"], "");
}

#[test]
fn avif_is_made_by_the_second_module() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    let outcome =
        edge.send(&get("/_variants/shop/scene.jpg/width=64,format=auto-avif-webp")).unwrap();
    assert_eq!(outcome.header("content-type"), Some("image/avif"));
    assert_eq!(outcome.header("x-resizer-fallback"), None);
    assert_eq!(outcome.body().get(4..12), Some(&b"ftypavif"[..]));
}

#[test]
fn memory_stays_where_it_is() {
    let shop = Shop::open();
    let Some(mut edge) = shop.edge(&json!({})) else { return };
    // Different sizes, formats and errors, so that what is freed is not asked for again as it was.
    let events: Vec<Value> = (0..50)
        .map(|n| {
            let format = ["jpeg", "webp", "png", "json"][n % 4];
            get(&format!("/_variants/shop/scene.jpg/width={},format={format}", 16 + n))
        })
        .chain([
            get("/_variants/shop/noise.jpg/width=64"),
            get("/_variants/shop/missing.jpg/width=64"),
        ])
        .collect();
    let mut memory = Vec::new();
    for round in 0..10_000 / events.len() {
        for event in &events {
            edge.send(event).unwrap();
        }
        if round >= 20 {
            memory.push(edge.memory().unwrap());
        }
    }
    let (early, late) = (&memory[..memory.len() / 4], &memory[memory.len() * 3 / 4..]);
    let grown = |of: fn(&Memory) -> u64| {
        let most = |part: &[Memory]| part.iter().map(of).max().unwrap_or_default();
        most(late).saturating_sub(most(early))
    };
    let external = grown(|memory| memory.external);
    assert!(external < 1024 * 1024, "the modules grew by {external} bytes");
    let resident = grown(|memory| memory.resident);
    assert!(resident < 16 * 1024 * 1024, "the process grew by {resident} bytes");
}
