//! `cdn-cli logs ddl`, `lint` and `setup`: the tables by which Athena is asked.

mod ddl;
mod lint;
#[cfg(feature = "deploy")]
mod setup;

use fleet::Fleet;
use log_athena::{FleetLogs, Location, LogVersion, Setup, SetupError};

use crate::cli::{FleetLogsArgs, TablesCommand};
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: TablesCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    match command {
        TablesCommand::Ddl(args) => ddl::run(&args, io),
        TablesCommand::Lint(args) => lint::run(&args, io),
        #[cfg(feature = "deploy")]
        TablesCommand::Setup(args) => setup::run(&args, io),
    }
}

/// What a fleet's logs need; `account` and `tenants` are what the account says.
fn of_fleet(
    fleet: &Fleet,
    account: &str,
    tenants: Vec<String>,
    args: &FleetLogsArgs,
) -> anyhow::Result<Setup> {
    let place = |it: &Option<String>| it.as_deref().map(Location::parse).transpose();
    let version = if args.log_version == "1" { LogVersion::One } else { LogVersion::Two };
    if version == LogVersion::One && !args.tenants.is_empty() {
        return Err(Hinted::error(
            "logs of version 1 have no folders of tenants",
            "leave out --tenants: their rows are in the same folder",
        ));
    }
    let tenants = if args.tenants.is_empty() { tenants } else { args.tenants.clone() };
    let logs = FleetLogs {
        account: account.to_owned(),
        raw: place(&args.raw)?,
        version,
        compacted: place(&args.compacted)?,
        database: args.database.clone(),
        tenants,
    };
    Setup::of_fleet(fleet, &logs).map_err(|error| match error {
        SetupError::NoLogs => Hinted::error(
            error.to_string(),
            "switch them on by logs.enabled, name the distribution of tenants by --tenants, or \
             compacted logs by --compacted",
        ),
        SetupError::Partition { .. } | SetupError::View(_) => Hinted::error(
            error.to_string(),
            "one logs.partition for all sites, such as {yyyy}/{MM}/{dd}/{HH}, lets one view ask all",
        ),
        SetupError::NoPlace => {
            Hinted::error(error.to_string(), "--raw s3://BUCKET/PREFIX names their folder")
        }
        SetupError::Location(_) => error.into(),
    })
}
