//! Where a fleet's own logs lie, as its deploy sends them, and whose hosts are in them.

use std::collections::BTreeMap;

use fleet::delivery::{LogFormat, Logs, Mode};
use fleet::{Fleet, Site};

use crate::compacted::Compacted;
use crate::date_path::{DatePath, DatePathError};
use crate::hosts::{HostSite, Hosts};
use crate::location::{Location, LocationError};
use crate::raw::{Folders, Layout, RawFormat, RawLogs};
use crate::setup::Setup;
use crate::view::ViewError;

/// For how long logs are kept, by the fleet's stack of logs.
const KEPT: &str = "NOW-400DAYS";
/// The table over compacted logs.
const COMPACTED: &str = "compacted";

/// Which of CloudFront's standard logs there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogVersion {
    /// Version 1, by a distribution's own setting: all files in one folder.
    One,
    /// Version 2, as a fleet's deploy sends them: in folders of sites and hours.
    #[default]
    Two,
}

/// What the fleet file does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetLogs {
    /// The account's number.
    pub account: String,
    /// Where raw logs lie, without folders of sites. Default: `None`, the bucket of the fleet's stack
    /// of logs in that account.
    pub raw: Option<Location>,
    /// Which logs the raw ones are. Default: `Two`.
    pub version: LogVersion,
    /// Where compacted logs lie. Default: `None`, nowhere.
    pub compacted: Option<Location>,
    /// The database. Default: `None`, by [`database_of`].
    pub database: Option<String>,
    /// The ids of distributions that tenants share: their logs lie by distribution.
    pub tenants: Vec<String>,
}

/// Why a fleet's logs cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// No site has logs, and none are compacted.
    #[error("no site of the fleet has logs")]
    NoLogs,
    /// Logs of version 1 without a place: a fleet's deploy sends none.
    #[error("nobody said where the logs of version 1 lie")]
    NoPlace,
    /// A place that is none.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// A site whose logs lie in folders that a question cannot choose among.
    #[error("site `{site}`: logs.partition: {problem}")]
    Partition {
        /// The site.
        site: String,
        /// What is wrong with its path.
        problem: DatePathError,
    },
    /// Logs that no one view can be made of.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// The database of a fleet by its name: `shops-eu` has `shops_eu_logs`.
pub fn database_of(fleet: &str) -> String {
    format!("{}_logs", fleet.replace('-', "_"))
}

/// What tells tables apart: text is read by position, and folders by one format.
type Shape<'a> = (RawFormat, &'a [String], &'a str, bool);

impl Setup {
    /// What a fleet's logs need to be asked.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn of_fleet(fleet: &Fleet, logs: &FleetLogs) -> Result<Self, SetupError> {
        let compacted = logs.compacted.clone().map(|location| Compacted {
            name: COMPACTED.to_owned(),
            location,
            from: KEPT.to_owned(),
        });
        let setup = Self {
            database: logs.database.clone().unwrap_or_else(|| database_of(&fleet.settings.name)),
            raw: raw(fleet, logs)?,
            compacted,
            hosts: hosts(fleet),
        };
        if setup.raw.is_empty() && setup.compacted.is_none() {
            return Err(SetupError::NoLogs);
        }
        setup.views()?;
        Ok(setup)
    }
}

