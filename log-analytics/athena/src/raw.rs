//! Tables over logs as CloudFront wrote them.
//!
//! Every column is text, under the name that CloudFront's own Parquet has, so that one view fits all
//! formats and `-`, `000` and what else is no number stays what it is until the view decides.

use std::collections::BTreeMap;

use log_reader::RAW;

use crate::columns::{and_all_others, chosen_by_nobody, column_name, legacy};
use crate::date_path::DatePath;
use crate::location::Location;
use crate::projection::Projection;
use crate::table::{OPENX_JSON, SerDe, Storage, Table, TableColumn};

/// How CloudFront wrote the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RawFormat {
    /// Standard logs of version 1: tabs, two header lines.
    Legacy,
    /// Version 2 with tabs and a header line.
    W3c,
    /// Version 2 with tabs, without a header.
    Plain,
    /// Version 2, an object of JSON a line.
    Json,
    /// Version 2, Parquet in which everything is text.
    Parquet,
}

/// Logs that lie somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLogs {
    /// The table's name.
    pub name: String,
    /// How they are written.
    pub format: RawFormat,
    /// Where they lie.
    pub location: Location,
    /// How they are put into folders.
    pub layout: Layout,
    /// CloudFront's names of their columns in the order of the files. Default: empty, what
    /// CloudFront writes where nobody chose.
    pub fields: Vec<String>,
}

/// How logs are put into folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// They are not: every question reads every file.
    Flat,
    /// By the time.
    Dated {
        /// What stands before the date.
        folders: Folders,
        /// How the folders of an hour or a day are named.
        path: DatePath,
        /// From when on there are files: a folder's name, or `NOW-400DAYS`.
        from: String,
    },
}

/// What stands between the location and the date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folders {
    /// Nothing.
    None,
    /// One of these: the names of sites or distributions.
    Listed(Vec<String>),
    /// Anything, which every query has to name.
    Any,
}

/// The column for what stands before the date; `distributionid` is a column of the files already.
pub(crate) const FOLDER: &str = "folder";
/// The column for the date of a folder.
pub(crate) const DATE: &str = "dt";

impl RawLogs {
    /// The table over them.
    pub fn table(&self) -> Table {
        let keys = self.keys();
        let text = |name: &str| TableColumn::new(name, "string");
        Table {
            name: self.name.clone(),
            description: Some(self.description()),
            table_type: "EXTERNAL_TABLE".to_owned(),
            parameters: self.properties(&keys),
            // Athena compares partitions of type string before it lists files.
            partition_keys: keys.iter().map(|(name, _)| text(name)).collect(),
            storage_descriptor: self.storage(),
            ..Table::default()
        }
    }

    /// How the folders of an hour or a day are named, where there are some.
    pub fn date_path(&self) -> Option<&DatePath> {
        match &self.layout {
            Layout::Flat => None,
            Layout::Dated { path, .. } => Some(path),
        }
    }

    fn description(&self) -> String {
        let what = match self.format {
            RawFormat::Legacy => "standard logs, version 1",
            RawFormat::W3c => "standard logs, version 2, W3C",
            RawFormat::Plain => "standard logs, version 2, plain",
            RawFormat::Json => "standard logs, version 2, JSON",
            RawFormat::Parquet => "standard logs, version 2, Parquet",
        };
        format!("CloudFront's {what}: all columns as text")
    }

    /// The columns that folders stand for.
    fn keys(&self) -> Vec<(&'static str, Projection)> {
        let Layout::Dated { folders, path, from } = &self.layout else { return Vec::new() };
        let folder = match folders {
            Folders::None => None,
            Folders::Listed(names) => Some(Projection::Listed(names.clone())),
            Folders::Any => Some(Projection::Injected),
        };
        let date = Projection::Dates { path: path.clone(), from: from.clone() };
        folder.map(|it| (FOLDER, it)).into_iter().chain([(DATE, date)]).collect()
    }

    fn properties(&self, keys: &[(&str, Projection)]) -> BTreeMap<String, String> {
        let mut properties = BTreeMap::from([("EXTERNAL".to_owned(), "TRUE".to_owned())]);
        if keys.is_empty() {
            return properties;
        }
        properties.insert("projection.enabled".to_owned(), "true".to_owned());
        for (column, projection) in keys {
            projection.add(column, &mut properties);
        }
        let folders: Vec<String> = keys.iter().map(|(name, _)| format!("${{{name}}}/")).collect();
        let template = format!("{}{}", self.location, folders.concat());
        properties.insert("storage.location.template".to_owned(), template);
        properties
    }

    fn storage(&self) -> Storage {
        let names = self.names();
        let columns = and_all_others(&names);
        let typed = columns.iter().map(|name| TableColumn::new(name, "string")).collect();
        let location = self.location.to_string();
        match self.format {
            RawFormat::Legacy | RawFormat::W3c | RawFormat::Plain => {
                Storage::text(typed, location, SerDe::delimited("\t"))
            }
            RawFormat::Json => Storage::text(typed, location, json(&names)),
            RawFormat::Parquet => Storage::parquet(typed, location),
        }
    }

    /// CloudFront's names of the columns, in the order of the files.
    fn names(&self) -> Vec<&str> {
        match self.format {
            RawFormat::Legacy => legacy(),
            _ if self.fields.is_empty() => chosen_by_nobody(),
            _ => self.fields.iter().map(String::as_str).collect(),
        }
    }
}

/// Keys are CloudFront's names, which no column can have: each is led to its own. By default this
/// class takes keys in small letters, in which none of the names with brackets would be found.
fn json(names: &[&str]) -> SerDe {
    let mut parameters = BTreeMap::from([
        ("case.insensitive".to_owned(), "false".to_owned()),
        // A line that is cut off is a row of NULL, and not the end of the query.
        ("ignore.malformed.json".to_owned(), "true".to_owned()),
    ]);
    let all = names.iter().copied().chain(RAW.iter().map(|column| column.name));
    let renamed = all.map(|name| (column_name(name), name));
    for (column, name) in renamed.filter(|(column, name)| column != name) {
        parameters.insert(format!("mapping.{column}"), name.to_owned());
    }
    SerDe { serialization_library: Some(OPENX_JSON.to_owned()), parameters }
}
