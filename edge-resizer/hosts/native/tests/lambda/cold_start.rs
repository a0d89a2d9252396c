//! How long the first answer takes from the start of a process.

use std::time::{Duration, Instant};

use crate::instance::{Deployment, Instance};
use crate::pictures::PHOTO;
use crate::runtime_api::RuntimeApi;
use crate::stage::{cloud, request, streamed};

/// Starts of which the median is told.
const STARTS: usize = 21;

/// Prints medians; `docs/lambda.md` says how to run it for figures that mean something.
#[tokio::test]
async fn cold_starts_are_measured() {
    let Some(cloud) = cloud().await else { return };
    cloud.upload("shop/photos/cup.jpg", PHOTO).await;
    for (what, path, status) in [
        ("an answer without a picture", "/", 404),
        ("a picture of 40 pixels", "/_variants/shop/photos/cup.jpg/width=40,format=webp", 200),
    ] {
        let (mut cold, mut warm) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let api = RuntimeApi::start().await;
            let mut began = Instant::now();
            let _instance = Instance::start(&api, &cloud, &Deployment::default());
            for times in [&mut cold, &mut warm] {
                let answer = streamed(api.invoke(request("GET", path, &[])).await);
                times.push(began.elapsed());
                assert_eq!(answer.whole().await.status, status);
                began = Instant::now();
            }
        }
        let [cold, warm] = [cold, warm].map(median);
        println!("{what}: {cold:.1?} cold, {warm:.1?} warm (medians of {STARTS})");
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
