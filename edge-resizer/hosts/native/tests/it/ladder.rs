//! What one answer means for the next: cache, single flight, queue, cancellation.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use edge_resizer::Request;
use edge_resizer_native::CacheStatus::{Bypass, Coalesced, Hit, Miss};
use edge_resizer_native::{DiskCacheConfig, HostConfig};
use futures_util::future::join_all;
use http::{Method, StatusCode};
use tempfile::TempDir;

use crate::support::{
    Gate, PICTURE, VARIANT, get, header, metric, outcome, private, service_with, site, spawn,
};

#[tokio::test]
async fn fifty_requests_at_once_are_one_piece_of_work() {
    let gate = Gate::default();
    let (service, shared) =
        service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    let all = join_all((0..50).map(|_| get(&service, VARIANT)));
    let origin = async {
        gate.arrived().await;
        gate.open();
    };
    let (all, ()) = tokio::join!(all, origin);
    let count = |status| all.iter().filter(|served| served.cache == status).count();
    assert_eq!((count(Miss), count(Coalesced)), (1, 49));
    assert!(all.iter().all(|served| served.response.body == all[0].response.body));
    assert_eq!((gate.asked(), metric(&shared, "edge_resizer_works_total")), (1, "1".to_owned()));
}

#[tokio::test]
async fn a_variant_is_made_once_and_narrowed_to_every_request() {
    let gate = Gate::default();
    gate.open();
    let (service, shared) =
        service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    let made = get(&service, VARIANT).await;
    assert_eq!((made.cache, outcome(&made).0), (Miss, 200));
    assert_eq!(made.variant_key.as_deref(), Some("photo.svg/width=100"));
    assert!(header(&made, "server-timing").starts_with("cache;desc=miss, fetch;dur="));
    let etag = header(&made, "etag");

    let cases = [
        (Method::GET, "", 200, made.response.body.len()),
        (Method::HEAD, "", 200, 0),
        (Method::GET, &etag, 304, 0),
        (Method::HEAD, &etag, 304, 0),
        (Method::GET, "\"another\"", 200, made.response.body.len()),
    ];
    for (method, condition, status, length) in cases {
        let mut request = Request { method, ..Request::get(VARIANT) };
        if !condition.is_empty() {
            request.headers.insert("if-none-match", condition.parse().unwrap());
        }
        let served = service.respond(&request).await;
        let got = (served.cache, outcome(&served).0, served.response.body.len());
        assert_eq!(got, (Hit, status, length), "{} {condition}", request.method);
        assert_eq!(header(&served, "etag"), etag);
        assert!(header(&served, "server-timing").starts_with("cache;desc=hit, total;dur="));
        assert!(!header(&served, "age").is_empty());
        if status == 200 {
            let whole = made.response.body.len().to_string();
            assert_eq!(header(&served, "content-length"), whole, "{}", request.method);
        }
    }
    assert_eq!((gate.asked(), metric(&shared, "edge_resizer_works_total")), (1, "1".to_owned()));
}

#[tokio::test]
async fn a_head_fills_the_cache_for_a_get() {
    let gate = Gate::default();
    gate.open();
    let (service, _) = service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    let head = Request { method: Method::HEAD, ..Request::get(VARIANT) };
    assert_eq!(service.respond(&head).await.cache, Miss);
    let served = get(&service, VARIANT).await;
    assert_eq!(served.cache, Hit);
    assert_eq!(header(&served, "content-length"), served.response.body.len().to_string());
}

#[tokio::test]
async fn errors_are_not_kept() {
    let asked = Arc::new(AtomicU32::new(0));
    let answer = move || {
        let before = asked.fetch_add(1, Ordering::SeqCst);
        async move {
            if before == 0 {
                StatusCode::NOT_FOUND.into_response()
            } else {
                PICTURE.into_response()
            }
        }
    };
    let origin = private(spawn(Router::new().fallback(answer)).await);
    let (service, _) = service_with(&site(origin), &HostConfig::default());
    for (status, cache) in [(404, Miss), (200, Miss), (200, Hit)] {
        let served = get(&service, VARIANT).await;
        assert_eq!((outcome(&served).0, served.cache), (status, cache));
    }
}

