//! Originals of folders and of other web servers.

use std::convert::Infallible;
use std::fs;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get as on_get;
use edge_resizer_native::HostConfig;
use fleet::Origin;
use futures_util::stream;
use http::StatusCode;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{
    PICTURE, VARIANT, get, header, outcome, private, service, service_with, site, spawn,
};

#[tokio::test]
async fn a_folder_gives_pictures_and_pages() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("shop")).unwrap();
    fs::write(dir.path().join("secret.svg"), PICTURE).unwrap();
    fs::write(dir.path().join("shop/index.html"), "<p>shop").unwrap();
    fs::write(dir.path().join("shop/photo.svg"), PICTURE).unwrap();
    let service = service(Origin::Folder(dir.path().join("shop")));
    for (path, status, media_type) in [
        ("/", 200, "text/html; charset=utf-8"),
        ("/index.html", 200, "text/html; charset=utf-8"),
        ("/photo.svg", 200, "image/svg+xml"),
        (VARIANT, 200, "image/svg+xml"),
        ("/missing.html", 404, "text/plain; charset=utf-8"),
        ("/cdn-cgi/image/width=100/missing.jpg", 404, "text/plain; charset=utf-8"),
        ("/../secret.svg", 400, "text/plain; charset=utf-8"),
        ("/%2e%2e/secret.svg", 400, "text/plain; charset=utf-8"),
        ("/%2e%2e%2fsecret.svg", 400, "text/plain; charset=utf-8"),
        ("/cdn-cgi/image/width=100/../secret.svg", 400, "text/plain; charset=utf-8"),
        ("/cdn-cgi/image/width=100/%2e%2e/secret.svg", 400, "text/plain; charset=utf-8"),
        ("/cdn-cgi/image/width=100/..%5csecret.svg", 400, "text/plain; charset=utf-8"),
        ("/cdn-cgi/image/width=100//etc/passwd", 404, "text/plain; charset=utf-8"),
    ] {
        let served = get(&service, path).await;
        assert_eq!(served.response.status.as_u16(), status, "{path}");
        assert_eq!(header(&served, "content-type"), media_type, "{path}");
    }
}

#[tokio::test]
async fn what_the_origin_says_of_a_file_is_kept() {
    let headers =
        [("content-type", "text/x-poem"), ("etag", "\"1\""), ("cache-control", "max-age=9")];
    let page = move |Path(path): Path<String>, RawQuery(query): RawQuery| async move {
        (headers, format!("{path} {query:?}"))
    };
    let address = spawn(Router::new().route("/base/{*path}", on_get(page))).await;
    let url = format!("http://{address}/base/");
    let service = service(Origin::Http { url, allow_private: true });
    let served = get(&service, "/a%20poem?line=1&line=2").await;
    assert_eq!(served.response.body, "a poem Some(\"line=1&line=2\")");
    for (name, value) in headers {
        assert_eq!(header(&served, name), value, "{name}");
    }
}

#[tokio::test]
async fn every_status_has_its_answer() {
    let status = |Path(status): Path<u16>| async move { StatusCode::from_u16(status).unwrap() };
    let address = spawn(Router::new().route("/{status}", on_get(status))).await;
    let service = service(private(address));
    for (origin, want) in [
        (401, (403, "9408")),
        (403, (403, "9408")),
        (404, (404, "9404")),
        (410, (404, "9404")),
        (204, (502, "9509")),
        (206, (502, "9509")),
        (304, (502, "9509")),
        (429, (502, "9509")),
        (500, (502, "9509")),
    ] {
        for path in [format!("/{origin}"), format!("/cdn-cgi/image/width=9/{origin}")] {
            let (status, code) = outcome(&get(&service, &path).await);
            assert_eq!((status, code.as_str()), want, "{path}");
        }
    }
}

#[tokio::test]
async fn redirects_are_followed_five_times() {
    let hop = |Path(left): Path<u32>| async move {
        match left {
            0 => PICTURE.into_response(),
            left => Redirect::temporary(&format!("./{}", left - 1)).into_response(),
        }
    };
    let address = spawn(Router::new().route("/{left}", on_get(hop))).await;
    let service = service(private(address));
    for (path, want) in [("/0", (200, "")), ("/5", (200, "")), ("/6", (400, "9421"))] {
        let (status, code) = outcome(&get(&service, path).await);
        assert_eq!((status, code.as_str()), want, "{path}");
    }
}

/// A server that counts who asks it.
async fn counting() -> (std::net::SocketAddr, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let answer = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { PICTURE }
    };
    (spawn(Router::new().fallback(answer)).await, asked)
}

