//! What is measured, and what it is to come to.

use serde::Serialize;
use serde_json::{Value, json};

/// A kind of request, answered by both sides for every source.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) sources: Sources,
    pub(crate) width: u32,
    pub(crate) format: &'static str,
    /// Which build of ours answers.
    pub(crate) ours: Ours,
    /// What else our URL asks for, with the comma in front of it.
    pub(crate) options: &'static str,
    /// What sharp's output is asked for.
    pub(crate) sharp: fn() -> Value,
    pub(crate) matched: Matched,
    pub(crate) rounds: usize,
    pub(crate) targets: &'static [Target],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sources {
    /// The photos.
    Photos,
    /// Cut-outs of about 1500 pixels.
    CutOuts,
    /// Cut-outs of 4000 pixels.
    LargeCutOuts,
    /// 9643 x 10328.
    Giant,
    /// The packshots of the example shops.
    Shop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ours {
    /// The default features.
    Default,
    /// AVIF by libaom.
    Aom,
}

/// At which of our qualities the two are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matched {
    /// At this one, whatever comes out.
    Quality(u8),
    /// At the one whose bytes come nearest to sharp's.
    Bytes,
    /// At the one whose score comes nearest to sharp's.
    Score,
}

/// What a work is to come to. Ratios are ours / sharp.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) enum Target {
    /// CPU time, geometric mean.
    Time(f64),
    /// CPU time, with no photo scored below sharp's.
    TimeAndScore(f64),
    /// Bytes at equal score, geometric mean.
    Bytes(f64),
    /// Peak memory of the process, geometric mean.
    Memory(f64),
    /// Peak memory of our process in MB, the largest.
    Megabytes(f64),
}

const JPEG_TARGETS: &[Target] =
    &[Target::Time(0.50), Target::TimeAndScore(0.62), Target::Bytes(1.02), Target::Memory(0.20)];

pub(crate) const WORKS: [Work; 11] = [
    Work {
        name: "JPEG to JPEG, 720 px",
        targets: JPEG_TARGETS,
        ..work("jpeg", || json!({ "quality": 80 }))
    },
    Work {
        name: "JPEG to JPEG, 320 px",
        width: 320,
        targets: JPEG_TARGETS,
        ..work("jpeg", || json!({ "quality": 80 }))
    },
    Work {
        name: "JPEG to JPEG, 720 px, sharp with mozjpeg",
        rounds: 3,
        targets: &[],
        ..work("jpeg", || json!({ "quality": 80, "mozjpeg": true }))
    },
    Work {
        name: "JPEG to WebP, 720 px",
        matched: Matched::Bytes,
        targets: &[Target::Time(0.65), Target::Memory(0.20)],
        ..work("webp", || json!({ "quality": 80 }))
    },
    Work {
        name: "JPEG to WebP, 720 px, compression=fast",
        options: ",compression=fast",
        matched: Matched::Score,
        targets: &[Target::Time(0.40), Target::Bytes(1.04), Target::Memory(0.20)],
        ..work("webp", || json!({ "quality": 80 }))
    },
    Work {
        name: "JPEG to AVIF, 720 px, default build (rav1e)",
        matched: Matched::Score,
        rounds: 3,
        targets: &[Target::Memory(0.20)],
        ..work("avif", || json!({}))
    },
    Work {
        name: "JPEG to AVIF, 720 px, feature aom",
        ours: Ours::Aom,
        matched: Matched::Score,
        rounds: 3,
        targets: &[Target::Time(0.07), Target::Bytes(1.15), Target::Memory(0.20)],
        ..work("avif", || json!({}))
    },
    Work {
        name: "JPEG to AVIF, 720 px, feature aom, sharp at effort 1 and 4:2:0",
        ours: Ours::Aom,
        matched: Matched::Score,
        rounds: 3,
        targets: &[],
        ..work("avif", || json!({ "effort": 1, "chromaSubsampling": "4:2:0" }))
    },
    Work {
        name: "PNG with alpha to WebP, 1500 px to 800 px",
        sources: Sources::CutOuts,
        width: 800,
        matched: Matched::Bytes,
        targets: &[Target::Time(0.70), Target::Memory(0.20)],
        ..work("webp", || json!({ "quality": 80 }))
    },
    Work {
        name: "PNG with alpha to WebP, 4000 px to 800 px",
        sources: Sources::LargeCutOuts,
        width: 800,
        matched: Matched::Bytes,
        targets: &[Target::Time(1.0), Target::Memory(0.20)],
        ..work("webp", || json!({ "quality": 80 }))
    },
    Work {
        name: "9643x10328 JPEG to JPEG, 720 px",
        sources: Sources::Giant,
        rounds: 3,
        targets: &[Target::Memory(0.20), Target::Megabytes(40.0)],
        ..work("jpeg", || json!({ "quality": 80 }))
    },
];

/// What most works have in common.
const fn work(format: &'static str, sharp: fn() -> Value) -> Work {
    Work {
        name: "",
        sources: Sources::Photos,
        width: 720,
        format,
        ours: Ours::Default,
        options: "",
        sharp,
        matched: Matched::Quality(80),
        rounds: 5,
        targets: &[],
    }
}
