//! What is deployed to AWS: the stacks of a fleet, and the functions that CloudFront runs for every
//! request before it looks into its cache.
//!
//! ```text
//! render(fleet, previous) -> Rendered
//!   a site         -> a draft of its stack, and the shared objects it wants    stacks::{site, tenants}
//!   shared objects -> one for each content, copies under the quotas            shared, shard, places
//!   drafts         -> templates that import what they share                    link
//!   all of it      -> what is needed of AWS's quotas                           needs, quota
//!
//! athena(tables, settings) -> Stack        what Athena needs to be asked about the logs
//!
//! functions/*.js       --viewer::ViewerFunction::code-->  the code of a CloudFront function
//! a site of fleet.toml --viewer::pairs-->                 pairs of its KeyValueStore
//! ```
//!
//! To read the code, begin with [`render()`].

mod render;

mod asks;
mod extras;
mod link;
mod name;
mod needs;
mod places;
mod quota;
mod resources;
mod shard;
mod shared;
mod stacks;

mod error;
mod stack;
mod template;
pub mod viewer;
mod yaml;

pub use error::{RenderError, SiteProblem};
pub use extras::site_pairs;
pub use quota::Quota;
pub use render::{Rendered, render};
pub use shard::Assignment;
pub use stack::{Ask, CLOUDFRONT_REGION, SharedKind, Stack, StackKind};
pub use stacks::athena::{Catalog, athena};
pub use template::Template;
