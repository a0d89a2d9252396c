//! Desired stacks put into effect, so that the process may be killed at any point and the next one
//! goes on: CloudFormation is the record of what is deployed, the journal of what was meant.
//!
//! ```text
//! deploy(plan)                                         the spine            run
//!   lease      nobody else deploys the same sites
//!   shared     what sites share: new objects beside the old ones
//!   waves      canaries first; each stack by a change set that is checked against the plan
//!                                                      apply, checked
//!              health after each wave, else it is rolled back       health
//!              what it counts, where gates are asked for            gates, soak
//!   leftovers  what no site uses any more goes
//! ```

pub(crate) mod apply;
pub(crate) mod archives;
pub(crate) mod asks;
pub(crate) mod checked;
pub(crate) mod events;
pub(crate) mod gates;
pub(crate) mod health;
pub(crate) mod journal;
pub(crate) mod look;
pub(crate) mod orphans;
pub(crate) mod purge;
pub(crate) mod put_back;
pub(crate) mod run;
pub(crate) mod snapshot;
pub(crate) mod soak;
pub(crate) mod versions;
