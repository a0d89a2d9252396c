//! The view `requests` over files, as a table of DataFusion's: only the columns that a query needs
//! are read, and only the files and rows of its time.

use std::fmt;
use std::io::{self, Read as _};
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
use datafusion::physical_plan::union::UnionExec;
use futures_util::{StreamExt as _, stream};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use log_reader::{Column, LogFile, REQUESTS, ReadError, Reading, Text, schema, schema_of};

use super::days::{DayFile, DaysScan};
use super::parquet_text::{ParquetText, are_parquet, is_parquet};
use super::summary::Gathered;
use crate::input::{Input, Opened};

/// The files of a question.
#[derive(Debug)]
pub(super) struct Requests {
    pub(super) inputs: Vec<Input>,
    /// How they are read, but for columns and time.
    pub(super) reading: Reading,
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
        // Of files only the time is heeded, and of compacted days whatever their statistics tell.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<Column> = match projection {
            Some(places) => places.iter().map(|&place| REQUESTS[place].column).collect(),
            None => REQUESTS.iter().map(|it| it.column).collect(),
        };
        let between = filters.iter().filter_map(bound).fold((i64::MIN, i64::MAX), narrowed);
        let (days, files) = self.wanted(between).await;
        let mut plans = Vec::new();
        if !days.is_empty() {
            let partitions = self.partitions.max(1);
            let scan = DaysScan { days, columns: &columns, filters, partitions, limit };
            plans.extend(scan.plans(session)?);
        }
        if !files.is_empty() || plans.is_empty() {
            let reading = Arc::new(Reading { columns, between, ..self.reading.clone() });
            let schema = schema_of(&reading.columns);
            let streams = streams(shared_out(files, self.partitions), &reading, &self.gathered);
            let plan = StreamingTableExec::try_new(schema, streams, None, [], false, limit)?;
            plans.push(Arc::new(plan));
        }
        UnionExec::try_new(plans)
    }
}

impl Requests {
    /// The compacted days of a time, and the files of logs.
    async fn wanted(&self, (from, to): (i64, i64)) -> (Vec<DayFile>, Vec<Input>) {
        let (mut days, mut files) = (Vec::new(), Vec::new());
        for input in self.inputs.iter().filter(|input| !input.is_outside(from, to)) {
            match DayFile::of(input).await {
                Ok(Some(day)) => {
                    self.gather(|all| all.day(input));
                    days.push(day);
                }
                Ok(None) => files.push(input.clone()),
                Err(error) => self.gather(|all| all.unreadable(input, &error)),
            }
        }
        (days, files)
    }

