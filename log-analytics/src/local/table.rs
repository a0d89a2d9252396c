//! The view `requests` over files, as a table of DataFusion's: only the columns that a query needs
//! are read, and only the files and rows of its time.

use std::fmt;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{
    BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures_util::stream;
use log_reader::{
    Column, Knowledge, LogFile, REQUESTS, ReadError, Reading, Text, schema, schema_of,
};

use super::summary::Gathered;
use crate::input::Input;

/// The files of a question.
#[derive(Debug)]
pub(super) struct Requests {
    pub(super) inputs: Vec<Input>,
    pub(super) knowledge: Arc<Knowledge>,
    pub(super) delimiter: Option<Vec<u8>>,
    pub(super) names: Option<Vec<String>>,
    /// Files read at once.
    pub(super) partitions: usize,
    pub(super) gathered: Arc<Mutex<Gathered>>,
}

#[async_trait]
impl TableProvider for Requests {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        let of_time = |filter: &&Expr| match bound(filter) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(of_time).collect())
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<Column> = match projection {
            Some(places) => places.iter().map(|&place| REQUESTS[place].column).collect(),
            None => REQUESTS.iter().map(|it| it.column).collect(),
        };
        let between = filters.iter().filter_map(bound).fold((i64::MIN, i64::MAX), narrowed);
        let reading = Arc::new(Reading {
            columns,
            between,
            delimiter: self.delimiter.clone(),
            names: self.names.clone(),
            knowledge: Arc::clone(&self.knowledge),
        });
        let schema = schema_of(&reading.columns);
        let streams = self.shared_out(between).into_iter().map(|inputs| {
            let (schema, reading) = (Arc::clone(&schema), Arc::clone(&reading));
            let gathered = Arc::clone(&self.gathered);
            Arc::new(Share { inputs, schema, reading, gathered }) as Arc<dyn PartitionStream>
        });
        let streams = streams.collect();
        let plan = StreamingTableExec::try_new(schema, streams, None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

impl Requests {
    /// The files of a time in as many shares as are read at once, the largest first: the same shares
    /// every time.
    fn shared_out(&self, (from, to): (i64, i64)) -> Vec<Vec<Input>> {
        let wanted = self.inputs.iter().filter(|input| !input.named.is_outside(from, to));
        let mut wanted: Vec<&Input> = wanted.collect();
        wanted.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
        let mut shares = vec![(0, Vec::new()); self.partitions.max(1)];
        for input in wanted {
            if let Some((bytes, share)) = shares.iter_mut().min_by_key(|(bytes, _)| *bytes) {
                *bytes += input.bytes + 1;
                share.push(input.clone());
            }
        }
        shares.into_iter().map(|(_, share)| share).collect()
    }
}

/// From when on, or up to when (exclusive), a filter wants rows.
#[derive(Clone, Copy)]
enum Bound {
    From(i64),
    To(i64),
}

fn narrowed((from, to): (i64, i64), bound: Bound) -> (i64, i64) {
    match bound {
        Bound::From(at) => (from.max(at), to),
        Bound::To(at) => (from, to.min(at)),
    }
}

/// What `ts >= …`, `day = …` and their like say of the time; `None` of all else.
fn bound(filter: &Expr) -> Option<Bound> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = filter else { return None };
    let (column, operator, value) = match (left.as_ref(), right.as_ref()) {
        (Expr::Column(column), Expr::Literal(value, _)) => (column, *op, value),
        (Expr::Literal(value, _), Expr::Column(column)) => (column, op.swap()?, value),
        _ => return None,
    };
    if column.name != "ts" {
        return None;
    }
    let at = millis(value)?;
    Some(match operator {
        Operator::GtEq => Bound::From(at),
        Operator::Gt => Bound::From(at + 1),
        Operator::Lt => Bound::To(at),
        Operator::LtEq => Bound::To(at + 1),
        _ => return None,
    })
}

fn millis(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::TimestampMillisecond(at, _) => *at,
        ScalarValue::TimestampSecond(at, _) => at.and_then(|at| at.checked_mul(1000)),
        // Rounded down; a row between is looked at once more by the filter itself.
        ScalarValue::TimestampMicrosecond(at, _) => at.map(|at| at.div_euclid(1000)),
        ScalarValue::TimestampNanosecond(at, _) => at.map(|at| at.div_euclid(1_000_000)),
        _ => None,
    }
}

/// The files that one thread reads.
struct Share {
    inputs: Vec<Input>,
    schema: SchemaRef,
    reading: Arc<Reading>,
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
        let mut batches = Batches {
            rest: self.inputs.clone().into_iter(),
            open: None,
            reading: Arc::clone(&self.reading),
            gathered: Arc::clone(&self.gathered),
        };
        let batches = std::iter::from_fn(move || batches.next().transpose());
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream::iter(batches)))
    }
}

/// The batches of some files, one after the other.
struct Batches {
    rest: std::vec::IntoIter<Input>,
    open: Option<(Input, LogFile)>,
    reading: Arc<Reading>,
    gathered: Arc<Mutex<Gathered>>,
}

impl Batches {
    fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            let Some((input, mut file)) = self.open.take().or_else(|| self.next_file()) else {
                return Ok(None);
            };
            match file.next_batch() {
                Ok(Some(batch)) => {
                    self.open = Some((input, file));
                    return Ok(Some(batch));
                }
                Ok(None) => self.ended(&input, &mut file, None)?,
                Err(error) => self.ended(&input, &mut file, Some(&error))?,
            }
        }
    }

    /// Opens the next file that can be opened.
    fn next_file(&mut self) -> Option<(Input, LogFile)> {
        loop {
            let input = self.rest.next()?;
            match text_of(&input) {
                Ok(text) => {
                    let file = LogFile::new(&input.name, text, Arc::clone(&self.reading));
                    return Some((input, file));
                }
                Err(error) => self.gather(|all| all.unreadable(&input, &error)),
            }
        }
    }

    /// Notes what was read of a file. In strict mode a file that is not wholly good is an error.
    fn ended(
        &mut self,
        input: &Input,
        file: &mut LogFile,
        error: Option<&ReadError>,
    ) -> Result<()> {
        let bad = file.take_bad();
        let tally = file.tally().clone();
        let mut wrong = None;
        self.gather(|all| wrong = all.ended(input, tally, bad, error));
        wrong.map_or(Ok(()), |problem| Err(DataFusionError::External(problem.into())))
    }

    fn gather(&self, note: impl FnOnce(&mut Gathered)) {
        note(&mut self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A file at once, the standard input as it comes.
fn text_of(input: &Input) -> std::result::Result<Text, ReadError> {
    match &input.path {
        None => Text::of_stream(std::io::stdin()),
        Some(path) => Text::of_file(fs::read(path)?),
    }
}
