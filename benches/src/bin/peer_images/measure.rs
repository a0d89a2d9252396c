//! The runs: for each work and source find the quality that matches, time both sides in turn, and
//! weigh a fresh process of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::judge::Judge;
use crate::process::{Process, Side};
use crate::say;
use crate::sources::{self, Original};
use crate::worker::{Transform, Transformed};
use crate::works::{Matched, Ours, Sources, Target, WORKS, Work};

/// What is to be run, with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bench<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) aom: Option<&'a Path>,
    pub(crate) quick: bool,
    pub(crate) only: Option<&'a str>,
}

/// All figures.
#[derive(Debug, Serialize)]
pub(crate) struct Results {
    pub(crate) works: Vec<WorkResult>,
    /// What was left out, and why.
    pub(crate) missing: Vec<String>,
    /// Versions of the other side, by name.
    pub(crate) versions: BTreeMap<String, String>,
}

/// The figures of a work.
#[derive(Debug, Serialize)]
pub(crate) struct WorkResult {
    pub(crate) name: &'static str,
    pub(crate) rounds: usize,
    pub(crate) matched: String,
    pub(crate) targets: &'static [Target],
    pub(crate) rows: Vec<Row>,
}

/// The figures of a source.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) source: String,
    pub(crate) profile: bool,
    /// Ours; sharp's is the work's.
    pub(crate) quality: u8,
    pub(crate) ours: Figures,
    pub(crate) sharp: Figures,
    /// What ours would take at sharp's score; `None` where no quality of ours comes to it.
    pub(crate) bytes_at_equal_score: Option<f64>,
}

/// One side's.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// Median of the rounds.
    pub(crate) cpu_ms: f64,
    pub(crate) bytes: u64,
    pub(crate) score: Option<f64>,
    /// Of a process that did nothing else.
    pub(crate) peak_kb: Option<u64>,
}

/// Runs all of it.
pub(crate) fn all(bench: &Bench<'_>) -> anyhow::Result<Results> {
    let mut missing = Vec::new();
    let mut wanted = Vec::new();
    for work in &WORKS {
        if bench.only.is_some_and(|only| !work.name.contains(only)) {
            continue;
        }
        if work.ours == Ours::Aom && bench.aom.is_none() {
            missing.push(format!("{}: no build with the feature `aom`", work.name));
            continue;
        }
        match sources::find(work.sources, bench.folder, bench.quick) {
            Ok(originals) => wanted.push((work, originals)),
            Err(error) => missing.push(format!("{}: {error:#}", work.name)),
        }
    }
    for line in &missing {
        say(&format!("left out: {line}"));
    }
    let steps: usize = wanted.iter().map(|(work, all)| all.len() * (bench.rounds(work) + 2)).sum();
    let bar = progress(steps as u64);
    let mut works = Vec::new();
    for (work, originals) in &wanted {
        bar.set_message(work.name);
        works.push(one(bench, work, originals, &bar).with_context(|| work.name)?);
    }
    bar.finish_and_clear();
    let versions = bench.sharp().start()?.ask(json!({ "command": "versions" }))?;
    Ok(Results { works, missing, versions })
}

fn one(
    bench: &Bench<'_>,
    work: &Work,
    originals: &[Original],
    bar: &ProgressBar,
) -> anyhow::Result<WorkResult> {
    let sides = Sides { bench, work, ours: bench.ours(work)?, sharp: bench.sharp() };
    let (mut ours, mut sharp) = (sides.ours.start()?, sides.sharp.start()?);
    let mut matches = Vec::new();
    for original in originals {
        let found = sides.matching(&mut ours, &mut sharp, original);
        matches.push(found.with_context(|| original.name.clone())?);
        bar.inc(1);
    }
    let mut times = vec![(Vec::new(), Vec::new()); originals.len()];
    for round in 0..bench.rounds(work) {
        for (at, (original, found)) in originals.iter().zip(&matches).enumerate() {
            let ours_run = sides.of_ours(original, found.quality, None);
            let sharp_run = sides.of_sharp(original, None);
            // Each goes first as often as the other.
            let (a, b): (Transformed, Transformed) = if (round + at) % 2 == 0 {
                let a = ours.ask(ours_run)?;
                (a, sharp.ask(sharp_run)?)
            } else {
                let b = sharp.ask(sharp_run)?;
                (ours.ask(ours_run)?, b)
            };
            times[at].0.extend(a.cpu_ms);
            times[at].1.extend(b.cpu_ms);
            bar.inc(1);
        }
    }
    let mut rows = Vec::new();
    for ((original, found), (ours_ms, sharp_ms)) in originals.iter().zip(matches).zip(times) {
        let ours_fresh: Transformed =
            sides.ours.start()?.ask(sides.of_ours(original, found.quality, None))?;
        let sharp_fresh: Transformed = sides.sharp.start()?.ask(sides.of_sharp(original, None))?;
        let figures = |times, result: &Rated, peak_kb| Figures {
            cpu_ms: median(times),
            bytes: result.bytes,
            score: result.score,
            peak_kb,
        };
        rows.push(Row {
            source: original.name.clone(),
            profile: original.profile,
            quality: found.quality,
            ours: figures(ours_ms, &found.ours, ours_fresh.peak_kb),
            sharp: figures(sharp_ms, &found.sharp, sharp_fresh.peak_kb),
            bytes_at_equal_score: found.bytes_at_equal_score,
        });
        bar.inc(1);
    }
    Ok(WorkResult {
        name: work.name,
        rounds: bench.rounds(work),
        matched: work.matched.describe(),
        targets: work.targets,
        rows,
    })
}

