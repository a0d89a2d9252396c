//! CloudFront's columns as columns of a table.

use log_reader::{LEGACY_COLUMNS, RAW};

/// The name of a column in a table: that which CloudFront's own Parquet has, `cs_user_agent` for
/// `cs(User-Agent)`. Catalogs know small letters alone.
pub fn column_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '_' | '-' if !out.ends_with('_') => out.push('_'),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    out
}

/// The columns that logs of version 1 have at most, in their order.
pub(crate) fn legacy() -> Vec<&'static str> {
    RAW[..LEGACY_COLUMNS].iter().map(|column| column.name).collect()
}

/// What logs of version 2 have where nobody chose: the 33 of version 1, then these two, by
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html>.
pub(crate) fn chosen_by_nobody() -> Vec<&'static str> {
    const WITHOUT_TENANT_AND_CONNECTION: usize = LEGACY_COLUMNS - 2;
    let first = RAW[..WITHOUT_TENANT_AND_CONNECTION].iter().map(|column| column.name);
    first.chain(["c-country", "cache-behavior-path-pattern"]).collect()
}

/// The columns of a file, then all others that there are: what a file does not have is NULL, and
/// every raw table has the columns that the view asks for.
pub(crate) fn and_all_others(there: &[&str]) -> Vec<String> {
    let there: Vec<String> = there.iter().map(|name| column_name(name)).collect();
    let all = RAW.iter().map(|column| column_name(column.name));
    let others: Vec<String> = all.filter(|name| !there.contains(name)).collect();
    there.into_iter().chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_cloudfronts_parquet() {
        for (name, want) in [
            ("date", "date"),
            ("cs(User-Agent)", "cs_user_agent"),
            ("timestamp(ms)", "timestamp_ms"),
            ("DistributionId", "distributionid"),
            ("x-edge-detailed-result-type", "x_edge_detailed_result_type"),
        ] {
            assert_eq!(column_name(name), want, "{name}");
        }
    }

    #[test]
    fn every_column_is_there_once() {
        let columns = and_all_others(&["asn", "date"]);
        assert_eq!(columns[..3], ["asn", "date", "time"]);
        assert_eq!(columns.len(), RAW.len());
    }
}
