//! What is wrong in a file, with its place: collected, then shown all at once.

use std::fmt::Write as _;
use std::ops::Range;

/// Columns of a terminal that advice keeps to.
const COLUMNS: usize = 80;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Bytes of the file.
    pub(crate) span: Range<usize>,
    /// What is wrong, lower-case, without a full stop.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None }
    }

    /// The problem with advice.
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What the TOML crate has to say, in the words of somebody who writes the file.
    pub(crate) fn from_toml(error: &toml::de::Error, fallback: Range<usize>) -> Self {
        let span = error.span().unwrap_or(fallback);
        let message = error.message();
        if let Some((wrong, known)) = unknown_name(message, "unknown field `") {
            return Self::unknown_key(span, &wrong, known.iter().map(String::as_str));
        }
        if let Some(names) = message.strip_prefix("unexpected keys in table: ")
            && let Some((wrong, known)) = names.split_once(", available keys: ")
        {
            let first = wrong.split(", ").next().unwrap_or(wrong);
            return Self::unknown_key(span, first, known.split(", "));
        }
        if let Some((wrong, known)) = unknown_name(message, "unknown variant `") {
            let hint = closest(&wrong, known.iter().map(String::as_str), "choices");
            return Self::new(span, format!("`{wrong}` is not known here")).with_hint(hint);
        }
        if let Some(name) = message.strip_prefix("missing field ") {
            return Self::new(span, format!("{name} is missing"));
        }
        Self::new(span, in_plain_words(message))
    }

    /// A key that does not belong here.
    pub(crate) fn unknown_key<'a>(
        span: Range<usize>,
        wrong: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        Self::new(span, format!("unknown key `{wrong}`")).with_hint(closest(wrong, known, "keys"))
    }
}

/// Every problem once, in the order of the file, each with its line underlined.
pub(crate) fn render(mut problems: Vec<Problem>, file_name: &str, text: &str) -> String {
    problems.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
    problems.dedup();
    let mut shown = match problems.len() {
        1 => format!("{file_name} has a problem\n"),
        count => format!("{file_name} has {count} problems\n"),
    };
    for problem in &problems {
        shown.push('\n');
        show(problem, file_name, text, &mut shown);
    }
    shown.truncate(shown.trim_end().len());
    shown
}

