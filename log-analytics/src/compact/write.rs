//! Sorted rows become files, a day each, with every request once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{Array as _, BooleanArray, RecordBatch, StringViewArray};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::{filter_record_batch, partition};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::parquet::schema::types::ColumnPath;
use futures_util::StreamExt as _;
use log_reader::Column;

use super::Step;
use super::sorted::SECOND;
use crate::days::day_file;
use crate::local::{DAY_KEY, day_columns, day_schema};

/// Rows of a row group: small enough that a site's rows are in few of them, large enough that a
/// column's are worth a read.
const GROUP_ROWS: usize = 1 << 17;

/// Seconds of an hour.
const HOUR: i64 = 3600;

/// A day that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WrittenDay {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) duplicates: u64,
    pub(super) rows_without_id: u64,
    pub(super) sites: u64,
    pub(super) missing_hours: BTreeMap<String, Vec<u8>>,
}

/// Writes sorted rows into a folder.
pub(super) async fn days(
    mut rows: SendableRecordBatchStream,
    folder: &Path,
    on_step: &(dyn Fn(Step) + Send + Sync),
) -> Result<BTreeMap<String, WrittenDay>> {
    let mut done = BTreeMap::new();
    let mut open: Option<DayWriter> = None;
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        let days = Arc::clone(batch.column(Column::Day as usize));
        for range in partition(&[Arc::clone(&days)])?.ranges() {
            let day = days.as_string_view().value(range.start);
            if open.as_ref().is_none_or(|open| open.day != day)
                && let Some(before) = open.replace(DayWriter::begin(folder, day)?)
            {
                before.finish(&mut done)?;
                on_step(Step::Written);
            }
            if let Some(open) = &mut open {
                open.write(&batch.slice(range.start, range.len()))?;
            }
        }
    }
    if let Some(last) = open {
        last.finish(&mut done)?;
        on_step(Step::Written);
    }
    Ok(done)
}

/// A day that is being written.
struct DayWriter {
    day: String,
    path: PathBuf,
    writer: ArrowWriter<File>,
    written: WrittenDay,
    /// The request that was written last: its site, second and id.
    last: Option<Request>,
    /// By site a bit for each hour that has rows.
    hours: BTreeMap<String, u32>,
}

#[derive(PartialEq, Eq)]
struct Request {
    site: String,
    second: i64,
    id: String,
}

impl DayWriter {
    fn begin(folder: &Path, day: &str) -> Result<Self> {
        let path = folder.join(day_file(day));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let writer =
            ArrowWriter::try_new(File::create(&path)?, day_schema(), Some(properties(day)?))?;
        Ok(Self {
            day: day.to_owned(),
            path,
            writer,
            written: WrittenDay::default(),
            last: None,
            hours: BTreeMap::new(),
        })
    }

    fn write(&mut self, rows: &RecordBatch) -> Result<()> {
        let is_new = self.first_of_their_requests(rows)?;
        let rows = filter_record_batch(rows, &is_new)?;
        self.count(&rows)?;
        self.writer.write(&rows.project(&day_columns())?)?;
        Ok(())
    }

    /// Which rows are not of the request of the row before.
    fn first_of_their_requests(&mut self, rows: &RecordBatch) -> Result<BooleanArray> {
        let (sites, ids) = (texts(rows, Column::Site), texts(rows, Column::RequestId));
        let seconds = seconds(rows)?;
        let is_same = |row: usize, before: usize| {
            ids.value(row) == ids.value(before)
                && seconds[row] == seconds[before]
                && sites.value(row) == sites.value(before)
        };
        let mut is_new = Vec::with_capacity(rows.num_rows());
        for row in 0..rows.num_rows() {
            is_new.push(match row.checked_sub(1) {
                _ if ids.is_null(row) => true,
                Some(before) => ids.is_null(before) || !is_same(row, before),
                None => self.last.as_ref() != Some(&request(sites, seconds, ids, row)),
            });
        }
        if let Some(row) = rows.num_rows().checked_sub(1) {
            self.last = ids.is_valid(row).then(|| request(sites, seconds, ids, row));
        }
        self.written.duplicates += is_new.iter().filter(|is_new| !**is_new).count() as u64;
        Ok(is_new.into())
    }

    fn count(&mut self, rows: &RecordBatch) -> Result<()> {
        let (sites, seconds) = (texts(rows, Column::Site), seconds(rows)?);
        self.written.rows += rows.num_rows() as u64;
        self.written.rows_without_id += texts(rows, Column::RequestId).null_count() as u64;
        for range in partition(&[Arc::clone(rows.column(Column::Site as usize))])?.ranges() {
            let site = sites.value(range.start);
            let hours = match self.hours.get_mut(site) {
                Some(hours) => hours,
                None => self.hours.entry(site.to_owned()).or_default(),
            };
            for second in &seconds[range] {
                *hours |= 1 << (second / HOUR).rem_euclid(24);
            }
        }
        Ok(())
    }

    fn finish(mut self, done: &mut BTreeMap<String, WrittenDay>) -> Result<()> {
        self.writer.close()?;
        self.written.bytes = fs::metadata(&self.path)?.len();
        self.written.sites = self.hours.len() as u64;
        let gaps = self.hours.into_iter().map(|(site, hours)| (site, missing(hours)));
        self.written.missing_hours = gaps.filter(|(_, missing)| !missing.is_empty()).collect();
        done.insert(self.day, self.written);
        Ok(())
    }
}

/// The hours without rows between the first that has some and the last.
fn missing(hours: u32) -> Vec<u8> {
    let last = 31_u32.saturating_sub(hours.leading_zeros());
    let between = hours.trailing_zeros()..last;
    between
        .filter(|hour| hours >> hour & 1 == 0)
        .filter_map(|hour| u8::try_from(hour).ok())
        .collect()
}

fn texts(rows: &RecordBatch, column: Column) -> &StringViewArray {
    rows.column(column as usize).as_string_view()
}

fn seconds(rows: &RecordBatch) -> Result<&[i64]> {
    let Some(seconds) = rows.column_by_name(SECOND) else {
        return internal_err!("rows have no {SECOND}");
    };
    Ok(seconds.as_primitive::<Int64Type>().values())
}

fn request(sites: &StringViewArray, seconds: &[i64], ids: &StringViewArray, row: usize) -> Request {
    let (site, id) = (sites.value(row).to_owned(), ids.value(row).to_owned());
    Request { site, second: seconds[row], id }
}

fn properties(day: &str) -> Result<WriterProperties> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_key_value_metadata(Some(vec![KeyValue::new(DAY_KEY.to_owned(), day.to_owned())]))
        // No two are alike.
        .set_column_dictionary_enabled(ColumnPath::from("request_id"), false);
    Ok(properties.build())
}
