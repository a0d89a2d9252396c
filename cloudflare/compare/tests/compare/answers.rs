//! Statuses, redirects, headers and texts.

use std::io::Write as _;

use axum::body::Body;
use axum::http::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use regex::Regex;
use site_compare::report;

use crate::server::{answer, compared, told};

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

fn page() -> Response<Body> {
    answer(200, &[HTML], "<h1>Shop</h1>")
}

#[tokio::test]
async fn what_is_the_same_is_not_told() {
    let cached = || answer(200, &[HTML, ("cache-control", "public, max-age=60")], "a");
    let cached_too = || {
        let headers =
            [("content-type", "text/html;charset=UTF-8"), ("cache-control", "max-age=60,public")];
        answer(200, &headers, "a")
    };
    let linked = || answer(200, &[HTML], "<a href=\"http://shop.example/b\">");
    let moved = || answer(301, &[("location", "/c?d=e")], "");
    let report = compared(
        &[
            ("/", page, page),
            ("/a", cached, cached_too),
            ("/b", linked, linked),
            ("/m", moved, moved),
            ("/c", page, page),
        ],
        |_| {},
        "",
    )
    .await;
    assert_eq!(report::text(&report), "");
    assert!(report.is_same());
    assert_eq!(report.compared.len(), 5);
}

