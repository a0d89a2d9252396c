//! Cutting out.

use super::Raster;
use crate::geometry::{Anchor, Rect, Size, anchor};
use crate::recipe::Gravity;

/// Cuts out a rectangle, in place. What of it lies outside of the raster is ignored.
pub(super) fn crop(mut raster: Raster, rect: Rect) -> Raster {
    let Rect { x, y, size } = rect.within(raster.size);
    if size == raster.size {
        return raster;
    }
    let (stride, pixel) = (raster.stride(), raster.channels.count());
    let (row, start) = (size.width as usize * pixel, y as usize * stride + x as usize * pixel);
    for line in 0..size.height as usize {
        let from = start + line * stride;
        raster.data.copy_within(from..from + row, line * row);
    }
    raster.data.truncate(size.height as usize * row);
    raster.size = size;
    raster
}

/// Cuts to a size.
pub(super) fn crop_to(raster: Raster, size: Size, gravity: Gravity) -> Raster {
    let rect = kept(raster.size, size, gravity);
    crop(raster, rect)
}

/// What [`crop_to`] keeps of a picture.
pub(super) fn kept(picture: Size, size: Size, gravity: Gravity) -> Rect {
    let (slack_x, slack_y) =
        (picture.width.saturating_sub(size.width), picture.height.saturating_sub(size.height));
    let (x, y) = anchor(gravity).unwrap_or(Anchor::CENTER).offset(slack_x, slack_y);
    Rect { x, y, size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Channels;

    /// Rows of gray pixels, a letter each.
    fn letters(rows: &[&str]) -> Raster {
        let size = Size::new(rows[0].len() as u32, rows.len() as u32);
        Raster { size, channels: Channels::Gray, data: rows.concat().into_bytes() }
    }

    const ROWS: [&str; 3] = ["abcd", "efgh", "ijkl"];

    #[test]
    fn rectangles() {
        for ((x, y, width, height), want) in [
            ((0, 0, 4, 3), vec!["abcd", "efgh", "ijkl"]),
            ((1, 1, 2, 2), vec!["fg", "jk"]),
            ((3, 2, 1, 1), vec!["l"]),
            ((0, 1, 4, 1), vec!["efgh"]),
            // Outside: cut to the picture.
            ((2, 1, 9, 9), vec!["gh", "kl"]),
            ((9, 9, 9, 9), vec!["l"]),
        ] {
            let rect = Rect { x, y, size: Size::new(width, height) };
            assert_eq!(crop(letters(&ROWS), rect), letters(&want), "{rect:?}");
        }
    }

    #[test]
    fn gravity_says_what_survives() {
        // One row is left over: half of it, rounded up, goes at the top.
        for (gravity, want) in [
            (Gravity::Center, ["fg", "jk"]),
            (Gravity::Left, ["ef", "ij"]),
            (Gravity::Right, ["gh", "kl"]),
            (Gravity::Top, ["bc", "fg"]),
            (Gravity::Bottom, ["fg", "jk"]),
        ] {
            let cut = crop_to(letters(&ROWS), Size::new(2, 2), gravity);
            assert_eq!(cut, letters(&want), "{gravity:?}");
        }
    }
}
