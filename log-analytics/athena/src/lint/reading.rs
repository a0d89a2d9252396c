//! Mistakes in how files are read.

use log_reader::RAW;

use super::Severity::Wrong;
use super::{Problem, Rule, Subject};
use crate::columns::{column_name, legacy};

pub(super) const HEADER_SKIP: Rule = Rule {
    name: "header-skip",
    severity: Wrong,
    finds: "skip.header.line.count over logs that have another number of header lines",
    why: "version 1 has two header lines, version 2 one as W3C and none as plain, JSON or Parquet, real-time logs none: each line too many takes a row from every file, and joined files have headers in their midst. Skip none, and leave out rows whose date begins with #",
    check: header_skip,
};

pub(super) const QUOTES: Rule = Rule {
    name: "quotes",
    severity: Wrong,
    finds: "a SerDe that takes quotes for its own (OpenCSVSerde), or a regular expression",
    why: "CloudFront puts nothing in quotes: one in a URL swallows the columns behind it, and an expression for 33 columns gives NULL for lines with more",
    check: quotes,
};

pub(super) const ESCAPE: Rule = Rule {
    name: "escape",
    severity: Wrong,
    finds: "an escape character",
    why: "a backslash before a tab would join two columns; CloudFront escapes by %",
    check: escape,
};

pub(super) const DELIMITER: Rule = Rule {
    name: "delimiter",
    severity: Wrong,
    finds: "standard or real-time logs without a tab between columns",
    why: "all of a line lands in the first column, and the others are NULL; plain logs of version 2 may have another delimiter, if the delivery says so",
    check: delimiter,
};

pub(super) const STRAY_QUOTE: Rule = Rule {
    name: "stray-quote",
    severity: Wrong,
    finds: "a property whose name has a quote in it",
    why: "nobody reads a property of that name; a published template has field.delim\" so",
    check: stray_quote,
};

pub(super) const COLUMN_ORDER: Rule = Rule {
    name: "column-order",
    severity: Wrong,
    finds: "columns in another order than that of the files",
    why: "text is read by position: from the first difference on every column shows its neighbor. A published table for real-time logs leaves out s-ip",
    check: column_order,
};

pub(super) const COLUMN_TYPE: Rule = Rule {
    name: "column-type",
    severity: Wrong,
    finds: "seconds as whole numbers, bytes as int, and anything but text over CloudFront's Parquet",
    why: "0.042 is no bigint and becomes NULL; 2 GB are no int; in CloudFront's Parquet every column is text, and a number gives TYPE_MISMATCH or HIVE_BAD_DATA",
    check: column_type,
};

pub(super) const JSON_NAMES: Rule = Rule {
    name: "json-names",
    severity: Wrong,
    finds: "JSON whose keys no column leads to",
    why: "the keys are CloudFront's names, cs(User-Agent): a column of another name needs mapping.<column>, else it is NULL",
    check: json_names,
};

const SKIP: &str = "skip.header.line.count";

fn header_skip(it: &Subject<'_>) -> Vec<Problem> {
    let skipped = it.property(SKIP).filter(|count| count.trim() != "0");
    let Some(skipped) = skipped.filter(|_| it.is_of_logs()) else { return Vec::new() };
    // Two lines over folders without a date, as version 1 has them, are right but for joined files.
    let is_version_1 = it.table.partition_keys.is_empty() && it.is_delimited();
    if is_version_1 && !it.is_real_time() && skipped.trim() == "2" {
        return Vec::new();
    }
    vec![Problem::needless(SKIP, skipped)]
}

fn quotes(it: &Subject<'_>) -> Vec<Problem> {
    let class = it.table.storage_descriptor.serde.serialization_library.as_deref().unwrap_or("");
    if !it.is_of_logs() || !(class.ends_with("OpenCSVSerde") || class.ends_with("RegexSerDe")) {
        return Vec::new();
    }
    vec![Problem {
        what: format!("ROW FORMAT SERDE '{class}'"),
        mend: Some("ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'".to_owned()),
    }]
}

fn escape(it: &Subject<'_>) -> Vec<Problem> {
    let parameters = &it.table.storage_descriptor.serde.parameters;
    let there =
        ["escape.delim", "escapeChar"].iter().filter_map(|key| parameters.get_key_value(*key));
    if !it.is_of_logs() {
        return Vec::new();
    }
    there.map(|(key, value)| Problem::needless(key, value)).collect()
}

fn delimiter(it: &Subject<'_>) -> Vec<Problem> {
    if !it.is_of_logs() || !it.is_read_by("LazySimpleSerDe") {
        return Vec::new();
    }
    // A tab may be written in three ways; Hive's default is the character 1.
    let is_tab = |text: &str| matches!(text, "\t" | "\\t" | "9");
    match it.table.storage_descriptor.serde.parameters.get("field.delim") {
        Some(text) if is_tab(text) => Vec::new(),
        Some(text) => vec![Problem::property("field.delim", text, "\t")],
        None => vec![Problem::missing("field.delim", "\t")],
    }
}

