//! Which certificate covers which site.

use std::collections::{BTreeMap, BTreeSet};

use fleet::Site;
use fleet::delivery::Certificate as Wanted;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::super::session::Session;
use super::super::world::is_the_stacks;
use crate::aws::{Detail, GLOBAL};
use crate::cutover::certificate::{Certificate, best};

/// Certificates that are read at once; ACM takes ten reads a second.
const AT_ONCE: usize = 4;
/// The resource of a site's stack, and the parameter in its place.
const RESOURCE: &str = "AWS::CertificateManager::Certificate";
const PARAMETER: &str = "CertificateArn";

/// Where a site's certificate is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    /// The site's stack requests it.
    Stack,
    /// The fleet file names it.
    FleetFile,
    /// The site is deployed with it.
    Deployed,
    /// It is in ACM, and the next deploy takes it.
    Acm,
    /// The fleet file wants none.
    NotWanted,
}

impl Source {
    /// For people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::FleetFile => "fleet file",
            Self::Deployed => "deployed",
            Self::Acm => "ACM",
            Self::NotWanted => "-",
        }
    }
}

/// A site and its certificate.
#[derive(Clone, Debug)]
pub(crate) struct Found<'s> {
    /// The site.
    pub(crate) site: &'s Site,
    /// Where the certificate is from, or would be.
    pub(crate) source: Source,
    /// The certificate; `None` where there is none yet.
    pub(crate) detail: Option<Detail>,
}

/// Looks for the certificates of sites that have domains.
pub(crate) async fn survey<'s>(
    session: &Session,
    sites: &[&'s Site],
) -> anyhow::Result<Vec<Found<'s>>> {
    let all = session.aws.certificates().all().await?;
    let mut places = Vec::new();
    for site in sites.iter().filter(|site| !site.domains.is_empty()) {
        places.push((*site, place(session, site, &all).await?));
    }
    let arns: BTreeSet<String> = places.iter().filter_map(|(_, (_, arn))| arn.clone()).collect();
    let details = describe(session, arns).await?;
    let found = places.into_iter().map(|(site, (source, arn))| {
        let detail = arn.and_then(|arn| details.get(&arn).cloned());
        Found { site, source, detail }
    });
    Ok(found.collect())
}

/// All about some certificates, by their ARNs.
pub(crate) async fn describe(
    session: &Session,
    arns: BTreeSet<String>,
) -> anyhow::Result<BTreeMap<String, Detail>> {
    let certificates = session.aws.certificates();
    let read = |arn: String| {
        let certificates = certificates.clone();
        async move {
            let detail = certificates.describe(&arn).await?;
            anyhow::Ok((arn, detail))
        }
    };
    stream::iter(arns).map(read).buffer_unordered(AT_ONCE).try_collect().await
}

/// Where a site's certificate is from, and its ARN.
async fn place(
    session: &Session,
    site: &Site,
    all: &[Certificate],
) -> anyhow::Result<(Source, Option<String>)> {
    let deployed = session.deployed(&site.name);
    match &site.delivery.certificate {
        Wanted::None => return Ok((Source::NotWanted, None)),
        Wanted::Arn(arn) => return Ok((Source::FleetFile, Some(arn.clone()))),
        Wanted::Requested => {}
    }
    if is_the_stacks(site) {
        let Some(stack) = deployed else { return Ok((Source::Stack, None)) };
        let resources = session.aws.stacks(GLOBAL).resources(&stack.name).await?;
        let own = resources.into_iter().find(|(_, kind, _)| kind == RESOURCE);
        return Ok((Source::Stack, own.map(|(_, _, arn)| arn).filter(|arn| !arn.is_empty())));
    }
    let given = deployed.and_then(|stack| stack.parameters.get(PARAMETER));
    let covering = |arn: &&String| {
        all.iter().any(|it| it.arn == **arn && it.uncovered(&site.domains).is_empty())
    };
    if let Some(arn) = given.filter(covering) {
        return Ok((Source::Deployed, Some(arn.clone())));
    }
    Ok((Source::Acm, best(all, &site.domains).map(|it| it.arn.clone())))
}
