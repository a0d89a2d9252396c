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

/// The words in lines of at most `width` characters. A word is what stands between spaces, and a
/// comma ends one too, so that lists of options break; a longer word has a line of its own.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive([' ', ',']) {
        let is_full = line.chars().count() + word.trim_end().chars().count() > width;
        if is_full && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(word);
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// A number of bytes for people, with three digits: `812 B`, `1.40 MB`.
pub(crate) fn bytes(count: usize) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    // What would be shown as 1000 is shown as 1.00 of the next unit.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let places = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.places$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_wrap() {
        for (text, want) in [
            ("", vec![""]),
            ("one two", vec!["one two"]),
            ("one two three", vec!["one two", "three"]),
            ("a=1,bb=22,c=3", vec!["a=1,bb=22,", "c=3"]),
            ("0123456789abcdef x", vec!["0123456789abcdef", "x"]),
            ("x 0123456789abcdef", vec!["x", "0123456789abcdef"]),
        ] {
            assert_eq!(wrap(text, 10), want, "{text}");
        }
    }

    #[test]
    fn bytes_have_three_digits() {
        for (count, want) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.00 kB"),
            (12_345, "12.3 kB"),
            (999_499, "999 kB"),
            (999_500, "1.00 MB"),
            (1_404_000, "1.40 MB"),
            (2_000_000_000_000, "2.00 TB"),
        ] {
            assert_eq!(bytes(count), want, "{count}");
        }
    }
}
