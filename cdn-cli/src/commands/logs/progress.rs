//! How much of the logs is read, where a person looks on.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use log_analytics::{Input, Place, Watch};

/// How often the bar is drawn anew.
const EVERY: Duration = Duration::from_millis(100);

/// A bar over the bytes of all files; hidden where nobody looks on, or for the standard input, whose
/// length nobody knows.
pub(crate) struct Bar {
    bar: ProgressBar,
    files: usize,
}

impl Bar {
    pub(crate) fn new(inputs: &[Input], is_shown: bool) -> Self {
        let is_known = inputs.iter().all(|input| !matches!(input.place, Place::Pipe));
        let target = if is_shown && is_known {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bytes = inputs.iter().map(|input| input.bytes).sum();
        let bar = ProgressBar::with_draw_target(Some(bytes), target);
        let style =
            ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}, {msg}, {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("━╸─");
        Self { bar: bar.with_style(style), files: inputs.len() }
    }

    /// Does some work while the bar follows it, and takes the bar away.
    pub(crate) fn shown<T>(self, watch: &Watch, work: impl FnOnce() -> T) -> T {
        if self.bar.is_hidden() {
            return work();
        }
        let (done, ended) = channel::<()>();
        let Self { bar, files } = &self;
        thread::scope(|scope| {
            scope.spawn(move || {
                while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let so_far = watch.so_far();
                    bar.set_message(format!("{} of {files} files", so_far.files));
                    bar.set_position(so_far.bytes);
                }
                bar.finish_and_clear();
            });
            let result = work();
            drop(done);
            result
        })
    }
}
