//! What a question will read, before it is asked: the sizes of the objects where it looks.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_s3::types::{Object, ObjectStorageClass};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::Athena;
use super::error::{ClientError, Problem};
use crate::keys::{KeyRange, keys};
use crate::price;
use crate::scope::Period;
use crate::table::{PARQUET, Table};

/// Pages of a thousand objects that are listed at most; a page takes a tenth of a second.
const PAGES_AT_MOST: usize = 2_000;
/// Lists that are read at once.
const AT_ONCE: usize = 16;
/// Keys that are told of a table whose rows are missed.
const SOME: i32 = 50;

/// What a question will read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Bytes of the objects.
    pub bytes: u64,
    /// Objects.
    pub files: u64,
    /// What is not known.
    pub doubts: Vec<Doubt>,
}

/// Why a question may read another number of bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "doubt")]
pub enum Doubt {
    /// Less: of Parquet only the columns that are asked for are read.
    Columns {
        /// The table.
        table: String,
    },
    /// Less: objects in an archive are passed over.
    Archived {
        /// The table.
        table: String,
        /// The objects.
        files: u64,
    },
    /// More: there are more objects than are counted.
    Cut {
        /// The table.
        table: String,
    },
    /// Any number: which tables are read is not known.
    Tables {
        /// Why not.
        why: String,
    },
}

impl Doubt {
    /// Whether more may be read than was estimated.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::Tables { .. })
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { table } => {
                write!(
                    f,
                    "{table} is Parquet: of that only the columns that are asked for are read"
                )
            }
            Self::Archived { table, files } => {
                write!(f, "{files} files of {table} are archived: Athena passes over them")
            }
            Self::Cut { table } => write!(f, "{table} has more files than were counted"),
            Self::Tables { why } => write!(f, "which tables are read is not known: {why}"),
        }
    }
}

impl Estimate {
    /// Dollars of it.
    pub fn dollars(&self) -> f64 {
        price::dollars(self.bytes)
    }

    /// Whether more may be read than was estimated.
    pub fn is_open(&self) -> bool {
        self.doubts.iter().any(Doubt::is_open)
    }
}

/// What was counted of one range of keys.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    bytes: u64,
    files: u64,
    archived: u64,
    is_cut: bool,
}

impl Athena {
    /// What a question about a period will read of these tables.
    ///
    /// # Errors
    /// Where S3 does not let them be listed.
    pub async fn estimate(
        &self,
        tables: &[Table],
        period: &Period,
    ) -> Result<Estimate, ClientError> {
        let mut estimate = Estimate::default();
        let pages = AtomicUsize::new(0);
        for table in tables {
            let ranges = keys(table, period);
            let counted: Vec<Counted> = stream::iter(ranges)
                .map(|range| self.count(range, &pages))
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            estimate.add(table, &counted);
        }
        estimate.doubts.sort();
        Ok(estimate)
    }

    async fn count(&self, range: KeyRange, pages: &AtomicUsize) -> Result<Counted, ClientError> {
        let mut counted = Counted::default();
        let mut token = None;
        loop {
            if pages.fetch_add(1, Ordering::Relaxed) >= PAGES_AT_MOST {
                return Ok(Counted { is_cut: true, ..counted });
            }
            let call = self.s3.list_objects_v2().bucket(&range.bucket).prefix(&range.prefix);
            let after = Some(range.after.clone()).filter(|it| !it.is_empty());
            let got = call.set_start_after(after).set_continuation_token(token).send().await;
            let got = got.map_err(|error| {
                Problem::of(error)
                    .while_doing(format!("listing s3://{}/{}", range.bucket, range.prefix))
            })?;
            for object in got.contents() {
                let key = object.key().unwrap_or_default();
                if range.is_over(key) {
                    return Ok(counted);
                }
                counted.add(key, object);
            }
            token = got.next_continuation_token().map(str::to_owned);
            if token.is_none() {
                return Ok(counted);
            }
        }
    }

    /// Some keys below a table's location, to explain why it has no rows.
    ///
    /// # Errors
    /// Where S3 does not let them be listed.
    pub async fn some_keys(&self, table: &Table) -> Result<Vec<String>, ClientError> {
        let location = table.storage_descriptor.location.as_deref().unwrap_or_default();
        let place = location.strip_prefix("s3://").and_then(|it| it.split_once('/'));
        let Some((bucket, prefix)) = place else { return Ok(Vec::new()) };
        let call = self.s3.list_objects_v2().bucket(bucket).prefix(prefix).max_keys(SOME);
        let got = call.send().await.map_err(|error| {
            Problem::of(error).while_doing(format!("listing s3://{bucket}/{prefix}"))
        })?;
        let keys = got.contents().iter().filter_map(|it| it.key());
        Ok(keys.filter(|key| !is_hidden(key)).map(str::to_owned).collect())
    }
}

impl Counted {
    fn add(&mut self, key: &str, object: &Object) {
        let bytes = u64::try_from(object.size().unwrap_or(0)).unwrap_or(0);
        if is_hidden(key) || bytes == 0 {
            return;
        }
        if is_archived(object) {
            self.archived += 1;
            return;
        }
        self.bytes += bytes;
        self.files += 1;
    }
}

impl Estimate {
    fn add(&mut self, table: &Table, counted: &[Counted]) {
        let name = || table.name.clone();
        let sum = |of: fn(&Counted) -> u64| counted.iter().map(of).sum::<u64>();
        self.bytes += sum(|it| it.bytes);
        self.files += sum(|it| it.files);
        let archived = sum(|it| it.archived);
        if archived > 0 {
            self.doubts.push(Doubt::Archived { table: name(), files: archived });
        }
        if counted.iter().any(|it| it.is_cut) {
            self.doubts.push(Doubt::Cut { table: name() });
        }
        let library = table.storage_descriptor.serde.serialization_library.as_deref();
        if library == Some(PARQUET) {
            self.doubts.push(Doubt::Columns { table: name() });
        }
    }
}

/// Whether Athena passes over a file, by its name:
/// <https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html>.
fn is_hidden(key: &str) -> bool {
    key.rsplit('/').next().is_some_and(|name| name.starts_with(['_', '.']))
}

/// Whether its bytes have to be brought back before they can be read.
fn is_archived(object: &Object) -> bool {
    matches!(
        object.storage_class(),
        Some(ObjectStorageClass::Glacier | ObjectStorageClass::DeepArchive)
    )
}
