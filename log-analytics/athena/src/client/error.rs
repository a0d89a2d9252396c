//! Why there is no answer.

use std::fmt;

use aws_sdk_athena::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use crate::failures::Failure;

use super::execution::Bill;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// AWS refused a call, or was not reached.
    #[error("{doing}: {problem}")]
    Call {
        /// What the call was made for: "starting the question".
        doing: String,
        /// What was said.
        problem: Problem,
    },
    /// Who asked did not want to know any more.
    #[error("the question {} was ended, having read {} bytes", .0.id, .0.bytes)]
    Cancelled(Box<Bill>),
    /// Athena ended it, or somebody else did.
    #[error("{reason}")]
    Failed {
        /// What Athena says.
        reason: String,
        /// What is known of that.
        known: Option<&'static Failure>,
        /// Whether it may be answered if it is asked again as it is.
        is_retryable: bool,
        /// What it cost.
        bill: Box<Bill>,
    },
    /// A question that still runs, of which nothing is known any more.
    #[error("the question {id} was started and may still run: {problem}")]
    Lost {
        /// The question.
        id: String,
        /// Why nothing is known.
        problem: Problem,
    },
    /// The answer is there, but not as it should be.
    #[error("reading the answer: {0}")]
    Result(String),
    /// A statement that is no question.
    #[error("`{0}` is no question: SELECT, WITH, VALUES, SHOW, DESCRIBE and EXPLAIN are")]
    Statement(String),
    /// A statement that Athena would not take.
    #[error("the statement has {bytes} bytes, and Athena takes {limit}")]
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// Those that Athena takes.
        limit: usize,
    },
    /// A workgroup in which nothing can be asked.
    #[error("the workgroup `{name}` {problem}")]
    Workgroup {
        /// The workgroup.
        name: String,
        /// Why not.
        problem: &'static str,
    },
}

/// What AWS said, or what was in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// AWS's name for it, where AWS answered.
    pub code: Option<String>,
    /// In words.
    pub message: String,
    /// Whether it may go well a little later.
    pub is_transient: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if self.message.is_empty() => write!(f, "{code}"),
            Some(code) => write!(f, "{code}: {}", self.message),
            None => write!(f, "{}", self.message),
        }
    }
}

impl Problem {
    /// What an error of the SDK says.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it is the end of the error, as in `map_err`"
    )]
    pub(super) fn of<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: fmt::Debug + Send + Sync + 'static,
    {
        let code = error.code().map(str::to_owned);
        let is_unreached = match &error {
            SdkError::DispatchFailure(failure) => {
                // What the SDK itself would try again: a connection that was closed meanwhile.
                let other = failure.as_connector_error().and_then(ConnectorError::as_other);
                failure.is_io() || failure.is_timeout() || other.is_some()
            }
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
            _ => false,
        };
        let is_transient = is_unreached || code.as_deref().is_some_and(is_transient);
        let message = match (&code, error.message()) {
            (_, Some(message)) => message.to_owned(),
            (Some(_), None) => String::new(),
            (None, None) => innermost(&error),
        };
        Self { code, message, is_transient }
    }

    /// The error of a call.
    pub(super) fn while_doing(self, doing: impl Into<String>) -> ClientError {
        ClientError::Call { doing: doing.into(), problem: self }
    }
}

impl ClientError {
    pub(super) fn result(problem: impl Into<String>) -> Self {
        Self::Result(problem.into())
    }

    /// What to do about it, where that is known.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Failed { known: Some(known), .. } => Some(known.advice),
            Self::Failed { is_retryable: true, .. } => Some("Athena says: ask again"),
            Self::Lost { .. } => Some(
                "aws athena get-query-execution tells of it, aws athena stop-query-execution ends it",
            ),
            Self::TooLong { .. } => Some("ask for less, or make a view of a part of it"),
            Self::Workgroup { .. } => {
                Some("--workgroup names another; `cdn-cli logs setup` makes one")
            }
            _ => None,
        }
    }
}

/// Names of errors that go away by themselves: throttling above all, and faults of the service.
fn is_transient(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "Throttling"
            | "TooManyRequestsException"
            | "RequestLimitExceeded"
            | "SlowDown"
            | "ServiceUnavailable"
            | "ServiceUnavailableException"
            | "InternalServerException"
            | "InternalServerError"
            | "InternalError"
            | "InternalFailure"
            | "RequestTimeout"
    )
}

/// The last of the causes.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
