//! Problems for people: each with its line, the place underlined.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::{FileProblem, Problem, secrets};
use crate::sources::{self, SourceFile, Sources};

/// Columns of a terminal that advice keeps to.
const COLUMNS: usize = 80;

/// Characters of a line that are shown.
const LINE: usize = 120;

/// Every problem once, in the order of the files, each with its line underlined.
pub(crate) fn render(problems: Vec<Problem>, sources: &Sources) -> String {
    let mut secrets = Secrets::default();
    let problems = in_order(problems, sources, &mut secrets);
    let mut shown = heading(&problems, sources);
    for problem in &problems {
        let file = sources.file_at(problem.span.start);
        shown.push('\n');
        show(problem, file, secrets.of(file), &mut shown);
    }
    shown.truncate(shown.trim_end().len());
    shown
}

/// Every problem once, in the order of the files, as data.
pub(crate) fn located(problems: Vec<Problem>, sources: &Sources) -> Vec<FileProblem> {
    let problems = in_order(problems, sources, &mut Secrets::default());
    let located = problems.into_iter().map(|problem| FileProblem {
        place: sources.place(problem.span.start),
        message: problem.message,
        hint: problem.hint,
    });
    located.collect()
}

fn in_order(mut problems: Vec<Problem>, sources: &Sources, secrets: &mut Secrets) -> Vec<Problem> {
    problems.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
    problems.dedup_by(|a, b| (&a.span, &a.message) == (&b.span, &b.message));
    for problem in &mut problems {
        let start = problem.span.start;
        if secrets.of(sources.file_at(start)).iter().any(|span| span.contains(&start)) {
            // What was found follows in quotes.
            let shown = problem.message.find(" \"").unwrap_or(problem.message.len());
            problem.message.truncate(shown);
        }
    }
    problems
}

/// The places of secrets in files, each file read once.
#[derive(Default)]
struct Secrets(BTreeMap<usize, Vec<Range<usize>>>);

impl Secrets {
    /// Those of a file, by its bytes in all files.
    fn of(&mut self, file: &SourceFile) -> &[Range<usize>] {
        self.0.entry(file.base).or_insert_with(|| {
            let found = secrets::in_text(&file.text);
            found.iter().map(|span| sources::shifted(span, file.base)).collect()
        })
    }
}

/// How many there are, and in which files.
fn heading(problems: &[Problem], sources: &Sources) -> String {
    let mut names: Vec<_> =
        problems.iter().map(|it| sources.file_at(it.span.start).name.as_str()).collect();
    names.dedup();
    let count = problems.len();
    match names.as_slice() {
        [name] if count == 1 => format!("{name} has a problem\n"),
        [name] => format!("{name} has {count} problems\n"),
        names => format!("{count} problems in {} files\n", names.len()),
    }
}

fn show(problem: &Problem, file: &SourceFile, secrets: &[Range<usize>], out: &mut String) {
    let text = &file.text;
    let local = |offset: usize| offset.saturating_sub(file.base);
    let start = text.floor_char_boundary(local(problem.span.start).min(text.len()));
    let end = text.ceil_char_boundary(local(problem.span.end).clamp(start, text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let line = text[line_start..line_end].trim_end_matches('\r');

    let number = (text[..start].matches('\n').count() + 1).to_string();
    let column = text[line_start..start].chars().count() + 1;
    let gutter = " ".repeat(number.len());
    let width = text[start..end.min(line_end)].trim_end().chars().count().max(1);
    let line = without_secrets(file, line_start, line, secrets);
    let (line, column_shown, width) = excerpt(&line, column, width);
    // A tab before the place is kept, so that the mark stands below it whatever a tab's width.
    let before = line.chars().take(column_shown - 1);
    let lead: String = before.map(|c| if c == '\t' { c } else { ' ' }).collect();
    let mark = "^".repeat(width);

    // Writing to a `String` cannot fail.
    let _ = write!(
        out,
        "{}:{number}:{column}: {}\n{gutter} |\n{number} | {line}\n{gutter} | {lead}{mark}\n",
        file.name, problem.message
    );
    if let Some(hint) = &problem.hint {
        out.push_str(&wrapped(&format!("{gutter} = hint: "), hint));
    }
}

/// A line that is not too long to be looked at, with the place's column and width in it. What is
/// left out leaves `…`.
fn excerpt(line: &str, column: usize, width: usize) -> (String, usize, usize) {
    let letters: Vec<_> = line.chars().collect();
    if letters.len() <= LINE {
        return (line.to_owned(), column, width);
    }
    let width = width.min(LINE / 2);
    let from = (column - 1).saturating_sub(LINE / 4).min(letters.len() - LINE);
    let to = from + LINE;
    let mut shown: String = letters[from..to].iter().collect();
    if to < letters.len() {
        shown.push('…');
    }
    if from == 0 {
        return (shown, column, width);
    }
    (format!("…{shown}"), column - from + 1, width)
}

/// The line as it may be shown. Where the text does not parse, what looks like a secret is one.
fn without_secrets(
    file: &SourceFile,
    line_start: usize,
    line: &str,
    secrets: &[Range<usize>],
) -> String {
    if holds_keys(&file.text, line_start) || holds_user_info(line) {
        return masked(line);
    }
    // The quotes stay.
    let is_hidden = |at: usize| secrets.iter().any(|span| span.start < at && at + 1 < span.end);
    let start = file.base + line_start;
    line.char_indices().map(|(at, c)| if is_hidden(start + at) { '*' } else { c }).collect()
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
