//! Operators that compare, and what stands on their right.

use super::Parser;
use super::cursor::is_of_word;
use crate::expression::{Comparison, Expression, Item, Literal, Order};
use crate::issue::Issue;
use crate::kind::Type;
use crate::literal;
use crate::names::closest;
use crate::pattern::{Pattern, Wildcard};
use crate::print;

#[derive(Clone, Copy)]
enum Operator {
    BitwiseAnd,
    Contains,
    In,
    Matches,
    Order(Order),
    StrictWildcard,
    Wildcard,
}

/// Operators that are words.
const WORDS: [(&str, Operator); 11] = [
    ("eq", Operator::Order(Order::Equal)),
    ("ne", Operator::Order(Order::NotEqual)),
    ("lt", Operator::Order(Order::Less)),
    ("le", Operator::Order(Order::LessOrEqual)),
    ("gt", Operator::Order(Order::Greater)),
    ("ge", Operator::Order(Order::GreaterOrEqual)),
    ("bitwise_and", Operator::BitwiseAnd),
    ("contains", Operator::Contains),
    ("in", Operator::In),
    ("matches", Operator::Matches),
    ("wildcard", Operator::Wildcard),
];

/// Operators that are signs, the longer of those that begin alike first.
const SIGNS: [(&str, Operator); 8] = [
    ("==", Operator::Order(Order::Equal)),
    ("!=", Operator::Order(Order::NotEqual)),
    ("<=", Operator::Order(Order::LessOrEqual)),
    ("<", Operator::Order(Order::Less)),
    (">=", Operator::Order(Order::GreaterOrEqual)),
    (">", Operator::Order(Order::Greater)),
    ("~", Operator::Matches),
    ("&", Operator::BitwiseAnd),
];

/// Words that people write in place of an operator, and what the language has for them.
const MEANT: [(&str, &str); 12] = [
    ("=", "write `eq`"),
    ("is", "write `eq`"),
    ("equals", "write `eq`"),
    ("AND", "operators are in lower case: write `and`"),
    ("OR", "operators are in lower case: write `or`"),
    ("NOT", "operators are in lower case: write `not`"),
    ("IN", "operators are in lower case: write `in`"),
    ("not", "it goes before the whole comparison: write `not <field> in {…}`"),
    ("like", "write `wildcard`"),
    ("starts_with", "it is a function: write `starts_with(<field>, \"…\")`"),
    ("ends_with", "it is a function: write `ends_with(<field>, \"…\")`"),
    ("strict", "write `strict wildcard`"),
];

/// Advice to somebody who wrote `found` behind `before`, where an operator belongs.
pub(super) fn operator_meant(found: &str, before: &Expression) -> Option<String> {
    if let Some((_, hint)) = MEANT.iter().find(|(word, _)| *word == found) {
        return Some(hint.replace("<field>", &before.to_string()));
    }
    let known = WORDS.iter().map(|(word, _)| *word).chain(["and", "or", "xor"]);
    closest(found, known).map(|word| format!("write `{word}`"))
}

