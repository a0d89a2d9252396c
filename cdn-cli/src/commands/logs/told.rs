//! What is told beside an answer: what was read, and what was not and why.

use std::fs;

use anyhow::Context as _;
use log_analytics::Summary;

use crate::cli::InputArgs;
use crate::printer::{Io, bytes};

/// Files that are told of one by one; beyond, they are counted.
const TOLD: usize = 10;

/// Tells it on standard error.
pub(crate) fn tell(summary: &Summary, args: &InputArgs, io: &mut Io<'_>) -> anyhow::Result<()> {
    let size = bytes(usize::try_from(summary.bytes).unwrap_or(usize::MAX));
    let files = if summary.files == 1 { "file" } else { "files" };
    let mut line = format!("{} rows of {} {files}, {size}", summary.rows, summary.files);
    if summary.bad_lines > 0 {
        line = format!("{line}; {} lines that cannot be understood", summary.bad_lines);
    }
    if summary.others > 0 {
        line = format!("{line}; {} lines of other things", summary.others);
    }
    io.stderr.line(line)?;
    for file in summary.noteworthy.iter().take(TOLD) {
        for what in file.notes() {
            io.stderr.line(format!("  {}: {what}", file.file))?;
        }
    }
    let more = summary.noteworthy.len().saturating_sub(TOLD);
    if more > 0 {
        io.stderr.line(format!("  and {more} more files"))?;
    }
    if let Some(reason) = &args.full_ip {
        io.stderr.line(format!("addresses were read whole: {reason}"))?;
    }
    Ok(())
}

/// Writes the bad lines to a file: which, and why, tab-separated.
pub(crate) fn quarantine(summary: &Summary, args: &InputArgs) -> anyhow::Result<()> {
    let Some(file) = &args.quarantine else { return Ok(()) };
    let line = |(name, bad): &(String, log_reader::BadLine)| {
        format!("{name}\t{}\t{}\n", bad.line, bad.reason)
    };
    let lines: String = summary.bad.iter().map(line).collect();
    let text = format!("file\tline\treason\n{lines}");
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}
