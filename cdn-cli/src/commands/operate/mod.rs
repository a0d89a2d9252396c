//! The commands that read and change what is deployed.

mod adopt;
#[cfg_attr(not(feature = "warm"), path = "no_after_purge.rs")]
mod after_purge;
mod certs;
mod cutover;
mod deploy;
mod destroy;
mod dns;
mod drift;
mod invalidate;
mod orphans;
mod plan;
mod rollback;
mod session;
mod show;
mod status;
mod versions;
mod work;
mod world;
mod zones;

#[cfg(feature = "tables")]
pub(crate) use deploy::report;
#[cfg(feature = "tables")]
pub(crate) use session::Session;
pub(crate) use session::planned;
#[cfg(feature = "tables")]
pub(crate) use work::{How, under_lease};

use crate::cli::{CertsCommand, CutoverCommand, DnsCommand, OperateCommand};
use crate::exit::ExitStatus;
use crate::printer::Io;

/// Does what was asked.
pub(crate) fn run(command: OperateCommand, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    // One that warms has many requests on their way, the others a few.
    let runtime = match &command {
        OperateCommand::Invalidate(_) => tokio::runtime::Runtime::new()?,
        _ => tokio::runtime::Builder::new_current_thread().enable_all().build()?,
    };
    runtime.block_on(async {
        match command {
            OperateCommand::Plan(args) => plan::run(&args, io).await,
            OperateCommand::Deploy(args) => Box::pin(deploy::run(&args, io)).await,
            OperateCommand::Status(args) => status::run(&args, io).await,
            OperateCommand::Versions(args) => versions::run(&args, io).await,
            OperateCommand::Rollback(args) => Box::pin(rollback::run(&args, io)).await,
            OperateCommand::Destroy(args) => Box::pin(destroy::run(&args, io)).await,
            OperateCommand::Drift(args) => Box::pin(drift::run(&args, io)).await,
            OperateCommand::Orphans(args) => orphans::run(&args, io).await,
            OperateCommand::Invalidate(args) => Box::pin(invalidate::run(&args, io)).await,
            OperateCommand::Certs(CertsCommand::List(args)) => certs::list::run(&args, io).await,
            OperateCommand::Certs(CertsCommand::Request(args)) => {
                Box::pin(certs::request::run(&args, io)).await
            }
            OperateCommand::Certs(CertsCommand::Records(args)) => {
                certs::records::run(&args, io).await
            }
            OperateCommand::Cutover(CutoverCommand::Plan(args)) => {
                Box::pin(cutover::plan::run(&args, io)).await
            }
            OperateCommand::Cutover(CutoverCommand::Run(args)) => {
                Box::pin(cutover::run::run(&args, io)).await
            }
            OperateCommand::Cutover(CutoverCommand::Back(args)) => {
                Box::pin(cutover::back::run(&args, io)).await
            }
            OperateCommand::Dns(DnsCommand::Plan(args)) => {
                Box::pin(dns::plan::run(&args, io)).await
            }
            OperateCommand::Dns(DnsCommand::Apply(args)) => {
                Box::pin(dns::apply::run(&args, io)).await
            }
        }
    })
}
