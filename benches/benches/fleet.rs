//! A fleet of 500 sites in memory: its file read and validated, its templates, its plan.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use benches::{fleet_file, with_another_header};
use cdn_cli::Rehearsal;
use cloudformation::{Assignment, render};
use criterion::{Criterion, Throughput};
use fleet::Fleet;

/// What the targets of `benches/results/fleet.md` are of.
const SITES: usize = 500;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("500 sites");
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    group.sample_size(10).throughput(Throughput::Elements(SITES as u64));
    let text = fleet_file(SITES);
    let fleet = read(&text);
    let changed = read(&with_another_header(&text));
    let rehearsal = Rehearsal::of(&fleet).unwrap_or_else(|error| panic!("{error:#}"));
    let touched = |fleet: &Fleet| {
        rehearsal.stacks_to_touch(fleet).unwrap_or_else(|error| panic!("{error:#}"))
    };
    assert_eq!(touched(&fleet), 0, "a fleet that is deployed has nothing to do");
    assert!(touched(&changed) >= SITES, "a header of every site changes every site's stack");

    group.bench_function("read and validate", |bencher| bencher.iter(|| read(black_box(&text))));
    group.bench_function("render and shard", |bencher| {
        bencher.iter(|| render(black_box(&fleet), &Assignment::default()).is_ok());
    });
    group.bench_function("plan, nothing to do", |bencher| bencher.iter(|| touched(&fleet)));
    group.bench_function("plan, a header of every site", |bencher| {
        bencher.iter(|| touched(&changed));
    });
    group.finish();
    criterion.final_summary();
}

fn read(text: &str) -> Fleet {
    Fleet::parse(text, Path::new("/srv/shops"), "fleet.toml")
        .unwrap_or_else(|error| panic!("{error}"))
}
