//! What is deployed, as far as it belongs to a fleet.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cloudformation::Assignment;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Aws;
use crate::hints::Hinted;
use crate::plan::{Deployed, FLEET_TAG, LiveStack};

/// Templates that are read at once; `GetTemplate` is not what AWS throttles first.
const AT_ONCE: usize = 16;

/// What was deployed at a moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// When.
    pub(crate) taken: Timestamp,
    /// The account.
    pub(crate) account: String,
    /// Which site sits on which shared object.
    pub(crate) assignment: Assignment,
    /// The stacks of the fleet, by their names.
    pub(crate) stacks: BTreeMap<String, Deployed>,
    /// What `CloudFront` said of them, as far as it was asked.
    #[serde(default)]
    pub(crate) live: BTreeMap<String, LiveStack>,
}

/// Reads every stack of a fleet, with its template.
pub(crate) async fn take(aws: &Aws, fleet: &str, regions: &[String]) -> anyhow::Result<Snapshot> {
    let account = aws.account().await?;
    let mut found = BTreeMap::new();
    for region in regions {
        let stacks = aws.stacks(region);
        let described = stacks.tagged(FLEET_TAG, fleet).await?;
        let read: Vec<Deployed> = stream::iter(described)
            .map(|stack| stacks.deployed(stack))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        found.extend(read.into_iter().map(|stack| (stack.name.clone(), stack)));
    }
    Ok(Snapshot {
        taken: Timestamp::now(),
        account,
        assignment: Assignment::default(),
        stacks: found,
        live: BTreeMap::new(),
    })
}

/// The file of the last snapshot.
fn file(folder: &Path) -> PathBuf {
    folder.join("deployed.json")
}

/// Keeps a snapshot for `--offline`.
pub(crate) fn keep(snapshot: &Snapshot, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let (path, new) = (file(folder), folder.join("deployed.json.new"));
    let text = serde_json::to_vec(snapshot)?;
    fs::write(&new, text).with_context(|| format!("writing {}", new.display()))?;
    fs::rename(&new, &path).with_context(|| format!("writing {}", path.display()))?;
    Ok(())
}

/// The last snapshot that was kept.
pub(crate) fn last(folder: &Path) -> anyhow::Result<Snapshot> {
    let path = file(folder);
    let text = fs::read(&path).map_err(|error| {
        Hinted::error(
            format!("there is no last known state in {}: {error}", path.display()),
            "`cdn-cli plan` or `cdn-cli status` without --offline keeps one",
        )
    })?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{} is not what this version wrote", path.display()))
}
