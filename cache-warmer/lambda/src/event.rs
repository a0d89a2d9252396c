//! What Lambda hands over, as far as it matters here.
//!
//! | from | documented at |
//! |---|---|
//! | SQS | <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html> |
//! | CloudFormation | <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/event-detail-stack-status-change.html> |
//! | `CloudTrail` | <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html> |
//! | S3 | <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html> |
//!
//! `{"warm": {…}}` is an order, of a schedule or a person; `{"report": "<run>"}` asks for a report of
//! what is there.

use cache_warmer::Purged;
use serde::Deserialize;
use serde_json::Value;

use crate::distributions::Id;
use crate::order::{By, Given, Order};

/// An event, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Messages of the queue.
    Slices(Vec<Message>),
    /// Something is to be warmed.
    Order(Box<Given>),
    /// A run's report is to be composed of what is there.
    Report(String),
    /// Nothing is to be done.
    Nothing,
}

/// A message of the queue.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    #[serde(rename = "messageId")]
    pub(crate) id: String,
    pub(crate) body: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
struct Attributes {
    #[serde(rename = "ApproximateReceiveCount")]
    receives: Option<String>,
}

impl Message {
    /// How often it was handed out, this time included; nothing where SQS does not say.
    pub(crate) fn receives(&self) -> Option<u32> {
        self.attributes.receives.as_deref()?.parse().ok()
    }
}

/// Why an event cannot be handled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    #[error("an event of no known form: it has the fields {0}")]
    Unknown(String),
    #[error("an event that is not as documented: {0}")]
    Malformed(#[from] serde_json::Error),
}

impl Event {
    /// Tells what an event is by the fields that only its kind has, and reads it.
    ///
    /// # Errors
    /// [`EventError`].
    pub(crate) fn read(event: Value) -> Result<Self, EventError> {
        if event.get("Records").is_some() {
            let Records { records } = serde_json::from_value(event)?;
            return Ok(Self::Slices(records));
        }
        if let Some(order) = event.get("warm") {
            let order = Order::deserialize(order)?;
            return Ok(Self::Order(Box::new(Given { order, by: By::Itself })));
        }
        if let Some(run) = event.get("report") {
            return Ok(Self::Report(String::deserialize(run)?));
        }
        let kind = event.get("detail-type").and_then(Value::as_str).unwrap_or_default().to_owned();
        match kind.as_str() {
            "CloudFormation Stack Status Change" => of_stack(event),
            "AWS API Call via CloudTrail" => of_invalidation(event),
            "Object Created" => of_object(event),
            _ => {
                let fields = event.as_object();
                let fields: Option<Vec<_>> =
                    fields.map(|fields| fields.keys().map(String::as_str).collect());
                Err(EventError::Unknown(fields.unwrap_or_default().join(", ")))
            }
        }
    }
}

fn ordered(id: String, time: String, purged: Option<Purged>, by: By) -> Event {
    let order = Order { id: Some(id), time: Some(time), purged, ..Order::default() };
    Event::Order(Box::new(Given { order, by }))
}

