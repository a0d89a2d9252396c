//! GIF, in both directions by the gif crate; frames are laid on the canvas here.

use std::io::Cursor;
use std::num::NonZeroU64;

use gif::{
    ColorOutput, DecodeOptions as GifOptions, Decoder, DisposalMethod, Encoder, MemoryLimit, Repeat,
};

use crate::picture::Picture;
use crate::pixels::{Channels, Frame, Loops, Raster};
use crate::source::SourceInfo;

use super::{DecodeOptions, Decoded, Failure, SourceMetadata, color, filled};

/// What a frame takes besides its pixels.
const SLACK: u64 = 64 * 1024;
/// Milliseconds in GIF's unit of time.
const TICK_MS: u32 = 10;
/// Alpha from which a pixel is opaque.
const OPAQUE_FROM: u8 = 128;
/// `NeuQuant` looks at every tenth pixel: a good compromise by its author's word.
const QUANTIZER_SPEED: i32 = 10;

/// Each frame as it is seen, the whole canvas. Where the file breaks off, the complete frames; the
/// first one as far as it goes.
pub(super) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
) -> Result<Decoded, Failure> {
    let mut reader = open(bytes, info)?;
    let wanted = options.frames(info);
    let mut canvas = Canvas::new(filled(info.stored, Channels::Rgba, 0)?);
    let mut frames = Vec::new();
    let mut truncated = false;
    while frames.len() < wanted && !truncated {
        let delay_ms = match canvas.next(&mut reader) {
            Ok(Some(delay_ms)) => delay_ms,
            Ok(None) if frames.is_empty() => return Err(Failure::broken("it has no frame")),
            Err(Cut { reason, seen: false }) if frames.is_empty() => {
                return Err(Failure::Broken(reason));
            }
            cut => {
                truncated = true;
                let is_first = frames.is_empty() && cut.is_err();
                if !is_first {
                    break;
                }
                0
            }
        };
        let Raster { size, channels, data } = &mut canvas.raster;
        // The last one takes the canvas along: a large still is not in memory twice.
        let is_last = frames.len() + 1 == wanted || truncated;
        let data = if is_last { std::mem::take(data) } else { data.clone() };
        frames.push(Frame { raster: Raster { size: *size, channels: *channels, data }, delay_ms });
    }
    drop(canvas);
    if frames.iter().all(|frame| color::is_opaque(&frame.raster)) {
        for Frame { raster, .. } in &mut frames {
            raster.data = color::drop_alpha(&raster.data);
            raster.channels = Channels::Rgb;
        }
    }
    let loops = match reader.repeat() {
        Repeat::Infinite => Loops::Forever,
        // What is stored is how often it runs again.
        Repeat::Finite(again) => Loops::Times(again.saturating_add(1)),
    };
    Ok(Decoded {
        picture: Picture::Frames(frames),
        steps_done: 0,
        loops,
        metadata: SourceMetadata::default(),
        truncated,
    })
}

fn open<'a>(bytes: &'a [u8], info: &SourceInfo) -> Result<Decoder<Cursor<&'a [u8]>>, Failure> {
    let mut options = GifOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    // A frame is not larger than the canvas; the few files where one is are not worth the memory.
    let most = info.stored.pixels().saturating_mul(4).saturating_add(SLACK);
    options
        .set_memory_limit(NonZeroU64::new(most).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes));
    options.allow_unknown_blocks(true);
    options.read_info(Cursor::new(bytes)).map_err(Failure::broken)
}

/// What is seen, and how it will be before the next frame.
struct Canvas {
    raster: Raster,
    /// How the last frame goes: where it was, and for [`DisposalMethod::Previous`] what was there.
    disposal: Option<(Area, Option<Vec<u8>>)>,
    pixels: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// A frame that is not whole.
struct Cut {
    reason: String,
    /// Whether any of it was drawn.
    seen: bool,
}

impl Canvas {
    const fn new(raster: Raster) -> Self {
        Self { raster, disposal: None, pixels: Vec::new() }
    }

    /// Draws the next frame; how long it is shown, `None` after the last.
    fn next(&mut self, reader: &mut Decoder<Cursor<&[u8]>>) -> Result<Option<u32>, Cut> {
        let unseen = |error: gif::DecodingError| Cut { reason: error.to_string(), seen: false };
        let Some(frame) = reader.next_frame_info().map_err(unseen)? else { return Ok(None) };
        let area = Area {
            left: frame.left.into(),
            top: frame.top.into(),
            width: frame.width.into(),
            height: frame.height.into(),
        };
        let (dispose, delay) = (frame.dispose, frame.delay);
        let length = area.width * area.height * 4;
        let most = self.raster.data.len() + usize::try_from(SLACK).unwrap_or(0);
        if length > most {
            let reason = "a frame is larger than the canvas".to_owned();
            return Err(Cut { reason, seen: false });
        }
        self.dispose();
        self.pixels.clear();
        self.pixels.resize(length, 0);
        let result = reader.read_into_buffer(&mut self.pixels);
        let seen = self.pixels.chunks_exact(4).any(|pixel| pixel[3] != 0);
        self.disposal = match dispose {
            DisposalMethod::Any | DisposalMethod::Keep => None,
            DisposalMethod::Background => Some((area, None)),
            DisposalMethod::Previous => Some((area, Some(self.raster.data.clone()))),
        };
        if result.is_ok() || seen {
            self.draw(area);
        }
        match result {
            Ok(()) => Ok(Some(u32::from(delay) * TICK_MS)),
            Err(error) => Err(Cut { reason: error.to_string(), seen }),
        }
    }

