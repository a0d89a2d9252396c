//! An expression becomes a condition.

use cloudflare_rules::{
    Call, Comparison, Counterpart, Expression, Index, Item, Literal, Logical, Node, Order,
};
use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};
use std::net::IpAddr;

use super::text::{TestKind, TextTest};
use super::{Condition, Subject};
use crate::zone::Account;

/// What a filter asks; lists of the account are written out.
pub(crate) fn lower(expression: &Expression, account: &Account) -> Condition {
    match &expression.node {
        Node::Literal(Literal::Boolean(true)) => Condition::Always,
        Node::Literal(Literal::Boolean(false)) => Condition::Never,
        Node::Not(inner) => lower(inner, account).negated(),
        Node::Logical(Logical::And, terms) => {
            Condition::all(terms.iter().map(|term| lower(term, account)))
        }
        Node::Logical(Logical::Or, terms) => {
            Condition::any(terms.iter().map(|term| lower(term, account)))
        }
        Node::Logical(Logical::Xor, terms) => {
            let terms = terms.iter().map(|term| lower(term, account));
            terms.reduce(exclusive).unwrap_or(Condition::Never)
        }
        Node::Field(field) if field.canonical().name == "ssl" => Condition::Encrypted,
        Node::Call(call) => called(call, expression, account),
        Node::Compare(left, comparison) => compared(left, comparison, expression, account),
        _ => opaque(expression),
    }
}

fn exclusive(one: Condition, other: Condition) -> Condition {
    Condition::any([
        Condition::all([one.clone(), other.clone().negated()]),
        Condition::all([one.negated(), other]),
    ])
}

/// What cannot be told, with what the table of the language says of the fields in it.
fn opaque(expression: &Expression) -> Condition {
    let mut why = None;
    expression.walk(&mut |part| {
        let reason = match &part.node {
            Node::UnknownField(name) => Some(format!("the field `{name}` is not known")),
            Node::UnknownCall(name, _) => Some(format!("the function `{name}` is not known")),
            Node::Field(field) => match field.canonical().counterpart {
                Counterpart::None => {
                    Some(format!("CloudFront knows nothing like `{}`", field.name))
                }
                _ => None,
            },
            _ => None,
        };
        if why.is_none() {
            why = reason;
        }
    });
    let why = why.unwrap_or_else(|| "AWS WAF compares nothing in this way".to_owned());
    Condition::Opaque { text: expression.to_string(), why }
}

fn called(call: &Call, whole: &Expression, account: &Account) -> Condition {
    let argument = |index: usize| call.arguments.get(index);
    match (call.function.name, call.arguments.as_slice()) {
        // Of a header that is there once, which is what AWS WAF sees.
        ("any", [inner]) => lower(inner, account),
        ("starts_with" | "ends_with", [source, literal]) => {
            let (Some((subject, folds)), Some(text)) = (subject(source), text_of(literal)) else {
                return opaque(whole);
            };
            let kind = match call.function.name {
                "starts_with" => TestKind::StartsWith(text),
                _ => TestKind::EndsWith(text),
            };
            text_condition(subject, TextTest { kind, ignores_case: folds })
        }
        ("has_key", [map, key]) => match (argument(0).and_then(map_of), text_of(key)) {
            (Some(of), Some(name)) => {
                let _ = map;
                Condition::Present(of(name))
            }
            _ => opaque(whole),
        },
        _ => opaque(whole),
    }
}

fn compared(
    left: &Expression,
    comparison: &Comparison,
    whole: &Expression,
    account: &Account,
) -> Condition {
    if let Some(condition) = constant(left, comparison) {
        return condition;
    }
    if let Some(found) = presence(left, comparison) {
        return found;
    }
    let told = match field_name(left) {
        Some("ip.src") => addresses(comparison, account),
        Some("ip.src.country") => countries(comparison),
        Some("ip.src.asnum") => systems(comparison, account),
        _ => texts(left, comparison, account),
    };
    told.unwrap_or_else(|| opaque(whole))
}

