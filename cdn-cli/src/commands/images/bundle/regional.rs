//! `image-lambda-<machine>.zip` and `warm-lambda-<machine>.zip`: a program as a custom runtime, and the
//! fleet beside it.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use fleet::{Fleet, FleetFiles};

use super::archive::Archive;
use super::{Entry, about, manifest};
use crate::cli::BundleArgs;
use crate::hints::Hinted;

/// Of the C library of `provided.al2023`, 2.34
/// (<https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html>).
const LAMBDA_GLIBC_MINOR: u32 = 34;

/// Bundles the program `edge-lambda` or `warm-lambda`; says for which machine it was built.
pub(super) fn archive(
    fleet: &Fleet,
    program: &Path,
    more: Option<Entry>,
    args: &BundleArgs,
) -> anyhow::Result<(&'static str, Archive)> {
    let bytes = fs::read(program).context("reading the program")?;
    let machine = machine(&bytes).ok_or_else(|| {
        Hinted::error(
            "not a program of 64-bit Linux for x86-64 or AArch64",
            "cargo build --release --package edge-resizer-native --features lambda --bin \
             edge-lambda builds it on such a machine, --package warm-lambda the warmer",
        )
    })?;
    if let Some(minor) = glibc_minor(&bytes).filter(|minor| *minor > LAMBDA_GLIBC_MINOR) {
        return Err(Hinted::error(
            format!("the program needs glibc 2.{minor}; Lambda has 2.{LAMBDA_GLIBC_MINOR}"),
            "build it on an older Linux, such as Debian 12 or Amazon Linux 2023 itself",
        ));
    }
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
    if let Some((name, bytes)) = more {
        archive.add(name, bytes);
    }
    let packages = match &args.about {
        Some(folder) => about::add(&mut archive, folder)?,
        None => String::new(),
    };
    manifest::add(&mut archive, &packages)?;
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

/// The newest version 2.x of glibc that a program asks for; `None` where it asks for none. Versions of
/// symbols are texts between zeros in the table of names of an ELF file.
fn glibc_minor(program: &[u8]) -> Option<u32> {
    let versions = program.split(|byte| *byte == 0);
    let versions = versions.filter_map(|text| text.strip_prefix(b"GLIBC_2."));
    versions.filter_map(minor).max()
}

/// Of `34` or `2.5`, as in 2.34 and 2.2.5.
fn minor(version: &[u8]) -> Option<u32> {
    let version = std::str::from_utf8(version).ok()?;
    let (minor, patch) = version.split_once('.').unwrap_or((version, "0"));
    patch.parse::<u32>().ok()?;
    minor.parse().ok()
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

    #[test]
    fn the_c_library_is_read_from_the_names_of_versions() {
        for (program, want) in [
            (&b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.4\0"[..], Some(34)),
            (b"\0GLIBC_2.38\0", Some(38)),
            (b"\0GLIBC_2.2.5\0", Some(2)),
            (b"\0say GLIBC_2.99 here\0GLIBC_PRIVATE\0GLIBC_2.x\0GLIBC_2.\xff\0", None),
            (b"", None),
        ] {
            assert_eq!(glibc_minor(program), want, "{}", program.escape_ascii());
        }
        let own = fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(glibc_minor(&own).is_some(), cfg!(all(target_os = "linux", target_env = "gnu")));
    }
}
