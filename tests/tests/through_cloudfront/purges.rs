//! An original that is overwritten.

use serde_json::json;
use tests::fixture::fixture;
use tests::vips;

use crate::answer::{Seen, Stop};
use crate::shop::{Shape, Shop};

const ACCEPT: &str = "image/webp,*/*";
const CUP: &str = "/photos/cup.jpg";
const URLS: [&str; 2] = ["/cdn-cgi/image/width=64/photos/cup.jpg", "/photos/cup.jpg?width=100"];
const OTHER: &str = "/photos/plate.jpg?width=64";

/// Height by width tells one photo from another.
fn size(seen: &Seen) -> (u32, u32) {
    let picture = vips::decode(seen.body()).unwrap();
    (picture.width, picture.height)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overwritten_photo_is_fresh_within_one_purge() {
    for shape in Shape::ALL {
        let Some(mut shop) = Shop::open(shape, &json!({})).await else { return };
        for path in [CUP, "/photos/plate.jpg"] {
            shop.upload(path, &fixture("small.jpg").unwrap()).await;
        }
        for url in URLS.into_iter().chain([OTHER]) {
            assert_eq!(shop.get(url, ACCEPT).await.status(), 200, "{shape:?}: {url}");
        }
        assert_eq!(size(&shop.get(URLS[0], ACCEPT).await), (64, 48), "{shape:?}");

        let purged = shop.overwrite(CUP, &fixture("square.jpg").unwrap()).await;
        let variants = if shape == Shape::FunctionUrl { URLS.len() } else { 0 };
        assert_eq!(purged, json!({ "variants": variants, "invalidations": 1 }), "{shape:?}");
        assert_eq!(shop.invalidations().await, [["#source:/photos/cup.jpg"]], "{shape:?}");

        for (url, side) in URLS.into_iter().zip([64, 100]) {
            let fresh = shop.get(url, ACCEPT).await;
            assert_ne!(fresh.way, [Stop::Cache], "{shape:?}: {url}");
            assert_eq!(size(&fresh), (side, side), "{shape:?}: {url}");
        }
        assert_eq!(shop.get(OTHER, ACCEPT).await.way, [Stop::Cache], "{shape:?}: nobody else's");
    }
}
