//! What `images transform` says of its pictures: data to standard output, the rest to standard
//! error.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use edge_resizer::Issue;
use serde::Serialize;

use super::issues;
use super::picture::{Input, Picture};
use crate::cli::TransformArgs;
use crate::exit::ExitStatus;
use crate::hints;
use crate::printer::{Io, bytes};

/// A picture that was made.
#[derive(Debug)]
pub(crate) struct Done {
    /// The picture; its bytes are empty once they are written.
    pub(crate) picture: Picture,
    /// How many bytes it has.
    pub(crate) bytes_out: usize,
    /// Where it was written; `None`: it is to go to standard output.
    pub(crate) path: Option<PathBuf>,
}

/// What became of an input.
pub(crate) type Outcome = anyhow::Result<Done>;

/// What all of it came to.
#[derive(Debug, Default)]
struct Totals {
    done: usize,
    failed: usize,
    with_warnings: usize,
    bytes_in: usize,
    bytes_out: usize,
}

/// Tells what happens, picture by picture.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    args: &'a TransformArgs,
    /// Said once for all pictures, before the first.
    told: Vec<Issue>,
    count: usize,
    totals: Totals,
}

impl<'a> Report<'a> {
    /// A report on `count` inputs; the issues were told already.
    pub(crate) fn new(args: &'a TransformArgs, told: Vec<Issue>, count: usize) -> Self {
        Self { args, told, count, totals: Totals::default() }
    }

    /// Tells what became of an input.
    pub(crate) fn tell(
        &mut self,
        input: &Input,
        outcome: Outcome,
        io: &mut Io<'_>,
    ) -> io::Result<()> {
        match outcome {
            Ok(done) => self.tell_done(input, &done, io),
            Err(error) => self.tell_failed(input, error, io),
        }
    }

    fn tell_failed(
        &mut self,
        input: &Input,
        error: anyhow::Error,
        io: &mut Io<'_>,
    ) -> io::Result<()> {
        self.totals.failed += 1;
        let name = input.name();
        if self.args.json {
            let error = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
            print_line(&Line { input: &name, result: LineResult::Failed { error } }, io)?;
        }
        let error = error.context(format!("{name} was not transformed"));
        write!(io.stderr.writer, "{}", hints::render(&error))
    }

    fn tell_done(&mut self, input: &Input, done: &Done, io: &mut Io<'_>) -> io::Result<()> {
        let Done { picture, path, .. } = done;
        let name = input.name();
        self.totals.add(done);
        if self.args.json {
            let result = LineResult::Done {
                output: path.as_deref().map(|path| path.display().to_string()),
                bytes_in: picture.source_bytes,
                bytes_out: done.bytes_out,
                width: picture.size.map(|(width, _)| width),
                height: picture.size.map(|(_, height)| height),
                format: &picture.media_type,
                recipe: &picture.recipe,
                fallback: picture.fallback.as_deref(),
                warnings: &picture.warnings,
                ms: u64::try_from(picture.took.as_millis()).unwrap_or(u64::MAX),
            };
            print_line(&Line { input: &name, result }, io)?;
        }
        if path.is_none() {
            io.stdout.writer.write_all(&picture.bytes)?;
            io.stdout.writer.flush()?;
        }
        for warning in picture.warnings.iter().filter(|warning| !self.is_told(warning)) {
            issues::warn(&format!("{name}: {warning}"), &mut io.stderr)?;
        }
        if let Some(reason) = &picture.fallback {
            let message = format!("{name}: not what was asked for: {reason}");
            issues::warn(&message, &mut io.stderr)?;
        }
        if self.count == 1 && !self.args.quiet {
            io.stderr.line(one_line(done))?;
        }
        Ok(())
    }

    /// Whether the warning is one of those about the URL.
    fn is_told(&self, warning: &str) -> bool {
        self.told.iter().any(|issue| {
            // In a header a quote becomes an apostrophe.
            format!("{}: {}", issue.option, issue.message).replace(['"', '\\'], "'") == warning
        })
    }

    /// Tells what all of it came to.
    pub(crate) fn end(self, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
        let totals = &self.totals;
        if self.count > 1 && !self.args.quiet {
            io.stderr.line(totals.sentence())?;
        }
        Ok(match totals {
            Totals { failed: 1.., .. } => ExitStatus::Error,
            Totals { with_warnings: 1.., .. } if self.args.check => ExitStatus::No,
            _ => ExitStatus::Done,
        })
    }
}

/// One line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    #[serde(flatten)]
    result: LineResult<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LineResult<'a> {
    Failed {
        error: String,
    },
    Done {
        output: Option<String>,
        bytes_in: usize,
        bytes_out: usize,
        width: Option<u32>,
        height: Option<u32>,
        format: &'a str,
        recipe: &'a str,
        fallback: Option<&'a str>,
        warnings: &'a [String],
        ms: u64,
    },
}

impl Totals {
    fn add(&mut self, done: &Done) {
        let picture = &done.picture;
        self.done += 1;
        self.with_warnings +=
            usize::from(picture.fallback.is_some() || !picture.warnings.is_empty());
        self.bytes_in = self.bytes_in.saturating_add(picture.source_bytes);
        self.bytes_out = self.bytes_out.saturating_add(done.bytes_out);
    }

    fn sentence(&self) -> String {
        let mut text =
            format!("{} done, {} -> {}", self.done, bytes(self.bytes_in), bytes(self.bytes_out));
        if self.with_warnings > 0 {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "; {} with warnings", self.with_warnings);
        }
        if self.failed > 0 {
            let _ = write!(text, "; {} failed", self.failed);
        }
        text
    }
}

fn one_line(done: &Done) -> String {
    let Done { picture, bytes_out, path } = done;
    let name = path.as_ref().map_or_else(|| "-".to_owned(), |path| path.display().to_string());
    let size =
        picture.size.map_or_else(String::new, |(width, height)| format!("{width}x{height}, "));
    format!(
        "{name}: {size}{}, {} -> {}, {} ms",
        picture.media_type,
        bytes(picture.source_bytes),
        bytes(*bytes_out),
        picture.took.as_millis()
    )
}

fn print_line(line: &Line<'_>, io: &mut Io<'_>) -> io::Result<()> {
    let text = serde_json::to_string(line).map_err(io::Error::other)?;
    io.stdout.line(text)
}
