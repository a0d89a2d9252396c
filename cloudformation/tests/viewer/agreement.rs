//! The core as the oracle: what the function must have made of a request.

use cloudformation::viewer::{Pair, SiteExtras, pairs};
use edge_resizer::{EdgePath, Policy, Request, Response, Step, accept};
use fleet::{Origin, Site};
use http::HeaderMap;

use crate::event::{Answer, header_map, value};

/// The host of every site of the tests.
pub(crate) const HOST: &str = "shop.example";
/// Its name.
pub(crate) const SITE: &str = "atelier";

/// How the two agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// The function wrote the key that the core gives.
    Canonical,
    /// A picture that the function handed over unread.
    Leftover,
    /// The core refuses; the function handed over or refused alike.
    Refused,
    /// No transformed picture.
    Passed,
    /// A path that only the function may write.
    Reserved,
}

/// A site with these rules.
pub(crate) fn site(images: &Policy) -> Site {
    Site {
        name: SITE.to_owned(),
        domains: vec![HOST.to_owned()],
        origin: Origin::Folder("/srv".into()),
        images: images.clone(),
        delivery: fleet::Delivery::default(),
    }
}

/// What the store holds of it.
pub(crate) fn store(images: &Policy) -> Vec<Pair> {
    pairs(&site(images), &SiteExtras::default()).unwrap()
}

/// Compares an answer with the core.
///
/// # Errors
/// Where they differ, in words.
pub(crate) fn compare(
    request: &Request,
    policy: &Policy,
    answer: &Answer,
) -> Result<Agreement, String> {
    if let Answer::Thrown(error) = answer {
        return Err(format!("thrown: {error}"));
    }
    if is_reserved(&request.path) {
        let refused = matches!(answer, Answer::Response { status: 404, .. });
        return if refused { Ok(Agreement::Reserved) } else { Err("let through".to_owned()) };
    }
    match accept(request, policy) {
        Step::Fetch(job) => {
            let want = job.edge_path(SITE);
            if answer.line() == want {
                return Ok(Agreement::Canonical);
            }
            match handed_over(request, answer)? {
                behind if edge_path(&behind, policy).as_deref() == Some(&want) => {
                    Ok(Agreement::Leftover)
                }
                behind => {
                    Err(format!("want {want}, the core behind: {:?}", accept(&behind, policy)))
                }
            }
        }
        // Where signatures are asked for, the function looks at them before anything else.
        Step::Respond(response) => match answer {
            Answer::Response { status: 403, .. }
                if policy.signing.is_some() && response.status != 403 =>
            {
                Ok(Agreement::Refused)
            }
            Answer::Response { .. } => same_refusal(&response, answer).map(|()| Agreement::Refused),
            _ => match accept(&handed_over(request, answer)?, policy) {
                Step::Respond(behind) if behind.status == response.status => Ok(Agreement::Refused),
                other => Err(format!("want {}, the core behind: {other:?}", response.status)),
            },
        },
        Step::Pass if is_picture(&request.path) && policy.dialects.shopify => {
            let behind = handed_over(&Request { query: None, ..request.clone() }, answer)?;
            match accept(&behind, policy) {
                Step::Pass => Ok(Agreement::Passed),
                other => Err(format!("want no picture, the core behind: {other:?}")),
            }
        }
        Step::Pass => match answer {
            Answer::Request { uri, .. } if *uri == request.path => Ok(Agreement::Passed),
            _ => Err("want the path as it is".to_owned()),
        },
    }
}

/// The request that the core gets where the function handed it over.
fn handed_over(request: &Request, answer: &Answer) -> Result<Request, String> {
    let Answer::Request { uri, headers, .. } = answer else { return Err("no request".to_owned()) };
    match EdgePath::parse(uri) {
        Some(EdgePath::Request { site: SITE, path }) if path == request.path => {
            Ok(Request { headers: header_map(headers), ..request.clone() })
        }
        _ => Err(format!("neither the key nor handed over: {uri}")),
    }
}

fn edge_path(request: &Request, policy: &Policy) -> Option<String> {
    match accept(request, policy) {
        Step::Fetch(job) => Some(job.edge_path(SITE)),
        _ => None,
    }
}

fn same_refusal(want: &Response, answer: &Answer) -> Result<(), String> {
    let Answer::Response { status, headers, body } = answer else {
        return Err("no response".to_owned());
    };
    let text = |headers: &HeaderMap, name| -> Option<String> {
        Some(headers.get(name)?.to_str().ok()?.to_owned())
    };
    // CloudFront sets the length itself.
    for name in ["content-type", "cache-control", "x-content-type-options", "x-resizer-error"] {
        if text(&want.headers, name).as_deref() != value(headers, name) {
            return Err(format!("{name} is {:?}", value(headers, name)));
        }
    }
    if *status != want.status.as_u16() || body.as_bytes() != want.body {
        return Err(format!("{status} {body:?}, want {} {:?}", want.status, want.body));
    }
    Ok(())
}

/// Whether a path has a picture's extension, as the core reads names of files.
fn is_picture(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = percent_decoded(name);
    let extensions = ["avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"];
    name.rsplit_once('.').is_some_and(|(base, extension)| {
        !base.is_empty() && extensions.iter().any(|known| known.eq_ignore_ascii_case(extension))
    })
}

/// Whether a path decodes to one that begins as those of the function do, or that dot segments could
/// lead there.
fn is_reserved(path: &str) -> bool {
    let mut path = path.to_owned();
    for _ in 0..4 {
        path = percent_decoded(&path);
    }
    let path = path.to_ascii_lowercase();
    ["_variants", "_requests"].iter().any(|name| {
        path.match_indices(name).any(|(at, _)| {
            let (before, after) = (&path[..at], &path[at + name.len()..]);
            let rest = before.trim_end_matches(['/', '\\', '.']);
            let leads_there = rest.is_empty() || before[rest.len()..].contains("..");
            leads_there && (after.is_empty() || after.starts_with(['/', '\\']))
        })
    })
}

fn percent_decoded(text: &str) -> String {
    String::from_utf8_lossy(&percent_encoding::percent_decode_str(text).collect::<Vec<_>>())
        .into_owned()
}
