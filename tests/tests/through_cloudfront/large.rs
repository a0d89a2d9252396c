//! Pictures that do not fit into a response of Lambda@Edge.

use std::sync::OnceLock;

use bytes::Bytes;
use serde_json::{Value, json};
use tests::exchange::render;
use tests::fixture::{fixture, jpeg, noise};
use tests::picture::Picture;
use tests::vips;

use crate::answer::{Seen, Stop};
use crate::shop::{Shape, Shop};

const ACCEPT: &str = "image/webp,*/*";
const PHOTO: &str = "/photos/large.jpg";
/// Pixels of the originals.
const SIZE: (u32, u32) = (5_000, 2_500);
/// Bytes that CloudFront takes of a generated response, headers and all.
const CLOUDFRONTS_LIMIT: usize = 1_000_000;
/// Bytes of a body that the handler takes for one that fits.
const PLANNED: usize = 760_000;

/// A photo of gray noise, 5,000 pixels wide, whose JPEG of 4,000 is too large at a usual quality.
fn grain() -> Bytes {
    /// Pixels after which the noise comes again.
    const PERIOD: u32 = 1 << 20;
    static MADE: OnceLock<Bytes> = OnceLock::new();
    let make = || {
        let noise = noise(PERIOD);
        let picture = Picture::from_fn(SIZE.0, SIZE.1, |x, y| {
            let at = x.wrapping_mul(7_919) ^ y.wrapping_mul(104_729);
            let gray = 98 + noise[(at % PERIOD) as usize] / 4;
            [gray, gray, gray, 255]
        });
        jpeg(&picture, 90).into()
    };
    MADE.get_or_init(make).clone()
}

const URL: &str = "/cdn-cgi/image/width=4000,format=jpeg/photos/large.jpg";
/// Noise in a format that loses none of it.
const EXACT: &str = "/cdn-cgi/image/width=4000,format=png/photos/large.jpg";

async fn shop(changes: &Value) -> Option<Shop> {
    let shop = Shop::open(Shape::AtTheEdge, changes).await?;
    shop.upload(PHOTO, &grain()).await;
    Some(shop)
}

/// What a shopper's browser gets, which follows one redirect; and the size of the last.
async fn shown(shop: &mut Shop, url: &str) -> (Vec<Seen>, (u32, u32)) {
    let mut seen = vec![shop.get(url, ACCEPT).await];
    if seen[0].status() == 302 {
        let location = seen[0].header("location").to_owned();
        seen.push(shop.get(&location, ACCEPT).await);
    }
    let last = seen.last().unwrap();
    assert_eq!(last.status(), 200);
    let picture = vips::decode(last.body()).unwrap();
    (seen, (picture.width, picture.height))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lower_quality_makes_small_is_answered_at_once() {
    let Some(mut shop) = shop(&json!({})).await else { return };
    let whole = render(URL, Some(ACCEPT), &grain()).body.len();
    assert!(whole > CLOUDFRONTS_LIMIT, "only {whole} bytes");
    let (seen, size) = shown(&mut shop, URL).await;
    let [answer] = &seen[..] else { panic!("{:?}", seen[0].answer.headers) };
    assert_eq!((&answer.way[..], size), (&[Stop::Edge][..], (4_000, 2_000)));
    let bytes = answer.body().len();
    assert!((PLANNED / 2..=PLANNED).contains(&bytes), "{bytes} bytes");
    assert_eq!(answer.header("content-type"), "image/jpeg");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_quality_makes_small_is_in_the_bucket() {
    let Some(mut shop) = shop(&json!({})).await else { return };
    let (seen, size) = shown(&mut shop, EXACT).await;
    let [redirect, picture] = &seen[..] else { panic!("{:?}", seen[0].answer.headers) };
    assert_eq!((&redirect.way[..], redirect.status()), (&[Stop::Edge][..], 302));
    assert_eq!(redirect.header("cache-control"), "public, max-age=60");
    assert_eq!((&picture.way[..], size), (&[Stop::Variants][..], (4_000, 2_000)));
    let bytes = picture.body().len();
    assert!(bytes > CLOUDFRONTS_LIMIT, "only {bytes} bytes");
    assert_eq!(picture.header("content-type"), "image/png");
    let again = shop.get(EXACT, ACCEPT).await;
    assert_eq!((&again.way[..], again.status()), (&[Stop::Cache][..], 302));

    // Whoever overwrites the original ends the way to the old picture too.
    shop.overwrite(PHOTO, &fixture("square.jpg").unwrap()).await;
    let (seen, size) = shown(&mut shop, EXACT).await;
    assert_eq!((&seen[0].way[..], size), (&[Stop::Edge][..], (900, 900)));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bucket_the_shopper_sees_the_original() {
    let Some(mut shop) = shop(&json!({ "spill": null })).await else { return };
    let (seen, size) = shown(&mut shop, EXACT).await;
    let [answer] = &seen[..] else { panic!("{:?}", seen[0].answer.headers) };
    assert_eq!((&answer.way[..], size), (&[Stop::Edge, Stop::Originals][..], SIZE));
}
