//! `cdn-cli logs dashboard`.

use log_analytics::{Dashboard, Watch};

use super::folder::Folder;
use super::progress::Bar;
use super::source::{Times, open};
use super::told::{quarantine, tell};
use crate::cli::DashboardArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Reads the logs once and writes the pages, as a folder in place of the one before.
pub(crate) fn run(args: &DashboardArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    if !(0.0..100.0).contains(&args.target) {
        return Err(Hinted::error(
            format!("an availability of {} percent is no target", args.target),
            "--target takes percent below 100, such as 99.9",
        ));
    }
    let mut given = vec![("target".to_owned(), args.target.to_string())];
    for (name, value) in [("from", &args.from), ("to", &args.to)] {
        given.extend(value.clone().map(|value| (name.to_owned(), value)));
    }
    // Before the logs are read, which may take long.
    let folder = Folder::at(&args.output)?;
    let dashboard = Dashboard::new()?;
    let questions = dashboard.questions(&given)?;
    let times = Times { from: args.from.as_deref(), to: args.to.as_deref() };
    let (local, runtime) = open(&args.input, times)?;
    let watch = Watch::default();
    let bar = Bar::new(&local.inputs, io.stderr.is_terminal);
    let answers = bar.shown(&watch, || runtime.block_on(local.ask_all(&questions, &watch)))?;
    let pages = dashboard.pages(args.target, &answers)?;
    folder.replace(&pages)?;
    if let Some(answer) = answers.first() {
        tell(&answer.summary, &args.input, io)?;
        quarantine(&answer.summary, &args.input)?;
    }
    io.stderr.line(format!("{} pages; open the first:", pages.len()))?;
    io.stdout.line(args.output.join("index.html").display())?;
    Ok(ExitStatus::Done)
}
