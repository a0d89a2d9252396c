//! URLs understood in a second: parse, negotiate, cache key. No picture is touched.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use edge_resizer::{Policy, Request, Step, accept};
use http::HeaderValue;
use http::header::ACCEPT;

/// What each bench is called, and a URL of its kind.
const CASES: [(&str, &str); 5] = [
    ("cloudflare, as pages write it", "/cdn-cgi/image/width=640,format=auto/photos/vase.jpg"),
    (
        "cloudflare, many options",
        "/cdn-cgi/image/w=640,h=480,fit=cover,g=0.3x0.7,dpr=2,q=75,f=auto,background=%23fafafa,\
         trim=10;20;30;40,sharpen=1,blur=2,contrast=1.1,metadata=none/photos/vase.jpg",
    ),
    (
        "cloudflare, half of it wrong",
        "/cdn-cgi/image/width=abc,,colour=red,fit=none,height=400,q=high/photos/vase.jpg",
    ),
    ("shopify, query", "/photos/vase.jpg?v=1700000000&width=640&height=640&crop=center"),
    ("shopify, suffix", "/photos/vase_640x640_crop_center@2x.progressive.jpg?v=1700000000"),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let policy = Policy::default();
    let mut group = criterion.benchmark_group("accept");
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    group.throughput(Throughput::Elements(1));
    for (name, url) in CASES {
        let mut request = Request::get(url);
        request.headers.insert(ACCEPT, HeaderValue::from_static("image/avif,image/webp,*/*;q=0.8"));
        assert!(matches!(accept(&request, &policy), Step::Fetch(_)), "{url} asks for a picture");
        group.bench_function(name, |bencher| {
            bencher.iter(|| accept(black_box(&request), black_box(&policy)));
        });
    }
    group.finish();
    criterion.final_summary();
}
