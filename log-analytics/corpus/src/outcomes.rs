//! What becomes of requests: every result type and detailed result type that CloudFront writes, each
//! with the statuses that go with it.
//!
//! Named in <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>;
//! the rows of functions are those that logs have and that page does not name.

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The object, or 304 and 206 where the viewer asked for that.
    Object,
    /// The object's begin: the viewer left.
    Begin,
    /// A page that tells what is wrong, a kilobyte or two.
    Note,
    /// Headers alone.
    Headers,
    /// Nothing at all.
    Nothing,
}

/// Who takes the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// Answered at the edge.
    Edge,
    /// The origin was asked.
    Origin,
    /// The origin was waited for until time was up.
    TimeOut,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    /// `x-edge-result-type`
    pub(crate) result: &'static str,
    /// `x-edge-response-result-type`
    pub(crate) response: &'static str,
    /// `x-edge-detailed-result-type`
    pub(crate) detailed: &'static str,
    /// HTTP statuses; 0 is written `000`.
    pub(crate) statuses: &'static [u16],
    pub(crate) sent: Sent,
    pub(crate) waits: Waits,
    /// Requests of 100,000.
    pub(crate) weight: u32,
}

const fn same(
    result: &'static str,
    statuses: &'static [u16],
    sent: Sent,
    waits: Waits,
    weight: u32,
) -> Outcome {
    Outcome { result, response: result, detailed: result, statuses, sent, waits, weight }
}

const fn detail(
    result: &'static str,
    detailed: &'static str,
    statuses: &'static [u16],
    waits: Waits,
    weight: u32,
) -> Outcome {
    let sent = if statuses[0] < 400 { Object } else { Note };
    Outcome { result, response: result, detailed, statuses, sent, waits, weight }
}

const fn left(
    response: &'static str,
    detailed: &'static str,
    statuses: &'static [u16],
    waits: Waits,
    weight: u32,
) -> Outcome {
    let sent = if statuses[0] == 0 { Sent::Nothing } else { Sent::Begin };
    Outcome { result: "Error", response, detailed, statuses, sent, waits, weight }
}

use Sent::{Headers, Note, Object};
use Waits::{Edge, Origin, TimeOut};

/// Where the table has what a request takes that cannot be kept in a cache.
pub(crate) const MISS: usize = 2;
/// Where it has what a request over `http` gets.
pub(crate) const REDIRECT: usize = 3;
/// Where it has what a path gets that is not there.
pub(crate) const NOT_FOUND: usize = 4;

/// The table. What comes of a request's own nature stands first, at the places above.
pub(crate) const OUTCOMES: [Outcome; 42] = [
    same("Hit", &[200], Object, Edge, 81_219),
    same("RefreshHit", &[200], Object, Origin, 3_600),
    same("Miss", &[200], Object, Origin, 12_000),
    // Only what comes over `http` is sent elsewhere.
    same("Redirect", &[301], Headers, Edge, 0),
    same("Error", &[404, 404, 404, 403, 410], Note, Origin, 700),
    detail("Hit", "OriginShieldHit", &[200], Origin, 1_500),
    detail("Miss", "MissGeneratedResponse", &[200, 302], Origin, 60),
    same("LambdaGeneratedResponse", &[200, 302, 403], Object, Edge, 40),
    same("FunctionGeneratedResponse", &[302, 301, 200, 403], Headers, Edge, 120),
    left("Hit", "ClientCommError", &[200, 206], Edge, 180),
    left("Miss", "ClientCommError", &[200], Origin, 60),
    left("Error", "ClientHungUpRequest", &[0], TimeOut, 70),
    left("Error", "ClientCommError", &[0], Edge, 60),
    detail("Error", "AbortedOrigin", &[502], Origin, 8),
    detail("Error", "ClientGeoBlocked", &[403], Edge, 40),
    detail("Error", "InvalidRequest", &[400], Edge, 20),
    detail("Error", "InvalidRequestBlocked", &[403], Edge, 60),
    detail("Error", "InvalidRequestCertificate", &[403], Edge, 3),
    detail("Error", "InvalidRequestHeader", &[400, 494], Edge, 4),
    detail("Error", "InvalidRequestMethod", &[403, 405], Edge, 6),
    detail("Error", "OriginCommError", &[504], TimeOut, 12),
    detail("Error", "OriginConnectError", &[502], TimeOut, 8),
    detail("Error", "OriginContentRangeLengthError", &[502], Origin, 2),
    detail("Error", "OriginDnsError", &[502], Origin, 4),
    detail("Error", "OriginError", &[500, 503, 502], Origin, 30),
    detail("Error", "OriginHeaderTooBigError", &[502], Origin, 1),
    detail("Error", "OriginInvalidResponseError", &[502], Origin, 2),
    detail("Error", "OriginReadError", &[502], Origin, 3),
    detail("Error", "OriginWriteError", &[502], Origin, 2),
    detail("Error", "OriginZeroSizeObjectError", &[502], Origin, 1),
    detail("Error", "SlowReaderOriginError", &[502], TimeOut, 1),
    same("LimitExceeded", &[503, 429], Note, Edge, 10),
    same("CapacityExceeded", &[503], Note, Edge, 8),
    same("LambdaExecutionError", &[503], Note, Edge, 6),
    same("LambdaValidationError", &[502], Note, Edge, 2),
    same("LambdaLimitExceeded", &[503], Note, Edge, 2),
    same("FunctionExecutionError", &[503], Note, Edge, 3),
    same("FunctionValidationError", &[503], Note, Edge, 1),
    same("FunctionThrottledError", &[503], Note, Edge, 1),
    // A cached error, and one that no word is kept for.
    detail("Error", "Error", &[404, 416, 500, 503], Edge, 120),
    // Answers without a body that are no errors.
    same("Miss", &[204], Headers, Origin, 30),
    // A type that nobody has heard of yet: readers have to live with it.
    same("TeapotGeneratedResponse", &[418], Note, Edge, 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_requests_bring_upon_themselves_stands_at_its_place() {
        assert_eq!(OUTCOMES[MISS].result, "Miss");
        assert_eq!(OUTCOMES[REDIRECT].result, "Redirect");
        assert_eq!(OUTCOMES[NOT_FOUND].statuses[0], 404);
    }

    #[test]
    fn weights_are_of_100_000() {
        assert_eq!(OUTCOMES.iter().map(|it| it.weight).sum::<u32>(), 100_000);
    }

    #[test]
    fn an_error_has_a_status_that_is_one() {
        for outcome in OUTCOMES.iter().filter(|it| it.response == "Error" && it.sent == Note) {
            assert!(outcome.statuses.iter().all(|status| *status >= 400), "{}", outcome.detailed);
        }
    }
}
