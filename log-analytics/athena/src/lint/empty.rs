//! Why a question finds nothing, though nothing went wrong.

use jiff::civil::Date;

use super::{Finding, Severity, lint};
use crate::table::Table;

/// Why there are no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Emptiness {
    /// The table has a mistake that hides rows.
    Mistake(Finding),
    /// Nothing at all lies where the table looks.
    NoFiles {
        /// Where it looks.
        location: String,
    },
    /// There are files, but not where the template leads.
    Elsewhere {
        /// A key that is there.
        key: String,
        /// The template.
        template: String,
    },
    /// The files are where they are looked for: none has a row that the question asks for.
    NoMatch,
}

impl std::fmt::Display for Emptiness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mistake(Finding { table, what, why, mend: None, .. }) => {
                write!(f, "{table}: leave out {what} ({why})")
            }
            Self::Mistake(Finding { table, what, why, mend: Some(mend), .. }) => {
                write!(f, "{table}: {what}; it should be {mend} ({why})")
            }
            Self::NoFiles { location } => write!(f, "there is no file below {location}"),
            Self::Elsewhere { key, template } => {
                write!(f, "there are files such as {key}, but the table looks into {template}")
            }
            Self::NoMatch => {
                write!(f, "the table's files are where it looks: none has a row that was asked for")
            }
        }
    }
}

/// Explains an answer without rows by the table and some keys (`cdn/2026/11/23/07/a.gz`, without
/// the bucket) that lie below its location.
pub fn no_rows(table: &Table, keys: &[String], today: Date) -> Emptiness {
    let hides = |it: &Finding| it.severity == Severity::Wrong;
    if let Some(found) = lint(table, today).into_iter().find(hides) {
        return Emptiness::Mistake(found);
    }
    let location = table.storage_descriptor.location.clone().unwrap_or_default();
    let Some(first) = keys.first() else { return Emptiness::NoFiles { location } };
    let template = table.property("storage.location.template").unwrap_or(&location);
    let Some(path) = path_of(template) else { return Emptiness::NoMatch };
    if keys.iter().any(|key| leads_to(path, key)) {
        return Emptiness::NoMatch;
    }
    Emptiness::Elsewhere { key: first.clone(), template: template.to_owned() }
}

/// What keys begin with: the URL without scheme and bucket.
fn path_of(template: &str) -> Option<&str> {
    Some(template.strip_prefix("s3://")?.split_once('/')?.1)
}

/// Whether a key may lie below a template. What a `${name}` stands for may have slashes, if the
/// column is a date; how many is not known here, so that any number is let pass.
fn leads_to(template: &str, key: &str) -> bool {
    let mut fixed = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        fixed.push(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    fixed.push(rest);
    let Some(mut left) = key.strip_prefix(fixed[0]) else { return false };
    for part in &fixed[1..] {
        // Something has to stand for the name, and what stands there is no `year=2026`.
        let Some(at) = left.get(1..).and_then(|after| after.find(part)) else { return false };
        if left[..=at].contains('=') {
            return false;
        }
        left = &left[at + 1 + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_below_a_template_or_not() {
        for (template, key, want) in [
            ("cdn/${dt}/", "cdn/2026/11/23/07/a.gz", true),
            ("cdn/${folder}/${dt}/", "cdn/aurora/2026/11/23/07/a.gz", true),
            ("cdn/${dt}/", "logs/2026/11/23/07/a.gz", false),
            ("cdn/${year}/${month}/", "cdn/year=2026/month=11/a.gz", false),
            ("cdn/year=${year}/month=${month}/", "cdn/year=2026/month=11/a.gz", true),
            ("cdn/year=${year}/month=${month}/", "cdn/2026/11/a.gz", false),
            ("cdn/day=${day}/", "cdn/day=2026-11-23/part-0.parquet", true),
        ] {
            assert_eq!(leads_to(template, key), want, "{template} {key}");
        }
    }
}
