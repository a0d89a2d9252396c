//! `cdn-cli certs records`: what proves whose the domains are.

use super::print::print;
use super::proof::proofs;
use super::survey::survey;
use crate::cli::CertsRecordsArgs;
use crate::commands::operate::session::Session;
use crate::commands::operate::world::World;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Prints the records of all certificates that are there.
pub(crate) async fn run(args: &CertsRecordsArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let session = Session::open(&args.fleet).await?;
    let found = survey(&session, &session.sites(&args.sites)?).await?;
    let sites: Vec<_> = found.iter().filter(|it| it.detail.is_some()).map(|it| it.site).collect();
    let world = World::look(&session, &sites, args.resolver.resolver).await?;
    let mut all = Vec::new();
    for found in &found {
        if let Some(detail) = &found.detail {
            all.extend(proofs(&world, found.site, detail).await);
        }
    }
    world.tell_silence(io)?;
    print(&all, args.form.chosen(), io)?;
    let without = found.iter().filter(|found| found.detail.is_none()).count();
    if without > 0 {
        let sites = crate::plan::count(without, "site");
        io.stderr.line(format_args!("{sites} without a certificate: `cdn-cli certs list`"))?;
    }
    Ok(ExitStatus::Done)
}
