//! `cdn-cli dns`: the records that a cut-over needs.

pub(crate) mod apply;
pub(crate) mod change;
pub(crate) mod plan;
pub(crate) mod survey;
