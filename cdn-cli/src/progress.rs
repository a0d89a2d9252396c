//! A progress bar, where a person looks on.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Progress through a number of things, shown on standard error; nothing is shown for a single
/// one, or where nobody looks on.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts at none of `count` pictures.
    pub(crate) fn new(count: usize, is_shown: bool) -> Self {
        Self::of(count, "pictures", is_shown)
    }

    /// Starts at none of `count` of what `unit` says.
    pub(crate) fn of(count: usize, unit: &'static str, is_shown: bool) -> Self {
        let target = if is_shown && count > 1 {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(count as u64), target);
        // The fallback is the crate's own look; the template is checked by a test.
        let style = style().unwrap_or_else(|_| ProgressStyle::default_bar());
        Self { bar: bar.with_style(style).with_message(unit) }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }

    /// Lets something be printed without the bar in its way.
    pub(crate) fn hide_while<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    /// Takes the bar away, however the work ended.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> Result<ProgressStyle, indicatif::style::TemplateError> {
    ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}, {eta} left")
        .map(|style| style.progress_chars("━╸─"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_is_one() {
        assert!(super::style().is_ok());
    }
}
