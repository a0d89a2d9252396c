//! The lines of a site: keys with their values, and between them what could not be imported.

use toml::Value;

/// A line of a site's table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Line {
    /// A key, dotted where it has many parts, and its value.
    Key(Vec<String>, Value),
    /// What a fleet file cannot say; at the place where it would stand.
    NotImported(String),
    /// A comment that explains a line.
    Remark(String),
}

/// Lines in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lines {
    lines: Vec<Line>,
}

impl Lines {
    /// Adds a key.
    pub(crate) fn key(&mut self, path: &[&str], value: impl Into<Value>) {
        let path = path.iter().map(|part| (*part).to_owned()).collect();
        self.lines.push(Line::Key(path, value.into()));
    }

    /// Adds what could not be imported.
    pub(crate) fn not_imported(&mut self, what: impl Into<String>) {
        let line = Line::NotImported(what.into());
        // What several behaviors have in common is told once.
        if !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }

    /// Adds a comment.
    pub(crate) fn remark(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Remark(text.into()));
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Line] {
        &self.lines
    }

    /// All of them, to change.
    pub(crate) fn all_mut(&mut self) -> &mut Vec<Line> {
        &mut self.lines
    }

    /// What could not be imported.
    pub(crate) fn told(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| match line {
            Line::NotImported(what) => Some(what.as_str()),
            _ => None,
        })
    }
}

impl Line {
    /// The line as it stands in a file.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Key(path, value) => {
                let path: Vec<_> = path.iter().map(|part| key(part)).collect();
                format!("{} = {value}", path.join("."))
            }
            Self::NotImported(what) => format!("# not imported: {}", one_line(what)),
            Self::Remark(text) => format!("# {}", one_line(text)),
        }
    }
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A key of TOML, quoted where it has to be.
fn key(text: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(is_bare) {
        text.to_owned()
    } else {
        Value::String(text.to_owned()).to_string()
    }
}

/// A table of the pairs that have a value.
pub(crate) fn table<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Value {
    let pairs = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Table(pairs.collect())
}

/// A number of an answer, as TOML has it.
pub(crate) fn number(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
