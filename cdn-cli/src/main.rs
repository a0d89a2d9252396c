//! The binary: everything else is in the library, so that tests can call it in-process.

use std::io;
use std::process::ExitCode;

use cdn_cli::{Io, Stream};

fn main() -> ExitCode {
    cdn_cli::start_logging();
    let mut io = Io {
        stdin: &mut io::stdin(),
        stdout: Stream::of_process(&mut io::stdout()),
        stderr: Stream::of_process(&mut io::stderr()),
    };
    cdn_cli::run(std::env::args_os(), &mut io).into()
}
