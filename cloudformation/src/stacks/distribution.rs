//! The distribution of a site, or of tenants that are alike.

use fleet::delivery::{Geo, ImageShape, PriceClass, TlsMinimum};
use fleet::{Settings, Site};

use super::behaviors::{self, image_origins};
use super::origins::{self, Origins};
use super::{edge_function, image_function, waf};
use crate::error::SiteProblem;
use crate::resources::Text;
use crate::resources::distribution::{
    CacheTagConfig, CustomErrorResponse, DistributionConfig, GeoRestriction, Restrictions,
    ViewerCertificate,
};
use crate::shared::SharedObjects;
use crate::stack::CLOUDFRONT_REGION;

/// The header by which the image function tags what it makes: S3 gives metadata back as headers of
/// this form alone, and CloudFront looks for tags in one header of all origins.
pub(crate) const VARIANT_TAG_HEADER: &str = "x-amz-meta-cache-tag";

/// Seconds for a picture: 30 are what it may take, and it has to be fetched first.
const IMAGE_TIMEOUT: u32 = 45;

/// What is delivered and how, without names and certificate.
pub(crate) fn config(
    site: &Site,
    settings: &Settings,
    objects: &mut SharedObjects,
) -> Result<DistributionConfig, Vec<SiteProblem>> {
    let delivery = &site.delivery;
    let (list, wrong) = origins::all(&delivery.origins, &settings.region, objects);
    if !wrong.is_empty() {
        let of_site =
            |(name, problem): (String, origins::OriginProblem)| problem.of(&site.name, &name);
        return Err(wrong.into_iter().map(of_site).collect());
    }
    let is_default_a_bucket =
        list.iter().any(|origin| origin.id == "default" && origin.s3_origin_config.is_some());
    let mut origins = Origins { list, groups: Vec::new() };
    add_image_origins(delivery.image_shape, settings, &mut origins, objects);
    let mut behaviors = behaviors::all(site, &mut origins, objects)?;
    // `behaviors_in_order` ends with that of every path.
    let mut default_cache_behavior = behaviors.pop().ok_or_else(Vec::new)?;
    default_cache_behavior.path_pattern = None;
    Ok(DistributionConfig {
        enabled: delivery.enabled,
        comment: site.name.clone(),
        aliases: Vec::new(),
        connection_mode: None,
        tenant_config: None,
        default_root_object: is_default_a_bucket.then_some("index.html"),
        origins: origins.list,
        origin_groups: (!origins.groups.is_empty()).then(|| origins.groups.into()),
        cache_behaviors: behaviors,
        default_cache_behavior,
        custom_error_responses: errors(site),
        cache_tag_config: cache_tag(site),
        http_version: if delivery.http3 { "http2and3" } else { "http2" },
        ipv6_enabled: Some(delivery.ipv6),
        price_class: Some(price_class(delivery.price_class)),
        restrictions: geo(&delivery.geo).map(|geo_restriction| Restrictions { geo_restriction }),
        viewer_certificate: None,
        web_acl_id: waf::web_acl(&delivery.waf, objects),
    })
}

/// Where pictures come from, beside the site's own origins.
fn add_image_origins(
    shape: ImageShape,
    settings: &Settings,
    origins: &mut Origins,
    objects: &mut SharedObjects,
) {
    let region = settings.region.as_str();
    match shape {
        ImageShape::Off => {}
        ImageShape::FunctionUrl => {
            let variants = origins::in_region(image_origins::VARIANTS, region);
            let domain = image_function::variants_domain(settings);
            origins.list.push(origins::bucket(variants, domain, None, objects));
            let function = origins::in_region(image_origins::FUNCTION, region);
            let host = image_function::host(settings);
            origins.list.push(origins::lambda_url(function, host, IMAGE_TIMEOUT, objects));
        }
        ImageShape::LambdaEdge => {
            let spilled = origins::in_region(image_origins::SPILLED, CLOUDFRONT_REGION);
            let domain = edge_function::spilled_domain(settings);
            origins.list.push(origins::bucket(spilled, domain, None, objects));
        }
    }
}

/// The certificate, and the oldest TLS; CloudFront's own where there is none.
pub(crate) fn viewer_certificate(arn: Option<Text>, tls: TlsMinimum) -> ViewerCertificate {
    ViewerCertificate {
        cloud_front_default_certificate: arn.is_none().then_some(true),
        // Under CloudFront's own name CloudFront decides.
        minimum_protocol_version: arn.is_some().then(|| tls_name(tls).to_owned()),
        ssl_support_method: arn.is_some().then_some("sni-only"),
        acm_certificate_arn: arn,
    }
}

/// What the security policy is called by AWS.
pub(crate) fn tls_name(tls: TlsMinimum) -> &'static str {
    match tls {
        TlsMinimum::V1_2_2021 => "TLSv1.2_2021",
        TlsMinimum::V1_2_2025 => "TLSv1.2_2025",
        TlsMinimum::V1_3_2025 => "TLSv1.3_2025",
    }
}

/// Who is answered, where that is not everybody.
pub(crate) fn geo(geo: &Geo) -> Option<GeoRestriction> {
    let (restriction_type, locations) = match (geo.allow.is_empty(), geo.block.is_empty()) {
        (false, _) => ("whitelist", &geo.allow),
        (true, false) => ("blacklist", &geo.block),
        (true, true) => return None,
    };
    Some(GeoRestriction { restriction_type, locations: locations.clone() })
}

/// Behind the image function CloudFront keeps errors no longer than the function says.
fn errors(site: &Site) -> Vec<CustomErrorResponse> {
    const OF_FUNCTION: [u16; 3] = [400, 403, 404];
    let pages = site.delivery.errors.iter().map(|(code, page)| CustomErrorResponse {
        error_code: *code,
        error_caching_min_ttl: page.ttl,
        response_code: page.page.as_ref().map(|_| page.status.unwrap_or(*code)),
        response_page_path: page.page.clone(),
    });
    let has_function = site.delivery.image_shape == ImageShape::FunctionUrl;
    let others = OF_FUNCTION
        .into_iter()
        .filter(|code| has_function && !site.delivery.errors.contains_key(code))
        .map(|error_code| CustomErrorResponse {
            error_code,
            error_caching_min_ttl: 0,
            response_code: None,
            response_page_path: None,
        });
    let mut errors: Vec<_> = pages.chain(others).collect();
    errors.sort_by_key(|error| error.error_code);
    errors
}

fn cache_tag(site: &Site) -> Option<CacheTagConfig> {
    let header_name = match site.delivery.image_shape {
        ImageShape::FunctionUrl => VARIANT_TAG_HEADER.to_owned(),
        ImageShape::LambdaEdge | ImageShape::Off => site.delivery.cache_tag_header.clone(),
    };
    (!header_name.is_empty()).then_some(CacheTagConfig { header_name })
}

fn price_class(class: PriceClass) -> &'static str {
    match class {
        PriceClass::P100 => "PriceClass_100",
        PriceClass::P200 => "PriceClass_200",
        PriceClass::All => "PriceClass_All",
    }
}
