//! The same without the warmer: there is nothing to be done after a purge.

use super::session::Session;
use crate::cli::InvalidateArgs;
use crate::deploy::purge::Begun;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Nothing.
pub(super) struct After;

impl After {
    #[expect(clippy::unnecessary_wraps, reason = "its twin finds mistakes")]
    pub(super) fn prepare(
        _: &Session,
        _: &InvalidateArgs,
        _: (&[&String], &[&String]),
        _: &mut Io<'_>,
    ) -> anyhow::Result<Self> {
        Ok(Self)
    }

    #[expect(clippy::unused_async, reason = "its twin warms")]
    pub(super) async fn run(
        &self,
        begun: &[Begun],
        json: bool,
        io: &mut Io<'_>,
    ) -> anyhow::Result<ExitStatus> {
        if json {
            io.stdout.line(serde_json::to_string_pretty(begun)?)?;
        }
        Ok(ExitStatus::Done)
    }
}
