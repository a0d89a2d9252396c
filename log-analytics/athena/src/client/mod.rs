//! Questions asked of Athena itself.
//!
//! ```text
//! workgroup, tables, what a statement reads        catalog      free
//! tables, period -> bytes, price, what is unknown  estimate     free
//! Question -> started -> followed -> ended         follow, pace
//! the answer's object in S3 -> typed columns       results, csv, cells
//! ```
//!
//! To read the code, begin with [`Athena::ask`].

mod catalog;
mod cells;
mod csv;
mod error;
mod estimate;
mod execution;
mod follow;
mod pace;
mod question;
mod results;
mod run;

use std::future::Future;
use std::pin::pin;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use aws_sdk_athena::config::{AsyncSleep, SharedAsyncSleep};

pub use catalog::Workgroup;
pub use error::{ClientError, Problem};
pub use estimate::{Doubt, Estimate};
pub use execution::Bill;
pub use follow::State;
pub use question::{Question, takes_parameters};

use crate::failures::explained;
use execution::Told;
use follow::Follow;
use pace::Pace;
use question::{checked, seed_of_waits};

/// Athena in an account and region.
#[derive(Clone, Debug)]
pub struct Athena {
    calls: aws_sdk_athena::Client,
    s3: aws_sdk_s3::Client,
    sleep: Option<SharedAsyncSleep>,
    settings: Settings,
}

/// Where questions are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The workgroup. Default: `primary`.
    pub workgroup: String,
    /// The catalog. Default: `AwsDataCatalog`, which is Glue's.
    pub catalog: String,
    /// The database. Default: `default`.
    pub database: String,
    /// Where answers are written, if the workgroup leaves it open. Default: `None`.
    pub output: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workgroup: "primary".to_owned(),
            catalog: "AwsDataCatalog".to_owned(),
            database: "default".to_owned(),
            output: None,
        }
    }
}

/// Where a question is, and what it has read so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where it is.
    pub state: State,
    /// Bytes that it has read.
    pub bytes: u64,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows.
    pub batches: Vec<RecordBatch>,
    /// What it cost.
    pub bill: Bill,
}

impl Athena {
    /// Athena by the clients of an account; waits are made by the first client's own sleep.
    pub fn new(athena: aws_sdk_athena::Client, s3: aws_sdk_s3::Client, settings: Settings) -> Self {
        let sleep = athena.config().sleep_impl();
        Self { calls: athena, s3, sleep, settings }
    }

    /// The same, with waits made by another sleep: a test does not wait.
    #[must_use]
    pub fn waiting_by(self, sleep: impl AsyncSleep + 'static) -> Self {
        Self { sleep: Some(SharedAsyncSleep::new(sleep)), ..self }
    }

    /// Where questions are asked.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Asks, follows the question to its end, and reads the answer. `watch` hears where it is.
    /// When `unwanted` ends before, Athena is asked to end the question, which is followed until it
    /// has; to drop the future instead lets it run on, and cost.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn ask(
        &self,
        question: &Question,
        watch: &(dyn Fn(Progress) + Sync),
        unwanted: impl Future<Output = ()>,
    ) -> Result<Answer, ClientError> {
        let sql = checked(question)?;
        let mut pace = Pace::new(seed_of_waits(question.seed));
        let mut unwanted = pin!(unwanted);
        let id = self.start(sql, question, &pace, watch, &mut unwanted).await?;
        let told = self.follow(&id, Follow::new(pace.clone()), watch, &mut unwanted).await?;
        if told.state == State::Succeeded {
            let (schema, batches) = self.answer(&told, &mut pace).await?;
            return Ok(Answer { schema, batches, bill: told.bill });
        }
        let Told { reason, is_retryable, bill, .. } = told;
        let known = explained(&reason);
        Err(ClientError::Failed { reason, known, is_retryable, bill: Box::new(bill) })
    }
}