fn of_stack(event: Value) -> Result<Event, EventError> {
    let Bridged { id, time, detail } = serde_json::from_value::<Bridged<Stack>>(event)?;
    let is_done = matches!(detail.details.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE");
    // arn:aws:cloudformation:us-east-1:111122223333:stack/shops-site-aurora/<a word>
    let name = detail.stack_id.split('/').nth(1).filter(|_| is_done);
    Ok(name.map_or(Event::Nothing, |name| ordered(id, time, None, By::Stack(name.to_owned()))))
}

fn of_invalidation(event: Value) -> Result<Event, EventError> {
    let Bridged { id, time, detail } = serde_json::from_value::<Bridged<Call>>(event)?;
    // A call that was refused has no answer.
    let (Some(asked), Some(answered)) = (detail.request, detail.response) else {
        return Ok(Event::Nothing);
    };
    let purged = Purged::of_items(asked.batch.paths.items);
    let of = match (asked.distribution_id, asked.tenant_id) {
        (Some(id), _) => Id::Distribution(id),
        (None, Some(id)) => Id::Tenant(id),
        (None, None) => return Ok(Event::Nothing),
    };
    let by = By::Invalidation { of, id: answered.invalidation.id };
    Ok(ordered(id, time, Some(purged), by))
}

fn of_object(event: Value) -> Result<Event, EventError> {
    let Bridged { id, time, detail } = serde_json::from_value::<Bridged<Put>>(event)?;
    let by = By::Object { bucket: detail.bucket.name, key: detail.object.key };
    Ok(ordered(id, time, None, by))
}

#[derive(Deserialize)]
struct Records {
    #[serde(rename = "Records")]
    records: Vec<Message>,
}

/// An event of `EventBridge`.
#[derive(Deserialize)]
struct Bridged<T> {
    id: String,
    time: String,
    detail: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Stack {
    stack_id: String,
    #[serde(rename = "status-details")]
    details: StackStatus,
}

#[derive(Deserialize)]
struct StackStatus {
    status: String,
}

#[derive(Deserialize)]
struct Call {
    #[serde(rename = "requestParameters")]
    request: Option<CallRequest>,
    #[serde(rename = "responseElements")]
    response: Option<CallResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallRequest {
    /// Of `CreateInvalidation`.
    distribution_id: Option<String>,
    /// Of `CreateInvalidationForDistributionTenant`.
    #[serde(rename = "id")]
    tenant_id: Option<String>,
    #[serde(rename = "invalidationBatch")]
    batch: Batch,
}

#[derive(Deserialize)]
struct Batch {
    paths: Paths,
}

#[derive(Deserialize)]
struct Paths {
    items: Vec<String>,
}

#[derive(Deserialize)]
struct CallResponse {
    invalidation: Invalidation,
}

#[derive(Deserialize)]
struct Invalidation {
    id: String,
}

#[derive(Deserialize)]
struct Put {
    bucket: BucketName,
    object: ObjectKey,
}

#[derive(Deserialize)]
struct BucketName {
    name: String,
}

#[derive(Deserialize)]
struct ObjectKey {
    key: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bridged(kind: &str, detail: &Value) -> Value {
        json!({
            "version": "0",
            "id": "e-1",
            "detail-type": kind,
            "source": "aws.x",
            "time": "2026-11-27T00:00:00Z",
            "detail": detail,
        })
    }

    fn given(event: Value) -> (Order, By) {
        let Ok(Event::Order(given)) = Event::read(event) else { panic!("an order") };
        let Given { order, by } = *given;
        (order, by)
    }

    #[test]
    fn what_asks_for_warming_is_an_order() {
        let stack = "arn:aws:cloudformation:us-east-1:111122223333:stack/shops-site-aurora/a-b";
        let status = |status: &str| {
            let detail = json!({ "stack-id": stack, "status-details": { "status": status } });
            bridged("CloudFormation Stack Status Change", &detail)
        };
        let (order, by) = given(status("UPDATE_COMPLETE"));
        assert_eq!(by, By::Stack("shops-site-aurora".to_owned()));
        assert_eq!(order.id.as_deref(), Some("e-1"));
        let begun = Event::read(status("UPDATE_IN_PROGRESS")).unwrap();
        assert_eq!(begun, Event::Nothing);

        let call = |response: Value| {
            let items = json!(["/sale/*", "#product-1", "#source:/a.jpg"]);
            let paths = json!({ "quantity": 3, "items": items });
            let batch = json!({ "paths": paths, "callerReference": "r" });
            let detail = json!({
                "eventName": "CreateInvalidation",
                "requestParameters": { "distributionId": "E1", "invalidationBatch": batch },
                "responseElements": response,
            });
            bridged("AWS API Call via CloudTrail", &detail)
        };
        let (order, by) = given(call(json!({ "invalidation": { "id": "I1" } })));
        let of = Id::Distribution("E1".to_owned());
        assert_eq!(by, By::Invalidation { of, id: "I1".to_owned() });
        let (paths, images) = (vec!["/sale/*".to_owned()], vec!["/a.jpg".to_owned()]);
        assert_eq!(order.purged, Some(Purged { paths, by_tag: true, images }));
        assert_eq!(Event::read(call(Value::Null)).unwrap(), Event::Nothing);

        let object = json!({ "bucket": { "name": "b" }, "object": { "key": "sitemap.xml" } });
        let (_, by) = given(bridged("Object Created", &object));
        let (bucket, key) = ("b".to_owned(), "sitemap.xml".to_owned());
        assert_eq!(by, By::Object { bucket, key });

        let (order, by) = given(json!({ "warm": { "sites": ["aurora"], "id": "x" } }));
        assert_eq!((order.sites, by), (vec!["aurora".to_owned()], By::Itself));
    }

    #[test]
    fn messages_keep_their_ids_and_how_often_they_came() {
        let record = |attributes: Value| {
            json!({
                "messageId": "m-1",
                "body": "{}",
                "eventSource": "aws:sqs",
                "attributes": attributes,
            })
        };
        let records = [
            record(json!({ "ApproximateReceiveCount": "3", "SenderId": "x" })),
            record(json!({})),
            json!({ "messageId": "m-1", "body": "{}" }),
        ];
        let Event::Slices(all) = Event::read(json!({ "Records": records })).unwrap() else {
            panic!("messages");
        };
        assert!(all.iter().all(|it| (it.id.as_str(), it.body.as_str()) == ("m-1", "{}")));
        let receives: Vec<_> = all.iter().map(Message::receives).collect();
        assert_eq!(receives, [Some(3), None, None]);
    }

    #[test]
    fn an_unknown_event_is_told_by_its_fields_alone() {
        for (event, want) in [
            (json!({ "secret": "s", "id": 1 }), "it has the fields id, secret"),
            (json!([1]), "it has the fields "),
            (json!({ "detail-type": "x" }), "it has the fields detail-type"),
            (json!({ "Records": 1 }), "not as documented"),
            (json!({ "warm": { "sight": 1 } }), "not as documented"),
        ] {
            let error = Event::read(event.clone()).unwrap_err().to_string();
            assert!(error.contains(want), "{event}: {error}");
        }
    }
}
