//! An expression, looked at by itself: its tree, its type, and what becomes of it.

use std::fmt::Write as _;

use cloudflare_rules::{Expression, Issue, Node, parse};
use serde::Serialize;

use crate::condition::{Condition, lower, regions_of, waf_condition};
use crate::zone::Account;

/// An expression as it was understood.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// Its canonical text.
    pub canonical: String,
    /// Its type, as the language calls it; none where something unknown is in the way.
    pub kind: Option<String>,
    /// The tree, a line a node, indented by two spaces a level.
    pub tree: String,
    /// What is wrong with it, as people read it.
    pub issues: Vec<String>,
    /// What it asks, in the terms of CloudFront.
    pub asks: Option<String>,
    /// The path patterns of behaviors, or why there are none.
    pub behaviors: Option<Result<Vec<String>, String>>,
    /// The `when` of a rule in the fleet file, or why there is none.
    pub firewall: Option<Result<String, String>>,
}

/// Explains an expression; for a host where one is given.
///
/// # Errors
/// What stops the parser.
pub fn explain(text: &str, host: Option<&str>) -> Result<Explained, Issue> {
    let expression = parse(text)?;
    let kind = expression.kind();
    let is_filter = kind.as_ref().is_none_or(|kind| kind.to_string() == "boolean");
    let issues = if is_filter { expression.check_filter() } else { expression.check() };
    let condition = is_filter.then(|| {
        let condition = lower(&expression, &Account::default());
        match host {
            Some(host) => condition.on_host(host),
            None => condition,
        }
    });
    let mut tree = String::new();
    draw(&expression, 0, &mut tree);
    Ok(Explained {
        canonical: expression.to_string(),
        kind: kind.map(|kind| kind.to_string()),
        tree,
        issues: issues.iter().map(|issue| issue.render(text, 76)).collect(),
        asks: condition.as_ref().map(ToString::to_string),
        behaviors: condition.as_ref().map(behaviors),
        firewall: condition.as_ref().map(firewall),
    })
}

fn behaviors(condition: &Condition) -> Result<Vec<String>, String> {
    let regions = regions_of(condition)?;
    Ok(regions.iter().map(crate::condition::Region::pattern).collect())
}

fn firewall(condition: &Condition) -> Result<String, String> {
    let when = waf_condition(condition)?;
    toml::Value::try_from(when).map(|value| value.to_string()).map_err(|error| error.to_string())
}

/// One line for each node.
fn draw(expression: &Expression, depth: usize, tree: &mut String) {
    let line = match &expression.node {
        Node::Logical(operator, _) => format!("{operator:?}").to_lowercase(),
        Node::Not(_) => "not".to_owned(),
        Node::Compare(_, comparison) => format!("compare: … {comparison}"),
        Node::Access(_, indexes) => {
            let indexes: String = indexes.iter().map(ToString::to_string).collect();
            format!("item {indexes}")
        }
        Node::Field(field) => format!("field {} ({})", field.name, field.kind),
        Node::Call(call) => format!("call {}", call.function.name),
        Node::UnknownField(name) => format!("field {name} (not known)"),
        Node::UnknownCall(name, _) => format!("call {name} (not known)"),
        Node::Literal(literal) => format!("literal {literal}"),
    };
    // Writing to a `String` cannot fail.
    let _ = writeln!(tree, "{}{line}", "  ".repeat(depth));
    for part in expression.parts() {
        draw(part, depth + 1, tree);
    }
}
