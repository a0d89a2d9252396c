//! Without Athena: the embedded engine answers.

use log_analytics::Answer;

use super::Asked;
use crate::cli::{EngineArgs, InputArgs};
use crate::printer::Io;

/// Nothing is answered here.
#[expect(clippy::unnecessary_wraps, reason = "its twin may fail")]
pub(super) fn answer(
    _asked: &Asked<'_>,
    _sql: &str,
    _input: &InputArgs,
    _engine: &EngineArgs,
    _io: &mut Io<'_>,
) -> anyhow::Result<Option<Answer>> {
    Ok(None)
}
