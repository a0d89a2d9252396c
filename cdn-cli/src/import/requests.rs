//! What origins get of a request beside the cache key.

use super::caches::Named;
use super::documents::{Documents, PolicyKind};
use super::{Fields, Lines};

/// Policies that AWS manages, and what they are called:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>.
const MANAGED: [(&str, &str); 6] = [
    (ALL_VIEWER, "AllViewer"),
    ("b689b0a8-53d0-40ab-baf2-68738e2966ac", "AllViewerExceptHostHeader"),
    ("33f36d7e-f396-46d9-90e0-52428a34d9dc", "AllViewerAndCloudFrontHeaders-2022-06"),
    ("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "CORS-S3Origin"),
    ("59781a5b-3903-41f3-afcb-af62929ccde1", "CORS-CustomOrigin"),
    ("acba4595-bd28-49b8-b9fe-13317c0390fa", "UserAgentRefererHeaders"),
];

/// All that the viewer sent: what `forward_all` is.
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";

/// Whether AWS manages the policy of that id, and it is known here.
#[cfg(feature = "deploy")]
pub(crate) fn is_managed(id: &str) -> bool {
    MANAGED.iter().any(|(managed, _)| *managed == id)
}

/// Whether all of the viewer's request reaches the origin. A part that is neither nothing nor all
/// cannot be said.
pub(crate) fn forwards_all(
    behavior: &mut Fields,
    older: Older,
    cache: &Named,
    is_bucket: bool,
    documents: &Documents,
    lines: &mut Lines,
) -> bool {
    let place = behavior.path_of("OriginRequestPolicyId");
    let Some(id) = behavior.text("OriginRequestPolicyId") else {
        return older_forwards_all(behavior, older, cache, is_bucket, lines);
    };
    let is_all =
        id == ALL_VIEWER || documents.policy(PolicyKind::OriginRequest, &id).is_some_and(is_all);
    if is_all && !is_bucket {
        return true;
    }
    let name = MANAGED.iter().find(|(managed, _)| *managed == id).map_or("", |(_, name)| name);
    let what = if is_bucket {
        "a bucket gets nothing of the request"
    } else {
        "the origin will get the cache key alone; `forward_all = true` sends all, Host with it"
    };
    lines.not_imported(format!("{place} = {id} {name}: {what}"));
    false
}

/// A policy of one's own that forwards all.
fn is_all(policy: serde_json::Value) -> bool {
    let policy = Fields::new("", policy);
    let is = |path: [&str; 2], want: &str| policy.peek(&path).as_deref() == Some(want);
    is(["HeadersConfig", "HeaderBehavior"], "allViewer")
        && is(["CookiesConfig", "CookieBehavior"], "all")
        && is(["QueryStringsConfig", "QueryStringBehavior"], "all")
}

/// How much of a request the older settings send to the origin where nothing is kept. Where something
/// is kept the origin gets what is in the key, and that is what a profile does too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Older {
    /// The behavior has a policy.
    No,
    /// Some of it.
    Some,
    /// The whole query and all cookies.
    All,
}

impl Older {
    /// What a behavior says, before its keys are taken.
    pub(crate) fn of(behavior: &Fields) -> Self {
        let is = |path: &[&str], want: &str| behavior.peek(path).as_deref() == Some(want);
        if !behavior.has("ForwardedValues") {
            Self::No
        } else if is(&["ForwardedValues", "QueryString"], "true")
            && is(&["ForwardedValues", "Cookies", "Forward"], "all")
        {
            Self::All
        } else {
            Self::Some
        }
    }
}

fn older_forwards_all(
    behavior: &Fields,
    older: Older,
    cache: &Named,
    is_bucket: bool,
    lines: &mut Lines,
) -> bool {
    let is_sent = older != Older::No && cache.profile.is_never() && !is_bucket;
    if is_sent && older == Older::Some {
        lines.not_imported(format!(
            "{}: nothing is kept, so all of the request will reach the origin",
            behavior.path_of("ForwardedValues")
        ));
    }
    is_sent
}
