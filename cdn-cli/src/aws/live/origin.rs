//! Origins and their groups, in the words of CloudFormation.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of every type's method would bury what is mapped to what"
)]

use aws_sdk_cloudfront::types::{
    CustomHeaders, CustomOriginConfig, Origin, OriginGroup, OriginGroups, Origins, S3OriginConfig,
    VpcOriginConfig,
};
use serde_json::{Value, json};

/// Origins.
pub(super) fn origins(origins: &Origins) -> Value {
    origins.items().iter().map(origin).collect()
}

/// Groups of origins, which kept the API's form in CloudFormation.
pub(super) fn groups(groups: &OriginGroups) -> Value {
    counted(&groups.items().iter().map(group).collect::<Vec<_>>())
}

fn origin(origin: &Origin) -> Value {
    json!({
        "Id": origin.id,
        "DomainName": origin.domain_name,
        "OriginPath": origin.origin_path,
        "ConnectionAttempts": origin.connection_attempts,
        "ConnectionTimeout": origin.connection_timeout,
        "ResponseCompletionTimeout": origin.response_completion_timeout,
        "OriginAccessControlId": origin.origin_access_control_id,
        "OriginCustomHeaders": origin.custom_headers().map(headers),
        "OriginShield": origin.origin_shield().map(|shield| json!({
            "Enabled": shield.enabled,
            "OriginShieldRegion": shield.origin_shield_region,
        })),
        "S3OriginConfig": origin.s3_origin_config().map(bucket),
        "CustomOriginConfig": origin.custom_origin_config().map(server),
        "VpcOriginConfig": origin.vpc_origin_config().map(vpc),
    })
}

fn headers(headers: &CustomHeaders) -> Value {
    let one = |header: &aws_sdk_cloudfront::types::OriginCustomHeader| json!({ "HeaderName": header.header_name, "HeaderValue": header.header_value });
    headers.items().iter().map(one).collect()
}

fn bucket(bucket: &S3OriginConfig) -> Value {
    json!({
        "OriginAccessIdentity": bucket.origin_access_identity,
        "OriginReadTimeout": bucket.origin_read_timeout,
    })
}

fn server(server: &CustomOriginConfig) -> Value {
    let protocols = server.origin_ssl_protocols().map(|protocols| {
        protocols.items().iter().map(|protocol| protocol.as_str()).collect::<Vec<_>>()
    });
    json!({
        "HTTPPort": server.http_port,
        "HTTPSPort": server.https_port,
        "IpAddressType": server.ip_address_type().map(|kind| kind.as_str()),
        "OriginKeepaliveTimeout": server.origin_keepalive_timeout,
        "OriginProtocolPolicy": server.origin_protocol_policy.as_str(),
        "OriginReadTimeout": server.origin_read_timeout,
        "OriginSSLProtocols": protocols,
    })
}

fn vpc(vpc: &VpcOriginConfig) -> Value {
    json!({
        "VpcOriginId": vpc.vpc_origin_id,
        "OwnerAccountId": vpc.owner_account_id,
        "OriginKeepaliveTimeout": vpc.origin_keepalive_timeout,
        "OriginReadTimeout": vpc.origin_read_timeout,
    })
}

fn group(group: &OriginGroup) -> Value {
    let codes = group.failover_criteria().and_then(|criteria| criteria.status_codes());
    let codes = codes.map(|codes| codes.items()).unwrap_or_default();
    let members = group.members().map(|members| members.items()).unwrap_or_default();
    let codes: Vec<Value> = codes.iter().copied().map(Value::from).collect();
    let member = |member: &aws_sdk_cloudfront::types::OriginGroupMember| json!({ "OriginId": member.origin_id });
    json!({
        "Id": group.id,
        "FailoverCriteria": { "StatusCodes": counted(&codes) },
        "Members": counted(&members.iter().map(member).collect::<Vec<_>>()),
        "SelectionCriteria": group.selection_criteria().map(|criteria| criteria.as_str()),
    })
}

fn counted(items: &[Value]) -> Value {
    json!({ "Quantity": items.len(), "Items": items })
}