fn field_name(expression: &Expression) -> Option<&'static str> {
    match &expression.node {
        Node::Field(field) => Some(field.canonical().name),
        _ => None,
    }
}

/// What Cloudflare itself always answers in the same way: the score of threats is 0.
fn constant(left: &Expression, comparison: &Comparison) -> Option<Condition> {
    let (Some("cf.threat_score"), Comparison::Order(order, Literal::Integer(number))) =
        (field_name(left), comparison)
    else {
        return None;
    };
    let is_so = match order {
        Order::Equal => *number == 0,
        Order::NotEqual => *number != 0,
        Order::Less => 0 < *number,
        Order::LessOrEqual => 0 <= *number,
        Order::Greater => 0 > *number,
        Order::GreaterOrEqual => 0 >= *number,
    };
    Some(if is_so { Condition::Always } else { Condition::Never })
}

/// `len(http.request.headers["x"]) > 0`, and names of headers that are looked for.
fn presence(left: &Expression, comparison: &Comparison) -> Option<Condition> {
    if let Node::Call(call) = &left.node
        && call.function.name == "len"
    {
        let (subject, _) = subject(call.arguments.first()?)?;
        let Comparison::Order(order, Literal::Integer(number)) = comparison else { return None };
        return match (order, number) {
            (Order::Greater | Order::NotEqual, 0) | (Order::GreaterOrEqual, 1) => {
                Some(Condition::Present(subject))
            }
            (Order::Equal, 0) | (Order::Less, 1) => Some(Condition::Present(subject).negated()),
            _ => None,
        };
    }
    let Node::Access(base, indexes) = &left.node else { return None };
    let of = match field_name(base)? {
        "http.request.headers.names" => Subject::Header,
        "http.request.uri.args.names" => Subject::Argument,
        _ => return None,
    };
    match (indexes.as_slice(), comparison) {
        ([Index::Each], Comparison::Order(Order::Equal, Literal::Text(name))) => {
            Some(Condition::Present(of(String::from_utf8(name.clone()).ok()?)))
        }
        _ => None,
    }
}

fn map_of(expression: &Expression) -> Option<fn(String) -> Subject> {
    match field_name(expression)? {
        "http.request.headers" => Some(Subject::Header),
        "http.request.cookies" => Some(Subject::Cookie),
        "http.request.uri.args" | "raw.http.request.uri.args" => Some(Subject::Argument),
        _ => None,
    }
}

/// The text that an expression stands for, and whether it is in lower case.
fn subject(expression: &Expression) -> Option<(Subject, bool)> {
    match &expression.node {
        Node::Call(call) if call.function.name == "lower" => {
            subject(call.arguments.first()?).map(|(subject, _)| (subject, true))
        }
        // The items of what a function gives for each item of an array.
        Node::Access(base, indexes) if *indexes == [Index::Each] => match &base.node {
            Node::Call(_) => subject(base),
            _ => None,
        },
        Node::Access(base, indexes) => {
            let of = map_of(base)?;
            match indexes.as_slice() {
                [Index::Key(name)] | [Index::Key(name), Index::Each | Index::Item(0)] => {
                    Some((of(String::from_utf8(name.clone()).ok()?), false))
                }
                _ => None,
            }
        }
        Node::Field(field) => Some((
            match field.canonical().name {
                "http.host" => Subject::Host,
                "http.request.uri.path" | "raw.http.request.uri.path" => Subject::Path,
                "http.request.uri.path.extension" | "raw.http.request.uri.path.extension" => {
                    Subject::Extension
                }
                "http.request.uri.query" | "raw.http.request.uri.query" => Subject::Query,
                "http.request.uri" | "raw.http.request.uri" => Subject::Target,
                "http.request.full_uri" | "raw.http.request.full_uri" => Subject::Url,
                "http.request.method" => Subject::Method,
                "http.user_agent" => Subject::Header("user-agent".to_owned()),
                "http.referer" => Subject::Header("referer".to_owned()),
                "http.cookie" => Subject::Header("cookie".to_owned()),
                "http.x_forwarded_for" => Subject::Header("x-forwarded-for".to_owned()),
                _ => return None,
            },
            false,
        )),
        _ => None,
    }
}

