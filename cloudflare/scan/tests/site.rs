//! A site on this machine, read politely.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use site_scan::site::{Limits, scan};
use site_scan::{Report, Summary, Url};
use tokio::net::TcpListener;

/// What a path answers: a status, a media type, a body; `SITE` is the site's own URL.
type Page = (u16, &'static str, &'static str);

const HTML: &str = "text/html; charset=utf-8";

fn page(path: &str) -> Page {
    match path {
        "/robots.txt" => {
            (200, "text/plain", "User-agent: *\nDisallow: /private\nSitemap: SITE/map.xml\n")
        }
        "/map.xml" => (
            200,
            "application/xml",
            "<sitemapindex><sitemap><loc>SITE/pages.xml.gz</loc></sitemap></sitemapindex>",
        ),
        "/pages.xml.gz" => {
            (200, "application/gzip", "<urlset><url><loc>SITE/mapped</loc></url></urlset>")
        }
        "/" => (
            200,
            HTML,
            "<a href='/a#b'>a</a><a href='/private'>p</a><link rel=stylesheet href=s.css><a href='https://other.example/'>o</a>",
        ),
        "/a" => (
            200,
            HTML,
            "<a href='/'>home</a><a href='/b'>b</a><img src='/cdn-cgi/image/w=40/a.jpg'>",
        ),
        "/b" => (200, HTML, "<a href='/c'>c</a><img src='/b.jpg?width=50'>"),
        "/c" => (200, HTML, "<img src='/c.jpg?width=60'>"),
        "/mapped" => (200, HTML, "<img src='https://x.imgix.net/d.jpg'>"),
        "/s.css" => (200, "text/css", "a { background: url(/e.png) }"),
        "/moved" => (301, "", "/a"),
        _ => (404, HTML, ""),
    }
}

/// Starts the site; its URL and the paths that were asked for.
async fn start(page: fn(&str) -> Page) -> (Url, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (known, origin) = (Arc::clone(&asked), url.as_str().trim_end_matches('/').to_owned());
    let answer = move |request: Request| {
        let path = request.uri().path().to_owned();
        assert!(request.headers()["user-agent"].as_bytes().starts_with(b"cdn-cli/"));
        known.lock().unwrap().push(path.clone());
        let (status, media_type, body) = page(&path);
        std::future::ready(response(&path, status, media_type, &body.replace("SITE", &origin)))
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

fn response(path: &str, status: u16, media_type: &str, body: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    if status.is_redirection() {
        return (status, [("location", body)]).into_response();
    }
    let mut bytes = body.as_bytes().to_vec();
    if path == "/pages.xml.gz" {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&bytes).unwrap();
        bytes = encoder.finish().unwrap();
    }
    (status, [("content-type", media_type)], bytes).into_response()
}

async fn read(url: &Url, path: &str, limits: Limits) -> Summary {
    let mut report = Report::default();
    let limits = Limits { pause: Duration::ZERO, ..limits };
    scan(&[url.join(path).unwrap()], &limits, &mut report, |_| {}).await.unwrap();
    report.finish()
}

#[tokio::test]
async fn a_site_is_read_from_its_sitemaps_and_links() {
    let (url, asked) = start(page).await;
    let summary = read(&url, "/", Limits::default()).await;
    let mut paths = asked.lock().unwrap().clone();
    paths.sort_unstable();
    let all =
        ["/", "/a", "/b", "/c", "/map.xml", "/mapped", "/pages.xml.gz", "/robots.txt", "/s.css"];
    assert_eq!(paths, all);
    let widths: Vec<_> = summary.widths.iter().map(|it| it.width).collect();
    assert_eq!(widths, [40, 50, 60]);
    assert_eq!(summary.unsupported[0].service, "imgix");
    assert_eq!(summary.unread, ["pages that robots.txt keeps to itself: 1"]);
    assert_eq!(summary.urls, 5);
}

#[tokio::test]
async fn limits_end_it() {
    let (url, _) = start(page).await;
    let near = read(&url, "/moved", Limits { depth: 1, ..Limits::default() }).await;
    let widths: Vec<_> = near.widths.iter().map(|it| it.width).collect();
    assert_eq!(widths, [40, 50], "`/c` is two links away");
    // robots.txt and one more.
    let few = read(&url, "/", Limits { pages: 2, ..Limits::default() }).await;
    assert_eq!(few.documents, 1);
    assert_eq!(
        few.unread,
        ["pages beyond the limits: 3", "pages that robots.txt keeps to itself: 1"]
    );
    let small = read(&url, "/", Limits { bytes: 100, ..Limits::default() }).await;
    assert_eq!(small.documents, 0);
}

#[tokio::test]
async fn who_cannot_say_what_is_allowed_is_not_read() {
    let (url, asked) =
        start(|path| if path == "/robots.txt" { (503, HTML, "") } else { page(path) }).await;
    let summary = read(&url, "/", Limits::default()).await;
    assert_eq!(*asked.lock().unwrap(), ["/robots.txt"]);
    assert_eq!(summary.documents, 0);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let (url, _) = start(page).await;
    let summary = read(&url, "/nowhere", Limits::default()).await;
    assert_eq!(summary.unread[0], format!("{url}nowhere: answered with 404"));
    let mut report = Report::default();
    let file = [Url::parse("file:///a").unwrap()];
    let error = scan(&file, &Limits::default(), &mut report, |_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`file:///a` is no http or https URL");
}
