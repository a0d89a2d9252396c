//! Both sides: servers of their own on this machine.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::routing::get;
use site_compare::{AllowRules, Order, Report, SideOrder, Url, compare, from_list, report};
use tokio::net::TcpListener;

/// An answer as code: some cannot be copied.
pub(crate) type Answer = fn() -> Response<Body>;

/// Starts a server.
pub(crate) async fn start(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// An order about two servers, of which each is known as `shop.example`.
pub(crate) fn order(old: SocketAddr, new: SocketAddr) -> Order {
    let side = |address: SocketAddr| SideOrder {
        base: Url::parse("http://shop.example").unwrap(),
        resolve: vec![format!("shop.example={address}").parse().unwrap()],
    };
    Order::of(side(old), side(new))
}

/// Compares two sides that answer so.
pub(crate) async fn compared(
    answers: &[(&'static str, Answer, Answer)],
    change: impl FnOnce(&mut Order),
    rules: &str,
) -> Report {
    let (mut old, mut new) = (Router::new(), Router::new());
    for (path, of_old, of_new) in answers {
        let path = path.split('?').next().unwrap_or_default();
        let (of_old, of_new) = (*of_old, *of_new);
        old = old.route(path, get(move || async move { of_old() }));
        new = new.route(path, get(move || async move { of_new() }));
    }
    let mut order = order(start(old).await, start(new).await);
    order.timeout = Duration::from_secs(20);
    change(&mut order);
    let list: Vec<_> = answers.iter().map(|(path, ..)| *path).collect();
    let targets = from_list(&list.join("\n"), &order.old.base, &order.new.base).unwrap();
    compare(&order, &targets, &AllowRules::parse(rules).unwrap(), || {}).await.unwrap()
}

/// The text about two sides that answer so.
pub(crate) async fn told(answers: &[(&'static str, Answer, Answer)]) -> String {
    report::text(&compared(answers, |_| {}, "").await)
}

/// An answer with headers.
pub(crate) fn answer(
    status: u16,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}
