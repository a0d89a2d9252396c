//! What the stacks hold: one file for each kind of thing.

pub(crate) mod alarms;
pub(crate) mod athena;
pub(crate) mod behaviors;
pub(crate) mod certificate;
pub(crate) mod distribution;
pub(crate) mod dns;
pub(crate) mod edge_function;
mod firewall;
mod image_events;
pub(crate) mod image_function;
pub(crate) mod logs;
pub(crate) mod originals;
pub(crate) mod origins;
pub(crate) mod policies;
pub(crate) mod response_headers;
pub(crate) mod site;
pub(crate) mod tenants;
pub(crate) mod viewer_function;
pub(crate) mod waf;
pub(crate) mod warm;
mod warm_events;
