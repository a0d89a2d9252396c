//! A request on its way to the log: its line is written when its last byte is sent, or when the
//! client leaves, whichever comes first.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::Response;
use http::request::Parts;
use jiff::Timestamp;

use super::access_log::{Answer, Record, ResultType};
use super::distribution::Distribution;
use super::log_files::LogSender;

/// Handed to the connection at a time, so that a client that leaves in the middle of a large
/// picture is noticed there and not at its end.
const CHUNK_BYTES: usize = 64 * 1024;

/// A line that writes itself when it is dropped; before it has [answered](Self::answer), that is
/// because the client left.
#[derive(Debug)]
pub(crate) struct PendingLine {
    log: LogSender,
    arrived: Instant,
    now: fn() -> Timestamp,
    record: Record,
}

impl PendingLine {
    /// Begins with a request that has just arrived.
    pub(crate) fn begin(log: LogSender, now: fn() -> Timestamp, record: Record) -> Self {
        Self { log, arrived: Instant::now(), now, record }
    }

    /// Sends an answer through the line, which then knows how much of it was sent.
    pub(crate) fn answer(
        mut self,
        response: Response<Bytes>,
        result: ResultType,
    ) -> Response<Body> {
        let (head, body) = response.into_parts();
        self.record.answer = Some(Answer {
            status: head.status,
            headers: head.headers.clone(),
            result,
            time_to_first_byte: self.arrived.elapsed(),
        });
        self.record.aborted = !body.is_empty();
        let body = if body.is_empty() {
            Body::empty()
        } else {
            Body::from_stream(stream::iter(LoggedBody { rest: body, line: self }))
        };
        Response::from_parts(head, body)
    }
}

impl Drop for PendingLine {
    fn drop(&mut self) {
        let mut record = self.record.clone();
        record.ended = (self.now)();
        record.time_taken = self.arrived.elapsed();
        self.log.send(record);
    }
}

/// A request that has just arrived, as the log will tell it.
pub(crate) fn arrived(
    distribution: &Distribution,
    client: SocketAddr,
    request: &Parts,
    request_id: &str,
) -> Record {
    Record {
        distribution: distribution.clone(),
        ended: Timestamp::UNIX_EPOCH,
        client,
        method: request.method.clone(),
        path: request.uri.path().to_owned(),
        query: request.uri.query().map(str::to_owned),
        version: request.version,
        request_headers: request.headers.clone(),
        request_id: request_id.to_owned(),
        answer: None,
        body_bytes: 0,
        aborted: true,
        time_taken: Duration::ZERO,
    }
}

/// A body in chunks, each of which is noted in the line when the connection takes it.
struct LoggedBody {
    rest: Bytes,
    line: PendingLine,
}

impl Iterator for LoggedBody {
    type Item = Result<Bytes, Infallible>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let chunk = self.rest.split_to(self.rest.len().min(CHUNK_BYTES));
        let record = &mut self.line.record;
        record.body_bytes = record.body_bytes.saturating_add(chunk.len() as u64);
        record.aborted = !self.rest.is_empty();
        Some(Ok(chunk))
    }
}
