//! Which sites are meant.

use cache_warmer::{Placing, Shop};
use fleet::{Fleet, Site};
use url::Url;

use crate::cli::WhatArgs;
use crate::hints::Hinted;

/// The sites that were chosen of a fleet, and where they answer.
pub(super) struct Chosen {
    pub(super) sites: Vec<Site>,
    /// Where the one site answers, in the place of its domains.
    base: Option<Url>,
}

impl Chosen {
    pub(super) fn of(args: &WhatArgs) -> anyhow::Result<Self> {
        let mut fleet = Fleet::read(&args.fleet)?;
        for name in &args.sites {
            if fleet.site(name).is_none() {
                let message = format!("there is no site `{name}` in {}", args.fleet.display());
                return Err(Hinted::error(message, "`cdn-cli fleet list` lists them"));
            }
        }
        fleet.sites.retain(|site| is_meant(site, args));
        if fleet.sites.is_empty() {
            let message = "no site of the fleet is in the groups that were named";
            return Err(Hinted::error(message, "`cdn-cli fleet list` lists the groups too"));
        }
        let base = args.sources.base.as_deref().map(base).transpose()?;
        if base.is_some() && fleet.sites.len() != 1 {
            let message = format!("--base is for one site, and {} are meant", fleet.sites.len());
            return Err(Hinted::error(message, "name the site: cdn-cli warm SITE --base URL"));
        }
        Ok(Self { sites: fleet.sites, base })
    }

    /// The sites as the warmer knows them.
    pub(super) fn shops(&self) -> Vec<Shop> {
        self.sites.iter().map(|site| self.shop(site)).collect()
    }

    fn shop(&self, site: &Site) -> Shop {
        let mut hosts = site.domains.clone();
        hosts.push(format!("{}.localhost", site.name));
        hosts.extend(self.base.iter().filter_map(|base| base.host_str()).map(str::to_owned));
        Shop { name: site.name.clone(), hosts, policy: site.images.clone() }
    }

    /// Where a site's pages begin.
    pub(super) fn base_of(&self, site: &Site) -> anyhow::Result<Url> {
        if let Some(base) = &self.base {
            return Ok(base.clone());
        }
        let domain = site.domains.first().map(String::as_str).unwrap_or_default();
        Ok(Url::parse(&format!("https://{domain}/"))?)
    }

    /// Where URLs of the sites are asked for.
    pub(super) fn placing(&self) -> Placing {
        let domains = self.sites.iter().flat_map(|site| site.domains.iter().cloned());
        Placing(self.base.clone().map(|base| (domains.collect(), base)))
    }
}

fn is_meant(site: &Site, args: &WhatArgs) -> bool {
    let is_named = args.sites.is_empty() || args.sites.contains(&site.name);
    let is_in = |group: &String| site.delivery.groups.contains(group);
    is_named && (args.group.is_empty() || args.group.iter().any(is_in))
}

fn base(text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        Hinted::error(format!("`{text}` is no base"), "such as http://aurora.localhost:8080")
    })
}
