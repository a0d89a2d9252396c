//! What a decoder that gives rows can do of a plan while they come.

use fast_image_resize::CropBox;

use super::strips::{Resampling, Strips};
use super::{Channels, Op, Raster, crop, resize};
use crate::geometry::{Rect, Size, fill};
use crate::recipe::Gravity;

/// A part of a picture, at another size: what the first steps of a plan come to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excerpt {
    /// What is cut out.
    cut: Rect,
    /// What is seen of that, and at which size, where that is another.
    resized: Option<(CropBox, Size)>,
    /// How many steps these are.
    pub(crate) steps: usize,
}

impl Excerpt {
    /// The whole picture as it is.
    pub(crate) const fn whole(picture: Size) -> Self {
        Self { cut: Rect::whole(picture), resized: None, steps: 0 }
    }

    /// As many of the steps as only cut, and then resize, a picture of this size, and need not see
    /// it for that.
    pub(crate) fn of<'a>(picture: Size, steps: impl IntoIterator<Item = &'a Op>) -> Self {
        let mut excerpt = Self::whole(picture);
        for step in steps {
            if excerpt.resized.is_some() || !excerpt.take(*step) {
                break;
            }
            excerpt.steps += 1;
        }
        excerpt
    }

    /// Adds a step; whether it is such a one.
    fn take(&mut self, step: Op) -> bool {
        let seen = self.cut.size;
        match step {
            Op::Crop(rect) => self.cut_out(rect),
            Op::CropTo(size, gravity) if gravity != Gravity::Auto => {
                self.cut_out(crop::kept(seen, size, gravity));
            }
            Op::Resize(size) if size != seen => {
                self.resized = Some((resize::whole(seen), size));
            }
            Op::Resize(_) => {}
            Op::Cover(size, gravity) if gravity != Gravity::Auto => {
                if fill(seen, size) == seen {
                    return self.take(Op::CropTo(size, gravity));
                }
                self.resized = Some((resize::covered(seen, size, gravity), size));
            }
            _ => return false,
        }
        true
    }

    fn cut_out(&mut self, rect: Rect) {
        let Rect { x, y, size } = rect.within(self.cut.size);
        self.cut = Rect { x: self.cut.x + x, y: self.cut.y + y, size };
    }
}

/// Takes a picture row by row, from the top, and makes an excerpt of it.
pub(crate) struct RowSink {
    cut: Rect,
    channels: Channels,
    /// The number of the row that comes next.
    row: u32,
    target: Target,
}

enum Target {
    /// Rows as they are.
    Kept(Vec<u8>),
    Resized(Box<Strips>),
}

impl RowSink {
    /// For rows of the picture that the excerpt is of; `Rgb` or `Rgba`.
    pub(crate) fn new(excerpt: Excerpt, channels: Channels) -> Self {
        let Excerpt { cut, resized, .. } = excerpt;
        let target = match resized {
            None => Target::Kept(Vec::with_capacity(Raster::bytes(cut.size, channels))),
            Some((part, target)) => {
                let work = Resampling { source: cut.size, channels, part, target };
                Target::Resized(Box::new(Strips::new(work)))
            }
        };
        Self { cut, channels, row: 0, target }
    }

    /// Takes the next row.
    pub(crate) fn push(&mut self, row: &[u8]) {
        let number = self.row;
        self.row += 1;
        let Rect { x, y, size } = self.cut;
        if !(y..y + size.height).contains(&number) {
            return;
        }
        let (start, pixel) = (x as usize * self.channels.count(), self.channels.count());
        let row = &row[start..start + size.width as usize * pixel];
        match &mut self.target {
            Target::Kept(rows) => rows.extend_from_slice(row),
            Target::Resized(strips) => strips.push(row),
        }
    }

    /// The excerpt, when every row was taken.
    pub(crate) fn finish(self) -> Raster {
        match self.target {
            Target::Kept(data) => Raster { size: self.cut.size, channels: self.channels, data },
            Target::Resized(strips) => strips.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::Turn;
    use crate::pixels::tests::gradient;

    fn size() -> impl Strategy<Value = Size> {
        (1_u32..90, 1_u32..90).prop_map(|(width, height)| Size::new(width, height))
    }

    fn step() -> impl Strategy<Value = Op> {
        let gravity = prop::sample::select(vec![
            Gravity::Auto,
            Gravity::Center,
            Gravity::Top,
            Gravity::Right,
            Gravity::Bottom,
        ]);
        let turn = Turn { transpose: true, mirror_x: false, mirror_y: true };
        prop_oneof![
            (0_u32..90, 0_u32..90, size()).prop_map(|(x, y, size)| Op::Crop(Rect { x, y, size })),
            size().prop_map(Op::Resize),
            (size(), gravity.clone()).prop_map(|(size, gravity)| Op::CropTo(size, gravity)),
            (size(), gravity).prop_map(|(size, gravity)| Op::Cover(size, gravity)),
            Just(Op::Orient(turn)),
        ]
    }

    proptest! {
        #[test]
        fn rows_give_what_the_steps_give(
            picture in size(),
            steps in prop::collection::vec(step(), 0..4),
            has_alpha: bool,
        ) {
            let channels = if has_alpha { Channels::Rgba } else { Channels::Rgb };
            let picture = gradient(picture, channels);
            let excerpt = Excerpt::of(picture.size, &steps);
            let mut sink = RowSink::new(excerpt, channels);
            picture.data.chunks_exact(picture.stride()).for_each(|row| sink.push(row));
            let apply = |picture, steps: &[Op]| steps.iter().fold(picture, |p, op| op.apply(p));
            prop_assert_eq!(sink.finish(), apply(picture, &steps[..excerpt.steps]));
        }
    }

    #[test]
    fn steps_that_need_all_pixels_are_left() {
        let (picture, half) = (Size::new(100, 80), Size::new(50, 40));
        let rect = Rect { x: 10, y: 10, size: Size::new(60, 60) };
        for (steps, want) in [
            (vec![], 0),
            (vec![Op::Resize(half), Op::Resize(picture)], 1),
            (vec![Op::Crop(rect), Op::Cover(half, Gravity::Left), Op::Sharpen(1.0)], 2),
            (vec![Op::Crop(rect), Op::Cover(half, Gravity::Auto)], 1),
            (vec![Op::CropTo(half, Gravity::Auto)], 0),
            (vec![Op::Sharpen(1.0), Op::Resize(half)], 0),
        ] {
            assert_eq!(Excerpt::of(picture, &steps).steps, want, "{steps:?}");
        }
    }
}
