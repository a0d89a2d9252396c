//! What serde and the TOML crate say, in the words of somebody who writes the file.

/// The wrong name and the right ones, out of serde's "unknown field `a`, expected `b` or `c`".
pub(super) fn unknown_name(message: &str, prefix: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix(prefix)?;
    let (wrong, rest) = rest.split_once('`')?;
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((wrong.to_owned(), known))
}

/// What serde calls "any variant of untagged enum …", in words.
const UNTAGGED: [(&str, &str); 2] = [
    ("KeyPartText", "\"none\", \"all\", a list of names or `{ all_but = […] }`"),
    ("RedirectText", "a path in quotes or `{ to = \"/new\", status = 302 }`"),
];

/// What says the same whatever was found.
const WORDS: [(&str, &str); 2] = [
    ("invalid digit found in string", "expected a number"),
    ("wanted string or table", "expected a word in quotes"),
];

/// Serde's "invalid type: string \"a\", expected u32" without the names of Rust's types.
pub(super) fn in_plain_words(message: &str) -> String {
    const EXPECTED: [(&str, &str); 10] = [
        ("f64", "a number"),
        ("u16", "a whole number, 0 or more"),
        ("u8", "a whole number, 0 or more"),
        ("u32", "a whole number, 0 or more"),
        ("u64", "a whole number, 0 or more"),
        ("a boolean", "`true` or `false`"),
        ("a sequence", "a list"),
        ("a map", "a table"),
        ("path string", "a path in quotes"),
        ("a string", "a text in quotes"),
    ];
    if let Some((_, plain)) = WORDS.iter().find(|(rust, _)| *rust == message) {
        return (*plain).to_owned();
    }
    if let Some((_, choices)) = UNTAGGED.iter().find(|(rust, _)| message.ends_with(rust)) {
        return format!("expected {choices}");
    }
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
pub(crate) fn closest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>, what: &str) -> String {
    let known: Vec<_> = known.collect();
    match nearest(wrong, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("the {what} here are `{}`", known.join("`, `")),
    }
}

/// The one of the known names that a wrong one resembles; `None` where none is near.
pub fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = wrong.chars().count().div_ceil(3);
    // Of two that are as near, the one that was begun to be written.
    let nearest = known.map(|name| (distance(wrong, name), !name.starts_with(wrong), name)).min();
    nearest.filter(|(distance, ..)| *distance <= allowed).map(|(_, _, name)| name)
}

/// How many letters are to be changed, added, left out or swapped with their neighbor to make one
/// word of the other (optimal string alignment).
pub(super) fn distance(a: &str, b: &str) -> usize {
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
