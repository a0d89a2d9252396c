use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::pixels::{Channels, Raster};
use crate::recipe::{
    AutoFallback, Background, Border, Color, Decimal, Fit, Flip, Format, FormatRequest, Gravity,
    Length, Negotiated, Rotation, TrimRect, Width,
};
use crate::source::Orientation;

const PHOTO: SourceInfo = SourceInfo {
    format: SourceFormat::Jpeg,
    stored: Size::new(4000, 3000),
    orientation: Orientation::UPRIGHT,
    frames: 1,
    alpha: false,
};

const CUT_OUT: SourceInfo = SourceInfo { format: SourceFormat::Png, alpha: true, ..PHOTO };

const ANIMATION: SourceInfo = SourceInfo {
    format: SourceFormat::Gif,
    stored: Size::new(400, 300),
    frames: 12,
    alpha: true,
    ..PHOTO
};

const TRANSLUCENT: Color = Color { red: 10, green: 20, blue: 30, alpha: 100 };

fn pixels(width: u32) -> Option<Width> {
    NonZeroU32::new(width).map(Width::Pixels)
}

/// A recipe for a box.
fn boxed(width: u32, height: u32, fit: Fit) -> Recipe {
    Recipe { width: pixels(width), height: NonZeroU32::new(height), fit, ..Recipe::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "the field is optional")]
const fn negotiated(avif: bool, webp: bool) -> Option<FormatRequest> {
    let fallback = AutoFallback::JpegOrPng;
    Some(FormatRequest::Negotiated(Negotiated { avif, webp, fallback }))
}

#[expect(clippy::unnecessary_wraps, reason = "the field is optional")]
const fn exactly(format: Format) -> Option<FormatRequest> {
    Some(FormatRequest::Exactly(format))
}

fn resolved(recipe: Recipe) -> Resolved {
    Resolved { recipe, vary: Vec::new(), notes: Vec::new() }
}

fn planned(recipe: Recipe, info: &SourceInfo) -> Plan {
    plan(&resolved(recipe), info, &Policy::default()).unwrap()
}

fn formats(plan: &Plan) -> Vec<Format> {
    plan.encodings.iter().map(|encoding| encoding.format).collect()
}

const fn turned(rotation: Rotation) -> Op {
    Op::Orient(match rotation {
        Rotation::None => Turn::NONE,
        Rotation::Quarter => Turn { transpose: true, mirror_x: true, mirror_y: false },
        Rotation::Half => Turn { transpose: false, mirror_x: true, mirror_y: true },
        Rotation::ThreeQuarters => Turn { transpose: true, mirror_x: false, mirror_y: true },
    })
}

#[test]
fn steps_come_in_order_and_only_where_they_do_something() {
    let everything = Recipe {
        rotate: Rotation::Quarter,
        background: Some(Background::Color(Color { alpha: 255, ..TRANSLUCENT })),
        border: Some(Border { color: Color::WHITE, top: 1, right: 2, bottom: 3, left: 4 }),
        blur: Decimal::from_ten_thousandths(50_000),
        sharpen: Decimal::ONE,
        gamma: Decimal::from_ten_thousandths(5_000),
        format: exactly(Format::Jpeg),
        ..boxed(800, 800, Fit::Pad)
    };
    for (name, recipe, info, want) in [
        ("nothing", Recipe::default(), PHOTO, vec![]),
        ("own size", boxed(4000, 3000, Fit::Cover), PHOTO, vec![]),
        (
            "everything",
            everything,
            CUT_OUT,
            vec!["resize", "orient", "pad", "border", "blur", "sharpen", "adjust", "flatten"],
        ),
        ("enlarged", boxed(9000, 6750, Fit::Contain), SMALL_TURNED, vec!["orient", "resize"]),
        ("cover", boxed(500, 500, Fit::Cover), PHOTO, vec!["cover"]),
        ("crop", boxed(5000, 500, Fit::Crop), PHOTO, vec!["crop-to"]),
        (
            "neutral",
            Recipe {
                gamma: Decimal::ZERO,
                background: Some(Background::Color(TRANSLUCENT)),
                ..Recipe::default()
            },
            PHOTO,
            vec![],
        ),
    ] {
        let policy = Policy {
            limits: crate::policy::Limits { output_side: 10_000, ..Policy::default().limits },
            ..Policy::default()
        };
        let plan = plan(&resolved(recipe), &info, &policy).unwrap();
        let steps: Vec<_> = plan.steps.iter().map(Op::name).collect();
        assert_eq!(steps, want, "{name}");
    }
}

const SMALL_TURNED: SourceInfo =
    SourceInfo { stored: Size::new(300, 400), orientation: Orientation::from_exif(6), ..PHOTO };

