//! What takes code to know of a request, and what must not be known of it.

pub(crate) mod agent;
pub(crate) mod fault;
pub(crate) mod image;
pub(crate) mod privacy;
pub(crate) mod region;
pub(crate) mod sites;
