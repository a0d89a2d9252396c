//! What of a URL was ignored or changed, underlined in it.

use std::io;
use std::ops::Range;

use clap::builder::styling::{AnsiColor, Style};
use edge_resizer::Issue;

use crate::cli::WIDTH;
use crate::printer::{Stream, wrap};

const MARK: Style = AnsiColor::Yellow.on_default().bold();

/// Prints each issue with its place in `url`, the request line that it was found in.
pub(crate) fn print(issues: &[Issue], url: &str, stream: &mut Stream<'_>) -> io::Result<()> {
    for issue in issues {
        warn(&format!("`{}`: {}", issue.option, issue.message), stream)?;
        let (text, lead, length) = excerpt(url, &issue.span, WIDTH - 2);
        stream.line(format_args!("  {text}"))?;
        let mark = stream.paint(MARK, "^".repeat(length));
        stream.line(format_args!("  {}{mark}", " ".repeat(lead)))?;
        if let Some(hint) = &issue.hint {
            for line in wrap(&format!("hint: write `{hint}`"), WIDTH - 2) {
                stream.line(format_args!("  {line}"))?;
            }
        }
    }
    Ok(())
}

/// Prints a warning.
pub(crate) fn warn(message: &str, stream: &mut Stream<'_>) -> io::Result<()> {
    const LABEL: &str = "warning:";
    let mut label = stream.paint(MARK, LABEL);
    for line in wrap(message, WIDTH - LABEL.len() - 1) {
        stream.line(format_args!("{label} {line}"))?;
        label = " ".repeat(LABEL.len());
    }
    Ok(())
}

/// At most `width` characters of the text with the span in it, the characters in front of the mark
/// and those below which it stands.
fn excerpt(text: &str, span: &Range<usize>, width: usize) -> (String, usize, usize) {
    let characters: Vec<char> = text.chars().collect();
    let count_to = |byte: usize| text.char_indices().take_while(|(at, _)| *at < byte).count();
    let (start, end) = (count_to(span.start), count_to(span.end.max(span.start)));
    let length = (end - start).max(1);
    if characters.len() <= width {
        return (text.to_owned(), start, length);
    }
    // A third of the line for what stands before the mark, so that one sees where one is.
    let from = start.saturating_sub(width / 3).min(characters.len() - width);
    let to = from + width;
    let mut shown = characters[from..to].to_vec();
    if from > 0 {
        shown[0] = '…';
    }
    if to < characters.len() {
        shown[width - 1] = '…';
    }
    let lead = start - from;
    (shown.into_iter().collect(), lead, length.min(width.saturating_sub(lead)).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_hold_the_span() {
        for (text, span, width, want) in [
            ("abcdef", 2..4, 10, ("abcdef", 2, 2)),
            ("abcdef", 6..6, 10, ("abcdef", 6, 1)),
            ("äöü", 2..4, 10, ("äöü", 1, 1)),
            ("0123456789abcdef", 8..10, 9, ("…6789abc…", 3, 2)),
            ("0123456789abcdef", 0..2, 9, ("01234567…", 0, 2)),
            ("0123456789abcdef", 14..16, 9, ("…89abcdef", 7, 2)),
            ("0123456789abcdef", 0..16, 9, ("01234567…", 0, 9)),
            ("0123456789abcdef", 99..99, 9, ("…89abcdef", 9, 1)),
        ] {
            let (shown, lead, length) = excerpt(text, &span, width);
            assert_eq!((shown.as_str(), lead, length), want, "{text} {span:?} {width}");
        }
    }
}
