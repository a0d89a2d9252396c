//! Templates as YAML: a few lines of a writer in place of a library, because CloudFormation's short
//! forms (`!Ref`, `!Sub`) are tags, and a person wants `Type` before `Properties`.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Keys that stand before the others, which follow in the order of the alphabet.
const FIRST: [&str; 21] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Parameters",
    "Resources",
    "Type",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "DependsOn",
    "Properties",
    "Version",
    "Sid",
    "Effect",
    "Principal",
    "Action",
    "Resource",
    "Id",
    "Name",
    "PathPattern",
    "Priority",
    "Enabled",
    "Value",
];

/// Functions that have a short form: their long names and their tags.
const SHORT_FORMS: [(&str, &str); 4] = [
    ("Ref", "!Ref"),
    ("Fn::GetAtt", "!GetAtt"),
    ("Fn::Sub", "!Sub"),
    ("Fn::ImportValue", "!ImportValue"),
];

/// Words that YAML 1.1 takes for something else than a text, in lower case.
const RESERVED: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// Characters from which on a text has a block of its own.
const LONG: usize = 160;

/// The value as a document.
pub(crate) fn write(value: &Value) -> String {
    let mut text = String::new();
    node(value, 0, &mut text);
    text
}

/// Writes a value that begins on a line of its own.
fn node(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(map) => mapping(map, indent, text),
        Value::Array(items) => sequence(items, indent, text),
        scalar => {
            text.push_str(&inline(scalar, indent));
            text.push('\n');
        }
    }
}

fn mapping(map: &Map<String, Value>, indent: usize, text: &mut String) {
    for (index, (key, value)) in in_order(map).into_iter().enumerate() {
        if index > 0 {
            pad(indent, text);
        }
        text.push_str(&key_text(key));
        text.push(':');
        after_key(value, indent, text);
    }
}

/// Writes a value behind `key:`.
fn after_key(value: &Value, indent: usize, text: &mut String) {
    if is_inline(value) {
        text.push(' ');
        text.push_str(&inline(value, indent));
        text.push('\n');
    } else {
        text.push('\n');
        pad(indent + 2, text);
        node(value, indent + 2, text);
    }
}

fn sequence(items: &[Value], indent: usize, text: &mut String) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(indent, text);
        }
        text.push_str("- ");
        if is_inline(item) {
            text.push_str(&inline(item, indent));
            text.push('\n');
        } else {
            node(item, indent + 2, text);
        }
    }
}

fn pad(indent: usize, text: &mut String) {
    text.extend(std::iter::repeat_n(' ', indent));
}

fn in_order(map: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let rank = |key: &str| FIRST.iter().position(|first| *first == key).unwrap_or(FIRST.len());
    entries.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)).then(a.cmp(b)));
    entries
}

fn is_inline(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty() || short_form(map).is_some(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

/// What fits behind a key or a dash; a long text goes on in the lines below.
fn inline(value: &Value, indent: usize) -> String {
    match value {
        Value::Object(map) => short_form(map).map_or_else(
            || "{}".to_owned(),
            |(tag, argument)| format!("{tag} {}", string(&argument, indent)),
        ),
        Value::Array(_) => "[]".to_owned(),
        Value::String(text) => string(text, indent),
        other => other.to_string(),
    }
}

/// The tag and the argument of a function that has a short form.
fn short_form(map: &Map<String, Value>) -> Option<(&'static str, String)> {
    let (key, argument) = map.iter().next().filter(|_| map.len() == 1)?;
    let (_, tag) = SHORT_FORMS.iter().find(|(name, _)| name == key)?;
    match argument {
        Value::String(text) => Some((tag, text.clone())),
        Value::Array(parts) if key == "Fn::GetAtt" => {
            let parts: Option<Vec<_>> = parts.iter().map(Value::as_str).collect();
            Some((tag, parts?.join(".")))
        }
        _ => None,
    }
}

fn string(text: &str, indent: usize) -> String {
    if can_be_block(text) && (text.contains('\n') || text.len() > LONG) {
        block(text, indent + 2)
    } else if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn key_text(key: &str) -> String {
    if is_plain(key) { key.to_owned() } else { quoted(key) }
}

/// Whether a text is the same without quotes, in every version of YAML.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    let legal = |c: char| c.is_ascii_alphanumeric() || " _-./@+,;()=*:".contains(c);
    starts
        && text.chars().all(legal)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

/// A block keeps a text as it is, but for characters that end a line or are not printed, and for
/// lines that begin with a space first of all.
fn can_be_block(text: &str) -> bool {
    let printed = |c: char| c == '\n' || c == ' ' || c.is_ascii_graphic();
    text.chars().all(printed) && !text.starts_with([' ', '\n']) && !text.trim().is_empty()
}

fn block(text: &str, indent: usize) -> String {
    let body = text.trim_end_matches('\n');
    let chomp = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let mut block = format!("|{chomp}");
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        block.push('\n');
        if !line.is_empty() {
            pad(indent, &mut block);
            block.push_str(line);
        }
    }
    block
}

/// In double quotes, with the escapes that JSON and YAML have in common.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            ' '..='~' => quoted.push(c),
            // Writing to a String does not fail.
            other if u32::from(other) <= 0xFFFF => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(other));
            }
            other => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(other));
            }
        }
    }
    quoted.push('"');
    quoted
}
