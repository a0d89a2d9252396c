//! `image-lambda-<machine>.zip`: the native host as a custom runtime, and the fleet beside it.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use fleet::{Fleet, FleetFiles};

use super::archive::Archive;
use super::manifest;
use crate::cli::BundleArgs;
use crate::hints::Hinted;

/// Bundles the program `edge-lambda`; says for which machine it was built.
pub(super) fn archive(
    fleet: &Fleet,
    program: &Path,
    args: &BundleArgs,
) -> anyhow::Result<(&'static str, Archive)> {
    let bytes = fs::read(program).context("reading the program")?;
    let machine = machine(&bytes).ok_or_else(|| {
        Hinted::error(
            "not a program of 64-bit Linux for x86-64 or AArch64",
            "cargo build --release --package edge-resizer-native --features lambda --bin \
             edge-lambda builds it on such a machine",
        )
    })?;
    let packages = args.packages.as_deref().map(fs::read_to_string).transpose()?;
    let mut archive = Archive::default();
    // The name under which Lambda starts a custom runtime.
    archive.add_program("bootstrap", bytes);
    // Read once more, as text: its comments are of use to whoever looks into the bundle.
    let text = fs::read(&args.fleet).context("reading the fleet")?;
    anyhow::ensure!(!fleet.sites.is_empty(), "the fleet has no sites");
    archive.add("fleet.toml", text);
    for path in FleetFiles::read(&args.fleet)?.paths().skip(1) {
        archive.add(
            name_of_included(path, &args.fleet)?,
            fs::read(path).context("reading the fleet")?,
        );
    }
    manifest::add(&mut archive, &packages.unwrap_or_default())?;
    Ok((machine, archive))
}

/// An included file is found again where it was: below the folder of the main one.
fn name_of_included(path: &Path, main: &Path) -> anyhow::Result<String> {
    let folder = main.parent().unwrap_or(Path::new(""));
    let below = path.strip_prefix(folder).ok().and_then(Path::to_str);
    below.filter(|below| !below.contains("..")).map(str::to_owned).ok_or_else(|| {
        Hinted::error(
            format!("{} is not below the folder of {}", path.display(), main.display()),
            "a bundle holds what lies beside the fleet file: move the included file there",
        )
    })
}

/// The machine in the header of an ELF file of 64 bits, little-endian
/// (<https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html>).
fn machine(program: &[u8]) -> Option<&'static str> {
    let magic = program.strip_prefix(b"\x7fELF\x02\x01")?;
    match magic.get(12..14)? {
        [62, 0] => Some("x86_64"),
        [183, 0] => Some("aarch64"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_read_from_the_header() {
        let header = |machine: u8| {
            let mut header = b"\x7fELF\x02\x01\x01".to_vec();
            header.resize(18, 0);
            header.extend([machine, 0]);
            header
        };
        for (program, want) in [
            (header(62), Some("x86_64")),
            (header(183), Some("aarch64")),
            (header(40), None),
            (header(62)[..18].to_vec(), None),
            (b"#!/bin/sh".to_vec(), None),
            (Vec::new(), None),
        ] {
            assert_eq!(machine(&program), want, "{program:?}");
        }
        let own = fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(machine(&own).is_some(), cfg!(target_os = "linux"));
    }
}
