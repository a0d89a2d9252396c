//! Which keys of a bucket a question reads, for an estimate before it is asked.

use crate::date_path::DatePath;
use crate::scope::Period;
use crate::table::Table;

/// Keys of a bucket, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The bucket.
    pub bucket: String,
    /// What they begin with.
    pub prefix: String,
    /// They come after this one; empty for all.
    pub after: String,
    /// They come up to this one; `None` for all.
    pub until: Option<String>,
}

/// Behind every character that a key has.
const LAST: char = '\u{10FFFF}';

/// The keys of a table's files within a period; more of them where its folders do not tell the time,
/// none of a view.
pub fn keys(table: &Table, period: &Period) -> Vec<KeyRange> {
    let location = table.storage_descriptor.location.as_deref().unwrap_or_default();
    let template = table.property("storage.location.template").unwrap_or(location);
    let Some((bucket, path)) = template.strip_prefix("s3://").and_then(|it| it.split_once('/'))
    else {
        return Vec::new();
    };
    let date = table.partition_keys.iter().find_map(|key| {
        let property = |what: &str| table.property(&format!("projection.{}.{what}", key.name));
        let format = property("type").filter(|it| *it == "date").and(property("format"))?;
        Some((format!("${{{}}}", key.name), DatePath::of_format(format)?))
    });
    let mut ranges = Vec::new();
    for path in expanded(table, path) {
        let range = date.as_ref().and_then(|(variable, dates)| {
            let (before, _) = path.split_once(variable.as_str())?;
            (!before.contains("${")).then(|| dated(bucket, before, dates, period))
        });
        ranges.push(range.unwrap_or_else(|| whole(bucket, &path)));
    }
    ranges
}

/// The path with each value of the columns whose values are listed.
fn expanded(table: &Table, path: &str) -> Vec<String> {
    let mut paths = vec![path.to_owned()];
    for key in &table.partition_keys {
        let Some(values) = table.property(&format!("projection.{}.values", key.name)) else {
            continue;
        };
        let variable = format!("${{{}}}", key.name);
        let each = |path: &String| -> Vec<String> {
            values.split(',').map(|value| path.replace(&variable, value)).collect()
        };
        paths = paths.iter().flat_map(each).collect();
    }
    paths
}

fn dated(bucket: &str, prefix: &str, dates: &DatePath, period: &Period) -> KeyRange {
    let (from, to) =
        if dates.is_hourly() { period.folders() } else { (period.from, period.last()) };
    KeyRange {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        after: from.map_or(String::new(), |from| format!("{prefix}{}", dates.folder(from))),
        until: to.map(|to| format!("{prefix}{}{LAST}", dates.folder(to))),
    }
}

fn whole(bucket: &str, path: &str) -> KeyRange {
    let prefix = path.split("${").next().unwrap_or_default();
    let (bucket, prefix) = (bucket.to_owned(), prefix.to_owned());
    KeyRange { bucket, prefix, after: String::new(), until: None }
}

impl KeyRange {
    /// Whether a key that the prefix begins is behind the last.
    pub fn is_over(&self, key: &str) -> bool {
        self.until.as_deref().is_some_and(|until| key > until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compacted, Folders, Layout, Location, RawFormat, RawLogs};

    fn raw(folders: Folders) -> Table {
        let path = DatePath::parse("{yyyy}/{MM}/{dd}/{HH}").unwrap();
        RawLogs {
            name: "raw".to_owned(),
            format: RawFormat::W3c,
            location: Location::parse("s3://logs/v2").unwrap(),
            layout: Layout::Dated { folders, path, from: "NOW-9DAYS".to_owned() },
            fields: Vec::new(),
        }
        .table()
    }

    #[test]
    fn a_period_names_its_keys() {
        let period = Period {
            from: Some("2026-11-01T00:00:00".parse().unwrap()),
            to: Some("2026-11-02T00:00:00".parse().unwrap()),
        };
        let listed = keys(&raw(Folders::Listed(vec!["a".to_owned(), "b".to_owned()])), &period);
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[1].prefix, "v2/b/");
        assert_eq!(listed[1].after, "v2/b/2026/10/31/23");
        assert!(!listed[1].is_over("v2/b/2026/11/02/00/x.gz"));
        assert!(listed[1].is_over("v2/b/2026/11/02/01/x.gz"));
        let any = keys(&raw(Folders::Any), &period);
        assert_eq!((any[0].prefix.as_str(), any[0].until.as_ref()), ("v2/", None));
        let compacted = Compacted {
            name: "compacted".to_owned(),
            location: Location::parse("s3://logs/days").unwrap(),
            from: "2026-01-01".to_owned(),
        };
        let days = keys(&compacted.table(), &period);
        assert_eq!(days[0].after, "days/day=2026-11-01");
        assert!(!days[0].is_over("days/day=2026-11-01/x.parquet"));
        assert!(days[0].is_over("days/day=2026-11-02/x.parquet"));
    }
}