impl Bench<'_> {
    const fn rounds(&self, work: &Work) -> usize {
        if self.quick { 1 } else { work.rounds }
    }

    fn sharp(&self) -> Side {
        Side::Sharp(self.folder.to_owned())
    }

    fn ours(&self, work: &Work) -> anyhow::Result<Side> {
        Ok(Side::Ours(match (work.ours, self.aom) {
            (Ours::Aom, Some(program)) => program.to_owned(),
            _ => std::env::current_exe()?,
        }))
    }
}

impl Matched {
    fn describe(self) -> String {
        match self {
            Self::Quality(quality) => format!("both at quality {quality}"),
            Self::Bytes => "ours at the quality whose bytes are nearest to sharp's".to_owned(),
            Self::Score => "ours at the quality whose score is nearest to sharp's".to_owned(),
        }
    }
}

/// Both sides of a work.
struct Sides<'a> {
    bench: &'a Bench<'a>,
    work: &'a Work,
    ours: Side,
    sharp: Side,
}

/// A result of one side.
#[derive(Clone, Copy, Debug)]
struct Rated {
    bytes: u64,
    score: Option<f64>,
}

/// Where the two are compared.
struct Match {
    quality: u8,
    ours: Rated,
    sharp: Rated,
    bytes_at_equal_score: Option<f64>,
}

/// Of WebP 100 is lossless.
const QUALITIES: std::ops::RangeInclusive<u8> = 1..=99;

impl Sides<'_> {
    fn of_ours(&self, original: &Original, quality: u8, out: Option<PathBuf>) -> Transform {
        let Work { width, format, options, .. } = self.work;
        let name = &original.name;
        let url = format!(
            "/cdn-cgi/image/width={width},quality={quality},format={format},metadata=none{options}/{name}"
        );
        Transform { source: original.path.clone(), url, runs: self.runs(), out }
    }

    fn of_sharp(&self, original: &Original, out: Option<&Path>) -> serde_json::Value {
        json!({
            "command": "transform",
            "source": original.path,
            "width": self.work.width,
            "format": self.work.format,
            "options": (self.work.sharp)(),
            "runs": self.runs(),
            "out": out,
        })
    }

    /// Short works twice in a row: the first finds the caches full of the other side's data.
    fn runs(&self) -> usize {
        if self.work.format == "avif" { 1 } else { 2 }
    }

    /// Finds the quality to compare at, and what ours takes at sharp's score.
    fn matching(
        &self,
        ours: &mut Process,
        sharp: &mut Process,
        original: &Original,
    ) -> anyhow::Result<Match> {
        let folder = self.bench.folder;
        let out = folder.join("result");
        let made: Transformed = sharp.ask(self.of_sharp(original, Some(&out)))?;
        // A picture too large to be judged in reasonable time is compared as it is.
        let mut judge = match self.work.sources {
            Sources::Giant => None,
            _ => Some(Judge::new(sharp, folder.join("pixels"), &original.path)?),
        };
        let mut rate = |made: &Transformed| {
            let score = judge.as_mut().map(|judge| judge.score(&out)).transpose()?;
            anyhow::Ok(Rated { bytes: made.bytes, score })
        };
        let sharp = rate(&made)?;
        let mut known = BTreeMap::new();
        let mut at = |quality: u8| {
            if let Some(rated) = known.get(&quality) {
                return Ok(*rated);
            }
            let command =
                Transform { runs: 1, ..self.of_ours(original, quality, Some(out.clone())) };
            let rated = rate(&ours.ask(command)?)?;
            known.insert(quality, rated);
            anyhow::Ok(rated)
        };
        let by_score = match sharp.score {
            Some(score) => Some(bracket(&mut at, |rated| rated.score >= Some(score))?),
            None => None,
        };
        let quality = match (self.work.matched, by_score) {
            (Matched::Quality(quality), _) => quality,
            (Matched::Score, Some(bracket)) => bracket.nearest(&mut at, |rated| {
                rated.score.unwrap_or_default() - sharp.score.unwrap_or_default()
            })?,
            _ => bracket(&mut at, |rated| rated.bytes >= sharp.bytes)?
                .nearest(&mut at, |rated| rated.bytes as f64 - sharp.bytes as f64)?,
        };
        let bytes_at_equal_score = match (by_score, sharp.score) {
            (Some(bracket), Some(score)) => bracket.bytes_at(&mut at, score)?,
            _ => None,
        };
        Ok(Match { quality, ours: at(quality)?, sharp, bytes_at_equal_score })
    }
}

