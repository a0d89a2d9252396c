//! What must not be shown: keys that sign URLs, and headers by which an origin knows CloudFront.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The places of all secrets in a text, as far as it can be read.
pub(super) fn in_text(text: &str) -> Vec<Range<usize>> {
    let (root, _) = DeTable::parse_recoverable(text);
    let mut found = Vec::new();
    collect(&DeValue::Table(root.into_inner()), &mut Vec::new(), &mut found);
    found
}

fn collect<'a>(value: &'a DeValue<'_>, path: &mut Vec<&'a str>, found: &mut Vec<Range<usize>>) {
    match value {
        DeValue::Table(table) => {
            for (key, inner) in table {
                path.push(key.get_ref());
                note(inner, path, found);
                path.pop();
            }
        }
        DeValue::Array(items) => items.iter().for_each(|item| note(item, path, found)),
        _ => {}
    }
}

fn note<'a>(
    value: &'a Spanned<DeValue<'_>>,
    path: &mut Vec<&'a str>,
    found: &mut Vec<Range<usize>>,
) {
    if value.get_ref().is_str() && is_secret(path) {
        found.push(value.span());
    }
    collect(value.get_ref(), path, found);
}

/// Whether what stands under these keys, the innermost last, is a secret.
pub(crate) fn is_secret(path: &[&str]) -> bool {
    matches!(
        path,
        [.., "signing", "keys"]
            | [.., "signing", "keys", _]
            | [.., "origin", "headers", _]
            | [.., "origins", _, "headers", _]
    )
}
