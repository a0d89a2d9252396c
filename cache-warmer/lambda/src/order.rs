//! What is to be warmed, and what asked for it.

use cache_warmer::Purged;
use serde::{Deserialize, Serialize};

use crate::distributions::Id;

/// What is to be warmed. What it leaves out is as the table `[warm]` of the fleet says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Order {
    /// Names the run: an order that comes twice is one. Default: the invocation's id.
    pub(crate) id: Option<String>,
    /// When it was given, for the run's name.
    pub(crate) time: Option<String>,
    /// Only these sites.
    pub(crate) sites: Vec<String>,
    /// Sitemaps, `https://…` or `s3://bucket/key`.
    pub(crate) sitemaps: Vec<String>,
    /// URLs.
    pub(crate) urls: Vec<String>,
    /// Only what went out of the caches.
    pub(crate) purged: Option<Purged>,
}

/// An order, and by what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) order: Order,
    pub(crate) by: By,
}

/// What gives an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A schedule, or a person: the order says all.
    Itself,
    /// A stack that was deployed.
    Stack(String),
    /// A sitemap in a bucket.
    Object { bucket: String, key: String },
    /// An invalidation, which may still be under way.
    Invalidation { of: Id, id: String },
}
