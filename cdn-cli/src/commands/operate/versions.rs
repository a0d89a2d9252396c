//! `cdn-cli versions`: what was deployed when.

use super::session::Session;
use crate::cli::VersionsArgs;
use crate::deploy::versions;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Prints the versions of a site, the newest first.
pub(crate) async fn run(args: &VersionsArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let stack = format!("{}-site-{}", session.fleet.settings.name, args.site);
    let mut all = versions::all(&session.store, &stack).await?;
    all.reverse();
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&all)?)?;
        return Ok(ExitStatus::Done);
    }
    if all.is_empty() {
        return Err(Hinted::error(
            format!("the site `{}` was never deployed", args.site),
            "`cdn-cli status` lists what is",
        ));
    }
    io.stdout.line(format_args!("VERSION  {:20}  {:24}  {}", "AT", "BY", "CHANGE"))?;
    for version in all {
        let at = version.at.strftime("%Y-%m-%d %H:%M:%SZ");
        io.stdout.line(format_args!(
            "{:>7}  {at}  {:24}  {}",
            version.number, version.who, version.summary
        ))?;
    }
    Ok(ExitStatus::Done)
}
