//! A host that wants no more: the work ends with the stage that it has just heard of, whatever the
//! format.

use std::ops::ControlFlow;

use bytes::Bytes;
use edge_resizer::{Fetched, Policy, Request, Response, Source, Step, accept};
use tests::exchange::header;
use tests::fixture::fixture;

const SOURCES: [&str; 7] =
    ["scene.jpg", "scene.png", "scene.webp", "scene.avif", "scene.tiff", "scene.bmp", "moving.gif"];

/// Every kind of work: before the survey, after it, several pixel steps.
const OPTIONS: [&str; 2] = [
    "width=90,rotate=90,blur=3,sharpen=1,format=webp",
    "width=90,height=90,fit=pad,trim=border,background=auto,format=png",
];

#[test]
fn no_stage_follows_the_one_at_which_the_host_stops() {
    for name in SOURCES {
        let source = fixture(name).expect("a fixture");
        for options in OPTIONS {
            let (whole, stages) = stopped_after(usize::MAX, options, &source);
            assert!(whole.status == 200 && stages.len() >= 4, "{name}: {stages:?}");
            assert_eq!(header(&whole, "x-resizer-fallback"), None, "{name}: {options}");
            for stop in 0..stages.len() {
                let (response, heard) = stopped_after(stop, options, &source);
                assert_eq!(heard, stages[..=stop], "{name}: {options}");
                if stages[stop] == "encode" {
                    assert!(response.body == whole.body, "{name}: the work was done");
                } else {
                    let fallback = header(&response, "x-resizer-fallback").unwrap_or_default();
                    assert!(fallback.starts_with("stopped"), "{name}: {stop}: {fallback:?}");
                    assert!(response.body == source, "{name}: {stop}: not the original");
                }
            }
        }
    }
}

/// The answer where the host stops at the stage of this number, and the stages that it heard of.
fn stopped_after(stop: usize, options: &str, source: &Bytes) -> (Response, Vec<&'static str>) {
    let request = Request::get(&format!("/cdn-cgi/image/{options}/photos/a.jpg"));
    let Step::Fetch(job) = accept(&request, &Policy::default()) else {
        panic!("{options} asks for no picture");
    };
    let source = Source { bytes: source.clone(), ..Source::default() };
    let mut stages = Vec::new();
    let response = job.finish(Fetched::Found { index: 0, source }, &mut |stage| {
        stages.push(stage);
        if stages.len() > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    (response, stages)
}
