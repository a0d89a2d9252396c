//! `cdn-cli fleet list`: the sites at a glance.

use fleet::delivery::{DeliveryOrigin, Mode, Place};
use fleet::{Fleet, Origin, Site};
use serde::Serialize;

use super::table;
use crate::cli::ListArgs;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// A site as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    groups: &'a [String],
    wave: u32,
    mode: Mode,
    domains: &'a [String],
    origin: String,
}

/// Lists.
pub(crate) fn run(args: &ListArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let fleet = Fleet::read(&args.file.fleet)?;
    let rows: Vec<_> = fleet.sites.iter().map(Row::of).collect();
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&rows)?)?;
        return Ok(ExitStatus::Done);
    }
    let mut cells =
        vec![["NAME", "GROUPS", "WAVE", "MODE", "DOMAINS", "ORIGIN"].map(str::to_owned)];
    cells.extend(rows.iter().map(Row::cells));
    for line in table::lines(&cells) {
        io.stdout.line(line)?;
    }
    Ok(ExitStatus::Done)
}

impl<'a> Row<'a> {
    fn of(site: &'a Site) -> Self {
        let delivery = &site.delivery;
        Self {
            name: &site.name,
            groups: &delivery.groups,
            wave: delivery.wave,
            mode: delivery.mode,
            domains: &site.domains,
            origin: delivery.origins.get("default").map(origin).unwrap_or_default(),
        }
    }

    fn cells(&self) -> [String; 6] {
        let domains = match self.domains {
            [] => "-".to_owned(),
            [one] => one.clone(),
            [first, others @ ..] => format!("{first} +{}", others.len()),
        };
        let groups = if self.groups.is_empty() { "-".to_owned() } else { self.groups.join(",") };
        let mode = match self.mode {
            Mode::Standard => "standard",
            Mode::Tenant => "tenant",
        };
        let wave = self.wave.to_string();
        [self.name.to_owned(), groups, wave, mode.to_owned(), domains, self.origin.clone()]
    }
}

/// Where things are, in a few letters.
fn origin(origin: &DeliveryOrigin) -> String {
    match &origin.place {
        Place::Public(Origin::Folder(folder)) => folder.display().to_string(),
        Place::Public(Origin::S3 { bucket, prefix, .. }) => format!("s3://{bucket}/{prefix}"),
        Place::Public(Origin::Http { url, .. }) => url.clone(),
        Place::Vpc { host, .. } => format!("vpc://{host}"),
    }
}
