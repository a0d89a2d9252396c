//! The warmer against real caching proxies: nginx as edges, regional caches and a shield, a server of
//! our own behind them as the origin, and a name server that leads to them.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "clippy's leave for tests does not reach their helpers"
)]

mod dns;
mod faults;
mod origin;
mod resume;
mod tree;
mod waves;
