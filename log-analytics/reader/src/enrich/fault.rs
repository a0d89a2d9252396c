//! Who is at fault where a request did not end well. The SQL of the column `fault` says the same.

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ClientAbort,
    Viewer,
    Edge,
    Origin,
}

/// All of them with their names, in the order of the variants.
pub(crate) const FAULTS: [(Fault, &str); 4] = [
    (Fault::ClientAbort, "client abort"),
    (Fault::Viewer, "viewer"),
    (Fault::Edge, "edge"),
    (Fault::Origin, "origin"),
];

/// What the log tells of a request's end. A status of `None` is a viewer who left before there was one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct End<'a> {
    pub(crate) status: Option<i64>,
    pub(crate) result: Option<&'a str>,
    pub(crate) response: Option<&'a str>,
    pub(crate) detailed: Option<&'a str>,
}

/// The fault; `None` where the request ended well.
pub(crate) fn of(end: End<'_>) -> Option<Fault> {
    let (result, detailed) = (end.result.unwrap_or_default(), end.detailed.unwrap_or_default());
    let has_turned = result == "Error" && end.response.is_some_and(|response| response != "Error");
    let left = matches!(detailed, "ClientCommError" | "ClientHungUpRequest");
    let Some(status) = end.status.filter(|_| !left && !has_turned) else {
        return Some(Fault::ClientAbort);
    };
    if is_origins(detailed) {
        Some(Fault::Origin)
    } else if is_edges(result) {
        Some(Fault::Edge)
    } else if (400..500).contains(&status)
        || detailed.starts_with("Invalid")
        || detailed == "ClientGeoBlocked"
    {
        Some(Fault::Viewer)
    } else {
        (status >= 500).then_some(Fault::Origin)
    }
}

/// `OriginShieldHit` is an answer, and no fault.
fn is_origins(detailed: &str) -> bool {
    (detailed.starts_with("Origin") && detailed.ends_with("Error"))
        || matches!(detailed, "AbortedOrigin" | "SlowReaderOriginError")
}

fn is_edges(result: &str) -> bool {
    let is_code = |prefix: &str| result.starts_with(prefix) && result.ends_with("Error");
    matches!(result, "CapacityExceeded" | "LimitExceeded")
        || is_code("Lambda")
        || is_code("Function")
        || result.starts_with("LambdaLimit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_apart() {
        for (status, result, response, detailed, want) in [
            (200, "Hit", "Hit", "Hit", None),
            (200, "Hit", "Hit", "OriginShieldHit", None),
            (301, "Redirect", "Redirect", "Redirect", None),
            (0, "Error", "Error", "Error", Some(Fault::ClientAbort)),
            (200, "Error", "Miss", "Error", Some(Fault::ClientAbort)),
            (200, "Hit", "Hit", "ClientCommError", Some(Fault::ClientAbort)),
            (404, "Error", "Error", "Error", Some(Fault::Viewer)),
            (403, "Error", "Error", "ClientGeoBlocked", Some(Fault::Viewer)),
            (502, "Error", "Error", "InvalidRequest", Some(Fault::Viewer)),
            (503, "FunctionThrottledError", "Error", "Error", Some(Fault::Edge)),
            (503, "LambdaLimitExceeded", "Error", "Error", Some(Fault::Edge)),
            (429, "LimitExceeded", "LimitExceeded", "LimitExceeded", Some(Fault::Edge)),
            (502, "Error", "Error", "OriginDnsError", Some(Fault::Origin)),
            (504, "Error", "Error", "AbortedOrigin", Some(Fault::Origin)),
            (500, "Error", "Error", "Error", Some(Fault::Origin)),
        ] {
            let end = End {
                status: Some(status).filter(|status| *status != 0),
                result: Some(result),
                response: Some(response),
                detailed: Some(detailed),
            };
            assert_eq!(of(end), want, "{status} {result} {response} {detailed}");
        }
        assert_eq!(of(End { status: Some(200), ..End::default() }), None);
    }
}
