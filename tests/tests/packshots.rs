//! The product-shot normaliser: whatever space and light a photographer left, every product fills the
//! same part of the same square, on pure white.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels are computed within the range that they are cast to"
)]

use bytes::Bytes;
use tests::exchange::render;
use tests::photo;
use tests::picture::Picture;
use tests::vips;

/// Asks for a square of 800 with a tenth of it free at each side.
const URL: &str =
    "/cdn-cgi/image/width=800,fit=pad,margin=10,trim=border,background=auto,format=png/photo";
/// What that leaves for the product's longer side.
const FILL: f64 = 0.8;

#[test]
fn every_product_fills_the_same_part_of_a_white_square() {
    for name in ["bowl.jpg", "lamp.jpg", "mug.jpg", "vase.jpg"] {
        let path = photo::workspace().join("examples/shop/photos").join(name);
        let shot = vips::decode(&std::fs::read(path).expect("a photo of the example shop"))
            .expect("libvips reads it");
        for (light, variant) in variants(&shot) {
            let response = render(URL, None, &Bytes::from(variant.to_png()));
            assert_eq!(response.status, 200);
            let output = vips::decode(&response.body).expect("a PNG");
            assert_eq!((output.width, output.height), (800, 800));
            let ground = share_of_pure_white_at_the_edge(&output);
            assert!(ground >= 0.99, "{name} {light}: {ground} of the edge is white");
            let (left, top, right, bottom) = product(&output);
            let fill = f64::from((right - left).max(bottom - top)) / 800.0;
            assert!((fill - FILL).abs() <= 0.01, "{name} {light}: fills {fill}");
            let off = (f64::from(left + right) / 2.0 - 400.0)
                .abs()
                .max((f64::from(top + bottom) / 2.0 - 400.0).abs());
            assert!(off <= 8.0, "{name} {light}: {off} pixels off the center");
        }
    }
}

/// A photo as it is, with less space around it, and in worse light.
fn variants(shot: &Picture) -> Vec<(&'static str, Picture)> {
    let dimmed = |by: [f64; 3]| {
        Picture::from_fn(shot.width, shot.height, |x, y| {
            let [red, green, blue, alpha] = shot.pixel(x, y);
            let dim = |value: u8, by: f64| (f64::from(value) * by) as u8;
            [dim(red, by[0]), dim(green, by[1]), dim(blue, by[2]), alpha]
        })
    };
    vec![
        ("as it is", shot.clone()),
        ("dim", dimmed([0.94; 3])),
        ("warm", dimmed([0.98, 0.96, 0.94])),
    ]
}

/// The box of what differs from white, visibly.
fn product(picture: &Picture) -> (u32, u32, u32, u32) {
    let mut found = (u32::MAX, u32::MAX, 0, 0);
    for y in 0..picture.height {
        for x in 0..picture.width {
            if picture.pixel(x, y)[..3].iter().any(|value| *value < 245) {
                found = (found.0.min(x), found.1.min(y), found.2.max(x + 1), found.3.max(y + 1));
            }
        }
    }
    found
}

fn share_of_pure_white_at_the_edge(picture: &Picture) -> f64 {
    let edge: Vec<_> = (0..picture.width)
        .flat_map(|at| [(at, 0), (at, picture.height - 1), (0, at), (picture.width - 1, at)])
        .collect();
    let white = edge.iter().filter(|(x, y)| picture.pixel(*x, *y)[..3] == [255; 3]).count();
    white as f64 / edge.len() as f64
}
