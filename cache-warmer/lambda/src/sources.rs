//! What an order is about: sites, their distributions, their targets.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cache_warmer::{
    Gatherer, Location, Places, Placing, Purged, Shop, Sitemap, Spool, Variants, Wanted, Wish,
};
use fleet::delivery::Mode;
use fleet::{Origin, Site, Warm, WarmEncoding, WarmFormat};
use url::Url;

use crate::bucket;
use crate::distributions::{self, Answering};
use crate::function::Function;
use crate::order::{By, Given, Order};

impl Function {
    /// What an order is about, when it can be begun; `None` where that is none of the sites.
    pub(crate) async fn understood(
        &self,
        given: Given,
        remaining: Duration,
    ) -> anyhow::Result<Option<Order>> {
        let Given { order, by } = given;
        let is_warmed =
            |site: &&Site| self.warm.sites.is_empty() || self.warm.sites.contains(&site.name);
        let mut sites = self.fleet.sites.iter().filter(is_warmed);
        let (found, sitemaps) = match by {
            By::Itself => return Ok(Some(order)),
            By::Stack(stack) => {
                let prefix = format!("{}-site-", self.fleet.settings.name);
                let name = stack.strip_prefix(&prefix).unwrap_or_default();
                (sites.find(|site| site.name == name), Vec::new())
            }
            By::Object { bucket, key } => {
                let sitemaps = vec![format!("s3://{bucket}/{key}")];
                (sites.find(|site| holds(site, &bucket, &key)), sitemaps)
            }
            By::Invalidation { of, id } => {
                let all = self.answering().await?;
                let its = all.into_iter().find(|it| it.id == of);
                let hosts = its.map(|it| it.hosts).unwrap_or_default();
                let site = sites.find(|site| site.domains.iter().any(|it| hosts.contains(it)));
                if site.is_some() {
                    distributions::is_purged(&self.cloudfront, &of, &id, remaining).await?;
                }
                (site, Vec::new())
            }
        };
        Ok(found.map(|site| Order { sites: vec![site.name.clone()], sitemaps, ..order }))
    }

    /// The sites of an order.
    pub(crate) fn sites_of(&self, order: &Order) -> anyhow::Result<Vec<&Site>> {
        if let Some(name) = order.sites.iter().find(|name| self.fleet.site(name).is_none()) {
            anyhow::bail!("there is no site `{name}` in the fleet: bundle the function again");
        }
        let is_in = |list: &[String], site: &Site| list.is_empty() || list.contains(&site.name);
        let is_meant = |site: &&Site| is_in(&order.sites, site) && is_in(&self.warm.sites, site);
        Ok(self.fleet.sites.iter().filter(is_meant).collect())
    }

    /// What answers for sites at CloudFront.
    pub(crate) async fn answering(&self) -> anyhow::Result<Vec<Answering>> {
        let is_tenant = |site: &Site| site.delivery.mode == Mode::Tenant;
        distributions::all(&self.cloudfront, self.fleet.sites.iter().any(is_tenant)).await
    }

    /// Gathers the targets of some sites into a file.
    pub(crate) async fn gathered(
        &self,
        order: &Order,
        sites: &[&Site],
        file: &Path,
    ) -> anyhow::Result<Spool> {
        let shops = sites.iter().map(|site| shop(site)).collect();
        let mut variants = Variants::new(shops, &[], wanted(&self.warm));
        if let Some(purged) = &order.purged {
            variants = variants.only(purged.clone());
        }
        let client = self.client(&self.warm, HashMap::new())?;
        let follow = usize::try_from(self.warm.follow).unwrap_or(usize::MAX);
        let mut gatherer = Gatherer::new(client, variants, Placing::default(), follow, file)?;
        let is_said = !order.sitemaps.is_empty() || !order.urls.is_empty();
        let (sitemaps, urls) = if is_said {
            (&order.sitemaps, &order.urls)
        } else {
            (&self.warm.sitemaps, &self.warm.urls)
        };
        for url in urls {
            gatherer.url(url)?;
        }
        let mut open = Vec::new();
        for sitemap in sitemaps {
            open.push(self.sitemap(sitemap).await?);
        }
        let needs_list = order.purged.as_ref().is_none_or(is_broad);
        for site in sites {
            let Some(domain) = site.domains.first() else { continue };
            let base = Url::parse(&format!("https://{domain}/"))?;
            for address in order.purged.iter().flat_map(Purged::addresses) {
                gatherer.url(base.join(address)?.as_str())?;
            }
            if sitemaps.is_empty() && urls.is_empty() && needs_list {
                open.extend(gatherer.discovered(&base).await?);
            }
        }
        gatherer.sitemaps(open).await?;
        gatherer.read_pages().await?;
        let (spool, notes) = gatherer.finish()?;
        for line in &notes.told {
            tracing::warn!("{line}");
        }
        if notes.untold > 0 || !notes.foreign.is_empty() {
            tracing::warn!(more = notes.untold, hosts_of_others = ?notes.foreign, "Left out");
        }
        Ok(spool)
    }

