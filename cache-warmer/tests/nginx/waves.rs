//! Many pictures at all locations: the origin is asked once for each variant.

use std::time::Duration;

use cache_warmer::{Outcome, Settings};
use url::Url;

use crate::tree::{Tree, edges};

/// 300 pictures in 4 sizes, each in 3 formats.
fn pictures(tree: &Tree) -> Vec<Url> {
    let of = |picture: u32, width: u32| {
        tree.url(&format!("/cdn-cgi/image/width={width},format=auto/photos/{picture}.jpg"))
    };
    (0..300).flat_map(|picture| [320, 640, 960, 1280].map(|width| of(picture, width))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_origin_sees_one_request_a_variant_and_all_is_hot() {
    let tree = Tree::start().await;
    let minute = Duration::from_mins(1);
    let report = tree.warmed(&pictures(&tree), edges(), Settings::default(), minute).await;
    assert_eq!(report.problems, []);
    assert_eq!(report.targets, 3_600);
    assert_eq!(report.outcomes, [(Outcome::Hit, 10_800)].into());
    assert_eq!(report.requests, 21_600);
    assert!(report.is_hot_enough(1.0), "{}", report.hot);
    let variants = 3_600.0;
    let for_each = f64::from(tree.origin.requests()) / variants;
    assert!((1.0..=1.02).contains(&for_each), "{for_each}");
}
