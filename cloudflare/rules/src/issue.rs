//! What is wrong with an expression, and where.

use std::ops::Range;

use thiserror::Error;

/// One thing that is wrong with an expression: what stops the parser, or what [`check`] finds.
///
/// [`check`]: crate::Expression::check
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct Issue {
    /// The bytes of the text that it is about; empty where something is missing.
    pub span: Range<usize>,
    /// What is wrong, lower-case, without a full stop.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Issue {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None }
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The message, the line of `text` it is about with the place underlined, and the hint.
    ///
    /// `width` is how many characters of the line are shown at most, 20 or more; what is left out
    /// leaves `…`.
    ///
    /// ```
    /// let text = r#"http.host equals "a.example""#;
    /// let issue = cloudflare_rules::parse(text).unwrap_err();
    /// assert_eq!(
    ///     issue.render(text, 76),
    ///     "expected an operator, found `equals`\n  \
    ///        http.host equals \"a.example\"\n            \
    ///                  ^^^^^^\n  \
    ///        hint: write `eq`\n"
    /// );
    /// ```
    pub fn render(&self, text: &str, width: usize) -> String {
        let (line, lead, length) = self.excerpt(text, width.max(20));
        let mark = "^".repeat(length);
        let mut shown = format!("{}\n  {line}\n  {}{mark}\n", self.message, " ".repeat(lead));
        if let Some(hint) = &self.hint {
            shown.push_str("  hint: ");
            shown.push_str(hint);
            shown.push('\n');
        }
        shown
    }

    /// The line that the span begins in, at most `width` characters of it; how many of them stand
    /// before the mark, and how many below it.
    fn excerpt(&self, text: &str, width: usize) -> (String, usize, usize) {
        let start = text.floor_char_boundary(self.span.start.min(text.len()));
        let end = text.ceil_char_boundary(self.span.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let spaced = |c: char| if c.is_control() { ' ' } else { c };
        let line: Vec<char> = text[line_start..line_end].chars().map(spaced).collect();
        let column = text[line_start..start].chars().count();
        let length = text[start..end.min(line_end).max(start)].chars().count().max(1);
        if line.len() <= width {
            return (line.into_iter().collect(), column, length);
        }
        // A third of the line for what stands before the mark, so that one sees where one is.
        let from = column.saturating_sub(width / 3).min(line.len() - width);
        let mut shown = line[from..from + width].to_vec();
        if from > 0 {
            shown[0] = '…';
        }
        if from + width < line.len() {
            shown[width - 1] = '…';
        }
        let lead = column - from;
        (shown.into_iter().collect(), lead, length.min(width.saturating_sub(lead)).max(1))
    }
}