#[test]
fn width_and_height_are_those_of_the_turned_picture() {
    let portrait = SourceInfo { orientation: Orientation::from_exif(6), ..PHOTO };
    let recipe = |rotate| Recipe { rotate, width: pixels(300), ..Recipe::default() };
    let resize = |width, height| Op::Resize(Size::new(width, height));
    for (info, rotate, output, steps) in [
        (PHOTO, Rotation::Quarter, (300, 400), vec![resize(400, 300), turned(Rotation::Quarter)]),
        (portrait, Rotation::None, (300, 400), vec![resize(400, 300), turned(Rotation::Quarter)]),
        (portrait, Rotation::Quarter, (300, 225), vec![resize(300, 225), turned(Rotation::Half)]),
        (portrait, Rotation::ThreeQuarters, (300, 225), vec![resize(300, 225)]),
    ] {
        let plan = planned(recipe(rotate), &info);
        assert_eq!(plan.output, Size::new(output.0, output.1), "{rotate:?}");
        assert_eq!(plan.steps, steps, "{rotate:?}");
        assert_eq!(
            plan.decode_at_least,
            Some(match plan.steps[0] {
                Op::Resize(size) => size,
                _ => unreachable!("resized first"),
            })
        );
    }
}

#[test]
fn flips_come_before_rotations() {
    let flip = Flip { horizontal: true, vertical: false };
    let recipe = Recipe { flip, rotate: Rotation::Quarter, ..Recipe::default() };
    let turn = Turn::from(flip).then(Rotation::Quarter.into());
    assert_eq!(planned(recipe, &PHOTO).steps, [Op::Orient(turn)]);
    assert_eq!(turn, Orientation::from_exif(7).into());
}

#[test]
fn gravity_is_that_of_the_turned_picture() {
    let portrait = SourceInfo { orientation: Orientation::from_exif(6), ..PHOTO };
    let recipe = Recipe { gravity: Gravity::Top, ..boxed(300, 300, Fit::Cover) };
    // The top of the upright picture is the left of the stored one.
    let left = Gravity::Point { x: Decimal::ZERO, y: Decimal::from_ten_thousandths(5_000) };
    let want = [Op::Cover(Size::new(300, 300), left), turned(Rotation::Quarter)];
    assert_eq!(planned(recipe, &portrait).steps, want);
}

#[test]
fn trims_come_first() {
    let rect =
        |length| Trim::Rect(TrimRect { left: Some(Length::Pixels(length)), ..TrimRect::default() });
    let recipe = |trim| Recipe { trim: Some(trim), ..boxed(500, 500, Fit::ScaleDown) };
    let portrait = SourceInfo { orientation: Orientation::from_exif(6), ..PHOTO };

    let plan = planned(recipe(rect(1000)), &portrait);
    let kept = Rect { x: 1000, y: 0, size: Size::new(2000, 4000) };
    assert_eq!(plan.upright, [turned(Rotation::Quarter), Op::Crop(kept)]);
    assert_eq!(plan.steps, [Op::Resize(Size::new(250, 500))]);
    assert_eq!(plan.decode_at_least, None, "lengths are those of the full picture");

    let plan = planned(recipe(rect(5000)), &portrait);
    assert_eq!(plan.upright, []);
    assert_eq!(plan.notes, ["trim leaves nothing of the picture and is ignored"]);
    assert_eq!(planned(recipe(rect(0)), &PHOTO), {
        let without = planned(boxed(500, 500, Fit::ScaleDown), &PHOTO);
        Plan { survey: None, ..without }
    });
}

#[test]
fn a_border_is_trimmed_before_the_rest_is_planned() {
    let border = TrimBorder::default();
    let recipe = Recipe { trim: Some(Trim::Border(border)), ..boxed(500, 500, Fit::ScaleDown) };
    let portrait = SourceInfo { orientation: Orientation::from_exif(6), ..PHOTO };
    let before = planned(recipe.clone(), &portrait);
    assert_eq!(before.upright, [turned(Rotation::Quarter)]);
    assert_eq!((before.survey.unwrap().border, before.decode_at_least), (Some(border), None));
    let inside = Rect { x: 7, y: 9, size: Size::new(1000, 400) };
    let found = Findings { inside, ground: None };
    let after = before.after_survey(&resolved(recipe), &found, &Policy::default()).unwrap();
    assert_eq!(after.output, Size::new(500, 200));
    assert_eq!(after.steps, [Op::Resize(Size::new(500, 200))]);
    assert_eq!(after.encodings, before.encodings);
}

