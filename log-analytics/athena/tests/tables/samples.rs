//! Logs as a fleet has them.

use log_athena::{
    Compacted, DatePath, Folders, HostSite, Hosts, Layout, Location, RawFormat, RawLogs,
};

/// A fleet's logs of version 2 in a format.
pub(crate) fn version_2(name: &str, format: RawFormat) -> RawLogs {
    RawLogs {
        name: name.to_owned(),
        format,
        location: location("s3://shops-logs-111122223333/AWSLogs/111122223333/CloudFront"),
        layout: hourly(Folders::Listed(vec!["aurora".to_owned(), "vega".to_owned()])),
        fields: Vec::new(),
    }
}

/// Logs of version 1, which have no folders.
pub(crate) fn version_1(name: &str) -> RawLogs {
    RawLogs {
        name: name.to_owned(),
        format: RawFormat::Legacy,
        location: location("s3://shops-old/cdn"),
        layout: Layout::Flat,
        fields: Vec::new(),
    }
}

pub(crate) fn hourly(folders: Folders) -> Layout {
    let path = DatePath::parse("{yyyy}/{MM}/{dd}/{HH}").unwrap();
    Layout::Dated { folders, path, from: "NOW-400DAYS".to_owned() }
}

pub(crate) fn compacted() -> Compacted {
    Compacted {
        name: "compacted".to_owned(),
        location: location("s3://shops-compacted/cdn"),
        from: "2026-01-01".to_owned(),
    }
}

pub(crate) fn hosts() -> Hosts {
    let mut hosts = Hosts::default();
    let aurora = HostSite {
        name: "aurora".to_owned(),
        brand: Some("Aurora".to_owned()),
        group: None,
        owner: Some("team-north".to_owned()),
    };
    hosts.insert("aurora.example", aurora.clone());
    hosts.insert("*.aurora.example", aurora);
    hosts.insert("vega.example", HostSite { name: "vega".to_owned(), ..HostSite::default() });
    hosts
}

pub(crate) fn location(text: &str) -> Location {
    Location::parse(text).unwrap()
}
