//! What a fleet is as a whole: the table `[fleet]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use crate::check::names;
use crate::problem::Problem;
use crate::section;
use crate::tree::Tree;

/// What all sites of a fleet share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// Letters of [`Settings::name`]: the names of AWS resources have 64, and need room for more.
const NAME_MAX: usize = 20;
/// Stacks that may be at work at once.
const CONCURRENCY: std::ops::RangeInclusive<u32> = 1..=100;

/// Reads the table `[fleet]`.
pub(crate) fn read(value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Settings {
    let Some(settings) = section::read_all::<Settings>(value.clone(), problems) else {
        return Settings::default();
    };
    let Some(table) = value.get_ref().as_table() else { return settings };
    let tree = Tree::new(table, value.span());
    let mut say = |key: &str, message: String, hint: &str| {
        problems.push(Problem::new(tree.value(&[key]), message).with_hint(hint));
    };
    let name = &settings.name;
    if !names::is_label(name) || name.len() > NAME_MAX {
        let message = format!("`{name}` cannot be a fleet's name");
        say("name", message, "lower-case letters, digits and `-`, at most 20, not `-` at the ends");
    }
    if !names::is_region(&settings.region) {
        let message = format!("`{}` is not a region", settings.region);
        say("region", message, "for example `eu-central-1`");
    }
    if !CONCURRENCY.contains(&settings.concurrency) {
        say(
            "concurrency",
            format!("{} is not from 1 to 100", settings.concurrency),
            CONCURRENCY_HINT,
        );
    }
    if let Some(bucket) = settings.state_bucket.as_ref().filter(|bucket| !names::is_bucket(bucket))
    {
        let message = format!("`{bucket}` cannot be a bucket");
        say("state_bucket", message, names::BUCKET_HINT);
    }
    settings
}

const CONCURRENCY_HINT: &str = "CloudFormation slows down whoever asks too much; 10 is good";
