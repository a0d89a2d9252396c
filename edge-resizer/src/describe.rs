//! `format=json`: a picture described.

use serde::Serialize;

use crate::pixels::{self, Frame};
use crate::source::SourceInfo;

/// What would have been delivered.
pub(crate) struct Output<'a> {
    pub(crate) bytes: usize,
    pub(crate) media_type: &'static str,
    pub(crate) frames: &'a [Frame],
}

/// Cloudflare's six values first, in its order and spelling, then ours.
#[derive(Serialize)]
struct Description {
    width: u32,
    height: u32,
    original: Original,
    bytes: usize,
    format: &'static str,
    alpha: bool,
    frames: usize,
    dominant_color: String,
    thumbhash: String,
    blurhash: String,
}

#[derive(Serialize)]
struct Original {
    file_size: usize,
    width: u32,
    height: u32,
    format: &'static str,
}

/// The description as JSON; `original` is the source as it is seen, after orientation.
pub(crate) fn json(file_size: usize, info: &SourceInfo, output: &Output<'_>) -> Vec<u8> {
    let Some(first) = output.frames.first() else { return b"{}".to_vec() };
    let summary = pixels::summarize(&first.raster);
    let description = Description {
        width: first.raster.size.width,
        height: first.raster.size.height,
        original: Original {
            file_size,
            width: info.upright().width,
            height: info.upright().height,
            format: info.format.media_type(),
        },
        bytes: output.bytes,
        format: output.media_type,
        alpha: info.alpha,
        frames: output.frames.len(),
        dominant_color: summary.dominant_color,
        thumbhash: summary.thumbhash,
        blurhash: summary.blurhash,
    };
    serde_json::to_vec(&description).unwrap_or_else(|_| b"{}".to_vec())
}
