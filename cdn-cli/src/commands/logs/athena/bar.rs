//! Where a question is, where a person looks on.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use log_athena::client::{Estimate, Progress, State};

/// How often the bar is drawn while nothing is heard.
const EVERY: Duration = Duration::from_millis(120);

/// A bar over the bytes that are to be read, or a wheel where nobody knows how many.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A wheel.
    pub(super) fn new(is_shown: bool) -> Self {
        Self::with("{spinner} {msg}", None, is_shown).saying("asking what it reads")
    }

    /// A bar up to what was estimated.
    pub(super) fn over(estimate: Option<&Estimate>, is_shown: bool) -> Self {
        match estimate.filter(|it| it.bytes > 0 && !it.is_open()) {
            Some(estimate) => {
                let template = "{bar:40} {bytes}/{total_bytes}, {msg}";
                Self::with(template, Some(estimate.bytes), is_shown)
            }
            None => Self::with("{spinner} {bytes}, {msg}", None, is_shown),
        }
    }

    fn with(template: &str, bytes: Option<u64>, is_shown: bool) -> Self {
        let target =
            if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(bytes, target);
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━╸─");
        bar.set_style(style);
        if is_shown {
            bar.enable_steady_tick(EVERY);
        }
        Self(bar)
    }

    fn saying(self, what: &'static str) -> Self {
        self.0.set_message(what);
        self
    }

    /// Shows where it is.
    pub(super) fn follow(&self, progress: Progress) {
        self.0.set_position(progress.bytes);
        self.0.set_message(match progress.state {
            State::Queued => "waiting for its turn",
            State::Running => "running",
            State::Succeeded => "reading the answer",
            State::Failed | State::Cancelled => "ended",
        });
    }
}

impl Drop for Bar {
    /// Takes the bar away, however the work ended.
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
