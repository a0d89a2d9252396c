//! The embedded engine: DataFusion over files.

mod days;
mod functions;
mod images_made;
mod parquet_text;
mod percentile;
mod shared;
mod sketch;
mod summary;
mod table;
mod watch;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_plan::collect;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::future::{try_join, try_join_all};
use log_reader::{BATCH_ROWS, Knowledge, REQUESTS, Reading};

pub(crate) use days::{DAY_KEY, day_batches, day_columns, day_schema};
pub use summary::{FileSummary, Summary};
pub(crate) use summary::{Gathered, OnRead};
pub use watch::{SoFar, Watch};

use crate::input::{Bucket, Input};
use crate::report::IMAGES_MADE;
use images_made::ImagesMade;
use shared::Shared;
use table::Requests;

/// Files, and how they are read.
#[derive(Clone, Debug)]
pub struct Local {
    /// The files.
    pub inputs: Vec<Input>,
    /// What rows are enriched with.
    pub knowledge: Arc<Knowledge>,
    /// What stands between columns, where no header tells.
    pub delimiter: Option<Vec<u8>>,
    /// Names of columns, for files without a header.
    pub names: Option<Vec<String>>,
    /// Whether a bad line is an error.
    pub strict: bool,
    /// Threads; as many files are read at once.
    pub threads: usize,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// SQL over `requests`.
    pub sql: String,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows.
    pub batches: Vec<RecordBatch>,
    /// What it was made of.
    pub summary: Summary,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// In strict mode, something that is not wholly good.
    #[error("{problem}")]
    Bad {
        /// What, and where.
        problem: String,
        /// What was read until then.
        summary: Box<Summary>,
    },
    /// The SQL is wrong, or something failed while it ran.
    #[error("{}", .0.strip_backtrace())]
    Engine(DataFusionError),
    /// A question of several that reads `requests` more than once: its second reading would wait for
    /// the end of the first, and the first for all others.
    #[error("question {0} reads `requests` more than once, which can only be asked alone")]
    ReadsTwice(usize),
    /// A column that none of the tables of the question has.
    #[error("there is no column `{column}`")]
    UnknownColumn {
        /// What was asked for.
        column: String,
        /// Those that could be asked for there.
        known: Vec<String>,
    },
}

impl Local {
    /// Answers a question.
    ///
    /// # Errors
    /// Where the SQL is wrong, memory is used up, or, in strict mode, a line is bad.
    pub async fn ask(&self, question: &Question) -> Result<Answer, LocalError> {
        self.ask_watched(question, &Watch::default()).await
    }

    /// Where what is read is told of.
    pub(crate) fn gathered(&self, on_read: OnRead) -> Arc<Mutex<Gathered>> {
        Arc::new(Mutex::new(Gathered { is_strict: self.strict, on_read, ..Gathered::default() }))
    }

    /// All columns of all rows of some files, as many of them at once as there are threads.
    pub(crate) fn streams(
        &self,
        inputs: Vec<Input>,
        gathered: &Arc<Mutex<Gathered>>,
    ) -> Vec<Arc<dyn PartitionStream>> {
        let columns: Vec<_> = REQUESTS.iter().map(|it| it.column).collect();
        let reading = Reading { columns, ..self.reading() };
        table::streams(table::shared_out(inputs, self.threads), &Arc::new(reading), gathered)
    }

    fn reading(&self) -> Reading {
        Reading {
            delimiter: self.delimiter.clone(),
            names: self.names.clone(),
            knowledge: Arc::clone(&self.knowledge),
            ..Reading::of(&[])
        }
    }

