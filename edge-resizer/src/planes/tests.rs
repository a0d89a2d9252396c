//! Planes that are resampled, turned and made RGB.

use super::resize::resize_with;
use super::*;
use crate::lanes::{Scalar, Vector};

fn whole(length: usize) -> Span {
    Span { start: 0.0, length: length as f64 }
}

fn noise(width: usize, height: usize) -> Plane {
    let mut plane = Plane::new(width, height, 0);
    let mut state = 99_u32;
    for sample in &mut plane.data {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Mostly the ends of the range, where filters overshoot.
        *sample =
            if state >> 31 == 0 { (state >> 16) as u8 } else { ((state >> 30 & 1) * 255) as u8 };
    }
    plane
}

#[test]
fn a_plain_plane_stays_plain() {
    for (width, height) in [(1, 1), (7, 3), (100, 61)] {
        for size in [(1, 1), (3, 50), (33, 33)] {
            let resized =
                resize(&Plane::new(width, height, 201), whole(width), whole(height), size);
            assert!(resized.rows().flatten().all(|&sample| sample == 201), "{size:?}");
        }
    }
}

#[test]
fn the_vector_unit_resizes_as_its_twin() {
    for (width, height) in [(1, 1), (2, 33), (17, 5), (100, 90)] {
        for size in [(1, 1), (5, 9), (33, 31), (120, 7)] {
            let plane = noise(width, height);
            let across = Span { start: width as f64 * 0.21, length: width as f64 * 0.7 };
            for across in [across, whole(width)] {
                let down = whole(height);
                let vector = resize_with::<Vector>(&plane, across, down, size);
                let scalar = resize_with::<Scalar>(&plane, across, down, size);
                assert!(vector == scalar, "{width}x{height} to {size:?}");
            }
        }
    }
}

/// The definition, in floating point.
fn reference(plane: &Plane, across: Span, down: Span, size: (usize, usize)) -> Vec<f64> {
    let sinc = |x: f64| {
        let angle = x * std::f64::consts::PI;
        if x == 0.0 { 1.0 } else { angle.sin() / angle }
    };
    let weights = |source: usize, span: Span, target: usize, index: usize| -> Vec<f64> {
        let step = span.length / target as f64;
        let center = span.start + (index as f64 + 0.5) * step;
        let kernel = |n: usize| {
            let x = (n as f64 + 0.5 - center) / step.max(1.0);
            if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
        };
        let values: Vec<f64> = (0..source).map(kernel).collect();
        let sum: f64 = values.iter().sum();
        values.into_iter().map(|value| value / sum).collect()
    };
    let mut out = Vec::new();
    for y in 0..size.1 {
        let rows = weights(plane.height, down, size.1, y);
        for x in 0..size.0 {
            let columns = weights(plane.width, across, size.0, x);
            let sum: f64 = plane
                .rows()
                .zip(&rows)
                .map(|(row, weight)| {
                    weight * row.iter().zip(&columns).map(|(s, w)| f64::from(*s) * w).sum::<f64>()
                })
                .sum();
            out.push(sum.clamp(0.0, 255.0));
        }
    }
    out
}

#[test]
fn resampling_is_close_to_the_definition() {
    let plane = noise(61, 47);
    let part = (Span { start: 10.3, length: 22.7 }, Span { start: 0.0, length: 46.25 });
    for (across, down) in [(whole(61), whole(47)), part] {
        for size in [(61, 47), (20, 13), (90, 8), (7, 100)] {
            let resized = resize(&plane, across, down, size);
            let want = reference(&plane, across, down, size);
            for (got, want) in resized.rows().flatten().zip(want) {
                assert!((f64::from(*got) - want).abs() < 0.75, "{size:?}: {got} for {want}");
            }
        }
    }
}

#[test]
fn colors_survive_the_way_to_planes_and_back() {
    let mut worst = 0;
    for r in (0..=255).step_by(5) {
        for g in (0..=255).step_by(5) {
            let rgb: Vec<u8> = (0..=255).step_by(3).flat_map(|b: u32| [r, g, b as u8]).collect();
            let planes = Planes::from_rgb(&rgb, rgb.len() / 3, 1);
            let back = planes.to_rgb();
            worst = rgb.iter().zip(&back).map(|(a, b)| a.abs_diff(*b)).max().unwrap().max(worst);
        }
    }
    assert!(worst <= 2, "{worst}");
}

#[test]
fn limited_range_ends_where_it_should() {
    let planes = Planes {
        planes: vec![
            Plane { data: vec![0, 128, 255], ..Plane::new(3, 1, 0) },
            Plane { data: vec![0, 128, 255], ..Plane::new(3, 1, 0) },
            Plane { data: vec![127, 129, 1], ..Plane::new(3, 1, 0) },
        ],
        model: Model::YCbCr,
    };
    let [y, cb, cr] = planes.limited();
    assert_eq!(
        (y.data, cb.data, cr.data),
        (vec![16, 126, 235], vec![16, 128, 240], vec![127, 129, 16],)
    );
}
