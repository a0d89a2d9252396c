//! The comments at the top of a report.

use super::value::{Parameter, ParameterKind};
use super::{Report, ReportError};

/// Reads the header; the SQL is what follows the first line that is no comment.
pub(super) fn read(name: &str, text: &str) -> Result<Report, ReportError> {
    let mut report = Report { name: name.to_owned(), ..Report::default() };
    let mut rest = text;
    let mut number = 0;
    while let Some(line) = rest.lines().next().filter(|line| line.starts_with("--")) {
        number += 1;
        rest = rest[line.len()..].trim_start_matches('\r');
        rest = rest.strip_prefix('\n').unwrap_or(rest);
        let comment = line.trim_start_matches('-').trim();
        if let Some((key, value)) = comment.split_once(':') {
            take(&mut report, key.trim(), value.trim()).map_err(|problem| ReportError::Header {
                name: name.to_owned(),
                line: number,
                problem,
            })?;
        }
    }
    rest.trim().trim_end_matches(';').clone_into(&mut report.sql);
    if report.title.is_empty() {
        report.title.clone_from(&report.name);
    }
    Ok(report)
}

/// Takes a line of the header. Lines with other keys are comments.
fn take(report: &mut Report, key: &str, value: &str) -> Result<(), String> {
    match key {
        "title" => value.clone_into(&mut report.title),
        "about" => more(&mut report.about, value),
        "advice" => more(&mut report.advice, value),
        "param" => report.parameters.push(parameter(value)?),
        "binds" => report.binds.extend(list(value)),
        "unit" => {
            let (column, unit) = value.split_once('=').ok_or("a unit is `column = unit`")?;
            report.units.push((column.trim().to_owned(), unit.trim().to_owned()));
        }
        "chart" => report.chart = value.split_whitespace().map(str::to_owned).collect(),
        _ => {}
    }
    Ok(())
}

/// Several lines of one key are one text.
fn more(text: &mut String, value: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(value);
}

fn list(value: &str) -> impl Iterator<Item = String> + '_ {
    value.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// `from timestamp = 1970-01-01 00:00:00; from when on`.
fn parameter(value: &str) -> Result<Parameter, String> {
    let form = || "a parameter is `name type = default; what it is`".to_owned();
    let (what, about) = value.split_once(';').unwrap_or((value, ""));
    let (declared, default) = what.split_once('=').ok_or_else(form)?;
    let mut words = declared.split_whitespace();
    let (Some(name), Some(kind), None) = (words.next(), words.next(), words.next()) else {
        return Err(form());
    };
    let kind = ParameterKind::named(kind)
        .ok_or_else(|| format!("`{kind}` is no type: timestamp, text, integer and double are"))?;
    let default = default.trim().to_owned();
    if kind.value(&default).is_none() {
        return Err(format!("the default `{default}` is no {}", kind.name()));
    }
    Ok(Parameter { name: name.to_owned(), kind, default, about: about.trim().to_owned() })
}
