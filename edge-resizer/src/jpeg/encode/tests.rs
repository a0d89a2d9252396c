//! Encoded pictures, read by another decoder and by our own.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::*;
use crate::jpeg::decode::{Request, Scale, decode};
use crate::planes::Model;

/// A smooth picture with an edge, in planes whose colours are subsampled by these factors.
fn picture(width: usize, height: usize, factors: Option<(usize, usize)>) -> Planes {
    let plane = |width: usize, height: usize, step: usize| {
        let sample = |x: usize, y: usize| {
            let edge = if x * step > y * step + 10 { 60 } else { 0 };
            ((x * step * 2 + y * step + edge) % 200 + 20) as u8
        };
        let mut plane = Plane::new(width, height, 0);
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, target) in row[..width].iter_mut().enumerate() {
                *target = sample(x, y);
            }
        }
        plane
    };
    let mut planes = vec![plane(width, height, 1)];
    if let Some((x, y)) = factors {
        planes.push(plane(width.div_ceil(x), height.div_ceil(y), 2));
        planes.push(plane(width.div_ceil(x), height.div_ceil(y), 2));
    }
    let model = if factors.is_some() { Model::YCbCr } else { Model::Gray };
    Planes { planes, model }
}

#[test]
fn other_decoders_read_what_was_encoded() {
    for factors in [None, Some((1, 1)), Some((2, 1)), Some((2, 2))] {
        for progressive in [false, true] {
            for (width, height) in [(1, 1), (8, 8), (17, 33), (100, 61)] {
                let name = format!("{width}x{height} {factors:?} progressive {progressive}");
                let planes = picture(width, height, factors);
                let options = JpegOptions { quality: 95, progressive };
                let bytes = encode(&planes, options, &[]).unwrap();

                let request = Request { size: (width, height), scale: Scale::Full };
                let back = decode(&bytes, request).unwrap();
                assert!(!back.truncated, "{name}");
                let back = back.planes;
                for (got, want) in back.planes.iter().zip(&planes.planes) {
                    assert_eq!((got.width, got.height), (want.width, want.height), "{name}");
                    let rows = got.rows().zip(want.rows());
                    let worst =
                        rows.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b))).max();
                    assert!(worst < Some(24), "{name}: {worst:?}");
                }

                let wanted = if factors.is_some() { ColorSpace::YCbCr } else { ColorSpace::Luma };
                let zune = DecoderOptions::default().jpeg_set_out_colorspace(wanted);
                let mut decoder =
                    zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(&bytes), zune);
                let pixels = decoder.decode().unwrap();
                assert_eq!(decoder.dimensions(), Some((width, height)), "{name}");
                let channels = pixels.len() / (width * height);
                let luma = pixels.iter().step_by(channels);
                let ours = back.planes[0].data.chunks(back.planes[0].stride);
                let ours = ours.take(height).flat_map(|row| &row[..width]);
                let worst = luma.zip(ours).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(worst <= Some(2), "{name}: {worst:?}");
            }
        }
    }
}

#[test]
fn planes_that_no_file_has_are_refused() {
    let options = JpegOptions { quality: 80, progressive: false };
    let mut planes = picture(16, 16, Some((2, 2)));
    planes.planes.pop();
    assert_eq!(encode(&planes, options, &[]), Err(JpegEncodeError::Planes));
    let mut planes = picture(16, 16, Some((2, 2)));
    planes.planes[1].width = 5;
    assert_eq!(encode(&planes, options, &[]), Err(JpegEncodeError::Planes));
    planes.planes.clear();
    assert_eq!(encode(&planes, options, &[]), Err(JpegEncodeError::Planes));
}
