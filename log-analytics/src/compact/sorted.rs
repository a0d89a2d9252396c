//! Rows in the order in which days have them: what does not fit in memory is sorted in pieces on the
//! disk, and merged.

use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, TimestampMillisecondArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::TimestampMillisecondType;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::common::{internal_datafusion_err, internal_err};
use datafusion::error::Result;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column as Place;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::{StreamExt as _, stream};
use log_reader::{BATCH_ROWS, Column, schema};

use crate::local::day_batches;

/// The second of a row. In logs of two versions a request has the same second, and not the same
/// milliseconds.
pub(super) const SECOND: &str = "_second";

/// A hash of the whole row, so that rows without a request id have an order too.
const TIE: &str = "_tie";

/// The order of rows, and whether it descends. Of two rows of a request that with milliseconds comes
/// first, and the others by their files: whatever order files came in, the same one stays.
const ORDER: [(&str, bool); 7] = [
    ("day", false),
    ("site", false),
    (SECOND, false),
    ("request_id", false),
    ("ts", true),
    ("file", false),
    (TIE, false),
];

/// How rows are sorted.
#[derive(Debug)]
pub(super) struct Sorting {
    /// Bytes of memory that rows may take.
    pub(super) memory: usize,
    /// Streams that are sorted at once.
    pub(super) threads: usize,
    /// Where rows go that do not fit.
    pub(super) scratch: PathBuf,
}

impl Sorting {
    /// Sorts the rows of all streams, each in a thread of its own.
    pub(super) fn sorted(
        &self,
        streams: Vec<Arc<dyn PartitionStream>>,
    ) -> Result<SendableRecordBatchStream> {
        let schema = sorted_schema();
        let keyed = streams.into_iter().map(|rows| {
            Arc::new(Keyed { rows, schema: Arc::clone(&schema) }) as Arc<dyn PartitionStream>
        });
        let keyed = keyed.collect();
        let rows = StreamingTableExec::try_new(schema, keyed, None, [], false, None)?;
        let sorted = SortExec::new(order()?, Arc::new(rows)).with_preserve_partitioning(true);
        let context = self.context()?;
        let streams = (0..self.threads.max(1)).map(|nth| sorted.execute(nth, Arc::clone(&context)));
        let streams = streams.collect::<Result<Vec<_>>>()?;
        merge(streams.into_iter().map(Begun::stream).collect())
    }

    /// Merges days, which are sorted.
    pub(super) fn merged(days: &[PathBuf]) -> Result<SendableRecordBatchStream> {
        let schema = sorted_schema();
        let keyed = days.iter().map(|day| {
            let rows = Arc::new(Day { file: day.clone(), schema: log_reader::schema() });
            Arc::new(Keyed { rows, schema: Arc::clone(&schema) }) as Arc<dyn PartitionStream>
        });
        merge(keyed.collect())
    }

    fn context(&self) -> Result<Arc<TaskContext>> {
        fs::create_dir_all(&self.scratch)?;
        let disk = DiskManagerMode::Directories(vec![self.scratch.clone()]);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(self.memory)))
            .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(disk))
            .build_arc()?;
        // A quarter of each stream's memory is for merging what fills the rest, before it goes to the
        // disk: of a row that merges has what it is sorted by, a sixth of it all.
        let set_aside = self.memory / self.threads.max(1) / 4;
        let config = SessionConfig::new()
            .with_batch_size(BATCH_ROWS)
            .with_sort_spill_reservation_bytes(set_aside);
        Ok(SessionContext::new_with_config_rt(config, runtime).task_ctx())
    }
}

/// Merges sorted rows. This has no part in the memory of sorting, which may have used it up: it keeps a
/// batch of each stream.
fn merge(streams: Vec<Arc<dyn PartitionStream>>) -> Result<SendableRecordBatchStream> {
    let schema = sorted_schema();
    let sorted = StreamingTableExec::try_new(schema, streams, None, [order()?], false, None)?;
    let config = SessionConfig::new().with_batch_size(BATCH_ROWS);
    let context = SessionContext::new_with_config(config).task_ctx();
    SortPreservingMergeExec::new(order()?, Arc::new(sorted)).execute(0, context)
}

/// Rows that are on their way.
struct Begun {
    rows: Mutex<Option<SendableRecordBatchStream>>,
    schema: SchemaRef,
}

impl Begun {
    fn stream(rows: SendableRecordBatchStream) -> Arc<dyn PartitionStream> {
        Arc::new(Self { schema: rows.schema(), rows: Mutex::new(Some(rows)) })
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Begun")
    }
}

impl PartitionStream for Begun {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).take();
        let twice = || internal_datafusion_err!("rows on their way were asked for twice");
        rows.unwrap_or_else(|| {
            let rows = stream::iter([Err(twice())]);
            Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
        })
    }
}

/// The view with what rows are sorted by beside.
fn sorted_schema() -> SchemaRef {
    let schema = schema();
    let mut fields = schema.fields().to_vec();
    fields.push(Arc::new(Field::new(SECOND, DataType::Int64, false)));
    fields.push(Arc::new(Field::new(TIE, DataType::UInt64, false)));
    Arc::new(Schema::new(fields))
}

fn order() -> Result<LexOrdering> {
    let schema = sorted_schema();
    let by = |&(name, descending): &(&str, bool)| {
        let place = Place::new_with_schema(name, &schema)?;
        let options = SortOptions { descending, nulls_first: true };
        Ok(PhysicalSortExpr::new(Arc::new(place), options))
    };
    let by: Vec<PhysicalSortExpr> = ORDER.iter().map(by).collect::<Result<_>>()?;
    LexOrdering::new(by).map_or_else(|| internal_err!("rows have no order"), Ok)
}

/// Rows with what they are sorted by.
#[derive(Debug)]
struct Keyed {
    rows: Arc<dyn PartitionStream>,
    schema: SchemaRef,
}

impl PartitionStream for Keyed {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let keyed = self.rows.execute(context).map(move |rows| keyed(&rows?, &schema));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), keyed))
    }
}

fn keyed(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let mut columns: Vec<ArrayRef> = rows.columns().iter().map(let_go).collect();
    let mut hashes = vec![0; rows.num_rows()];
    create_hashes(&columns, &RandomState::with_seed(0), &mut hashes)?;
    let times: &TimestampMillisecondArray =
        rows.column(Column::Ts as usize).as_primitive::<TimestampMillisecondType>();
    let seconds: Int64Array = times.unary(|millis| millis.div_euclid(1000));
    columns.push(Arc::new(seconds));
    columns.push(Arc::new(UInt64Array::from(hashes)));
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// Text in buffers of its own: rows that wait for others must not keep the whole file that they are of.
fn let_go(column: &ArrayRef) -> ArrayRef {
    match column.as_string_view_opt() {
        Some(text) => Arc::new(text.gc()),
        None => Arc::clone(column),
    }
}

/// A compacted day.
#[derive(Debug)]
struct Day {
    file: PathBuf,
    schema: SchemaRef,
}

impl PartitionStream for Day {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = match File::open(&self.file).map_err(Into::into).and_then(day_batches) {
            Ok(batches) => stream::iter(batches).left_stream(),
            Err(error) => stream::iter([Err(error)]).right_stream(),
        };
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}
