//! Purge, wait, warm: one command, against the emulator and an edge that keeps what it gave.

use std::collections::{BTreeSet, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use hickory_resolver::proto::rr::RecordType;
use serde_json::json;

use crate::cloud::{Cloud, Fate, Proxy};
use crate::console::Console;
use crate::name_server;
use crate::operator::{Operator, fleet};

/// An edge location, FRA60-P1.
#[derive(Default)]
struct Edge {
    kept: Mutex<HashSet<String>>,
    /// Paths that were asked for.
    asked: Mutex<Vec<String>>,
    /// Looks at the invalidation that are still told that it is under way.
    looks_left: AtomicUsize,
    /// Requests that came while it was.
    early: AtomicUsize,
}

impl Edge {
    async fn start() -> (Arc<Self>, SocketAddr) {
        let edge = Arc::new(Self::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let app = Router::new().fallback(answer).with_state(Arc::clone(&edge));
        tokio::spawn(async move { axum::serve(listener, app).await });
        (edge, address)
    }

    /// The emulator, with what an invalidation does to this edge.
    async fn behind(self: &Arc<Self>, cloud: &Cloud) -> Proxy {
        let edge = Arc::clone(self);
        Proxy::judging(cloud, move |_, request| {
            let is_of_invalidation = request.uri.path().contains("/invalidation");
            if is_of_invalidation && request.method == "POST" {
                edge.kept.lock().expect("it is not poisoned").clear();
                edge.looks_left.store(3, Ordering::SeqCst);
            } else if is_of_invalidation {
                let left = edge.looks_left.load(Ordering::SeqCst);
                edge.looks_left.store(left.saturating_sub(1), Ordering::SeqCst);
                return if left > 1 { Fate::UnderWay } else { Fate::Answered };
            }
            Fate::Answered
        })
        .await
    }

    fn take_asked(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.asked.lock().expect("it is not poisoned")).into_iter().collect()
    }
}

async fn answer(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let encoding = request.headers().get("accept-encoding");
    let encoding = encoding.and_then(|it| it.to_str().ok()).unwrap_or_default();
    edge.asked.lock().expect("it is not poisoned").push(path.clone());
    let is_early = edge.looks_left.load(Ordering::SeqCst) > 0;
    edge.early.fetch_add(usize::from(is_early), Ordering::SeqCst);
    let is_kept = !path.contains("never");
    let key = format!("{path} {encoding}");
    let is_new = edge.kept.lock().expect("it is not poisoned").insert(key) || !is_kept;
    Response::builder()
        .header("x-amz-cf-pop", "FRA60-P1")
        .header("x-cache", if is_new { "Miss from cloudfront" } else { "Hit from cloudfront" })
        .header("cache-control", if is_kept { "max-age=600" } else { "no-store" })
        .body("x".into())
        .expect("headers")
}

const URLS: &str = "https://s000.example/sale/a.html\nhttps://s000.example/sale/b.css\n\
                    https://s000.example/other.css\n";

/// A site that is deployed, its edge, and how the warmer finds that.
struct Stage {
    edge: Arc<Edge>,
    proxy: Proxy,
    operator: Operator,
    places: Vec<String>,
    _cloud: Cloud,
}

impl Stage {
    async fn set() -> Option<Self> {
        let cloud = Cloud::start().await?;
        let (edge, address) = Edge::start().await;
        let proxy = edge.behind(&cloud).await;
        let operator = Operator::new(&proxy.endpoint, &fleet(1, ""));
        operator.put("urls.txt", URLS);
        operator.run(&["deploy", "--yes", "--no-probe"]).await.ended(0);
        let distributions = Console::new(&cloud.endpoint).cloudfront.list_distributions();
        let list = distributions.send().await.expect("an answer").distribution_list;
        let domain = list.expect("a list").items()[0].domain_name.clone();
        let (label, rest) = domain.split_once('.').expect("a domain");
        let name = format!("{label}.fra60-p1.{rest}.").to_lowercase();
        let names = vec![(&*name.leak(), RecordType::A, 60, "127.0.0.1".to_owned())];
        let resolver = name_server::start(names).await.to_string();
        let base = format!("http://{address}");
        let places = ["--base", &base, "--locations", "FRA60-P1", "--resolver", &resolver];
        let places = places.iter().map(|it| (*it).to_owned()).collect();
        Some(Self { edge, proxy, operator, places, _cloud: cloud })
    }

    /// `cdn-cli invalidate s000 … --warm`, with how the edge is found.
    async fn invalidate(&self, arguments: &[&str]) -> crate::operator::Ran {
        let mut all = vec!["invalidate", "s000", "--warm"];
        all.extend(arguments);
        all.extend(self.places.iter().map(String::as_str));
        self.operator.run(&all).await
    }

    /// Invalidations that were asked for.
    fn invalidations(&self) -> usize {
        self.proxy.requests("POST", "/invalidation")
    }
}

#[tokio::test]
async fn what_was_purged_is_warmed_when_it_is_purged() {
    let Some(stage) = Stage::set().await else { return };
    let told =
        stage.invalidate(&["/sale/*", "/new.css", "--urls", "urls.txt", "--json"]).await.ended(0);
    let told = told.json();
    assert_eq!(told["invalidations"].as_array().map(Vec::len), Some(1), "{told}");
    // Three files, for Brotli and for gzip: `/new.css` is a URL by itself, and in no list.
    let report = &told["report"];
    assert_eq!((&report["targets"], &report["hot"]), (&json!(6), &json!(1.0)), "{report}");
    assert_eq!(report["origin_requests"], 6);
    assert_eq!(report["locations"], json!(["FRA60-P1"]));
    let asked = stage.edge.take_asked();
    assert_eq!(asked, ["/new.css", "/sale/a.html", "/sale/b.css"].map(str::to_owned).into());
    assert_eq!(stage.edge.early.load(Ordering::SeqCst), 0, "nothing is warmed before it is purged");

    // Of a path in full no list is read.
    let told = stage.invalidate(&["/other.css"]).await.ended(0);
    assert!(told.stderr.starts_with("1 path or tag at 1 distributions: done.\n"), "{told:?}");
    assert!(told.stdout.ends_with("100 % hot: 2 hit\n"), "{told:?}");
    assert_eq!(stage.edge.take_asked(), ["/other.css".to_owned()].into());

    // A tag says nothing of URLs.
    stage.invalidate(&["--tag", "product-1", "--urls", "urls.txt"]).await.ended(0);
    assert_eq!(stage.edge.take_asked().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_kept_is_a_no() {
    let Some(stage) = Stage::set().await else { return };
    let told = stage.invalidate(&["/never.css", "--json"]).await.ended(1).json();
    assert_eq!(told["report"]["outcomes"], json!({ "uncacheable": 2 }));
    assert_eq!(stage.invalidations(), 1);
}

#[tokio::test]
async fn mistakes_are_told_before_anything_is_purged() {
    let Some(stage) = Stage::set().await else { return };
    let told = stage.operator.run(&["invalidate", "s000", "/*", "--sitemap", "x.xml"]).await;
    let told = told.ended(2);
    assert!(told.stderr.contains("--warm"), "{told:?}");
    let told = stage.invalidate(&["/*", "--region", "moon"]).await.ended(2);
    assert!(told.stderr.starts_with("error: no location is left\n"), "{told:?}");
    stage.invalidate(&["/*", "--no-wait"]).await.ended(2);
    assert_eq!(stage.invalidations(), 0);

    // Whether lists have it is known only when they are read, which is after the purge.
    let told = stage.invalidate(&["/nothing/*", "--urls", "urls.txt"]).await.ended(2);
    assert!(told.stderr.contains("nothing of the list is among what was purged"), "{told:?}");
    assert_eq!(stage.invalidations(), 1);
}

#[tokio::test]
async fn the_warmer_is_deployed_with_its_archive_and_goes_with_its_table() {
    let Some(cloud) = Cloud::start().await else { return };
    let warm = "\n[warm]\nschedule = \"rate(6 hours)\"\nat = [\"2999-11-27T00:00\"]\n\
                after = [\"deploy\", \"purge\"]\nworkers = 7\n";
    let operator = Operator::new(&cloud.endpoint, &(fleet(1, "") + warm));
    let told = operator.run(&["deploy", "--yes", "--no-probe"]).await.ended(2);
    assert!(told.stderr.contains("shops-warm needs the archive of its function"), "{told:?}");
    operator.put("archives/warm-lambda-aarch64.zip", "one");
    let deploy = ["deploy", "--yes", "--no-probe", "--archives", "archives"];
    operator.run(&deploy).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
    let console = Console::new(&cloud.endpoint);
    let one = console.parameters("us-east-1", "shops-warm").await.expect("a stack");
    // Another archive is another key.
    operator.put("archives/warm-lambda-aarch64.zip", "two");
    operator.run(&deploy).await.ended(0);
    let two = console.parameters("us-east-1", "shops-warm").await.expect("a stack");
    assert_ne!(one["ArchiveKey"], two["ArchiveKey"]);

    operator.write(&fleet(1, ""));
    operator.run(&["deploy", "--yes", "--no-probe"]).await.ended(0);
    assert_eq!(console.parameters("us-east-1", "shops-warm").await, None);
    operator.run(&["plan", "--exit-code"]).await.ended(0);
}
