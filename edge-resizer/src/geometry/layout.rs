//! The eight fit modes.

use std::cmp::Ordering;

use super::Size;
use crate::recipe::Fit;

/// The sides that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `None`: not said.
    pub(crate) width: Option<u32>,
    /// `None`: not said.
    pub(crate) height: Option<u32>,
}

/// Whether a picture that is padded may be made larger itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enlarge {
    /// It is made as large as the canvas allows.
    Allowed,
    /// It keeps its size where the canvas is larger.
    Never,
}

/// From a picture to its output in three sizes: the whole is resized to `scaled`, `kept` is cut out
/// of it, and laid on `canvas`. Where nothing is resized, cut or padded, neighbors are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The whole picture, resized.
    pub(crate) scaled: Size,
    /// What is kept of it, no larger than it.
    pub(crate) kept: Size,
    /// What it is laid on, no smaller than it.
    pub(crate) canvas: Size,
}

impl Layout {
    /// Resized, nothing else.
    pub(crate) const fn plain(scaled: Size) -> Self {
        Self { scaled, kept: scaled, canvas: scaled }
    }

    fn cut(scaled: Size, to: Size) -> Self {
        let kept = Size::new(to.width.min(scaled.width), to.height.min(scaled.height));
        Self { scaled, kept, canvas: kept }
    }
}

/// Lays a picture out.
///
/// The modes are those of
/// <https://developers.cloudflare.com/images/transform-images/transform-via-url/#fit>. What its
/// text leaves open is settled as its local implementation does: with one side given, the modes
/// that need two act as the plain one that enlarges, or not, as they do; `crop` of a picture that is
/// smaller on one side only, cuts the other.
pub(crate) fn layout(picture: Size, asked: Asked, fit: Fit, enlarge: Enlarge) -> Layout {
    match (asked.width, asked.height) {
        (None, None) => Layout::plain(picture),
        (Some(width), None) => one_side(picture, Factor::new(width, picture.width), fit, enlarge),
        (None, Some(height)) => {
            one_side(picture, Factor::new(height, picture.height), fit, enlarge)
        }
        (Some(width), Some(height)) => two_sides(picture, Size::new(width, height), fit, enlarge),
    }
}

/// The largest size of the picture's ratio inside `bounds`.
pub(crate) fn inside(picture: Size, bounds: Size) -> Size {
    Factor::inside(picture, bounds).of(picture)
}

/// The smallest size of the picture's ratio that covers `bounds`.
pub(crate) fn fill(picture: Size, bounds: Size) -> Size {
    Factor::outside(picture, bounds).of(picture)
}

fn one_side(picture: Size, factor: Factor, fit: Fit, enlarge: Enlarge) -> Layout {
    let factor = match (fit, enlarge) {
        (Fit::ScaleDown | Fit::Crop | Fit::AspectCrop, _) | (Fit::Pad, Enlarge::Never) => {
            factor.min(Factor::ONE)
        }
        (Fit::ScaleUp, _) => factor.max(Factor::ONE),
        (Fit::Contain | Fit::Cover | Fit::Pad | Fit::Squeeze, _) => factor,
    };
    Layout::plain(factor.of(picture))
}

fn two_sides(picture: Size, asked: Size, fit: Fit, enlarge: Enlarge) -> Layout {
    let inside = Factor::inside(picture, asked);
    match fit {
        Fit::ScaleDown => Layout::plain(inside.min(Factor::ONE).of(picture)),
        Fit::Contain => Layout::plain(inside.of(picture)),
        Fit::ScaleUp => Layout::plain(inside.max(Factor::ONE).of(picture)),
        Fit::Squeeze => Layout::plain(asked),
        Fit::Cover => Layout::cut(fill(picture, asked), asked),
        Fit::Crop => {
            let factor = Factor::outside(picture, asked).min(Factor::ONE);
            Layout::cut(factor.of(picture), asked)
        }
        Fit::AspectCrop => {
            // The box is shrunk until it fits into the picture, then filled.
            let shrunk = Factor::inside(asked, picture).min(Factor::ONE).of(asked);
            Layout::cut(fill(picture, shrunk), shrunk)
        }
        Fit::Pad => {
            let factor = match enlarge {
                Enlarge::Allowed => inside,
                Enlarge::Never => inside.min(Factor::ONE),
            };
            Layout { canvas: asked, ..Layout::plain(factor.of(picture)) }
        }
    }
}

/// `to / from`, exactly.
#[derive(Clone, Copy, Debug)]
struct Factor {
    to: u32,
    from: u32,
}

impl Factor {
    const ONE: Self = Self::new(1, 1);

    const fn new(to: u32, from: u32) -> Self {
        Self { to, from }
    }

    /// What brings a picture inside a box.
    fn inside(picture: Size, bounds: Size) -> Self {
        let (x, y) = Self::of_sides(picture, bounds);
        x.min(y)
    }

    /// What makes a picture cover a box.
    fn outside(picture: Size, bounds: Size) -> Self {
        let (x, y) = Self::of_sides(picture, bounds);
        x.max(y)
    }

    const fn of_sides(picture: Size, bounds: Size) -> (Self, Self) {
        (Self::new(bounds.width, picture.width), Self::new(bounds.height, picture.height))
    }

    fn of(self, size: Size) -> Size {
        Size::new(self.of_side(size.width), self.of_side(size.height))
    }

    /// Rounded half up, never 0.
    fn of_side(self, side: u32) -> u32 {
        let from = u64::from(self.from.max(1));
        let rounded = (u64::from(side) * u64::from(self.to) + from / 2) / from;
        u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
    }

    /// Multiplied out, numbers of this size compare exactly.
    fn cross(self, other: Self) -> (u64, u64) {
        (u64::from(self.to) * u64::from(other.from), u64::from(other.to) * u64::from(self.from))
    }
}

impl Ord for Factor {
    fn cmp(&self, other: &Self) -> Ordering {
        let (this, that) = self.cross(*other);
        this.cmp(&that)
    }
}

impl PartialOrd for Factor {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Factor {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Factor {}

#[cfg(test)]
mod tests;