fn stray_quote(it: &Subject<'_>) -> Vec<Problem> {
    let serde = &it.table.storage_descriptor.serde.parameters;
    let all = it.table.parameters.iter().chain(serde);
    all.filter(|(key, _)| key.contains(['"', '\'']))
        .map(|(key, value)| {
            let line = |key: &String| crate::statement::property((key, value));
            Problem { what: line(key), mend: Some(line(&key.replace(['"', '\''], ""))) }
        })
        .collect()
}

/// The first columns of real-time logs with all fields; from the second on they tell whether one is
/// left out.
const REAL_TIME: [&str; 5] = ["timestamp", "c_ip", "s_ip", "time_to_first_byte", "sc_status"];

fn column_order(it: &Subject<'_>) -> Vec<Problem> {
    let delimited = it.is_delimited() && it.is_of_logs();
    let columns = &it.table.storage_descriptor.columns;
    let names: Vec<String> = columns.iter().map(|column| known_as(&column.name)).collect();
    if !delimited || names.is_empty() {
        return Vec::new();
    }
    if names[0] == "timestamp" {
        return real_time_order(&names);
    }
    // Version 2 has the order that its delivery was told; version 1 is told by its flat folder.
    let wanted: Vec<String> = legacy().into_iter().map(column_name).collect();
    let is_version_1 = it.table.partition_keys.is_empty() && names[0] == "date";
    let differs = names.iter().zip(&wanted).position(|(there, wanted)| there != wanted);
    let Some(at) = differs.filter(|_| is_version_1) else { return Vec::new() };
    vec![Problem {
        what: format!("column {} is `{}`", at + 1, columns[at].name),
        mend: Some(format!("`{}` string", wanted[at])),
    }]
}

fn real_time_order(names: &[String]) -> Vec<Problem> {
    let is_all = names.len() >= 30;
    let at = names.iter().zip(REAL_TIME).position(|(there, wanted)| there != wanted);
    let Some(at) = at.filter(|_| is_all) else { return Vec::new() };
    vec![Problem {
        what: format!("column {} is `{}`", at + 1, names[at]),
        mend: Some(format!("`{}` string", REAL_TIME[at])),
    }]
}

/// A column's name as CloudFront's Parquet has it; two are spelled in another way now and then.
fn known_as(name: &str) -> String {
    match column_name(name).as_str() {
        "cs_referrer" => "cs_referer".to_owned(),
        "location" => "x_edge_location".to_owned(),
        other => other.to_owned(),
    }
}

/// Columns that are seconds with decimals.
const SECONDS: [&str; 4] = ["time_taken", "time_to_first_byte", "origin_fbl", "origin_lbl"];
/// Columns that are bytes.
const BYTES: [&str; 3] = ["sc_bytes", "cs_bytes", "sc_content_len"];

fn column_type(it: &Subject<'_>) -> Vec<Problem> {
    if !it.is_of_logs() {
        return Vec::new();
    }
    let is_cloudfronts_parquet = it.is_read_by("ParquetHiveSerDe")
        && it.table.storage_descriptor.columns.iter().any(|it| it.name == "x_edge_result_type");
    let check = |column: &crate::table::TableColumn| {
        let name = column_name(&column.name);
        let is_whole = matches!(column.kind.as_str(), "int" | "integer" | "bigint" | "smallint");
        let wanted = if is_cloudfronts_parquet && column.kind != "string" {
            "string"
        } else if SECONDS.contains(&name.as_str()) && is_whole {
            "double"
        } else if BYTES.contains(&name.as_str()) && is_whole && column.kind != "bigint" {
            "bigint"
        } else {
            return None;
        };
        Some(Problem {
            what: format!("`{}` {}", column.name, column.kind),
            mend: Some(format!("`{}` {wanted}", column.name)),
        })
    };
    it.table.storage_descriptor.columns.iter().filter_map(check).collect()
}

fn json_names(it: &Subject<'_>) -> Vec<Problem> {
    if !it.is_read_by("JsonSerDe") || !it.is_of_logs() {
        return Vec::new();
    }
    let serde = &it.table.storage_descriptor.serde.parameters;
    let check = |column: &crate::table::TableColumn| {
        let known = RAW.iter().find(|raw| column_name(raw.name) == column_name(&column.name))?;
        let key = format!("mapping.{}", column.name);
        let leads = column.name.eq_ignore_ascii_case(known.name) || serde.contains_key(&key);
        (!leads).then(|| Problem::missing(&key, known.name))
    };
    it.table.storage_descriptor.columns.iter().filter_map(check).collect()
}
