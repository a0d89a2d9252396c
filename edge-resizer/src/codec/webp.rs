//! WebP, in both directions by libwebp; the container is read and written here.

use crate::geometry::Size;
use crate::picture::Picture;
use crate::pixels::{Channels, Frame, Loops, Raster};
use crate::planar::{Chroma, Planar};
use crate::recipe::QualityNumber;
use crate::source::SourceInfo;
use crate::source::riff::{self, Chunk};

use super::libwebp::{self, AnimationDecoder, Settings};
use super::{DecodeOptions, Decoded, EncodeOptions, Failure, SourceMetadata, color, filled};

/// The quality that is lossless.
const LOSSLESS: u8 = 100;
/// Effort spent on a lossless picture, 0 to 100: libwebp's default.
const LOSSLESS_EFFORT: f32 = 75.0;
/// libwebp's default method, and one that takes half its time.
const METHOD: i32 = 4;
const FAST_METHOD: i32 = 2;

/// Stills and animations. Where the file breaks off, the rest of a still is transparent, or white
/// where there is no alpha; of an animation the complete frames remain.
pub(super) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
) -> Result<Decoded, Failure> {
    let (mut profile, mut exif, mut complete, mut animated) = (None, None, true, false);
    for chunk in riff::chunks(bytes) {
        complete &= chunk.complete;
        match &chunk.kind {
            b"ICCP" => profile = color::icc(chunk.data),
            b"EXIF" => {
                let exif_data = chunk.data.strip_prefix(b"Exif\0\0").unwrap_or(chunk.data);
                exif = Some(exif_data.to_vec());
            }
            b"ANMF" => animated = true,
            _ => {}
        }
    }
    let (mut frames, loops, whole) = if animated {
        animation(bytes, info, options, complete)?
    } else {
        let (raster, whole) = still(bytes, info)?;
        (vec![Frame { raster, delay_ms: 0 }], Loops::default(), whole)
    };
    if profile.is_some() {
        let convert = |frame: Frame| Frame {
            raster: color::to_srgb(frame.raster, profile.as_ref()),
            delay_ms: frame.delay_ms,
        };
        frames = frames.into_iter().map(convert).collect();
    }
    // Behind a cut libwebp reads zeros, so that all rows may be there and the last still be wrong.
    let truncated = !(whole && complete);
    let picture = Picture::Frames(frames);
    let metadata = SourceMetadata { exif };
    Ok(Decoded { picture, steps_done: 0, loops, metadata, truncated })
}

fn still(bytes: &[u8], info: &SourceInfo) -> Result<(Raster, bool), Failure> {
    let (channels, missing) = if info.alpha { (Channels::Rgba, 0) } else { (Channels::Rgb, 255) };
    let mut raster = filled(info.stored, channels, missing)?;
    let rows = libwebp::decode_rows(bytes, &mut raster);
    if rows == 0 {
        return Err(Failure::broken("it has no row of pixels"));
    }
    let row_bytes = info.stored.width as usize * channels.count();
    if let Some(rest) = raster.data.get_mut(rows * row_bytes..) {
        rest.fill(missing);
    }
    Ok((raster, rows >= info.stored.height as usize))
}

fn animation(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
    complete: bool,
) -> Result<(Vec<Frame>, Loops, bool), Failure> {
    // The library wants whole files: what is whole of this one is made one.
    let shortened;
    let file = if complete {
        bytes
    } else {
        shortened = write(riff::chunks(bytes).filter(|chunk| chunk.complete));
        &shortened
    };
    let no_frame = || Failure::broken("it has no complete frame");
    let mut decoder = AnimationDecoder::new(file).ok_or_else(no_frame)?;
    if decoder.size != info.stored {
        return Err(Failure::broken("its header is ambiguous"));
    }
    let wanted = options.frames(info);
    let mut frames = Vec::new();
    let mut now_ms = 0;
    while frames.len() < wanted {
        let Some((data, end_ms)) = decoder.next() else { break };
        let raster = Raster { size: info.stored, channels: Channels::Rgba, data };
        frames.push(Frame { raster, delay_ms: end_ms.saturating_sub(now_ms) });
        now_ms = end_ms;
    }
    if frames.is_empty() {
        return Err(no_frame());
    }
    if frames.iter().all(|frame| color::is_opaque(&frame.raster)) {
        for Frame { raster, .. } in &mut frames {
            raster.data = color::drop_alpha(&raster.data);
            raster.channels = Channels::Rgb;
        }
    }
    let loops = match u16::try_from(decoder.loops) {
        Ok(times) if times > 0 => Loops::Times(times),
        _ => Loops::Forever,
    };
    let whole = complete && frames.len() >= wanted;
    Ok((frames, loops, whole))
}

