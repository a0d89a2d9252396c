//! Requests by URL.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use cloudflare_zone::Requests;

use crate::hints::Hinted;

const FORM: &str = "CSV with a URL and a number a line, `https://shop.example/a,120`, or one JSON \
                    object, `{\"https://shop.example/a\": 120}`";

/// Reads them, where a file is named.
pub(super) fn read(file: Option<&Path>) -> anyhow::Result<Requests> {
    let Some(file) = file else { return Ok(Requests::new()) };
    let name = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(&text)
            .map_err(|error| Hinted::error(format!("{name}: {error}"), FORM));
    }
    let mut requests = Requests::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|error| Hinted::error(format!("{name}: {error}"), FORM))?;
        let url = record.get(0).unwrap_or_default();
        match record.get(1).unwrap_or("1").trim().parse::<u64>() {
            Ok(count) => *requests.entry(url.to_owned()).or_default() += count,
            // The first line may say what is in the columns.
            Err(_) if index == 0 => {}
            Err(_) => {
                let line = index + 1;
                return Err(Hinted::error(format!("{name}: line {line} has no number"), FORM));
            }
        }
    }
    Ok(requests)
}