/// A table for each shape that logs have.
fn raw(fleet: &Fleet, logs: &FleetLogs) -> Result<Vec<RawLogs>, SetupError> {
    if logs.version == LogVersion::One {
        return Ok(vec![of_version_1(logs.raw.clone().ok_or(SetupError::NoPlace)?)]);
    }
    let location = match &logs.raw {
        Some(location) => location.clone(),
        None => Location::parse(&format!(
            "s3://{}-logs-{account}/AWSLogs/{account}/CloudFront",
            fleet.settings.name,
            account = logs.account
        ))?,
    };
    let mut shapes: BTreeMap<Shape<'_>, Vec<&Site>> = BTreeMap::new();
    for site in fleet.sites.iter().filter(|site| site.delivery.logs.enabled) {
        shapes.entry(shape(site)).or_default().push(site);
    }
    let mut tables: Vec<RawLogs> = Vec::new();
    let mut names_like = BTreeMap::new();
    for ((format, fields, path, is_shared), sites) in shapes {
        if is_shared && logs.tenants.is_empty() {
            continue;
        }
        let path = DatePath::parse(path)
            .map_err(|problem| SetupError::Partition { site: sites[0].name.clone(), problem })?;
        let names = if is_shared {
            logs.tenants.clone()
        } else {
            sites.iter().map(|site| site.name.clone()).collect()
        };
        let location = if is_shared {
            Location::parse(&format!("{location}tenants"))?
        } else {
            location.clone()
        };
        let stem = format!("{}{}", name_of(format), if is_shared { "_tenants" } else { "" });
        let like = names_like.entry(stem.clone()).or_insert(0_usize);
        *like += 1;
        tables.push(RawLogs {
            name: if *like == 1 { stem } else { format!("{stem}_{like}") },
            format,
            location,
            layout: Layout::Dated { folders: Folders::Listed(names), path, from: KEPT.to_owned() },
            fields: fields.to_vec(),
        });
    }
    Ok(tables)
}

/// All distributions write into one folder, whatever the fleet file says of its logs.
fn of_version_1(location: Location) -> RawLogs {
    RawLogs {
        name: name_of(RawFormat::Legacy).to_owned(),
        format: RawFormat::Legacy,
        location,
        layout: Layout::Flat,
        fields: Vec::new(),
    }
}

fn shape(site: &Site) -> Shape<'_> {
    let Logs { format, fields, partition, .. } = &site.delivery.logs;
    let format = match format {
        LogFormat::W3c => RawFormat::W3c,
        LogFormat::Plain => RawFormat::Plain,
        LogFormat::Json => RawFormat::Json,
        LogFormat::Parquet => RawFormat::Parquet,
    };
    (format, fields, partition, site.delivery.mode == Mode::Tenant)
}

fn name_of(format: RawFormat) -> &'static str {
    match format {
        RawFormat::Legacy => "raw_legacy",
        RawFormat::W3c => "raw_w3c",
        RawFormat::Plain => "raw_plain",
        RawFormat::Json => "raw_json",
        RawFormat::Parquet => "raw_parquet",
    }
}

