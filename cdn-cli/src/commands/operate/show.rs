//! What happens, shown while it happens: a bar where a person looks on, lines elsewhere.

use crate::deploy::events::Event;
use crate::plan::count;
use crate::printer::{Io, wrap};
use crate::progress::Progress;

/// Shows events.
pub(crate) struct Show {
    progress: Progress,
    json: bool,
}

impl Show {
    /// For so many stacks.
    pub(crate) fn new(stacks: usize, json: bool, io: &Io<'_>) -> Self {
        let is_shown = io.stderr.is_terminal && !json;
        Self { progress: Progress::of(stacks, "stacks", is_shown), json }
    }

    /// Shows an event.
    pub(crate) fn event(&self, event: &Event, io: &mut Io<'_>) -> anyhow::Result<()> {
        if matches!(event, Event::Done { .. } | Event::Failed { .. }) {
            self.progress.step();
        }
        if self.json {
            return Ok(io.stdout.line(serde_json::to_string(event)?)?);
        }
        let Some(text) = words(event, io.stderr.is_terminal) else { return Ok(()) };
        self.progress.hide_while(|| {
            for line in wrap(&text, crate::cli::WIDTH) {
                io.stderr.line(line)?;
            }
            Ok(())
        })
    }
}

/// An event for people; at a terminal the bar says what goes well.
fn words(event: &Event, is_terminal: bool) -> Option<String> {
    match event {
        Event::Phase { name, stacks } => Some(format!("{name}: {stacks} to change")),
        Event::Failed { stack, reason } => Some(format!("  failed    {stack}: {reason}")),
        Event::Probed { site, reason: Some(reason) }
        | Event::Measured { site, reason: Some(reason), .. } => {
            Some(format!("  not well  {site}: {reason}"))
        }
        Event::Watching { sites, seconds } => {
            Some(format!("  watching {} for {seconds} s", count(*sites, "site")))
        }
        Event::Measured { site, missing: Some(metric), .. } => {
            Some(format!("  no data   {site}: too little of {metric}"))
        }
        Event::RollingBack { sites } => Some(format!("  rolling back {}", sites.join(", "))),
        Event::Note { text } => Some(text.clone()),
        _ if is_terminal => None,
        Event::Changing { stack } => Some(format!("  changing  {stack}")),
        Event::Deleting { stack } => Some(format!("  deleting  {stack}")),
        Event::Done { stack, changed: true } => Some(format!("  done      {stack}")),
        Event::Done { stack, changed: false } => Some(format!("  as it is  {stack}")),
        Event::Probed { site, reason: None } => Some(format!("  well      {site}")),
        Event::Measured { site, reason: None, missing: None } => {
            Some(format!("  measured  {site}: well"))
        }
    }
}
