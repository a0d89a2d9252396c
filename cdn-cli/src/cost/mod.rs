//! What a month costs: traffic and a fleet file in, lines of money out. Pure.
//!
//! ```text
//! prices.toml           -> Prices            prices     with page and age of each figure
//! flags or a file       -> Traffic           traffic    by site and by where viewers are
//! site, traffic         -> lines             site       what its features make of the traffic
//! all sites' traffic    -> lines of the fleet   shared  tiers, free allowances, what sites share
//! site, traffic, lines  -> a flat-rate plan  plans      what would suit, and what stands against it
//! ```
//!
//! AWS counts tiers and free allowances over the account. A site's lines are at the first tier's
//! price; what the account gets off is a line of the fleet. So lines add up to the total whoever is
//! asked about, exactly.

mod estimate;
mod lines;
mod plans;
mod prices;
mod shared;
mod site;
mod traffic;

#[cfg(test)]
mod tests;

pub(crate) use estimate::{Estimate, estimate};
pub(crate) use lines::{Line, Lines};
pub(crate) use plans::{Advice, Verdict};
pub(crate) use prices::Prices;
#[cfg(feature = "warm")]
pub(crate) use prices::Region;
pub(crate) use traffic::{Assumed, Row, Traffic, quantity, read, size};
