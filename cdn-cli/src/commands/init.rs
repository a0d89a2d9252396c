//! `cdn-cli init`: a fleet file to begin with, or one of distributions that are there.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::InitArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::import::{Documents, Imported, fleet_file};
use crate::printer::{Io, wrap};

/// Writes it, unless the file is there.
pub(crate) fn run(args: &InitArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    if fs::exists(&args.file).unwrap_or(false) {
        return Err(is_there(&args.file));
    }
    let documents = documents(args)?;
    if documents.distributions.is_empty() && args.from_file.is_empty() {
        write(&args.file, fleet::STARTER)?;
        let name = args.file.display();
        io.stderr.line(format_args!("wrote {name}; see what it says: cdn-cli fleet list"))?;
        return Ok(ExitStatus::Done);
    }
    let imported = fleet_file(&documents)?;
    write(&args.file, &imported.text)?;
    tell(args, &imported, io)?;
    Ok(ExitStatus::Done)
}

/// All answers that the arguments name, of files and of the account.
fn documents(args: &InitArgs) -> anyhow::Result<Documents> {
    let mut documents = Documents::default();
    for file in &args.from_file {
        let name = file.display();
        let text = fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
        let answer = serde_json::from_str(&text).map_err(|error| not_an_answer(file, &error))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        if !documents.add(&answer, &stem) {
            return Err(not_an_answer(file, &"it holds neither a distribution nor a policy"));
        }
    }
    #[cfg(feature = "deploy")]
    account::add(args, &mut documents)?;
    if documents.distributions.is_empty() && !args.from_file.is_empty() {
        return Err(Hinted::error(
            "the files hold no distribution",
            "add one: aws cloudfront get-distribution --id ID > distribution.json",
        ));
    }
    Ok(documents)
}

fn not_an_answer(file: &Path, reason: &dyn std::fmt::Display) -> anyhow::Error {
    Hinted::error(
        format!("{} is not what the AWS CLI prints of a distribution: {reason}", file.display()),
        "aws cloudfront get-distribution --id ID --output json > distribution.json",
    )
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let name = file.display();
    match OpenOptions::new().write(true).create_new(true).open(file) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(|| format!("writing {name}")),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(is_there(file)),
        Err(error) => Err(error).with_context(|| format!("writing {name}")),
    }
}

fn is_there(file: &Path) -> anyhow::Error {
    let hint = "name another file, `cdn-cli init new.toml`, or move this one away";
    Hinted::error(format!("{} is there already", file.display()), hint)
}

/// Tells what was written, and all that could not be.
fn tell(args: &InitArgs, imported: &Imported, io: &mut Io<'_>) -> anyhow::Result<()> {
    /// Columns before a thing that was not imported.
    const INDENT: usize = 4;
    let mut count = 0;
    for (site, told) in imported.told.iter().filter(|(_, told)| !told.is_empty()) {
        io.stderr.line(format_args!("{site}: not imported"))?;
        for what in told {
            count += 1;
            for (number, line) in wrap(what, crate::cli::WIDTH - INDENT).iter().enumerate() {
                let mark = if number == 0 { "  - " } else { "    " };
                io.stderr.line(format_args!("{mark}{line}"))?;
            }
        }
    }
    let sites = imported.told.len();
    let name = args.file.display();
    io.stderr.line(format_args!(
        "wrote {name}: {sites} {}, {count} {} not imported, each a comment at its place; go on with: \
         cdn-cli fleet lint",
        if sites == 1 { "site" } else { "sites" },
        if count == 1 { "thing" } else { "things" },
    ))?;
    Ok(())
}

/// What CloudFront itself answers.
#[cfg(feature = "deploy")]
mod account {
    use crate::aws::Aws;
    use crate::cli::InitArgs;
    use crate::import::Documents;

    /// Reads the distributions that were named, and then what all distributions at hand name.
    pub(super) fn add(args: &InitArgs, documents: &mut Documents) -> anyhow::Result<()> {
        if args.from_distribution.is_empty() {
            return Ok(());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let distributions = Aws::connect(&args.aws).await.distributions();
            for id in &args.from_distribution {
                documents.add(&distributions.read(id).await?, id);
            }
            for (kind, id) in documents.missing() {
                documents.add(&distributions.policy(kind, &id).await?, &id);
            }
            Ok(())
        })
    }
}