    /// As [`Self::ask`], with a look at how much is read meanwhile.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub async fn ask_watched(
        &self,
        question: &Question,
        watch: &Watch,
    ) -> Result<Answer, LocalError> {
        let context = self.context(self.table(watch), watch)?;
        let frame = context.sql_with_options(&question.sql, read_only()).await?;
        let schema = Arc::clone(frame.schema().inner());
        let plan = frame.create_physical_plan().await?;
        let batches = collect(Arc::clone(&plan), context.task_ctx()).await;
        let read = watch.take();
        let batches = batches.map_err(|error| LocalError::of(error, &read))?;
        let mut summary = read.summary;
        summary.rows += days::rows_read(&plan);
        Ok(Answer { schema, batches, summary })
    }

    /// Answers several questions with one reading of the files. Each answer has the summary of that
    /// reading.
    ///
    /// # Errors
    /// As [`Self::ask`], and where a question reads `requests` more than once.
    pub async fn ask_all(
        &self,
        questions: &[Question],
        watch: &Watch,
    ) -> Result<Vec<Answer>, LocalError> {
        let shared = Arc::new(Shared::new(self.table(watch), self.threads));
        let context = self.context(Arc::clone(&shared) as Arc<dyn TableProvider>, watch)?;
        let mut schemas = Vec::new();
        let mut plans = Vec::new();
        for (nth, question) in questions.iter().enumerate() {
            let before = shared.readers();
            let frame = context.sql_with_options(&question.sql, read_only()).await?;
            schemas.push(Arc::clone(frame.schema().inner()));
            plans.push(frame.create_physical_plan().await?);
            if shared.readers() > before + 1 {
                return Err(LocalError::ReadsTwice(nth));
            }
        }
        let plans = plans.into_iter().map(|plan| collect(plan, context.task_ctx()));
        let answered = try_join(shared.read(&context), try_join_all(plans)).await;
        let read = watch.take();
        let (scan, answered) = answered.map_err(|error| LocalError::of(error, &read))?;
        let mut summary = read.summary;
        summary.rows += scan.as_ref().map_or(0, days::rows_read);
        let answer = |(schema, batches)| Answer { schema, batches, summary: summary.clone() };
        Ok(schemas.into_iter().zip(answered).map(answer).collect())
    }

    fn table(&self, watch: &Watch) -> Arc<dyn TableProvider> {
        watch.begin(self.strict);
        Arc::new(Requests {
            inputs: self.inputs.clone(),
            reading: self.reading(),
            partitions: self.threads,
            gathered: watch.gathered(),
        })
    }

    fn context(
        &self,
        table: Arc<dyn TableProvider>,
        watch: &Watch,
    ) -> Result<SessionContext, LocalError> {
        let config = SessionConfig::new()
            .with_target_partitions(self.threads)
            .with_batch_size(BATCH_ROWS)
            .set_bool("datafusion.sql_parser.enable_ident_normalization", true)
            // Trino has NULL last in both directions.
            .set_str("datafusion.sql_parser.default_null_ordering", "nulls_last");
        let context = SessionContext::new_with_config(config);
        functions::register(&context);
        let objects = self.inputs.iter().filter_map(|input| input.place.object());
        let buckets: BTreeMap<&str, &Bucket> =
            objects.map(|object| (object.bucket.name.as_str(), &object.bucket)).collect();
        for bucket in buckets.into_values() {
            let url = ObjectStoreUrl::parse(bucket.url())?;
            context.register_object_store(url.as_ref(), Arc::clone(&bucket.store));
        }
        context.register_table("requests", table)?;
        let (inputs, partitions) = (self.inputs.clone(), self.threads);
        let made = ImagesMade { inputs, partitions, gathered: watch.gathered() };
        context.register_table(IMAGES_MADE, Arc::new(made))?;
        Ok(context)
    }
}

/// Questions change nothing.
fn read_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false)
}

// The message has all that the engine says, so that it is no cause beside it.
impl From<DataFusionError> for LocalError {
    fn from(error: DataFusionError) -> Self {
        let DataFusionError::SchemaError(schema, _) = error.find_root() else {
            return Self::Engine(error);
        };
        let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref() else {
            return Self::Engine(error);
        };
        let known = valid_fields.iter().map(|it| it.name.clone()).collect();
        Self::UnknownColumn { column: field.flat_name(), known }
    }
}

impl LocalError {
    /// What ended the reading, where that is a bad line in strict mode, and else what the engine says.
    pub(crate) fn of(error: DataFusionError, read: &Gathered) -> Self {
        match &read.problem {
            Some(problem) => {
                Self::Bad { problem: problem.clone(), summary: Box::new(read.summary.clone()) }
            }
            None => Self::Engine(error),
        }
    }
}
