//! Fleets become templates: what holds for all of them, and what two linters say.

mod examples;
mod fleets;
mod linters;
mod properties;
mod quotas;
mod yaml;
