//! Fit, crop, trim and turn on sizes alone; the rounding rules.
//!
//! A side that comes out between two whole numbers is rounded half up, and is never 0: that is what
//! the documented sizes of Cloudflare follow (612x613 cropped to the ratio of 1920x1120 is 612x357).
//! All of it is integer arithmetic, so that every machine comes to the same size.

#[cfg(feature = "transform")]
mod gravity;
#[cfg(feature = "transform")]
mod layout;
#[cfg(feature = "transform")]
mod region;
#[cfg(feature = "transform")]
mod turn;

#[cfg(feature = "transform")]
pub(crate) use self::gravity::{Anchor, anchor};
#[cfg(feature = "transform")]
pub(crate) use self::layout::{Asked, Enlarge, Layout, fill, inside, layout};
#[cfg(feature = "transform")]
pub(crate) use self::region::{Rect, trimmed};
#[cfg(feature = "transform")]
pub(crate) use self::turn::Turn;

/// Width and height in pixels, neither of them 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Size {
    /// A size of `width` x `height` pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Number of pixels.
    pub const fn pixels(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Width and height in each other's place.
    #[must_use]
    pub const fn swapped(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    #[cfg(feature = "transform")]
    /// Whether it lies inside `other`, its edges included.
    pub(crate) const fn fits_in(self, other: Self) -> bool {
        self.width <= other.width && self.height <= other.height
    }
}
