//! `cargo xtask conformance`: every report on the embedded engine and on the one that Athena is built
//! on, cell by cell.

use std::env::consts::{ARCH, OS};
use std::fs;

use anyhow::Context;
use jiff::Zoned;
use serde::Deserialize;
use xshell::cmd;

use crate::cli::ConformanceOptions;
use crate::exit::{Exit, say};
use crate::place::Place;
use crate::steps::Outcome;
use crate::trino::{Release, Server, Stays, provide};

/// The parts of the report: a table that the tests write, and what stands above it.
const PARTS: [(&str, &str); 2] = [
    (
        "compacted",
        "## Reports over compacted logs\n\n\
         Every report of `log-analytics/reports` over `requests`, asked twice. *Same* cells are equal: counts, bytes and texts \
         exactly, doubles to 1e-9 of their size, for engines add in different orders. *Sketched* cells are \
         estimates of a percentile, and each is held against all values that it is an estimate of: here it may be \
         1 % of the rank away, or one value.",
    ),
    (
        "raw",
        "## Columns of a raw table\n\n\
         Every column of the view that Athena makes without code, row by row, over files of version 1 with 33 \
         columns. There Athena's view has `ts`, `path` and the like from SQL, here from the reader.",
    ),
];

/// Runs the comparison and writes it down.
pub(crate) fn run(place: &Place, options: ConformanceOptions) -> anyhow::Result<Exit> {
    let release = provide(place)?;
    let results = compare(place, &release)?;
    let report = if options.record {
        place.root.join("docs/conformance.md")
    } else {
        place.target.join("conformance/conformance.md")
    };
    let text = page(place, &release, &results)?;
    fs::write(&report, text).with_context(|| format!("writing {}", report.display()))?;
    say(format_args!("wrote {}", report.display()));
    Ok(Exit::Done)
}

/// The same as a step of `cargo xtask test`, where the server is there already.
pub(crate) fn step(place: &Place) -> anyhow::Result<Outcome> {
    let Some(release) = Release::found(place) else {
        let how = "no server here; cargo xtask conformance gets it, 500 MB, and runs this";
        return Ok(Outcome::Skipped(how.to_owned()));
    };
    compare(place, &release)?;
    Ok(Outcome::Passed)
}

/// Starts a server, runs the tests against it, and gives their tables.
fn compare(place: &Place, release: &Release) -> anyhow::Result<Vec<String>> {
    let results = place.target.join("conformance");
    fs::create_dir_all(&results)?;
    let server = Server::start(place, release, Stays::ForNow)?;
    let shell = &place.shell;
    let _url = shell.push_env("TRINO_URL", &server.running().url);
    let _results = shell.push_env("CONFORMANCE_RESULTS", &results);
    cmd!(shell, "cargo test --package log-analytics --test conformance").run()?;
    let table = |(name, _): &(&str, &str)| {
        let file = results.join(format!("{name}.md"));
        fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
    };
    PARTS.iter().map(table).collect()
}

fn page(place: &Place, release: &Release, results: &[String]) -> anyhow::Result<String> {
    let engine = version_of(place, "datafusion")?;
    let (name, day) = (release.name, Zoned::now().date());
    let mut page = format!(
        "# Do the two engines agree?\n\n\
         `cargo xtask conformance --record` wrote this page on {day}: DataFusion {engine} and {name}, on {OS} \
         ({ARCH}), over 20,000 lines of `log-corpus` in 60 files of 200 sites. That server is the last release \
         of the engine before it was named Trino; later ones need a newer Java.\n"
    );
    for ((_, about), table) in PARTS.iter().zip(results) {
        page.extend(["\n", about, "\n\n", table]);
    }
    Ok(page)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

/// The version that the lock file has of a crate.
fn version_of(place: &Place, name: &str) -> anyhow::Result<String> {
    let told = cmd!(place.shell, "cargo metadata --format-version 1 --locked").quiet().read()?;
    let metadata: Metadata = serde_json::from_str(&told)?;
    let found = metadata.packages.into_iter().find(|package| package.name == name);
    Ok(found.with_context(|| format!("no {name} in the lock file"))?.version)
}