#[test]
fn a_margin_stays_free_around_a_padded_picture() {
    let recipe =
        |recipe: Recipe| Recipe { margin: Decimal::from_ten_thousandths(100_000), ..recipe };
    let wide = Some(NonZeroU32::new(800).unwrap());
    for (recipe, output, resized) in [
        // 80 of 100, the ratio is 4:3.
        (recipe(boxed(800, 800, Fit::Pad)), (800, 800), (640, 480)),
        (recipe(boxed(800, 400, Fit::Pad)), (800, 400), (427, 320)),
        // One side asks for a square.
        (
            recipe(Recipe { width: pixels(800), fit: Fit::Pad, ..Recipe::default() }),
            (800, 800),
            (640, 480),
        ),
        (
            recipe(Recipe { height: wide, fit: Fit::Pad, ..Recipe::default() }),
            (800, 800),
            (640, 480),
        ),
        // Other modes have none.
        (recipe(boxed(800, 800, Fit::Contain)), (800, 600), (800, 600)),
    ] {
        let plan = planned(recipe.clone(), &PHOTO);
        assert_eq!(plan.output, Size::new(output.0, output.1), "{recipe}");
        assert_eq!(plan.steps[0], Op::Resize(Size::new(resized.0, resized.1)), "{recipe}");
    }
}

#[test]
fn a_ground_is_made_pure_before_the_same_is_laid_around() {
    let recipe = Recipe { background: Some(Background::Auto), ..boxed(40, 40, Fit::Pad) };
    let info = SourceInfo { stored: Size::new(60, 30), alpha: false, ..PHOTO };
    let before = planned(recipe.clone(), &info);
    let size = info.stored;
    let gray = Raster { size, channels: Channels::Rgb, data: [250, 249, 247].repeat(60 * 30) };
    let found = before.survey.unwrap().look_at(&gray);
    let request = resolved(recipe);
    let plan = before.after_survey(&request, &found, &Policy::default()).unwrap();
    let [Op::Resize(_), Op::Level(_), Op::Pad(_, Color::WHITE)] = plan.steps[..] else {
        panic!("{:?}", plan.steps);
    };
    let (_, output) = run(before, &request, &Policy::default(), gray);
    assert!(output.data.iter().all(|value| *value == 255));
}

#[test]
fn decoders_may_scale_down_to_what_is_needed() {
    for (recipe, want) in [
        (boxed(400, 300, Fit::ScaleDown), Some((400, 300))),
        (boxed(400, 100, Fit::Cover), Some((400, 300))),
        (boxed(500, 500, Fit::Pad), Some((500, 375))),
        (boxed(4000, 3000, Fit::ScaleDown), None),
        (boxed(4000, 100, Fit::Crop), None),
        (boxed(5000, 5000, Fit::Contain), None),
        (boxed(5000, 100, Fit::Squeeze), None),
        (Recipe::default(), None),
    ] {
        let want = want.map(|(width, height)| Size::new(width, height));
        assert_eq!(planned(recipe.clone(), &PHOTO).decode_at_least, want, "{recipe:?}");
    }
}

#[test]
fn format_chains() {
    use Format::{Avif, Gif, Jpeg, Png, Webp};
    let webp = SourceInfo { format: SourceFormat::Webp, ..PHOTO };
    let tiff = SourceInfo { format: SourceFormat::Tiff, ..PHOTO };
    let tiff_alpha = SourceInfo { alpha: true, ..tiff };
    let small = boxed(400, 400, Fit::ScaleDown);
    let still = Recipe { anim: false, ..small.clone() };
    let white = Recipe { background: Some(Background::Color(Color::WHITE)), ..small.clone() };
    let glass =
        Recipe { background: Some(Background::Color(TRANSLUCENT)), ..boxed(400, 400, Fit::Pad) };
    let shopify = Some(FormatRequest::Negotiated(Negotiated {
        avif: true,
        webp: true,
        fallback: AutoFallback::Jpeg,
    }));
    let auto = Some(FormatRequest::Auto { fallback: AutoFallback::JpegOrPng });
    for (info, recipe, asked, want) in [
        (PHOTO, &small, None, vec![Jpeg]),
        (CUT_OUT, &small, None, vec![Png]),
        (webp, &small, None, vec![Webp, Jpeg]),
        (tiff, &small, None, vec![Jpeg]),
        (tiff_alpha, &small, None, vec![Png]),
        (ANIMATION, &small, None, vec![Gif]),
        (PHOTO, &small, Some(FormatRequest::Json), vec![Jpeg]),
        (PHOTO, &small, negotiated(true, true), vec![Avif, Webp, Jpeg]),
        (PHOTO, &small, negotiated(false, true), vec![Webp, Jpeg]),
        (PHOTO, &small, negotiated(false, false), vec![Jpeg]),
        (PHOTO, &small, auto, vec![Jpeg]),
        (CUT_OUT, &small, negotiated(true, true), vec![Avif, Webp, Png]),
        (CUT_OUT, &white, negotiated(true, true), vec![Avif, Webp, Jpeg]),
        (CUT_OUT, &small, shopify, vec![Avif, Webp, Jpeg]),
        (PHOTO, &glass, negotiated(false, false), vec![Png]),
        (ANIMATION, &small, negotiated(true, true), vec![Webp, Gif]),
        (ANIMATION, &small, negotiated(true, false), vec![Gif]),
        (ANIMATION, &small, shopify, vec![Avif, Webp, Jpeg]),
        (ANIMATION, &still, negotiated(true, true), vec![Avif, Webp, Png]),
        (PHOTO, &small, exactly(Avif), vec![Avif, Jpeg]),
        (CUT_OUT, &small, exactly(Avif), vec![Avif, Png]),
        (CUT_OUT, &small, exactly(Jpeg), vec![Jpeg]),
        (CUT_OUT, &small, Some(FormatRequest::BaselineJpeg), vec![Jpeg]),
        (ANIMATION, &small, exactly(Webp), vec![Webp, Gif]),
        (ANIMATION, &small, exactly(Png), vec![Png]),
        (PHOTO, &small, exactly(Gif), vec![Gif, Jpeg]),
    ] {
        let plan = planned(Recipe { format: asked, ..recipe.clone() }, &info);
        assert_eq!(formats(&plan), want, "{info:?} {asked:?} {:?}", recipe.background);
        let opaque = plan.steps.iter().any(|step| matches!(step, Op::Flatten(c) if c.alpha == 255));
        let no_alpha = want.contains(&Jpeg) && info.alpha;
        assert_eq!(
            opaque,
            no_alpha || recipe.background == Some(Background::Color(Color::WHITE)),
            "{asked:?}"
        );
        let moves = info.frames > 1 && recipe.anim && matches!(want[..], [Webp, Gif] | [Gif]);
        assert_eq!(plan.first_frame, !moves, "{info:?} {asked:?}");
    }
}

