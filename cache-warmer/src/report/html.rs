//! The report as a page that needs nothing else.

use std::fmt::Write;

use crate::outcome::Outcome;
use crate::report::junit::escaped;
use crate::report::tally::medians;
use crate::report::{Cell, Problem, Report, percent};
use crate::wish::Wish;

const STYLE: &str = include_str!("page.css");

pub(super) fn page(report: &Report) -> String {
    let mut html =
        String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n");
    // Writing to a String does not fail, here and below.
    let _ = writeln!(html, "<title>Warm: {}</title>\n<style>{STYLE}</style>", percent(report.hot));
    html.push_str("</head>\n<body>\n<main>\n");
    head(report, &mut html);
    told(report, &mut html);
    matrix(report, &mut html);
    problems(report, &mut html);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn head(report: &Report, html: &mut String) {
    let (before, after) = medians(&report.matrix);
    let figures = [
        ("requests", thousands(report.requests)),
        ("bytes", bytes(report.bytes)),
        ("to the origin, at most", thousands(report.origin_requests)),
        ("first byte before", milliseconds(before)),
        ("first byte after", milliseconds(after)),
        ("took", format!("{:.1} s", report.seconds)),
    ];
    let _ = writeln!(
        html,
        "<header><p class=\"eyebrow\">Cache warming · {}</p>\n<h1>{} <small>of {} targets at {} hot</small></h1>",
        escaped(&report.started),
        percent(report.hot),
        thousands(report.targets),
        places(report.locations.len()),
    );
    html.push_str("<dl>\n");
    for (name, figure) in figures {
        let _ = writeln!(html, "<div><dt>{name}</dt><dd>{figure}</dd></div>");
    }
    html.push_str("</dl>\n<ul class=\"outcomes\">\n");
    for (outcome, count) in &report.outcomes {
        let class = class(*outcome);
        let _ = writeln!(
            html,
            "<li class=\"{class}\"><b>{}</b> {}</li>",
            thousands(*count),
            outcome.label()
        );
    }
    html.push_str("</ul></header>\n");
}

/// What holds for the run as a whole.
fn told(report: &Report, html: &mut String) {
    if let Some(why) = &report.stopped {
        let _ = writeln!(html, "<p class=\"note\">Stopped early: {}.</p>", escaped(why));
    }
    for (location, why) in &report.given_up {
        let (location, why) = (escaped(location), escaped(why));
        let _ = writeln!(html, "<p class=\"note\">{location} was given up: {why}</p>");
    }
}

fn matrix(report: &Report, html: &mut String) {
    let has = |wish: &Wish| report.matrix.iter().any(|cell| cell.wish == *wish);
    let wishes: Vec<_> = Wish::ALL.into_iter().filter(has).collect();
    html.push_str("<h2>Locations and variants</h2>\n<div class=\"scroll\"><table class=\"matrix\">\n<thead><tr><th>Location</th>");
    for wish in &wishes {
        let _ = write!(html, "<th>{}</th>", wish.label());
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for location in &report.locations {
        let _ = write!(html, "<tr><th>{}</th>", escaped(location));
        for wish in &wishes {
            let its = |cell: &&Cell| cell.location == *location && cell.wish == *wish;
            match report.matrix.iter().find(its) {
                Some(found) => cell(found, html),
                None => html.push_str("<td class=\"none\">not asked</td>"),
            }
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n<p class=\"key\">The share that is in the cache; below it the median time to the first byte of what was not there, and of what was there in the second pass.</p>\n");
}

fn cell(cell: &Cell, html: &mut String) {
    let class = match cell.hot {
        hot if hot >= 0.99 => "hot",
        hot if hot >= 0.9 => "warm",
        _ => "cold",
    };
    let count: u64 = cell.fill.values().sum();
    let _ = write!(
        html,
        "<td class=\"{class}\"><b>{}</b> <i>of {}</i><br><span>{} → {}</span></td>",
        percent(cell.hot),
        thousands(count),
        milliseconds(cell.ttfb_before_ms),
        milliseconds(cell.ttfb_after_ms),
    );
}

fn problems(report: &Report, html: &mut String) {
    html.push_str("<h2>What to fix</h2>\n");
    if report.problems.is_empty() {
        html.push_str("<p>Nothing: every answer was one that a cache keeps.</p>\n");
    }
    for found in &report.problems {
        problem(found, html);
    }
}

fn problem(problem: &Problem, html: &mut String) {
    let class = class(problem.outcome);
    let _ = writeln!(
        html,
        "<section class=\"{class}\"><h3><b>{}</b> {}</h3>\n<p>{}.</p>\n<ul>",
        thousands(problem.count),
        problem.outcome.label(),
        escaped(&capitalized(&problem.advice)),
    );
    for example in &problem.examples {
        let _ = writeln!(
            html,
            "<li><code>{}</code> <span>{} at {}: {}</span></li>",
            escaped(&example.url),
            example.wish.label(),
            escaped(&example.location),
            escaped(&example.detail),
        );
    }
    html.push_str("</ul></section>\n");
}

fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Hit => "hot",
        Outcome::Warmed | Outcome::Stale => "warm",
        _ => "cold",
    }
}

fn places(count: usize) -> String {
    if count == 1 { "one place".to_owned() } else { format!("{count} places") }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn milliseconds(time: Option<f64>) -> String {
    match time {
        None => "–".to_owned(),
        Some(time) if time < 10.0 => format!("{time:.1} ms"),
        Some(time) => format!("{time:.0} ms"),
    }
}

fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn bytes(count: u64) -> String {
    match count {
        0..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.2} GB", count as f64 / 1e9),
    }
}
