//! Where `cdn-cli logs` has one engine, there is nothing to choose.

use clap::{Arg, Args};

/// What chooses the engine: nothing.
#[derive(Clone, Debug, Args)]
pub(crate) struct EngineArgs {}

/// The logs are needed.
pub(crate) fn needed(logs: Arg) -> Arg {
    logs
}
