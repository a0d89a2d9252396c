//! What Lambda hands over, as far as it matters here.
//!
//! | from | documented at |
//! |---|---|
//! | a function URL | <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html> |
//! | SQS | <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html> |
//! | S3 | <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html> |
//! | S3 through EventBridge | <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html> |

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// An event, by its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A request to the function URL.
    Url(UrlRequest),
    /// Messages of a queue.
    Queue(Vec<Message>),
    /// Objects that were written or deleted.
    Objects(Vec<Object>),
}

/// A request to the function URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UrlRequest {
    pub(crate) method: Method,
    /// Percent-encoded, as it was sent.
    pub(crate) path: String,
    /// `None` where it is empty.
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
}

/// A message of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    #[serde(rename = "messageId")]
    pub(crate) id: String,
    pub(crate) body: String,
}

/// An object that was written or deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

/// Why an event cannot be handled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    #[error("an event of no known form: it has the fields {0}")]
    Unknown(String),
    #[error("an event that is not as documented: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("a request whose method is not one")]
    Method(#[from] http::method::InvalidMethod),
}

impl Event {
    /// Tells what an event is by the fields that only its kind has, and reads it.
    ///
    /// # Errors
    /// [`EventError`].
    pub(crate) fn read(event: Value) -> Result<Self, EventError> {
        if event.get("rawPath").is_some() {
            return UrlRequest::read(event).map(Self::Url);
        }
        if event.get("detail-type").is_some() {
            let event: RawBridged = serde_json::from_value(event)?;
            let RawBridged { detail: RawS3 { bucket, object } } = event;
            return Ok(Self::Objects(vec![Object { bucket: bucket.name, key: object.key }]));
        }
        // Sent once, when the notification is set up.
        if event.get("Event").is_some_and(|kind| kind == "s3:TestEvent") {
            return Ok(Self::Objects(Vec::new()));
        }
        let records = event.get("Records").and_then(Value::as_array);
        let from =
            |records: &Vec<Value>| records.first()?.get("eventSource")?.as_str().map(str::to_owned);
        match records.and_then(from).as_deref() {
            Some("aws:sqs") => {
                let RawRecords { records } = serde_json::from_value(event)?;
                Ok(Self::Queue(records))
            }
            Some("aws:s3") => {
                let RawRecords::<RawNotification> { records } = serde_json::from_value(event)?;
                Ok(Self::Objects(records.into_iter().map(RawNotification::object).collect()))
            }
            _ => {
                let fields = event.as_object();
                let fields: Option<Vec<_>> =
                    fields.map(|fields| fields.keys().map(String::as_str).collect());
                Err(EventError::Unknown(fields.unwrap_or_default().join(", ")))
            }
        }
    }
}

impl Message {
    /// The objects that it tells of, where S3's events come through a queue, which gathers them.
    pub(crate) fn objects(&self) -> Option<Vec<Object>> {
        match Event::read(serde_json::from_str(&self.body).ok()?) {
            Ok(Event::Objects(objects)) => Some(objects),
            Ok(Event::Url(_) | Event::Queue(_)) | Err(_) => None,
        }
    }
}