    fn dispose(&mut self) {
        match self.disposal.take() {
            None => {}
            Some((_, Some(previous))) => self.raster.data = previous,
            // The background is transparent, whatever colour the file names: so do browsers.
            Some((area, None)) => {
                for (row, _) in self.rows(area) {
                    self.raster.data[row].fill(0);
                }
            }
        }
    }

    /// Lays the frame's opaque pixels on the canvas, as far as they are inside.
    fn draw(&mut self, area: Area) {
        for (row, start) in self.rows(area) {
            let place = self.raster.data[row].chunks_exact_mut(4);
            for (to, from) in place.zip(self.pixels[start..].chunks_exact(4)) {
                if from[3] != 0 {
                    to.copy_from_slice(from);
                }
            }
        }
    }

    /// The part of each row of the canvas that the area covers, with the start of the area's row.
    fn rows(&self, area: Area) -> impl Iterator<Item = (std::ops::Range<usize>, usize)> + use<> {
        let (width, height) = (self.raster.size.width as usize, self.raster.size.height as usize);
        let right = (area.left + area.width).min(width);
        let left = area.left.min(right);
        let bottom = (area.top + area.height).min(height);
        (area.top..bottom).enumerate().map(move |(n, y)| {
            let start = y * width;
            ((start + left) * 4..(start + right) * 4, n * area.width * 4)
        })
    }
}

/// Up to 256 colours a frame, exact where there are no more, else those of `NeuQuant`; alpha is all or
/// nothing. Of frames without transparency only the rectangle that changes is written.
pub(super) fn encode(frames: &[Frame], loops: Loops) -> Result<Vec<u8>, String> {
    let Some(first) = frames.first() else { return Err("there is no frame".to_owned()) };
    let side = |pixels| u16::try_from(pixels).map_err(|_| "a side is above 65,535".to_owned());
    let (width, height) = (side(first.raster.size.width)?, side(first.raster.size.height)?);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height, &[]).map_err(|e| e.to_string())?;
    if frames.len() > 1 {
        encoder.set_repeat(repeat(loops)).map_err(|error| error.to_string())?;
    }
    let opaque = frames.iter().all(|frame| color::is_opaque(&frame.raster));
    let mut before: Option<&Raster> = None;
    for Frame { raster, delay_ms } in frames {
        let area = match before {
            Some(before) if opaque => changed_area(before, raster),
            _ => Area { left: 0, top: 0, width: width.into(), height: height.into() },
        };
        let mut frame = quantize(raster, area)?;
        frame.delay = u16::try_from((delay_ms + TICK_MS / 2) / TICK_MS).unwrap_or(u16::MAX);
        frame.dispose = if opaque { DisposalMethod::Keep } else { DisposalMethod::Background };
        encoder.write_frame(&frame).map_err(|error| error.to_string())?;
        before = Some(raster);
    }
    drop(encoder);
    Ok(file)
}

const fn repeat(loops: Loops) -> Repeat {
    match loops {
        Loops::Forever => Repeat::Infinite,
        // What is stored is how often it runs again; once is told by saying nothing.
        Loops::Times(times) => Repeat::Finite(times.saturating_sub(1)),
    }
}

/// The smallest rectangle outside of which both are the same; one pixel where all is.
fn changed_area(before: &Raster, after: &Raster) -> Area {
    let whole = Area {
        left: 0,
        top: 0,
        width: after.size.width as usize,
        height: after.size.height as usize,
    };
    if before.channels != after.channels {
        return whole;
    }
    let channels = after.channels.count();
    let row_bytes = whole.width * channels;
    let (mut left, mut right, mut top, mut bottom) = (whole.width, 0, None, 0);
    let rows = before.data.chunks_exact(row_bytes).zip(after.data.chunks_exact(row_bytes));
    for (y, (old, new)) in rows.enumerate().filter(|(_, (old, new))| old != new) {
        let differs = |x: &usize| {
            let pixel = x * channels..(x + 1) * channels;
            old[pixel.clone()] != new[pixel]
        };
        left = left.min((0..whole.width).find(differs).unwrap_or(whole.width));
        right = right.max((0..whole.width).rfind(differs).map_or(0, |x| x + 1));
        top = top.or(Some(y));
        bottom = y + 1;
    }
    match top {
        Some(top) => Area { left, top, width: right - left, height: bottom - top },
        None => Area { width: 1, height: 1, ..whole },
    }
}

fn quantize(raster: &Raster, area: Area) -> Result<gif::Frame<'static>, String> {
    let channels = raster.channels.count();
    let row_bytes = raster.size.width as usize * channels;
    let columns = area.left * channels..(area.left + area.width) * channels;
    let mut rgba: Vec<u8> = raster
        .data
        .chunks_exact(row_bytes)
        .skip(area.top)
        .take(area.height)
        .flat_map(|row| row[columns.clone()].chunks_exact(channels))
        .flat_map(|pixel| {
            let alpha = pixel.get(3).copied().unwrap_or(255);
            let alpha = if alpha < OPAQUE_FROM { 0 } else { 255 };
            [pixel[0], pixel[1], pixel[2], alpha]
        })
        .collect();
    let number = |pixels| u16::try_from(pixels).map_err(|_| "a side is above 65,535".to_owned());
    let (width, height) = (number(area.width)?, number(area.height)?);
    let mut frame = gif::Frame::from_rgba_speed(width, height, &mut rgba, QUANTIZER_SPEED);
    (frame.left, frame.top) = (number(area.left)?, number(area.top)?);
    Ok(frame)
}
