//! `cdn-cli cutover run`: a site's way to `CloudFront`.
//!
//! TTLs lowered, the old ones gone by, then a share after the other, each looked at. Where the site is
//! not well, it goes back. Every step is noted before it is taken: the same command goes on.

use std::time::Duration;

use fleet::Site;
use jiff::Timestamp;

use super::check::{self, Checked};
use super::plan::{longest, print, shown};
use super::watch::Watch;
use super::{back, forget, note, read};
use crate::cli::CutoverRunArgs;
use crate::commands::consent::asked;
use crate::commands::operate::dns::change::{Goal, show, step, write};
use crate::commands::operate::session::{Session, who};
use crate::cutover::journey::{Journey, Lowered, Next};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Brings a site to `CloudFront`.
pub(crate) async fn run(args: &CutoverRunArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let sites = session.sites(std::slice::from_ref(&args.site))?;
    let Some(site) = sites.first() else { return Ok(ExitStatus::No) };
    let checked = check::domains(&session, site).await?;
    refuse(&checked)?;
    session.store.create().await?;
    let known = read(&session.store, &site.name).await?;
    let steps = check::steps(&checked, &args.steps);
    print(&checked, known.as_ref(), &steps, &mut io.stderr)?;
    if !asked("Go on?", args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    let mut journey = known.unwrap_or_else(|| Journey::new(&site.name, who(), Timestamp::now()));
    let watch = Watch::new(&session, site, &args.health, journey.begun).await?;
    loop {
        match journey.next(&steps, Timestamp::now()) {
            Next::Lower => lower(&session, site, &mut journey, io).await?,
            Next::Wait(until) if args.wait => wait(until, io).await?,
            Next::Wait(until) => return later(site, until, io),
            Next::Shift(weight) => {
                journey.towards = Some(weight.percent());
                note(&session.store, &journey).await?;
                change(&session, site, Goal::Share(weight), io).await?;
                if let Err(reason) = watch.is_well().await? {
                    return go_back(&session, site, &reason, io).await;
                }
                journey.reach(weight);
                note(&session.store, &journey).await?;
                io.stderr
                    .line(format_args!("{} % is at CloudFront, and well.", weight.percent()))?;
            }
            Next::Done => break,
        }
    }
    forget(&session.store, &site.name).await?;
    io.stderr.line(format_args!(
        "Done. `cdn-cli cutover back {}` goes back; leave the old host running for a day.",
        site.name
    ))?;
    Ok(ExitStatus::Done)
}

/// Stops where something stands in the way.
fn refuse(checked: &[Checked]) -> anyhow::Result<()> {
    let mut all = checked.iter().flat_map(|it| it.obstacles.iter().map(move |why| (it, why)));
    let Some((first, why)) = all.next() else { return Ok(()) };
    Err(Hinted::error(
        format!("{}: {why}", first.line.domain),
        format!("`cdn-cli cutover plan {}` shows all that stands in the way", first.line.site),
    ))
}

/// Lowers TTLs. The longest is noted before it is gone; those who come later would not see it.
async fn lower(
    session: &Session,
    site: &Site,
    journey: &mut Journey,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let checked = check::domains(session, site).await?;
    let longest = *journey.longest.get_or_insert_with(|| longest(&checked));
    note(&session.store, journey).await?;
    change(session, site, Goal::ShortTtl, io).await?;
    journey.lowered = Some(Lowered { at: Timestamp::now(), longest });
    note(&session.store, journey).await
}

/// Changes what is to be changed for a goal.
async fn change(session: &Session, site: &Site, goal: Goal, io: &mut Io<'_>) -> anyhow::Result<()> {
    let mut steps = Vec::new();
    for it in check::domains(session, site).await? {
        steps.extend(step(session, goal, it.line).await?.filter(|step| !step.batch.is_empty()));
    }
    if steps.is_empty() {
        return Ok(());
    }
    show(&steps, false, io)?;
    write(session, &steps, goal == Goal::Back, io).await
}

async fn wait(until: Timestamp, io: &mut Io<'_>) -> anyhow::Result<()> {
    io.stderr
        .line(format_args!("Waiting until {}, when the old TTL has gone by.", shown(until)))?;
    let left = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
    tokio::time::sleep(left).await;
    Ok(())
}

fn later(site: &Site, until: Timestamp, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    io.stderr.line(format_args!(
        "Resolvers keep the old TTL until {}: `cdn-cli cutover run {}` goes on then.",
        shown(until),
        site.name
    ))?;
    Ok(ExitStatus::No)
}

async fn go_back(
    session: &Session,
    site: &Site,
    reason: &str,
    io: &mut Io<'_>,
) -> anyhow::Result<ExitStatus> {
    back::go(session, site, io).await?;
    Err(Hinted::error(
        format!("{}: {reason}; it is back where it was", site.name),
        "when it is mended, the same command begins anew",
    ))
}
