//! DNS as it is now: zones of Route 53 and of Cloudflare by their APIs, others by asking name servers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::SocketAddr;

use fleet::Site;
use fleet::delivery::DnsHost;

use super::session::Session;
use super::zones::WrittenZones;
use crate::aws::HostedZone;
use crate::cutover::caa::climb;
use crate::cutover::records::RecordSet;
use crate::printer::Io;
use crate::resolver::Resolver;

/// What answers for the domains of some sites.
pub(crate) struct World {
    hosted: Vec<HostedZone>,
    /// The records of the zones that matter, by the zones' ids.
    records: BTreeMap<String, Vec<RecordSet>>,
    resolver: Option<Resolver>,
}

impl World {
    /// Reads the zones that the sites are in and that are written, and asks name servers about the others.
    pub(crate) async fn look(
        session: &Session,
        sites: &[&Site],
        resolver: Option<SocketAddr>,
    ) -> anyhow::Result<Self> {
        let mut world = Self::of_zones(session, sites).await?;
        if sites.iter().any(|site| world.zone(site).is_none()) {
            world.resolver = Some(Resolver::new(resolver)?);
        }
        Ok(world)
    }

    /// The same without a word about zones of other hosts.
    pub(crate) async fn of_zones(session: &Session, sites: &[&Site]) -> anyhow::Result<Self> {
        let mut zones = WrittenZones::new(session);
        let hosted = zones.of(sites).await?;
        let mut world = Self { hosted, records: BTreeMap::new(), resolver: None };
        for site in sites {
            let Some(zone) = world.zone(site).cloned() else { continue };
            if let Entry::Vacant(place) = world.records.entry(zone.id.clone()) {
                place.insert(zones.records(&zone).await?);
            }
        }
        Ok(world)
    }

    /// The zone that a site's domains are in, of those that are written: that of the id, else the only
    /// one of the name.
    pub(crate) fn zone(&self, site: &Site) -> Option<&HostedZone> {
        let zone = site.delivery.zone.as_ref()?;
        let of_host = self.hosted.iter().filter(|it| it.host == zone.host);
        let mut named = of_host.filter(|it| match &zone.id {
            Some(id) => it.id == *id,
            None => it.name == zone.name,
        });
        let first = named.next()?;
        named.next().is_none().then_some(first)
    }

    /// The records of a name that say where its traffic goes; `None` where nobody answers.
    pub(crate) async fn addresses(&self, site: &Site, name: &str) -> Option<Vec<RecordSet>> {
        match self.zone(site) {
            Some(zone) => {
                let of_name = self.of_zone(zone).filter(|it| it.name == name && it.is_address());
                Some(of_name.cloned().collect())
            }
            None => self.resolver.as_ref()?.addresses(name).await,
        }
    }

    /// Says so where name servers were asked and none answered.
    pub(crate) fn tell_silence(&self, io: &mut Io<'_>) -> anyhow::Result<()> {
        if self.resolver.as_ref().is_some_and(Resolver::is_silent) {
            io.stderr.line("No name server answers: --resolver names another.")?;
        }
        Ok(())
    }

    /// The addresses of a name of `CloudFront`'s, where anybody is asked at all.
    pub(crate) async fn addresses_of(&self, target: &str) -> Vec<String> {
        let Some(resolver) = &self.resolver else { return Vec::new() };
        let found = resolver.addresses(target).await.unwrap_or_default();
        found.into_iter().flat_map(|it| it.values).collect()
    }

    /// The CAA records that hold for a domain.
    pub(crate) async fn caa(&self, site: &Site, domain: &str) -> Option<Vec<String>> {
        let Some(zone) = self.zone(site) else {
            return self.resolver.as_ref()?.caa(domain).await;
        };
        let nearest = climb(domain, Some(&zone.name))
            .into_iter()
            .find_map(|name| self.of_zone(zone).find(|it| it.kind == "CAA" && it.name == name));
        Some(nearest.map(|it| it.values.clone()).unwrap_or_default())
    }

    /// Whether a domain is the name of its zone; a guess by its labels where nobody answers.
    pub(crate) async fn is_apex(&self, site: &Site, domain: &str) -> bool {
        if let Some(zone) = &site.delivery.zone {
            return zone.name == domain;
        }
        let asked = match &self.resolver {
            Some(resolver) => resolver.is_apex(domain).await,
            None => None,
        };
        asked.unwrap_or_else(|| domain.split('.').count() == 2)
    }

    fn of_zone(&self, zone: &HostedZone) -> impl Iterator<Item = &RecordSet> {
        self.records.get(&zone.id).into_iter().flatten()
    }
}

/// Whether the fleet file says that Route 53 answers for a site.
pub(crate) fn is_in_route_53(site: &Site) -> bool {
    site.delivery.zone.as_ref().is_some_and(|zone| zone.host == DnsHost::Route53)
}

/// Whether the fleet file says that Cloudflare answers for a site.
pub(crate) fn is_at_cloudflare(site: &Site) -> bool {
    site.delivery.zone.as_ref().is_some_and(|zone| zone.host == DnsHost::Cloudflare)
}

/// Whether the stack of a site makes its records, and its certificate where it requests one.
pub(crate) fn is_the_stacks(site: &Site) -> bool {
    is_in_route_53(site) && site.delivery.zone.as_ref().is_some_and(|zone| zone.id.is_some())
}
