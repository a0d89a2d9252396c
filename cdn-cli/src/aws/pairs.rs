//! The data of viewer functions: pairs of a `KeyValueStore`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_sdk_cloudfrontkeyvaluestore::Client;
use aws_sdk_cloudfrontkeyvaluestore::error::ProvideErrorMetadata as _;
use aws_sdk_cloudfrontkeyvaluestore::types::{DeleteKeyRequestListItem, PutKeyRequestListItem};
use tokio::sync::Mutex;

use super::told;

/// Keys of one call:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
const AT_ONCE: usize = 50;
/// Attempts to write before somebody is told; others may write at the same time.
const ATTEMPTS: u32 = 20;

/// The stores of an account.
#[derive(Clone, Debug)]
pub(crate) struct PairStores {
    cloudfront: aws_sdk_cloudfront::Client,
    data: Client,
    /// A store takes one write after the other.
    turn: Arc<Mutex<()>>,
}

impl PairStores {
    pub(super) fn new(cloudfront: aws_sdk_cloudfront::Client, data: Client) -> Self {
        Self { cloudfront, data, turn: Arc::default() }
    }

    /// Puts pairs into a store and takes keys out of it; what was not named stays.
    pub(crate) async fn write(
        &self,
        store: &str,
        put: &BTreeMap<String, String>,
        take: &BTreeSet<String>,
    ) -> anyhow::Result<()> {
        if put.is_empty() && take.is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        let arn = self.arn(store).await?;
        let puts: Vec<_> = put.iter().collect();
        for part in puts.chunks(AT_ONCE) {
            self.call(store, &arn, part, &[]).await?;
        }
        let takes: Vec<_> = take.iter().collect();
        for part in takes.chunks(AT_ONCE) {
            self.call(store, &arn, &[], part).await?;
        }
        Ok(())
    }

    /// One write, against the state that the store has now.
    async fn call(
        &self,
        store: &str,
        arn: &str,
        put: &[(&String, &String)],
        take: &[&String],
    ) -> anyhow::Result<()> {
        let doing = format!("writing to the store {store}");
        for attempt in 1.. {
            let described = self.data.describe_key_value_store().kvs_arn(arn).send().await;
            let described = described.map_err(|error| told(&doing, error))?;
            let call = self
                .data
                .update_keys()
                .kvs_arn(arn)
                .if_match(described.e_tag)
                .set_puts(some(puts(put)?))
                .set_deletes(some(deletes(take)?));
            match call.send().await {
                Ok(_) => break,
                Err(error)
                    if attempt < ATTEMPTS && error.code() == Some("ConflictException") => {}
                Err(error) => return Err(told(&doing, error)),
            }
        }
        Ok(())
    }

    /// The ARN of a store. The stack has made it; where somebody took it away since, or the stack
    /// was made by an emulator that knows the store's own API alone, it is made here.
    async fn arn(&self, store: &str) -> anyhow::Result<String> {
        let doing = format!("looking for the store {store}");
        let found = self.cloudfront.describe_key_value_store().name(store).send().await;
        let described = match found {
            Ok(described) => described.key_value_store,
            Err(error) if error.code() == Some("EntityNotFound") => {
                let made = self.cloudfront.create_key_value_store().name(store).send().await;
                made.map_err(|error| told(&format!("making the store {store}"), error))?
                    .key_value_store
            }
            Err(error) => return Err(told(&doing, error)),
        };
        let store = described.ok_or_else(|| anyhow::anyhow!("{doing}: no answer"))?;
        Ok(store.arn)
    }
}

fn puts(pairs: &[(&String, &String)]) -> anyhow::Result<Vec<PutKeyRequestListItem>> {
    let item = |(key, value): &(&String, &String)| {
        PutKeyRequestListItem::builder().key(key.as_str()).value(value.as_str()).build()
    };
    Ok(pairs.iter().map(item).collect::<Result<_, _>>()?)
}

fn deletes(keys: &[&String]) -> anyhow::Result<Vec<DeleteKeyRequestListItem>> {
    let item = |key: &&String| DeleteKeyRequestListItem::builder().key(key.as_str()).build();
    Ok(keys.iter().map(item).collect::<Result<_, _>>()?)
}

/// `None` for an empty list, which the API does not take.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
