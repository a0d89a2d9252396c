//! `cdn-cli images bundle`: what Lambda is given, with the fleet baked in.

mod about;
mod archive;
mod edge;
mod manifest;
mod regional;

use std::fs;

use anyhow::Context as _;
use fleet::Fleet;
use serde::Serialize;

use self::archive::Archive;
use crate::cli::BundleArgs;
use crate::exit::ExitStatus;
use crate::hints::Hinted;
use crate::printer::Io;

/// The archives of native functions, without the machine.
const IMAGES: &str = "image-lambda";
const WARMER: &str = "warm-lambda";

/// An archive that was written.
#[derive(Serialize)]
struct Written {
    file: String,
    bytes: usize,
    sha256: String,
}

/// Writes the archives that were asked for, all or none.
pub(crate) fn run(args: &BundleArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    if args.edge.is_none() && args.lambda.is_none() && args.warm.is_none() {
        return Err(Hinted::error(
            "nothing to put into a bundle",
            "say --edge FOLDER, which cargo xtask wasm makes, or --lambda FILE, or both, or --warm \
             FILE",
        ));
    }
    let fleet = Fleet::read(&args.fleet)?;
    let mut archives: Vec<(String, Archive)> = Vec::new();
    if let Some(folder) = &args.edge {
        let archive = edge::archive(&fleet, folder, args)
            .with_context(|| format!("bundling {}", folder.display()))?;
        archives.push(("lambda-edge.zip".to_owned(), archive));
    }
    for (program, name) in [(&args.lambda, IMAGES), (&args.warm, WARMER)] {
        let Some(program) = program else { continue };
        let more = if name == WARMER { prices(&fleet)? } else { None };
        let (machine, archive) = regional::archive(&fleet, program, more, args)
            .with_context(|| format!("bundling {}", program.display()))?;
        archives.push((format!("{name}-{machine}.zip"), archive));
    }
    fs::create_dir_all(&args.output)
        .with_context(|| format!("making the folder {}", args.output.display()))?;
    for (name, archive) in archives {
        let bytes = archive.into_zip().with_context(|| format!("packing {name}"))?;
        let path = args.output.join(&name);
        fs::write(&path, &bytes).with_context(|| format!("writing {}", path.display()))?;
        let written = Written {
            file: path.display().to_string(),
            bytes: bytes.len(),
            sha256: manifest::sha256(&bytes),
        };
        if args.json {
            io.stdout.line(serde_json::to_string(&written)?)?;
        } else {
            io.stdout.line(format_args!("{}  {:>9} bytes", written.file, written.bytes))?;
            io.stdout.line(format_args!("  sha256 {}", written.sha256))?;
        }
    }
    Ok(ExitStatus::Done)
}

/// A file of an archive: its name, and what stands in it.
type Entry = (&'static str, Vec<u8>);

/// What requests and bytes cost where, for `max_cost` of `[warm]`.
#[cfg(feature = "warm")]
fn prices(_: &Fleet) -> anyhow::Result<Option<Entry>> {
    let prices = crate::commands::warm::prices()?;
    Ok(Some(("prices.json", serde_json::to_vec_pretty(&prices)?)))
}

#[cfg(not(feature = "warm"))]
fn prices(fleet: &Fleet) -> anyhow::Result<Option<Entry>> {
    if fleet.warm.as_ref().is_some_and(|warm| warm.max_cost.is_some()) {
        return Err(Hinted::error(
            "`warm.max_cost` needs prices, and this cdn-cli has none",
            "build it with the feature `warm`, or leave `max_cost` out",
        ));
    }
    Ok(None)
}
