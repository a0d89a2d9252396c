//! Response headers policies.

use std::collections::BTreeMap;

use fleet::delivery::{Cors, FrameOptions as Framing, ResponseHeaders};

use crate::resources::Text;
use crate::resources::policy::{
    ContentSecurityPolicy, CorsConfig, CustomHeader, FrameOptions, Items, Override, ReferrerPolicy,
    RemoveHeader, ResponseHeadersPolicy, ResponseHeadersPolicyConfig, SecurityHeaders,
    StrictTransportSecurity,
};
use crate::shared::SharedObjects;
use crate::stack::SharedKind;
use crate::template::Draft;

/// The policy for a site's pages, where its headers or those of the behavior say anything.
pub(crate) fn of_pages(
    headers: &ResponseHeaders,
    own: &BTreeMap<String, String>,
    objects: &mut SharedObjects,
) -> Option<Text> {
    let mut headers = headers.clone();
    headers.custom.extend(own.clone());
    let is_nothing = headers == ResponseHeaders { nosniff: false, ..ResponseHeaders::default() };
    (!is_nothing).then(|| policy(&headers, "Headers of pages", objects))
}

/// The policy for a site's pictures: the same, and what S3 cannot keep of them.
pub(crate) fn of_pictures(
    headers: &ResponseHeaders,
    own: &BTreeMap<String, String>,
    objects: &mut SharedObjects,
) -> Text {
    let mut headers = ResponseHeaders { nosniff: true, ..headers.clone() };
    headers.custom.extend(own.clone());
    headers.custom.insert("Vary".to_owned(), "Accept".to_owned());
    policy(&headers, "Headers of pictures", objects)
}

fn policy(headers: &ResponseHeaders, comment: &str, objects: &mut SharedObjects) -> Text {
    let custom = headers.custom.iter().map(|(header, value)| CustomHeader {
        header: header.clone(),
        value: value.clone(),
        r#override: true,
    });
    let remove = headers.remove.iter().map(|header| RemoveHeader { header: header.clone() });
    let config = ResponseHeadersPolicyConfig {
        name: Text::STACK_NAME,
        comment: comment.to_owned(),
        security_headers_config: security(headers),
        cors_config: headers.cors.as_ref().map(cors),
        custom_headers_config: Items::some(custom.collect()),
        remove_headers_config: Items::some(remove.collect()),
    };
    let mut draft = Draft::new(comment);
    let resource = ResponseHeadersPolicy { response_headers_policy_config: config };
    draft.resource("ResponseHeadersPolicy", &resource);
    draft.export("Id", "id", &Text::Ref("ResponseHeadersPolicy"));
    Text::Shared(objects.add(SharedKind::ResponseHeadersPolicy, "", draft.finish()), "id")
}

/// What the file says outranks the origin: an operator who writes a header down wants it.
fn security(headers: &ResponseHeaders) -> Option<SecurityHeaders> {
    let ResponseHeaders { hsts, csp, nosniff, frame_options, referrer_policy, .. } = headers;
    let security = SecurityHeaders {
        strict_transport_security: hsts.map(|hsts| StrictTransportSecurity {
            access_control_max_age_sec: hsts.max_age,
            include_subdomains: hsts.include_subdomains,
            preload: hsts.preload,
            r#override: true,
        }),
        content_security_policy: csp.clone().map(|content_security_policy| ContentSecurityPolicy {
            content_security_policy,
            r#override: true,
        }),
        content_type_options: nosniff.then_some(Override { r#override: true }),
        frame_options: frame_options.map(|options| FrameOptions {
            frame_option: match options {
                Framing::Deny => "DENY",
                Framing::SameOrigin => "SAMEORIGIN",
            },
            r#override: true,
        }),
        referrer_policy: referrer_policy
            .clone()
            .map(|referrer_policy| ReferrerPolicy { referrer_policy, r#override: true }),
    };
    let is_any = *nosniff
        || hsts.is_some()
        || csp.is_some()
        || frame_options.is_some()
        || referrer_policy.is_some();
    is_any.then_some(security)
}

fn cors(cors: &Cors) -> CorsConfig {
    let methods = cors.methods.iter().map(|method| match method.as_str() {
        "*" => "ALL".to_owned(),
        method => method.to_ascii_uppercase(),
    });
    CorsConfig {
        access_control_allow_origins: Items { items: cors.origins.clone() },
        access_control_allow_methods: Items { items: methods.collect() },
        access_control_allow_headers: Items { items: cors.headers.clone() },
        access_control_expose_headers: Items::some(cors.expose.clone()),
        access_control_allow_credentials: cors.credentials,
        access_control_max_age_sec: cors.max_age,
        origin_override: true,
    }
}
