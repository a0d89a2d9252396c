//! Rectangles of a picture.

use super::Size;
use crate::recipe::{Decimal, Length, TrimRect};

/// A rectangle of pixels, inside the picture that it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Rect {
    /// Left edge.
    pub(crate) x: u32,
    /// Top edge.
    pub(crate) y: u32,
    /// Its width and height.
    pub(crate) size: Size,
}

impl Rect {
    /// The whole of a picture.
    pub(crate) const fn whole(size: Size) -> Self {
        Self { x: 0, y: 0, size }
    }

    /// The part of it that lies in a picture of this size; a pixel at least.
    pub(crate) fn within(self, picture: Size) -> Self {
        let (x, y) = (self.x.min(picture.width - 1), self.y.min(picture.height - 1));
        let size = Size::new(
            self.size.width.clamp(1, picture.width - x),
            self.size.height.clamp(1, picture.height - y),
        );
        Self { x, y, size }
    }
}

/// What a trim leaves of a picture; `None` where nothing would be left.
pub(crate) fn trimmed(picture: Size, trim: &TrimRect) -> Option<Rect> {
    let (x, width) = kept(picture.width, trim.left, trim.right, trim.width)?;
    let (y, height) = kept(picture.height, trim.top, trim.bottom, trim.height)?;
    Some(Rect { x, y, size: Size { width, height } })
}

/// Start and length of what is left of one side. `keep` outranks `end`; what lies outside of the
/// picture is cut to it.
fn kept(
    side: u32,
    start: Option<Length>,
    end: Option<Length>,
    keep: Option<Length>,
) -> Option<(u32, u32)> {
    let start = start.map_or(0, |length| pixels(length, side));
    let stop = match (keep, end) {
        (Some(keep), _) => start.saturating_add(pixels(keep, side)).min(side),
        (None, Some(end)) => side.saturating_sub(pixels(end, side)),
        (None, None) => side,
    };
    stop.checked_sub(start).filter(|length| *length > 0).map(|length| (start, length))
}

fn pixels(length: Length, side: u32) -> u32 {
    match length {
        Length::Pixels(pixels) => pixels,
        Length::Fraction(fraction) => {
            let one = u64::from(Decimal::ONE.ten_thousandths());
            let product = u64::from(side) * u64::from(fraction.ten_thousandths());
            u32::try_from((product + one / 2) / one).unwrap_or(u32::MAX)
        }
    }
}

#[cfg(test)]
#[expect(clippy::unnecessary_wraps, reason = "the values of the tables are optional")]
mod tests {
    use super::*;

    const fn px(pixels: u32) -> Option<Length> {
        Some(Length::Pixels(pixels))
    }

    const fn part(ten_thousandths: u32) -> Option<Length> {
        Some(Length::Fraction(Decimal::from_ten_thousandths(ten_thousandths)))
    }

    const fn rect(x: u32, y: u32, width: u32, height: u32) -> Option<Rect> {
        Some(Rect { x, y, size: Size::new(width, height) })
    }

    #[test]
    fn trims_become_rectangles() {
        const NONE: TrimRect = TrimRect {
            top: None,
            right: None,
            bottom: None,
            left: None,
            width: None,
            height: None,
        };
        for (trim, want) in [
            (NONE, rect(0, 0, 200, 100)),
            (
                TrimRect { top: px(10), right: px(20), bottom: px(30), left: px(40), ..NONE },
                rect(40, 10, 140, 60),
            ),
            (TrimRect { left: part(2_500), right: part(5_000), ..NONE }, rect(50, 0, 50, 100)),
            (TrimRect { left: part(25), ..NONE }, rect(1, 0, 199, 100)),
            // Width and height outrank right and bottom, and end at the picture's edge.
            (TrimRect { left: px(40), right: px(1), width: px(50), ..NONE }, rect(40, 0, 50, 100)),
            (TrimRect { top: px(90), height: px(50), ..NONE }, rect(0, 90, 200, 10)),
            (TrimRect { width: part(5_000), height: part(1), ..NONE }, None),
            (TrimRect { width: px(u32::MAX), left: px(1), ..NONE }, rect(1, 0, 199, 100)),
            (TrimRect { left: px(200), ..NONE }, None),
            (TrimRect { left: px(150), right: px(50), ..NONE }, None),
            (TrimRect { left: px(u32::MAX), width: px(u32::MAX), ..NONE }, None),
            (TrimRect { top: px(0), height: px(0), ..NONE }, None),
        ] {
            assert_eq!(trimmed(Size::new(200, 100), &trim), want, "{trim:?}");
        }
    }
}