fn text_of(expression: &Expression) -> Option<String> {
    match &expression.node {
        Node::Literal(Literal::Text(bytes)) => String::from_utf8(bytes.clone()).ok(),
        _ => None,
    }
}

fn texts(left: &Expression, comparison: &Comparison, account: &Account) -> Option<Condition> {
    let (subject, folds) = subject(left)?;
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).ok();
    let test = |kind| TextTest { kind, ignores_case: folds };
    let is_field = matches!(left.node, Node::Field(_));
    let one = |kind| {
        let test = test(kind);
        // The field of a header that is not there is empty; AWS WAF compares nothing of it.
        let is_of_nothing = is_field && test.passes("") == Some(true);
        let missing = match &subject {
            Subject::Header(_) if is_of_nothing => Condition::Present(subject.clone()).negated(),
            _ => Condition::Never,
        };
        Some(Condition::any([missing, text_condition(subject.clone(), test)]))
    };
    match comparison {
        Comparison::Order(Order::Equal, Literal::Text(bytes)) => one(TestKind::Is(text(bytes)?)),
        Comparison::Order(Order::NotEqual, Literal::Text(bytes)) => {
            let is = one(TestKind::Is(text(bytes)?))?.negated();
            // What is not there is not unequal.
            let is_there = match subject {
                Subject::Cookie(_) | Subject::Argument(_) => Condition::Present(subject),
                Subject::Header(_) if !matches!(left.node, Node::Field(_)) => {
                    Condition::Present(subject)
                }
                _ => Condition::Always,
            };
            Some(Condition::all([is_there, is]))
        }
        Comparison::Contains(bytes) => one(TestKind::Contains(text(bytes)?)),
        Comparison::Matches(pattern) => one(TestKind::Matches(pattern.text())),
        Comparison::Wildcard(wildcard) => {
            let pattern = String::from_utf8(wildcard.text().to_vec()).ok()?;
            // An escaped star is no wildcard: rare enough to be looked at by hand.
            let pattern = Some(pattern).filter(|pattern| !pattern.contains('\\'))?;
            if wildcard.is_strict() {
                return one(TestKind::Wildcard(pattern));
            }
            let test = TextTest::new(TestKind::Wildcard(pattern.to_ascii_lowercase()));
            Some(text_condition(subject, test.ignoring_case()))
        }
        Comparison::OneOf(items) => {
            let mut parts = Vec::new();
            for item in items {
                let Item::One(Literal::Text(bytes)) = item else { return None };
                parts.push(one(TestKind::Is(text(bytes)?))?);
            }
            Some(Condition::any(parts))
        }
        Comparison::InList(name) => {
            let list = account.list(name).filter(|list| list.kind == "hostname")?;
            let hosts = list.items.iter().filter_map(|(item, _)| {
                item.pointer("/hostname/url_hostname")?.as_str().map(str::to_ascii_lowercase)
            });
            let hosts = hosts.map(|host| {
                let kind =
                    if host.contains('*') { TestKind::Wildcard(host) } else { TestKind::Is(host) };
                Condition::Text(subject.clone(), TextTest::new(kind).ignoring_case())
            });
            Some(Condition::any(hosts))
        }
        _ => None,
    }
}

/// A text in lower case is never one with capitals.
fn text_condition(subject: Subject, test: TextTest) -> Condition {
    let looks_for_capitals = |text: &str| text.chars().any(|c| c.is_ascii_uppercase());
    let lower = test.ignores_case || subject == Subject::Extension;
    match &test.kind {
        TestKind::Is(text)
        | TestKind::StartsWith(text)
        | TestKind::EndsWith(text)
        | TestKind::Contains(text)
            if lower && looks_for_capitals(text) =>
        {
            Condition::Never
        }
        _ => Condition::Text(subject, test),
    }
}

