//! The figures as tables.

use std::fmt::Write as _;

use crate::measure::{Results, Row, WorkResult};
use crate::works::Target;

/// The whole report.
pub(crate) fn markdown(results: &Results, machine: &[String], quick: bool) -> String {
    let mut text = String::from("# Pictures: ours and sharp\n\n");
    if quick {
        text.push_str("**Three photos, one round: to try the run, not to quote.**\n\n");
    }
    for line in machine {
        writeln_to(&mut text, format_args!("- {line}"));
    }
    let versions: Vec<_> =
        results.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    writeln_to(&mut text, format_args!("- sharp's side: {}", versions.join(", ")));
    text.push_str(HOW);
    text.push_str("## In short\n\nGeometric means of ours / sharp; less is better.\n\n");
    text.push_str(&summary(results));
    for line in &results.missing {
        writeln_to(&mut text, format_args!("\nNot measured: {line}"));
    }
    for work in &results.works {
        text.push_str(&details(work));
    }
    text
}

const HOW: &str = "
Made by `cargo xtask peers images`. Both sides answer in processes that stay, one thread each
(`sharp.concurrency(1)`, `sharp.cache(false)`), from a file's bytes in memory to the result's bytes:
ours through `accept` and `Job::finish` with a request's URL and the version that an origin's `ETag`
gives, sharp's as `sharp(bytes).autoOrient().resize({ width })`. They take turns on every photo,
changing who goes first; *time* is the CPU time of the whole process, the median of the rounds. *Score* is SSIMULACRA2
against a Lanczos3 reduction, in full precision, of every decoded pixel; sharp decodes the sources and
both sides' results for it. *Bytes at equal score* are those of ours at the quality that scores what
sharp scored, between two qualities by interpolation. *Memory* is the peak of a fresh process that
makes one picture: of ours the benchmark's program, of sharp's node with sharp.

";

/// A line per target, and one for the time where that has none.
pub(crate) fn summary(results: &Results) -> String {
    let mut text = String::from("| work | what | target | measured | |\n|---|---|---|---|---|\n");
    for work in &results.works {
        let all: Vec<&Row> = work.rows.iter().collect();
        if !work.targets.iter().any(|target| matches!(target, Target::Time(_))) {
            let time = geomean(&all, Row::time).unwrap_or(f64::NAN);
            writeln_to(&mut text, format_args!("| {} | time | | {time:.2} | |", work.name));
        }
        for target in work.targets {
            let (what, limit, measured) = target.measure(&all);
            let unit = if matches!(target, Target::Megabytes(_)) { " MB" } else { "" };
            let (value, word) = match measured {
                None => ("not measured".to_owned(), ""),
                Some((value, true)) => (format!("{value:.2}{unit}"), "met"),
                Some((value, false)) => (format!("{value:.2}{unit}"), "**missed**"),
            };
            writeln_to(
                &mut text,
                format_args!("| {} | {what} | {limit:.2}{unit} | {value} | {word} |", work.name),
            );
        }
    }
    text
}

impl Target {
    /// What it is about, its limit, and the value with whether that is within it.
    fn measure(self, rows: &[&Row]) -> (&'static str, f64, Option<(f64, bool)>) {
        let within = |limit: f64, value: Option<f64>| value.map(|value| (value, value <= limit));
        match self {
            Self::Time(limit) => ("time", limit, within(limit, geomean(rows, Row::time))),
            Self::TimeAndScore(limit) => {
                let worst = least(rows, Row::score);
                let measured = within(limit, geomean(rows, Row::time))
                    .map(|(value, ok)| (value, ok && worst.is_some_and(|worst| worst >= 0.0)));
                ("time, and no photo scored below sharp's", limit, measured)
            }
            Self::Bytes(limit) => (
                "bytes at equal score",
                limit,
                within(limit, geomean(rows, Row::bytes_at_equal_score)),
            ),
            Self::Memory(limit) => {
                ("peak memory", limit, within(limit, geomean(rows, Row::memory)))
            }
            Self::Megabytes(limit) => {
                let peaks = rows.iter().map(|row| Some(row.ours.peak_kb? as f64 / 1e3));
                let most = peaks.collect::<Option<Vec<_>>>();
                let most = most.and_then(|all| all.into_iter().max_by(f64::total_cmp));
                ("peak memory of ours", limit, within(limit, most))
            }
        }
    }
}

impl Row {
    #[expect(clippy::unnecessary_wraps, reason = "other ratios are not always there")]
    fn time(&self) -> Option<f64> {
        Some(self.ours.cpu_ms / self.sharp.cpu_ms)
    }

    #[expect(clippy::unnecessary_wraps, reason = "other ratios are not always there")]
    fn bytes(&self) -> Option<f64> {
        Some(self.ours.bytes as f64 / self.sharp.bytes as f64)
    }

    fn bytes_at_equal_score(&self) -> Option<f64> {
        Some(self.bytes_at_equal_score? / self.sharp.bytes as f64)
    }

    fn memory(&self) -> Option<f64> {
        Some(self.ours.peak_kb? as f64 / self.sharp.peak_kb? as f64)
    }