#[test]
fn avif_is_skipped_where_auto_would_make_a_large_one() {
    let recipe = |asked| Recipe { format: asked, ..boxed(1300, 1200, Fit::Cover) };
    let auto = planned(recipe(negotiated(true, true)), &PHOTO);
    assert_eq!(formats(&auto), [Format::Webp, Format::Jpeg]);
    assert_eq!(auto.notes, ["image too large for AVIF"]);
    let explicit = planned(recipe(exactly(Format::Avif)), &PHOTO);
    assert_eq!(formats(&explicit), [Format::Avif, Format::Jpeg]);
    assert!(explicit.notes.is_empty());
}

#[test]
fn only_the_brands_formats_are_tried() {
    use Format::{Gif, Jpeg, Png, Webp};
    for (allowed, info, asked, want) in [
        (vec![Jpeg, Webp], CUT_OUT, negotiated(true, true), vec![Webp]),
        (vec![Jpeg, Webp], CUT_OUT, None, vec![Jpeg]),
        (vec![Webp], PHOTO, None, vec![Webp]),
        (vec![Jpeg], ANIMATION, negotiated(true, true), vec![Jpeg]),
        (vec![Gif], PHOTO, exactly(Png), vec![Gif]),
        (vec![], PHOTO, None, vec![Jpeg]),
    ] {
        let policy = Policy { formats: allowed.clone(), ..Policy::default() };
        let recipe = resolved(Recipe { format: asked, ..Recipe::default() });
        let plan = plan(&recipe, &info, &policy).unwrap();
        assert_eq!(formats(&plan), want, "{allowed:?} {info:?} {asked:?}");
        let flattened = plan.steps.iter().any(|step| matches!(step, Op::Flatten(_)));
        assert_eq!(flattened, info.alpha && want.contains(&Jpeg), "{allowed:?} {asked:?}");
    }
}

#[test]
fn progressive_scans_where_they_pay() {
    let jpeg = |width, height| Recipe {
        format: exactly(Format::Jpeg),
        ..boxed(width, height, Fit::Squeeze)
    };
    for (recipe, want) in [
        (jpeg(400, 300), true),
        (jpeg(49, 50), false),
        (jpeg(50, 50), true),
        (jpeg(3000, 3000), true),
        (jpeg(3001, 3000), false),
        (Recipe { fast: true, ..jpeg(400, 300) }, false),
        (Recipe { format: Some(FormatRequest::BaselineJpeg), ..jpeg(400, 300) }, false),
    ] {
        let plan = planned(recipe.clone(), &PHOTO);
        assert_eq!(plan.encodings[0].progressive, want, "{recipe:?}");
        assert_eq!(plan.encodings[0].fast, recipe.fast);
    }
}

