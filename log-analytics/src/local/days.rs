//! Compacted days: typed Parquet, read by the engine itself, which passes over what its statistics say
//! is of no use.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringViewArray};
use arrow_schema::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::object_store::ObjectStoreExt as _;
use datafusion::object_store::path::Path as ObjectPath;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::file::metadata::ParquetMetaData;
use datafusion::physical_plan::ExecutionPlan;
use log_reader::{BATCH_ROWS, Column, REQUESTS, ReadError, schema, schema_of};

use super::parquet_text::is_parquet;
use crate::input::{Input, Place};

/// What the day of a file is called in its metadata, by which it is known as a compacted one.
pub(crate) const DAY_KEY: &str = "requests.day";

/// The columns of a day's file, as places in the view: the day is in the name of its folder.
pub(crate) fn day_columns() -> Vec<usize> {
    (0..REQUESTS.len()).filter(|&place| place != Column::Day as usize).collect()
}

/// The columns of a day's file.
pub(crate) fn day_schema() -> SchemaRef {
    let columns = day_columns();
    schema_of(&columns.iter().map(|&place| REQUESTS[place].column).collect::<Vec<_>>())
}

/// All rows of a day, as the view has them.
pub(crate) fn day_batches(file: File) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let day = day_of(builder.metadata()).unwrap_or_default();
    let batches = builder.with_batch_size(BATCH_ROWS).build()?;
    Ok(batches.map(move |batch| {
        let batch = batch?;
        let mut columns = batch.columns().to_vec();
        let days: StringViewArray = std::iter::repeat_n(Some(&day), batch.num_rows()).collect();
        columns.insert(Column::Day as usize, Arc::new(days) as ArrayRef);
        Ok(RecordBatch::try_new(schema(), columns)?)
    }))
}

fn day_of(metadata: &ParquetMetaData) -> Option<String> {
    let noted = metadata.file_metadata().key_value_metadata()?;
    noted.iter().find(|it| it.key == DAY_KEY)?.value.clone()
}

/// A day to be read.
#[derive(Clone, Debug)]
pub(super) struct DayFile {
    /// The store that has it, as the engine knows it.
    store: ObjectStoreUrl,
    location: ObjectPath,
    bytes: u64,
    day: String,
}

impl DayFile {
    /// Looks whether a file is a compacted day.
    pub(super) async fn of(input: &Input) -> Result<Option<Self>, ReadError> {
        let (store, location, day) = match &input.place {
            Place::Pipe => return Ok(None),
            Place::File(path) => {
                let file = File::open(path)?;
                if !is_parquet(&file)? {
                    return Ok(None);
                }
                let builder =
                    ParquetRecordBatchReaderBuilder::try_new(file).map_err(io::Error::other)?;
                let location = ObjectPath::from_absolute_path(path.canonicalize()?);
                let location = location.map_err(io::Error::other)?;
                (ObjectStoreUrl::local_filesystem(), location, day_of(builder.metadata()))
            }
            Place::Object(_) if !input.is_day_object() => return Ok(None),
            Place::Object(object) => {
                let store = ObjectStoreUrl::parse(object.bucket.url()).map_err(io::Error::other)?;
                let about =
                    object.bucket.store.head(&object.key).await.map_err(io::Error::other)?;
                let metadata = DFParquetMetadata::new(&object.bucket.store, &about)
                    .fetch_metadata()
                    .await
                    .map_err(io::Error::other)?;
                (store, object.key.clone(), day_of(&metadata))
            }
        };
        Ok(day.map(|day| Self { store, location, bytes: input.bytes, day }))
    }

    fn partitioned(&self) -> PartitionedFile {
        let mut file = PartitionedFile::new(String::new(), self.bytes);
        file.object_meta.location = self.location.clone();
        file.with_partition_values(vec![ScalarValue::Utf8View(Some(self.day.clone()))])
    }
}

/// A question to some days.
pub(super) struct DaysScan<'a> {
    pub(super) days: Vec<DayFile>,
    pub(super) columns: &'a [Column],
    pub(super) filters: &'a [Expr],
    pub(super) partitions: usize,
    pub(super) limit: Option<usize>,
}

impl DaysScan<'_> {
    /// The plans that answer it, one for each store.
    pub(super) fn plans(&self, session: &dyn Session) -> Result<Vec<Arc<dyn ExecutionPlan>>> {
        let mut by_store: BTreeMap<&str, Vec<&DayFile>> = BTreeMap::new();
        for day in &self.days {
            by_store.entry(day.store.as_str()).or_default().push(day);
        }
        by_store.into_values().map(|days| self.plan(&days, session)).collect()
    }

    fn plan(&self, days: &[&DayFile], session: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let table = TableSchema::builder(day_schema())
            .with_table_partition_cols(vec![Arc::new(Column::Day.field())])
            .build();
        let mut source = ParquetSource::new(table.clone());
        if let Some(filter) = conjunction(self.filters.iter().cloned()) {
            let schema = DFSchema::try_from(Schema::clone(table.table_schema()))?;
            source = source.with_predicate(session.create_physical_expr(filter, &schema)?);
        }
        let store =
            days.first().map_or_else(ObjectStoreUrl::local_filesystem, |day| day.store.clone());
        let files = days.iter().map(|day| day.partitioned()).collect();
        let groups = FileGroup::new(files).split_files(self.partitions);
        let places =
            self.columns.iter().map(|column| table.table_schema().index_of(column.about().name));
        let places = places.collect::<Result<_, _>>()?;
        let config = FileScanConfigBuilder::new(store, Arc::new(source))
            .with_projection_indices(Some(places))?
            .with_file_groups(groups)
            .with_limit(self.limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The rows that a plan had from days.
pub(super) fn rows_read(plan: &Arc<dyn ExecutionPlan>) -> u64 {
    let its = plan.downcast_ref::<DataSourceExec>().and_then(|days| days.metrics()?.output_rows());
    let its = its.map_or(0, |rows| rows as u64);
    its + plan.children().into_iter().map(rows_read).sum::<u64>()
}
