//! Whole transformations and their stages, in source pixels a second.

mod pixel_time;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use benches::{Corpus, Picture, request, transform, unwatched};
use criterion::{Criterion, SamplingMode, Throughput};

use crate::pixel_time::PixelTime;

/// What is asked for, of which pictures.
struct Case {
    sources: &'static [&'static str],
    options: &'static [&'static str],
}

const WHOLE: [Case; 2] = [
    Case {
        sources: &["vase.jpg", "sharp2725.jpg", "bimg_vertical.jpg"],
        options: &[
            "width=720,format=jpeg",
            "width=720,format=webp",
            "width=720,format=avif",
            "width=320,format=jpeg",
            "width=320,format=webp",
            "width=320,format=avif",
        ],
    },
    Case { sources: &["jug.png", "prod1500.png"], options: &["width=720,format=webp"] },
];

/// Requests whose stages are timed one by one.
const STAGED: Case = Case {
    sources: &["vase.jpg", "sharp2725.jpg"],
    options: &["width=720,format=jpeg", "width=720,format=webp"],
};
/// Stages, by the names that the pipeline gives them.
const STAGES: [&str; 3] = ["decode", "resize", "encode"];

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(PixelTime)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let corpus = Corpus::read();
    whole(&mut criterion, &corpus);
    stages(&mut criterion, &corpus);
    criterion.final_summary();
}

fn whole(criterion: &mut Criterion<PixelTime>, corpus: &Corpus) {
    let mut group = criterion.benchmark_group("transform");
    // A transformation takes long enough to be timed one by one.
    group.sampling_mode(SamplingMode::Flat);
    for case in &WHOLE {
        for picture in corpus.named(case.sources) {
            group.throughput(Throughput::Elements(picture.pixels));
            for options in case.options {
                let request = request(picture, options);
                group.bench_function(format!("{} {options}", picture.name), |bencher| {
                    bencher.iter(|| transform(&request, picture, &mut unwatched));
                });
            }
        }
    }
    group.finish();
}

fn stages(criterion: &mut Criterion<PixelTime>, corpus: &Corpus) {
    for stage in STAGES {
        let mut group = criterion.benchmark_group(stage);
        group.sampling_mode(SamplingMode::Flat);
        for picture in corpus.named(STAGED.sources) {
            group.throughput(Throughput::Elements(picture.pixels));
            for options in STAGED.options {
                group.bench_function(format!("{} {options}", picture.name), |bencher| {
                    bencher.iter_custom(|runs| {
                        (0..runs).map(|_| time_of(stage, picture, options)).sum()
                    });
                });
            }
        }
        group.finish();
    }
}

/// How long a stage takes within a whole transformation; stages of one name count together.
///
/// # Panics
/// Panics where the transformation has no such stage: that would be timed as nothing.
fn time_of(stage: &str, picture: &Picture, options: &str) -> Duration {
    let mut spent = None;
    let mut last = Instant::now();
    transform(&request(picture, options), picture, &mut |ended| {
        let now = Instant::now();
        if ended == stage {
            *spent.get_or_insert(Duration::ZERO) += now - last;
        }
        last = now;
        ControlFlow::Continue(())
    });
    spent.unwrap_or_else(|| panic!("{options} has no stage {stage}"))
}
