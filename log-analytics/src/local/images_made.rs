//! The table `images_made` over files: what functions logged of the pictures that they made.

use std::fmt;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures_util::{StreamExt as _, stream};
use log_reader::{BadLine, FunctionLog, ReadError, Tally, Text, images_made_schema};

use super::parquet_text::{are_parquet, is_parquet};
use super::summary::Gathered;
use super::table::shared_out;
use crate::input::{Input, Opened};

/// The files of a question.
#[derive(Debug)]
pub(super) struct ImagesMade {
    pub(super) inputs: Vec<Input>,
    /// Files read at once.
    pub(super) partitions: usize,
    pub(super) gathered: Arc<Mutex<Gathered>>,
}

#[async_trait]
impl TableProvider for ImagesMade {
    fn schema(&self) -> SchemaRef {
        images_made_schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let share = |inputs| {
            let (schema, gathered) = (images_made_schema(), Arc::clone(&self.gathered));
            Arc::new(Share { inputs, schema, gathered }) as Arc<dyn PartitionStream>
        };
        let shares = shared_out(self.inputs.clone(), self.partitions).into_iter().map(share);
        let schema = images_made_schema();
        let shares = shares.collect();
        let plan = StreamingTableExec::try_new(schema, shares, projection, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

/// The files that one thread reads.
struct Share {
    inputs: Vec<Input>,
    schema: SchemaRef,
    gathered: Arc<Mutex<Gathered>>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files", self.inputs.len())
    }
}

impl PartitionStream for Share {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let gathered = Arc::clone(&self.gathered);
        let batches = stream::iter(self.inputs.clone())
            .then(|input| async {
                let opened = input.place.open().await;
                (input, opened)
            })
            .flat_map(move |(input, opened)| {
                let mut file = FileRows::begun(input, opened, Arc::clone(&gathered));
                stream::iter(std::iter::from_fn(move || file.next().transpose()))
            });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

/// The rows of a file.
struct FileRows {
    input: Input,
    /// Until it is at its end.
    log: Option<std::result::Result<FunctionLog, ReadError>>,
    gathered: Arc<Mutex<Gathered>>,
}

impl FileRows {
    fn begun(input: Input, opened: io::Result<Opened>, gathered: Arc<Mutex<Gathered>>) -> Self {
        let text = opened.map_err(Into::into).and_then(text_of);
        let log = Some(text.map(|text| FunctionLog::new(&input.name, text)));
        Self { input, log, gathered }
    }

    fn next(&mut self) -> Result<Option<RecordBatch>> {
        let mut log = match self.log.take() {
            None => return Ok(None),
            Some(Ok(log)) => log,
            Some(Err(error)) => {
                return self.ended(Tally::default(), Vec::new(), Some(&error)).map(|()| None);
            }
        };
        match log.next_batch() {
            Ok(Some(batch)) => {
                self.log = Some(Ok(log));
                return Ok(Some(batch));
            }
            Ok(None) => self.ended(log.tally().clone(), log.take_bad(), None)?,
            Err(error) => self.ended(log.tally().clone(), log.take_bad(), Some(&error))?,
        }
        Ok(None)
    }

    /// Notes what was read. In strict mode a file that is not wholly good is an error.
    fn ended(&self, tally: Tally, bad: Vec<BadLine>, error: Option<&ReadError>) -> Result<()> {
        let mut all = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = all.ended(&self.input, tally, bad, error);
        wrong.map_or(Ok(()), |problem| Err(DataFusionError::External(problem.into())))
    }
}

/// A file at once, and the standard input as it comes.
fn text_of(opened: Opened) -> std::result::Result<Text, ReadError> {
    match opened {
        Opened::Pipe => Text::of_stream(io::stdin()),
        Opened::File(file) if is_parquet(&file)? => Err(ReadError::NoFunctionLog),
        Opened::File(file) => Text::of_file(whole(file)?),
        Opened::Bytes(bytes) if are_parquet(&bytes) => Err(ReadError::NoFunctionLog),
        Opened::Bytes(bytes) => Text::of_file(bytes.into()),
    }
}

fn whole(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok(bytes)
}
