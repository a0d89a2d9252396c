//! Where it is warmed, and how that is reached.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cache_warmer::{
    Client, ClientOptions, Dns, Location, Names, Pinned, Places, Resolve, covering,
};

use super::chosen::Chosen;
use crate::cli::{PaceArgs, PlacesArgs};
use crate::hints::Hinted;
use crate::printer::Io;

/// The locations that were asked for.
pub(super) fn chosen(args: &PlacesArgs, io: &mut Io<'_>) -> anyhow::Result<Places> {
    if args.direct {
        return Ok(Places::Direct);
    }
    let all = if let Some(list) = &args.locations {
        listed(list)?
    } else {
        io.stderr.line(
            "no --locations: a list that comes along is used, whose locations may be gone;\n\
             better: cdn-cli logs report pops logs/ --format csv > pops.csv",
        )?;
        Location::seed()
    };
    let is_meant = |it: &Location| {
        let is = |region: &String| *region == it.city.regional || *region == it.city.price;
        args.region.is_empty() || args.region.iter().any(is)
    };
    let meant: Vec<_> = all.into_iter().filter(is_meant).collect();
    let locations = covering(meant, args.cover);
    if locations.is_empty() {
        let hint = "regions are those of AWS, eu-central-1, or of its prices, europe";
        return Err(Hinted::error("no location is left", hint));
    }
    Ok(Places::Locations(locations))
}

/// Names, or a file of them.
fn listed(list: &str) -> anyhow::Result<Vec<Location>> {
    let file = Path::new(list);
    if file.is_file() {
        let text = fs::read(file).with_context(|| format!("reading {list}"))?;
        return Location::list(text.as_slice()).with_context(|| format!("reading {list}"));
    }
    let of = |name: &str| -> anyhow::Result<Location> {
        let id = name.trim().parse().map_err(|error| {
            Hinted::error(format!("{error}"), format!("or is {list} a file that is not there?"))
        })?;
        Ok(Location::of(id)?)
    };
    list.split(',').map(of).collect()
}

/// The region of the shield: as it was said, or of the first site that has one.
pub(super) fn shield(args: &PlacesArgs, chosen: &Chosen) -> Option<String> {
    let of_fleet = || {
        let mut origins =
            chosen.sites.iter().filter_map(|site| site.delivery.origins.get("default"));
        origins.find_map(|origin| origin.shield_region()).map(str::to_owned)
    };
    args.shield.clone().or_else(of_fleet)
}

/// Reads sitemaps and pages: wherever names lead, as anybody would.
pub(super) fn reader(args: &PlacesArgs, pace: &PaceArgs) -> anyhow::Result<Client> {
    client(args, pace, HashMap::new())
}

/// Asks locations for the sites.
pub(super) fn warmer(
    args: &PlacesArgs,
    pace: &PaceArgs,
    chosen: &Chosen,
) -> anyhow::Result<Client> {
    let distributions = distributions(args, chosen)?;
    if !args.direct && distributions.is_empty() {
        let message = "the names of the distributions are not known";
        let hint = "say --distribution d111111abcdef8 for one site, --distribution SITE=NAME for \
                    each of many, or --direct for what is not CloudFront";
        return Err(Hinted::error(message, hint));
    }
    client(args, pace, distributions)
}

/// By host; the empty host is every one.
fn distributions(args: &PlacesArgs, chosen: &Chosen) -> anyhow::Result<HashMap<String, String>> {
    let mut by_host = HashMap::new();
    for given in &args.distribution {
        let Some((name, distribution)) = given.split_once('=') else {
            by_host.insert(String::new(), given.clone());
            continue;
        };
        let shop = chosen.shops().into_iter().find(|shop| shop.name == name);
        let shop = shop.ok_or_else(|| {
            let message = format!("--distribution {given} names no site that is warmed");
            Hinted::error(message, "SITE=NAME, with a site of the fleet file")
        })?;
        by_host.extend(shop.hosts.into_iter().map(|host| (host, distribution.to_owned())));
    }
    Ok(by_host)
}

fn client(
    args: &PlacesArgs,
    pace: &PaceArgs,
    distributions: HashMap<String, String>,
) -> anyhow::Result<Client> {
    let resolver: Box<dyn Resolve> = match args.connect {
        Some(address) => Box::new(Pinned(address)),
        None => Box::new(Dns::new(args.resolver).map_err(|reason| {
            let message = format!("this machine has no name servers to ask: {reason}");
            Hinted::error(message, "name one with --resolver, such as --resolver 192.0.2.53")
        })?),
    };
    let read = |file: &std::path::PathBuf| {
        fs::read(file).with_context(|| format!("reading {}", file.display()))
    };
    let mut options = ClientOptions {
        timeout: Duration::from_secs(pace.timeout),
        http2: !pace.http1,
        authorities: args.ca.as_ref().map(read).transpose()?,
        ..ClientOptions::default()
    };
    if let Some(contact) = &pace.contact {
        options.user_agent = format!("{} (+{contact})", options.user_agent);
    }
    Ok(Client::new(&options, Names::new(resolver, distributions))?)
}
