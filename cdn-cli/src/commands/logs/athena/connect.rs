//! Which account, database and workgroup are asked.

use std::path::Path;

use fleet::Fleet;
use log_athena::client::{Athena, Settings};
use log_athena::database_of;

use crate::aws::Aws;
use crate::cli::{AwsArgs, EngineArgs, InputArgs};
use crate::hints::Hinted;

/// The fleet file that is read where nobody names one.
const FLEET: &str = "fleet.toml";

/// What `cdn-cli logs setup` made for a fleet, or what was named.
pub(super) async fn to_fleet(input: &InputArgs, args: &EngineArgs) -> anyhow::Result<Athena> {
    let (database, workgroup) = match (&args.database, &args.workgroup) {
        (Some(database), Some(workgroup)) => (database.clone(), workgroup.clone()),
        (database, workgroup) => {
            let fleet = name_of_fleet(input)?;
            let database = database.clone().unwrap_or_else(|| database_of(&fleet));
            (database, workgroup.clone().unwrap_or_else(|| format!("{fleet}-athena")))
        }
    };
    let settings = Settings { database, workgroup, ..Settings::default() };
    Ok(Aws::connect(&input.aws).await.athena(settings))
}

/// A database, without a question.
pub(super) async fn to_database(aws: &AwsArgs, database: &str) -> Athena {
    let settings = Settings { database: database.to_owned(), ..Settings::default() };
    Aws::connect(aws).await.athena(settings)
}

fn name_of_fleet(input: &InputArgs) -> anyhow::Result<String> {
    let file = input.fleet.as_deref().unwrap_or(Path::new(FLEET));
    if !file.exists() {
        return Err(Hinted::error(
            format!("there is no fleet file {}", file.display()),
            "--fleet names it, or --database and --workgroup say where to ask",
        ));
    }
    Ok(Fleet::read(file)?.settings.name)
}
