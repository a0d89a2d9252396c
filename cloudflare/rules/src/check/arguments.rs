//! What is wrong with the arguments of calls.

use super::{Shape, shape};
use crate::expression::{Call, Expression, Literal, Node};
use crate::function::{Form, Function, Parameter, Returns};
use crate::issue::Issue;
use crate::kind::Type;

/// References to groups that a replacement may have, as the documentation says.
const MAX_REFERENCES: usize = 8;

/// The type that a call gives.
pub(super) fn call(call: &Call, whole: &Expression, issues: &mut Vec<Issue>) -> Shape {
    let shapes: Vec<_> = call.arguments.iter().map(|it| shape(it, issues)).collect();
    count(call, whole, issues);
    for (index, (argument, shape)) in call.arguments.iter().zip(&shapes).enumerate() {
        let Some(parameter) = call.function.parameter(index) else { break };
        check_form(parameter, argument, issues);
        check_kind(call.function, index, argument, *shape, issues);
    }
    if let Some(problem) = call.pattern.as_ref().and_then(|pattern| pattern.problem()) {
        let span = call.arguments.get(1).map_or(whole.span.clone(), |it| it.span.clone());
        issues.push(Issue::new(span, format!("the pattern is invalid: {problem}")));
    }
    limits(call, issues);
    let result = match call.function.returns {
        Returns::Always(kind) => Some(kind),
        Returns::SameAsFirst => shapes.first().and_then(|first| first.kind),
    };
    let is_mapped = shapes.first().is_some_and(|it| it.is_spread) && !call.function.takes_items();
    let kind = if is_mapped { result.and_then(Type::array_of) } else { result };
    Shape { kind, is_spread: false }
}

fn count(call: &Call, whole: &Expression, issues: &mut Vec<Issue>) {
    let (least, most) = call.function.count();
    let found = call.arguments.len();
    if found < least || most.is_some_and(|most| found > most) {
        let expected = match most {
            Some(most) if most == least => format!("{least}"),
            Some(most) => format!("{least} to {most}"),
            None => format!("{least} or more"),
        };
        let plural = if expected == "1" { "" } else { "s" };
        let name = call.function.name;
        let message = format!("`{name}` takes {expected} argument{plural}, found {found}");
        let issue = Issue::new(whole.span.clone(), message);
        issues.push(issue.with_hint(format!("write `{}`", call.function.signature())));
    }
}

fn check_form(parameter: &Parameter, argument: &Expression, issues: &mut Vec<Issue>) {
    let is_literal = matches!(argument.node, Node::Literal(_));
    let message = match parameter.form {
        Form::Literal if !is_literal => format!("`{}` has to be written out", parameter.name),
        Form::Field if is_literal => {
            format!("`{}` has to be a field or what a function gives", parameter.name)
        }
        _ => return,
    };
    issues.push(Issue::new(argument.span.clone(), message));
}

fn check_kind(
    function: &Function,
    index: usize,
    argument: &Expression,
    shape: Shape,
    issues: &mut Vec<Issue>,
) {
    let span = argument.span.clone();
    if shape.is_spread && index > 0 {
        issues.push(Issue::new(span, "`[*]` is only allowed in the first argument"));
        return;
    }
    let (Some(parameter), Some(kind)) = (function.parameter(index), shape.kind) else { return };
    // A spread of booleans is what `any` and `all` want.
    let kind = if shape.is_spread && function.takes_items() { kind.array_of() } else { Some(kind) };
    let Some(kind) = kind else { return };
    if parameter.accepts.iter().any(|accepts| accepts.fits(kind)) {
        return;
    }
    let accepted: Vec<_> = parameter.accepts.iter().map(ToString::to_string).collect();
    let name = parameter.name;
    let message =
        format!("`{name}` has to be {}, found {}", accepted.join(" or "), kind.with_article());
    let issue = Issue::new(span, message);
    let takes_items = |element| parameter.accepts.iter().any(|accepts| accepts.fits(element));
    issues.push(if index == 0 && kind.element().is_some_and(takes_items) {
        issue.with_hint(format!("write `{argument}[*]` for each item in turn"))
    } else {
        issue
    });
}

/// Ranges of numbers that are written out.
fn limits(call: &Call, issues: &mut Vec<Issue>) {
    for (index, argument) in call.arguments.iter().enumerate() {
        let limits = call.function.parameter(index).and_then(|parameter| parameter.range);
        let (Some((from, to)), Node::Literal(Literal::Integer(found))) = (limits, &argument.node)
        else {
            continue;
        };
        if !(from..=to).contains(found) {
            let name = call.function.parameter(index).map_or("", |parameter| parameter.name);
            let message = format!("`{name}` has to be from {from} to {to}, found {found}");
            issues.push(Issue::new(argument.span.clone(), message));
        }
    }
}

/// That there is one replacement at most, and that it has no more references than are allowed.
pub(super) fn replacements(expression: &Expression, issues: &mut Vec<Issue>) {
    let mut count = 0;
    expression.walk(&mut |part| {
        let Node::Call(call) = &part.node else { return };
        if !matches!(call.function.name, "regex_replace" | "wildcard_replace") {
            return;
        }
        count += 1;
        if count == 2 {
            let message = "an expression has at most one `regex_replace` or `wildcard_replace`";
            issues.push(Issue::new(part.span.clone(), message));
        }
        if let Some(argument) = call.arguments.get(2)
            && let Node::Literal(Literal::Text(text)) = &argument.node
            && text.windows(2).filter(|pair| *pair == b"${").count() > MAX_REFERENCES
        {
            let message = format!("a replacement refers to at most {MAX_REFERENCES} groups");
            issues.push(Issue::new(argument.span.clone(), message));
        }
    });
}
