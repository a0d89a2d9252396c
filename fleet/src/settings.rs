//! What a fleet is as a whole: the table `[fleet]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What all sites of a fleet share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Its short name, in front of the names of all its AWS resources: lower-case letters, digits
    /// and `-`, at most 20. Default: `fleet`.
    pub name: String,
    /// The bucket in which the journal, the lease, the versions and the templates are kept. Default:
    /// `<name>-cdn-state-<account>`, created by the first deploy.
    pub state_bucket: Option<String>,
    /// The region of the image function and of the bucket of variants. Default: `us-east-1`.
    pub region: String,
    /// How many sites are deployed at once. Default: 10.
    pub concurrency: u32,
    /// AWS's quotas of the account where they were raised: `{ cache-policies = 60 }`, by the names
    /// that `cdn-cli quotas` shows. Default: AWS's defaults.
    pub quotas: BTreeMap<String, u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "fleet".to_owned(),
            state_bucket: None,
            region: "us-east-1".to_owned(),
            concurrency: 10,
            quotas: BTreeMap::new(),
        }
    }
}