#[test]
fn the_source_may_win_where_nothing_but_a_format_was_asked_for() {
    let avif = SourceInfo { format: SourceFormat::Avif, ..PHOTO };
    let portrait = SourceInfo { orientation: Orientation::from_exif(6), ..PHOTO };
    let large = SourceInfo { stored: Size::new(9000, 10), ..PHOTO };
    let recipe = |format| Recipe { format, ..Recipe::default() };
    let auto = negotiated(false, true);
    for (name, info, recipe, want) in [
        ("own format", PHOTO, recipe(None), true),
        ("auto", PHOTO, recipe(auto), true),
        ("EXIF orientation", portrait, recipe(auto), true),
        ("own format by name", PHOTO, recipe(exactly(Format::Jpeg)), true),
        ("another format", PHOTO, recipe(exactly(Format::Webp)), false),
        ("baseline", PHOTO, recipe(Some(FormatRequest::BaselineJpeg)), false),
        ("not shown by the client", avif, recipe(auto), false),
        ("shown by the client", avif, recipe(negotiated(true, true)), true),
        ("own, not shown", avif, recipe(None), true),
        ("a width", PHOTO, Recipe { width: pixels(9000), ..recipe(auto) }, false),
        ("a pixel step", PHOTO, Recipe { sharpen: Decimal::ONE, ..recipe(auto) }, false),
        ("a turn", portrait, Recipe { rotate: Rotation::ThreeQuarters, ..recipe(auto) }, false),
        ("one frame of many", ANIMATION, Recipe { anim: false, ..recipe(auto) }, false),
        ("all frames", ANIMATION, recipe(auto), true),
        (
            "a background that shows",
            CUT_OUT,
            Recipe { background: Some(Background::Color(TRANSLUCENT)), ..recipe(auto) },
            false,
        ),
        (
            "a background that does not",
            PHOTO,
            Recipe { background: Some(Background::Color(TRANSLUCENT)), ..recipe(auto) },
            true,
        ),
        ("shrunk to the limit", large, recipe(auto), false),
        ("not written", SourceInfo { format: SourceFormat::Tiff, ..PHOTO }, recipe(None), false),
        ("JSON", PHOTO, recipe(Some(FormatRequest::Json)), false),
    ] {
        assert_eq!(planned(recipe, &info).never_bigger, want, "{name}");
    }
}

#[test]
fn limits() {
    let wide = SourceInfo { stored: Size::new(10_000, 500), ..PHOTO };
    let frame =
        |width| Some(Border { color: Color::WHITE, top: 0, right: width, bottom: 0, left: 0 });
    for (name, info, recipe, want) in [
        ("own size", wide, Recipe::default(), Ok((8192, 410))),
        ("own size in vain", wide, boxed(20_000, 20_000, Fit::ScaleDown), Ok((8192, 410))),
        ("asked for", wide, boxed(9_000, 9_000, Fit::ScaleDown), Err(9_000)),
        ("enlarged", PHOTO, boxed(8_193, 1, Fit::Squeeze), Err(8_193)),
        ("not reached", PHOTO, boxed(90_000, 90_000, Fit::ScaleDown), Ok((4000, 3000))),
        ("huge", PHOTO, boxed(u32::MAX, 1, Fit::Cover), Err(u64::from(u32::MAX))),
        ("with a frame", wide, Recipe { border: frame(192), ..Recipe::default() }, Ok((8192, 400))),
        (
            "a frame alone",
            PHOTO,
            Recipe { border: frame(u32::MAX), ..Recipe::default() },
            Err(u64::from(u32::MAX) + 1),
        ),
    ] {
        let plan = plan(&resolved(recipe), &info, &Policy::default());
        match (plan, want) {
            (Ok(plan), Ok((width, height))) => {
                assert_eq!(plan.output, Size::new(width, height), "{name}");
            }
            (Err(Error::TooLarge { value, limit: 8_192, .. }), Err(want)) => {
                assert_eq!(value, want, "{name}");
            }
            (plan, want) => panic!("{name}: {plan:?}, not {want:?}"),
        }
    }
    let plan = planned(Recipe::default(), &wide);
    assert_eq!(plan.notes, ["output limited to 8192 pixels a side"]);
}

#[test]
fn what_is_not_transformed() {
    let svg = SourceInfo { format: SourceFormat::Svg, stored: Size::new(1, 1), ..PHOTO };
    let long = SourceInfo { frames: 500, ..ANIMATION };
    let webp = Recipe { format: exactly(Format::Webp), ..Recipe::default() };
    for (name, info, recipe, want) in [
        ("SVG", svg, Recipe::default(), Some("SVG is not resized")),
        ("a long animation", long, webp.clone(), Some("the animation has too many pixels")),
        ("its first frame", long, Recipe { anim: false, ..webp.clone() }, None),
        ("as a still", long, Recipe { format: exactly(Format::Jpeg), ..webp.clone() }, None),
        ("a short animation", ANIMATION, webp.clone(), None),
        (
            "a short animation, enlarged",
            ANIMATION,
            Recipe { format: exactly(Format::Webp), ..boxed(8000, 6000, Fit::Contain) },
            Some("the animation has too many pixels"),
        ),
    ] {
        assert_eq!(planned(recipe, &info).pass_through, want, "{name}");
    }
}

#[test]
fn a_translucent_background_is_laid_once() {
    let recipe =
        Recipe { background: Some(Background::Color(TRANSLUCENT)), ..boxed(600, 600, Fit::Pad) };
    let clear = Color { alpha: 0, ..TRANSLUCENT };
    let png = planned(Recipe { format: exactly(Format::Png), ..recipe.clone() }, &PHOTO);
    let canvas = Size::new(600, 600);
    assert_eq!(png.steps[1..], [Op::Pad(canvas, clear), Op::Flatten(TRANSLUCENT)]);
    let jpeg = planned(Recipe { format: exactly(Format::Jpeg), ..recipe }, &PHOTO);
    let on_white = Color { red: 159, green: 163, blue: 167, alpha: 255 };
    assert_eq!(jpeg.steps[1..], [Op::Pad(canvas, clear), Op::Flatten(on_white)]);
}

