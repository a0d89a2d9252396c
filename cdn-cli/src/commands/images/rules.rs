//! The brand whose rules hold: a policy file, a site of a fleet, or no rules of anyone's.

use std::path::Path;

use anyhow::Context as _;
use edge_resizer::Policy;
use fleet::{Fleet, Site};

use crate::cli::RulesArgs;
use crate::hints::Hinted;

/// The policy that the flags name; `host` is the one in the URL, which chooses the site where no
/// flag does.
pub(crate) fn policy(args: &RulesArgs, host: Option<&str>) -> anyhow::Result<Policy> {
    match (&args.policy, &args.fleet) {
        (Some(file), _) => Ok(fleet::read_policy(file)?),
        (None, Some(file)) => Ok(site(file, args.site.as_deref(), host)?.images),
        (None, None) => Ok(Policy::default()),
    }
}

fn site(file: &Path, name: Option<&str>, host: Option<&str>) -> anyhow::Result<Site> {
    let fleet = Fleet::read(file)?;
    let names: Vec<_> = fleet.sites.iter().map(|site| site.name.as_str()).collect();
    let hint = format!("the sites are {}", names.join(", "));
    let found = match (name, host) {
        (Some(name), _) => fleet.site(name),
        (None, Some(host)) => fleet.site_of_host(host),
        (None, None) if fleet.sites.len() == 1 => fleet.sites.first(),
        (None, None) => None,
    };
    found
        .cloned()
        .ok_or_else(|| match (name, host) {
            (Some(name), _) => Hinted::error(format!("there is no site `{name}`"), hint),
            (None, Some(host)) => Hinted::error(format!("no site has the domain `{host}`"), hint),
            (None, None) => Hinted::error("which site is it? say --site NAME", hint),
        })
        .with_context(|| format!("looking into {}", file.display()))
}
