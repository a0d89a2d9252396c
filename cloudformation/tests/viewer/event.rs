//! Events as CloudFront makes them, and what becomes of them.

use edge_resizer::Request;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The viewer's address in every event.
pub(crate) const VIEWER_IP: &str = "198.51.100.11";
/// The identifier of every request.
pub(crate) const REQUEST_ID: &str = "EXAMPLEntjQpEXAMPLE_SG5Z==";

/// What a call takes, as the driver reads it: a viewer-request event of version 1.0
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>),
/// the query as it stood on the request line, and the time.
pub(crate) fn call(host: &str, request: &Request) -> String {
    let mut headers = fields(
        request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())),
    );
    headers.insert("host".to_owned(), json!({ "value": host }));
    let cookies = request.headers.get("cookie").map_or("", |it| it.to_str().unwrap());
    let cookies = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    let query = request.query.as_deref().unwrap_or_default();
    let query = query.split('&').filter(|pair| !pair.is_empty());
    json!({
        "event": {
            "version": "1.0",
            "context": {
                "distributionDomainName": "d111111abcdef8.cloudfront.net",
                "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": "viewer-request",
                "requestId": REQUEST_ID,
            },
            "viewer": { "ip": VIEWER_IP },
            "request": {
                "method": request.method.as_str(),
                "uri": request.path,
                "querystring": fields(query.map(|pair| pair.split_once('=').unwrap_or((pair, "")))),
                "headers": headers,
                "cookies": fields(cookies),
            },
        },
        "query": request.query,
        "now": request.now,
    })
    .to_string()
}

/// Names with their values; what comes twice has a `multiValue`.
fn fields<'a>(items: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut fields: Map<String, Value> = Map::new();
    for (name, value) in items {
        match fields.get_mut(name) {
            None => {
                fields.insert(name.to_owned(), json!({ "value": value }));
            }
            Some(field) => {
                let first = json!([{ "value": field["value"] }]);
                let all = field.as_object_mut().unwrap().entry("multiValue").or_insert(first);
                all.as_array_mut().unwrap().push(json!({ "value": value }));
            }
        }
    }
    fields
}

/// What the function made of an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// The request goes on, perhaps changed.
    Request { uri: String, query: String, headers: Map<String, Value> },
    /// The viewer is answered.
    Response { status: u16, headers: Map<String, Value>, body: String },
    /// An exception, which CloudFront answers with 503.
    Thrown(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Returned {
    thrown: Option<String>,
    status_code: Option<u16>,
    uri: Option<String>,
    #[serde(default)]
    querystring: Map<String, Value>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: String,
}

impl Answer {
    /// Reads what the driver gave.
    pub(crate) fn read(text: &str) -> Self {
        let returned: Returned = serde_json::from_str(text).unwrap();
        match (returned.thrown, returned.status_code, returned.uri) {
            (Some(error), ..) => Self::Thrown(error),
            (None, Some(status), _) => {
                Self::Response { status, headers: returned.headers, body: returned.body }
            }
            (None, None, Some(uri)) => Self::Request {
                uri,
                query: query_text(&returned.querystring),
                headers: returned.headers,
            },
            _ => panic!("neither a request nor a response: {text}"),
        }
    }

    /// Path and query of a request that goes on, or the status of a response.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Request { uri, query, .. } if query.is_empty() => uri.clone(),
            Self::Request { uri, query, .. } => format!("{uri}?{query}"),
            Self::Response { status, headers, .. } => match value(headers, "location") {
                Some(location) => format!("{status} {location}"),
                None => status.to_string(),
            },
            Self::Thrown(error) => format!("thrown: {error}"),
        }
    }
}

/// The value of a header.
pub(crate) fn value<'a>(headers: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    headers.get(name)?.get("value")?.as_str()
}

/// Headers as the core reads them.
pub(crate) fn header_map(headers: &Map<String, Value>) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, field) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        let one = [json!({ "value": field["value"] })];
        for value in field["multiValue"].as_array().map_or(&one[..], Vec::as_slice) {
            map.append(name.clone(), value["value"].as_str().unwrap().parse().unwrap());
        }
    }
    map
}

fn query_text(fields: &Map<String, Value>) -> String {
    let pairs = fields.iter().flat_map(|(name, field)| {
        let one = vec![json!({ "value": field["value"] })];
        let values = field["multiValue"].as_array().cloned().unwrap_or(one);
        values.into_iter().map(move |value| match value["value"].as_str().unwrap() {
            "" => name.clone(),
            text => format!("{name}={text}"),
        })
    });
    pairs.collect::<Vec<_>>().join("&")
}