fn hosts(fleet: &Fleet) -> Hosts {
    let mut hosts = Hosts::default();
    for site in &fleet.sites {
        let told = HostSite {
            name: site.name.clone(),
            brand: Some(site.images.brand.clone()).filter(|brand| !brand.is_empty()),
            group: site.delivery.groups.first().cloned(),
            owner: site.delivery.tags.get("owner").cloned(),
        };
        for domain in &site.domains {
            hosts.insert(domain, told.clone());
        }
    }
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(sites: &str) -> Fleet {
        let text = format!(
            "[fleet]\nname = \"shops-eu\"\n[defaults]\nimage_shape = \"off\"\n\
             origin = {{ http = {{ url = \"https://{{name}}.origin.example\" }} }}\n{sites}"
        );
        Fleet::parse(&text, "/srv".as_ref(), "fleet.toml").unwrap_or_else(|error| panic!("{error}"))
    }

    fn site(name: &str, more: &str) -> String {
        format!("[[sites]]\nname = \"{name}\"\ndomains = [\"{name}.example\"]\n{more}\n")
    }

    fn logs() -> FleetLogs {
        FleetLogs { account: "111122223333".to_owned(), ..FleetLogs::default() }
    }

    #[test]
    fn each_shape_has_a_table_and_all_have_one_view() {
        let fleet = fleet(
            &[
                site("aurora", "tags = { owner = \"team-north\" }"),
                site("vega", ""),
                site("harbor", "logs = { format = \"json\" }"),
                site("lyra", "logs = { fields = [\"date\", \"time\", \"x-host-header\"] }"),
                site("silent", "logs = { enabled = false }"),
            ]
            .concat(),
        );
        let setup = Setup::of_fleet(&fleet, &logs()).unwrap();
        assert_eq!(setup.database, "shops_eu_logs");
        let told: Vec<(String, String, Folders)> = setup
            .raw
            .iter()
            .map(|table| {
                let Layout::Dated { folders, .. } = &table.layout else { panic!("{table:?}") };
                (table.name.clone(), table.location.to_string(), folders.clone())
            })
            .collect();
        let place = "s3://shops-eu-logs-111122223333/AWSLogs/111122223333/CloudFront/";
        let of = |table: &str, sites: &[&str]| {
            let sites = sites.iter().map(|it| (*it).to_owned()).collect();
            (table.to_owned(), place.to_owned(), Folders::Listed(sites))
        };
        assert_eq!(
            told,
            [
                of("raw_w3c", &["aurora", "vega"]),
                of("raw_w3c_2", &["lyra"]),
                of("raw_json", &["harbor"]),
            ]
        );
        let views = setup.views().unwrap();
        assert_eq!(views.len(), 1);
        assert!(views[0].sql.contains("aurora.example\tteam-north"), "{}", views[0].sql);
    }

    #[test]
    fn version_1_lies_in_one_folder() {
        let fleet = fleet(&site("aurora", "logs = { enabled = false }"));
        let version = LogVersion::One;
        let nowhere = FleetLogs { version, ..logs() };
        assert_eq!(Setup::of_fleet(&fleet, &nowhere).unwrap_err(), SetupError::NoPlace);
        let raw = Some(Location::parse("s3://old-logs/cdn").unwrap());
        let setup = Setup::of_fleet(&fleet, &FleetLogs { raw, ..nowhere }).unwrap();
        let table = setup.raw[0].table();
        assert_eq!((setup.raw.len(), table.name.as_str()), (1, "raw_legacy"));
        assert_eq!(table.storage_descriptor.location.as_deref(), Some("s3://old-logs/cdn/"));
        assert!(table.partition_keys.is_empty() && table.property("projection.enabled").is_none());
        let views = setup.views().unwrap();
        assert!(views[0].sql.contains("aurora.example"), "{}", views[0].sql);
        assert!(!views[0].sql.contains("\"dt\""), "{}", views[0].sql);
    }

    #[test]
    fn tenants_lie_by_distribution() {
        let fleet = fleet(&site(
            "aurora",
            "mode = \"tenant\"\ncertificate = \"arn:aws:acm:us-east-1:111122223333:certificate/00000000-1111-2222-3333-444455556666\"",
        ));
        assert_eq!(Setup::of_fleet(&fleet, &logs()).unwrap_err(), SetupError::NoLogs);
        let known = FleetLogs { tenants: vec!["E1".to_owned()], ..logs() };
        let setup = Setup::of_fleet(&fleet, &known).unwrap();
        let table = setup.raw[0].table();
        assert_eq!(table.name, "raw_w3c_tenants");
        let template = table.property("storage.location.template").unwrap();
        assert!(template.ends_with("/CloudFront/tenants/${folder}/${dt}/"), "{template}");
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        let odd = fleet(&site("aurora", "logs = { partition = \"{DistributionId}/{yyyy}\" }"));
        assert_eq!(
            Setup::of_fleet(&odd, &logs()).unwrap_err().to_string(),
            "site `aurora`: logs.partition: `{DistributionId}/{yyyy}` is no path of days or hours: \
             {yyyy}, {MM}, {dd} and perhaps {HH}, with / - _ or . between"
        );
        let two = fleet(
            &[site("aurora", ""), site("vega", "logs = { partition = \"{yyyy}-{MM}-{dd}\" }")]
                .concat(),
        );
        assert_eq!(
            Setup::of_fleet(&two, &logs()).unwrap_err().to_string(),
            "`raw_w3c` and `raw_w3c_2` name the folders of their hours differently: one view cannot be \
             asked for a day of both"
        );
    }
}
