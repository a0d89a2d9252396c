//! The figures as Markdown.

use std::fmt::Write as _;

use benches::runs::median;

use crate::Args;
use crate::rounds::{Client, Figures, Results};

/// The share of the fastest rate, at the least, and the memory, at the most.
const SHARE: f64 = 0.5;
const MEGABYTES: f64 = 100.0;

/// The whole report.
pub(crate) fn markdown(results: &Results, machine: &[String], args: &Args) -> String {
    let mut text = "# A long list warmed, and a load generator\n\n".to_owned();
    for line in machine {
        push(&mut text, format_args!("- {line}"));
    }
    let Args { urls, connections, rounds, .. } = args;
    push(
        &mut text,
        format_args!(
            "- The list: {urls} URLs of one host, HTTP/1.1 with keep-alive, {connections} connections\n\
             - Rounds: {rounds}, in turn; figures are medians, ratios medians of the ratios within a round"
        ),
    );
    text.push_str(
        "\nMade by `cargo xtask peers warm`. Each run is a process of its own against the same nginx, one \
         process on\nthe same machine that answers 100 bytes from memory. `wrk` asks for one URL for 15 s \
         and looks at nothing\nbut the status; ours reads the list, finds doubles, asks for each URL once, \
         paced (at a rate above what it\nreaches), and judges each answer by its headers. *Rate* is \
         requests a second while they were made, *CPU*\nthe processor time of the whole process for a \
         million requests, the list included, *memory* its peak.\n\n\
         | client | rate | CPU | memory |\n|---|---:|---:|---:|\n",
    );
    for (client, figures) in &results.0 {
        let of = |figure: fn(&Figures) -> f64| median(figures.iter().map(figure).collect());
        push(
            &mut text,
            format_args!(
                "| {} | {:.0} | {:.1} s | {:.0} MB |",
                client.name(),
                of(|it| it.rate),
                of(|it| it.run.cpu.as_secs_f64() / it.requests as f64 * 1e6),
                of(|it| it.run.peak as f64 / 1e6)
            ),
        );
    }
    text.push_str("\n| what | target | measured | |\n|---|---:|---:|---|\n");
    for client in [Client::Ours, Client::OursWithJournal] {
        let share = share_of_fastest(results, client);
        let is_met = met(share >= SHARE);
        push(
            &mut text,
            format_args!(
                "| rate of {}, of the fastest | >= {SHARE} | {share:.2} | {is_met} |",
                client.name()
            ),
        );
    }
    let peak = of(results, Client::OursWithJournal).iter().map(|it| it.run.peak as f64 / 1e6);
    let peak = median(peak.collect());
    let is_met = met(peak < MEGABYTES);
    push(
        &mut text,
        format_args!("| memory, with the journal | < {MEGABYTES} MB | {peak:.0} MB | {is_met} |"),
    );
    text
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

fn of(results: &Results, client: Client) -> &[Figures] {
    let found = results.0.iter().find(|(it, _)| *it == client);
    found.map_or(&[], |(_, figures)| figures)
}

/// The median of a client's rate by that of the fastest `wrk` of the same round.
fn share_of_fastest(results: &Results, client: Client) -> f64 {
    let own = of(results, client).iter().enumerate();
    let ratios = own.map(|(round, own)| {
        let others = results.0.iter().filter(|(it, _)| matches!(it, Client::Wrk(_)));
        let rates = others.filter_map(|(_, figures)| figures.get(round)).map(|it| it.rate);
        own.rate / rates.fold(f64::NAN, f64::max)
    });
    median(ratios.collect())
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A string takes all that is written to it.
    let _ = writeln!(text, "{line}");
}
