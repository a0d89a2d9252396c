//! Processes, and what they took.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::ensure;
use wait4::Wait4 as _;

/// What a process took, and its children that it waited for.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Time of processors, all threads together, user and system.
    pub cpu: Duration,
    /// Time on the clock.
    pub wall: Duration,
    /// Bytes of memory at the peak, of the largest of the processes.
    pub peak: u64,
}

/// Runs a command to its end.
///
/// # Errors
/// Where it cannot be started, or does not end well.
pub fn run(command: &mut Command) -> anyhow::Result<Run> {
    let start = Instant::now();
    let used = command.spawn()?.wait4()?;
    ensure!(used.status.success(), "it ended with {}", used.status);
    let rusage = used.rusage;
    Ok(Run { cpu: rusage.utime + rusage.stime, wall: start.elapsed(), peak: rusage.maxrss })
}

/// The middle of an odd number of figures, or the upper of the two in the middle; no number of none.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
