//! What a developer runs; `cargo xtask` alone lists it.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::run(std::env::args_os()).into()
}
