//! What Athena tells of a question that was started.

use std::time::Duration;

use aws_sdk_athena::types::{
    AthenaError, ManagedQueryResultsConfiguration, QueryExecution, QueryExecutionState,
    QueryExecutionStatistics, ResultReuseInformation, StatementType,
};
use serde::Serialize;

use super::follow::State;
use crate::price;

/// What a question read and cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bill {
    /// The question, as Athena knows it.
    pub id: String,
    /// Bytes that it read, as they lie in S3.
    pub bytes: u64,
    /// Dollars, by [`dollars`](crate::dollars); none for an answer that was there already.
    pub dollars: f64,
    /// Whether an earlier answer was taken.
    pub is_reused: bool,
    /// How long it waited for its turn; milliseconds as JSON.
    #[serde(serialize_with = "millis")]
    pub queued: Duration,
    /// How long it ran; milliseconds as JSON.
    #[serde(serialize_with = "millis")]
    pub ran: Duration,
}

fn millis<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(duration.as_millis())
}

/// What is known of a question.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) state: State,
    pub(super) reason: String,
    pub(super) is_retryable: bool,
    pub(super) bill: Bill,
    /// Where the answer is, `s3://…/<id>.csv`; none where Athena keeps it itself.
    pub(super) output: Option<String>,
    /// Whether the answer is a table of CSV, with the names of its columns first.
    pub(super) has_header: bool,
}

impl Told {
    /// What an execution tells.
    pub(super) fn of(id: &str, execution: &QueryExecution) -> Self {
        let status = execution.status();
        let state = match status.and_then(|it| it.state()) {
            Some(QueryExecutionState::Succeeded) => State::Succeeded,
            Some(QueryExecutionState::Failed) => State::Failed,
            Some(QueryExecutionState::Cancelled) => State::Cancelled,
            Some(QueryExecutionState::Queued) => State::Queued,
            // A state that is not known here is not an end.
            _ => State::Running,
        };
        let error = status.and_then(|it| it.athena_error());
        let reason = status.and_then(|it| it.state_change_reason());
        let reason = reason.or_else(|| error.and_then(|it| it.error_message()));
        let managed = execution.managed_query_results_configuration();
        let output = execution.result_configuration().and_then(|it| it.output_location());
        Self {
            state,
            reason: reason.unwrap_or("Athena gave no reason").to_owned(),
            is_retryable: error.is_some_and(AthenaError::retryable),
            bill: bill(id, execution, state),
            output: output
                .filter(|it| {
                    it.starts_with("s3://")
                        && !managed.is_some_and(ManagedQueryResultsConfiguration::enabled)
                })
                .map(str::to_owned),
            has_header: execution.statement_type() == Some(&StatementType::Dml),
        }
    }
}

fn bill(id: &str, execution: &QueryExecution, state: State) -> Bill {
    let statistics = execution.statistics();
    let count = |it: Option<i64>| u64::try_from(it.unwrap_or(0)).unwrap_or(0);
    let millis = |it: Option<i64>| Duration::from_millis(count(it));
    let bytes = count(statistics.and_then(QueryExecutionStatistics::data_scanned_in_bytes));
    let is_reused = statistics
        .and_then(|it| it.result_reuse_information())
        .is_some_and(ResultReuseInformation::reused_previous_result);
    // What fails is free, and so is what reads nothing: DDL, EXPLAIN. What is ended is not.
    let is_question = execution.statement_type() == Some(&StatementType::Dml);
    let has_answer = is_question && state == State::Succeeded;
    let is_free = is_reused || state == State::Failed || (bytes == 0 && !has_answer);
    Bill {
        id: id.to_owned(),
        bytes,
        dollars: if is_free { 0.0 } else { price::dollars(bytes) },
        is_reused,
        queued: millis(statistics.and_then(QueryExecutionStatistics::query_queue_time_in_millis)),
        ran: millis(statistics.and_then(QueryExecutionStatistics::engine_execution_time_in_millis)),
    }
}
