//! Texts of option values become values, and what cannot be used is said in words.

use std::ops::RangeInclusive;

use super::nearest;
use super::values::{
    Color, Decimal, Gravity, Length, Quality, QualityLevel, QualityNumber, Rotation,
};

/// Why a value was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Objection {
    /// Not of the option's form.
    Malformed {
        /// What was expected, in words.
        expected: String,
        /// A value that was probably meant.
        hint: Option<String>,
    },
    /// Of no effect together with other options.
    NoEffect(String),
    /// Known, but not here.
    Unsupported(String),
}

/// How a value was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// As it was written.
    AsWritten,
    /// Brought into its range; in words.
    Clamped(String),
}

/// What became of a value.
pub(crate) type Verdict = Result<Applied, Objection>;

/// An [`Objection::Malformed`] without a hint.
pub(super) fn expected(what: impl Into<String>) -> Objection {
    Objection::Malformed { expected: format!("expected {}", what.into()), hint: None }
}

/// A whole number in decimal digits, brought into `range`.
pub(crate) fn integer(text: &str, range: RangeInclusive<u32>) -> Result<(u32, Applied), Objection> {
    let (low, high) = (*range.start(), *range.end());
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(expected(match high {
            u32::MAX => "a whole number".to_owned(),
            high => format!("a whole number from {low} to {high}"),
        }));
    }
    // Digits alone fail to parse only where there are too many of them.
    let number = text.parse().unwrap_or(u32::MAX);
    Ok((number.clamp(low, high), clamped(range.contains(&number), low, high, number < low)))
}

/// A decimal number, brought into `range`.
pub(crate) fn decimal(
    text: &str,
    range: RangeInclusive<Decimal>,
) -> Result<(Decimal, Applied), Objection> {
    let (low, high) = (*range.start(), *range.end());
    let number: Decimal =
        text.parse().map_err(|_| expected(format!("a number from {low} to {high}")))?;
    Ok((number.clamp(low, high), clamped(range.contains(&number), low, high, number < low)))
}

fn clamped<T: std::fmt::Display>(inside: bool, low: T, high: T, below: bool) -> Applied {
    if inside {
        return Applied::AsWritten;
    }
    let taken = if below { &low } else { &high };
    Applied::Clamped(format!("is not from {low} to {high}, taken as {taken}"))
}

/// One of the values that have names.
pub(crate) fn named<T: Copy>(names: &[(T, &'static str)], text: &str) -> Result<T, Objection> {
    if let Some((value, _)) = names.iter().find(|(_, name)| *name == text) {
        return Ok(*value);
    }
    let all: Vec<_> = names.iter().map(|(_, name)| *name).collect();
    Err(Objection::Malformed {
        expected: format!("expected one of {}", all.join(", ")),
        hint: nearest(text, all.iter().copied()).map(str::to_owned),
    })
}

/// The name of a value that has one.
pub(super) fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> Option<String> {
    names.iter().find(|(named, _)| named == value).map(|(_, name)| (*name).to_owned())
}

/// A CSS color: `fff`, `#a1b2c3`, `rgb(1 2 3 / 50%)`, `rebeccapurple` (CSS Color Module Level 4).
pub(crate) fn color(text: &str) -> Result<Color, Objection> {
    /// No color is longer; keeps the parser's work bounded.
    const LONGEST: usize = 64;
    let parsed = (text.len() <= LONGEST).then(|| csscolorparser::parse(text));
    let Some(Ok(parsed)) = parsed else {
        return Err(expected("a CSS color such as `ff8800`, `rgb(255,136,0)` or `orange`"));
    };
    let [red, green, blue, alpha] = parsed.to_rgba8();
    Ok(Color { red, green, blue, alpha })
}

/// `1` to `100`, the name of a level, or `auto`.
pub(super) fn quality(text: &str) -> Result<(Quality, Applied), Objection> {
    const BEST: u32 = 100;
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        if text == AUTO {
            return Ok((Quality::Auto, Applied::AsWritten));
        }
        return match named(&QualityLevel::NAMES, text) {
            Ok(level) => Ok((Quality::Level(level), Applied::AsWritten)),
            Err(Objection::Malformed { hint, .. }) => Err(Objection::Malformed {
                expected: "expected 1 to 100, high, medium-high, medium-low, low or auto"
                    .to_owned(),
                hint,
            }),
            Err(other) => Err(other),
        };
    }
    let (number, applied) = integer(text, 1..=BEST)?;
    u8::try_from(number)
        .ok()
        .and_then(|number| QualityNumber::new(number).ok())
        .map(|number| (Quality::Number(number), applied))
        .ok_or_else(|| expected("1 to 100"))
}

/// [`Quality::Auto`] in a URL.
const AUTO: &str = "auto";

/// The text of a quality.
pub(super) fn quality_text(quality: Quality) -> Option<String> {
    match quality {
        Quality::Number(number) => Some(number.get().to_string()),
        Quality::Level(level) => name_of(&QualityLevel::NAMES, &level),
        Quality::Auto => Some(AUTO.to_owned()),
    }
}

/// A side, the middle, `auto` or a focal point, `0.5x0.2`.
pub(super) fn gravity(text: &str) -> Result<(Gravity, Applied), Objection> {
    if text == "face" {
        return Err(Objection::Unsupported("faces are not looked for".to_owned()));
    }
    let Some((x, y)) = text.split_once('x').filter(|(x, _)| is_number(x)) else {
        return named(&Gravity::NAMES, text).map(|gravity| (gravity, Applied::AsWritten));
    };
    let (x, x_applied) = decimal(x, Decimal::ZERO..=Decimal::ONE)?;
    let (y, y_applied) = decimal(y, Decimal::ZERO..=Decimal::ONE)?;
    let applied = if x_applied == Applied::AsWritten { y_applied } else { x_applied };
    Ok((Gravity::Point { x, y }, applied))
}

fn is_number(text: &str) -> bool {
    text.parse::<Decimal>().is_ok()
}

/// The text of a gravity.
pub(super) fn gravity_text(gravity: Gravity) -> Option<String> {
    match gravity {
        Gravity::Point { x, y } => Some(format!("{x}x{y}")),
        named => name_of(&Gravity::NAMES, &named),
    }
}

/// Whole pixels, or a fraction above 0 and below 1.
pub(super) fn length(text: &str) -> Result<Length, Objection> {
    let wrong = || expected("whole pixels, or a fraction of the side between 0 and 1");
    let number: Decimal = match text.parse::<u32>() {
        Ok(pixels) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            return Ok(Length::Pixels(pixels));
        }
        _ => text.parse().map_err(|_| wrong())?,
    };
    match number {
        Decimal::ZERO => Ok(Length::Pixels(0)),
        fraction if fraction < Decimal::ONE => Ok(Length::Fraction(fraction)),
        _ => Err(wrong()),
    }
}

