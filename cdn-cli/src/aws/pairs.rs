//! The data of viewer functions: pairs of a `KeyValueStore`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_cloudfrontkeyvaluestore::Client;
use aws_sdk_cloudfrontkeyvaluestore::config;
use aws_sdk_cloudfrontkeyvaluestore::config::endpoint::{
    Endpoint, EndpointFuture, Params, ResolveEndpoint,
};
use aws_sdk_cloudfrontkeyvaluestore::error::ProvideErrorMetadata as _;
use aws_sdk_cloudfrontkeyvaluestore::types::{DeleteKeyRequestListItem, PutKeyRequestListItem};
use aws_smithy_types::Document;
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
    is_elsewhere: bool,
}

impl PairStores {
    pub(super) fn new(cloudfront: aws_sdk_cloudfront::Client, config: &SdkConfig) -> Self {
        let mut data = config::Builder::from(config);
        if let Some(endpoint) = config.endpoint_url() {
            data = data.endpoint_resolver(Verbatim(endpoint.to_owned()));
        }
        let data = Client::from_conf(data.build());
        let is_elsewhere = config.endpoint_url().is_some();
        Self { cloudfront, data, turn: Arc::default(), is_elsewhere }
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
        if self.is_elsewhere && !self.has_data(&arn).await {
            tracing::warn!(
                store,
                "The data of the viewer function is not written: this endpoint has no API for it"
            );
            return Ok(());
        }
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

    /// All pairs of a store; `None` where there is no such store, or nobody to ask for its data.
    pub(crate) async fn read(
        &self,
        store: &str,
    ) -> anyhow::Result<Option<BTreeMap<String, String>>> {
        let Some(arn) = self.described(store).await? else { return Ok(None) };
        if self.is_elsewhere && !self.has_data(&arn).await {
            return Ok(None);
        }
        let mut pairs = BTreeMap::new();
        let mut pages = self.data.list_keys().kvs_arn(&arn).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told(&format!("reading the store {store}"), error))?;
            let items = page.items.unwrap_or_default().into_iter();
            pairs.extend(items.map(|item| (item.key, item.value)));
        }
        Ok(Some(pairs))
    }

    /// Whether there is an API for the data of stores: emulators have that for the stores alone.
    async fn has_data(&self, arn: &str) -> bool {
        let described = self.data.describe_key_value_store().kvs_arn(arn).send().await;
        described.map_or_else(|error| error.code() != Some("NotFoundException"), |_| true)
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
                Err(error) if attempt < ATTEMPTS && error.code() == Some("ConflictException") => {}
                Err(error) => return Err(told(&doing, error)),
            }
        }
        Ok(())
    }

    /// The ARN of a store. The stack has made it; where somebody took it away since, or the stack
    /// was made by an emulator that knows the store's own API alone, it is made here.
    async fn arn(&self, store: &str) -> anyhow::Result<String> {
        if let Some(arn) = self.described(store).await? {
            return Ok(arn);
        }
        let made = self.cloudfront.create_key_value_store().name(store).send().await;
        if let Err(error) = made
            // The answer to an earlier attempt was lost.
            && error.code() != Some("EntityAlreadyExists")
        {
            return Err(told(&format!("making the store {store}"), error));
        }
        let made = self.described(store).await?;
        made.ok_or_else(|| anyhow::anyhow!("the store {store} is not there, though it was made"))
    }

    /// The ARN of a store; `None` where there is none of that name.
    async fn described(&self, store: &str) -> anyhow::Result<Option<String>> {
        match self.cloudfront.describe_key_value_store().name(store).send().await {
            Ok(described) => Ok(described.key_value_store.map(|store| store.arn)),
            Err(error) if error.code() == Some("EntityNotFound") => Ok(None),
            Err(error) => Err(told(&format!("looking for the store {store}"), error)),
        }
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

/// Another address than AWS's own, as it is. The SDK would put the account's number in front of its
/// host, as AWS's own address of the API has it.
#[derive(Debug)]
struct Verbatim(String);

impl ResolveEndpoint for Verbatim {
    fn resolve_endpoint(&self, _: &Params) -> EndpointFuture<'_> {
        // What the service's own rules say of its signatures: they are good in every region.
        let scheme = [
            ("name", Document::from("sigv4a")),
            ("signingName", Document::from("cloudfront-keyvaluestore")),
            ("signingRegionSet", Document::from(vec![Document::from("*")])),
        ];
        let scheme = scheme.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let endpoint = Endpoint::builder()
            .url(self.0.clone())
            .property("authSchemes", vec![Document::Object(scheme)])
            .build();
        EndpointFuture::ready(Ok(endpoint))
    }
}

/// `None` for an empty list, which the API does not take.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
