//! Pictures for the tests of each step, and what holds for every step.

use super::*;
use crate::recipe::TrimBorder;

/// A picture of one color; its layout follows from the number of channels.
pub(super) fn plain(size: Size, pixel: &[u8]) -> Raster {
    let channels = match pixel.len() {
        3 => Channels::Rgb,
        _ => Channels::Rgba,
    };
    Raster { size, channels, data: pixel.repeat(usize::try_from(size.pixels()).unwrap()) }
}

/// A picture in which every pixel and channel differs from its neighbors.
pub(super) fn gradient(size: Size, channels: Channels) -> Raster {
    let data = (0..size.height).flat_map(|y| {
        (0..size.width).flat_map(move |x| {
            (0..channels.count() as u32).map(move |c| (x * (c + 2) + y * (5 - c)) as u8)
        })
    });
    Raster { size, channels, data: data.collect() }
}

#[test]
fn every_step_gives_the_size_it_names_in_any_layout() {
    let size = Size::new(37, 23);
    let quarter = Turn { transpose: true, mirror_x: true, mirror_y: false };
    let rect = Rect { x: 3, y: 5, size: Size::new(20, 11) };
    let half = Color { alpha: 128, ..Color::WHITE };
    for (op, want) in [
        (Op::Orient(quarter), size.swapped()),
        (Op::Crop(rect), rect.size),
        (Op::Resize(Size::new(11, 50)), Size::new(11, 50)),
        (Op::CropTo(Size::new(11, 5), Gravity::Auto), Size::new(11, 5)),
        (Op::Cover(Size::new(60, 60), Gravity::Auto), Size::new(60, 60)),
        (Op::Cover(Size::new(9, 3), Gravity::Left), Size::new(9, 3)),
        (Op::ResizeLinear(Size::new(11, 50)), Size::new(11, 50)),
        (Op::CoverLinear(Size::new(60, 60), Gravity::Auto), Size::new(60, 60)),
        (Op::Pad(Size::new(50, 50), half), Size::new(50, 50)),
        (Op::Border([1, 2, 3, 4], half), Size::new(43, 27)),
        (Op::Blur(3.0), size),
        (Op::Sharpen(2.0), size),
        (Op::Adjust(Adjust { gamma: 2.0, ..Adjust::NEUTRAL }), size),
        (Op::Flatten(half), size),
        (Op::Flatten(Color::WHITE), size),
    ] {
        for channels in [Channels::Rgb, Channels::Rgba] {
            let raster = op.apply(gradient(size, channels));
            assert_eq!(raster.size, want, "{op:?} {channels:?}");
            assert_eq!(raster.data.len(), Raster::bytes(want, raster.channels), "{op:?}");
        }
    }
}

#[test]
fn all_frames_of_an_animation_are_cut_in_one_place() {
    let mut first = plain(Size::new(90, 30), &[255, 255, 255]);
    first.data[..300].fill(0);
    for op in [
        Op::CropTo(Size::new(30, 30), Gravity::Auto),
        Op::Cover(Size::new(20, 20), Gravity::Auto),
        Op::CoverLinear(Size::new(20, 20), Gravity::Auto),
    ] {
        let settled = op.settled(&first);
        assert_ne!(settled, op, "{op:?}");
        let other = gradient(Size::new(90, 30), Channels::Rgb);
        assert_eq!(settled.settled(&other), settled, "{op:?}");
        assert_eq!(settled.apply(first.clone()), op.apply(first.clone()), "{op:?}");
    }
}

#[test]
fn cutting_off_a_border_gives_what_is_inside() {
    let inside = gradient(Size::new(20, 10), Channels::Rgb);
    let color = Color { red: 1, green: 200, blue: 3, alpha: 255 };
    let framed = Op::Border([4, 3, 2, 1], color).apply(inside.clone());
    let border = TrimBorder { tolerance: Some(0), ..TrimBorder::default() };
    assert_eq!(Op::Crop(find_border(&framed, &border)).apply(framed), inside);
}
