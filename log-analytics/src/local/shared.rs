//! One reading for several questions: batches with the columns that any of them needs go to all of them.
//!
//! ```text
//! every question planned     each says which columns it takes   Shared::scan
//!   -> one scan of the union of them, of the time of all
//!   -> each batch, cut to a question's columns, to its plan     Shared::read
//! ```
//!
//! A plan waits for its batches, and the reading for the slowest plan: memory stays that of the answers.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties as _};
use datafusion::prelude::SessionContext;
use futures_util::stream::{self, StreamExt as _};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;

/// Batches that wait for a plan, in each share of the files.
const WAITING: usize = 2;

/// A table that several plans read at once.
#[derive(Debug)]
pub(super) struct Shared {
    table: Arc<dyn TableProvider>,
    partitions: usize,
    readers: Mutex<Vec<Reader>>,
}

/// A plan that reads.
#[derive(Debug)]
struct Reader {
    /// Places of its columns in the table.
    columns: Vec<usize>,
    filters: Vec<Expr>,
    /// Where its batches go, for each share of the files.
    senders: Vec<Sender<Result<RecordBatch>>>,
}

impl Shared {
    pub(super) fn new(table: Arc<dyn TableProvider>, partitions: usize) -> Self {
        Self { table, partitions: partitions.max(1), readers: Mutex::default() }
    }

    /// Plans that read so far.
    pub(super) fn readers(&self) -> usize {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Reads the table once, for all plans that were made; how it was read, where any plan wanted it.
    pub(super) async fn read(
        &self,
        context: &SessionContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let readers =
            std::mem::take(&mut *self.readers.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(first) = readers.first() else { return Ok(None) };
        let mut columns: Vec<usize> =
            readers.iter().flat_map(|reader| reader.columns.iter().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        // What all of them leave out need not be read.
        let is_of_all = |filter: &&Expr| readers.iter().all(|it| it.filters.contains(filter));
        let filters: Vec<Expr> = first.filters.iter().filter(is_of_all).cloned().collect();
        let state = context.state();
        let scan = self.table.scan(&state, Some(&columns), &filters, None).await?;
        let count = scan.output_partitioning().partition_count();
        let mut shares = JoinSet::new();
        for share in 0..count {
            let exits = readers.iter().map(|reader| Exit::of(reader, &columns, share)).collect();
            shares.spawn(hand_out(scan.execute(share, context.task_ctx()), exits));
        }
        // The shares have senders of their own: a plan ends when its last share has.
        drop(readers);
        while let Some(ended) = shares.join_next().await {
            ended.map_err(|error| DataFusionError::External(error.into()))?;
        }
        Ok(Some(scan))
    }
}

/// Where the batches of a share go for a plan.
struct Exit {
    /// Places of its columns in what is read.
    places: Vec<usize>,
    sender: Sender<Result<RecordBatch>>,
}

impl Exit {
    fn of(reader: &Reader, read: &[usize], share: usize) -> Self {
        let place = |column: &usize| read.iter().position(|it| it == column);
        let places = reader.columns.iter().filter_map(place).collect();
        Self { places, sender: reader.senders[share % reader.senders.len()].clone() }
    }
}

/// Gives every batch to every plan. A plan that has enough no longer listens, which is its right.
async fn hand_out(batches: Result<SendableRecordBatchStream>, exits: Vec<Exit>) {
    let mut batches = match batches {
        Ok(batches) => batches,
        Err(error) => return fail(error, &exits).await,
    };
    while let Some(batch) = batches.next().await {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return fail(error, &exits).await,
        };
        for exit in &exits {
            let cut = batch.project(&exit.places).map_err(DataFusionError::from);
            drop(exit.sender.send(cut).await);
        }
    }
}

async fn fail(error: DataFusionError, exits: &[Exit]) {
    let error = Arc::new(error);
    for exit in exits {
        drop(exit.sender.send(Err(DataFusionError::Shared(Arc::clone(&error)))).await);
    }
}

#[async_trait]
impl TableProvider for Shared {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all = self.table.schema();
        let columns = projection.cloned().unwrap_or_else(|| (0..all.fields().len()).collect());
        let schema: SchemaRef = Arc::new(Schema::project(&all, &columns)?);
        let (senders, shares): (Vec<_>, Vec<_>) = (0..self.partitions)
            .map(|_| {
                let (sender, receiver) = channel(WAITING);
                (sender, Share::of(Arc::clone(&schema), receiver))
            })
            .unzip();
        let reader = Reader { columns, filters: filters.to_vec(), senders };
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        let plan = StreamingTableExec::try_new(schema, shares, None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

/// A plan's end of a share.
struct Share {
    schema: SchemaRef,
    receiver: Mutex<Option<Receiver<Result<RecordBatch>>>>,
}

impl Share {
    fn of(schema: SchemaRef, receiver: Receiver<Result<RecordBatch>>) -> Arc<dyn PartitionStream> {
        Arc::new(Self { schema, receiver: Mutex::new(Some(receiver)) })
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share of a common reading")
    }
}

impl PartitionStream for Share {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        let batches = stream::unfold(receiver, |receiver| async move {
            let mut receiver = receiver?;
            Some((receiver.recv().await?, Some(receiver)))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}
