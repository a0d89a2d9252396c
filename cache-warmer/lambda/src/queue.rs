//! The queue of slices.

use anyhow::Context as _;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde::{Deserialize, Serialize};

/// A message: a slice of a run that is to be warmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Work {
    /// The run.
    pub(crate) run: String,
    /// The slice's number, from 0 on.
    pub(crate) slice: u64,
    /// How often it was gone on with.
    pub(crate) part: u32,
}

/// Messages that SQS takes at once.
const AT_ONCE: usize = 10;
/// How often what SQS could not take of some is sent again.
const ATTEMPTS: usize = 3;

/// A queue.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    client: Client,
    url: String,
}

impl Queue {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends messages. After an error some may be sent: whoever receives one twice does it once.
    pub(crate) async fn send(&self, slices: &[Work]) -> anyhow::Result<()> {
        for batch in slices.chunks(AT_ONCE) {
            let mut open: Vec<&Work> = batch.iter().collect();
            for attempt in 1.. {
                open = self.try_send(&open).await?;
                if open.is_empty() {
                    break;
                }
                anyhow::ensure!(attempt < ATTEMPTS, "SQS does not take {} messages", open.len());
            }
        }
        Ok(())
    }

    /// Sends a batch; those that were not taken.
    async fn try_send<'s>(&self, slices: &[&'s Work]) -> anyhow::Result<Vec<&'s Work>> {
        let mut entries = Vec::with_capacity(slices.len());
        for (number, slice) in slices.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string());
            entries.push(entry.message_body(serde_json::to_string(slice)?).build()?);
        }
        let send = self.client.send_message_batch().queue_url(&self.url);
        let sent = send.set_entries(Some(entries)).send().await;
        let sent = sent.context("sending slices to the queue")?;
        let failed = sent.failed().iter().filter_map(|entry| entry.id().parse::<usize>().ok());
        Ok(failed.filter_map(|number| slices.get(number).copied()).collect())
    }
}
