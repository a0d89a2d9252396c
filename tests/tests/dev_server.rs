//! `cdn-cli dev` over HTTP: what a browser and `curl` get, and what the access log says of it.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking, as it does")]

use std::net::TcpListener;

use edge_resizer::{SourceFormat, policy::Limits, sniff};
use http::{Method, Response, StatusCode};
use tests::dev::{Dev, FIRST, PHOTO, SECOND};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

type Answer = Response<bytes::Bytes>;

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn picture(answer: &Answer) -> (SourceFormat, u32, u32) {
    let info = sniff(answer.body(), &Limits::default()).unwrap();
    let size = info.upright();
    (info.format, size.width, size.height)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job() {
    use SourceFormat::{Avif, Jpeg, Webp};
    let dev = Dev::start().await.unwrap();
    let auto = format!("/cdn-cgi/image/width=400,format=auto{PHOTO}");
    let short = format!("/cdn-cgi/image/f=auto,w=400{PHOTO}");
    let query = format!("{PHOTO}?width=400&height=400&crop=center");
    let suffix = "/photos/scene_400x400_crop_center.jpg";
    let requests = [
        (auto.as_str(), "image/avif,image/webp", (Avif, 400, 267), "Miss from cloudfront"),
        (&auto, "image/webp", (Webp, 400, 267), "Miss from cloudfront"),
        (&auto, "*/*", (Jpeg, 400, 267), "Miss from cloudfront"),
        (&query, "*/*", (Jpeg, 400, 400), "Miss from cloudfront"),
        // A file may be named like this, so that it is a matter of its own.
        (suffix, "*/*", (Jpeg, 400, 400), "Miss from cloudfront"),
        (suffix, "*/*", (Jpeg, 400, 400), "Hit from cloudfront"),
        // Another spelling of a variant.
        (&short, "image/avif,image/webp", (Avif, 400, 267), "Hit from cloudfront"),
        (&auto, "image/avif,image/webp", (Avif, 400, 267), "Hit from cloudfront"),
        // Another browser of the same kind.
        (&auto, "image/webp,image/avif,image/*;q=0.5", (Avif, 400, 267), "Hit from cloudfront"),
        (&query, "*/*", (Jpeg, 400, 400), "Hit from cloudfront"),
    ];
    for (path, accept, want, x_cache) in requests {
        let answer =
            dev.get(path, &[("accept", accept), ("user-agent", "a test/1")]).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path} {accept}");
        assert_eq!(picture(&answer), want, "{path} {accept}");
        assert_eq!(header(&answer, "x-cache"), x_cache, "{path} {accept}");
        assert_eq!(header(&answer, "x-amz-cf-pop"), "DEV50-P1");
        assert_eq!(answer.headers().contains_key("age"), x_cache.starts_with("Hit"), "{path}");
    }

    let log = dev.stop_and_read_log(FIRST).await.unwrap();
    assert_eq!(log.len(), requests.len());
    for (line, (path, _, (format, ..), x_cache)) in log.iter().zip(requests) {
        let (stem, query) = path.split_once('?').unwrap_or((path, "-"));
        assert_eq!(line.column("cs-uri-stem"), stem);
        assert_eq!(line.column("cs-uri-query"), query);
        assert_eq!(line.column("sc-status"), "200");
        assert_eq!(line.column("cs(User-Agent)"), "a%20test/1");
        assert_eq!(line.column("sc-content-type"), format.media_type());
        let result = x_cache.strip_suffix(" from cloudfront").unwrap();
        assert_eq!(line.column("x-edge-result-type"), result, "{path}");
        let whole: u64 = line.column("sc-bytes").parse().unwrap();
        let body: u64 = line.column("sc-content-len").parse().unwrap();
        assert!(whole > body, "{whole} {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_chooses_the_site() {
    let dev = Dev::start().await.unwrap();
    for (host, path, status, text) in [
        ("atelier.localhost", "/", 200, "<h1>atelier</h1>"),
        ("www.atelier.example", "/", 200, "<h1>atelier</h1>"),
        ("harbor.localhost", "/", 200, "<h1>harbor</h1>"),
        ("localhost", "/", 200, "playground"),
        ("localhost", "/index.html", 200, "<h1>atelier</h1>"),
        ("localhost", "/_playground/app.js", 200, "cloudflareUrl"),
        ("localhost", "/_playground/photos.json", 200, "/photos/scene.jpg"),
        ("localhost", "/_playground/../fleet.toml", 404, ""),
        ("harbor.localhost", "/_playground/app.js", 404, ""),
        ("localhost", "/healthz", 200, "ok"),
        ("localhost", "/metrics", 200, "# TYPE"),
        ("harbor.localhost", "/metrics", 404, ""),
        ("nobody.localhost", "/", 404, "http://harbor.localhost:"),
    ] {
        let answer = dev.answer(dev.request(Method::GET, host, path, &[])).await.unwrap();
        assert_eq!(answer.status(), status, "{host} {path}");
        let body = String::from_utf8_lossy(answer.body());
        assert!(body.contains(text), "{host} {path}: {body}");
    }
    let log = dev.stop_and_read_log(SECOND).await.unwrap();
    let lines: Vec<_> =
        log.iter().map(|line| (line.column("cs-uri-stem"), line.column("sc-status"))).collect();
    assert_eq!(lines, [("/", "200"), ("/_playground/app.js", "404"), ("/metrics", "404")]);
    assert!(log[0].column("x-host-header").starts_with("harbor.localhost:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn less_than_everything() {
    let dev = Dev::start().await.unwrap();
    let path = format!("/cdn-cgi/image/width=300,format=webp{PHOTO}");
    let whole = dev.get(&path, &[]).await.unwrap();
    let (tag, length) = (header(&whole, "etag").to_owned(), whole.body().len());
    assert!(tag.starts_with('"'), "{tag}");

    let head = dev.answer(dev.request(Method::HEAD, "localhost", &path, &[])).await.unwrap();
    assert_eq!((head.status(), header(&head, "x-cache")), (StatusCode::OK, "Hit from cloudfront"));
    assert_eq!(header(&head, "content-length"), length.to_string());
    assert!(head.body().is_empty());

    let held = dev.get(&path, &[("if-none-match", &tag)]).await.unwrap();
    assert_eq!(held.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&held, "etag"), tag);
    assert!(held.body().is_empty());

    let part = dev.get(&path, &[("range", "bytes=0-11")]).await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body(), &whole.body()[..12]);
    assert_eq!(header(&part, "content-range"), format!("bytes 0-11/{length}"));

    // The first request for a picture may be a conditional one, from a browser with an old copy.
    let other = format!("/cdn-cgi/image/width=301,format=webp{PHOTO}");
    let stale = dev.get(&other, &[("if-none-match", "\"old\""), ("range", "bytes=0-11")]).await;
    assert_eq!(stale.unwrap().status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(dev.get(&other, &[]).await.unwrap().status(), StatusCode::OK);

    let log = dev.stop_and_read_log(FIRST).await.unwrap();
    let columns = |name| log.iter().map(|line| line.column(name).to_owned()).collect::<Vec<_>>();
    assert_eq!(columns("cs-method"), ["GET", "HEAD", "GET", "GET", "GET", "GET"]);
    assert_eq!(columns("sc-status"), ["200", "200", "304", "206", "206", "200"]);
    assert_eq!(columns("x-edge-result-type"), ["Miss", "Hit", "Hit", "Hit", "Miss", "Hit"]);
    assert_eq!(columns("sc-range-end"), ["-", "-", "-", "11", "11", "-"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_told_as_cloudfront_tells_them() {
    let dev = Dev::start().await.unwrap();
    for (method, path, status) in [
        (Method::GET, "/photos/nothing.jpg", 404),
        (Method::GET, "/cdn-cgi/image/width=400/photos/nothing.jpg", 404),
        (Method::GET, "/cdn-cgi/image/width=400/index.html", 415),
        (Method::GET, "/cdn-cgi/image/width=400/../../fleet.toml", 400),
        (Method::POST, PHOTO, 405),
    ] {
        let answer = dev.answer(dev.request(method.clone(), "localhost", path, &[])).await.unwrap();
        // A client may have resolved the dots itself, then nothing is there.
        let statuses = if path.contains("..") { vec![status, 404] } else { vec![status] };
        assert!(statuses.contains(&answer.status().as_u16()), "{path} {}", answer.status());
        assert_eq!(header(&answer, "x-cache"), "Error from cloudfront", "{method} {path}");
    }
    let log = dev.stop_and_read_log(FIRST).await.unwrap();
    assert_eq!(log.len(), 5);
    assert!(log.iter().all(|line| line.column("x-edge-result-type") == "Error"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_warning_is_not_lost_in_the_cache() {
    let dev = Dev::start().await.unwrap();
    let plain = dev.get(&format!("/cdn-cgi/image/width=200{PHOTO}"), &[]).await.unwrap();
    assert_eq!(header(&plain, "warning"), "");
    let odd = format!("/cdn-cgi/image/width=200,colour=red{PHOTO}");
    for _ in 0..2 {
        let answer = dev.get(&odd, &[]).await.unwrap();
        assert!(header(&answer, "warning").contains("colour"), "{:?}", answer.headers());
        assert_eq!(answer.body(), plain.body());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_taken_in_and_transformed() {
    let dev = Dev::start().await.unwrap();
    let upload = |body: Vec<u8>, site: &str| {
        let headers = [("sec-fetch-site", site)];
        dev.request(Method::POST, "localhost", "/_playground/upload", &headers).body(body)
    };
    let photo = tests::fixture::jpeg(&tests::fixture::scene(640, 480), 85);
    let answer = dev.answer(upload(photo.clone(), "same-origin")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let said: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let path = said["path"].as_str().unwrap();
    assert!(path.starts_with("/_uploads/"), "{path}");
    assert_eq!(path.rsplit('.').next(), Some("jpg"), "{path}");

    let original = dev.get(path, &[]).await.unwrap();
    assert_eq!(original.body(), &photo);
    for url in [format!("/cdn-cgi/image/width=100{path}"), format!("{path}?width=100")] {
        let answer = dev.get(&url, &[]).await.unwrap();
        assert_eq!(picture(&answer), (SourceFormat::Jpeg, 100, 75), "{url}");
    }
    // On a shop's own name there are no uploads.
    let elsewhere = dev.request(Method::GET, "atelier.localhost", path, &[]);
    assert_eq!(dev.answer(elsewhere).await.unwrap().status(), StatusCode::NOT_FOUND);

    for (body, site, status) in [
        (photo, "cross-site", StatusCode::METHOD_NOT_ALLOWED),
        (b"not a picture".to_vec(), "same-origin", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            "same-origin",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (vec![0; 33 * 1024 * 1024], "same-origin", StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let length = body.len();
        let answer = dev.answer(upload(body, site)).await.unwrap();
        assert_eq!(answer.status(), status, "{length} bytes, {site}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_is_in_the_log() {
    let dev = Dev::start().await.unwrap();
    let mut client = tokio::net::TcpStream::connect(dev.address()).await.unwrap();
    client.write_all(b"GET /catalog.bin HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut first = [0; 8];
    client.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1");
    drop(client);

    let log = dev.stop_and_read_log(FIRST).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].column("sc-status"), "200");
    assert_eq!(log[0].column("x-edge-result-type"), "Error");
    assert_eq!(log[0].column("x-edge-response-result-type"), "Miss");
    assert_eq!(log[0].column("x-edge-detailed-result-type"), "ClientCommError");
    let sent: usize = log[0].column("sc-bytes").parse().unwrap();
    let whole: usize = log[0].column("sc-content-len").parse().unwrap();
    assert!(sent < whole, "{sent} of {whole}");
}

/// Runs a command that ends by itself: its exit status and what it says.
fn run(arguments: &[&str]) -> (cdn_cli::ExitStatus, String) {
    let (mut stdin, mut stdout, mut stderr) = (std::io::empty(), Vec::new(), Vec::new());
    let mut io = cdn_cli::Io {
        stdin: &mut stdin,
        stdout: cdn_cli::Stream::plain(&mut stdout),
        stderr: cdn_cli::Stream::plain(&mut stderr),
    };
    let status = cdn_cli::run([&["cdn-cli", "dev"], arguments].concat(), &mut io);
    assert!(stdout.is_empty());
    (status, String::from_utf8(stderr).unwrap())
}

#[test]
fn what_stands_in_the_way_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (fleet, data) = (path("fleet.toml"), path("data"));
    std::fs::write(
        &fleet,
        "[[sites]]\nname = \"a\"\ndomains = [\"a.example\"]\norigin = { folder = \".\" }\n",
    )
    .unwrap();
    let (status, said) = run(&["--fleet", &fleet, "--listen", &address, "--data", &data]);
    assert_eq!(status, cdn_cli::ExitStatus::Error);
    assert_eq!(
        said,
        format!(
            "error: {address} is in use\n\n\
             hint: stop what listens there, or choose another port with --listen 127.0.0.1:0\n"
        )
    );

    std::fs::write(&fleet, "[[sites]]\nnam = \"a\"\n").unwrap();
    let (status, said) = run(&["--fleet", &fleet, "--listen", &address, "--data", &data]);
    assert_eq!(status, cdn_cli::ExitStatus::Error);
    assert!(
        said.starts_with("error: ") && said.contains("fleet.toml") && said.contains("nam"),
        "{said}"
    );
}
