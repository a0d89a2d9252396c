//! Shared objects: named by their content, so that what is the same is there once.

use std::collections::BTreeMap;

use crate::name;
use crate::quota;
use crate::stack::SharedKind;
use crate::template::Template;

/// Something that sites share, as it is before it is known who imports what.
#[derive(Clone, Debug)]
pub(crate) struct SharedObject {
    pub(crate) kind: SharedKind,
    /// Says nothing of its own name: that is its stack's.
    pub(crate) template: Template,
}

/// All shared objects, by their names without the fleet's and the copy's.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedObjects(pub(crate) BTreeMap<String, SharedObject>);

impl SharedObjects {
    /// Adds an object, unless it is there, and gives its name: `cache-3f2a9c1b`, with a detail
    /// `access-s3-3f2a9c1b`.
    pub(crate) fn add(&mut self, kind: SharedKind, detail: &str, template: Template) -> String {
        // Not the JSON: the order of its keys hangs on a feature that any crate can switch on.
        let content = template.to_yaml();
        let dash = if detail.is_empty() { "" } else { "-" };
        let name = format!("{}{dash}{detail}-{}", kind.label(), name::hash(content.as_bytes()));
        self.0.entry(name.clone()).or_insert(SharedObject { kind, template });
        name
    }
}

impl SharedKind {
    /// The quota that bounds how many distributions share one, where there is one.
    pub(crate) fn users_quota(self) -> Option<&'static str> {
        Some(match self {
            Self::CachePolicy => quota::PER_CACHE_POLICY,
            Self::OriginRequestPolicy => quota::PER_REQUEST_POLICY,
            Self::ResponseHeadersPolicy => quota::PER_HEADERS_POLICY,
            Self::OriginAccessControl => quota::PER_ACCESS_CONTROL,
            Self::VpcOrigin => quota::PER_VPC_ORIGIN,
            Self::ViewerFunction => quota::PER_FUNCTION,
            Self::WebAcl => quota::PER_WEB_ACL,
            _ => return None,
        })
    }

    /// The quota that bounds how many of them an account has, where there is one.
    pub(crate) fn count_quota(self) -> Option<&'static str> {
        Some(match self {
            Self::CachePolicy => quota::CACHE_POLICIES,
            Self::OriginRequestPolicy => quota::REQUEST_POLICIES,
            Self::ResponseHeadersPolicy => quota::HEADERS_POLICIES,
            Self::OriginAccessControl => quota::ACCESS_CONTROLS,
            Self::VpcOrigin => quota::VPC_ORIGINS,
            Self::ViewerFunction => quota::FUNCTIONS,
            Self::WebAcl => quota::WEB_ACLS,
            Self::KeyValueStore => quota::STORES,
            Self::TenantDistribution => quota::TENANT_DISTRIBUTIONS,
            Self::ConnectionGroup => quota::CONNECTION_GROUPS,
            _ => return None,
        })
    }

    /// The kind of the object with that name.
    pub(crate) fn of_object(name: &str) -> Option<Self> {
        const KINDS: [SharedKind; 9] = [
            SharedKind::KeyValueStore,
            SharedKind::CachePolicy,
            SharedKind::OriginRequestPolicy,
            SharedKind::ResponseHeadersPolicy,
            SharedKind::OriginAccessControl,
            SharedKind::VpcOrigin,
            SharedKind::ViewerFunction,
            SharedKind::WebAcl,
            SharedKind::TenantDistribution,
        ];
        let label = name.split('-').next()?;
        KINDS.into_iter().find(|kind| kind.label() == label)
    }
}
