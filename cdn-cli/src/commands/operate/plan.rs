//! `cdn-cli plan`: what a deploy would do.

use fleet::Fleet;

use super::session::{Session, known_sites, planned};
use crate::cli::PlanArgs;
use crate::deploy::snapshot;
use crate::exit::ExitStatus;
use crate::plan::{Plan, render};
use crate::printer::Io;

/// Prints the plan.
pub(crate) async fn run(args: &PlanArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let plan = if args.offline {
        let snapshot = snapshot::last(&args.fleet.state)?;
        let taken = snapshot.taken.strftime("%Y-%m-%d %H:%M:%SZ");
        io.stderr.line(format_args!("Compared with what was deployed at {taken}."))?;
        planned(&Fleet::read(&args.fleet.fleet)?, &snapshot, &args.sites)?.plan
    } else {
        let mut session = Session::open(&args.fleet).await?;
        known_sites(&session.fleet, &args.sites)?;
        session.look(&args.sites, io).await?;
        session.plan(&args.sites)?.plan
    };
    print(&plan, args.json, io)?;
    let is_no = args.exit_code && !plan.is_empty();
    Ok(if is_no { ExitStatus::No } else { ExitStatus::Done })
}

/// Prints a plan as data, or for people.
fn print(plan: &Plan, json: bool, io: &mut Io<'_>) -> anyhow::Result<()> {
    if json {
        return Ok(io.stdout.line(serde_json::to_string_pretty(plan)?)?);
    }
    write!(io.stdout.writer, "{}", render(plan))?;
    Ok(())
}
