//! What is wrong with an expression: names that are not known, types that do not fit.

mod arguments;

use crate::expression::{Comparison, Expression, Index, Item, Literal, Node};
use crate::issue::Issue;
use crate::kind::Type;
use crate::names::closest;
use crate::{field, function};

/// The type of an expression, and whether it stands for each item of an array in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// `None` where something unknown is in the way.
    pub(crate) kind: Option<Type>,
    pub(crate) is_spread: bool,
}

/// Everything that is wrong, in the order of the text.
pub(crate) fn issues(expression: &Expression) -> Vec<Issue> {
    let mut issues = Vec::new();
    let shape = shape(expression, &mut issues);
    ungathered(expression, shape, &mut issues);
    arguments::replacements(expression, &mut issues);
    issues.sort_by_key(|issue| (issue.span.start, issue.span.end));
    issues
}

/// As [`issues`], and that it is a boolean.
pub(crate) fn filter_issues(expression: &Expression) -> Vec<Issue> {
    let mut issues = issues(expression);
    if !issues.is_empty() {
        return issues;
    }
    let span = expression.span.clone();
    match expression.kind() {
        None | Some(Type::Boolean) => {}
        Some(Type::BOOLEANS) => {
            issues.push(gather(Issue::new(span, "a filter is one boolean, not an array of them")));
        }
        Some(kind) => {
            let message = format!("a filter is true or false, this is {}", kind.with_article());
            issues.push(Issue::new(span, message));
        }
    }
    issues
}

/// The type of an expression; what is wrong in it goes to `issues`.
pub(crate) fn shape(expression: &Expression, issues: &mut Vec<Issue>) -> Shape {
    let span = expression.span.clone();
    let one = |kind| Shape { kind, is_spread: false };
    match &expression.node {
        Node::Literal(Literal::Network(_)) => {
            let issue = Issue::new(span, "a network can only be an element of `in {…}`");
            issues.push(issue);
            one(None)
        }
        Node::Literal(literal) => one(literal.kind()),
        Node::Field(field) => one(Some(field.kind)),
        Node::UnknownField(name) => {
            let known = field::fields().map(|field| field.name);
            let span = span.start..span.start + name.len();
            issues.push(unknown("field", name, span, closest(name, known)));
            one(None)
        }
        Node::UnknownCall(name, arguments) => {
            let known = function::functions().iter().map(|function| function.name);
            let span = span.start..span.start + name.len();
            issues.push(unknown("function", name, span, closest(name, known)));
            for argument in arguments {
                shape(argument, issues);
            }
            one(None)
        }
        Node::Call(call) => arguments::call(call, expression, issues),
        Node::Access(base, indexes) => accessed(base, indexes, expression, issues),
        Node::Not(inner) => one(boolean(inner, issues)),
        Node::Logical(_, terms) => one(joined(terms, issues)),
        Node::Compare(left, comparison) => compared(left, comparison, expression, issues),
    }
}

/// That an array which `[*]` takes apart is put together again.
fn ungathered(expression: &Expression, shape: Shape, issues: &mut Vec<Issue>) {
    if shape.is_spread {
        let issue = Issue::new(expression.span.clone(), "`[*]` gives many values, one is needed");
        issues.push(gather(issue));
    }
}

fn gather(issue: Issue) -> Issue {
    issue.with_hint("put it in `any(…)` or `all(…)`")
}

fn unknown(what: &str, name: &str, span: std::ops::Range<usize>, meant: Option<&str>) -> Issue {
    let issue = Issue::new(span, format!("unknown {what} `{name}`"));
    match meant {
        Some(meant) => issue.with_hint(format!("write `{meant}`")),
        None => issue,
    }
}

fn accessed(
    base: &Expression,
    indexes: &[Index],
    whole: &Expression,
    issues: &mut Vec<Issue>,
) -> Shape {
    let mut kind = shape(base, issues).kind;
    for index in indexes {
        let Some(own) = kind else { break };
        let fits = match index {
            Index::Item(_) => matches!(own, Type::Array(_)),
            Index::Key(_) => matches!(own, Type::Map(_)),
            Index::Each => own.element().is_some(),
        };
        if !fits {
            let message = format!("{} has no `{index}`", own.with_article());
            issues.push(Issue::new(base.span.end..whole.span.end, message));
        }
        kind = own.element().filter(|_| fits);
    }
    Shape { kind, is_spread: whole.is_spread() }
}

