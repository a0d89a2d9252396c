//! What a perceptual level is on the scale of each encoder.

use crate::recipe::{Format, QualityLevel, QualityNumber};

use super::{FULL_QUALITY, quality};

/// The number that makes half of the photos score what the level stands for, SSIMULACRA2 at the width
/// at which they are delivered; `cargo xtask peers quality` finds it.
pub(super) const fn level_quality(format: Format, level: QualityLevel) -> QualityNumber {
    let row = match level {
        QualityLevel::High => &HIGH,
        QualityLevel::MediumHigh => &MEDIUM_HIGH,
        QualityLevel::MediumLow => &MEDIUM_LOW,
        QualityLevel::Low => &LOW,
    };
    row.of(format)
}

/// The least quality that a limit of bytes may lead to: half of the photos score 30, "low quality" in
/// the words of the metric's authors.
pub(super) const fn floor(format: Format) -> QualityNumber {
    FLOOR.of(format)
}

// AVIF's are rav1e's; libaom's quantizers are chosen to score the same, and are within 2 of the target.
const HIGH: Row = Row::new(90, 94, 90);
const MEDIUM_HIGH: Row = Row::new(77, 80, 82);
const MEDIUM_LOW: Row = Row::new(55, 56, 61);
const LOW: Row = Row::new(33, 27, 40);
const FLOOR: Row = Row::new(21, 9, 23);

/// A level in every format that has a scale.
struct Row {
    jpeg: QualityNumber,
    webp: QualityNumber,
    avif: QualityNumber,
}

impl Row {
    const fn new(jpeg: u8, webp: u8, avif: u8) -> Self {
        Self { jpeg: quality(jpeg), webp: quality(webp), avif: quality(avif) }
    }

    const fn of(&self, format: Format) -> QualityNumber {
        match format {
            Format::Jpeg => self.jpeg,
            Format::Webp => self.webp,
            Format::Avif => self.avif,
            Format::Png | Format::Gif => FULL_QUALITY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [(&str, &Row); 5] = [
        ("| `high` | 85", &HIGH),
        ("| `medium-high` | 75", &MEDIUM_HIGH),
        ("| `medium-low` | 65", &MEDIUM_LOW),
        ("| `low` | 50", &LOW),
        ("| *floor* (`max-bytes` only) | 30", &FLOOR),
    ];

    #[test]
    fn the_documentation_has_these_numbers() {
        let documented = include_str!("../../../docs/urls.md");
        for (start, Row { jpeg, webp, avif }) in ROWS {
            let row = format!("{start} | {} | {} | {} |\n", jpeg.get(), webp.get(), avif.get());
            assert!(documented.contains(&row), "docs/urls.md lacks {row}");
        }
    }

    #[test]
    fn a_higher_level_has_a_higher_number_in_every_format() {
        for format in [Format::Jpeg, Format::Webp, Format::Avif] {
            assert!(ROWS.is_sorted_by(|(_, a), (_, b)| a.of(format) > b.of(format)), "{format:?}");
        }
    }
}
