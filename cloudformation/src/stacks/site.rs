//! The stack of a site: its distribution, and all that is its alone.

use fleet::delivery::{ImageShape, Place};
use fleet::{Origin, Settings, Site};
use serde_json::json;

use super::{alarms, certificate, distribution, dns, edge_function, image_function, logs};
use crate::error::SiteProblem;
use crate::name;
use crate::resources::Text;
use crate::resources::distribution::{Distribution, DistributionConfig};
use crate::shared::SharedObjects;
use crate::stack::CLOUDFRONT_REGION;
use crate::template::{Draft, Template};

/// A site with a distribution of its own.
pub(crate) fn standard(
    site: &Site,
    settings: &Settings,
    objects: &mut SharedObjects,
) -> Result<Template, Vec<SiteProblem>> {
    let config = distribution::config(site, settings, objects)?;
    let mut draft = Draft::new(format!("Site {}", site.name));
    let certificate = certificate::arn(site, &mut draft);
    let has_certificate = certificate.is_some();
    let distribution_config = DistributionConfig {
        // CloudFront takes no name that no certificate vouches for.
        aliases: if has_certificate { site.domains.clone() } else { Vec::new() },
        viewer_certificate: Some(distribution::viewer_certificate(certificate, site.delivery.tls)),
        ..config
    };
    draft.resource("Distribution", &Distribution { distribution_config });
    if has_certificate {
        dns::add(site, &Text::Attribute("Distribution", "DomainName"), &mut draft);
    }
    let source = logs::source_name(settings, &site.name);
    logs::add(&site.delivery.logs, settings, source, &site.name, &mut draft);
    alarms::add(&site.delivery.alarms, &site.name, &mut draft);
    add_parameters(site.delivery.image_shape, settings, &mut draft);
    draft.output("DistributionId", &Text::Ref("Distribution"));
    draft.output("DomainName", &Text::Attribute("Distribution", "DomainName"));
    add_bucket_statements(site, "${Distribution}", &mut draft);
    Ok(draft.finish())
}

/// Adds what a distribution cannot import.
pub(crate) fn add_parameters(shape: ImageShape, settings: &Settings, draft: &mut Draft) {
    match shape {
        ImageShape::FunctionUrl if settings.region != CLOUDFRONT_REGION => {
            draft.parameter(image_function::HOST_PARAMETER, "The host of the image function's URL");
        }
        ImageShape::LambdaEdge => {
            draft.parameter(edge_function::PARAMETER, "The version of the image function");
        }
        ImageShape::FunctionUrl | ImageShape::Off => {}
    }
}

/// Tells what the policy of each bucket has to say, since a bucket that was there before is nobody's
/// to overwrite the policy of. `distribution` is an id, or `*`.
pub(crate) fn add_bucket_statements(site: &Site, distribution: &str, draft: &mut Draft) {
    for (origin, delivery) in &site.delivery.origins {
        let Place::Public(Origin::S3 { bucket, prefix, endpoint: None, .. }) = &delivery.place
        else {
            continue;
        };
        let prefix = prefix.trim_matches('/');
        let slash = if prefix.is_empty() { "" } else { "/" };
        let source = format!(
            "arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/{distribution}"
        );
        let statement = json!({
            "Effect": "Allow",
            "Principal": { "Service": "cloudfront.amazonaws.com" },
            "Action": "s3:GetObject",
            "Resource": format!("arn:${{AWS::Partition}}:s3:::{bucket}/{prefix}{slash}*"),
            "Condition": { "ArnLike": { "aws:SourceArn": source } },
        });
        let output = format!("BucketStatement{}", name::logical(origin));
        draft.output(&output, &Text::filled(statement.to_string()));
    }
}
