//! Records of zones that Cloudflare answers for
//! (<https://developers.cloudflare.com/api/resources/dns/subresources/records/>).

use std::collections::BTreeMap;
use std::env;

use anyhow::Context as _;
use fleet::delivery::DnsHost;
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Client, token};
use crate::aws::HostedZone;
use crate::cutover::records::{RecordSet, normal};
use crate::cutover::shift::Batch;
use crate::hints::Hinted;

/// Where another address of the API is, as Cloudflare's own clients read it.
const ADDRESS: &str = "CLOUDFLARE_BASE_URL";
const API: &str = "https://api.cloudflare.com/client/v4";
/// The lifetime that is left to Cloudflare: 300 seconds.
const AUTOMATIC: u32 = 1;

/// The records of zones, read and written.
pub(crate) struct Records {
    client: Client,
}

/// A record as the API tells it.
#[derive(Deserialize)]
struct Record {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    content: String,
    #[serde(default)]
    ttl: u32,
    #[serde(default)]
    proxied: bool,
}

impl Records {
    /// By the token of the environment; none where there is no token.
    ///
    /// # Errors
    /// Where the address of the API is none.
    pub(crate) fn of_environment() -> anyhow::Result<Option<Self>> {
        let Some(token) = token() else { return Ok(None) };
        let address = env::var(ADDRESS).unwrap_or_else(|_| API.to_owned());
        let url = Url::parse(&address).with_context(|| format!("{ADDRESS} is {address}"))?;
        Ok(Some(Self { client: Client::new(&url, &token)? }))
    }

    /// The zone of that name, where the token may see it.
    pub(crate) async fn zone(&mut self, name: &str) -> anyhow::Result<Option<HostedZone>> {
        let found = self.client.list(&format!("zones?name={name}")).await?;
        let zone = found.iter().find(|zone| zone["name"].as_str() == Some(name));
        Ok(zone.and_then(|zone| zone["id"].as_str()).map(|id| HostedZone {
            id: id.to_owned(),
            name: name.to_owned(),
            host: DnsHost::Cloudflare,
        }))
    }

    /// All records of a zone, those of one name and type together.
    pub(crate) async fn all(&mut self, zone: &str) -> anyhow::Result<Vec<RecordSet>> {
        let mut sets: BTreeMap<(String, String, Option<u32>, bool), Vec<String>> = BTreeMap::new();
        for record in self.read(zone).await? {
            let ttl = Some(record.ttl).filter(|ttl| *ttl != AUTOMATIC);
            let key = (normal(&record.name), record.kind, ttl, record.proxied);
            sets.entry(key).or_default().push(record.content);
        }
        let sets = sets.into_iter().map(|((name, kind, ttl, is_proxied), mut values)| {
            values.sort();
            RecordSet { ttl, is_proxied, ..RecordSet::plain(&name, &kind, 0, values) }
        });
        Ok(sets.collect())
    }

    async fn read(&mut self, zone: &str) -> anyhow::Result<Vec<Record>> {
        let found = self.client.list(&format!("zones/{zone}/dns_records?per_page=1000")).await?;
        let records = found.into_iter().map(serde_json::from_value);
        records.collect::<Result<_, _>>().with_context(|| format!("reading the zone {zone}"))
    }

    /// Changes records, all of them or none.
    pub(crate) async fn change(&mut self, zone: &str, batch: &Batch) -> anyhow::Result<()> {
        let there = self.read(zone).await?;
        let mut deletes = Vec::new();
        for set in &batch.delete {
            for value in &set.values {
                let id = there.iter().find(|it| is(it, set, value)).map(|it| it.id.as_str());
                deletes.push(json!({ "id": id.ok_or_else(|| stale(set))? }));
            }
        }
        let posts: Vec<Value> = batch.create.iter().flat_map(posts).collect();
        let body = json!({ "deletes": deletes, "posts": posts });
        self.client.post(&format!("zones/{zone}/dns_records/batch"), &body).await
    }
}

/// Whether a record is one of a set's.
fn is(record: &Record, set: &RecordSet, value: &str) -> bool {
    normal(&record.name) == set.name
        && record.kind == set.kind
        && record.content == *value
        && record.proxied == set.is_proxied
}

/// The records of a set, as they are written.
fn posts(set: &RecordSet) -> Vec<Value> {
    let post = |value: &String| {
        json!({ "name": set.name, "type": set.kind, "content": value,
            "ttl": set.ttl.unwrap_or(AUTOMATIC), "proxied": set.is_proxied, "comment": "cdn-cli" })
    };
    set.values.iter().map(post).collect()
}

fn stale(set: &RecordSet) -> anyhow::Error {
    Hinted::error(
        format!("{} {set} is no longer there", set.name),
        "somebody has changed the zone meanwhile: run the same command again",
    )
}
