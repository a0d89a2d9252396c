use proptest::prelude::*;

use super::*;

const EVERY_FIT: [Fit; 8] = {
    let mut fits = [Fit::ScaleDown; 8];
    let mut place = 0;
    while place < fits.len() {
        fits[place] = Fit::NAMES[place].0;
        place += 1;
    }
    fits
};

type Sides = (u32, u32);

fn size((width, height): Sides) -> Size {
    Size::new(width, height)
}

fn both((width, height): Sides) -> Asked {
    Asked { width: Some(width), height: Some(height) }
}

/// The documented and derived sizes: picture, box, and the output of each mode in this order:
/// scale-down, contain, scale-up, cover, crop, aspect-crop, pad, squeeze.
const SIZES: [(Sides, Sides, [Sides; 8]); 4] = [
    (
        (1080, 720),
        (500, 500),
        [
            (500, 333),
            (500, 333),
            (1080, 720),
            (500, 500),
            (500, 500),
            (500, 500),
            (500, 500),
            (500, 500),
        ],
    ),
    (
        (1080, 720),
        (1296, 1296),
        [
            (1080, 720),
            (1296, 864),
            (1296, 864),
            (1296, 1296),
            (1080, 720),
            (720, 720),
            (1296, 1296),
            (1296, 1296),
        ],
    ),
    (
        (1080, 720),
        (2000, 2000),
        [
            (1080, 720),
            (2000, 1333),
            (2000, 1333),
            (2000, 2000),
            (1080, 720),
            (720, 720),
            (2000, 2000),
            (2000, 2000),
        ],
    ),
    (
        (400, 300),
        (800, 800),
        [
            (400, 300),
            (800, 600),
            (800, 600),
            (800, 800),
            (400, 300),
            (300, 300),
            (800, 800),
            (800, 800),
        ],
    ),
];

const IN_ORDER: [Fit; 8] = [
    Fit::ScaleDown,
    Fit::Contain,
    Fit::ScaleUp,
    Fit::Cover,
    Fit::Crop,
    Fit::AspectCrop,
    Fit::Pad,
    Fit::Squeeze,
];

#[test]
fn every_mode_gives_the_documented_size() {
    for (picture, asked, outputs) in SIZES {
        for (fit, want) in IN_ORDER.into_iter().zip(outputs) {
            let layout = layout(size(picture), both(asked), fit, Enlarge::Allowed);
            assert_eq!(layout.canvas, size(want), "{fit:?} {picture:?} to {asked:?}");
        }
    }
}

#[test]
fn one_side_alone_scales_the_picture() {
    for (fit, down, up) in [
        (Fit::ScaleDown, (500, 333), (1080, 720)),
        (Fit::Contain, (500, 333), (2160, 1440)),
        (Fit::ScaleUp, (1080, 720), (2160, 1440)),
        (Fit::Cover, (500, 333), (2160, 1440)),
        (Fit::Crop, (500, 333), (1080, 720)),
        (Fit::AspectCrop, (500, 333), (1080, 720)),
        (Fit::Pad, (500, 333), (2160, 1440)),
        (Fit::Squeeze, (500, 333), (2160, 1440)),
    ] {
        let picture = Size::new(1080, 720);
        for (asked, want) in [
            (Asked { width: Some(500), height: None }, down),
            (Asked { width: Some(2160), height: None }, up),
            (Asked { width: None, height: Some(1440) }, up),
        ] {
            let layout = layout(picture, asked, fit, Enlarge::Allowed);
            assert_eq!(layout, Layout::plain(size(want)), "{fit:?} {asked:?}");
        }
    }
}

#[test]
fn the_way_to_the_output_is_the_documented_one() {
    for (fit, picture, asked, scaled, kept, canvas) in [
        (Fit::Cover, (1080, 720), (500, 500), (750, 500), (500, 500), (500, 500)),
        (Fit::Cover, (900, 900), (300, 900), (900, 900), (300, 900), (300, 900)),
        (Fit::Crop, (1080, 720), (2000, 500), (1080, 720), (1080, 500), (1080, 500)),
        (Fit::AspectCrop, (612, 613), (1920, 1120), (612, 613), (612, 357), (612, 357)),
        (Fit::Pad, (1080, 720), (1080, 1080), (1080, 720), (1080, 720), (1080, 1080)),
        (Fit::Squeeze, (1080, 720), (1080, 540), (1080, 540), (1080, 540), (1080, 540)),
        // A side is never 0, however narrow the picture.
        (Fit::Contain, (10_000, 1), (100, 100), (100, 1), (100, 1), (100, 1)),
        (Fit::AspectCrop, (1, 10_000), (100, 1), (1, 10_000), (1, 1), (1, 1)),
    ] {
        let want = Layout { scaled: size(scaled), kept: size(kept), canvas: size(canvas) };
        let layout = layout(size(picture), both(asked), fit, Enlarge::Allowed);
        assert_eq!(layout, want, "{fit:?} {picture:?} to {asked:?}");
    }
}

#[test]
fn pad_leaves_a_small_picture_as_it_is_where_it_must_not_grow() {
    let never = |asked| layout(Size::new(400, 300), asked, Fit::Pad, Enlarge::Never);
    let padded = Layout { canvas: Size::new(800, 800), ..Layout::plain(Size::new(400, 300)) };
    assert_eq!(never(both((800, 800))), padded);
    let shrunk = Layout { canvas: Size::new(200, 200), ..Layout::plain(Size::new(200, 150)) };
    assert_eq!(never(both((200, 200))), shrunk);
    let one = Asked { width: Some(800), height: None };
    assert_eq!(never(one), Layout::plain(Size::new(400, 300)));
}

#[test]
fn nothing_asked_changes_nothing() {
    for fit in EVERY_FIT {
        let picture = Size::new(31, 17);
        let layout = layout(picture, Asked::default(), fit, Enlarge::Allowed);
        assert_eq!(layout, Layout::plain(picture), "{fit:?}");
    }
}

proptest! {
    #[test]
    fn layouts_hold_together(
        width in 1..=u32::MAX,
        height in 1..=u32::MAX,
        asked_width in proptest::option::of(1..=u32::MAX),
        asked_height in proptest::option::of(1..=u32::MAX),
        fit in proptest::sample::select(&EVERY_FIT[..]),
    ) {
        let picture = Size::new(width, height);
        let asked = Asked { width: asked_width, height: asked_height };
        let layout = layout(picture, asked, fit, Enlarge::Allowed);
        prop_assert!(layout.kept.fits_in(layout.scaled), "{layout:?}");
        prop_assert!(layout.kept.fits_in(layout.canvas), "{layout:?}");
        prop_assert!(layout.kept.width > 0 && layout.kept.height > 0, "{layout:?}");
        if matches!(fit, Fit::ScaleDown | Fit::Crop | Fit::AspectCrop) {
            prop_assert!(layout.scaled.fits_in(picture), "enlarged: {layout:?}");
        }
        if let (Fit::Cover | Fit::Pad | Fit::Squeeze, Some(width), Some(height)) =
            (fit, asked_width, asked_height)
        {
            prop_assert_eq!(layout.canvas, Size::new(width, height));
        }
    }
}
