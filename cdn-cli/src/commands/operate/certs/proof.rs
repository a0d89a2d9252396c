//! The records that prove whose a site's domains are, and whether they are there.

use fleet::Site;
use serde::Serialize;

use crate::aws::{Detail, HostedZone};
use crate::commands::operate::world::World;
use crate::cutover::records::RecordSet;
use crate::cutover::wanted::TTL;

/// A record of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Proof {
    /// The site.
    pub(crate) site: String,
    /// The certificate's ARN.
    pub(crate) certificate: String,
    /// The domain it is about; the first of them where a wildcard shares it.
    pub(crate) domain: String,
    /// What has to be there.
    pub(crate) record: RecordSet,
    /// The zone that it is written into; `None` where that is a person's.
    pub(crate) zone: Option<HostedZone>,
    /// Whether it is there.
    pub(crate) state: State,
}

/// Whether a record is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It is.
    Present,
    /// Nothing is.
    Missing,
    /// Something else is.
    Differs,
    /// Nobody answered.
    NotChecked,
}

impl State {
    /// For people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Missing => "missing",
            Self::Differs => "another value is there",
            Self::NotChecked => "not checked",
        }
    }
}

/// The records of a site's certificate, each once.
pub(crate) async fn proofs(world: &World, site: &Site, detail: &Detail) -> Vec<Proof> {
    let mut proofs: Vec<Proof> = Vec::new();
    for validation in &detail.validations {
        let Some((name, value)) = &validation.record else { continue };
        if proofs.iter().any(|it| it.record.name == *name) {
            continue;
        }
        proofs.push(Proof {
            site: site.name.clone(),
            certificate: detail.certificate.arn.clone(),
            domain: validation.domain.clone(),
            record: RecordSet::plain(name, "CNAME", TTL, vec![value.clone()]),
            zone: world.zone(site).cloned(),
            state: state(world, site, name, value).await,
        });
    }
    proofs
}

async fn state(world: &World, site: &Site, name: &str, value: &str) -> State {
    match world.addresses(site, name).await.as_deref() {
        None => State::NotChecked,
        Some([]) => State::Missing,
        Some(found) if found.iter().any(|it| it.leads_to(value)) => State::Present,
        Some(_) => State::Differs,
    }
}
