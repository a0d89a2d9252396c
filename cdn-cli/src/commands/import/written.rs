//! What an import writes.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use cloudflare_zone::{Conflict, Import, RecordChange, Report, fleet_text, merge};
use serde_json::{Value, json};

use crate::hints::Hinted;

/// The fleet file, which people change.
const FLEET: &str = "fleet.toml";
/// The fleet file as it was imported last, which nobody changes.
const IMPORTED: &str = "fleet.imported.toml";

/// What of the fleet file changed.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Keys that follow Cloudflare.
    pub(super) changed: Vec<String>,
    /// Keys that both changed.
    pub(super) conflicts: Vec<Conflict>,
}

/// Writes all files of an import to a folder.
pub(super) fn write(import: &Import, folder: &Path) -> anyhow::Result<Written> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let new = fleet_text(&import.sites);
    let (text, written) = fleet_file(&new, folder)?;
    let report = Report::of(import);
    put(folder, FLEET, &text)?;
    put(folder, IMPORTED, &new)?;
    put(folder, "report.md", &report.markdown())?;
    put(folder, "report.html", &report.html())?;
    put(folder, "report.json", &format!("{:#}\n", report.json()))?;
    put(folder, "records.json", &format!("{:#}\n", batches(import)))?;
    Ok(written)
}

fn put(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

/// The text of the fleet file: the new one, or that which is there with what Cloudflare changed.
fn fleet_file(new: &str, folder: &Path) -> anyhow::Result<(String, Written)> {
    let path = folder.join(FLEET);
    let Some(own) = text_of(&path)? else { return Ok((new.to_owned(), Written::default())) };
    let Some(base) = text_of(&folder.join(IMPORTED))? else {
        return Err(Hinted::error(
            format!("{} is there, and {IMPORTED} beside it is not", path.display()),
            "nothing tells what you changed in it: import to another folder, -o DIR",
        ));
    };
    let merged = merge(&base, &own, new).map_err(|error| {
        let told = format!("{} cannot be read: {error}", path.display());
        Hinted::error(told, "repair it: cdn-cli fleet validate --fleet FILE shows the place")
    })?;
    let written = Written { changed: merged.changed, conflicts: merged.conflicts };
    Ok((merged.text, written))
}

fn text_of(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// For each zone what `aws route53 change-resource-record-sets --change-batch` takes.
fn batches(import: &Import) -> Value {
    let batch = |changes: &Vec<RecordChange>| {
        let changes: Vec<Value> = changes.iter().map(change).collect();
        json!({ "Changes": changes })
    };
    import.records.iter().map(|(zone, changes)| (zone.clone(), batch(changes))).collect()
}

fn change(change: &RecordChange) -> Value {
    let values: Vec<Value> = change.values.iter().map(|value| json!({ "Value": value })).collect();
    json!({ "Action": "UPSERT", "ResourceRecordSet": {
        "Name": change.name, "Type": change.kind, "TTL": change.ttl, "ResourceRecords": values,
    } })
}
