//! What AWS says when it refuses, in words that help.

use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};

use crate::hints::Hinted;

/// The error of a call; `doing` is what it was made for: "reading the stack shops-site-a".
#[expect(clippy::needless_pass_by_value, reason = "it is the end of the error, as in `map_err`")]
pub(crate) fn told<E, R>(doing: &str, error: SdkError<E, R>) -> anyhow::Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let reason = match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => innermost(&error),
    };
    let hint = error.code().map_or_else(|| of_transport(&error), of_code);
    match hint {
        Some(hint) => Hinted::error(reason, hint).context(doing.to_owned()),
        None => anyhow::anyhow!(reason).context(doing.to_owned()),
    }
}

/// What to do about an error that AWS has a name for.
pub(crate) fn of_code(code: &str) -> Option<&'static str> {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Some(
            "the credentials have expired: sign in again (`aws sso login`), then run the same \
                  command; it goes on where it stopped",
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" | "SignatureDoesNotMatch" => {
            Some("the credentials are not those of this account; see `aws sts get-caller-identity`")
        }
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
            Some("the role lacks a permission; the message names it")
        }
        "Throttling" | "ThrottlingException" | "TooManyRequestsException" | "SlowDown" => {
            Some("AWS asks for fewer calls: lower --concurrency, then run the same command again")
        }
        _ => None,
    }
}

/// What to do where there was no answer.
fn of_transport<E, R>(error: &SdkError<E, R>) -> Option<&'static str> {
    match error {
        SdkError::ConstructionFailure(_) => {
            Some("no credentials were found: name a profile with --profile, or set AWS_PROFILE")
        }
        SdkError::DispatchFailure(failure) if failure.is_user() || failure.is_other() => {
            Some("no credentials were found: name a profile with --profile, or set AWS_PROFILE")
        }
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => Some(
            "AWS could not be reached; run the same command again, it goes on where it stopped",
        ),
        _ => None,
    }
}

/// The last of the causes.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