/// Two neighboring qualities: the upper one is enough, the lower one is not.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    below: Option<u8>,
    enough: Option<u8>,
}

/// Finds the smallest quality that is enough.
fn bracket(
    at: &mut impl FnMut(u8) -> anyhow::Result<Rated>,
    is_enough: impl Fn(&Rated) -> bool,
) -> anyhow::Result<Bracket> {
    let (mut low, mut high) = (*QUALITIES.start(), *QUALITIES.end() + 1);
    while low < high {
        let middle = low.midpoint(high);
        if is_enough(&at(middle)?) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let within = |quality: u8| QUALITIES.contains(&quality).then_some(quality);
    Ok(Bracket { below: within(low - 1), enough: within(low) })
}

impl Bracket {
    /// The one of the two that is off by less.
    fn nearest(
        self,
        at: &mut impl FnMut(u8) -> anyhow::Result<Rated>,
        off_by: impl Fn(&Rated) -> f64,
    ) -> anyhow::Result<u8> {
        let (Some(below), Some(enough)) = (self.below, self.enough) else {
            return Ok(self.below.or(self.enough).unwrap_or(*QUALITIES.end()));
        };
        let nearer = off_by(&at(below)?).abs() < off_by(&at(enough)?).abs();
        Ok(if nearer { below } else { enough })
    }

    /// The bytes at a score between the two, as a straight line in their logarithm.
    fn bytes_at(
        self,
        at: &mut impl FnMut(u8) -> anyhow::Result<Rated>,
        score: f64,
    ) -> anyhow::Result<Option<f64>> {
        let (Some(below), Some(enough)) = (self.below, self.enough) else { return Ok(None) };
        let (below, enough) = (at(below)?, at(enough)?);
        let (Some(from), Some(to)) = (below.score, enough.score) else { return Ok(None) };
        let part = if to > from { (score - from) / (to - from) } else { 1.0 };
        let (from, to) = ((below.bytes as f64).ln(), (enough.bytes as f64).ln());
        Ok(Some((to - from).mul_add(part, from).exp()))
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    match (times.len(), times.get(middle.saturating_sub(1)), times.get(middle)) {
        (0, ..) => f64::NAN,
        (count, Some(low), Some(high)) if count.is_multiple_of(2) => low.midpoint(*high),
        (_, _, Some(middle)) => *middle,
        _ => f64::NAN,
    }
}

fn progress(steps: u64) -> ProgressBar {
    // The fallback is the crate's own look; the template is checked by a test.
    ProgressBar::new(steps).with_style(style().unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn style() -> Result<ProgressStyle, indicatif::style::TemplateError> {
    ProgressStyle::with_template("{bar:40} {pos}/{len}, {eta} left  {msg}")
        .map(|style| style.progress_chars("━╸─"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_one() {
        assert!(style().is_ok());
    }

    #[test]
    fn a_median_is_in_the_middle() {
        for (times, want) in [(vec![3.0], 3.0), (vec![9.0, 1.0, 2.0], 2.0), (vec![4.0, 2.0], 3.0)] {
            assert!((median(times.clone()) - want).abs() < 1e-9, "{times:?}");
        }
    }

    #[test]
    fn the_search_brackets_what_is_asked_for() {
        let rated = |quality: u8| Rated {
            bytes: u64::from(quality) * 100,
            score: Some(f64::from(quality)),
        };
        for (bytes, want) in [(4_210, 42), (4_270, 43), (1, 1), (1_000_000, 99)] {
            let mut at = |quality| Ok(rated(quality));
            let found = bracket(&mut at, |rated| rated.bytes >= bytes).unwrap();
            let nearest = found.nearest(&mut at, |rated| rated.bytes as f64 - bytes as f64);
            assert_eq!(nearest.unwrap(), want, "{bytes}");
        }
        let mut at = |quality| Ok(rated(quality));
        let found = bracket(&mut at, |rated| rated.score >= Some(50.5)).unwrap();
        let bytes = found.bytes_at(&mut at, 50.5).unwrap().unwrap();
        assert!((5_049.0..5_051.0).contains(&bytes), "{bytes}");
    }
}
