//! The zones that are written: those of Route 53 in the account, and those of Cloudflare that a token
//! sees.

use std::collections::BTreeSet;

use fleet::Site;
use fleet::delivery::DnsHost;

use super::session::Session;
use crate::aws::{HostedZone, Zones};
use crate::cloudflare::Records;
use crate::cutover::records::RecordSet;
use crate::cutover::shift::Batch;
use crate::hints::Hinted;

/// Both kinds, each asked when it is needed.
pub(crate) struct WrittenZones {
    route_53: Zones,
    cloudflare: Option<Records>,
}

impl WrittenZones {
    pub(crate) fn new(session: &Session) -> Self {
        Self { route_53: session.aws.zones(), cloudflare: None }
    }

    /// The zones that sites may be in. Without a token none of Cloudflare's is written.
    pub(crate) async fn of(&mut self, sites: &[&Site]) -> anyhow::Result<Vec<HostedZone>> {
        let mut zones = Vec::new();
        let names = |host: DnsHost| {
            let of_sites = sites.iter().filter_map(|site| site.delivery.zone.as_ref());
            let of_host = of_sites.filter(move |zone| zone.host == host);
            of_host.map(|zone| zone.name.as_str()).collect::<BTreeSet<_>>()
        };
        if !names(DnsHost::Route53).is_empty() {
            zones.extend(self.route_53.all().await?);
        }
        for name in names(DnsHost::Cloudflare) {
            let Some(records) = self.cloudflare()? else { break };
            zones.extend(records.zone(name).await?);
        }
        Ok(zones)
    }

    /// All records of a zone.
    pub(crate) async fn records(&mut self, zone: &HostedZone) -> anyhow::Result<Vec<RecordSet>> {
        match zone.host {
            DnsHost::Cloudflare => self.with_token()?.all(&zone.id).await,
            DnsHost::Route53 | DnsHost::Other => self.route_53.records(&zone.id).await,
        }
    }

    /// Changes records, all of them or none; the id of the change, where it is to be waited for.
    pub(crate) async fn change(
        &mut self,
        zone: &HostedZone,
        batch: &Batch,
    ) -> anyhow::Result<Option<String>> {
        match zone.host {
            DnsHost::Cloudflare => {
                self.with_token()?.change(&zone.id, batch).await?;
                Ok(None)
            }
            DnsHost::Route53 | DnsHost::Other => {
                self.route_53.change(&zone.id, batch).await.map(Some)
            }
        }
    }

    /// Whether all name servers know of a change.
    pub(crate) async fn is_known(&self, change: &str) -> anyhow::Result<bool> {
        self.route_53.is_known(change).await
    }

    fn cloudflare(&mut self) -> anyhow::Result<Option<&mut Records>> {
        if self.cloudflare.is_none() {
            self.cloudflare = Records::of_environment()?;
        }
        Ok(self.cloudflare.as_mut())
    }

    fn with_token(&mut self) -> anyhow::Result<&mut Records> {
        let hint = "put a token that may edit DNS of the zone into the environment";
        self.cloudflare()?.ok_or_else(|| Hinted::error("CLOUDFLARE_API_TOKEN is not set", hint))
    }
}
