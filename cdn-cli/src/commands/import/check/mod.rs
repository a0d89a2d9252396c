//! `cdn-cli import check`: a zone and the sites that it became, asked for the same.

mod traffic;

use std::path::Path;

use anyhow::Context as _;
use cloudflare_zone::{Requests, fleet_text, read, translate};
use fleet::Fleet;
use zone_check::{Check, Explained, Group, Report};

use super::{api, saved};
use crate::cli::{ImportCheckArgs, WIDTH};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::{Io, wrap};
use crate::progress::Progress;

/// Asks both sides for every request, and tells where they differ.
pub(super) fn run(args: &ImportCheckArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let mut files = saved::files(&args.answers)?;
    if !args.zone.is_empty() {
        files.extend(api::answers(&args.zone, &args.api, io)?);
    }
    let export = read(&files);
    let import = translate(&export, &Requests::new());
    if import.sites.is_empty() {
        return Err(Hinted::error(
            "no site came of the answers, so there is nothing to compare",
            "name the folder that `cdn-cli import cloudflare` reads: it needs zones/ID/dns_records at least",
        ));
    }
    let fleet = match &args.fleet {
        Some(file) => Fleet::read(file)?,
        None => Fleet::parse(&fleet_text(&import.sites), Path::new("."), "the imported fleet")
            .context("reading what the import would write")?,
    };
    let visits = traffic::visits(args, io)?;
    let check = Check::new(&export, &import, &fleet)?;
    let bar = Progress::of(visits.len(), "requests", io.stderr.is_terminal && !args.json);
    let report = check.run(&visits, &|| bar.step())?;
    drop(bar);
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&report)?)?;
    } else {
        tell(&report, io)?;
    }
    if report.requests == 0 {
        return Err(Hinted::error(
            "none of the requests is for a host of the zones",
            "the hosts in the URLs have to be names that Cloudflare stands before: see the DNS records",
        ));
    }
    Ok(if report.unexplained() == 0 { ExitStatus::Done } else { ExitStatus::No })
}

fn tell(report: &Report, io: &mut Io<'_>) -> anyhow::Result<()> {
    let line = |count: u64, what: &str| format!("{count:>9}  {what}");
    io.stdout.line(line(report.requests, "requests were compared"))?;
    io.stdout.line(line(report.agreed, "meet the same on both sides"))?;
    io.stdout.line(line(report.explained, "differ, and verdicts say so"))?;
    io.stdout.line(line(report.unexplained(), "differ, and no verdict says so"))?;
    if report.left_out > 0 {
        let what = "are for other hosts, or for paths that Cloudflare answers itself";
        io.stdout.line(line(report.left_out, what))?;
    }
    let (explained, rest): (Vec<&Group>, Vec<&Group>) =
        report.groups.iter().partition(|group| group.explained.is_some());
    if !rest.is_empty() {
        io.stdout.line("\nno verdict says so:")?;
    }
    for group in rest {
        tell_group(group, io)?;
    }
    let mut told: Vec<&Explained> = Vec::new();
    for group in &explained {
        let Some(verdict) = &group.explained else { continue };
        if told.contains(&verdict) {
            continue;
        }
        told.push(verdict);
        io.stdout.line("")?;
        let head = format!("{}: {} {}", verdict.verdict, verdict.feature, verdict.label);
        wrapped(&head, "", io)?;
        wrapped(&verdict.remark, "  - ", io)?;
        for group in explained.iter().filter(|it| it.explained.as_ref() == Some(verdict)) {
            tell_group(group, io)?;
        }
    }
    Ok(())
}

/// How many requests have a difference, what it is in, and one of them.
fn tell_group(group: &Group, io: &mut Io<'_>) -> anyhow::Result<()> {
    let head = format!("{:>9}  {}: {}", group.requests, group.aspect.word(), group.what);
    wrapped(&head, "", io)?;
    wrapped(&group.example, "           ", io)?;
    let both = format!("Cloudflare {}, CloudFront {}", group.original, group.translated);
    wrapped(&both, "           ", io)
}

/// A text in lines of the width; the first begins with `mark`, the others as far to the right.
fn wrapped(text: &str, mark: &str, io: &mut Io<'_>) -> anyhow::Result<()> {
    let rest = if mark.is_empty() { "  ".to_owned() } else { " ".repeat(mark.len()) };
    let indent = if mark.is_empty() && text.starts_with(' ') { " ".repeat(11) } else { rest };
    for (number, line) in wrap(text, WIDTH - indent.len()).iter().enumerate() {
        let mark = if number == 0 { mark } else { indent.as_str() };
        io.stdout.line(format_args!("{mark}{line}"))?;
    }
    Ok(())
}
