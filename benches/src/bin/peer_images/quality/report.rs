//! benches/results/quality.md.

use std::fmt::Write as _;

use super::{AUTO, Encoder, LEVELS, NUMBERS, Sample, Set, WIDTHS};

/// The whole report.
pub(super) fn markdown(samples: &[Sample], machine: &[String]) -> String {
    let (samples, check): (Vec<Sample>, Vec<Sample>) =
        samples.iter().cloned().partition(|sample| sample.set == Set::Calibration);
    let mut photos: Vec<_> = samples.iter().map(|sample| sample.photo.as_str()).collect();
    photos.sort_unstable();
    photos.dedup();
    let widths = WIDTHS.map(|width| width.to_string()).join(", ");
    let mut text = String::from("# Qualities: what the levels are worth\n\n");
    for line in machine {
        line_to(&mut text, format_args!("- {line}"));
    }
    line_to(
        &mut text,
        format_args!(
            "- Photos: {} ({}), each at the widths {widths} that it is larger than",
            photos.len(),
            photos.join(", "),
        ),
    );
    text.push_str(INTRODUCTION);
    let measured: Vec<Encoder> =
        Encoder::ALL.into_iter().filter(|encoder| has(&samples, *encoder)).collect();
    text.push_str(&numbers(&samples, &measured));
    for encoder in &measured {
        text.push_str(&levels(&samples, *encoder));
    }
    text.push_str(AUTO_INTRODUCTION);
    for encoder in &measured {
        text.push_str(&auto(&samples, *encoder, encoder.name()));
    }
    text.push_str(&auto(&check, Encoder::Jpeg, "JPEG, the example shops' pictures"));
    text
}

const INTRODUCTION: &str = "
Made by `cargo xtask peers quality`. *Score* is SSIMULACRA2 of the answer against a Lanczos3 reduction,
in full precision, of every pixel of the original, both decoded by our own decoder.

## The numbers

The quality at which the median of the scores is the level's target, between measured ones by
interpolation; `codec/levels.rs` has them. *floor* is the least to which `max-bytes` goes.

";

const AUTO_INTRODUCTION: &str = "
## `auto`

`quality=auto` beside `quality=medium-high`, both of which aim at 75. *Off* is the mean distance of a
score from that; bytes and *ms*, the CPU time of a whole answer, are geometric means. It was fitted to these
photos as JPEG; the example shops' pictures, rendered but for some small ones, it has not seen. To WebP and
AVIF nothing was found that helps photos beyond those that it is fitted to: there it is `medium-high`.

| encoder | quality | 10th percentile | median | 90th | deviation | off | bytes | ms |
|---|---|---|---|---|---|---|---|---|
";

fn has(samples: &[Sample], encoder: Encoder) -> bool {
    samples.iter().any(|sample| sample.encoder == encoder)
}

/// A row for each level, a column for each encoder.
fn numbers(samples: &[Sample], measured: &[Encoder]) -> String {
    let names: Vec<_> = measured.iter().map(|encoder| encoder.name()).collect();
    let mut text = format!("| level | score | {} |\n|---|---|", names.join(" | "));
    text.push_str(&"---|".repeat(names.len()));
    text.push('\n');
    for (level, target) in LEVELS {
        let number = |encoder: &Encoder| {
            number(samples, *encoder, target).map_or_else(|| "-".to_owned(), |n| format!("{n:.1}"))
        };
        let numbers: Vec<_> = measured.iter().map(number).collect();
        line_to(&mut text, format_args!("| {level} | {target:.0} | {} |", numbers.join(" | ")));
    }
    text
}

/// The number at which the median score is the target; `None` where no number gives it.
fn number(samples: &[Sample], encoder: Encoder, target: f64) -> Option<f64> {
    let points: Vec<(f64, f64)> = NUMBERS
        .iter()
        .filter_map(|number| {
            let scores = scores(samples, encoder, &number.to_string(), |_| true);
            Some((f64::from(*number), percentile(&scores, 0.5)?))
        })
        .collect();
    points.windows(2).find_map(|pair| match pair {
        [(low, below), (high, above)] if (*below..=*above).contains(&target) => {
            Some(low + (high - low) * (target - below) / (above - below))
        }
        _ => None,
    })
}

