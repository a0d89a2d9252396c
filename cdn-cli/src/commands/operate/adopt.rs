//! What a fleet file would say so that a change by hand is what it wants. It is printed only: which
//! layer it belongs to is for a person to say.

use std::collections::BTreeMap;

use fleet::{FleetFiles, Provenance};
use serde::Serialize;
use serde_json::Value;

use super::session::{Session, planned_of};
use crate::cli::DriftArgs;
use crate::plan::adopt::{Saying, adopt};
use crate::plan::{Change, Drift};
use crate::printer::Io;

/// What a site would say.
#[derive(Serialize)]
struct Adoption {
    site: String,
    /// Keys and their values.
    says: Vec<Said>,
    /// What no key says.
    cannot_be_said: Vec<Change>,
}

/// A key with its value, and where it stands today.
#[derive(Serialize)]
struct Said {
    key: String,
    value: Value,
    /// `fleet.toml:5`; `None` where no file says it.
    place: Option<String>,
    /// `defaults`, `group japan`, `site aurora`.
    layer: String,
}

/// Prints what the fleet file would say.
pub(crate) fn print(
    session: &Session,
    drifts: &[Drift],
    args: &DriftArgs,
    io: &mut Io<'_>,
) -> anyhow::Result<()> {
    let files = FleetFiles::read(&args.fleet.fleet)?;
    let adoptions = adoptions(session, drifts, &files)?;
    if args.json {
        return Ok(io.stdout.line(serde_json::to_string_pretty(&adoptions)?)?);
    }
    if adoptions.is_empty() {
        io.stderr.line("Nothing to adopt.")?;
    }
    for adoption in &adoptions {
        io.stdout.line(format_args!("# In the table of the site {}:", adoption.site))?;
        for said in &adoption.says {
            match &said.place {
                Some(place) => io.stdout.line(format_args!("# {place}  {}", said.layer))?,
                None => io.stdout.line(format_args!("# {}", said.layer))?,
            }
            io.stdout.line(format_args!("{} = {}", said.key, toml_of(&said.value)?))?;
        }
        for change in &adoption.cannot_be_said {
            let field = change.field.trim_start_matches("DistributionConfig.");
            let value = |value: &Option<Value>| {
                value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string)
            };
            let (before, after) = (value(&change.before), value(&change.after));
            io.stdout.line(format_args!("# no key says {field}: {before} -> {after}"))?;
        }
    }
    Ok(())
}

fn adoptions(
    session: &Session,
    drifts: &[Drift],
    files: &FleetFiles,
) -> anyhow::Result<Vec<Adoption>> {
    let mut fleet = session.fleet.clone();
    let mut says: BTreeMap<String, Vec<Saying>> = BTreeMap::new();
    for drift in drifts {
        let changes: Vec<&Change> =
            drift.changes.iter().filter(|it| !it.is_wanted).map(|it| &it.change).collect();
        let site = drift.site.as_ref().filter(|_| !changes.is_empty());
        let site = site.and_then(|name| fleet.sites.iter_mut().find(|it| it.name == *name));
        let Some(site) = site else { continue };
        let live = session.as_it_is(&drift.stack);
        let place = "/Resources/Distribution/Properties/DistributionConfig";
        let live = live.as_ref().and_then(|template| template.pointer(place));
        let sayings = adopt(site, &changes, live.unwrap_or(&Value::Null));
        says.insert(site.name.clone(), sayings);
    }
    // What would be rendered of it says whether that is all.
    let left = session.drift(&planned_of(&fleet, &session.snapshot)?);
    let mut found = Vec::new();
    for (site, sayings) in says {
        let of_site = left.iter().filter(|drift| drift.site.as_ref() == Some(&site));
        let unsaid = of_site.flat_map(|drift| &drift.changes).filter(|it| !it.is_wanted);
        found.push(Adoption {
            cannot_be_said: unsaid.map(|it| it.change.clone()).collect(),
            says: sayings.into_iter().map(|saying| said(saying, &site, files)).collect(),
            site,
        });
    }
    Ok(found)
}

/// With the place where it stands today.
fn said(saying: Saying, site: &str, files: &FleetFiles) -> Said {
    let key = key(&saying.path);
    // What is built in has no place; of a table the first value that has one tells.
    let provenance = files.explain(site, &key).unwrap_or_default();
    let place = provenance.iter().find(|it| it.place.is_some()).or(provenance.first());
    Said {
        place: place.and_then(|it| it.place.as_ref()).map(ToString::to_string),
        layer: place.map_or_else(|| "built in".to_owned(), layer),
        value: saying.value,
        key,
    }
}

fn layer(provenance: &Provenance) -> String {
    provenance.layer.to_string()
}

/// A dotted key, quoted where TOML wants it so.
fn key(path: &[String]) -> String {
    let is_bare = |key: &str| {
        key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let part = |key: &String| {
        if is_bare(key) { key.clone() } else { Value::from(key.as_str()).to_string() }
    };
    path.iter().map(part).collect::<Vec<_>>().join(".")
}

/// A value as TOML has it on one line.
fn toml_of(value: &Value) -> anyhow::Result<String> {
    Ok(toml::Value::try_from(value)?.to_string())
}