/// The text of a length.
pub(super) fn length_text(length: Length) -> String {
    match length {
        Length::Pixels(pixels) => pixels.to_string(),
        Length::Fraction(fraction) => fraction.to_string(),
    }
}

/// Quarter turns in degrees.
pub(super) fn rotation(text: &str) -> Result<Rotation, Objection> {
    const FULL_TURN: u32 = 360;
    text.parse::<u32>()
        .ok()
        .map(|degrees| if degrees == FULL_TURN { 0 } else { degrees })
        .and_then(|degrees| Rotation::DEGREES.iter().find(|(_, named)| *named == degrees))
        .map(|(rotation, _)| *rotation)
        .ok_or_else(|| expected("0, 90, 180, 270 or 360"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_read_in_every_notation() {
        for (text, want) in [
            ("fff", "ffffff"),
            ("#FF8800", "ff8800"),
            ("ff880080", "ff880080"),
            ("red", "ff0000"),
            ("RebeccaPurple", "663399"),
            ("rgb(1,2,3)", "010203"),
            ("rgb(1 2 3 / 50%)", "01020380"),
            ("rgba(1,2,3,0)", "01020300"),
            ("hsl(120 100% 50%)", "00ff00"),
            ("transparent", "00000000"),
        ] {
            assert_eq!(color(text).map(|color| color.to_string()), Ok(want.to_owned()), "{text}");
        }
        let long = format!("rgb({})", "9".repeat(1000));
        for text in ["", "#", "ggg", "rgb(", "rgb(1,2)", "auto", "ü", &long] {
            assert!(color(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_are_pixels_or_fractions() {
        for (text, want) in [
            ("0", Length::Pixels(0)),
            ("0.0", Length::Pixels(0)),
            ("1", Length::Pixels(1)),
            ("4294967295", Length::Pixels(u32::MAX)),
            ("0.25", Length::Fraction(Decimal::from_ten_thousandths(2_500))),
        ] {
            assert_eq!(length(text), Ok(want), "{text}");
        }
        for text in ["", "-1", "+1", "1.5", "1.0", "4294967296", "10px", "50%"] {
            assert!(length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn integers_saturate_and_are_clamped() {
        assert_eq!(integer("5", 1..=10), Ok((5, Applied::AsWritten)));
        for (text, want) in [("0", 1), ("11", 10), ("99999999999999999999999", 10)] {
            let (number, applied) = integer(text, 1..=10).unwrap();
            assert_eq!(number, want, "{text}");
            assert!(matches!(applied, Applied::Clamped(_)), "{text}");
        }
        for text in ["", "-1", "+1", "1.5", "1e3", " 1", "٣"] {
            assert!(integer(text, 1..=10).is_err(), "{text}");
        }
    }
}
