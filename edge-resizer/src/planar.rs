//! A still in planes, and what is to be done to it.
//!
//! Steps that only turn, cut and resize are not done one by one: they say which window of the stored
//! picture is to be shown, at which size, turned how. The planes are resampled once, from that
//! window, when a form of the result is asked for. Windows are fractions of samples where the
//! decoder has scaled the picture, or where colour is stored at half the resolution.

use std::borrow::Cow;

use crate::codec::Conversion;
use crate::geometry::{Anchor, Rect, Size, Turn, anchor, fill, inside};
use crate::pixels::{Channels, FOCUS_SIDE, Op, Raster, cover_window, focus_in};
use crate::planes::{Model, Plane, Planes, Span, resize};
use crate::recipe::Gravity;

/// A still in planes.
#[derive(Clone, Debug)]
pub(crate) struct Planar {
    source: Planes,
    /// The size of the whole picture, whatever the size of the planes.
    stored: Size,
    /// What of it is shown, in pixels of `stored`.
    window: (Span, Span),
    /// The size at which that is shown, before the turn.
    size: Size,
    /// How it is turned then.
    turn: Turn,
    /// How its colours become sRGB; `None` where they are.
    to_srgb: Option<Conversion>,
}

/// The resolution of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chroma {
    /// As that of lightness.
    Full,
    /// Half of it both ways.
    Halved,
}

impl Chroma {
    const fn factor(self) -> u32 {
        match self {
            Self::Full => 1,
            Self::Halved => 2,
        }
    }
}

impl Planar {
    /// The whole of a picture of this size, as stored.
    pub(crate) fn new(source: Planes, stored: Size, to_srgb: Option<Conversion>) -> Self {
        let window = (whole(stored.width), whole(stored.height));
        Self { source, stored, window, size: stored, turn: Turn::NONE, to_srgb }
    }

    /// Its size as it will be seen.
    pub(crate) const fn size(&self) -> Size {
        self.turn.size(self.size)
    }

    /// Whether its planes are what an encoder wants: grey or YCbCr, in sRGB.
    pub(crate) fn can_be_planes(&self) -> bool {
        self.to_srgb.is_none() && self.source.model != Model::Rgb
    }

    /// Adds a step; one that is not geometric changes nothing.
    #[must_use]
    pub(crate) fn apply(self, op: Op) -> Self {
        match op {
            Op::Orient(turn) => Self { turn: self.turn.then(turn), ..self },
            Op::Crop(rect) => self.cut(rect),
            Op::Resize(size) => self.resized(size),
            Op::CropTo(size, gravity) => {
                let gravity = self.settled(gravity, size);
                self.cut_to(size, gravity)
            }
            Op::Cover(size, gravity) => {
                let gravity = self.settled(gravity, cover_window(self.size(), size));
                let scaled = fill(self.size(), size);
                self.resized(scaled).cut_to(size, gravity)
            }
            _ => self,
        }
    }

    fn resized(self, size: Size) -> Self {
        Self { size: self.turn.size(size), ..self }
    }

    fn cut_to(self, size: Size, gravity: Gravity) -> Self {
        let seen = self.size();
        let slack = |side: u32, kept| side.saturating_sub(kept);
        let (x, y) = anchor(gravity)
            .unwrap_or(Anchor::CENTER)
            .offset(slack(seen.width, size.width), slack(seen.height, size.height));
        self.cut(Rect { x, y, size })
    }

    /// Cuts out a rectangle of what is seen; what of it lies outside is ignored.
    fn cut(self, rect: Rect) -> Self {
        let Rect { x, y, size } = before(self.turn, self.size(), rect.within(self.size()));
        let part = |span: Span, side: u32, start: u32, length: u32| {
            let pixel = span.length / f64::from(side);
            Span { start: span.start + f64::from(start) * pixel, length: f64::from(length) * pixel }
        };
        let window = (
            part(self.window.0, self.size.width, x, size.width),
            part(self.window.1, self.size.height, y, size.height),
        );
        Self { window, size, ..self }
    }

    /// The gravity, with what only pixels can say found in a small copy.
    fn settled(&self, gravity: Gravity, window: Size) -> Gravity {
        if gravity != Gravity::Auto {
            return gravity;
        }
        let (seen, bounds) = (self.size(), Size::new(FOCUS_SIDE, FOCUS_SIDE));
        let small = if seen.fits_in(bounds) { seen } else { inside(seen, bounds) };
        focus_in(&self.raster_of(self.turn.size(small)), window, seen).gravity()
    }

    /// With everything done.
    #[must_use]
    pub(crate) fn rendered(self, chroma: Chroma) -> Self {
        let size = self.size();
        let planes = self.planes(chroma).into_owned();
        Self::new(planes, size, self.to_srgb)
    }