    /// Ours over sharp's, as a difference.
    fn score(&self) -> Option<f64> {
        Some(self.ours.score? - self.sharp.score?)
    }
}

/// A work's own tables.
fn details(work: &WorkResult) -> String {
    let mut text = String::new();
    writeln_to(
        &mut text,
        format_args!("\n## {}\n\n{} rounds; {}.\n", work.name, work.rounds, work.matched),
    );
    text.push_str(
        "| sources | n | time | bytes | bytes at equal score | score, mean and worst difference | memory |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let groups: [(&str, Vec<&Row>); 3] = [
        ("all", work.rows.iter().collect()),
        ("without a color profile", work.rows.iter().filter(|row| !row.profile).collect()),
        ("with a color profile", work.rows.iter().filter(|row| row.profile).collect()),
    ];
    let whole = groups[0].1.len();
    for (name, rows) in groups {
        // A group that is all or nothing says no more than the first line.
        if rows.is_empty() || (name != "all" && rows.len() == whole) {
            continue;
        }
        writeln_to(
            &mut text,
            format_args!(
                "| {name} | {} | {} | {} | {} | {}, {} | {} |",
                rows.len(),
                ratio(geomean(&rows, Row::time)),
                ratio(geomean(&rows, Row::bytes)),
                ratio(geomean(&rows, Row::bytes_at_equal_score)),
                difference(mean(&rows, Row::score)),
                difference(least(&rows, Row::score)),
                ratio(geomean(&rows, Row::memory)),
            ),
        );
    }
    text.push_str(
        "\n| source | quality of ours | ms ours / sharp | ratio | bytes ours / sharp | ratio | at equal score \
         | score ours / sharp | peak MB ours / sharp |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in &work.rows {
        text.push_str(&detail(row));
    }
    text
}

fn detail(row: &Row) -> String {
    let score = |score: Option<f64>| score.map_or_else(none, |score| format!("{score:.1}"));
    let megabytes =
        |peak: Option<u64>| peak.map_or_else(none, |kb| format!("{:.1}", kb as f64 / 1e3));
    format!(
        "| {}{} | {} | {:.1} / {:.1} | {} | {} / {} | {} | {} | {} / {} | {} / {} |\n",
        row.source,
        if row.profile { " (profile)" } else { "" },
        row.quality,
        row.ours.cpu_ms,
        row.sharp.cpu_ms,
        ratio(row.time()),
        row.ours.bytes,
        row.sharp.bytes,
        ratio(row.bytes()),
        ratio(row.bytes_at_equal_score()),
        score(row.ours.score),
        score(row.sharp.score),
        megabytes(row.ours.peak_kb),
        megabytes(row.sharp.peak_kb),
    )
}

fn none() -> String {
    "-".to_owned()
}

fn ratio(value: Option<f64>) -> String {
    value.map_or_else(none, |value| format!("{value:.3}"))
}

fn difference(value: Option<f64>) -> String {
    value.map_or_else(none, |value| format!("{value:+.1}"))
}

/// Of those that have one; `None` where none has.
fn geomean(rows: &[&Row], of: fn(&Row) -> Option<f64>) -> Option<f64> {
    let logs: Vec<f64> = rows.iter().filter_map(|row| of(row)).map(f64::ln).collect();
    (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
}

fn mean(rows: &[&Row], of: fn(&Row) -> Option<f64>) -> Option<f64> {
    let values: Vec<f64> = rows.iter().filter_map(|row| of(row)).collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn least(rows: &[&Row], of: fn(&Row) -> Option<f64>) -> Option<f64> {
    rows.iter().filter_map(|row| of(row)).min_by(f64::total_cmp)
}

fn writeln_to(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a text cannot fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Figures;

    fn row(ours_ms: f64, score: f64) -> Row {
        let figures = |cpu_ms, score| Figures {
            cpu_ms,
            bytes: 1_000,
            score: Some(score),
            peak_kb: Some(10_000),
        };
        Row {
            source: "a.jpg".to_owned(),
            profile: false,
            quality: 80,
            ours: figures(ours_ms, score),
            sharp: figures(10.0, 80.0),
            bytes_at_equal_score: None,
        }
    }

    #[test]
    fn a_target_is_met_or_missed() {
        let (fast, slow, worse) = (row(4.0, 81.0), row(9.0, 80.0), row(4.0, 79.0));
        for (target, row, want) in [
            (Target::Time(0.5), &fast, Some(true)),
            (Target::Time(0.5), &slow, Some(false)),
            (Target::TimeAndScore(0.5), &fast, Some(true)),
            (Target::TimeAndScore(0.5), &worse, Some(false)),
            (Target::Bytes(1.0), &fast, None),
            (Target::Memory(0.2), &fast, Some(false)),
            (Target::Megabytes(40.0), &fast, Some(true)),
        ] {
            let (_, _, measured) = target.measure(&[row]);
            assert_eq!(measured.map(|(_, met)| met), want, "{target:?}");
        }
    }

    #[test]
    fn means_are_geometric() {
        let rows = [row(5.0, 80.0), row(20.0, 80.0)];
        let mean = geomean(&[&rows[0], &rows[1]], Row::time).unwrap();
        assert!((mean - 1.0).abs() < 1e-9, "{mean}");
    }
}