    fn gather(&self, note: impl FnOnce(&mut Gathered)) {
        note(&mut self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Files in as many shares as are read at once, the largest first: the same shares every time.
pub(super) fn shared_out(mut wanted: Vec<Input>, shares: usize) -> Vec<Vec<Input>> {
    wanted.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    let mut shares = vec![(0, Vec::new()); shares.max(1)];
    for input in wanted {
        if let Some((bytes, share)) = shares.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            *bytes += input.bytes + 1;
            share.push(input);
        }
    }
    shares.into_iter().map(|(_, share)| share).collect()
}

/// The rows of shares, each of a thread's.
pub(super) fn streams(
    shares: Vec<Vec<Input>>,
    reading: &Arc<Reading>,
    gathered: &Arc<Mutex<Gathered>>,
) -> Vec<Arc<dyn PartitionStream>> {
    let schema = schema_of(&reading.columns);
    let stream = |inputs| {
        let (schema, reading) = (Arc::clone(&schema), Arc::clone(reading));
        let gathered = Arc::clone(gathered);
        Arc::new(Share { inputs, schema, reading, gathered }) as Arc<dyn PartitionStream>
    };
    shares.into_iter().map(stream).collect()
}

/// From when on, or up to when (exclusive), a filter wants rows.
#[derive(Clone, Copy)]
enum Bound {
    From(i64),
    To(i64),
    Between(i64, i64),
}

fn narrowed((from, to): (i64, i64), bound: Bound) -> (i64, i64) {
    match bound {
        Bound::From(at) => (from.max(at), to),
        Bound::To(at) => (from, to.min(at)),
        Bound::Between(begin, end) => (from.max(begin), to.min(end)),
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
    let at = match column.name.as_str() {
        "ts" => millis(value)?,
        "day" => return of_day(operator, value),
        _ => return None,
    };
    Some(match operator {
        Operator::GtEq => Bound::From(at),
        Operator::Gt => Bound::From(at + 1),
        Operator::Lt => Bound::To(at),
        Operator::LtEq => Bound::To(at + 1),
        _ => return None,
    })
}

/// What `day = '2026-11-23'` and its like say. Days as texts have the order of time.
fn of_day(operator: Operator, value: &ScalarValue) -> Option<Bound> {
    let day: Date = value.try_as_str()??.parse().ok()?;
    let midnight = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond());
    let (begin, end) = (midnight(day)?, midnight(day.tomorrow().ok()?)?);
    Some(match operator {
        Operator::Eq => Bound::Between(begin, end),
        Operator::GtEq => Bound::From(begin),
        Operator::Gt => Bound::From(end),
        Operator::Lt => Bound::To(begin),
        Operator::LtEq => Bound::To(end),
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
        let (reading, gathered) = (Arc::clone(&self.reading), Arc::clone(&self.gathered));
        let opened = stream::iter(self.inputs.clone())
            .map(|input| async {
                let opened = input.place.open().await;
                (input, opened)
            })
            .buffered(OPENED_AHEAD);
        let batches = opened.flat_map(move |(input, opened)| {
            let (reading, gathered) = (Arc::clone(&reading), Arc::clone(&gathered));
            let mut batches =
                Batches { input, opened: Some(opened), file: None, reading, gathered };
            stream::iter(std::iter::from_fn(move || batches.next().transpose()))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

/// Files of a share that are opened while the first is read. Objects are fetched meanwhile; a file of
/// this machine is not read before its turn.
const OPENED_AHEAD: usize = 4;

/// The batches of a file.
struct Batches {
    input: Input,
    /// Until it is begun with.
    opened: Option<io::Result<Opened>>,
    file: Option<LogFile>,
    reading: Arc<Reading>,
    gathered: Arc<Mutex<Gathered>>,
}

impl Batches {
    fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(opened) = self.opened.take() {
            match opened.map_err(Into::into).and_then(|opened| text_of(opened, &self.reading)) {
                Ok(text) => {
                    let reading = Arc::clone(&self.reading);
                    self.file = Some(LogFile::new(&self.input.name, text, reading));
                }
                Err(error) => self.gather(|all| all.unreadable(&self.input, &error)),
            }
        }
        let Some(mut file) = self.file.take() else { return Ok(None) };
        match file.next_batch() {
            Ok(Some(batch)) => {
                self.file = Some(file);
                return Ok(Some(batch));
            }
            Ok(None) => self.ended(&mut file, None)?,
            Err(error) => self.ended(&mut file, Some(&error))?,
        }
        Ok(None)
    }

    /// Notes what was read of a file. In strict mode a file that is not wholly good is an error.
    fn ended(&self, file: &mut LogFile, error: Option<&ReadError>) -> Result<()> {
        let bad = file.take_bad();
        let tally = file.tally().clone();
        let mut wrong = None;
        self.gather(|all| wrong = all.ended(&self.input, tally, bad, error));
        wrong.map_or(Ok(()), |problem| Err(DataFusionError::External(problem.into())))
    }

    fn gather(&self, note: impl FnOnce(&mut Gathered)) {
        note(&mut self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A file at once, the standard input as it comes, and Parquet as the text that it could be.
fn text_of(opened: Opened, reading: &Reading) -> std::result::Result<Text, ReadError> {
    match opened {
        Opened::Pipe => Text::of_stream(io::stdin()),
        Opened::File(file) if is_parquet(&file)? => {
            Text::of_stream(ParquetText::of(file, reading)?)
        }
        Opened::File(mut file) => {
            let length = file.metadata()?.len();
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            file.read_to_end(&mut bytes)?;
            Text::of_file(bytes)
        }
        Opened::Bytes(bytes) if are_parquet(&bytes) => {
            Text::of_stream(ParquetText::of(bytes, reading)?)
        }
        Opened::Bytes(bytes) => Text::of_file(bytes.into()),
    }
}
