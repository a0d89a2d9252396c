//! `cdn-cli status`: what is deployed, on one screen.

use std::time::Duration;

use serde::Serialize;

use super::session::Session;
use crate::cli::StatusArgs;
use crate::exit::ExitStatus;
use crate::plan::{Deployed, SITE_TAG, count};
use crate::printer::Io;

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(5);

/// A stack on a line.
#[derive(Serialize)]
struct Line<'a> {
    site: Option<&'a str>,
    stack: &'a str,
    status: &'a str,
    distribution: Option<&'a str>,
    domain: Option<&'a str>,
}

/// Prints the status, once or until nothing is under way.
pub(crate) async fn run(args: &StatusArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    loop {
        let session = Session::open(&args.fleet).await?;
        let lines: Vec<Line<'_>> = session
            .snapshot
            .stacks
            .values()
            .map(line)
            .filter(|line| is_meant(line, &args.sites))
            .collect();
        if args.json {
            io.stdout.line(serde_json::to_string_pretty(&lines)?)?;
            return Ok(ExitStatus::Done);
        }
        print(&session, &lines, args.sites.is_empty(), io)?;
        let is_busy = lines.iter().any(|line| line.status.ends_with("_IN_PROGRESS"));
        if !args.watch || !is_busy {
            return Ok(ExitStatus::Done);
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn is_meant(line: &Line<'_>, sites: &[String]) -> bool {
    sites.is_empty() || line.site.is_some_and(|site| sites.iter().any(|name| name == site))
}

fn line(stack: &Deployed) -> Line<'_> {
    Line {
        site: stack.tags.get(SITE_TAG).map(String::as_str),
        stack: &stack.name,
        status: &stack.status,
        distribution: stack.outputs.get("DistributionId").map(String::as_str),
        domain: stack.outputs.get("DomainName").map(String::as_str),
    }
}

fn print(
    session: &Session,
    lines: &[Line<'_>],
    is_all: bool,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let name = |line: &Line<'_>| line.site.unwrap_or(line.stack).to_owned();
    let sites: Vec<&Line<'_>> = lines.iter().filter(|line| line.site.is_some()).collect();
    let width = sites.iter().map(|line| name(line).len()).max().unwrap_or(0).max(4);
    if !sites.is_empty() {
        io.stdout.line(format_args!("{:width$}  {:24}  {}", "SITE", "STATUS", "DISTRIBUTION"))?;
    }
    for line in &sites {
        let domain = line.domain.unwrap_or("-");
        io.stdout.line(format_args!("{:width$}  {:24}  {domain}", name(line), line.status))?;
    }
    let shared: Vec<&Line<'_>> = lines.iter().filter(|line| line.site.is_none()).collect();
    let unwell = shared.iter().filter(|line| !line.status.ends_with("_COMPLETE"));
    for line in unwell {
        io.stdout.line(format_args!("{}  {}", line.stack, line.status))?;
    }
    let missing =
        session.fleet.sites.iter().filter(|site| {
            is_all && !sites.iter().any(|line| line.site == Some(site.name.as_str()))
        });
    for site in missing {
        io.stdout.line(format_args!("{:width$}  {:24}  -", site.name, "not deployed"))?;
    }
    io.stderr.line(format_args!(
        "{} and {} in account {}",
        count(sites.len(), "site"),
        count(shared.len(), "shared stack"),
        session.snapshot.account
    ))?;
    Ok(())
}
