//! What holds of every expression.

use std::collections::BTreeMap;

use cloudflare_rules::{Expression, Request, Truth, Value, parse};
use proptest::prelude::*;

use crate::evaluating::request;

/// Atoms of filters, spelled in many ways.
fn atom() -> impl Strategy<Value = String> {
    let texts = prop_oneof![
        "[a-z./*]{0,6}".prop_map(|text| format!("\"{text}\"")),
        r"[ -~é]{0,6}".prop_map(|text| format!("r##\"{text}\"##")),
        "[\0-\u{ff}]{0,4}".prop_map(|text| {
            let bytes = text.bytes().map(|byte| format!("\\x{byte:02x}"));
            format!("\"{}\"", bytes.collect::<String>())
        }),
    ]
    .boxed();
    let left = prop_oneof![
        Just("http.host".to_owned()),
        Just("lower( http.request.uri.path )".to_owned()),
        Just("http.request.headers[\"x-tag\"][0]".to_owned()),
        Just("http.request.headers[\"nothing\"][0]".to_owned()),
        Just("some.field".to_owned()),
        texts.clone().prop_map(|text| format!("concat(http.host,{text},\"/\")")),
    ];
    let operator = prop::sample::select(vec![
        "eq",
        "==",
        "ne",
        "!=",
        "lt",
        "<",
        "ge",
        ">=",
        "contains",
        "matches",
        "~",
        "wildcard",
        "strict  wildcard",
    ]);
    let compared = (left.clone(), operator, texts.clone())
        .prop_map(|(left, operator, right)| format!("{left} {operator}{right}"));
    let items = (left, prop::collection::vec(texts.clone(), 0..3))
        .prop_map(|(left, items)| format!("{left} in{{ {} }}", items.join(" ")));
    let others = prop::sample::select(vec![
        "true",
        "false",
        "ssl",
        "cf.client.bot",
        "made.up",
        "made_up(ssl,1)",
        "ip.src in $office",
        "ip.src in {10.0.0.0/8 ::1..::9}",
        "ip.src.asnum in {1..5 -7 0x10}",
        "ip.src.asnum&4",
        "any(http.request.headers[\"x-tag\"][*]==\"one\" or false)",
        "ip.src == 203.0.113.7",
        "all(len(http.request.uri.args.values[*])[*] lt 2)",
        "any(cf.waf.content_scan.obj_types[*] eq \"b\" and http.request.headers[\"x-tag\"][*] eq \"Two\")",
        "all(lower(cf.waf.content_scan.obj_types[*])[*] in {\"a\"} xor http.request.headers[\"x-tag\"][*] eq \"one\")",
    ]);
    prop_oneof![
        3 => compared.prop_filter("too many signs", |text| parse(text).is_ok()),
        1 => items,
        2 => others.prop_map(str::to_owned),
    ]
}

/// Filters as people and programs write them.
fn filter() -> impl Strategy<Value = String> {
    atom().prop_recursive(6, 40, 4, |inner| {
        let operator = prop::sample::select(vec!["and", "&&", "or", "||", "xor", "^^"]);
        prop_oneof![
            inner.clone().prop_map(|inner| format!("not {inner}")),
            inner.clone().prop_map(|inner| format!("!({inner})")),
            inner.clone().prop_map(|inner| format!("( {inner} )")),
            (inner.clone(), operator, inner).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        ]
    })
}

fn read(text: &str) -> Expression {
    parse(text).unwrap_or_else(|issue| panic!("{}", issue.render(text, 76)))
}

fn truth(text: &str) -> Truth {
    read(text).matches(&request())
}

proptest! {
    #[test]
    fn the_text_of_an_expression_reads_as_the_expression(text in filter()) {
        let expression = read(&text);
        let printed = expression.to_string();
        prop_assert_eq!(&read(&printed), &expression, "{} printed as {}", text, printed);
        prop_assert_eq!(read(&printed).to_string(), printed);
    }

    #[test]
    fn printing_changes_no_answer(text in filter()) {
        prop_assert_eq!(truth(&read(&text).to_string()), truth(&text));
    }

    #[test]
    fn no_text_panics_and_every_place_is_true(text in r#"[ -~é\n"r#\\(\[{]{0,40}"#) {
        examine(&text)?;
    }

    #[test]
    fn no_broken_expression_panics(text in filter(), cut in 0..100_usize, odd in "[ -~é]{0,3}") {
        let at = text.floor_char_boundary(cut * text.len() / 100);
        examine(&format!("{}{odd}{}", &text[..at], &text[at..]))?;
        examine(&text[..at])?;
    }

    #[test]
    fn two_negations_are_none(text in filter()) {
        prop_assert_eq!(truth(&format!("not not ({text})")), truth(&text));
    }

    #[test]
    fn negations_turn_and_into_or(a in filter(), b in filter()) {
        prop_assert_eq!(
            truth(&format!("not (({a}) and ({b}))")),
            truth(&format!("not ({a}) or not ({b})"))
        );
        prop_assert_eq!(
            truth(&format!("not (({a}) or ({b}))")),
            truth(&format!("not ({a}) and not ({b})"))
        );
    }

    #[test]
    fn knowing_more_never_turns_an_answer(text in filter()) {
        let little = Request { lists: BTreeMap::default(), address: None, ..request() };
        let much = request()
            .with_fact("cf.client.bot", Value::Boolean(true))
            .with_fact("cf.waf.content_scan.obj_types", Value::texts(["a", "b"]));
        let known = read(&text).matches(&little);
        let told = read(&text).matches(&much);
        prop_assert!(known == Truth::Unknown || known == told, "{}: {:?}, {:?}", text, known, told);
    }
}

/// That places are inside the text and nothing panics, whatever it is.
fn examine(text: &str) -> Result<(), TestCaseError> {
    let issues = match parse(text) {
        Ok(expression) => {
            prop_assert_eq!(&read(&expression.to_string()), &expression, "of {}", text);
            let mut is_inside = true;
            expression.walk(&mut |part| is_inside &= text.get(part.span.clone()).is_some());
            prop_assert!(is_inside, "{}", text);
            expression.evaluate(&request());
            expression.check_filter()
        }
        Err(issue) => vec![issue],
    };
    for issue in issues {
        prop_assert!(text.get(issue.span.clone()).is_some(), "{:?} of {}", issue, text);
        issue.render(text, 20);
    }
    Ok(())
}
