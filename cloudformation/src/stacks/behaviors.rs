//! What happens to a request, by its path.

use fleet::Site;
use fleet::delivery::{
    Behavior, CacheProfile, Condition, Delivery, ImageShape, KeyPart, Methods, ViewerProtocol,
};

use super::edge_function;
use super::origins::{FAILED, Origins};
use super::policies::{self, Forwarded};
use super::response_headers;
use super::viewer_function;
use crate::error::SiteProblem;
use crate::resources::Text;
use crate::resources::distribution::{
    CacheBehavior, FunctionAssociation, LambdaFunctionAssociation,
};
use crate::shared::SharedObjects;
use crate::viewer::ViewerFunction;

/// The profile whose behaviors are those of pictures.
const IMAGES: &str = "images";

/// What a group of origins answers pictures from, and what the two in it are called.
pub(crate) mod image_origins {
    /// The group.
    pub(crate) const GROUP: &str = "images";
    /// The bucket of variants.
    pub(crate) const VARIANTS: &str = "image-variants";
    /// The function that makes what is not in it.
    pub(crate) const FUNCTION: &str = "image-function";
    /// The bucket of what is too large for an answer of Lambda@Edge.
    pub(crate) const SPILLED: &str = "image-spilled";
}

/// Statuses of the bucket of variants after which the function is asked: 403 and 404 where a variant
/// is not there, 400 for names of more than 1,024 bytes, and what S3 fails with.
const NOT_STORED: [u16; 7] = [400, 403, 404, 500, 502, 503, 504];

const READ: [&str; 2] = ["GET", "HEAD"];
const READ_OPTIONS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];
const ALL: [&str; 7] = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];

