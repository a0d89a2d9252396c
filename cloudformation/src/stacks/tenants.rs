//! Sites that share a distribution: they differ in domains, certificate, web ACL, countries and
//! origins alone.
//!
//! What else a site says is the distribution's, so sites that say the same have the same one; each
//! wave has its own, or else a change would come to all of them at once.

use fleet::delivery::{Delivery, Geo, Waf};
use fleet::{Settings, Site};

use super::{alarms, certificate, distribution, dns, logs, site, waf};
use crate::error::SiteProblem;
use crate::name;
use crate::resources::Text;
use crate::resources::distribution::{
    Definition, Distribution, DistributionConfig, ParameterDefinition, StringSchema, TenantConfig,
    ViewerCertificate,
};
use crate::resources::origin::Origin;
use crate::resources::tenant::{
    ConnectionGroup, Customizations, DistributionTenant, Parameter, TenantCertificate, TenantWebAcl,
};
use crate::shared::SharedObjects;
use crate::stack::SharedKind;
use crate::template::{Draft, Template};

/// Parameters that a tenant may have:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
const PARAMETERS: usize = 5;

/// The stack of the endpoint that tenants have, by whether it speaks IPv6.
pub(crate) fn connection_stack(settings: &Settings, ipv6: bool) -> String {
    let family = if ipv6 { "ipv6" } else { "ipv4" };
    format!("{}-{}-{family}", settings.name, SharedKind::ConnectionGroup.label())
}

/// The endpoint.
pub(crate) fn connection_group(ipv6: bool) -> Template {
    let mut draft = Draft::new("The endpoint of tenants");
    let group = ConnectionGroup { name: Text::STACK_NAME, enabled: true, ipv6_enabled: ipv6 };
    draft.resource("ConnectionGroup", &group);
    draft.export("Id", "id", &Text::Attribute("ConnectionGroup", "Id"));
    let endpoint = Text::Attribute("ConnectionGroup", "RoutingEndpoint");
    draft.export("RoutingEndpoint", "endpoint", &endpoint);
    draft.finish()
}

/// A site that shares its distribution; that one is added to `objects`.
pub(crate) fn tenant(
    site: &Site,
    settings: &Settings,
    objects: &mut SharedObjects,
) -> Result<Template, Vec<SiteProblem>> {
    let mut draft = Draft::new(format!("Site {}, a tenant", site.name));
    let certificate = certificate::arn(site, &mut draft).ok_or_else(|| {
        vec![SiteProblem {
            site: site.name.clone(),
            what: "a tenant has domains and a certificate, and one of the two is missing"
                .to_owned(),
            hint: "say domains and certificate = \"request\", or mode = \"standard\"".to_owned(),
        }]
    })?;
    let (distribution, parameters) = shared_distribution(site, settings, objects)?;
    let web_acl = waf::web_acl(&site.delivery.waf, objects);
    let connection = connection_stack(settings, site.delivery.ipv6);
    draft.resource(
        "Tenant",
        &DistributionTenant {
            name: Text::STACK_NAME,
            enabled: site.delivery.enabled,
            distribution_id: Text::Shared(distribution, "id"),
            connection_group_id: Text::Import(format!("{connection}:id")),
            domains: site.domains.clone(),
            parameters,
            customizations: Customizations {
                certificate: Some(TenantCertificate { arn: certificate }),
                web_acl: web_acl.map(|arn| TenantWebAcl { action: "override", arn }),
                geo_restrictions: distribution::geo(&site.delivery.geo),
            },
        },
    );
    dns::add(site, &Text::Import(format!("{connection}:endpoint")), &mut draft);
    draft.output("TenantId", &Text::Attribute("Tenant", "Id"));
    site::add_bucket_statements(site, "*", &mut draft);
    Ok(draft.finish())
}

/// Adds the distribution, and gives its name and the values that the tenant has for its parameters.
fn shared_distribution(
    site: &Site,
    settings: &Settings,
    objects: &mut SharedObjects,
) -> Result<(String, Vec<Parameter>), Vec<SiteProblem>> {
    let alike = Site {
        delivery: Delivery {
            enabled: true,
            waf: Waf { enabled: false, ..Waf::default() },
            geo: Geo::default(),
            ..site.delivery.clone()
        },
        ..site.clone()
    };
    let wave = site.delivery.wave;
    let mut config = distribution::config(&alike, settings, objects)?;
    let (definitions, values) = with_parameters(&mut config.origins);
    let distribution_config = DistributionConfig {
        comment: format!("Tenants of wave {wave}"),
        connection_mode: Some("tenant-only"),
        tenant_config: Some(TenantConfig { parameter_definitions: definitions }),
        // The endpoint's and the account's, not the distribution's.
        ipv6_enabled: None,
        price_class: None,
        viewer_certificate: Some(ViewerCertificate {
            minimum_protocol_version: Some(distribution::tls_name(site.delivery.tls).to_owned()),
            ..distribution::viewer_certificate(None, site.delivery.tls)
        }),
        ..config
    };
    let mut draft = Draft::new(format!("The distribution of tenants of wave {wave}"));
    draft.resource("Distribution", &Distribution { distribution_config });
    logs::add(
        &site.delivery.logs,
        settings,
        Text::STACK_NAME,
        "tenants/{DistributionId}",
        &mut draft,
    );
    alarms::add(&site.delivery.alarms, &format!("Tenants of wave {wave}"), &mut draft);
    site::add_parameters(site.delivery.image_shape, settings, &mut draft);
    draft.export("Id", "id", &Text::Ref("Distribution"));
    let kind = SharedKind::TenantDistribution;
    let object = objects.add(kind, &format!("w{wave}"), draft.finish());
    Ok((object, values))
}

/// Makes parameters of what tells the origins of tenants apart, hosts and paths, as many as there may
/// be; what is left is as it is, and sites that differ in it do not share.
fn with_parameters(origins: &mut [Origin]) -> (Vec<ParameterDefinition>, Vec<Parameter>) {
    let mut definitions = Vec::new();
    let mut values = Vec::new();
    let mut parameter = |name: String, value: String, comment: &str| {
        definitions.push(ParameterDefinition {
            name: name.clone(),
            definition: Definition {
                string_schema: StringSchema { required: true, comment: comment.to_owned() },
            },
        });
        values.push(Parameter { name, value: value.into() });
        definitions.len() == PARAMETERS
    };
    for origin in origins.iter_mut().filter(|origin| origin.vpc_origin_config.is_none()) {
        let Text::Literal(host) = &origin.domain_name else { continue };
        let label = name::logical(&origin.id);
        let name = format!("{label}Host");
        let is_last = parameter(name.clone(), host.clone(), "Host of the origin");
        origin.domain_name = format!("{{{{{name}}}}}").into();
        if is_last {
            break;
        }
        let Some(path) = &origin.origin_path else { continue };
        let name = format!("{label}Path");
        let is_last = parameter(name.clone(), path.trim_start_matches('/').to_owned(), "Its path");
        origin.origin_path = Some(format!("/{{{{{name}}}}}"));
        if is_last {
            break;
        }
    }
    (definitions, values)
}
