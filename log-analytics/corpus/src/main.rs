//! Writes a corpus into a folder.

use std::process::ExitCode;

mod folder;

fn main() -> ExitCode {
    folder::run(std::env::args_os())
}
