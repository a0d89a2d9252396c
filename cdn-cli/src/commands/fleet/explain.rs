//! `cdn-cli fleet explain`: where values come from.

use fleet::{FleetFiles, Overridden, Provenance};

use super::hinted;
use crate::cli::FleetExplainArgs;
use crate::exit::ExitStatus;
use crate::printer::{Io, Stream};

/// Explains.
pub(crate) fn run(args: &FleetExplainArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let (site, key) = args.key.split_once('.').unwrap_or((&args.key, ""));
    let files = FleetFiles::read(&args.file.fleet)?;
    let values = files.explain(site, key).map_err(hinted)?;
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&values)?)?;
        return Ok(ExitStatus::Done);
    }
    for value in &values {
        print(value, &mut io.stdout)?;
    }
    Ok(ExitStatus::Done)
}

fn print(value: &Provenance, out: &mut Stream<'_>) -> anyhow::Result<()> {
    let shown = if value.value.is_null() { "none".to_owned() } else { value.value.to_string() };
    out.line(format_args!("{} = {shown}", value.key))?;
    match &value.place {
        Some(place) => out.line(format_args!("  {place}  {}", value.layer))?,
        None => out.line(format_args!("  {}", value.layer))?,
    }
    for lower in &value.overrode {
        let Overridden { value, layer, place } = lower;
        out.line(format_args!("  {place}  {layer}, overridden: {value}"))?;
    }
    Ok(())
}
