//! Rows on their way from a decoder: brought to sRGB, then cut and resized as far as the plan allows
//! it to be done before all of them are there.

use moxcms::ColorProfile;

use crate::pixels::{Channels, Excerpt, Raster, RowSink};
use crate::source::SourceInfo;

use super::DecodeOptions;
use super::color::RowsToSrgb;

/// Takes the rows of a picture, from the top.
pub(super) struct Rows {
    to_srgb: RowsToSrgb,
    sink: RowSink,
    steps: usize,
}

impl Rows {
    /// For rows of the whole width, in this layout.
    pub(super) fn new(
        info: &SourceInfo,
        options: &DecodeOptions,
        channels: Channels,
        profile: Option<&ColorProfile>,
    ) -> Self {
        let excerpt = options.excerpt.unwrap_or(Excerpt::whole(info.stored));
        let to_srgb = RowsToSrgb::new(profile, channels);
        let sink = RowSink::new(excerpt, to_srgb.channels());
        Self { to_srgb, sink, steps: excerpt.steps }
    }

    /// Takes the next row.
    pub(super) fn push(&mut self, row: &[u8]) {
        self.sink.push(self.to_srgb.convert(row));
    }

    /// What came of as many rows as the picture has, and how many of the plan's steps were done.
    pub(super) fn finish(self) -> (Raster, usize) {
        (self.sink.finish(), self.steps)
    }
}
