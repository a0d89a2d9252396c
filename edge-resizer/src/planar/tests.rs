//! The planar way against the way over RGB, and against the stored picture.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the samples and sizes of a test fit"
)]

use super::*;
use crate::picture::{Form, Picture};
use crate::source::Orientation;

/// A smooth picture with an edge, in YCbCr with colour halved by these factors.
fn picture(size: Size, factors: (u32, u32)) -> Planar {
    let (width, height) = (size.width as usize, size.height as usize);
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let edge = if 3 * x > 2 * y + 11 { 70 } else { 0 };
            rgb.extend(
                [40 + x / 2 + edge, 60 + y / 2 + edge / 2, usize::midpoint(x, y)]
                    .map(|value| value as u8),
            );
        }
    }
    let mut planes = Planes::from_rgb(&rgb, width, height);
    for plane in planes.planes.iter_mut().skip(1) {
        let (extent_x, extent_y) =
            (plane.extent_x / f64::from(factors.0), plane.extent_y / f64::from(factors.1));
        let part = |extent: f64, factor: u32| Span {
            start: 0.0,
            length: extent.ceil() * f64::from(factor),
        };
        let target = (extent_x.ceil() as usize, extent_y.ceil() as usize);
        let halved = resize(plane, part(extent_x, factors.0), part(extent_y, factors.1), target);
        *plane = Plane { extent_x, extent_y, ..halved };
    }
    Planar::new(planes, size, None)
}

fn difference(a: &Raster, b: &Raster) -> (f64, u8) {
    assert_eq!((a.size, a.channels), (b.size, b.channels));
    let each = || a.data.iter().zip(&b.data).map(|(a, b)| a.abs_diff(*b));
    let sum: u64 = each().map(u64::from).sum();
    (sum as f64 / a.data.len() as f64, each().max().unwrap_or(0))
}

fn over_rgb(start: &Planar, ops: &[Op]) -> Raster {
    ops.iter().fold(start.to_raster(), |raster, op| op.apply(raster))
}

fn in_planes(start: &Planar, ops: &[Op]) -> Planar {
    ops.iter().fold(start.clone(), |planar, op| planar.apply(*op))
}

#[test]
fn turning_and_cutting_alone_change_no_sample() {
    for exif in 1..=8 {
        let start = picture(Size::new(61, 47), (1, 1));
        let turn = Turn::from(Orientation::from_exif(exif));
        let rect = Rect { x: 5, y: 9, size: Size::new(33, 21) };
        for ops in [
            &[Op::Orient(turn)][..],
            &[Op::Crop(rect), Op::Orient(turn)],
            &[Op::Orient(turn), Op::Crop(rect)],
            &[Op::Orient(turn), Op::CropTo(Size::new(40, 30), Gravity::Left), Op::Orient(turn)],
        ] {
            let direct = in_planes(&start, ops);
            let want = over_rgb(&start, ops);
            assert_eq!(direct.size(), want.size, "{exif} {ops:?}");
            assert!(direct.to_raster() == want, "{exif} {ops:?}");
        }
    }
}

#[test]
fn the_planar_way_is_the_way_over_rgb() {
    for factors in [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1)] {
        let start = picture(Size::new(203, 151), factors);
        for exif in 1..=8 {
            let turn = Turn::from(Orientation::from_exif(exif));
            let rect = Rect { x: 13, y: 7, size: Size::new(101, 97) };
            for ops in [
                &[Op::Resize(Size::new(67, 51)), Op::Orient(turn)][..],
                &[Op::Cover(Size::new(50, 50), Gravity::Top), Op::Orient(turn)],
                &[Op::Orient(turn), Op::Crop(rect), Op::Resize(Size::new(45, 39))],
                &[Op::Orient(turn), Op::Cover(Size::new(31, 77), Gravity::Center)],
            ] {
                let direct = in_planes(&start, ops);
                let want = over_rgb(&start, ops);
                let (mean, worst) = difference(&direct.to_raster(), &want);
                assert!(mean < 1.0 && worst < 40, "{factors:?} {exif} {ops:?}: {mean} {worst}");
                // Where colour is halved, each of its samples stands for the same four pixels.
                let rendered = direct.rendered(Chroma::Halved);
                let halved = Planes::from_rgb(
                    &want.data,
                    want.size.width as usize,
                    want.size.height as usize,
                );
                let halved = Planar::new(halved.subsampled(), want.size, None);
                let (mean, _) = difference(&rendered.to_raster(), &halved.to_raster());
                assert!(mean < 2.0, "{factors:?} {exif} {ops:?}: {mean} in planes");
            }
        }
    }
}

#[test]
fn the_focus_is_found_in_planes_as_in_pixels() {
    let start = picture(Size::new(203, 151), (2, 2));
    let op = Op::Cover(Size::new(40, 90), Gravity::Auto);
    let want = over_rgb(&start, &[op]);
    let (mean, _) = difference(&in_planes(&start, &[op]).to_raster(), &want);
    assert!(mean < 3.0, "{mean}");
}

#[test]
fn every_odd_size_can_be_rendered() {
    for width in 1..=33 {
        for height in [1, 2, 3, 16, 17, 33] {
            for factors in [(1, 1), (2, 2), (4, 1)] {
                let start = Picture::Planar(picture(Size::new(width, height), factors));
                for form in [Form::Pixels, Form::Planes(Chroma::Halved)] {
                    let size = Size::new(width.div_ceil(2), height + 1);
                    let done = start.clone().apply(Op::Resize(size)).rendered(form);
                    assert_eq!(done.size(), size, "{width}x{height}");
                    assert_eq!(done.to_frames()[0].raster.data.len() as u64, size.pixels() * 3);
                }
            }
        }
    }
}
