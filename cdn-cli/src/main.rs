//! The binary: everything else is in the library, so that tests can call it in-process.

use std::io::{stderr, stdin, stdout};
use std::process::ExitCode;

use cdn_cli::{Io, Stream};

fn main() -> ExitCode {
    cdn_cli::start_logging();
    let (mut stdin, mut stdout, mut stderr) = (stdin(), stdout(), stderr());
    let mut io = Io {
        stdin: &mut stdin,
        stdout: Stream::of_process(&mut stdout),
        stderr: Stream::of_process(&mut stderr),
    };
    cdn_cli::run(std::env::args_os(), &mut io).into()
}
