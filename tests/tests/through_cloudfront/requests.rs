//! One picture by many URLs, for many browsers.

use edge_resizer::policy::SigningKey;
use edge_resizer::sign::sign;
use serde_json::json;
use tests::fixture::fixture;

use crate::answer::Stop;
use crate::shop::{KEY, NOW, SIGNED, Shape, Shop};

/// What browsers of three ages send.
const AVIF: &str = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const WEBP: &str = "image/webp,*/*";
const OLD: &str = "*/*";

const PHOTO: &str = "/photos/cup.jpg";
const URL: &str = "/cdn-cgi/image/width=64,format=auto/photos/cup.jpg";

/// What an answer says that somebody could rely on, and that S3 keeps.
const HEADERS: [&str; 4] =
    ["cache-control", "content-disposition", "content-type", "x-amz-meta-cache-tag"];

async fn shop(shape: Shape) -> Option<Shop> {
    let shop = Shop::open(shape, &json!({})).await?;
    shop.upload(PHOTO, &fixture("small.jpg").unwrap()).await;
    Some(shop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_made_once_and_then_comes_from_the_bucket() {
    let Some(mut shop) = shop(Shape::FunctionUrl).await else { return };
    let made = shop.get(URL, WEBP).await;
    assert_eq!(made.way, [Stop::Variants, Stop::Function]);
    assert_eq!((made.status(), made.header("content-type")), (200, "image/webp"));
    assert_eq!(shop.stored().await, ["_variants/shop/photos/cup.jpg/width=64,format=auto-webp"]);

    let cached = shop.get(URL, WEBP).await;
    assert_eq!((&cached.way[..], cached.body()), (&[Stop::Cache][..], made.body()));

    shop.front.cache.clear();
    let stored = shop.get(URL, WEBP).await;
    assert_eq!(stored.way, [Stop::Variants], "the function was not asked again");
    assert_eq!((stored.status(), stored.body()), (200, made.body()));
    for name in HEADERS {
        assert!(!made.header(name).is_empty(), "{name}");
        assert_eq!(stored.header(name), made.header(name), "{name}");
    }

    // A day later CloudFront asks again, and the bucket has it still.
    shop.front.now += 86_400;
    assert_eq!(shop.get(URL, WEBP).await.way, [Stop::Variants]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_edge_a_picture_is_made_for_each_cache() {
    let Some(mut shop) = shop(Shape::AtTheEdge).await else { return };
    let made = shop.get(URL, WEBP).await;
    assert_eq!((&made.way[..], made.status()), (&[Stop::Edge][..], 200));
    assert_eq!(made.header("content-type"), "image/webp");
    assert_eq!(shop.get(URL, WEBP).await.way, [Stop::Cache]);
    shop.front.cache.clear();
    let again = shop.get(URL, WEBP).await;
    assert_eq!((&again.way[..], again.body()), (&[Stop::Edge][..], made.body()));
    assert!(shop.stored().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn both_shapes_give_the_same_bytes() {
    let (Some(mut one), Some(mut other)) =
        (shop(Shape::FunctionUrl).await, shop(Shape::AtTheEdge).await)
    else {
        return;
    };
    for (accept, media_type) in [(WEBP, "image/webp"), (OLD, "image/jpeg")] {
        let (one, other) = (one.get(URL, accept).await, other.get(URL, accept).await);
        assert_eq!((one.body(), one.header("content-type")), (other.body(), media_type));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spelling_of_a_wish_is_one_entry() {
    for shape in Shape::ALL {
        let Some(mut shop) = shop(shape).await else { return };
        let first = shop.get(URL, WEBP).await;
        for url in [
            "/cdn-cgi/image/w=64,f=auto/photos/cup.jpg",
            "/cdn-cgi/image/format=auto,width=64,/photos/cup.jpg",
            "/photos/cup.jpg?width=64",
            "/photos/cup.jpg?utm_source=letter&width=64&gclid=1",
            "/photos/cup.jpg?width=64&format=",
        ] {
            let seen = shop.get(url, WEBP).await;
            assert_eq!(seen.way, [Stop::Cache], "{shape:?}: {url}");
            assert_eq!(seen.body(), first.body(), "{shape:?}: {url}");
        }
        let key = "/_variants/shop/photos/cup.jpg/width=64,format=auto-webp? None";
        assert_eq!(shop.front.cache.keys(), [key], "{shape:?}");

        // A suffix may be part of a file's name: such a URL has an entry, and the same picture.
        let suffixed = shop.get("/photos/cup_64x.jpg", WEBP).await;
        assert_eq!((suffixed.status(), suffixed.body()), (200, first.body()), "{shape:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_browser_gets_what_it_can_show() {
    for shape in Shape::ALL {
        let Some(mut shop) = shop(shape).await else { return };
        let browsers = [(AVIF, "image/avif"), (WEBP, "image/webp"), (OLD, "image/jpeg")];
        for (count, (accept, media_type)) in browsers.into_iter().enumerate() {
            let made = shop.get(URL, accept).await;
            assert_ne!(made.way, [Stop::Cache], "{shape:?}: {accept}");
            assert_eq!(made.header("content-type"), media_type, "{shape:?}: {accept}");
            assert_eq!(made.header("vary"), "Accept", "{shape:?}: {accept}");
            let again = shop.get(URL, accept).await;
            assert_eq!((&again.way[..], again.body()), (&[Stop::Cache][..], made.body()));
            assert_eq!(shop.front.cache.keys().len(), count + 1, "{shape:?}: {accept}");
        }
        // What the function does not read it hands over, with what the browser can show.
        let url = "/cdn-cgi/image/width=64,format=auto,background=red/photos/cup.jpg";
        for (accept, media_type) in [(WEBP, "image/webp"), (OLD, "image/jpeg")] {
            let seen = shop.get(url, accept).await;
            assert_eq!((seen.status(), seen.header("content-type")), (200, media_type));
        }
        assert_eq!(shop.front.cache.keys().len(), browsers.len() + 2, "{shape:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_signed_gets_a_picture() {
    for shape in Shape::ALL {
        let Some(mut shop) = shop(shape).await else { return };
        let key = SigningKey::new(KEY);
        let signed = sign(URL, Some(NOW + 60), &key);
        let front = &mut shop.front;
        let made = front.get(SIGNED, &signed, WEBP).await;
        assert_eq!((made.status(), made.header("content-type")), (200, "image/webp"), "{shape:?}");
        // Another signature of the same is the same entry.
        let forever = sign(URL, None, &key);
        assert_eq!(front.get(SIGNED, &forever, WEBP).await.way, [Stop::Cache], "{shape:?}");
        let other = sign(URL, None, &SigningKey::new("a guess"));
        let moved = signed.replace("width=64", "width=65");
        for url in [URL, &other, &moved] {
            let seen = front.get(SIGNED, url, WEBP).await;
            assert_eq!(
                (seen.status(), &seen.way[..]),
                (403, &[Stop::Viewer][..]),
                "{shape:?}: {url}"
            );
        }
        // The picture is in the cache, and the signature past its end.
        front.now += 61;
        let late = front.get(SIGNED, &signed, WEBP).await;
        assert_eq!((late.status(), &late.way[..]), (403, &[Stop::Viewer][..]), "{shape:?}");
        assert_eq!(front.get(SIGNED, &forever, WEBP).await.way, [Stop::Cache], "{shape:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_past_the_viewer_function() {
    for shape in Shape::ALL {
        let Some(mut shop) = shop(shape).await else { return };
        let stranger = shop.front.get("stranger.example", URL, WEBP).await;
        assert_eq!(stranger.status(), 404, "{shape:?}");
        assert_ne!(stranger.way, [Stop::Viewer], "{shape:?}: it is not the function's to refuse");
        let path = "/_variants/vault/photos/cup.jpg/width=64,format=auto-webp";
        for host in [SIGNED, "stranger.example"] {
            let seen = shop.front.get(host, path, WEBP).await;
            assert_eq!((seen.status(), &seen.way[..]), (404, &[Stop::Viewer][..]), "{shape:?}");
        }
        assert!(shop.stored().await.is_empty(), "{shape:?}");
    }
}

/// An error is kept for ten seconds, so that a photo which comes late is seen soon.
#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_comes_late_is_seen() {
    for shape in Shape::ALL {
        let Some(mut shop) = shop(shape).await else { return };
        let url = "/photos/late.jpg?width=64";
        assert_eq!(shop.get(url, WEBP).await.status(), 404, "{shape:?}");
        shop.upload("/photos/late.jpg", &fixture("small.jpg").unwrap()).await;
        shop.front.now += 9;
        let kept = shop.get(url, WEBP).await;
        assert_eq!((kept.status(), &kept.way[..]), (404, &[Stop::Cache][..]), "{shape:?}");
        shop.front.now += 1;
        assert_eq!(shop.get(url, WEBP).await.status(), 200, "{shape:?}");
    }
}
