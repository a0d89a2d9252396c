//! The embedded engine: DataFusion over files.

mod functions;
mod percentile;
mod sketch;
mod summary;
mod table;

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::prelude::{SessionConfig, SessionContext};
use log_reader::{BATCH_ROWS, Knowledge};

pub use summary::{FileSummary, Summary};

use crate::input::Input;
use summary::Gathered;
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
    /// The SQL is wrong, or something failed while it ran.
    #[error("{}", .0.strip_backtrace())]
    Engine(#[from] DataFusionError),
}

impl Local {
    /// Answers a question.
    ///
    /// # Errors
    /// Where the SQL is wrong, memory is used up, or, in strict mode, a line is bad.
    pub async fn ask(&self, question: &Question) -> Result<Answer, LocalError> {
        let gathered =
            Arc::new(Mutex::new(Gathered { is_strict: self.strict, ..Gathered::default() }));
        let context = self.context(&gathered)?;
        // Questions are read only.
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false);
        let frame = context.sql_with_options(&question.sql, options).await?;
        let schema = Arc::clone(frame.schema().inner());
        let batches = frame.collect().await?;
        let summary = std::mem::take(&mut *gathered.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Answer { schema, batches, summary: summary.summary })
    }

    fn context(&self, gathered: &Arc<Mutex<Gathered>>) -> Result<SessionContext, LocalError> {
        let config = SessionConfig::new()
            .with_target_partitions(self.threads)
            .with_batch_size(BATCH_ROWS)
            .set_bool("datafusion.sql_parser.enable_ident_normalization", true);
        let context = SessionContext::new_with_config(config);
        functions::register(&context);
        let table = Requests {
            inputs: self.inputs.clone(),
            knowledge: Arc::clone(&self.knowledge),
            delimiter: self.delimiter.clone(),
            names: self.names.clone(),
            partitions: self.threads,
            gathered: Arc::clone(gathered),
        };
        context.register_table("requests", Arc::new(table))?;
        Ok(context)
    }
}
