//! Tables of the other engine over the same logs.

use std::fs::{self, File};
use std::path::Path;

use datafusion::parquet::arrow::ArrowWriter;
use log_reader::{Column, LEGACY_COLUMNS, RAW, REQUESTS, RequestColumn};

use crate::engines::{Embedded, Trino};

/// The view as compaction stores it.
pub(crate) fn compacted(trino: &Trino, embedded: &Embedded, folder: &Path) {
    let answer = embedded.answer("SELECT * FROM requests");
    fs::create_dir_all(folder).unwrap();
    let file = File::create(folder.join("requests.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, answer.schema, None).unwrap();
    for batch in &answer.batches {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
    let columns: Vec<String> =
        REQUESTS.iter().map(|it| format!("\"{}\" {}", it.name, it.kind.trino())).collect();
    trino.ask(&format!(
        "CREATE TABLE requests ({}) WITH (format = 'PARQUET', external_location = 'file://{}')",
        columns.join(", "),
        folder.display()
    ));
}

/// Files of version 1 as text, and Athena's view over them; its columns that version 1 has and that
/// take no code.
pub(crate) fn raw(trino: &Trino, folder: &Path) -> Vec<&'static RequestColumn> {
    // Columns of later versions are behind those of the files, and NULL.
    let known = RAW.iter().filter(|it| !it.name.is_empty());
    let columns: Vec<String> =
        known.map(|it| format!("\"{}\" varchar", table_name(it.name))).collect();
    trino.ask(&format!(
        "CREATE TABLE raw ({}) WITH (format = 'TEXTFILE', skip_header_line_count = 2, \
         textfile_field_separator = U&'\\0009', external_location = 'file://{}')",
        columns.join(", "),
        folder.display()
    ));
    let takes_no_code = |it: &&RequestColumn| it.sql.is_some() && it.column != Column::File;
    let is_legacy = |it: &&RequestColumn| {
        it.made_of.iter().any(|raw| RAW[..LEGACY_COLUMNS].iter().any(|its| its.raw == *raw))
    };
    let columns: Vec<&RequestColumn> =
        REQUESTS.iter().filter(takes_no_code).filter(is_legacy).collect();
    let select: Vec<String> = columns
        .iter()
        .map(|it| format!("{} AS \"{}\"", it.sql.unwrap_or("NULL"), it.name))
        .collect();
    trino.ask(&format!("CREATE VIEW requests AS SELECT {} FROM raw", select.join(", ")));
    columns
}

/// `cs(User-Agent)` is `cs_user_agent` in Parquet and in tables.
fn table_name(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_").to_lowercase()
}
