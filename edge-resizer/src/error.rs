//! Why a request gets no picture.

use http::StatusCode;

use crate::dialect::Issue;
use crate::source_ref::SourceRefError;

/// Every way in which a request ends without a picture, with three views: [`Error::status`] for
/// HTTP, [`Error::public_message`] for the client, `Display` for the log.
///
/// Codes are Cloudflare's, so that monitoring made for it goes on working:
/// <https://developers.cloudflare.com/images/reference/troubleshooting/>.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path is the dialect's but not of its form.
    #[error("no options or no source in the URL: {reason}")]
    BadUrl {
        /// What is missing.
        reason: &'static str,
    },
    /// The host has more work than it can do: the client may ask again.
    #[error("too busy, try again shortly")]
    Busy,
    /// The header was read, but not one row of pixels could be.
    #[error("cannot decode the {format} source: {reason}")]
    Decode {
        /// The source's format.
        format: &'static str,
        /// What the decoder said.
        reason: String,
    },
    /// The encoder failed.
    #[error("cannot encode {format}: {reason}")]
    Encode {
        /// The format of the output.
        format: &'static str,
        /// What the encoder said.
        reason: String,
    },
    /// The path cannot be a source.
    #[error("the source's path {0}")]
    InvalidSource(#[from] SourceRefError),
    /// Only `GET` and `HEAD` are answered.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// The size, quality or format is not on the brand's list.
    #[error("{option} {value} is not allowed here")]
    NotAllowed {
        /// `width`, `quality` or `format`.
        option: &'static str,
        /// What was asked for.
        value: String,
    },
    /// The bytes are no picture.
    #[error("the source is not a picture")]
    NotAnImage,
    /// The host could not get the source.
    #[error("the origin gave no source: {0}")]
    Source(SourceFailure),
    /// A strict policy and options that cannot be used.
    #[error("{} option(s) cannot be used", .0.len())]
    Strict(Vec<Issue>),
    /// The source, or what is asked for, is larger than the policy allows.
    #[error("{what} is {value}, the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How large it is.
        value: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The signature is missing, wrong or expired.
    #[error("the signature is {0}")]
    Unauthorized(&'static str),
    /// The source is not on the brand's list.
    #[error("the source is not allowed")]
    SourceNotAllowed,
    /// A format that is not handled.
    #[error("{format} is not supported")]
    UnsupportedFormat {
        /// Its name.
        format: &'static str,
    },
}

/// Why a host could not get a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceFailure {
    /// The origin refused: 401 or 403.
    #[error("access denied")]
    Denied,
    /// Its address may not be asked (server-side request forgery guard).
    #[error("address not allowed")]
    Forbidden,
    /// 404 or 410.
    #[error("not found")]
    NotFound,
    /// Another status.
    #[error("status {0}")]
    Status(u16),
    /// No answer in time.
    #[error("timed out")]
    TimedOut,
    /// More bytes than the policy allows.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The policy's limit.
        limit: u64,
    },
    /// Redirected too often.
    #[error("too many redirects")]
    TooManyRedirects,
    /// No name, no connection, or it broke.
    #[error("unreachable")]
    Unreachable,
}

impl Error {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.row().0
    }

    /// Cloudflare's number for it, where one fits.
    pub fn code(&self) -> Option<u16> {
        self.row().1
    }

    /// A label for metrics, `snake_case`.
    pub fn category(&self) -> &'static str {
        self.row().2
    }

    /// What the client may read: no internals.
    pub fn public_message(&self) -> String {
        match self {
            Self::Decode { format, .. } => format!("the {format} source cannot be decoded"),
            Self::Encode { format, .. } => format!("the picture cannot be encoded as {format}"),
            Self::Source(failure) => match failure {
                SourceFailure::NotFound => "the original does not exist".to_owned(),
                SourceFailure::TooLarge { limit } => {
                    format!("the original is larger than {limit} bytes")
                }
                SourceFailure::TimedOut => "the origin did not answer in time".to_owned(),
                SourceFailure::Denied | SourceFailure::Forbidden => {
                    "the original may not be used".to_owned()
                }
                _ => "the origin could not deliver the original".to_owned(),
            },
            Self::Strict(issues) => {
                let lines: Vec<_> =
                    issues.iter().map(|i| format!("`{}`: {}", i.option, i.message)).collect();
                lines.join("; ")
            }
            other => other.to_string(),
        }
    }

    /// Status, Cloudflare's number and category: one row for each way to fail.
    fn row(&self) -> (StatusCode, Option<u16>, &'static str) {
        use StatusCode as S;
        match self {
            Self::BadUrl { .. } => (S::BAD_REQUEST, Some(9401), "url"),
            Self::Busy => (S::SERVICE_UNAVAILABLE, Some(9522), "busy"),
            Self::Decode { .. } => (S::UNPROCESSABLE_ENTITY, Some(9416), "decode"),
            Self::Encode { .. } => (S::UNPROCESSABLE_ENTITY, Some(9523), "encode"),
            Self::InvalidSource(_) => (S::BAD_REQUEST, Some(9419), "url"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, None, "method"),
            Self::NotAllowed { .. } => (S::BAD_REQUEST, Some(9401), "not_allowed"),
            Self::NotAnImage => (S::UNSUPPORTED_MEDIA_TYPE, Some(9412), "not_an_image"),
            Self::Source(failure) => failure.row(),
            Self::Strict(_) => (S::BAD_REQUEST, Some(9401), "strict"),
            Self::TooLarge { .. } => (S::FORBIDDEN, Some(9413), "too_large"),
            Self::Unauthorized(_) => (S::FORBIDDEN, None, "signature"),
            Self::SourceNotAllowed => (S::FORBIDDEN, Some(9401), "source_not_allowed"),
            Self::UnsupportedFormat { .. } => (S::UNSUPPORTED_MEDIA_TYPE, Some(9520), "format"),
        }
    }
}

impl SourceFailure {
    fn row(self) -> (StatusCode, Option<u16>, &'static str) {
        use StatusCode as S;
        match self {
            Self::Denied => (S::FORBIDDEN, Some(9408), "source_denied"),
            Self::Forbidden => (S::FORBIDDEN, Some(9419), "source_forbidden"),
            Self::NotFound => (S::NOT_FOUND, Some(9404), "source_missing"),
            Self::Status(_) => (S::BAD_GATEWAY, Some(9509), "source_status"),
            Self::TimedOut => (S::GATEWAY_TIMEOUT, Some(9504), "source_timeout"),
            Self::TooLarge { .. } => (S::PAYLOAD_TOO_LARGE, Some(9402), "source_too_large"),
            Self::TooManyRedirects => (S::BAD_REQUEST, Some(9421), "source_redirects"),
            Self::Unreachable => (S::BAD_GATEWAY, Some(9510), "source_unreachable"),
        }
    }
}
