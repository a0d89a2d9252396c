//! The commands that read and change what is deployed.

mod consent;
mod deploy;
mod destroy;
mod invalidate;
mod plan;
mod rollback;
mod session;
mod show;
mod status;
mod versions;
mod work;

pub(crate) use session::planned;

use crate::cli::OperateCommand;
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: OperateCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            OperateCommand::Plan(args) => plan::run(&args, io).await,
            OperateCommand::Deploy(args) => Box::pin(deploy::run(&args, io)).await,
            OperateCommand::Status(args) => status::run(&args, io).await,
            OperateCommand::Versions(args) => versions::run(&args, io).await,
            OperateCommand::Rollback(args) => Box::pin(rollback::run(&args, io)).await,
            OperateCommand::Destroy(args) => Box::pin(destroy::run(&args, io)).await,
            OperateCommand::Invalidate(args) => invalidate::run(&args, io).await,
        }
    })
}
