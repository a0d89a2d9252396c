//! A site with everything decided.

use std::collections::BTreeMap;
use std::path::PathBuf;

use edge_resizer::{Policy, Request, explain};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::check::names;
use crate::delivery::Delivery;
use crate::file::Unique;
use crate::problem::Problem;
use crate::section;

/// One brand shop.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its short name: lower-case letters, digits and `-`, usable as a host-name label.
    pub name: String,
    /// Host names under which it answers, beside `<name>.localhost` in `cdn-cli dev`.
    pub domains: Vec<String>,
    /// Where its files are.
    pub origin: Origin,
    /// Its rules for pictures; `brand` is the site's name where the file says nothing else.
    pub images: Policy,
    /// How CloudFront delivers it.
    pub delivery: Delivery,
}

/// Where a site's files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Origin {
    /// A folder; relative paths are resolved against the folder of the `fleet.toml`.
    Folder(PathBuf),
    /// A bucket of S3 or of any S3-compatible service.
    S3 {
        /// Its name.
        bucket: String,
        /// Put in front of every key. Default: none.
        #[serde(default)]
        prefix: String,
        /// Default: the region of the environment.
        #[serde(default)]
        region: Option<String>,
        /// Another service than AWS. Default: none.
        #[serde(default)]
        endpoint: Option<String>,
        /// Copies of the bucket by their regions, `{ eu-central-1 = "photos-eu" }`, kept by S3's
        /// replication: a host that runs in many regions reads the nearest. Default: none.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        replicas: BTreeMap<String, String>,
    },
    /// Another web server.
    Http {
        /// `https://shop.example/base`.
        url: String,
        /// Whether loopback, link-local and private addresses may be asked. Default: `false`.
        #[serde(default)]
        allow_private: bool,
    },
}

const NAME_HINT: &str = "lower-case letters, digits and `-`, at most 63, not `-` at either end";
const DOMAIN_HINT: &str = "a host name in lower case without scheme, port and path; other letters \
                           than a to z as `xn--…`";

/// Reads a site's name, which is also a label of a host name.
pub(crate) fn read_name(
    value: Spanned<DeValue<'_>>,
    unique: &mut Unique<'_>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let span = value.span();
    let name: String = section::read(value, problems)?;
    if !names::is_label(&name) {
        let problem = Problem::new(span, format!("`{name}` cannot be a site's name"));
        problems.push(problem.with_hint(NAME_HINT));
        return None;
    }
    unique.claim("name", &name, &span, problems);
    Some(name)
}

/// Reads a site's domains.
pub(crate) fn read_domains(
    value: Spanned<DeValue<'_>>,
    unique: &mut Unique<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let items = section::list(value, problems);
    items.into_iter().filter_map(|item| read_domain(item, unique, problems)).collect()
}

fn read_domain(
    value: Spanned<DeValue<'_>>,
    unique: &mut Unique<'_>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let span = value.span();
    let domain: String = section::read(value, problems)?;
    if !names::is_domain(&domain) {
        let problem = Problem::new(span, format!("`{domain}` is not a domain"));
        problems.push(problem.with_hint(DOMAIN_HINT));
        return None;
    }
    unique.claim("domain", &domain, &span, problems);
    Some(domain)
}

/// Reads a site's rules for pictures, already laid over the defaults.
pub(crate) fn read_policy(
    images: Option<Spanned<DeValue<'_>>>,
    name: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Option<Policy> {
    let images = images.unwrap_or_else(|| Spanned::new(0..0, DeValue::Table(DeTable::new())));
    let has_brand = images.get_ref().get("brand").is_some();
    let mut policy: Policy = section::read_all(images.clone(), problems)?;
    if !has_brand && let Some(name) = name {
        name.clone_into(&mut policy.brand);
    }
    check_presets(&policy, images.get_ref(), problems);
    Some(policy)
}

/// A preset is read as the URL's options would be; what a strict policy refuses is a problem here
/// whatever the policy, because the file is not a stranger's.
fn check_presets(policy: &Policy, images: &DeValue<'_>, problems: &mut Vec<Problem>) {
    for (name, options) in &policy.presets {
        let place = images.get("presets").and_then(|presets| presets.get_ref().get(name.as_str()));
        let span = place.map_or(0..0, Spanned::span);
        for (message, hint) in preset_issues(options) {
            let problem = Problem::new(span.clone(), format!("preset `{name}`: {message}"));
            problems.push(Problem { hint, ..problem });
        }
    }
}

fn preset_issues(options: &str) -> Vec<(String, Option<String>)> {
    if options.contains('/') {
        return vec![("options have no `/` in them".to_owned(), None)];
    }
    let request = Request::get(&format!("/cdn-cgi/image/{options}/a.jpg"));
    match explain(&request, &Policy::default()) {
        Ok(Some(explained)) => explained
            .issues
            .into_iter()
            .filter(|issue| issue.kind.is_error_when_strict())
            .map(|issue| {
                let message = format!("`{}`: {}", issue.option, issue.message);
                (message, issue.hint.map(|better| format!("write `{better}`")))
            })
            .collect(),
        Ok(None) => vec![("holds no options".to_owned(), None)],
        Err(error) => vec![(error.public_message(), None)],
    }
}
