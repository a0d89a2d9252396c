//! Where output goes: data to standard output, everything for people to standard error.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal, Read, Write};

use clap::builder::styling::Style;

/// The three streams of a command; a test hands in buffers.
pub struct Io<'a> {
    /// What is piped in.
    pub stdin: &'a mut (dyn Read + Send),
    /// For data alone.
    pub stdout: Stream<'a>,
    /// For progress, logs, errors and hints.
    pub stderr: Stream<'a>,
}

/// A stream to write to.
pub struct Stream<'a> {
    /// The stream.
    pub writer: &'a mut (dyn Write + Send),
    /// Whether a person looks at it.
    pub is_terminal: bool,
    /// Whether colors may be used.
    pub color: bool,
}

impl<'a> Stream<'a> {
    /// A stream of this process, colored on terminals, unless `NO_COLOR` is set
    /// (<https://no-color.org>) or the terminal is `dumb`.
    pub fn of_process<W: Write + IsTerminal + Send>(writer: &'a mut W) -> Self {
        let is_terminal = writer.is_terminal();
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { writer, is_terminal, color: is_terminal && !plain }
    }

    /// A stream that no person looks at: a file, a pipe, a buffer.
    pub fn plain(writer: &'a mut (dyn Write + Send)) -> Self {
        Self { writer, is_terminal: false, color: false }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> io::Result<()> {
        writeln!(self.writer, "{text}")
    }

    /// Writes a parser's text, which carries its own colors.
    pub(crate) fn styled(&mut self, text: &clap::builder::StyledStr) -> io::Result<()> {
        if self.color {
            write!(self.writer, "{}", text.ansi())
        } else {
            write!(self.writer, "{text}")
        }
    }

    /// The text in a style, where colors may be used.
    pub(crate) fn paint(&self, style: Style, text: impl fmt::Display) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

impl fmt::Debug for Io<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Io").finish_non_exhaustive()
    }
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("is_terminal", &self.is_terminal).finish_non_exhaustive()
    }
}