    /// The planes of the result, colour at this resolution.
    pub(crate) fn planes(&self, chroma: Chroma) -> Cow<'_, Planes> {
        if self.is_rendered(chroma) {
            return Cow::Borrowed(&self.source);
        }
        Cow::Owned(self.planes_of(self.size, chroma))
    }

    /// The pixels of the result, sRGB.
    pub(crate) fn to_raster(&self) -> Raster {
        self.raster_of(self.size)
    }

    fn raster_of(&self, size: Size) -> Raster {
        let planes = self.planes_of(size, Chroma::Full);
        let size = self.turn.size(size);
        match (&self.to_srgb, planes.model, planes.planes.as_slice()) {
            (Some(conversion), Model::Gray, [gray]) => {
                let data = gray.rows().flatten().copied().collect();
                conversion.apply(Raster { size, channels: Channels::Gray, data })
            }
            (conversion, ..) => {
                let raster = Raster { size, channels: Channels::Rgb, data: planes.to_rgb() };
                match conversion {
                    Some(conversion) => conversion.apply(raster),
                    None => raster,
                }
            }
        }
    }

    fn is_rendered(&self, chroma: Chroma) -> bool {
        let whole_window = self.window == (whole(self.stored.width), whole(self.stored.height));
        let fits = |(index, plane): (usize, &Plane)| {
            let factor = factor_of(index, chroma);
            let is = (plane.width, plane.height);
            is == (samples(self.size.width, factor), samples(self.size.height, factor))
        };
        let as_stored = self.turn == Turn::NONE && self.size == self.stored;
        as_stored && whole_window && self.source.planes.iter().enumerate().all(fits)
    }

    /// The planes at a size (before the turn).
    fn planes_of(&self, size: Size, chroma: Chroma) -> Planes {
        let planes = self.source.planes.iter().enumerate().map(|(index, plane)| {
            let factor = factor_of(index, chroma);
            let across = Axis {
                window: self.window.0,
                stored: self.stored.width,
                extent: plane.extent_x,
                pixels: size.width,
                mirrored: if self.turn.transpose { self.turn.mirror_y } else { self.turn.mirror_x },
            };
            let down = Axis {
                window: self.window.1,
                stored: self.stored.height,
                extent: plane.extent_y,
                pixels: size.height,
                mirrored: if self.turn.transpose { self.turn.mirror_x } else { self.turn.mirror_y },
            };
            let target = (samples(size.width, factor), samples(size.height, factor));
            let resampled = resize(plane, across.span(factor), down.span(factor), target);
            let seen = self.turn.size(size);
            Plane {
                extent_x: f64::from(seen.width) / f64::from(factor),
                extent_y: f64::from(seen.height) / f64::from(factor),
                ..resampled.turned(self.turn)
            }
        });
        Planes { planes: planes.collect(), model: self.source.model }
    }
}

/// A direction of a plane on its way to the output.
struct Axis {
    /// What is shown, in pixels of the stored picture.
    window: Span,
    /// The length of the stored picture.
    stored: u32,
    /// The same in samples of the plane.
    extent: f64,
    /// How many pixels are shown.
    pixels: u32,
    /// Whether the last pixel shown will be the first to be seen.
    mirrored: bool,
}

impl Axis {
    /// What the samples of the output cover, `factor` pixels each, in samples of the plane. The
    /// last sample that is seen may reach beyond the last pixel.
    fn span(&self, factor: u32) -> Span {
        let scale = self.extent / f64::from(self.stored);
        let pixel = self.window.length / f64::from(self.pixels) * scale;
        let covered = samples(self.pixels, factor) as f64 * f64::from(factor);
        let lead = if self.mirrored { covered - f64::from(self.pixels) } else { 0.0 };
        Span { start: self.window.start * scale - lead * pixel, length: covered * pixel }
    }
}

fn whole(side: u32) -> Span {
    Span { start: 0.0, length: f64::from(side) }
}

const fn factor_of(plane: usize, chroma: Chroma) -> u32 {
    if plane == 0 { 1 } else { chroma.factor() }
}

const fn samples(pixels: u32, factor: u32) -> usize {
    pixels.div_ceil(factor) as usize
}

/// Where a rectangle of the turned picture, which is of this size, is before the turn.
fn before(turn: Turn, seen: Size, rect: Rect) -> Rect {
    let mirrored = |mirror: bool, side: u32, start: u32, length: u32| {
        if mirror { side - start - length } else { start }
    };
    let x = mirrored(turn.mirror_x, seen.width, rect.x, rect.size.width);
    let y = mirrored(turn.mirror_y, seen.height, rect.y, rect.size.height);
    let (x, y) = if turn.transpose { (y, x) } else { (x, y) };
    Rect { x, y, size: turn.size(rect.size) }
}

#[cfg(test)]
mod tests;
