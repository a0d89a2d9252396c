//! A process that answers a JSON line with a JSON line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One of the two that are compared.
#[derive(Clone, Debug)]
pub(crate) enum Side {
    /// This program, or one like it, as a worker.
    Ours(PathBuf),
    /// `sharp.mjs` in this folder.
    Sharp(PathBuf),
}

/// A running worker; it ends with its input.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    name: String,
}

impl Side {
    /// Starts a worker.
    pub(crate) fn start(&self) -> anyhow::Result<Process> {
        let (mut command, name) = match self {
            Self::Ours(program) => {
                let mut command = Command::new(program);
                command.arg("worker");
                (command, program.as_path())
            }
            Self::Sharp(folder) => {
                let mut command = Command::new("node");
                command.arg("sharp.mjs").current_dir(folder);
                (command, Path::new("sharp"))
            }
        };
        let name = name.display().to_string();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let input = child.stdin.take();
        let output = child.stdout.take().map(BufReader::new).context("it has no output")?;
        Ok(Process { child, input, output, name })
    }
}

impl Process {
    /// Sends a command and waits for its answer.
    pub(crate) fn ask<Answer: DeserializeOwned>(
        &mut self,
        command: impl Serialize,
    ) -> anyhow::Result<Answer> {
        let input = self.input.as_mut().context("its input is closed")?;
        writeln!(input, "{}", serde_json::to_string(&command)?)?;
        input.flush()?;
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("{} ended", self.name);
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer.get("error") {
            Some(error) => bail!("{}: {error}", self.name),
            None => Ok(serde_json::from_value(answer)?),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Without input it ends by itself; what it ends with changes nothing any more.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
