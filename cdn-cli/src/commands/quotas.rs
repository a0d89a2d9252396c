//! `cdn-cli quotas`: what a fleet needs of AWS's quotas, and what to ask for.

use cloudformation::{Quota, RenderError};
use fleet::Fleet;

use super::render;
use crate::cli::QuotasArgs;
use crate::exit::ExitStatus;
use crate::printer::{Io, wrap};

/// Columns of a quota's name: the longest has 33.
const NAME_WIDTH: usize = 34;

/// Prints need against limit; the answer is no where one does not suffice.
pub(crate) fn run(args: &QuotasArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let fleet = Fleet::read(&args.fleet)?;
    let (quotas, is_enough) = match render::of_fleet(&fleet, args.state.as_deref()) {
        Ok(rendered) => (rendered.quotas, true),
        Err(error) => match error.downcast::<RenderError>()? {
            RenderError::Quotas(short) => (short, false),
            other => return Err(other.into()),
        },
    };
    if args.json {
        io.stdout.line(serde_json::to_string(&quotas)?)?;
    } else {
        table(&quotas, io)?;
    }
    Ok(if is_enough { ExitStatus::Done } else { ExitStatus::No })
}

fn table(quotas: &[Quota], io: &mut Io<'_>) -> anyhow::Result<()> {
    io.stdout.line(format_args!(
        "{:NAME_WIDTH$} {:>9} {:>9} {:>9}  of AWS",
        "quota", "need", "after", "limit"
    ))?;
    for quota in quotas {
        let Quota { name, need, steady, limit, service, .. } = quota;
        io.stdout
            .line(format_args!("{name:NAME_WIDTH$} {need:>9} {steady:>9} {limit:>9}  {service}"))?;
    }
    for advice in quotas.iter().filter_map(Quota::advice) {
        io.stdout.line("")?;
        for line in wrap(&advice, crate::cli::WIDTH) {
            io.stdout.line(line)?;
        }
    }
    Ok(())
}