/// Line (from 1) of a place.
pub(crate) fn line_number(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn show(problem: &Problem, file_name: &str, text: &str, out: &mut String) {
    let start = text.floor_char_boundary(problem.span.start.min(text.len()));
    let end = text.ceil_char_boundary(problem.span.end.clamp(start, text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let line = text[line_start..line_end].trim_end_matches('\r');

    let number = line_number(text, start).to_string();
    let column = text[line_start..start].chars().count() + 1;
    let gutter = " ".repeat(number.len());
    // A tab before the place is kept, so that the mark stands below it whatever a tab's width.
    let lead: String =
        text[line_start..start].chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
    let mark = "^".repeat(text[start..end.min(line_end)].trim_end().chars().count().max(1));
    let secret = holds_keys(text, line_start) || holds_user_info(line);
    let line = if secret { masked(line) } else { line.to_owned() };

    // Writing to a `String` cannot fail.
    let _ = write!(
        out,
        "{file_name}:{number}:{column}: {}\n{gutter} |\n{number} | {line}\n{gutter} | {lead}{mark}\n",
        problem.message
    );
    if let Some(hint) = &problem.hint {
        out.push_str(&wrapped(&format!("{gutter} = hint: "), hint));
    }
}

/// The words in lines of at most [`COLUMNS`], the first after `lead`, the others below its end.
fn wrapped(lead: &str, text: &str) -> String {
    let mut out = lead.to_owned();
    let mut column = lead.chars().count();
    for (place, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if place > 0 && column + 1 + width > COLUMNS {
            out.push('\n');
            out.push_str(&" ".repeat(lead.chars().count()));
            column = lead.chars().count();
        } else if place > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out.push('\n');
    out
}

/// Whether the line belongs to `keys = […]`, the secrets of signed URLs: the statement it belongs
/// to is looked for upward over the lines of a list.
fn holds_keys(text: &str, line_start: usize) -> bool {
    let line_end = text[line_start..].find('\n').map_or(text.len(), |length| line_start + length);
    text[..line_end]
        .lines()
        .rev()
        .find(|line| {
            !matches!(line.trim_start().chars().next(), None | Some('"' | '\'' | ']' | '#'))
        })
        .is_some_and(|statement| statement.contains("keys"))
}

/// Whether a URL with a user, and perhaps a password, may stand in the line.
fn holds_user_info(line: &str) -> bool {
    line.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}

/// The line with what stands in quotes made unreadable, as wide as before.
fn masked(line: &str) -> String {
    let mut quote = None;
    line.chars()
        .map(|c| match quote {
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                c
            }
            None => c,
            Some(open) if c == open => {
                quote = None;
                c
            }
            Some(_) => '*',
        })
        .collect()
}

/// The wrong name and the right ones, out of serde's "unknown field `a`, expected `b` or `c`".
fn unknown_name(message: &str, prefix: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix(prefix)?;
    let (wrong, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((wrong.to_owned(), known))
}

/// Serde's "invalid type: string \"a\", expected u32" without the names of Rust's types.
fn in_plain_words(message: &str) -> String {
    const EXPECTED: [(&str, &str); 8] = [
        ("u8", "a whole number, 0 or more"),
        ("u32", "a whole number, 0 or more"),
        ("u64", "a whole number, 0 or more"),
        ("a boolean", "`true` or `false`"),
        ("a sequence", "a list"),
        ("a map", "a table"),
        ("path string", "a path in quotes"),
        ("a string", "a text in quotes"),
    ];
    let Some((found, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "))
    else {
        return message.to_owned();
    };
    let expected = EXPECTED.iter().find(|(rust, _)| *rust == expected).map_or_else(
        || if expected.starts_with("struct ") { "a table" } else { expected },
        |(_, plain)| *plain,
    );
    let found = match found {
        "map" => "a table",
        "sequence" => "a list",
        other => other,
    };
    format!("expected {expected}, found {found}")
}

/// Advice for a wrong name: the one that it resembles, else all there are.
fn closest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>, what: &str) -> String {
    let known: Vec<_> = known.collect();
    let allowed = wrong.chars().count().div_ceil(3);
    let nearest = known
        .iter()
        .map(|name| (distance(wrong, name), name))
        .min()
        .filter(|(distance, _)| *distance <= allowed);
    match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => format!("the {what} here are `{}`", known.join("`, `")),
    }
}

/// How many letters are to be changed, added, left out or swapped with their neighbor to make one
/// word of the other (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_letters() {
        for (a, b, want) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
            ("widht", "widths", 2),
            ("größe", "große", 1),
        ] {
            assert_eq!(distance(a, b), want, "{a} to {b}");
        }
    }

    #[test]
    fn places_outside_the_text_and_inside_letters_are_shown() {
        for (text, span) in [("", 0..0), ("", 5..9), ("ä", 1..1), ("a\r\nb", 0..4), ("\ta", 1..2)]
        {
            let shown = render(vec![Problem::new(span.clone(), "bad")], "f", text);
            assert!(shown.contains("f:1:"), "{text:?} {span:?}: {shown}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        let text = "keys = [\n  # newest first\n  \"s3cr3t\",\n  'old', 5,\n]\nname = \"n\"\n";
        for (needle, want) in
            [("s3cr3t", "\"******\","), ("old", "'***', 5,"), ("\"n\"", "= \"n\"")]
        {
            let at = text.find(needle).unwrap();
            let shown = render(vec![Problem::new(at..at + 1, "bad")], "f", text);
            assert!(shown.contains(want), "{needle}: {shown}");
        }
    }
}