/// Lossy with lossless alpha; quality 100 is lossless, but for the colour of what cannot be seen.
pub(super) fn encode(
    picture: &Picture,
    loops: Loops,
    exif: Option<&[u8]>,
    options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    let lossless = is_lossless(options.quality);
    let quality = if lossless { LOSSLESS_EFFORT } else { f32::from(options.quality.get()) };
    let method = if options.fast { FAST_METHOD } else { METHOD };
    let settings = Settings { quality, lossless, method };
    let (file, alpha) = match picture {
        Picture::Planar(planar) if !lossless && planar.can_be_planes() => {
            (encode_planar(planar, settings)?, false)
        }
        _ => encode_frames(&picture.to_frames(), loops, settings)?,
    };
    Ok(match exif {
        Some(exif) => with_exif(&file, exif, picture.size(), alpha),
        None => file,
    })
}

/// A photo whose colours are halved as WebP has them, in the range that it has.
fn encode_planar(planar: &Planar, settings: Settings) -> Result<Vec<u8>, String> {
    libwebp::encode_planes(&planar.planes(Chroma::Halved).limited(), settings)
}

/// A still or an animation, and whether it has alpha.
fn encode_frames(
    frames: &[Frame],
    loops: Loops,
    settings: Settings,
) -> Result<(Vec<u8>, bool), String> {
    let alpha = frames.iter().any(|frame| frame.raster.channels == Channels::Rgba);
    if let [still] = frames {
        return Ok((libwebp::encode(&still.raster, settings)?, alpha));
    }
    let times = match loops {
        Loops::Forever => 0,
        Loops::Times(times) => times.max(1),
    };
    Ok((libwebp::encode_animation(frames, times, settings)?, alpha))
}

/// Whether this quality asks for every pixel as it is.
pub(super) fn is_lossless(quality: QualityNumber) -> bool {
    quality.get() == LOSSLESS
}

const EXIF_FLAG: u8 = 0x08;
const ALPHA_FLAG: u8 = 0x10;

/// The file with an EXIF chunk; a simple file becomes an extended one (RFC 9649, section 2.7).
fn with_exif(file: &[u8], exif: &[u8], size: Size, alpha: bool) -> Vec<u8> {
    let mut extended = [0; 10];
    let mut chunks: Vec<Chunk<'_>> = riff::chunks(file).collect();
    match chunks.first() {
        Some(first) if &first.kind == b"VP8X" && first.data.len() == extended.len() => {
            extended.copy_from_slice(first.data);
            chunks.remove(0);
        }
        _ => {
            extended[0] = if alpha { ALPHA_FLAG } else { 0 };
            extended[4..7].copy_from_slice(&(size.width - 1).to_le_bytes()[..3]);
            extended[7..10].copy_from_slice(&(size.height - 1).to_le_bytes()[..3]);
        }
    }
    extended[0] |= EXIF_FLAG;
    let chunk = |kind: &[u8; 4], data| Chunk { kind: *kind, data, complete: true };
    let first = std::iter::once(chunk(b"VP8X", &extended));
    write(first.chain(chunks).chain(std::iter::once(chunk(b"EXIF", exif))))
}

/// A WebP file of these chunks.
fn write<'a>(chunks: impl Iterator<Item = Chunk<'a>>) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    for chunk in chunks {
        file.extend(chunk.kind);
        file.extend(u32::try_from(chunk.data.len()).unwrap_or(u32::MAX).to_le_bytes());
        file.extend(chunk.data);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    let size = u32::try_from(file.len() - 8).unwrap_or(u32::MAX);
    file[4..8].copy_from_slice(&size.to_le_bytes());
    file
}
