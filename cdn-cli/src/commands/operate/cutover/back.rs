//! `cdn-cli cutover back`: to where a site was before.

use fleet::Site;

use super::{check, forget};
use crate::cli::CutoverBackArgs;
use crate::commands::consent::asked;
use crate::commands::operate::dns::change::{Goal, show, step, write};
use crate::commands::operate::session::Session;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Goes back.
pub(crate) async fn run(args: &CutoverBackArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let sites = session.sites(std::slice::from_ref(&args.site))?;
    let Some(site) = sites.first() else { return Ok(ExitStatus::No) };
    let question = format!("Bring {} back to where it was?", site.name);
    if !asked(&question, args.yes, io)? {
        io.stderr.line("Nothing was changed.")?;
        return Ok(ExitStatus::No);
    }
    go(&session, site, io).await?;
    Ok(ExitStatus::Done)
}

/// Puts back what was there before the first change, and forgets the way.
pub(super) async fn go(session: &Session, site: &Site, io: &mut Io<'_>) -> anyhow::Result<()> {
    let mut steps = Vec::new();
    for it in check::domains(session, site).await? {
        steps.extend(step(session, Goal::Back, it.line).await?);
    }
    steps.retain(|step| !step.batch.is_empty());
    if steps.is_empty() {
        io.stderr.line("Nothing to do: the records are as they were.")?;
    } else {
        show(&steps, false, io)?;
        write(session, &steps, true, io).await?;
    }
    forget(&session.store, &site.name).await
}
