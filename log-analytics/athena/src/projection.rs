//! Partition projection: which folders there may be, told by properties instead of a list.
//!
//! <https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html>

use std::collections::BTreeMap;

use crate::date_path::DatePath;

/// Which values a column has that stands for folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// Moments from `from` on, in the path's own format or relative (`NOW-400DAYS`), up to now and
    /// one step more.
    Dates {
        /// How the folders are named.
        path: DatePath,
        /// From when on.
        from: String,
    },
    /// These, and no others. AWS advises a few dozen at most.
    Listed(Vec<String>),
    /// Those that a query names by `=` or `IN`; without that it is refused.
    Injected,
}

impl Projection {
    /// Adds the properties that say so of a column.
    pub(crate) fn add(&self, column: &str, properties: &mut BTreeMap<String, String>) {
        let mut add = |what: &str, value: String| {
            properties.insert(format!("projection.{column}.{what}"), value);
        };
        match self {
            Self::Dates { path, from } => {
                // Logs are named for the hour in which a request ended, whenever they are delivered:
                // the next hour is asked for too, since clocks differ.
                let unit = if path.is_hourly() { "HOURS" } else { "DAYS" };
                add("type", "date".to_owned());
                add("format", path.format().to_owned());
                add("range", format!("{from},NOW+1{unit}"));
                add("interval", "1".to_owned());
                add("interval.unit", unit.to_owned());
            }
            Self::Listed(values) => {
                add("type", "enum".to_owned());
                add("values", values.join(","));
            }
            Self::Injected => add("type", "injected".to_owned()),
        }
    }
}
