//! Reads an expression; this file is the order of precedence.

mod comparison;
mod cursor;
mod operand;
mod text;

use cursor::Cursor;
pub(crate) use text::MAX_HASHES;

use crate::expression::{Expression, Logical, Node};
use crate::issue::Issue;

/// How deep parentheses, `not` and calls may be inside one another: the default of the engine that
/// the language comes from, <https://github.com/cloudflare/wirefilter>.
pub const MAX_NESTING: usize = 128;

/// Reads an expression.
///
/// # Errors
/// The first place at which the text is none. Names that are not known are no error.
pub fn parse(text: &str) -> Result<Expression, Issue> {
    let mut parser = Parser { cursor: Cursor::new(text), nesting: 0 };
    parser.cursor.skip_space();
    if parser.cursor.is_at_end() {
        let issue = Issue::new(0..0, "the expression is empty");
        return Err(issue.with_hint("write `true` for every request"));
    }
    let expression = parser.terms(Logical::Or)?;
    if parser.cursor.is_at_end() {
        Ok(expression)
    } else {
        Err(parser.unexpected_rest(&expression))
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    /// How many parentheses, `not` and calls the cursor is in.
    nesting: usize,
}

impl Parser<'_> {
    /// Terms that `operator` may join, and tighter ones.
    fn terms(&mut self, operator: Logical) -> Result<Expression, Issue> {
        let mut left = self.term(operator)?;
        while self.cursor.take_logical(operator) {
            let right = self.term(operator)?;
            left = Expression::joined(operator, left, right);
        }
        Ok(left)
    }

    /// What stands on one side of `operator`.
    fn term(&mut self, operator: Logical) -> Result<Expression, Issue> {
        match operator {
            Logical::Or => self.terms(Logical::Xor),
            Logical::Xor => self.terms(Logical::And),
            Logical::And => self.unary(),
        }
    }

    /// A negation, something in parentheses, or a value and what it is compared with.
    fn unary(&mut self) -> Result<Expression, Issue> {
        self.cursor.skip_space();
        let start = self.cursor.at();
        if self.cursor.take_not() {
            let inner = self.nested(start, Self::unary)?;
            return Ok(self.expression(start, Node::Not(Box::new(inner))));
        }
        if self.cursor.take("(") {
            let inner = self.nested(start, |parser| parser.terms(Logical::Or))?;
            self.close(start, ")", &inner)?;
            return Ok(self.expression(start, inner.node));
        }
        let left = self.operand()?;
        let Some(comparison) = self.comparison(&left)? else { return Ok(left) };
        Ok(self.expression(start, Node::Compare(Box::new(left), comparison)))
    }

    /// Reads what is one level deeper than what began at `start`.
    fn nested<T>(
        &mut self,
        start: usize,
        read: impl FnOnce(&mut Self) -> Result<T, Issue>,
    ) -> Result<T, Issue> {
        if self.nesting == MAX_NESTING {
            let message = format!("the expression is nested deeper than {MAX_NESTING} levels");
            return Err(Issue::new(start..self.cursor.at(), message));
        }
        self.nesting += 1;
        let read = read(self);
        self.nesting -= 1;
        read
    }

    /// Takes what closes the bracket at `open`, behind `inner`.
    fn close(&mut self, open: usize, bracket: &str, inner: &Expression) -> Result<(), Issue> {
        self.cursor.skip_space();
        if self.cursor.take(bracket) {
            return Ok(());
        }
        if self.cursor.is_at_end() {
            return Err(Issue::new(open..open + 1, format!("`{bracket}` is missing")));
        }
        Err(self.unexpected_rest(inner))
    }

    /// The expression from `start` to what was read last.
    fn expression(&self, start: usize, node: Node) -> Expression {
        Expression { node, span: start..self.cursor.at() }
    }

    /// What is wrong with what is next, where `wanted` was expected.
    fn expected(&self, wanted: &str) -> Issue {
        let (span, found) = self.cursor.found();
        let issue = Issue::new(span, format!("expected {wanted}, found {found}"));
        if self.cursor.rest().starts_with(['\'', '‘', '’', '“', '”']) {
            return issue.with_hint("strings are in straight double quotation marks");
        }
        issue
    }

    /// What is wrong with what follows `before`, where an operator or the end was expected.
    fn unexpected_rest(&mut self, before: &Expression) -> Issue {
        self.cursor.skip_space();
        let (span, found) = self.cursor.found();
        let issue = Issue::new(span, format!("expected an operator, found {found}"));
        match comparison::operator_meant(found.trim_matches('`'), before) {
            Some(hint) => issue.with_hint(hint),
            None => issue,
        }
    }
}
