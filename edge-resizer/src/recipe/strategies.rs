//! Recipes for property tests: every field takes every kind of legal value.

use std::num::NonZeroU32;

use proptest::option;
use proptest::prelude::*;

use super::*;

fn side() -> impl Strategy<Value = NonZeroU32> {
    prop_oneof![1..5_000_u32, Just(u32::MAX)].prop_map(|n| NonZeroU32::new(n).unwrap())
}

/// From `low` to `high` ten-thousandths, whole numbers often.
fn decimal(low: u32, high: u32) -> impl Strategy<Value = Decimal> {
    prop_oneof![low..=high, (low.div_ceil(10_000)..=high / 10_000).prop_map(|n| n * 10_000)]
        .prop_map(Decimal::from_ten_thousandths)
}

fn pick<T: Copy + std::fmt::Debug + 'static>(names: &[(T, &'static str)]) -> BoxedStrategy<T> {
    proptest::sample::select(names.iter().map(|(value, _)| *value).collect::<Vec<_>>()).boxed()
}

fn quality() -> impl Strategy<Value = Quality> {
    prop_oneof![
        (1..=100_u8).prop_map(|n| Quality::Number(QualityNumber::new(n).unwrap())),
        pick(&QualityLevel::NAMES).prop_map(Quality::Level),
        Just(Quality::Auto),
    ]
}

fn auto_fallback() -> impl Strategy<Value = AutoFallback> {
    prop_oneof![Just(AutoFallback::JpegOrPng), Just(AutoFallback::Jpeg)]
}

fn format() -> impl Strategy<Value = FormatRequest> {
    prop_oneof![
        auto_fallback().prop_map(|fallback| FormatRequest::Auto { fallback }),
        (any::<bool>(), any::<bool>(), auto_fallback()).prop_map(|(avif, webp, fallback)| {
            FormatRequest::Negotiated(Negotiated { avif, webp, fallback })
        }),
        proptest::sample::select(Format::ALL.to_vec()).prop_map(FormatRequest::Exactly),
        Just(FormatRequest::BaselineJpeg),
        Just(FormatRequest::Json),
    ]
}

fn color() -> impl Strategy<Value = Color> {
    (any::<[u8; 3]>(), prop_oneof![Just(255), any::<u8>()])
        .prop_map(|([red, green, blue], alpha)| Color { red, green, blue, alpha })
}

fn gravity() -> impl Strategy<Value = Gravity> {
    prop_oneof![
        pick(&Gravity::NAMES),
        (decimal(0, 10_000), decimal(0, 10_000)).prop_map(|(x, y)| Gravity::Point { x, y }),
    ]
}

fn length() -> impl Strategy<Value = Length> {
    prop_oneof![
        any::<u32>().prop_map(Length::Pixels),
        (0..100_u32).prop_map(Length::Pixels),
        (1..10_000_u32).prop_map(|n| Length::Fraction(Decimal::from_ten_thousandths(n))),
    ]
}

fn background() -> impl Strategy<Value = Background> {
    prop_oneof![color().prop_map(Background::Color), Just(Background::Auto)]
}

fn trim() -> impl Strategy<Value = Trim> {
    let side = || option::of(length());
    let rect = (side(), side(), side(), side(), side(), side())
        .prop_map(|(top, right, bottom, left, width, height)| TrimRect {
            top,
            right,
            bottom,
            left,
            width,
            height,
        })
        .prop_filter("a rectangle without a side is none", |rect| *rect != TrimRect::default());
    let border = (option::of(color()), option::of(any::<u8>()), any::<u32>())
        .prop_map(|(color, tolerance, keep)| TrimBorder { color, tolerance, keep });
    prop_oneof![rect.prop_map(Trim::Rect), border.prop_map(Trim::Border)]
}

fn border() -> impl Strategy<Value = Border> {
    let width = || prop_oneof![Just(0), Just(3), any::<u32>()];
    (color(), width(), width(), width(), width())
        .prop_map(|(color, top, right, bottom, left)| Border { color, top, right, bottom, left })
}

fn breakpoints() -> impl Strategy<Value = Vec<NonZeroU32>> {
    proptest::collection::btree_set(side(), 0..5).prop_map(|set| set.into_iter().collect())
}

fn size() -> impl Strategy<Value = Recipe> {
    let width = prop_oneof![Just(Width::Auto), side().prop_map(Width::Pixels)];
    let auto = (breakpoints(), option::of(side()), option::of(side()));
    let margin = prop_oneof![Just(Decimal::ZERO), decimal(0, 450_000)];
    let fit = (pick(&Fit::NAMES), any::<bool>(), margin, gravity());
    (option::of(width), option::of(side()), fit, decimal(1_000, 30_000), auto).prop_map(
        |(
            width,
            height,
            (fit, no_enlarge, margin, gravity),
            dpr,
            (breakpoints, mobile, desktop),
        )| Recipe {
            width,
            height,
            fit,
            no_enlarge,
            margin,
            gravity,
            dpr,
            width_breakpoints: breakpoints,
            width_mobile: mobile,
            width_desktop: desktop,
            ..Recipe::default()
        },
    )
}

fn pixels() -> impl Strategy<Value = Recipe> {
    let multiplier = || prop_oneof![Just(Decimal::ONE), decimal(1, 2_550_000)];
    let levels = (multiplier(), multiplier(), multiplier(), decimal(0, 2_550_000));
    let turns = (
        proptest::sample::select(Rotation::DEGREES.map(|(rotation, _)| rotation).to_vec()),
        any::<(bool, bool)>(),
    );
    let frame = (option::of(background()), option::of(trim()), option::of(border()));
    (levels, decimal(0, 2_500_000), decimal(0, 100_000), turns, frame).prop_map(
        |(
            (brightness, contrast, gamma, saturation),
            blur,
            sharpen,
            (rotate, flip),
            (background, trim, border),
        )| Recipe {
            brightness,
            contrast,
            gamma,
            saturation,
            blur,
            sharpen,
            rotate,
            flip: Flip { horizontal: flip.0, vertical: flip.1 },
            background,
            trim,
            border,
            ..Recipe::default()
        },
    )
}

/// Any legal recipe.
pub(crate) fn recipe() -> impl Strategy<Value = Recipe> {
    let qualities = (option::of(quality()), option::of(quality()), option::of(side()));
    let switches = any::<(bool, bool, bool, bool)>();
    (size(), pixels(), qualities, option::of(format()), switches, pick(&Metadata::NAMES)).prop_map(
        |(
            size,
            pixels,
            (quality, slow_quality, max_bytes),
            format,
            (linear, fast, anim, redirect),
            metadata,
        )| {
            Recipe {
                width: size.width,
                height: size.height,
                fit: size.fit,
                no_enlarge: size.no_enlarge,
                margin: size.margin,
                gravity: size.gravity,
                dpr: size.dpr,
                width_breakpoints: size.width_breakpoints,
                width_mobile: size.width_mobile,
                width_desktop: size.width_desktop,
                linear,
                quality,
                slow_quality,
                max_bytes,
                format,
                fast,
                anim,
                metadata,
                redirect_on_error: redirect,
                ..pixels
            }
        },
    )
}
