//! Hosted zones of Route 53.

use aws_sdk_route53::Client;
use aws_sdk_route53::operation::change_resource_record_sets::ChangeResourceRecordSetsError;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecord,
    ResourceRecordSet, RrType,
};

use fleet::delivery::DnsHost;
use serde::Serialize;

use super::told;
use crate::cutover::records::{Alias, RecordSet, Share, normal};
use crate::cutover::shift::Batch;
use crate::hints::Hinted;

/// Route 53.
#[derive(Clone, Debug)]
pub(crate) struct Zones {
    client: Client,
}

/// A hosted zone that the world sees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub(crate) struct HostedZone {
    /// Its id, without `/hostedzone/`.
    pub(crate) id: String,
    /// Its name, without the last dot.
    pub(crate) name: String,
    /// Who answers for it.
    pub(crate) host: DnsHost,
}

impl From<HostedZone> for String {
    fn from(zone: HostedZone) -> Self {
        zone.id
    }
}

impl Zones {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Every zone of the account that the world sees.
    pub(crate) async fn all(&self) -> anyhow::Result<Vec<HostedZone>> {
        let mut all = Vec::new();
        let mut pages = self.client.list_hosted_zones().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told("listing the hosted zones", error))?;
            let is_public = |zone: &aws_sdk_route53::types::HostedZone| {
                zone.config.as_ref().is_none_or(|config| !config.private_zone)
            };
            all.extend(page.hosted_zones.into_iter().filter(is_public).map(|zone| HostedZone {
                id: zone.id.trim_start_matches("/hostedzone/").to_owned(),
                name: normal(&zone.name),
                host: DnsHost::Route53,
            }));
        }
        Ok(all)
    }

    /// All records of a zone.
    pub(crate) async fn records(&self, zone: &str) -> anyhow::Result<Vec<RecordSet>> {
        let mut all = Vec::new();
        let mut request = self.client.list_resource_record_sets().hosted_zone_id(zone);
        loop {
            let page = request.send().await;
            let page = page.map_err(|error| told(&format!("reading the zone {zone}"), error))?;
            all.extend(page.resource_record_sets.into_iter().map(read));
            if !page.is_truncated {
                return Ok(all);
            }
            request = self
                .client
                .list_resource_record_sets()
                .hosted_zone_id(zone)
                .set_start_record_name(page.next_record_name)
                .set_start_record_type(page.next_record_type)
                .set_start_record_identifier(page.next_record_identifier);
        }
    }

    /// Changes records, all of them or none; the id of the change.
    pub(crate) async fn change(&self, zone: &str, batch: &Batch) -> anyhow::Result<String> {
        let doing = format!("changing the zone {zone}");
        let change = |action: &ChangeAction, record: &RecordSet| {
            Change::builder()
                .action(action.clone())
                .resource_record_set(written(record)?)
                .build()
                .map_err(anyhow::Error::from)
        };
        // In this order: what comes may not stand beside what goes.
        let goes = batch.delete.iter().map(|it| change(&ChangeAction::Delete, it));
        let comes = batch.create.iter().map(|it| change(&ChangeAction::Upsert, it));
        let changes = goes.chain(comes).collect::<anyhow::Result<Vec<_>>>()?;
        let batch = ChangeBatch::builder().comment("cdn-cli").set_changes(Some(changes)).build()?;
        let request = self.client.change_resource_record_sets().hosted_zone_id(zone);
        let sent = request.change_batch(batch).send().await.map_err(|error| {
            let refusal = error
                .as_service_error()
                .is_some_and(ChangeResourceRecordSetsError::is_invalid_change_batch);
            let error = told(&doing, error);
            if refusal { stale(&error) } else { error }
        })?;
        Ok(sent.change_info.map(|info| info.id).unwrap_or_default())
    }

    /// Whether all of Route 53's servers know of a change.
    pub(crate) async fn is_known(&self, change: &str) -> anyhow::Result<bool> {
        let answer = self.client.get_change().id(change).send().await;
        let answer = answer.map_err(|error| told("asking how far a change is", error))?;
        Ok(answer.change_info.is_some_and(|info| info.status == ChangeStatus::Insync))
    }
}

/// A batch that Route 53 refuses is, with what this command sends, one that meets other records
/// than were read.
fn stale(error: &anyhow::Error) -> anyhow::Error {
    Hinted::error(
        format!("{error:#}"),
        "somebody may have changed the zone meanwhile: run the same command again",
    )
}

fn read(record: ResourceRecordSet) -> RecordSet {
    let is_routed = record.failover.is_some()
        || record.geo_location.is_some()
        || record.geo_proximity_location.is_some()
        || record.region.is_some()
        || record.multi_value_answer.is_some()
        || record.cidr_routing_config.is_some()
        || record.health_check_id.is_some()
        || record.traffic_policy_instance_id.is_some();
    let share = record.set_identifier.zip(record.weight);
    RecordSet {
        name: normal(&record.name),
        kind: record.r#type.as_str().to_owned(),
        ttl: record.ttl.and_then(|ttl| u32::try_from(ttl).ok()),
        values: record.resource_records.into_iter().flatten().map(|it| it.value).collect(),
        alias: record.alias_target.map(|alias| Alias {
            zone: alias.hosted_zone_id,
            target: normal(&alias.dns_name),
            evaluate_health: alias.evaluate_target_health,
        }),
        share: share
            .map(|(id, weight)| Share { id, weight: u8::try_from(weight).unwrap_or(u8::MAX) }),
        is_routed,
        is_proxied: false,
    }
}

fn written(record: &RecordSet) -> anyhow::Result<ResourceRecordSet> {
    let values: Result<Vec<_>, _> =
        record.values.iter().map(|value| ResourceRecord::builder().value(value).build()).collect();
    let alias = record.alias.as_ref().map(|alias| {
        AliasTarget::builder()
            .hosted_zone_id(&alias.zone)
            .dns_name(&alias.target)
            .evaluate_target_health(alias.evaluate_health)
            .build()
    });
    let built = ResourceRecordSet::builder()
        .name(&record.name)
        .r#type(RrType::from(record.kind.as_str()))
        .set_ttl(record.ttl.map(i64::from))
        .set_resource_records(Some(values?).filter(|values| !values.is_empty()))
        .set_alias_target(alias.transpose()?)
        .set_set_identifier(record.share.as_ref().map(|share| share.id.clone()))
        .set_weight(record.share.as_ref().map(|share| i64::from(share.weight)))
        .build()?;
    Ok(built)
}
