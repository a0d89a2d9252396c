//! What keeps an answer from being one.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::routing::get;
use futures_util::{StreamExt as _, stream};
use site_compare::{AllowRules, Error, Order, SideOrder, Url, compare, from_list, report};
use tokio::net::TcpListener;

use crate::server::{answer, order, start, told};

fn page() -> Response<Body> {
    answer(200, &[("content-type", "text/html")], "a")
}

/// Ten bytes of which four come.
fn cut_short() -> Response<Body> {
    let first = stream::iter([Ok("four")]);
    // What was written before goes out while the stream is not ready.
    let broken = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("the end"))
    });
    answer(200, &[("content-length", "10")], Body::from_stream(first.chain(broken)))
}

#[tokio::test]
async fn circles_and_short_bodies_are_told() {
    let told = told(&[
        ("/circle", page, || answer(301, &[("location", "/circle")], "")),
        ("/there", page, || answer(302, &[("location", "/back")], "")),
        ("/back", page, || answer(302, &[("location", "http://shop.example/there")], "")),
        ("/short", page, cut_short),
        ("/both", cut_short, cut_short),
    ])
    .await;
    insta::assert_snapshot!(told, @r"
    /circle
      redirect: none -> 301 {site}/circle
      failure: 200 -> redirects in a circle, back to {site}/circle
    /there
      redirect: none -> 302 {site}/back, then 302 {site}/there
      failure: 200 -> redirects in a circle, back to {site}/there
    /back
      redirect: none -> 302 {site}/there, then 302 {site}/back
      failure: 200 -> redirects in a circle, back to {site}/back
    /short
      failure: 200 -> the body ends early, after 4 bytes
    /both
      failure: the body ends early, after 4 bytes -> the body ends early, after 4 bytes
    ");
}

#[tokio::test]
async fn endless_redirects_end() {
    let endless = Router::new().route(
        "/{step}",
        get(|axum::extract::Path(step): axum::extract::Path<u32>| async move {
            answer(302, &[("location", &format!("/{}", step + 1))], "")
        }),
    );
    let still = Router::new().route("/{step}", get(|| async { page() }));
    let order = order(start(still).await, start(endless).await);
    let report = compared(&order, "/0").await;
    let differences = &report.compared[0].differences;
    assert_eq!(differences[1].new, "more than 20 redirects");
}

#[tokio::test]
async fn who_does_not_answer_is_told() {
    let silent = Router::new().route("/", get(std::future::pending::<()>));
    let still = Router::new().route("/", get(|| async { page() }));
    let still = start(still).await;
    let mut order_of_silent = order(still, start(silent).await);
    order_of_silent.timeout = Duration::from_millis(300);
    let silent = compared(&order_of_silent, "/").await;
    insta::assert_snapshot!(report::text(&silent), @r"
    /
      failure: 200 -> no answer in time
    ");

    // The port was free a moment ago, and nobody listens there.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let gone = compared(&order(still, gone), "/").await;
    let failure = &gone.compared[0].differences[0];
    assert_eq!((failure.old.as_str(), &failure.new[..14]), ("200", "no connection:"));
}

async fn compared(order: &Order, list: &str) -> site_compare::Report {
    let targets = from_list(list, &order.old.base, &order.new.base).unwrap();
    compare(order, &targets, &AllowRules::default(), || {}).await.unwrap()
}

#[tokio::test]
async fn orders_that_cannot_be_done_are_told() {
    let nowhere: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let side = |base: &str| SideOrder { base: Url::parse(base).unwrap(), resolve: Vec::new() };
    let mut unresolved = order(nowhere, nowhere);
    unresolved.new.resolve = vec!["shop.example=no.such.name.invalid".parse().unwrap()];
    let mut untrusted = order(nowhere, nowhere);
    untrusted.certificates =
        Some(b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----".to_vec());
    let error =
        async |order: &Order| compare(order, &[], &AllowRules::default(), || {}).await.unwrap_err();
    let file = Order::of(side("file:///a"), side("http://a.example"));
    assert_eq!(error(&file).await.to_string(), "`file:///a` is no http or https URL of a host");
    assert!(matches!(error(&unresolved).await, Error::NoAddress { .. }));
    assert!(matches!(error(&untrusted).await, Error::Certificates(_)));
}