/// What the levels in force score, all widths together and each alone.
fn levels(samples: &[Sample], encoder: Encoder) -> String {
    let mut text = format!("\n## {}, the levels as a URL names them\n\n", encoder.name());
    let widths = WIDTHS.map(|width| format!("{width} px"));
    line_to(
        &mut text,
        format_args!(
            "| level | target | 10th percentile | median | 90th | median at {} | bytes |",
            widths.join(" | at ")
        ),
    );
    text.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for (level, target) in LEVELS {
        let all = scores(samples, encoder, level, |_| true);
        if all.is_empty() {
            continue;
        }
        let [low, middle, high] = [0.1, 0.5, 0.9].map(|part| score(percentile(&all, part)));
        let at = WIDTHS.map(|width| {
            let scores = scores(samples, encoder, level, |sample| sample.width == width);
            score(percentile(&scores, 0.5))
        });
        let bytes = geomean(of(samples, encoder, level).map(|sample| sample.bytes as f64));
        line_to(
            &mut text,
            format_args!(
                "| {level} | {target:.0} | {low} | {middle} | {high} | {} | {bytes:.0} |",
                at.join(" | ")
            ),
        );
    }
    text
}

/// Fixed and per photo.
fn auto(samples: &[Sample], encoder: Encoder, name: &str) -> String {
    let (level, target) = LEVELS[AUTO.1];
    let mut text = String::new();
    for quality in [level, AUTO.0] {
        let scores = scores(samples, encoder, quality, |_| true);
        if scores.is_empty() {
            continue;
        }
        let count = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / count;
        let square = |value: &f64| (value - mean) * (value - mean);
        let deviation = (scores.iter().map(square).sum::<f64>() / count).sqrt();
        let off = scores.iter().map(|score| (score - target).abs()).sum::<f64>() / count;
        let [low, middle, high] = [0.1, 0.5, 0.9].map(|part| score(percentile(&scores, part)));
        let bytes = geomean(of(samples, encoder, quality).map(|sample| sample.bytes as f64));
        let time = geomean(of(samples, encoder, quality).map(|sample| sample.cpu_ms));
        line_to(
            &mut text,
            format_args!(
                "| {name} | `{quality}` | {low} | {middle} | {high} | {deviation:.1} | {off:.1} \
                 | {bytes:.0} | {time:.1} |"
            ),
        );
    }
    text
}

fn of<'a>(
    samples: &'a [Sample],
    encoder: Encoder,
    quality: &'a str,
) -> impl Iterator<Item = &'a Sample> {
    samples.iter().filter(move |sample| sample.encoder == encoder && sample.quality == quality)
}

/// Sorted.
fn scores(
    samples: &[Sample],
    encoder: Encoder,
    quality: &str,
    which: impl Fn(&Sample) -> bool,
) -> Vec<f64> {
    let chosen = of(samples, encoder, quality).filter(|sample| which(sample));
    let mut scores: Vec<f64> = chosen.map(|sample| sample.score).collect();
    scores.sort_by(f64::total_cmp);
    scores
}

/// Of sorted values, between two of them by interpolation.
fn percentile(sorted: &[f64], part: f64) -> Option<f64> {
    let at = part * sorted.len().checked_sub(1)? as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small index")]
    let low = at as usize;
    let high = (low + 1).min(sorted.len() - 1);
    Some(sorted[low] + (sorted[high] - sorted[low]) * (at - low as f64))
}

fn score(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}

fn geomean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) =
        values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value.ln()));
    (sum / count).exp()
}

fn line_to(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a text cannot fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(photo: &str, quality: &str, score: f64) -> Sample {
        Sample {
            photo: photo.to_owned(),
            set: Set::Calibration,
            width: 320,
            encoder: Encoder::Jpeg,
            quality: quality.to_owned(),
            score,
            bytes: 1_000,
            cpu_ms: 1.0,
        }
    }

    #[test]
    fn a_number_is_found_between_two_that_were_measured() {
        let samples = [
            sample("a", "65", 60.0),
            sample("b", "65", 70.0),
            sample("c", "65", 80.0),
            sample("a", "75", 70.0),
            sample("b", "75", 80.0),
            sample("c", "75", 90.0),
        ];
        assert_eq!(number(&samples, Encoder::Jpeg, 76.0), Some(71.0));
        assert_eq!(number(&samples, Encoder::Jpeg, 95.0), None);
        assert_eq!(number(&samples, Encoder::Webp, 75.0), None);
    }

    #[test]
    fn percentiles_are_interpolated() {
        let sorted = [1.0, 2.0, 3.0, 4.0, 11.0];
        for (part, want) in [(0.0, 1.0), (0.5, 3.0), (0.125, 1.5), (1.0, 11.0)] {
            assert_eq!(percentile(&sorted, part), Some(want), "{part}");
        }
        assert_eq!(percentile(&[], 0.5), None);
    }
}
