//! Cloudflare's own logs: one JSON object a line, of the data set `http_requests`
//! (<https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/>).

use serde::Deserialize;

use super::BadVisit;
use crate::visit::Visit;

/// The fields that say what was asked; all others are passed over.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "ClientRequestHost")]
    host: String,
    #[serde(rename = "ClientRequestURI")]
    uri: String,
    #[serde(rename = "ClientRequestMethod", default = "get")]
    method: String,
    #[serde(rename = "ClientRequestScheme", default = "https")]
    scheme: String,
    #[serde(rename = "ClientRequestUserAgent", default)]
    user_agent: String,
    #[serde(rename = "ClientRequestReferer", default)]
    referer: String,
    #[serde(rename = "ClientIP", default)]
    address: String,
    #[serde(rename = "ClientCountry", default)]
    country: String,
    #[serde(rename = "ClientASN", default)]
    system: Option<u32>,
}

fn get() -> String {
    "GET".to_owned()
}

fn https() -> String {
    "https".to_owned()
}

/// Reads lines of Cloudflare's log of requests.
///
/// # Errors
/// The first line that is none.
pub fn visits_of_logpush(text: &str) -> Result<Vec<Visit>, BadVisit> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let bad = |reason: String| BadVisit { line: index + 1, reason };
            let line: Line = serde_json::from_str(line).map_err(|error| {
                bad(format!(
                    "{error}: a line is an object with ClientRequestHost and ClientRequestURI at least"
                ))
            })?;
            visit(&line).ok_or_else(|| bad(format!("`{}` is no host", line.host)))
        })
        .collect()
}

fn visit(line: &Line) -> Option<Visit> {
    let uri = &line.uri;
    let slash = if uri.starts_with('/') { "" } else { "/" };
    let scheme = &line.scheme;
    let mut visit = Visit::get(&format!("{scheme}://{}{slash}{uri}", line.host))?;
    let request = &mut visit.request;
    request.method = line.method.to_ascii_uppercase();
    for (name, value) in [("user-agent", &line.user_agent), ("referer", &line.referer)] {
        if !value.is_empty() {
            request.headers.push((name.to_owned(), value.clone()));
        }
    }
    if let Ok(address) = line.address.parse() {
        request.address = Some(address);
    }
    if line.country.len() == 2 {
        request.country = Some(line.country.to_ascii_uppercase());
    }
    if let Some(number) = line.system {
        request.autonomous_system = Some(i64::from(number));
    }
    Some(visit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_requests() {
        let text = r#"{"ClientRequestHost":"Shop.example","ClientRequestURI":"/a?b=1","ClientRequestMethod":"POST","ClientIP":"198.51.100.7","ClientCountry":"de","ClientASN":64496,"ClientRequestUserAgent":"x","EdgeStatus":200}

{"ClientRequestHost":"shop.example","ClientRequestURI":"/","ClientRequestScheme":"http"}"#;
        let visits = visits_of_logpush(text).unwrap();
        assert_eq!(
            visits.iter().map(Visit::line).collect::<Vec<_>>(),
            ["POST https://shop.example/a?b=1", "http://shop.example/"]
        );
        assert_eq!(visits[0].request.country.as_deref(), Some("DE"));
        assert_eq!(visits[0].request.headers, [("user-agent".to_owned(), "x".to_owned())]);
        let error = visits_of_logpush("{}\n").unwrap_err();
        assert!(error.to_string().contains("line 1: missing field"), "{error}");
    }
}
