//! `lambda-edge.zip`: the modules, the handler, and the fleet baked in, since Lambda@Edge has no
//! environment variables.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use edge_resizer::Policy;
use fleet::{Fleet, Origin};
use serde::Serialize;

use super::archive::Archive;
use super::{about, manifest};
use crate::cli::BundleArgs;
use crate::hints::Hinted;

/// What the handler reads: `configuration.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration<'a> {
    behind_viewer_function: bool,
    max_body_bytes: u32,
    spill: Option<Spill<'a>>,
    sites: Vec<Site<'a>>,
}

/// Where bodies go that do not fit into a response.
#[derive(Serialize)]
struct Spill<'a> {
    bucket: &'a str,
    region: &'a str,
    path: &'a str,
}

#[derive(Serialize)]
struct Site<'a> {
    name: &'a str,
    domains: &'a [String],
    origin: &'a Origin,
    images: Policy,
}

/// Where spilled variants are asked for, and lie in the bucket.
const SPILL_PATH: &str = "/_spilled";

/// The modules that a folder has to have.
const MODULES: [&str; 2] = ["resizer.wasm", "resizer-full.wasm"];

/// Bundles what `cargo xtask wasm` left in `folder`.
pub(super) fn archive(fleet: &Fleet, folder: &Path, args: &BundleArgs) -> anyhow::Result<Archive> {
    if let Some(missing) = MODULES.iter().find(|name| !folder.join(name).is_file()) {
        return Err(Hinted::error(
            format!("no {missing} in {}", folder.display()),
            "cargo xtask wasm builds the modules and says where they are",
        ));
    }
    let mut archive = Archive::default();
    let packages = about::add(&mut archive, folder)?;
    for entry in fs::read_dir(folder).context("listing the folder")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = || fs::read(&path).with_context(|| format!("reading {}", path.display()));
        if let Some("wasm" | "js" | "mjs") = path.extension().and_then(OsStr::to_str) {
            archive.add(name, read()?);
        }
    }
    // The glue of the modules is in the syntax of ES modules.
    archive.add("package.json", b"{ \"type\": \"module\" }\n".to_vec());
    let mut configuration = serde_json::to_vec_pretty(&configuration(fleet, args)?)?;
    configuration.push(b'\n');
    archive.add("configuration.json", configuration);
    manifest::add(&mut archive, &packages)?;
    Ok(archive)
}

fn configuration<'a>(fleet: &'a Fleet, args: &'a BundleArgs) -> anyhow::Result<Configuration<'a>> {
    let sites = fleet.sites.iter().map(|site| {
        if let Origin::Folder(folder) = &site.origin {
            return Err(Hinted::error(
                format!("the originals of `{}` are in the folder {}", site.name, folder.display()),
                "Lambda reads a bucket, `origin = { s3 = … }`, or another server, \
                 `origin = { http = … }`",
            ));
        }
        // The viewer function has verified signatures: the keys need not be here.
        let signing = site.images.signing.clone().filter(|_| args.without_viewer_function);
        let images = Policy { signing, ..site.images.clone() };
        Ok(Site { name: &site.name, domains: &site.domains, origin: &site.origin, images })
    });
    let spill = args.spill_bucket.as_deref().map(|bucket| Spill {
        bucket,
        region: &args.spill_region,
        path: SPILL_PATH,
    });
    Ok(Configuration {
        behind_viewer_function: !args.without_viewer_function,
        max_body_bytes: args.max_body_bytes,
        spill,
        sites: sites.collect::<anyhow::Result<_>>()?,
    })
}
