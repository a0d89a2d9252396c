//! Functions that replace what a pattern matches.

use regex::bytes::Captures;

use super::Arguments;
use crate::value::Value;

/// Replaces the first match.
pub(super) fn regex_replace(arguments: &Arguments<'_>) -> Option<Value> {
    let (text, replacement) = (arguments.text(0)?, arguments.text(2)?);
    let regex = arguments.pattern?.regex()?;
    let replaced = regex.replace(text, |groups: &Captures<'_>| expanded(replacement, groups));
    Some(Value::text(replaced))
}

/// Replaces the whole text, which the pattern has to match from end to end.
pub(super) fn wildcard_replace(arguments: &Arguments<'_>) -> Option<Value> {
    regex_replace(arguments)
}

/// The replacement with its references filled in: `${1}` by a group, `$$` by a dollar sign. A
/// group that took part in nothing is empty; any other `$` is one.
fn expanded(replacement: &[u8], groups: &Captures<'_>) -> Vec<u8> {
    let mut result = Vec::new();
    let mut rest = replacement;
    while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
        result.extend(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if rest.first() == Some(&b'$') {
            result.push(b'$');
            rest = &rest[1..];
        } else if let Some((number, behind)) = reference(rest) {
            result.extend(groups.get(number).map_or(&b""[..], |group| group.as_bytes()));
            rest = behind;
        } else {
            result.push(b'$');
        }
    }
    result.extend(rest);
    result
}

/// The number in braces with which a text begins, and what is behind them.
fn reference(text: &[u8]) -> Option<(usize, &[u8])> {
    let inside = text.strip_prefix(b"{")?;
    let end = inside.iter().position(|byte| *byte == b'}')?;
    let number = std::str::from_utf8(&inside[..end]).ok()?.parse().ok()?;
    Some((number, &inside[end + 1..]))
}