#[tokio::test]
async fn private_addresses_are_not_asked() {
    let (address, asked) = counting().await;
    let port = address.port();
    for url in [
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://0.0.0.0:{port}"),
        format!("http://2130706433:{port}"),
    ] {
        let service = service(Origin::Http { url: url.clone(), allow_private: false });
        for path in ["/photo.svg", VARIANT] {
            assert_eq!(outcome(&get(&service, path).await), (403, "9419".to_owned()), "{url}");
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn redirects_to_private_addresses_are_not_followed() {
    let (elsewhere, asked) = counting().await;
    let port = elsewhere.port();
    for target in [
        format!("http://127.0.0.1:{port}/photo.svg"),
        format!("//localhost:{port}/photo.svg"),
        format!("http://[::1]:{port}/photo.svg"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://user:password@shop.example/".to_owned(),
    ] {
        let location = target.clone();
        let answer = move || async move { Redirect::permanent(&location) };
        let service = service(private(spawn(Router::new().fallback(answer)).await));
        assert_eq!(outcome(&get(&service, VARIANT).await), (403, "9419".to_owned()), "{target}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn other_hosts_need_the_policy_and_a_public_address() {
    let (address, asked) = counting().await;
    let mut site = site(private(address));
    let url = format!("/cdn-cgi/image/width=100/http://localhost:{}/photo.svg", address.port());
    let (closed, _) = service_with(&site, &HostConfig::default());
    assert_eq!(outcome(&get(&closed, &url).await).0, 403);
    site.images.sources.hosts = vec!["localhost".to_owned()];
    let (listed, _) = service_with(&site, &HostConfig::default());
    assert_eq!(outcome(&get(&listed, &url).await), (403, "9419".to_owned()));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// Whoever read the endless one on would never end.
#[tokio::test]
async fn originals_over_the_limit_are_not_read_on() {
    let endless = || async {
        let chunk = || Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 1024]));
        Body::from_stream(stream::repeat_with(chunk))
    };
    let announced = || async { vec![b'x'; 20_000] };
    let router =
        Router::new().route("/endless", on_get(endless)).route("/known", on_get(announced));
    let mut site = site(private(spawn(router).await));
    site.images.limits.source_bytes = 10_000;
    let (service, _) = service_with(&site, &HostConfig::default());
    for path in ["/known", "/endless", "/cdn-cgi/image/width=9/endless"] {
        assert_eq!(outcome(&get(&service, path).await), (413, "9402".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_slow_origin_is_given_up() {
    let address = spawn(Router::new().fallback(|| async { pending::<()>().await })).await;
    let config = HostConfig { fetch_timeout: Duration::from_millis(20), ..HostConfig::default() };
    let (service, _) = service_with(&site(private(address)), &config);
    for path in ["/photo.svg", VARIANT] {
        assert_eq!(outcome(&get(&service, path).await), (504, "9504".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn an_origin_that_is_not_there_or_breaks_off_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = private(listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(outcome(&get(&service(closed), VARIANT).await), (502, "9510".to_owned()));

    for answer in ["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "no HTTP\r\n\r\n", ""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let broken = private(listener.local_addr().unwrap());
        let origin = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let service = service(broken);
        let (served, ()) = tokio::join!(get(&service, VARIANT), origin);
        assert_eq!(outcome(&served), (502, "9510".to_owned()), "{answer:?}");
    }
}

#[tokio::test]
async fn a_source_that_is_refused_gives_way_to_the_next() {
    let answer = |Path(name): Path<String>| async move {
        if name == "photo.jpg" {
            PICTURE.into_response()
        } else {
            StatusCode::FORBIDDEN.into_response()
        }
    };
    let address = spawn(Router::new().route("/{name}", on_get(answer))).await;
    let service = service(private(address));
    for (path, want) in [
        ("/photo_100x100.jpg", (200, "")),
        ("/photo.jpg?width=100", (200, "")),
        ("/other_100x100.jpg", (403, "9408")),
    ] {
        let (status, code) = outcome(&get(&service, path).await);
        assert_eq!((status, code.as_str()), want, "{path}");
    }
}

#[cfg(feature = "s3")]
#[tokio::test]
async fn a_bucket_that_is_not_there_is_no_missing_photo() {
    use edge_resizer_native::S3Keys;

    let answer = |Path((_, code)): Path<(String, String)>| async move {
        let status =
            if code == "AccessDenied" { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
        (status, format!("<Error><Code>{code}</Code><Message>no</Message></Error>"))
    };
    let address = spawn(Router::new().route("/{bucket}/{code}", on_get(answer))).await;
    let bucket = Origin::S3 {
        bucket: "originals".to_owned(),
        prefix: String::new(),
        region: None,
        endpoint: Some(format!("http://{address}")),
        replicas: std::collections::BTreeMap::new(),
    };
    let s3_keys = Some(S3Keys::new("id", "secret"));
    let config = HostConfig { s3_keys, ..HostConfig::default() };
    let (service, _) = service_with(&site(bucket), &config);
    for (code, want) in [
        ("NoSuchKey", (404, "9404")),
        ("NoSuchBucket", (502, "9509")),
        ("AccessDenied", (403, "9408")),
    ] {
        let (status, number) = outcome(&get(&service, &format!("/{code}")).await);
        assert_eq!((status, number.as_str()), want, "{code}");
    }
}