impl UrlRequest {
    fn read(event: Value) -> Result<Self, EventError> {
        let RawUrl { raw_path, raw_query_string, headers, request_context } =
            serde_json::from_value(event)?;
        let headers = headers.iter().filter_map(|(name, value)| {
            let name = HeaderName::try_from(name.as_str()).ok()?;
            Some((name, HeaderValue::try_from(value.as_str()).ok()?))
        });
        Ok(Self {
            method: request_context.http.method.parse()?,
            path: raw_path,
            query: Some(raw_query_string).filter(|query| !query.is_empty()),
            headers: headers.collect(),
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawUrl {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    request_context: RawContext,
}

#[derive(Debug, Deserialize)]
struct RawContext {
    http: RawHttp,
}

#[derive(Debug, Deserialize)]
struct RawHttp {
    method: String,
}

#[derive(Debug, Deserialize)]
struct RawRecords<T> {
    #[serde(rename = "Records")]
    records: Vec<T>,
}

#[derive(Debug, Deserialize)]
struct RawNotification {
    s3: RawS3,
}

#[derive(Debug, Deserialize)]
struct RawBridged {
    detail: RawS3,
}

#[derive(Debug, Deserialize)]
struct RawS3 {
    bucket: RawBucket,
    object: RawObject,
}

#[derive(Debug, Deserialize)]
struct RawBucket {
    name: String,
}

#[derive(Debug, Deserialize)]
struct RawObject {
    key: String,
}

impl RawNotification {
    /// S3 encodes keys here as forms do, and in no other kind of event.
    fn object(self) -> Object {
        let RawS3 { bucket, object } = self.s3;
        let key = object.key.replace('+', " ");
        let key = percent_decode_str(&key).decode_utf8_lossy().into_owned();
        Object { bucket: bucket.name, key }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(key: &str) -> Object {
        Object { bucket: "originals".to_owned(), key: key.to_owned() }
    }

    #[test]
    fn requests_are_read_as_they_were_sent() {
        let event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/_variants/shop/gr%25C3%25BCn.jpg%3Fv=1/width=9",
            "rawQueryString": "",
            "headers": { "accept": "image/avif", "x-forwarded-for": "203.0.113.7", "b\u{e4}d": "" },
            "requestContext": { "http": { "method": "HEAD", "sourceIp": "203.0.113.7" } },
            "isBase64Encoded": false,
        });
        let Event::Url(request) = Event::read(event).unwrap() else { panic!("a request") };
        assert_eq!(request.method, Method::HEAD);
        assert_eq!(request.path, "/_variants/shop/gr%25C3%25BCn.jpg%3Fv=1/width=9");
        assert_eq!((request.query, request.headers.len()), (None, 2));
    }

    #[test]
    fn objects_are_named_in_both_of_s3s_ways() {
        let record = |key: &str| {
            json!({
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "eventName": "ObjectCreated:Put",
                "s3": { "bucket": { "name": "originals" }, "object": { "key": key, "size": 9 } },
            })
        };
        let event = json!({ "Records": [record("gr%C3%BCn+1%2B1.jpg"), record("b.jpg")] });
        let want = Event::Objects(vec![object("grün 1+1.jpg"), object("b.jpg")]);
        assert_eq!(Event::read(event).unwrap(), want);

        let event = json!({
            "source": "aws.s3",
            "detail-type": "Object Created",
            "detail": { "bucket": { "name": "originals" }, "object": { "key": "grün 1+1.jpg" } },
        });
        assert_eq!(Event::read(event).unwrap(), Event::Objects(vec![object("grün 1+1.jpg")]));

        let test =
            json!({ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "originals" });
        assert_eq!(Event::read(test).unwrap(), Event::Objects(Vec::new()));
    }

    #[test]
    fn messages_keep_their_ids() {
        let record = json!({ "messageId": "m-1", "body": "{}", "eventSource": "aws:sqs" });
        let want = Message { id: "m-1".to_owned(), body: "{}".to_owned() };
        assert_eq!(Event::read(json!({ "Records": [record] })).unwrap(), Event::Queue(vec![want]));
    }

    #[test]
    fn an_unknown_event_is_told_by_its_fields_alone() {
        for (event, want) in [
            (json!({ "secret": "s", "id": 1 }), "it has the fields id, secret"),
            (json!([1]), "it has the fields "),
            (json!({ "Records": [] }), "it has the fields Records"),
            (json!({ "Records": [{ "eventSource": "aws:sns" }] }), "it has the fields Records"),
            (json!({ "rawPath": 1 }), "not as documented"),
        ] {
            let error = Event::read(event.clone()).unwrap_err().to_string();
            assert!(error.contains(want), "{event}: {error}");
        }
    }
}
