//! What is compared: fields, calls, what is behind brackets, and values.

use super::Parser;
use super::cursor::is_of_word;
use crate::expression::{Call, Expression, Index, Literal, Logical, Node};
use crate::pattern::{Pattern, Wildcard};
use crate::{field, function, issue::Issue, literal};

/// Words that are operators and thus no names.
const RESERVED: [&str; 4] = ["and", "in", "or", "xor"];

impl Parser<'_> {
    /// A value, a field or a call, and the brackets behind it.
    pub(super) fn operand(&mut self) -> Result<Expression, Issue> {
        let start = self.cursor.at();
        if self.is_at_text() {
            let text = self.text()?;
            return Ok(self.expression(start, Node::Literal(Literal::Text(text))));
        }
        let node = match self.cursor.rest().chars().next() {
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | ':') || self.is_at_colons() => {
                Node::Literal(self.word_value(None)?)
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => self.named()?,
            _ => return Err(self.expected("a field, a function or a value")),
        };
        let expression = self.expression(start, node);
        let indexes = self.indexes()?;
        if indexes.is_empty() {
            return Ok(expression);
        }
        Ok(self.expression(start, Node::Access(Box::new(expression), indexes)))
    }

    /// A value without quotation marks.
    pub(super) fn word_value(&mut self, wanted: Option<crate::Type>) -> Result<Literal, Issue> {
        let start = self.cursor.at();
        let word = self.bare_word();
        literal::value(word, wanted).ok_or_else(|| {
            let message = match wanted {
                Some(crate::Type::Text) => format!("expected a string, found `{word}`"),
                _ => format!("`{word}` is no number, IP address or network"),
            };
            let issue = Issue::new(start..start + word.len(), message);
            issue.with_hint(format!("write \"{word}\" for a string"))
        })
    }

    /// Whether the next word is an IPv6 address or bytes: no name has a colon.
    fn is_at_colons(&self) -> bool {
        self.cursor.rest().trim_start_matches(is_of_word).starts_with(':')
    }

    /// Steps over what a value without quotation marks may have.
    pub(super) fn bare_word(&mut self) -> &str {
        self.cursor.take_while(|c| is_of_word(c) || matches!(c, '.' | ':' | '-' | '/'))
    }

    /// A field, a call, `true` or `false`.
    fn named(&mut self) -> Result<Node, Issue> {
        let start = self.cursor.at();
        if RESERVED.contains(&self.cursor.word()) {
            return Err(self.expected("a field, a function or a value"));
        }
        let name = self.name();
        let end = self.cursor.at();
        self.cursor.skip_space();
        if self.cursor.take("(") {
            let arguments = self.nested(start, |parser| parser.arguments(end))?;
            return Ok(call(name, arguments));
        }
        self.cursor.back_to(end);
        Ok(match (name.as_str(), field::find(&name)) {
            ("true", _) => Node::Literal(Literal::Boolean(true)),
            ("false", _) => Node::Literal(Literal::Boolean(false)),
            (_, Some(field)) => Node::Field(field),
            (_, None) => Node::UnknownField(name),
        })
    }

    /// Words with dots between them.
    fn name(&mut self) -> String {
        let mut name = self.cursor.take_while(is_of_word).to_owned();
        while self.cursor.rest().strip_prefix('.').is_some_and(|it| it.starts_with(is_of_word)) {
            self.cursor.take(".");
            name.push('.');
            name.push_str(self.cursor.take_while(is_of_word));
        }
        name
    }

    /// The arguments of a call whose bracket opened at `open`, and the bracket that closes it.
    fn arguments(&mut self, open: usize) -> Result<Vec<Expression>, Issue> {
        let mut arguments = Vec::new();
        self.cursor.skip_space();
        if self.cursor.take(")") {
            return Ok(arguments);
        }
        loop {
            let argument = self.terms(Logical::Or)?;
            self.cursor.skip_space();
            if self.cursor.take(",") {
                arguments.push(argument);
                continue;
            }
            self.close(open, ")", &argument)?;
            arguments.push(argument);
            return Ok(arguments);
        }
    }

    /// Brackets behind a field or call.
    fn indexes(&mut self) -> Result<Vec<Index>, Issue> {
        let mut indexes = Vec::new();
        while self.cursor.take("[") {
            self.cursor.skip_space();
            indexes.push(self.index()?);
            self.cursor.skip_space();
            if !self.cursor.take("]") {
                return Err(self.expected("`]`"));
            }
        }
        Ok(indexes)
    }

    fn index(&mut self) -> Result<Index, Issue> {
        if self.cursor.take("*") {
            return Ok(Index::Each);
        }
        if self.is_at_text() {
            return self.text().map(Index::Key);
        }
        if let Ok(item) = self.cursor.word().parse() {
            self.cursor.take_while(is_of_word);
            return Ok(Index::Item(item));
        }
        Err(self.expected("a number, a string or `*`"))
    }
}

/// A call, with what it looks for compiled.
fn call(name: String, arguments: Vec<Expression>) -> Node {
    let Some(function) = function::find(&name) else {
        return Node::UnknownCall(name, arguments);
    };
    let text = |index: usize| match arguments.get(index).map(|it| &it.node) {
        Some(Node::Literal(Literal::Text(text))) => Some(text.clone()),
        _ => None,
    };
    let is_strict = text(3).is_some_and(|flags| flags == b"s");
    let pattern = match function.name {
        "regex_replace" => text(1).map(Pattern::new),
        "wildcard_replace" => text(1).map(|it| Wildcard::new(it, is_strict).pattern().clone()),
        _ => None,
    };
    Node::Call(Call { function, arguments, pattern })
}
