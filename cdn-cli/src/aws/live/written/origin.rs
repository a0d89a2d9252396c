//! Origins of a template as the SDK's types.

use aws_sdk_cloudfront::types::{
    CustomHeaders, CustomOriginConfig, Origin, OriginCustomHeader, OriginGroup,
    OriginGroupFailoverCriteria, OriginGroupMember, OriginGroupMembers, OriginGroups,
    OriginProtocolPolicy, OriginShield, OriginSslProtocols, Origins, S3OriginConfig, SslProtocol,
    StatusCodes, VpcOriginConfig,
};
use serde_json::Value;

use super::fields::{counted, flag, items, number, quantity, text, texts};

pub(super) fn origins(value: &Value) -> anyhow::Result<Origins> {
    let all = items(value).iter().map(origin).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Origins::builder().quantity(quantity(all.len())?).set_items(Some(all)).build()?)
}

pub(super) fn groups(value: &Value) -> anyhow::Result<OriginGroups> {
    let all = counted(Some(value)).iter().map(group).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(OriginGroups::builder().quantity(quantity(all.len())?).set_items(Some(all)).build()?)
}

fn origin(value: &Value) -> anyhow::Result<Origin> {
    let part = |key: &str| value.get(key);
    Ok(Origin::builder()
        .set_id(text(value, "Id"))
        .set_domain_name(text(value, "DomainName"))
        .origin_path(text(value, "OriginPath").unwrap_or_default())
        .set_connection_attempts(number(value, "ConnectionAttempts"))
        .set_connection_timeout(number(value, "ConnectionTimeout"))
        .set_response_completion_timeout(number(value, "ResponseCompletionTimeout"))
        .origin_access_control_id(text(value, "OriginAccessControlId").unwrap_or_default())
        .custom_headers(headers(part("OriginCustomHeaders"))?)
        .set_origin_shield(part("OriginShield").map(shield).transpose()?)
        .set_s3_origin_config(part("S3OriginConfig").map(bucket))
        .set_custom_origin_config(part("CustomOriginConfig").map(server).transpose()?)
        .set_vpc_origin_config(part("VpcOriginConfig").map(vpc).transpose()?)
        .build()?)
}

fn headers(value: Option<&Value>) -> anyhow::Result<CustomHeaders> {
    let one = |header: &Value| {
        OriginCustomHeader::builder()
            .set_header_name(text(header, "HeaderName"))
            .set_header_value(text(header, "HeaderValue"))
            .build()
    };
    let list = value.map(items).unwrap_or_default();
    let all = list.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(CustomHeaders::builder().quantity(quantity(all.len())?).set_items(Some(all)).build()?)
}

fn shield(value: &Value) -> anyhow::Result<OriginShield> {
    Ok(OriginShield::builder()
        .enabled(flag(value, "Enabled").unwrap_or_default())
        .set_origin_shield_region(text(value, "OriginShieldRegion"))
        .build()?)
}

fn bucket(value: &Value) -> S3OriginConfig {
    S3OriginConfig::builder()
        .origin_access_identity(text(value, "OriginAccessIdentity").unwrap_or_default())
        .set_origin_read_timeout(number(value, "OriginReadTimeout"))
        .build()
}

/// The ports are 80 and 443 where a template says nothing.
fn server(value: &Value) -> anyhow::Result<CustomOriginConfig> {
    let protocols = value.get("OriginSSLProtocols").map(texts).unwrap_or_default();
    let protocols: Vec<SslProtocol> =
        protocols.iter().map(|name| SslProtocol::from(name.as_str())).collect();
    let tls = OriginSslProtocols::builder().quantity(quantity(protocols.len())?);
    let policy = text(value, "OriginProtocolPolicy");
    Ok(CustomOriginConfig::builder()
        .http_port(number(value, "HTTPPort").unwrap_or(80))
        .https_port(number(value, "HTTPSPort").unwrap_or(443))
        .set_origin_protocol_policy(policy.as_deref().map(OriginProtocolPolicy::from))
        .origin_ssl_protocols(tls.set_items(Some(protocols)).build()?)
        .set_origin_read_timeout(number(value, "OriginReadTimeout"))
        .set_origin_keepalive_timeout(number(value, "OriginKeepaliveTimeout"))
        .build()?)
}

fn vpc(value: &Value) -> anyhow::Result<VpcOriginConfig> {
    Ok(VpcOriginConfig::builder()
        .set_vpc_origin_id(text(value, "VpcOriginId"))
        .set_owner_account_id(text(value, "OwnerAccountId"))
        .set_origin_read_timeout(number(value, "OriginReadTimeout"))
        .set_origin_keepalive_timeout(number(value, "OriginKeepaliveTimeout"))
        .build()?)
}

fn group(value: &Value) -> anyhow::Result<OriginGroup> {
    let codes = counted(value.pointer("/FailoverCriteria/StatusCodes"));
    let codes: Vec<i32> =
        codes.iter().filter_map(Value::as_i64).filter_map(|code| code.try_into().ok()).collect();
    let codes = StatusCodes::builder().quantity(quantity(codes.len())?).set_items(Some(codes));
    let member = |member: &Value| {
        OriginGroupMember::builder().set_origin_id(text(member, "OriginId")).build()
    };
    let members = counted(value.get("Members")).iter().map(member);
    let members = members.collect::<Result<Vec<_>, _>>()?;
    let members =
        OriginGroupMembers::builder().quantity(quantity(members.len())?).set_items(Some(members));
    let criteria = OriginGroupFailoverCriteria::builder().status_codes(codes.build()?).build();
    Ok(OriginGroup::builder()
        .set_id(text(value, "Id"))
        .failover_criteria(criteria)
        .members(members.build()?)
        .build()?)
}