fn any_size(limit: u32) -> impl Strategy<Value = Size> {
    (1..=limit, 1..=limit).prop_map(|(width, height)| Size::new(width, height))
}

fn any_color() -> impl Strategy<Value = Color> {
    any::<[u8; 4]>().prop_map(|[red, green, blue, alpha]| Color { red, green, blue, alpha })
}

fn any_length() -> impl Strategy<Value = Option<Length>> {
    proptest::option::of(prop_oneof![
        (0..60_u32).prop_map(Length::Pixels),
        (1..10_000_u32).prop_map(|part| Length::Fraction(Decimal::from_ten_thousandths(part))),
    ])
}

fn any_trim() -> impl Strategy<Value = Option<Trim>> {
    let rect = (any_length(), any_length(), any_length(), any_length(), any_length(), any_length())
        .prop_map(|(top, right, bottom, left, width, height)| {
            Trim::Rect(TrimRect { top, right, bottom, left, width, height })
        });
    let border = (proptest::option::of(any_color()), any::<Option<u8>>(), 0..9_u32)
        .prop_map(|(color, tolerance, keep)| Trim::Border(TrimBorder { color, tolerance, keep }));
    proptest::option::of(prop_oneof![rect, border])
}

fn any_gravity() -> impl Strategy<Value = Gravity> {
    let part = || (0..=10_000_u32).prop_map(Decimal::from_ten_thousandths);
    let named: Vec<_> = Gravity::NAMES.iter().map(|(gravity, _)| *gravity).collect();
    prop_oneof![
        proptest::sample::select(named),
        (part(), part()).prop_map(|(x, y)| Gravity::Point { x, y }),
    ]
}

fn any_format() -> impl Strategy<Value = Option<FormatRequest>> {
    let fallback = prop_oneof![Just(AutoFallback::JpegOrPng), Just(AutoFallback::Jpeg)];
    proptest::option::of(prop_oneof![
        proptest::sample::select(Format::ALL.to_vec()).prop_map(FormatRequest::Exactly),
        Just(FormatRequest::BaselineJpeg),
        Just(FormatRequest::Json),
        (any::<bool>(), any::<bool>(), fallback).prop_map(|(avif, webp, fallback)| {
            FormatRequest::Negotiated(Negotiated { avif, webp, fallback })
        }),
    ])
}

prop_compose! {
    fn any_recipe()(
        (width, height) in (proptest::option::of(1..120_u32), proptest::option::of(1..120_u32)),
        fit in proptest::sample::select(&Fit::NAMES[..]),
        gravity in any_gravity(),
        format in any_format(),
        background in proptest::option::of(prop_oneof![
            Just(Background::Auto),
            any_color().prop_map(Background::Color),
        ]),
        margin in prop_oneof![Just(0), 0..450_000_u32],
        factors in proptest::array::uniform6(prop_oneof![Just(10_000), 0..30_000_u32]),
        (rotate, flip) in (proptest::sample::select(&Rotation::DEGREES[..]), any::<[bool; 2]>()),
        trim in any_trim(),
        border in proptest::option::of((any_color(), proptest::array::uniform4(0..5_u32))),
        anim in any::<bool>(),
    ) -> Recipe {
        let [blur, brightness, contrast, gamma, saturation, sharpen] =
            factors.map(Decimal::from_ten_thousandths);
        Recipe {
            width: width.and_then(pixels),
            height: height.and_then(NonZeroU32::new),
            fit: fit.0, gravity, format, background,
            margin: Decimal::from_ten_thousandths(margin),
            blur, brightness, contrast, gamma, saturation, sharpen,
            rotate: rotate.0,
            flip: Flip { horizontal: flip[0], vertical: flip[1] },
            trim,
            border: border.map(|(color, [top, right, bottom, left])| {
                Border { color, top, right, bottom, left }
            }),
            anim,
            ..Recipe::default()
        }
    }
}

prop_compose! {
    fn any_source()(
        stored in any_size(90),
        exif in 1..=8_u32,
        frames in 1..4_u32,
        alpha in any::<bool>(),
        format in proptest::sample::select(vec![
            SourceFormat::Jpeg, SourceFormat::Png, SourceFormat::Webp, SourceFormat::Gif,
            SourceFormat::Avif, SourceFormat::Bmp, SourceFormat::Tiff,
        ]),
    ) -> SourceInfo {
        SourceInfo { format, stored, orientation: Orientation::from_exif(exif), frames, alpha }
    }
}

