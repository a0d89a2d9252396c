//! All that a test needs: the emulator, edges, Lambda, and an instance of the function.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::types::Message;
use cache_warmer::Report;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::edge::Edges;
use crate::instance::Instance;
use crate::runtime_api::{Came, RuntimeApi};

/// More time than any event takes.
pub(crate) const AMPLE: Duration = Duration::from_mins(15);

pub(crate) struct Stage {
    pub(crate) cloud: Cloud,
    pub(crate) edges: Edges,
    pub(crate) api: RuntimeApi,
    pub(crate) instance: Instance,
    fleet: String,
    variables: Vec<(&'static str, String)>,
}

impl Stage {
    /// A stage for one shop, with this said of warming; `None` where there is no emulator.
    pub(crate) async fn set(warm: &str) -> Option<Self> {
        let (cloud, edges) = (Cloud::start().await?, Edges::start().await);
        Some(Self::on(cloud, edges, &format!("direct = true\n{warm}"), Vec::new()).await)
    }

    pub(crate) async fn on(
        cloud: Cloud,
        edges: Edges,
        warm: &str,
        variables: Vec<(&'static str, String)>,
    ) -> Self {
        let fleet = format!(
            "[fleet]\nname = \"shops\"\n\n[warm]\n{warm}\n\n[[sites]]\nname = \"shop\"\n\
             domains = [\"shop.localhost\"]\norigin = {{ s3 = {{ bucket = \"reports\" }} }}\n"
        );
        Self::of_fleet(cloud, edges, fleet, variables).await
    }

    pub(crate) async fn of_fleet(
        cloud: Cloud,
        edges: Edges,
        fleet: String,
        variables: Vec<(&'static str, String)>,
    ) -> Self {
        let api = RuntimeApi::start().await;
        let instance = Instance::start(&api, &cloud, &fleet, &variables);
        Self { cloud, edges, api, instance, fleet, variables }
    }

    /// Another instance.
    pub(crate) fn another(&self) -> Instance {
        Instance::start(&self.api, &self.cloud, &self.fleet, &self.variables)
    }

    pub(crate) async fn invoke(&self, event: Value) -> Came {
        self.api.invoke(event, AMPLE).await
    }

    /// Gives an order of URLs; the run's name.
    pub(crate) async fn order(&self, id: &str, urls: &[String]) -> String {
        let order = json!({ "warm": { "id": id, "time": "2026-11-27T00:00:00Z", "urls": urls } });
        let told = self.invoke(order).await.unwrap();
        assert_eq!(told["targets"], urls.len(), "{told}");
        told["run"].as_str().unwrap().to_owned()
    }

    /// Does as Lambda does with a queue, a message at a time, until there is none: what failed stays.
    /// How many were handled.
    pub(crate) async fn work(&self, time: Duration) -> usize {
        let mut handled = 0;
        loop {
            let received = self.cloud.receive(1).await;
            if received.is_empty() {
                return handled;
            }
            let told = self.api.invoke(records(&received), time).await.unwrap();
            if told == json!({ "batchItemFailures": [] }) {
                self.cloud.delete(&received[0]).await;
            }
            handled += 1;
        }
    }

    /// The report of a run.
    pub(crate) async fn report(&self, run: &str) -> Report {
        let bytes = self.cloud.object(&format!("warm/{run}/report.json")).await;
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Names of a run's objects that begin so.
    pub(crate) async fn objects(&self, run: &str, begin: &str) -> Vec<String> {
        let begin = format!("warm/{run}/{begin}");
        let mut objects = self.cloud.objects().await;
        objects.retain(|key| key.starts_with(&begin));
        objects
    }
}

/// Messages as Lambda hands them over.
pub(crate) fn records(messages: &[Message]) -> Value {
    let record = |message: &Message| {
        json!({
            "messageId": message.message_id(),
            "body": message.body(),
            "eventSource": "aws:sqs",
            "attributes": message.attributes().into_iter().flatten()
                .map(|(name, value)| (name.as_str().to_owned(), value))
                .collect::<BTreeMap<_, _>>(),
        })
    };
    json!({ "Records": messages.iter().map(record).collect::<Vec<_>>() })
}
