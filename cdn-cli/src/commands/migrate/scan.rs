//! `cdn-cli migrate scan`: which pictures a theme or a site names, and what becomes of their URLs.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use site_scan::site::{self, Limits};
use site_scan::{Place, Report, Summary, Url, folder};

use crate::cli::{ScanArgs, WIDTH};
use crate::commands::fleet::table;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, Stream, wrap};

/// Scans.
pub(crate) fn run(args: &ScanArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let mut report = Report::default();
    let (pages, folders): (Vec<&String>, Vec<&String>) =
        args.places.iter().partition(|place| place.contains("://"));
    for folder in folders {
        folder::scan(Path::new(folder), &mut report)
            .with_context(|| format!("reading the folder {folder}"))?;
    }
    scan_sites(args, &pages, &mut report, io)?;
    let summary = report.finish();
    tell(&summary, io)?;
    if summary.documents == 0 {
        return Err(Hinted::error(
            format!("nothing was read of {}", args.places.join(", ")),
            "name a folder with HTML, CSS, Liquid, scripts or JSON, or the URL of a page",
        ));
    }
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&summary)?)?;
    } else {
        print(&summary, &mut io.stdout)?;
    }
    let is_no = args.exit_code && !summary.is_covered();
    Ok(if is_no { ExitStatus::No } else { ExitStatus::Done })
}

fn scan_sites(
    args: &ScanArgs,
    pages: &[&String],
    report: &mut Report,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    if pages.is_empty() {
        return Ok(());
    }
    let parse =
        |page: &&String| Url::parse(page).with_context(|| format!("reading the URL {page}"));
    let pages = pages.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let limits = Limits {
        pages: args.pages,
        bytes: args.megabytes.saturating_mul(1_000_000),
        depth: args.depth,
        pause: Duration::from_millis(args.pause),
    };
    let is_watched = io.stderr.is_terminal;
    let mut read = 0_usize;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(site::scan(&pages, &limits, report, |url| {
        read += 1;
        if is_watched {
            // Progress that cannot be shown is no reason to end.
            let _ = io.stderr.line(format_args!("{read}: {url}"));
        }
    }))?;
    Ok(())
}

/// What was read, and what was not.
fn tell(summary: &Summary, io: &mut Io<'_>) -> anyhow::Result<()> {
    for problem in &summary.unread {
        io.stderr.line(format_args!("not read: {problem}"))?;
    }
    io.stderr.line(format_args!(
        "{} texts name {} pictures with {} URLs",
        summary.documents, summary.references, summary.urls
    ))?;
    Ok(())
}

fn print(summary: &Summary, out: &mut Stream<'_>) -> anyhow::Result<()> {
    print_services(summary, out)?;
    if !summary.differences.is_empty() {
        out.line("\nAnswered, but not as it was:")?;
    }
    for it in &summary.differences {
        let text = format!("{} ({}): {}; {}", it.option, it.kind, it.message, urls(it.urls));
        print_item(&text, &it.examples, out)?;
    }
    if !summary.unsupported.is_empty() {
        out.line("\nNot answered:")?;
    }
    for it in &summary.unsupported {
        let text = format!("{}, {}: {}", it.service, urls(it.urls), it.reason);
        print_item(&text, &it.examples, out)?;
    }
    let lines = summary.fleet_lines();
    if !lines.is_empty() {
        out.line("\nFor the site in fleet.toml:")?;
    }
    lines.iter().try_for_each(|line| out.line(line))?;
    Ok(())
}

fn print_services(summary: &Summary, out: &mut Stream<'_>) -> anyhow::Result<()> {
    let heading = ["service", "as it was", "differs", "not answered", "files", "named"];
    let rows = summary.services.iter().map(|it| {
        let counts = [it.supported, it.differs, it.unsupported, it.plain, it.references];
        let [supported, differs, unsupported, plain, named] = counts.map(|count| count.to_string());
        [it.service.clone(), supported, differs, unsupported, plain, named]
    });
    let rows: Vec<_> = std::iter::once(heading.map(str::to_owned)).chain(rows).collect();
    for line in table::lines(&rows) {
        out.line(line)?;
    }
    Ok(())
}

fn print_item(text: &str, examples: &[Place], out: &mut Stream<'_>) -> anyhow::Result<()> {
    for line in wrap(text, WIDTH - 2) {
        out.line(format_args!("  {line}"))?;
    }
    for place in examples {
        out.line(format_args!("    {}:{} {}", place.document, place.line, place.url))?;
    }
    Ok(())
}

fn urls(count: usize) -> String {
    if count == 1 { "1 URL".to_owned() } else { format!("{count} URLs") }
}