#[tokio::test]
async fn statuses_and_redirects_differ() {
    let gone = || answer(404, &[HTML], "nothing here");
    let told = told(&[
        ("/gone", page, gone),
        (
            "/moved",
            || answer(301, &[("location", "/end")], ""),
            || answer(302, &[("location", "/end")], ""),
        ),
        (
            "/twice",
            || answer(301, &[("location", "/end")], ""),
            || answer(301, &[("location", "/moved")], ""),
        ),
        ("/away", || answer(308, &[("location", "https://other.example/")], ""), page),
        ("/end", page, page),
    ])
    .await;
    insta::assert_snapshot!(told, @r"
    /gone
      status: 200 -> 404
    /moved
      redirect: 301 {site}/end -> 302 {site}/end
    /twice
      redirect: 301 {site}/end -> 301 {site}/moved, then 302 {site}/end
    /away
      redirect: 308 https://other.example/ -> none
      status: 308 -> 200
    ");
}

#[tokio::test]
async fn headers_differ() {
    let told = told(&[
        (
            "/policies",
            || {
                let headers = [
                    HTML,
                    ("cache-control", "max-age=60"),
                    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
                    ("content-security-policy", "default-src 'self'"),
                    ("access-control-allow-origin", "*"),
                    ("vary", "accept-encoding, accept"),
                ];
                answer(200, &headers, "a")
            },
            || {
                let headers = [
                    HTML,
                    ("cache-control", "no-store"),
                    ("strict-transport-security", "max-age=31536000"),
                    ("access-control-allow-origin", "http://shop.example"),
                    ("vary", "Accept, Accept-Encoding"),
                ];
                answer(200, &headers, "a")
            },
        ),
        (
            "/cookies",
            || {
                answer(
                    200,
                    &[HTML, ("set-cookie", "session=secret; Path=/"), ("etag", "\"1\"")],
                    "a",
                )
            },
            || answer(200, &[HTML, ("set-cookie", "tracking=1"), ("etag", "\"2\"")], "a"),
        ),
        (
            "/type",
            || answer(200, &[HTML], "a"),
            || answer(200, &[("content-type", "text/plain")], "a"),
        ),
    ])
    .await;
    insta::assert_snapshot!(told, @r"
    /policies
      access-control-allow-origin: * -> {site}
      cache-control: max-age=60 -> no-store
      content-security-policy: default-src 'self' -> none
      strict-transport-security: max-age=31536000; includeSubDomains -> max-age=31536000
    /cookies
      set-cookie: session -> tracking
    /type
      content-type: text/html; charset=utf-8 -> text/plain
    ");
}

#[tokio::test]
async fn headers_can_be_added_and_left_out() {
    let old = || answer(200, &[HTML, ("x-shop", "1"), ("vary", "a")], "a");
    let new = || answer(200, &[HTML, ("x-shop", "2"), ("vary", "b")], "a");
    let report = compared(
        &[("/", old, new)],
        |order| {
            order.more_headers.insert("x-shop".to_owned());
            order.ignored_headers.insert("vary".to_owned());
        },
        "",
    )
    .await;
    insta::assert_snapshot!(report::text(&report), @r"
    /
      x-shop: 1 -> 2
    ");
}

#[tokio::test]
async fn texts_differ_in_a_line() {
    let told = told(&[
        ("/line", || answer(200, &[HTML], "a\nb\nc"), || answer(200, &[HTML], "a\nB\nc")),
        ("/end", || answer(200, &[HTML], "a\nb"), || answer(200, &[HTML], "a")),
        ("/bytes", || answer(200, &[], "abcd"), || answer(200, &[], "abXYZ")),
    ])
    .await;
    insta::assert_snapshot!(told, @r"
    /line
      body: line 2: b -> line 2: B
    /end
      body: line 2: b -> ends after line 1
    /bytes
      body: 4 bytes -> 5 bytes, not the same from byte 3 on
    ");
}

#[tokio::test]
async fn texts_can_be_normalized_and_masked() {
    let old = || answer(200, &[HTML], "<p>\n  <script nonce=\"a1\">x</script>\n</p> id=1");
    let new = || answer(200, &[HTML], "<p>\n<script  nonce=\"b2\">x</script>\n\n</p> id=2");
    let normalized = compared(
        &[("/", old, new)],
        |order| {
            order.text.normalize = true;
            order.text.masks.push(Regex::new(r"id=\d").unwrap());
        },
        "",
    )
    .await;
    assert_eq!(report::text(&normalized), "");
    let as_is = compared(&[("/", old, new)], |_| {}, "").await;
    insta::assert_snapshot!(report::text(&as_is), @r#"
    /
      body: line 2: <script nonce="a1">x</script> -> line 2: <script  nonce="b2">x</script>
    "#);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn brotli(text: &str) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.into_inner()
}

#[tokio::test]
async fn packed_bodies_are_unpacked() {
    let told = told(&[
        (
            "/same",
            || answer(200, &[HTML, ("content-encoding", "gzip")], gzip("a page")),
            || answer(200, &[HTML, ("content-encoding", "br")], brotli("a page")),
        ),
        (
            "/other",
            || answer(200, &[HTML, ("content-encoding", "gzip")], gzip("a page")),
            || answer(200, &[HTML, ("content-encoding", "gzip")], gzip("another")),
        ),
        (
            "/broken",
            || answer(200, &[HTML, ("content-encoding", "gzip")], gzip("a page")),
            || answer(200, &[HTML, ("content-encoding", "gzip")], "a page"),
        ),
    ])
    .await;
    insta::assert_snapshot!(told, @r"
    /same
      content-encoding: gzip -> br
    /other
      body: line 1: a page -> line 1: another
    /broken
      failure: 200 -> not gzip, though it says so: unexpected end of file
    ");
}

#[tokio::test]
async fn rules_allow_what_is_wanted() {
    let old = || answer(200, &[HTML, ("vary", "a")], "a");
    let new = || answer(200, &[HTML, ("vary", "b")], "b");
    let rules = "[[allow]]\nreason = 'the new side says more'\nheader = 'vary'\n\
                 [[allow]]\nreason = 'of no use'\nwhat = 'status'";
    let report = compared(&[("/", old, new)], |_| {}, rules).await;
    insta::assert_snapshot!(report::text(&report), @r"
    /
      body: line 1: a -> line 1: b
      vary: a -> b (allowed: the new side says more)
    ");
    assert_eq!(report.unused_rules, ["of no use"]);
    assert!(!report.is_same());
    let all = compared(&[("/", old, new)], |_| {}, "[[allow]]\nreason = 'all'\npath = '/*'").await;
    assert!(all.is_same());
}