#[tokio::test]
async fn past_the_queue_there_is_503() {
    let gate = Gate::default();
    let config = HostConfig { workers: NonZeroUsize::MIN, queue: 1, ..HostConfig::default() };
    let (service, shared) = service_with(&site(private(gate.spawn().await)), &config);
    let [first, second, third] =
        [1, 2, 3].map(|width| format!("/cdn-cgi/image/width={width}/photo.svg"));
    let crowd = async {
        gate.arrived().await;
        gate.arrived().await;
        assert_eq!(metric(&shared, "edge_resizer_queue_depth"), "2");
        let served = get(&service, &third).await;
        gate.open();
        gate.open();
        served
    };
    let (first, second, third) = tokio::join!(get(&service, &first), get(&service, &second), crowd);
    assert_eq!((outcome(&first).0, outcome(&second).0), (200, 200));
    assert_eq!(outcome(&third), (503, "9522".to_owned()));
    assert_eq!(header(&third, "retry-after"), "1");
    assert_eq!(header(&third, "cache-control"), "no-store");
    assert_eq!(metric(&shared, "edge_resizer_queue_depth"), "0");
}

#[tokio::test]
async fn work_ends_with_the_last_who_waits_for_it() {
    let gate = Gate::default();
    let (service, shared) =
        service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    {
        let mut leader = Box::pin(get(&service, VARIANT));
        let mut follower = Box::pin(get(&service, VARIANT));
        tokio::select! {
            biased;
            _ = &mut leader => panic!("the gate is closed"),
            _ = &mut follower => panic!("the gate is closed"),
            () = gate.arrived() => {}
        }
        drop(leader);
        gate.open();
        assert_eq!(outcome(&follower.await).0, 200, "one that waits is enough");
    }
    let other = "/cdn-cgi/image/width=200/photo.svg";
    tokio::select! {
        _ = get(&service, other) => panic!("the gate is closed"),
        () = gate.arrived() => {}
    }
    gate.left().await;
    assert_eq!(metric(&shared, "edge_resizer_cancelled_total"), "1");
    assert_eq!(metric(&shared, "edge_resizer_in_flight"), "0");
    assert_eq!(metric(&shared, "edge_resizer_queue_depth"), "0");
}

#[tokio::test]
async fn the_disk_cache_serves_after_a_restart_and_not_under_another_policy() {
    let (dir, gate) = (TempDir::new().unwrap(), Gate::default());
    let disk_cache = Some(DiskCacheConfig { dir: dir.path().to_owned(), bytes: 1_000_000 });
    let config = HostConfig { disk_cache, ..HostConfig::default() };
    let mut site = site(private(gate.spawn().await));
    let made = {
        let (service, shared) = service_with(&site, &config);
        gate.open();
        let made = get(&service, VARIANT).await;
        shared.settle().await;
        made
    };
    let (service, _) = service_with(&site, &config);
    let kept = get(&service, VARIANT).await;
    assert_eq!((made.cache, kept.cache, gate.asked()), (Miss, Hit, 1));
    assert_eq!(made.response.body, kept.response.body);
    assert_eq!(header(&made, "etag"), header(&kept, "etag"));
    assert_eq!(header(&made, "cache-control"), header(&kept, "cache-control"));

    site.images.brand = "another".to_owned();
    let (service, _) = service_with(&site, &config);
    gate.open();
    assert_eq!((get(&service, VARIANT).await.cache, gate.asked()), (Miss, 2));
}

#[tokio::test]
async fn only_get_and_head_are_answered() {
    let gate = Gate::default();
    let (service, _) = service_with(&site(private(gate.spawn().await)), &HostConfig::default());
    for path in ["/photo.svg", VARIANT] {
        for method in [Method::POST, Method::OPTIONS, Method::DELETE, Method::PUT] {
            let served = service.respond(&Request { method, ..Request::get(path) }).await;
            assert_eq!((outcome(&served).0, served.cache), (405, Bypass), "{path}");
            assert_eq!(header(&served, "allow"), "GET, HEAD", "{path}");
        }
    }
    assert_eq!(gate.asked(), 0);
}
