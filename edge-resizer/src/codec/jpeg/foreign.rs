//! What our own decoder leaves to zune-jpeg: inks (CMYK, YCCK) and rarer kinds.

use std::collections::BTreeSet;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use crate::pixels::{Channels, Raster};
use crate::source::SourceInfo;
use crate::source::jpeg::{EOI, SOS, Segment, segments};

use crate::codec::{Decoded, Failure, color, filled};

/// Every Huffman-coded 8-bit picture of 1, 3 or 4 components.
///
/// Where the file breaks off, the rest is white; of one in several scans it is coarse, or grey
/// where colour had not come yet.
pub(super) fn decode(bytes: &[u8], info: &SourceInfo) -> Result<Decoded, Failure> {
    let (width, height) = (info.stored.width as usize, info.stored.height as usize);
    let options = DecoderOptions::default().set_max_width(width).set_max_height(height);
    let layout = Layout::of(bytes);
    let ended;
    let data = if layout.complete || !layout.several_scans {
        bytes
    } else {
        // An end lets the decoder put together what there is.
        ended = [bytes, &[0xFF, EOI]].concat();
        &ended
    };
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(data), options);
    decoder.decode_headers().map_err(|error| broken(&error))?;
    if decoder.dimensions() != Some((width, height)) {
        return Err(Failure::broken("it has frames of several sizes"));
    }
    let channels = match decoder.info().map(|header| header.components) {
        Some(3) if layout.complete || layout.colors_came => Channels::Rgb,
        Some(1 | 3) => Channels::Gray,
        Some(4) => Channels::Cmyk,
        _ => return Err(Failure::broken("it has an unusual number of components")),
    };
    let colors = match channels {
        Channels::Gray => ColorSpace::Luma,
        Channels::Cmyk => ColorSpace::CMYK,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(colors));

    // Adobe stores how much light each ink leaves, others how much ink there is.
    let inverted = channels == Channels::Cmyk && layout.by_adobe;
    let white = if channels == Channels::Cmyk && !inverted { 0 } else { 255 };
    let mut raster = filled(info.stored, channels, white)?;
    let whole = decode_rows(&mut decoder, &layout, &mut raster, white)?;
    if inverted {
        raster.data.iter_mut().for_each(|value| *value = 255 - *value);
    }
    let profile = decoder.icc_profile().and_then(|profile| color::icc(&profile));
    let exif = decoder.exif().cloned();
    let truncated = !(layout.complete && whole);
    Ok(Decoded::still(color::to_srgb(raster, profile.as_ref()), exif, truncated))
}

/// Decodes as many rows as there are; whether that is all of them.
fn decode_rows(
    decoder: &mut JpegDecoder<ZCursor<&[u8]>>,
    layout: &Layout,
    raster: &mut Raster,
    white: u8,
) -> Result<bool, Failure> {
    if !layout.complete && !layout.scan_has_data {
        return Err(Failure::broken("it has no row of pixels"));
    }
    // In this mode the decoder tells how many rows are whole, where it breaks off.
    decoder.set_incremental_mode(!layout.complete && !layout.several_scans);
    let Err(error) = decoder.decode_into(&mut raster.data) else { return Ok(true) };
    let rows = decoder.decoded_scanlines().unwrap_or(0);
    if rows == 0 {
        return Err(broken(&error));
    }
    let row_bytes = raster.size.width as usize * raster.channels.count();
    if let Some(missing) = raster.data.get_mut(rows * row_bytes..) {
        missing.fill(white);
    }
    Ok(false)
}

/// What the segments tell, and the decoder does not.
#[derive(Debug, Default)]
struct Layout {
    /// An end of image follows the scans.
    complete: bool,
    /// The first scan is not all: the file is progressive, or has a scan for each component.
    several_scans: bool,
    /// Every component has a whole scan, or is in the first one.
    colors_came: bool,
    /// Anything follows the header of the first scan.
    scan_has_data: bool,
    by_adobe: bool,
}

impl Layout {
    fn of(bytes: &[u8]) -> Self {
        const SOF0: u8 = 0xC0;
        const SOF2: u8 = 0xC2;
        const APP14: u8 = 0xEE;
        let mut layout = Self::default();
        let mut components = 0;
        let mut came = BTreeSet::new();
        let mut in_last_scan = Vec::new();
        let mut scans = 0;
        let mut at = Some(2);
        while let Some(start) = at.take() {
            for Segment { marker, payload, end } in segments(bytes, start) {
                match marker {
                    SOF0..=SOF2 => {
                        components = payload.get(5).copied().unwrap_or(0).into();
                        layout.several_scans |= marker == SOF2;
                    }
                    APP14 => layout.by_adobe |= payload.starts_with(b"Adobe"),
                    EOI => layout.complete = true,
                    SOS => {
                        scans += 1;
                        came.extend(std::mem::take(&mut in_last_scan));
                        in_last_scan = scan_components(payload);
                        layout.several_scans |= in_last_scan.len() < components;
                        layout.scan_has_data |= end < bytes.len();
                        at = Some(end);
                    }
                    _ => {}
                }
            }
        }
        if scans == 1 {
            came.extend(in_last_scan);
        }
        layout.colors_came = came.len() >= components;
        layout
    }
}

/// The numbers of the components in a scan.
fn scan_components(header: &[u8]) -> Vec<u8> {
    let Some((count, components)) = header.split_first() else { return Vec::new() };
    components.chunks_exact(2).take((*count).into()).map(|component| component[0]).collect()
}

fn broken(error: &DecodeErrors) -> Failure {
    Failure::Broken(format!("{error:?}"))
}
