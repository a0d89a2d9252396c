//! The figures as Markdown.

use std::fmt::Write as _;

use benches::runs::{Run, median};

use crate::RunArgs;
use crate::engines::{Engine, LEAGUE};
use crate::rounds::Results;

/// A line of the summary.
struct Line {
    what: String,
    target: String,
    measured: f64,
    unit: &'static str,
    is_met: bool,
}

/// The whole report.
pub(crate) fn markdown(results: &Results, machine: &[String], args: &RunArgs) -> String {
    let mut text = "# Questions to logs: ours and others\n\n".to_owned();
    for line in machine {
        push(&mut text, format_args!("- {line}"));
    }
    let megabytes = results.bytes as f64 / 1e6;
    push(
        &mut text,
        format_args!(
            "- The logs: {} lines of version 1 with 33 columns in {} gzip files, {megabytes:.0} MB, of \
             `log-corpus`\n- Rounds: {}, in turn, after one that warms the page cache; figures are medians, \
             ratios medians of\n  the ratios within a round",
            args.lines, results.files, args.rounds
        ),
    );
    push(
        &mut text,
        format_args!(
            "\nMade by `cargo xtask peers logs`. Each run is a process of its own with two threads: *CPU* is the \
             time of all\nits threads, user and system, *memory* its peak, as the kernel tells at its end. The \
             peers are those\nof `benches/peers/logs/requirements.txt`, and start a Python. Before the first \
             round the answers are\ncompared: requests, bytes and hits have to be equal for every site, the \
             95th percentiles, which\neach estimates in its own way, within a tenth. The question:\n\n```sql\n{LEAGUE}\n```\n\n## In short\n"
        ),
    );
    text.push_str("| what | target | measured | |\n|---|---:|---:|---|\n");
    for Line { what, target, measured, unit, is_met } in summary(results, args) {
        let met = if is_met { "met" } else { "**missed**" };
        push(&mut text, format_args!("| {what} | {target} | {measured:.2}{unit} | {met} |"));
    }
    text.push_str("\n## Figures\n\n| engine | CPU | wall | memory |\n|---|---:|---:|---:|\n");
    for (engine, runs) in &results.runs {
        row(&mut text, engine.name(), runs);
    }
    if let Some(run) = results.goaccess {
        row(&mut text, "GoAccess, one run, with zcat", &[run]);
    }
    text
}

fn row(text: &mut String, name: &str, runs: &[Run]) {
    let of = |figure: fn(&Run) -> f64| median(runs.iter().map(figure).collect());
    push(
        text,
        format_args!("| {name} | {:.2} s | {:.2} s | {:.0} MB |", of(cpu), of(wall), of(peak)),
    );
}

fn summary(results: &Results, args: &RunArgs) -> Vec<Line> {
    use Engine::{ChDb, DuckDb, Floor, Ours, OursCompacted, OursManyGroups, OursTenfold, Polars};
    let at_most = |what: &str, measured: f64, most: f64, unit| Line {
        what: what.to_owned(),
        target: format!("<= {most}{unit}"),
        measured,
        unit,
        is_met: measured <= most,
    };
    let at_least = |what: &str, measured: f64, least: f64| Line {
        what: what.to_owned(),
        target: format!(">= {least}x"),
        measured,
        unit: "x",
        is_met: measured >= least,
    };
    let memory = |engine| median(results.of(engine).iter().map(peak).collect());
    let mut lines = vec![
        at_most("CPU against inflating alone", results.ratio(Ours, Floor, cpu), 1.5, ""),
        at_most("CPU against DuckDB", results.ratio(Ours, DuckDb, cpu), 0.45, ""),
        at_most("wall against DuckDB", results.ratio(Ours, DuckDb, wall), 0.45, ""),
        at_most("CPU against Polars", results.ratio(Ours, Polars, cpu), 0.6, ""),
        at_most("wall against Polars", results.ratio(Ours, Polars, wall), 0.6, ""),
        at_most("CPU against chDB", results.ratio(Ours, ChDb, cpu), 1.0, ""),
        at_most("memory", memory(Ours), 150.0, " MB"),
        at_most("memory, ten times the files", memory(OursTenfold), 150.0, " MB"),
        at_most("memory, a group for each port of viewers", memory(OursManyGroups), 400.0, " MB"),
    ];
    if !results.of(OursCompacted).is_empty() {
        let ratio = results.ratio(Ours, OursCompacted, cpu);
        lines.push(at_least("CPU of the files against that of compacted ones", ratio, 8.0));
    }
    if let Some(run) = results.goaccess {
        let ours = args.lines as f64 / median(results.of(Ours).iter().map(wall).collect());
        let ratio = ours / (args.lines as f64 / wall(&run));
        lines.push(at_least("lines a second against GoAccess", ratio, 30.0));
    }
    lines
}

fn cpu(run: &Run) -> f64 {
    run.cpu.as_secs_f64()
}

fn wall(run: &Run) -> f64 {
    run.wall.as_secs_f64()
}

/// Megabytes.
fn peak(run: &Run) -> f64 {
    run.peak as f64 / 1e6
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A string takes all that is written to it.
    let _ = writeln!(text, "{line}");
}
