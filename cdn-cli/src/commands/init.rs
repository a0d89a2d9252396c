//! `cdn-cli init`: a fleet file to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use anyhow::Context as _;

use crate::cli::InitArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// Writes it, unless the file is there.
pub(crate) fn run(args: &InitArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let name = args.file.display();
    match OpenOptions::new().write(true).create_new(true).open(&args.file) {
        Ok(mut file) => {
            file.write_all(fleet::STARTER.as_bytes()).with_context(|| format!("writing {name}"))?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let hint = "name another file, `cdn-cli init new.toml`, or move this one away";
            return Err(Hinted::error(format!("{name} is there already"), hint));
        }
        Err(error) => return Err(error).with_context(|| format!("writing {name}")),
    }
    io.stderr.line(format_args!("wrote {name}; see what it says: cdn-cli fleet list"))?;
    Ok(ExitStatus::Done)
}
