//! What has to be so before a site moves.

use fleet::Site;
use fleet::delivery::DnsHost;

use crate::aws::Target;
use crate::commands::operate::dns::survey::{Line, Owner, survey};
use crate::commands::operate::session::Session;
use crate::commands::operate::world::World;
use crate::cutover::caa::lets_amazon;
use crate::cutover::shift::Weight;
use crate::cutover::verdict::Verdict;
use crate::deploy::purge::Purge;

/// A domain, and what stands in its way.
#[derive(Debug)]
pub(super) struct Checked {
    /// What is wanted, and what is there.
    pub(super) line: Line,
    /// Why it cannot move: each with what to do.
    pub(super) obstacles: Vec<String>,
}

/// Looks at every domain of a site.
pub(super) async fn domains(session: &Session, site: &Site) -> anyhow::Result<Vec<Checked>> {
    let world = World::of_zones(session, &[site]).await?;
    let mut all = Vec::new();
    for line in survey(session, &world, &[site]).await {
        let obstacles = obstacles(session, &world, site, &line).await?;
        all.push(Checked { line, obstacles });
    }
    Ok(all)
}

/// The shares on the way: all of it at once where a domain is in a zone that shares nothing out.
pub(super) fn steps(checked: &[Checked], asked: &[Weight]) -> Vec<Weight> {
    let is_whole_alone = checked.iter().any(|it| it.line.host() == Some(DnsHost::Cloudflare));
    if is_whole_alone { vec![Weight::WHOLE] } else { asked.to_vec() }
}

async fn obstacles(
    session: &Session,
    world: &World,
    site: &Site,
    line: &Line,
) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    if line.target.is_none() {
        all.push(format!("the site is not deployed: `cdn-cli deploy {}`", site.name));
    } else if !line.is_answered {
        all.push(format!(
            "CloudFront does not answer under it: `cdn-cli certs request {0}`, then `cdn-cli deploy {0}`",
            site.name
        ));
    }
    match line.owner {
        Owner::CdnCli => {}
        Owner::Stack => {
            all.push("its stack writes its records: leave `id` out of `zone` for the move".to_owned());
        }
        Owner::Operator => all.push(format!(
            "its zone is at another host, or there is no token for it: `cdn-cli dns plan {} --format bind` prints what to put there",
            site.name
        )),
    }
    if line.verdict == Verdict::Conflict {
        all.push("its records hang on a routing policy or a health check".to_owned());
    }
    let caa = world.caa(site, &line.domain).await.unwrap_or_default();
    if !lets_amazon(&caa, line.domain.starts_with("*.")) {
        all.push(
            "CAA keeps Amazon from renewing its certificate: add 0 issue \"amazon.com\"".to_owned(),
        );
    }
    all.extend(others(session, line).await?);
    Ok(all)
}

/// Others at CloudFront that have the domain, which would take its requests.
async fn others(session: &Session, line: &Line) -> anyhow::Result<Option<String>> {
    let Some(stack) = session.deployed(&line.site) else { return Ok(None) };
    let Ok(own) = Purge::of(stack, Vec::new()) else { return Ok(None) };
    let own: Target = own.target;
    let others = session.aws.claims().others(&line.domain, &own).await?;
    Ok((!others.is_empty()).then(|| {
        format!("CloudFront has it elsewhere too: {}; take it away there", others.join(", "))
    }))
}
