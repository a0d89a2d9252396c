//! `cdn-cli dns plan`: the records that a cut-over needs, wanted against current.

use serde::Serialize;

use super::survey::{Line, Owner, survey};
use crate::cli::{DnsPlanArgs, RecordForm};
use crate::commands::operate::certs::proof::{Proof, State, proofs};
use crate::commands::operate::certs::survey::survey as certificates;
use crate::commands::operate::session::Session;
use crate::commands::operate::world::World;
use crate::cutover::verdict::Verdict;
use crate::cutover::zone_file::{Dialect, lines};
use crate::exit::ExitStatus;
use crate::plan::count;
use crate::printer::{Io, wrap};

/// All that a cut-over needs of DNS.
#[derive(Debug, Serialize)]
struct Needs {
    domains: Vec<Line>,
    validations: Vec<Proof>,
}

/// Prints the records.
pub(crate) async fn run(args: &DnsPlanArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let sites = session.sites(&args.sites)?;
    let world = World::look(&session, &sites, args.resolver.resolver).await?;
    let mut needs =
        Needs { domains: survey(&session, &world, &sites).await, validations: Vec::new() };
    for found in certificates(&session, &sites).await? {
        // What is issued goes on being renewed by the same records.
        if let Some(detail) = &found.detail {
            needs.validations.extend(proofs(&world, found.site, detail).await);
        }
    }
    world.tell_silence(io)?;
    match args.form.chosen() {
        RecordForm::Table => table(&needs, io)?,
        RecordForm::Json => io.stdout.line(serde_json::to_string_pretty(&needs)?)?,
        RecordForm::Bind => zone_file(&needs, Dialect::Bind, io)?,
        RecordForm::Cloudflare => zone_file(&needs, Dialect::Cloudflare, io)?,
    }
    let is_right = needs.open_domains() == 0 && needs.open_validations().count() == 0;
    Ok(if args.exit_code && !is_right { ExitStatus::No } else { ExitStatus::Done })
}

impl Needs {
    fn open_domains(&self) -> usize {
        self.domains.iter().filter(|line| line.verdict != Verdict::Right).count()
    }

    fn open_validations(&self) -> impl Iterator<Item = &Proof> {
        self.validations.iter().filter(|proof| proof.state != State::Present)
    }
}

fn table(needs: &Needs, io: &mut Io<'_>) -> anyhow::Result<()> {
    let mut site = "";
    for line in &needs.domains {
        if line.site != site {
            io.stdout.line(&line.site)?;
            site = &line.site;
        }
        domain(line, io)?;
    }
    for proof in needs.open_validations() {
        io.stdout.line(format_args!(
            "{}: for its certificate, {}\n    {}.\n    CNAME {}.",
            proof.domain,
            proof.state.words(),
            proof.record.name,
            proof.record.texts().join(" ")
        ))?;
    }
    let all = count(needs.domains.len(), "domain");
    io.stderr.line(format_args!("{all}, {} not right", needs.open_domains()))?;
    Ok(())
}

fn domain(line: &Line, io: &mut Io<'_>) -> anyhow::Result<()> {
    let owner = match line.owner {
        Owner::Stack => "the stack's",
        Owner::CdnCli => "Route 53",
        Owner::Operator => "another host",
    };
    io.stdout.line(format_args!("  {}: {} ({owner})", line.domain, line.verdict.words()))?;
    for record in &line.wanted {
        io.stdout.line(format_args!("    wanted  {record}"))?;
    }
    for record in line.now.iter().flatten().filter(|_| line.verdict != Verdict::Right) {
        io.stdout.line(format_args!("    now     {record}"))?;
    }
    for note in &line.notes {
        for (place, text) in wrap(note, crate::cli::WIDTH - 12).iter().enumerate() {
            io.stdout.line(format_args!(
                "    {}{text}",
                if place == 0 { "note    " } else { "        " }
            ))?;
        }
    }
    Ok(())
}

/// What has to be put into other hosts than Route 53; the rest as comments.
fn zone_file(needs: &Needs, dialect: Dialect, io: &mut Io<'_>) -> anyhow::Result<()> {
    for line in needs.domains.iter().filter(|line| line.verdict != Verdict::Right) {
        let Some(target) = &line.target else {
            io.stdout.line(format_args!("; {}: not deployed", line.domain))?;
            continue;
        };
        let is_flattened = dialect == Dialect::Cloudflare;
        if line.owner != Owner::Operator {
            let how = if line.owner == Owner::Stack { "deploy" } else { "dns apply" };
            io.stdout.line(format_args!("; {}: `cdn-cli {how} {}`", line.domain, line.site))?;
        } else if line.is_apex && !is_flattened {
            io.stdout.line(format_args!("; {}: ALIAS or ANAME to {target}.", line.domain))?;
        } else {
            for text in line.wanted.iter().flat_map(|record| lines(record, dialect)) {
                io.stdout.line(text)?;
            }
        }
    }
    for proof in needs.open_validations().filter(|proof| proof.zone.is_none()) {
        for text in lines(&proof.record, dialect) {
            io.stdout.line(text)?;
        }
    }
    Ok(())
}
