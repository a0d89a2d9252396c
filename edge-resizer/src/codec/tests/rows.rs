//! Decoders that give rows, with steps to be done on the way.

use super::*;
use crate::geometry::Rect;
use crate::pixels::Op;
use crate::recipe::Gravity;

#[test]
fn steps_on_the_way_give_what_they_give_afterwards() {
    let rect = Rect { x: 5, y: 3, size: Size::new(50, 40) };
    let steps = [
        vec![Op::Resize(Size::new(20, 15))],
        vec![Op::Crop(rect), Op::Cover(Size::new(9, 30), Gravity::Right)],
        vec![Op::CropTo(Size::new(30, 30), Gravity::Top)],
    ];
    let mut streamed = Vec::new();
    for (name, bytes) in all_fixtures() {
        // As it is, and without its end.
        for bytes in [&bytes[..], &bytes[..bytes.len() * 3 / 4]] {
            let Ok((info, whole)) = try_decode(bytes) else { continue };
            for steps in &steps {
                let excerpt = Some(Excerpt::of(info.stored, steps));
                let options = DecodeOptions { excerpt, ..all_frames() };
                let Decoded { picture, steps_done, truncated, .. } =
                    super::super::decode(bytes, &info, &options).unwrap();
                let first = whole.frames[0].raster.clone();
                let want = steps[..steps_done].iter().fold(first, |raster, op| op.apply(raster));
                assert!(picture.into_frames()[0].raster == want, "{name}: {steps:?}");
                assert_eq!(truncated, whole.truncated, "{name}");
                if steps_done == steps.len() {
                    streamed.push(name.clone());
                }
            }
        }
    }
    for name in ["palette_with_transparency.png", "gray_alpha.png", "cmyk.tif", "palette.tif"] {
        let count = streamed.iter().filter(|streamed| *streamed == name).count();
        assert!(count >= steps.len(), "{name}: {count}");
    }
    assert!(!streamed.contains(&"interlaced.png".to_owned()));
}