/// All behaviors in their order, that of every other path last.
pub(crate) fn all(
    site: &Site,
    origins: &mut Origins,
    objects: &mut SharedObjects,
) -> Result<Vec<CacheBehavior>, Vec<SiteProblem>> {
    let mut problems = Vec::new();
    let mut behaviors = Vec::new();
    if site.delivery.image_shape == ImageShape::LambdaEdge {
        behaviors.push(spilled(objects));
    }
    for (pattern, behavior) in site.delivery.behaviors_in_order(&site.images) {
        match one(&pattern, &behavior, site, origins, objects) {
            Ok(behavior) => behaviors.push(behavior),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(behaviors) } else { Err(problems) }
}

fn one(
    pattern: &str,
    behavior: &Behavior,
    site: &Site,
    origins: &mut Origins,
    objects: &mut SharedObjects,
) -> Result<CacheBehavior, SiteProblem> {
    let delivery = &site.delivery;
    let profile = profile(pattern, behavior, site)?;
    if !origins.list.iter().any(|origin| origin.id == behavior.origin) {
        let what = format!("behavior `{pattern}` has the origin `{}`", behavior.origin);
        return Err(problem(site, what, "there is none of that name under origins"));
    }
    if behavior.cache == IMAGES && delivery.image_shape != ImageShape::Off {
        return Ok(pictures(pattern, behavior, &profile, site, origins, objects));
    }
    let is_bucket = origins.is_bucket(&behavior.origin);
    let methods = if is_bucket { without_writing(behavior.methods) } else { behavior.methods };
    let profile = with_host(profile, behavior.forward_all && !is_bucket);
    let (allowed_methods, cached_methods) = self::methods(methods);
    Ok(CacheBehavior {
        path_pattern: Some(pattern.to_owned()),
        target_origin_id: target(behavior, methods, delivery, origins),
        viewer_protocol_policy: protocol(behavior.protocol),
        allowed_methods,
        cached_methods,
        compress: behavior.compress,
        cache_policy_id: policies::cache(&profile, behavior.compress, objects),
        origin_request_policy_id: policies::origin_request(
            forwarded(behavior.forward_all, asks_for_the_client(delivery), is_bucket),
            objects,
        ),
        response_headers_policy_id: response_headers::of_pages(
            &delivery.headers,
            &behavior.headers,
            objects,
        ),
        function_associations: vec![associated(ViewerFunction::Pages)],
        lambda_function_associations: Vec::new(),
    })
}

/// Pictures are read only; their key is what the viewer function leaves of the URL, and `Accept`.
fn pictures(
    pattern: &str,
    behavior: &Behavior,
    profile: &CacheProfile,
    site: &Site,
    origins: &mut Origins,
    objects: &mut SharedObjects,
) -> CacheBehavior {
    let methods = without_writing(behavior.methods);
    let (allowed_methods, cached_methods) = self::methods(methods);
    let profile = CacheProfile {
        query: KeyPart::All,
        headers: vec!["Accept".to_owned()],
        cookies: KeyPart::None,
        ..profile.clone()
    };
    let is_at_the_edge = site.delivery.image_shape == ImageShape::LambdaEdge;
    CacheBehavior {
        path_pattern: Some(pattern.to_owned()),
        target_origin_id: if is_at_the_edge {
            target(behavior, methods, &site.delivery, origins)
        } else {
            let (first, second) = (image_origins::VARIANTS, image_origins::FUNCTION);
            origins.group(image_origins::GROUP, first, second, &NOT_STORED)
        },
        viewer_protocol_policy: protocol(behavior.protocol),
        allowed_methods,
        cached_methods,
        // Compressed already, all but SVG: a key with `Accept-Encoding` would be a copy more of each.
        compress: false,
        cache_policy_id: policies::cache(&profile, false, objects),
        origin_request_policy_id: None,
        response_headers_policy_id: Some(response_headers::of_pictures(
            &site.delivery.headers,
            &behavior.headers,
            objects,
        )),
        function_associations: vec![associated(ViewerFunction::Pictures)],
        lambda_function_associations: is_at_the_edge
            .then_some(LambdaFunctionAssociation {
                event_type: "origin-request",
                lambda_function_arn: Text::Ref(edge_function::PARAMETER),
            })
            .into_iter()
            .collect(),
    }
}

/// What did not fit into an answer of Lambda@Edge, from the bucket in which it was put.
fn spilled(objects: &mut SharedObjects) -> CacheBehavior {
    let profile =
        CacheProfile { min_ttl: 1, ..CacheProfile::built_in("static").unwrap_or_default() };
    let (allowed_methods, cached_methods) = methods(Methods::Read);
    CacheBehavior {
        path_pattern: Some("/_spilled/*".to_owned()),
        target_origin_id: image_origins::SPILLED.to_owned(),
        viewer_protocol_policy: protocol(ViewerProtocol::Redirect),
        allowed_methods,
        cached_methods,
        compress: true,
        cache_policy_id: policies::cache(&profile, true, objects),
        origin_request_policy_id: None,
        response_headers_policy_id: None,
        function_associations: Vec::new(),
        lambda_function_associations: Vec::new(),
    }
}

fn profile(pattern: &str, behavior: &Behavior, site: &Site) -> Result<CacheProfile, SiteProblem> {
    let own = site.delivery.caches.get(&behavior.cache).cloned();
    own.or_else(|| CacheProfile::built_in(&behavior.cache)).ok_or_else(|| {
        let what = format!("behavior `{pattern}` has the cache profile `{}`", behavior.cache);
        problem(site, what, "there is none of that name under caches")
    })
}

/// A server that is told the viewer's `Host` may answer by it: `www.` may lead to the name without.
fn with_host(mut profile: CacheProfile, host_is_forwarded: bool) -> CacheProfile {
    let has_host = profile.headers.iter().any(|name| name.eq_ignore_ascii_case("host"));
    if host_is_forwarded && !has_host && !profile.is_never() {
        profile.headers.push("Host".to_owned());
    }
    profile
}

/// Whether the viewer function is to see what CloudFront knows of the client: it sees what origins get.
fn asks_for_the_client(delivery: &Delivery) -> bool {
    let redirects = delivery.redirect_rules.iter().filter_map(|it| it.when.as_ref());
    let rewrites = delivery.rewrites.iter().filter_map(|it| it.when.as_ref());
    delivery.client_headers || redirects.chain(rewrites).any(Condition::asks_for_country)
}

fn forwarded(all: bool, client: bool, is_bucket: bool) -> Forwarded {
    match (all, client) {
        _ if is_bucket => Forwarded::KeyAlone,
        (false, false) => Forwarded::KeyAlone,
        (false, true) => Forwarded::Client,
        (true, false) => Forwarded::All,
        (true, true) => Forwarded::AllAndClient,
    }
}

/// The origin, or the group in which another stands in for it. CloudFront lets nobody write through a
/// group: such a behavior has no stand-in.
fn target(
    behavior: &Behavior,
    methods: Methods,
    delivery: &Delivery,
    origins: &mut Origins,
) -> String {
    let first = &behavior.origin;
    let second = delivery.origins.get(first).and_then(|origin| origin.connection.failover.as_ref());
    match second {
        Some(second) if methods != Methods::All => {
            origins.group(&format!("{first}-or-{second}"), first, second, &FAILED)
        }
        _ => first.clone(),
    }
}

fn without_writing(methods: Methods) -> Methods {
    if methods == Methods::All { Methods::ReadOptions } else { methods }
}

/// What viewers may use, and what is answered from the cache.
fn methods(methods: Methods) -> (&'static [&'static str], &'static [&'static str]) {
    match methods {
        Methods::Read => (&READ, &READ),
        Methods::ReadOptions => (&READ_OPTIONS, &READ_OPTIONS),
        Methods::All => (&ALL, &READ),
    }
}

fn protocol(protocol: ViewerProtocol) -> &'static str {
    match protocol {
        ViewerProtocol::Redirect => "redirect-to-https",
        ViewerProtocol::Https => "https-only",
        ViewerProtocol::Both => "allow-all",
    }
}

fn associated(function: ViewerFunction) -> FunctionAssociation {
    FunctionAssociation {
        event_type: "viewer-request",
        function_arn: Text::Shared(viewer_function::draft_name(function), "arn"),
    }
}

fn problem(site: &Site, what: String, hint: &str) -> SiteProblem {
    SiteProblem { site: site.name.clone(), what, hint: hint.to_owned() }
}
