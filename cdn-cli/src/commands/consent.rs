//! Asking before anything is changed.

use std::io::Read;

use crate::hints::Hinted;
use crate::printer::Io;

/// Whether to go on: `--yes` says so, or a person does at the terminal.
pub(crate) fn asked(question: &str, yes: bool, io: &mut Io<'_>) -> anyhow::Result<bool> {
    if yes {
        return Ok(true);
    }
    if !io.stderr.is_terminal {
        return Err(Hinted::error(
            "nobody is there to agree to the plan",
            "say --yes where no person looks on",
        ));
    }
    write!(io.stderr.writer, "{question} [y/N] ")?;
    io.stderr.writer.flush()?;
    let answer = line(io.stdin)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// A line, without anything that comes after it.
fn line(from: &mut (dyn Read + Send)) -> std::io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while from.read(&mut byte)? == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}