impl Parser<'_> {
    /// What `left` is compared with, if anything.
    pub(super) fn comparison(&mut self, left: &Expression) -> Result<Option<Comparison>, Issue> {
        let before = self.cursor.at();
        self.cursor.skip_space();
        let Some(operator) = self.operator() else {
            self.cursor.back_to(before);
            return Ok(None);
        };
        self.cursor.skip_space();
        let wanted = left.kind();
        Ok(Some(match operator {
            Operator::Order(order) => Comparison::Order(order, self.right_value(wanted)?),
            Operator::BitwiseAnd => Comparison::BitwiseAnd(self.right_integer()?),
            Operator::Contains => Comparison::Contains(self.right_text(wanted)?),
            Operator::Matches => Comparison::Matches(self.right_pattern()?),
            Operator::Wildcard => Comparison::Wildcard(self.right_wildcard(false)?),
            Operator::StrictWildcard => Comparison::Wildcard(self.right_wildcard(true)?),
            Operator::In if self.cursor.take("$") => Comparison::InList(self.list_name()?),
            Operator::In => Comparison::OneOf(self.items(wanted)?),
        }))
    }

    fn operator(&mut self) -> Option<Operator> {
        let word = self.cursor.word();
        if let Some((word, operator)) = WORDS.iter().find(|(known, _)| *known == word) {
            self.cursor.take(word);
            return Some(*operator);
        }
        if word == "strict" {
            let before = self.cursor.at();
            self.cursor.take("strict");
            self.cursor.skip_space();
            if self.cursor.take_word("wildcard") {
                return Some(Operator::StrictWildcard);
            }
            self.cursor.back_to(before);
        }
        if self.cursor.rest().starts_with("&&") {
            return None;
        }
        SIGNS.iter().find(|(sign, _)| self.cursor.take(sign)).map(|(_, operator)| *operator)
    }

    /// The value on the right of a comparison, of the type of what is on its left.
    fn right_value(&mut self, wanted: Option<Type>) -> Result<Literal, Issue> {
        if self.is_at_text() {
            return self.text().map(Literal::Text);
        }
        if wanted != Some(Type::Text) {
            for (word, boolean) in [("true", true), ("false", false)] {
                if self.cursor.take_word(word) {
                    return Ok(Literal::Boolean(boolean));
                }
            }
        }
        self.not_a_field()?;
        self.word_value(wanted)
    }

    /// That no field or call is next, where only a value may be.
    fn not_a_field(&mut self) -> Result<(), Issue> {
        let start = self.cursor.at();
        let rest = self.cursor.rest();
        let name = &rest[..rest.find(|c| !is_of_word(c) && c != '.').unwrap_or(rest.len())];
        let is_call = rest[name.len()..].starts_with('(');
        if name.is_empty() && !rest.starts_with([':', '-']) {
            return Err(self.expected("a value"));
        }
        if !is_call && crate::field::find(name).is_none() {
            return Ok(());
        }
        let message = format!(
            "expected a value, found the {} `{name}`",
            if is_call { "function" } else { "field" }
        );
        let issue = Issue::new(start..start + name.len(), message);
        Err(issue.with_hint("the right side of a comparison is written out"))
    }

    fn right_integer(&mut self) -> Result<i64, Issue> {
        let start = self.cursor.at();
        match self.right_value(Some(Type::Integer))? {
            Literal::Integer(integer) => Ok(integer),
            _ => Err(Issue::new(start..self.cursor.at(), "expected an integer")),
        }
    }

    /// A text behind an operator that only texts have.
    fn right_text(&mut self, wanted: Option<Type>) -> Result<Vec<u8>, Issue> {
        let start = self.cursor.at();
        match self.right_value(wanted.and(Some(Type::Text)))? {
            Literal::Text(text) => Ok(text),
            _ => Err(Issue::new(start..self.cursor.at(), "expected a string")),
        }
    }

    fn right_pattern(&mut self) -> Result<Pattern, Issue> {
        self.at_string()?;
        let start = self.cursor.at();
        let pattern = self.regex_text()?;
        if print::hashes_for(&pattern).is_none() {
            let message = "the regular expression has too many signs `#` behind a quotation mark";
            return Err(Issue::new(start..self.cursor.at(), message));
        }
        Ok(Pattern::new(pattern))
    }

    fn right_wildcard(&mut self, is_strict: bool) -> Result<Wildcard, Issue> {
        self.at_string()?;
        Ok(Wildcard::new(self.text()?, is_strict))
    }

    /// That a string is next.
    fn at_string(&self) -> Result<(), Issue> {
        if self.is_at_text() {
            return Ok(());
        }
        Err(self.expected("a string"))
    }

    /// The name of a list, behind its dollar sign.
    fn list_name(&mut self) -> Result<String, Issue> {
        let start = self.cursor.at();
        let is_of_name = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '.');
        let name = self.cursor.take_while(is_of_name);
        let hint = "it has lower-case letters, digits, `_` and `.` inside";
        if name.is_empty() {
            return Err(self.expected("the name of a list").with_hint(hint));
        }
        if name.starts_with('.') || name.ends_with('.') {
            let message = format!("`{name}` is no name of a list");
            return Err(Issue::new(start..self.cursor.at(), message).with_hint(hint));
        }
        Ok(name.to_owned())
    }

    /// The elements of `in {…}`.
    fn items(&mut self, wanted: Option<Type>) -> Result<Vec<Item>, Issue> {
        let open = self.cursor.at();
        if !self.cursor.take("{") {
            let issue = self.expected("`{` or `$`");
            return Err(issue.with_hint("write the values as `{…}`, with spaces between them"));
        }
        let mut items = Vec::new();
        loop {
            self.cursor.skip_space();
            if self.cursor.take("}") {
                return Ok(items);
            }
            if self.cursor.is_at_end() {
                return Err(Issue::new(open..open + 1, "`}` is missing"));
            }
            items.push(self.item(wanted)?);
        }
    }

    fn item(&mut self, wanted: Option<Type>) -> Result<Item, Issue> {
        if self.is_at_text() {
            return self.text().map(|text| Item::One(Literal::Text(text)));
        }
        let start = self.cursor.at();
        let word = self.bare_word().to_owned();
        if word.is_empty() {
            let issue = self.expected("a value");
            let has_comma = self.cursor.rest().starts_with(',');
            let hint = "only spaces separate values";
            return Err(if has_comma { issue.with_hint(hint) } else { issue });
        }
        literal::item(&word, wanted).ok_or_else(|| {
            let message = format!("`{word}` is no number, IP address, network or range");
            let issue = Issue::new(start..start + word.len(), message);
            issue.with_hint(format!("write \"{word}\" for a string"))
        })
    }
}