fn addresses(comparison: &Comparison, account: &Account) -> Option<Condition> {
    let networks = match comparison {
        Comparison::Order(Order::Equal, Literal::Address(address)) => vec![IpNet::from(*address)],
        Comparison::Order(Order::NotEqual, Literal::Address(address)) => {
            return Some(Condition::Addresses(vec![IpNet::from(*address)]).negated());
        }
        Comparison::OneOf(items) => {
            let networks: Option<Vec<Vec<IpNet>>> = items.iter().map(networks).collect();
            networks?.concat()
        }
        Comparison::InList(name) => {
            let list = account.list(name).filter(|list| list.kind == "ip")?;
            let texts = list.items.iter().filter_map(|(item, _)| item.get("ip")?.as_str());
            texts.filter_map(network).collect()
        }
        _ => return None,
    };
    Some(if networks.is_empty() { Condition::Never } else { Condition::Addresses(networks) })
}

/// An address or a network as people write it.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok();
    network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from)).map(|it| it.trunc())
}

fn networks(item: &Item) -> Option<Vec<IpNet>> {
    match item {
        Item::One(Literal::Address(address)) => Some(vec![IpNet::from(*address)]),
        Item::One(Literal::Network(network)) => Some(vec![*network]),
        Item::Addresses(IpAddr::V4(first), IpAddr::V4(last)) => {
            Some(Ipv4Subnets::new(*first, *last, 0).map(IpNet::V4).collect())
        }
        Item::Addresses(IpAddr::V6(first), IpAddr::V6(last)) => {
            Some(Ipv6Subnets::new(*first, *last, 0).map(IpNet::V6).collect())
        }
        _ => None,
    }
}

fn countries(comparison: &Comparison) -> Option<Condition> {
    let code = |literal: &Literal| match literal {
        Literal::Text(bytes) => {
            String::from_utf8(bytes.clone()).ok().filter(|code| is_country(code))
        }
        _ => None,
    };
    match comparison {
        Comparison::Order(Order::Equal, literal) => {
            Some(Condition::Countries(vec![code(literal)?]))
        }
        Comparison::Order(Order::NotEqual, literal) => {
            Some(Condition::Countries(vec![code(literal)?]).negated())
        }
        Comparison::OneOf(items) => {
            let codes = items.iter().map(|item| match item {
                Item::One(literal) => code(literal),
                _ => None,
            });
            codes.collect::<Option<Vec<_>>>().map(Condition::Countries)
        }
        _ => None,
    }
}

/// Cloudflare says `T1` of Tor and `XX` of who knows where.
fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) && code != "XX"
}

fn systems(comparison: &Comparison, account: &Account) -> Option<Condition> {
    let number = |literal: &Literal| match literal {
        Literal::Integer(number) => u32::try_from(*number).ok(),
        _ => None,
    };
    let numbers = match comparison {
        Comparison::Order(Order::Equal, literal) => vec![number(literal)?],
        Comparison::Order(Order::NotEqual, literal) => {
            return Some(Condition::Systems(vec![number(literal)?]).negated());
        }
        Comparison::OneOf(items) => {
            let numbers = items.iter().map(|item| match item {
                Item::One(literal) => number(literal),
                _ => None,
            });
            numbers.collect::<Option<Vec<_>>>()?
        }
        Comparison::InList(name) => {
            let list = account.list(name).filter(|list| list.kind == "asn")?;
            let items = list.items.iter().filter_map(|(item, _)| item.get("asn")?.as_u64());
            items.filter_map(|number| u32::try_from(number).ok()).collect()
        }
        _ => return None,
    };
    Some(if numbers.is_empty() { Condition::Never } else { Condition::Systems(numbers) })
}
