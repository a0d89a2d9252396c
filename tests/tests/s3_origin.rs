//! Originals in a bucket, read over the wire from an emulator of S3.

#![expect(clippy::unwrap_used, reason = "a suite ends where its own set-up fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use edge_resizer::policy::Limits;
use edge_resizer::{Policy, Request, sniff};
use edge_resizer_native::{CacheStatus, HostConfig, S3Keys, Served, Shared, SiteService};
use fleet::{Origin, Site};
use tests::emulator::{Emulator, ROOT};
use tests::fixture::{jpeg, scene};

const BUCKET: &str = "originals";
/// A name with everything that has to be percent-encoded somewhere.
const PHOTO: &str = "shop/photos/grün 1+1 (%).jpg";
const PHOTO_PATH: &str = "photos/gr%C3%BCn%201+1%20(%25).jpg";
/// A site with its originals below `shop/`, read with a key pair.
fn site(emulator: &Emulator, [id, secret]: [&str; 2], images: Policy) -> SiteService {
    let site = Site {
        name: "shop".to_owned(),
        domains: Vec::new(),
        origin: Origin::S3 {
            bucket: BUCKET.to_owned(),
            prefix: "shop/".to_owned(),
            region: None,
            endpoint: Some(emulator.endpoint.clone()),
            replicas: BTreeMap::new(),
        },
        images,
        delivery: fleet::Delivery::default(),
    };
    let config = HostConfig { s3_keys: Some(S3Keys::new(id, secret)), ..HostConfig::default() };
    SiteService::new(&site, Arc::new(Shared::new(&config).unwrap())).unwrap()
}

async fn fill(client: &Client) {
    client.create_bucket().bucket(BUCKET).send().await.unwrap();
    let photo = jpeg(&scene(160, 90), 90);
    let put = client.put_object().bucket(BUCKET).key(PHOTO).body(ByteStream::from(photo));
    put.content_type("image/jpeg").cache_control("max-age=7200").send().await.unwrap();
    let page = ByteStream::from_static(b"<p>shop");
    client.put_object().bucket(BUCKET).key("shop/index.html").body(page).send().await.unwrap();
    let secret = ByteStream::from_static(b"secret");
    client.put_object().bucket(BUCKET).key("secret.txt").body(secret).send().await.unwrap();
}

async fn get(service: &SiteService, path: &str) -> Served {
    service.respond(&Request::get(path)).await
}

fn header<'a>(served: &'a Served, name: &str) -> &'a str {
    served.response.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn outcome(served: &Served) -> (u16, &str) {
    (served.response.status.as_u16(), header(served, "x-resizer-error"))
}

#[tokio::test]
async fn a_bucket_gives_pictures_and_pages() {
    let Some(emulator) = Emulator::start(&["--verify-sigv4"]).await else { return };
    fill(&emulator.s3).await;
    let service = site(&emulator, ROOT, Policy::default());

    let picture = format!("/cdn-cgi/image/width=80,format=png/{PHOTO_PATH}");
    for want in [CacheStatus::Miss, CacheStatus::Hit] {
        let served = get(&service, &picture).await;
        assert_eq!((outcome(&served), served.cache), ((200, ""), want));
        let info = sniff(&served.response.body, &Limits::default()).unwrap();
        assert_eq!((info.stored.width, info.stored.height), (80, 45));
        assert_eq!(header(&served, "cache-control"), "public, max-age=7200");
    }

    let original = get(&service, &format!("/{PHOTO_PATH}")).await;
    assert_eq!(outcome(&original), (200, ""));
    assert_eq!(header(&original, "content-type"), "image/jpeg");
    assert_eq!(header(&original, "cache-control"), "max-age=7200");
    assert!(header(&original, "last-modified").ends_with(" GMT"));
    assert_eq!(header(&original, "etag").len(), 34, "an MD5 and its quotes");

    let page = get(&service, "/").await;
    assert_eq!(page.response.body, "<p>shop");
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");

    for path in ["/photos/missing.jpg", "/secret.txt", "/photos", "/cdn-cgi/image/w=9/missing.jpg"]
    {
        assert_eq!(outcome(&get(&service, path).await), (404, "9404"), "{path}");
    }
    for path in ["/../secret.txt", "/%2e%2e/secret.txt"] {
        assert_eq!(outcome(&get(&service, path).await), (400, "9419"), "{path}");
    }

    let limits = Limits { source_bytes: 100, ..Limits::default() };
    let narrow = site(&emulator, ROOT, Policy { limits, ..Policy::default() });
    assert_eq!(outcome(&get(&narrow, &picture).await), (413, "9402"));
    let stranger = site(&emulator, ["stranger", "guess"], Policy::default());
    assert_eq!(outcome(&get(&stranger, &picture).await), (403, "9408"));
}
