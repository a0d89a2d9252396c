//! `cdn-cli dns apply`: the records of zones in Route 53 and at Cloudflare, written.

use super::change::{Goal, show, step, write};
use super::survey::{Owner, survey};
use crate::cli::DnsApplyArgs;
use crate::commands::consent::asked;
use crate::commands::operate::session::Session;
use crate::commands::operate::world::World;
use crate::cutover::shift::Weight;
use crate::exit::ExitStatus;
use crate::plan::count;
use crate::printer::Io;

/// Writes the records.
pub(crate) async fn run(args: &DnsApplyArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let sites = session.sites(&args.sites)?;
    let world = World::of_zones(&session, &sites).await?;
    let share = Goal::Share(args.weight.unwrap_or(Weight::WHOLE));
    let aim = if args.back { Goal::Back } else { share };
    let mut steps = Vec::new();
    for line in survey(&session, &world, &sites).await {
        if line.owner == Owner::Stack && args.weight.is_none() && !args.back {
            io.stderr.line(format_args!("{}: the stack writes its records", line.domain))?;
            continue;
        }
        steps.extend(step(&session, aim, line).await?.filter(|step| !step.batch.is_empty()));
    }
    show(&steps, args.json, io)?;
    if steps.is_empty() {
        io.stderr.line("Nothing to do: the records are as desired.")?;
        return Ok(ExitStatus::Done);
    }
    let question = format!("Change {}?", count(steps.len(), "domain"));
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    write(&session, &steps, args.back, io).await?;
    next(args, io)?;
    Ok(ExitStatus::Done)
}

fn next(args: &DnsApplyArgs, io: &mut Io<'_>) -> anyhow::Result<()> {
    let sites = args.sites.join(" ");
    if args.back {
        return Ok(());
    }
    let percent = args.weight.unwrap_or(Weight::WHOLE).percent();
    let on = match percent {
        100 => String::new(),
        25.. => format!("`cdn-cli dns apply {sites}` brings all of it, and "),
        5.. => format!("`cdn-cli dns apply {sites} --weight 25` brings more, and "),
        _ => format!("`cdn-cli dns apply {sites} --weight 5` brings more, and "),
    };
    let line =
        format!("{percent} % is at CloudFront: {on}`cdn-cli dns apply {sites} --back` goes back.");
    for text in crate::printer::wrap(&line, crate::cli::WIDTH) {
        io.stderr.line(text)?;
    }
    Ok(())
}
