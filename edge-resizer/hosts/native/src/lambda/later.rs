//! Variants that take long to make, asked for now and made later.
//!
//! A queue, rather than an asynchronous invocation of the function by itself: the queue's trigger
//! bounds how many instances make AVIFs at a time, so that they never take the function's
//! concurrency from those who wait for an answer; and a FIFO queue takes a message once in five
//! minutes whichever instance sends it, so that a thousand requests ask once.

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use lru::LruCache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::variants::told;
use crate::served::MadeFrom;

/// A variant that is to be made, as it is in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Its path and query behind the viewer function.
    pub(crate) path: String,
}

/// The queue of variants to be made.
#[derive(Debug)]
pub(crate) struct Later {
    client: Client,
    queue_url: String,
    is_fifo: bool,
    /// What this instance asked for, and when.
    asked: Mutex<LruCache<String, Instant>>,
}

/// How many orders an instance remembers.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("is not 0");

/// For how long an order is not given again: as long as a FIFO queue drops a second one,
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html>.
const ONCE_IN: Duration = Duration::from_mins(5);

impl Later {
    pub(crate) fn new(queue_url: &str, common: &SdkConfig) -> Self {
        Self {
            client: Client::new(common),
            queue_url: queue_url.to_owned(),
            is_fifo: queue_url.rsplit_once('.').is_some_and(|(_, ending)| ending == "fifo"),
            asked: Mutex::new(LruCache::new(REMEMBERED)),
        }
    }

    /// Asks for a variant of this version of an original, unless that was done shortly before.
    ///
    /// # Errors
    /// What SQS says.
    pub(crate) async fn ask(&self, order: &Order, original: &MadeFrom) -> anyhow::Result<()> {
        let id = identity(order, original);
        if !self.begin(&id) {
            return Ok(());
        }
        let sent = self.send(order, &id).await;
        if sent.is_err() {
            self.lock().pop(&id);
        }
        sent
    }

    async fn send(&self, order: &Order, id: &str) -> anyhow::Result<()> {
        let body = serde_json::to_string(order)?;
        let mut message = self.client.send_message().queue_url(&self.queue_url).message_body(body);
        if self.is_fifo {
            // Orders are independent of each other: each is a group of its own.
            message = message.message_deduplication_id(id).message_group_id(id);
        }
        Box::pin(message.send()).await.map_err(|error| told("asking for an AVIF", &error))?;
        Ok(())
    }

    /// Notes an order; `false` where it was given shortly before.
    fn begin(&self, id: &str) -> bool {
        let now = Instant::now();
        let mut asked = self.lock();
        let recent = asked.get(id).is_some_and(|then| now.duration_since(*then) < ONCE_IN);
        if !recent {
            asked.put(id.to_owned(), now);
        }
        !recent
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<String, Instant>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells orders apart: an original that was replaced makes a new one of each.
fn identity(order: &Order, original: &MadeFrom) -> String {
    let version = original.version.as_deref().unwrap_or_default();
    let digest = Sha256::digest(format!("{}\n{version}", order.path));
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