/// A picture with a plain border, so that there is something to trim.
fn picture(info: &SourceInfo) -> Raster {
    let Size { width, height } = info.stored;
    let channels = if info.alpha { Channels::Rgba } else { Channels::Rgb };
    let inner = |at: u32, side: u32| at > 2 && at + 3 < side;
    let data = (0..height).flat_map(|y| {
        (0..width).flat_map(move |x| {
            let inside = inner(x, width) && inner(y, height);
            (0..channels.count()).map(move |c| {
                if inside {
                    (x * 7 + y * 3).to_le_bytes()[0].wrapping_add(c.to_le_bytes()[0])
                } else {
                    240
                }
            })
        })
    });
    Raster { size: info.stored, channels, data: data.collect() }
}

/// A width given to a very narrow source asks for a height that no policy allows; what is refused
/// then is `no_output_exceeds_the_policy`'s to check.
fn is_refused_for_its_size(planned: &Result<Plan, Error>) -> bool {
    matches!(planned, Err(Error::TooLarge { .. }))
}

/// What the host of a plan does with it.
fn run(plan: Plan, resolved: &Resolved, policy: &Policy, source: Raster) -> (Plan, Raster) {
    let upright = plan.upright.iter().fold(source, |raster, op| op.apply(raster));
    let (plan, upright) = match plan.survey {
        Some(survey) => {
            let found = survey.look_at(&upright);
            let trimmed = Op::Crop(found.inside).apply(upright);
            (plan.after_survey(resolved, &found, policy).unwrap(), trimmed)
        }
        None => (plan, upright),
    };
    let output = plan.steps.iter().fold(upright, |raster, op| op.apply(raster));
    (plan, output)
}

/// A policy that allows this many pixel operations.
fn budget(pixel_operations: u64) -> Policy {
    let limits = crate::policy::Limits { pixel_operations, ..Policy::default().limits };
    Policy { limits, ..Policy::default() }
}

#[test]
fn work_over_the_budget_is_refused_before_it_begins() {
    // 12 million pixels decoded and read by the resize; 640 x 480 written, three operations for
    // each, and three more as a JPEG: 2 * 12,000,000 + 6 * 307,200.
    let request = resolved(Recipe { format: exactly(Format::Jpeg), ..boxed(640, 480, Fit::Cover) });
    assert!(plan(&request, &PHOTO, &budget(25_843_200)).is_ok());
    let refused = plan(&request, &PHOTO, &budget(25_843_199));
    let what = "the work, in pixel operations,";
    let (value, limit) = (25_843_200, 25_843_199);
    assert_eq!(refused, Err(Error::TooLarge { what, value, limit }));
}

#[test]
fn a_format_over_the_budget_gives_way_to_the_next() {
    let request =
        resolved(Recipe { format: negotiated(true, true), ..boxed(640, 480, Fit::Cover) });
    let formats_within = |budget: &Policy| {
        let plan = plan(&request, &PHOTO, budget).unwrap();
        (formats(&plan), plan.over_budget)
    };
    let all = vec![Format::Avif, Format::Webp, Format::Jpeg];
    assert_eq!(formats_within(&Policy::default()), (all, None));
    let (left, reason) = formats_within(&budget(40_000_000));
    assert_eq!(left, [Format::Webp, Format::Jpeg]);
    assert_eq!(reason.as_deref(), Some("too many pixels for avif"));
}

#[test]
fn a_limit_of_bytes_is_kept_as_far_as_the_budget_goes() {
    let limited = |recipe, policy: &Policy| -> Vec<_> {
        let plan = plan(&resolved(recipe), &PHOTO, policy).unwrap();
        plan.encodings.iter().map(|encoding| encoding.limit.map(|l| (l.bytes, l.encodes))).collect()
    };
    let recipe = |max_bytes| Recipe {
        format: exactly(Format::Jpeg),
        max_bytes: NonZeroU32::new(max_bytes),
        ..boxed(640, 480, Fit::Cover)
    };
    let brand = |max_bytes| Policy { max_bytes: NonZeroU32::new(max_bytes), ..Policy::default() };
    assert_eq!(limited(recipe(0), &Policy::default()), [None]);
    assert_eq!(limited(recipe(7), &Policy::default()), [Some((7, 5))]);
    // A URL asks for less than the brand, never for more.
    assert_eq!(limited(recipe(0), &brand(5)), [Some((5, 5))]);
    assert_eq!(limited(recipe(7), &brand(5)), [Some((5, 5))]);
    assert_eq!(limited(recipe(7), &brand(9)), [Some((7, 5))]);
    // The steps are 24,921,600, and every JPEG of this size 921,600.
    for (operations, encodes) in [(25_843_200, 1), (26_764_800, 2), (40_000_000, 5)] {
        assert_eq!(limited(recipe(7), &budget(operations)), [Some((7, encodes))], "{operations}");
    }
    let png = Recipe { format: exactly(Format::Png), ..recipe(7) };
    assert_eq!(limited(png, &Policy::default()), [Some((7, 2)), Some((7, 5))]);
}