/// The type of something that is to be true or false, or an array of that.
fn boolean(expression: &Expression, issues: &mut Vec<Issue>) -> Option<Type> {
    let shape = shape(expression, issues);
    match (shape.kind?, shape.is_spread) {
        (Type::Boolean, false) => Some(Type::Boolean),
        (Type::Boolean, true) | (Type::BOOLEANS, false) => Some(Type::BOOLEANS),
        (kind, _) => {
            let message = format!("expected a boolean, found {}", kind.with_article());
            let issue = Issue::new(expression.span.clone(), message);
            issues.push(issue.with_hint(format!("compare it with something: `{expression} eq …`")));
            None
        }
    }
}

fn joined(terms: &[Expression], issues: &mut Vec<Issue>) -> Option<Type> {
    let kinds: Vec<_> = terms.iter().map(|term| boolean(term, issues)).collect();
    let first = kinds.first().copied().flatten()?;
    for (term, kind) in terms.iter().zip(&kinds) {
        if kind.is_some_and(|kind| kind != first) {
            let message = "an array of booleans and a boolean cannot be joined";
            issues.push(gather(Issue::new(term.span.clone(), message)));
        }
    }
    kinds.iter().all(Option::is_some).then_some(first)
}

fn compared(
    left: &Expression,
    comparison: &Comparison,
    whole: &Expression,
    issues: &mut Vec<Issue>,
) -> Shape {
    let found = shape(left, issues);
    if let Some(kind) = found.kind {
        let right = left.span.end..whole.span.end;
        issues.extend(misfit(kind, comparison, left, right));
    }
    if let Some(problem) = problem(comparison) {
        issues.push(Issue::new(left.span.end..whole.span.end, problem));
    }
    let kind = if found.is_spread { Type::BOOLEANS } else { Type::Boolean };
    Shape { kind: Some(kind), is_spread: false }
}

/// Why a comparison does not fit values of a type.
fn misfit(
    kind: Type,
    comparison: &Comparison,
    left: &Expression,
    right: std::ops::Range<usize>,
) -> Option<Issue> {
    let issue = |message: String| Some(Issue::new(right.clone(), message));
    if kind == Type::Boolean {
        let hint = format!("write `{left}` or `not {left}`");
        return issue("a boolean is not compared".to_owned()).map(|it| it.with_hint(hint));
    }
    if kind.element().is_some() {
        let hint = format!("compare an item, or `any({left}[*] …)`");
        let message = format!("{} is not compared", kind.with_article());
        return issue(message).map(|it| it.with_hint(hint));
    }
    let wanted = match comparison {
        Comparison::Order(_, literal) => literal.kind(),
        Comparison::BitwiseAnd(_) => Some(Type::Integer),
        Comparison::Contains(_) | Comparison::Matches(_) | Comparison::Wildcard(_) => {
            Some(Type::Text)
        }
        Comparison::OneOf(items) => {
            items.iter().map(Item::kind).find(|it| *it != kind).or(Some(kind))
        }
        Comparison::InList(_) => Some(kind),
    };
    match wanted {
        None => issue("a network can only be an element of `in {…}`".to_owned()),
        Some(wanted) if wanted == kind => None,
        Some(wanted) => issue(format!(
            "{} cannot be compared with {}",
            kind.with_article(),
            wanted.with_article()
        )),
    }
}

/// Why a pattern is none.
fn problem(comparison: &Comparison) -> Option<String> {
    match comparison {
        Comparison::Matches(pattern) => {
            pattern.problem().map(|problem| format!("the regular expression is invalid: {problem}"))
        }
        Comparison::Wildcard(wildcard) => {
            wildcard.problem().map(|problem| format!("the wildcard pattern is invalid: {problem}"))
        }
        _ => None,
    }
}