    async fn sitemap(&self, name: &str) -> anyhow::Result<Sitemap> {
        let Some((bucket, key)) = name.strip_prefix("s3://").and_then(|it| it.split_once('/'))
        else {
            return Ok(Sitemap::At(name.to_owned()));
        };
        let bytes = bucket::read(&self.s3, bucket, key).await?;
        let bytes = bytes.with_context(|| format!("there is no {name}"))?;
        Ok(Sitemap::Read { name: name.to_owned(), bytes })
    }
}

/// Whether a purge is about more than pages and pictures that it names. Each upload of an original purges
/// its variants: those in the shop's widths and presets are known without reading the shop's pages.
fn is_broad(purged: &Purged) -> bool {
    purged.by_tag || purged.paths.iter().any(|path| path.ends_with('*'))
}

/// Whether an object is one of a site's originals.
fn holds(site: &Site, bucket: &str, key: &str) -> bool {
    match &site.origin {
        Origin::S3 { bucket: its, prefix, .. } => {
            its == bucket && key.starts_with(prefix.trim_start_matches('/'))
        }
        _ => false,
    }
}

fn shop(site: &Site) -> Shop {
    let mut hosts = site.domains.clone();
    hosts.push(format!("{}.localhost", site.name));
    Shop { name: site.name.clone(), hosts, policy: site.images.clone() }
}

fn wanted(warm: &Warm) -> Wanted {
    let picture = |format: &WarmFormat| match format {
        WarmFormat::Avif => Wish::Avif,
        WarmFormat::Webp => Wish::Webp,
        WarmFormat::Basic => Wish::Basic,
    };
    let text = |encoding: &WarmEncoding| match encoding {
        WarmEncoding::Br => Wish::Brotli,
        WarmEncoding::Gzip => Wish::Gzip,
    };
    Wanted {
        pictures: warm.formats.iter().map(picture).collect(),
        texts: warm.encodings.iter().map(text).collect(),
        originals_as_variants: warm.expand,
    }
}

/// Where it is warmed.
pub(crate) fn places(warm: &Warm) -> anyhow::Result<Places> {
    if warm.direct {
        return Ok(Places::Direct);
    }
    let mut locations = Vec::new();
    for (place, id) in warm.locations.iter().enumerate() {
        let weight = (warm.locations.len() - place) as f64;
        locations.push(Location { weight, ..Location::of(id.parse()?)? });
    }
    if warm.locations.is_empty() {
        locations = Location::seed();
    }
    let is_meant = |it: &Location| {
        let is = |region: &String| *region == it.city.regional || *region == it.city.price;
        warm.regions.is_empty() || warm.regions.iter().any(is)
    };
    locations.retain(is_meant);
    anyhow::ensure!(!locations.is_empty(), "no location is left of those in `warm.regions`");
    Ok(Places::Locations(locations))
}

/// The region of the shield: that of the first site that has one.
pub(crate) fn shield(sites: &[&Site]) -> Option<String> {
    let mut origins = sites.iter().filter_map(|site| site.delivery.origins.get("default"));
    origins.find_map(|origin| origin.shield_region()).map(str::to_owned)
}