#[test]
fn in_linear_light_every_pixel_counts() {
    let linear = |recipe| planned(Recipe { linear: true, ..recipe }, &PHOTO);
    let plan = linear(boxed(400, 300, Fit::Contain));
    assert_eq!(plan.steps, [Op::ResizeLinear(Size::new(400, 300))]);
    assert_eq!(plan.decode_at_least, None);
    let plan = linear(Recipe { gravity: Gravity::Top, ..boxed(300, 300, Fit::Cover) });
    assert_eq!(plan.steps, [Op::CoverLinear(Size::new(300, 300), Gravity::Top)]);
    assert_eq!(linear(Recipe::default()).steps, []);
}

#[test]
fn every_frame_of_an_animation_counts() {
    let request = resolved(boxed(200, 150, Fit::Cover));
    let still = SourceInfo { frames: 1, ..ANIMATION };
    let limit = budget(2_000_000);
    assert!(plan(&request, &still, &limit).is_ok());
    assert!(is_refused_for_its_size(&plan(&request, &ANIMATION, &limit)));
}

#[test]
fn nothing_that_the_defaults_allow_costs_more_than_seconds() {
    // The largest source to the largest output.
    let largest = SourceInfo { stored: Size::new(10_000, 10_000), ..PHOTO };
    let recipe = Recipe { format: exactly(Format::Webp), ..boxed(8_192, 8_192, Fit::Cover) };
    assert!(plan(&resolved(recipe.clone()), &largest, &Policy::default()).is_ok());
    let avif = Recipe { format: exactly(Format::Avif), ..recipe };
    let plan = plan(&resolved(avif), &largest, &Policy::default()).unwrap();
    assert_eq!(formats(&plan), [Format::Jpeg]);
}

proptest! {
    #[test]
    fn the_steps_lead_to_the_planned_output(recipe in any_recipe(), info in any_source()) {
        let (resolved, policy) = (resolved(recipe), Policy::default());
        let planned = plan(&resolved, &info, &policy);
        prop_assert_eq!(&planned, &plan(&resolved, &info, &policy));
        prop_assume!(!is_refused_for_its_size(&planned));
        let plan = planned.unwrap();
        let (plan, output) = run(plan, &resolved, &policy, picture(&info));
        prop_assert_eq!(output.size, plan.output);
        let opaque = formats(&plan).contains(&Format::Jpeg);
        prop_assert!(!opaque || output.channels == Channels::Rgb, "{:?}", output.channels);
        prop_assert!(!plan.encodings.is_empty());
        if let Some(at_least) = plan.decode_at_least {
            prop_assert!(at_least.fits_in(info.stored));
        }
    }

    #[test]
    fn a_decoder_that_scales_leads_to_the_same_size(recipe in any_recipe(), info in any_source()) {
        let (resolved, policy) = (resolved(recipe), Policy::default());
        let planned = plan(&resolved, &info, &policy);
        prop_assume!(!is_refused_for_its_size(&planned));
        let plan = planned.unwrap();
        if let Some(at_least) = plan.decode_at_least {
            let scaled = Op::Resize(at_least).apply(picture(&info));
            let (plan, output) = run(plan, &resolved, &policy, scaled);
            prop_assert_eq!(output.size, plan.output);
        }
    }

    #[test]
    fn no_output_exceeds_the_policy(
        recipe in any_recipe(),
        scale in 1..200_u32,
        stored in any_size(12_000),
        info in any_source(),
        output_side in 1..9_000_u32,
    ) {
        let recipe = Recipe {
            width: recipe.width.and_then(|width| match width {
                Width::Pixels(width) => pixels(width.get() * scale),
                Width::Auto => None,
            }),
            ..recipe
        };
        let policy = Policy {
            limits: crate::policy::Limits { output_side, ..Policy::default().limits },
            ..Policy::default()
        };
        let info = SourceInfo { stored, ..info };
        match plan(&resolved(recipe.clone()), &info, &policy) {
            Ok(plan) => prop_assert!(plan.output.fits_in(Size::new(output_side, output_side))),
            Err(Error::TooLarge { value, limit, .. }) => {
                prop_assert!(value > limit);
                let asked = recipe.width.is_some() || recipe.height.is_some();
                prop_assert!(asked || recipe.border.is_some(), "the source's own size is no error");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn crops_never_enlarge(
        stored in any_size(500),
        (width, height) in (1..900_u32, 1..900_u32),
        fit in prop_oneof![Just(Fit::Crop), Just(Fit::AspectCrop), Just(Fit::ScaleDown)],
    ) {
        let plan = planned(boxed(width, height, fit), &SourceInfo { stored, ..PHOTO });
        prop_assert!(plan.output.fits_in(stored), "{:?} from {stored:?}", plan.output);
        prop_assert!(plan.output.fits_in(Size::new(width, height)));
    }
}
