//! What is no expression, and what is said of it.

use cloudflare_rules::{MAX_NESTING, parse};

/// Texts that do not parse, with what is shown of them.
const BAD: &[(&str, &str)] = &[
    ("", "the expression is empty\n  \n  ^\n  hint: write `true` for every request\n"),
    (
        r#"http.host equals "a""#,
        "expected an operator, found `equals`\n  http.host equals \"a\"\n            ^^^^^^\n  hint: write `eq`\n",
    ),
    (
        r"http.host eq example.com",
        "expected a string, found `example.com`\n  http.host eq example.com\n               ^^^^^^^^^^^\n  hint: write \"example.com\" for a string\n",
    ),
    (
        "http.host eq http.referer",
        "expected a value, found the field `http.referer`\n  http.host eq http.referer\n               ^^^^^^^^^^^^\n  hint: the right side of a comparison is written out\n",
    ),
    (
        r#"http.host eq lower("A")"#,
        "expected a value, found the function `lower`\n  http.host eq lower(\"A\")\n               ^^^^^\n  hint: the right side of a comparison is written out\n",
    ),
    ("http.host eq", "expected a value, found the end\n  http.host eq\n              ^\n"),
    ("ssl and", "expected a field, a function or a value, found the end\n  ssl and\n         ^\n"),
    (
        "ssl and and ssl",
        "expected a field, a function or a value, found `and`\n  ssl and and ssl\n          ^^^\n",
    ),
    (
        "ssl AND ssl",
        "expected an operator, found `AND`\n  ssl AND ssl\n      ^^^\n  hint: operators are in lower case: write `and`\n",
    ),
    ("(ssl", "`)` is missing\n  (ssl\n  ^\n"),
    ("ssl)", "expected an operator, found `)`\n  ssl)\n     ^\n"),
    ("lower(http.host", "`)` is missing\n  lower(http.host\n       ^\n"),
    (
        r#"http.request.uri.path starts_with "/a""#,
        "expected an operator, found `starts_with`\n  http.request.uri.path starts_with \"/a\"\n                        ^^^^^^^^^^^\n  hint: it is a function: write `starts_with(http.request.uri.path, \"…\")`\n",
    ),
    (
        "ip.src not in {10.0.0.1}",
        "expected an operator, found `not`\n  ip.src not in {10.0.0.1}\n         ^^^\n  hint: it goes before the whole comparison: write `not ip.src in {…}`\n",
    ),
    (
        r#"http.host eq "a"#,
        "the string has no end\n  http.host eq \"a\n               ^\n  hint: it ends with `\"`\n",
    ),
    (
        r#"http.host eq r#"a""#,
        "the string has no end\n  http.host eq r#\"a\"\n               ^\n  hint: it ends with `\"#`\n",
    ),
    (
        r#"http.host contains "\d""#,
        "`\\d` is no escape\n  http.host contains \"\\d\"\n                      ^^\n  hint: write `\\\\` for a backslash, or a raw string, r\"…\", in which it is one\n",
    ),
    (
        "http.host eq ‘a’",
        "expected a value, found `‘`\n  http.host eq ‘a’\n               ^\n  hint: strings are in straight double quotation marks\n",
    ),
    (
        "‘a’ eq 1",
        "expected a field, a function or a value, found `‘`\n  ‘a’ eq 1\n  ^\n  hint: strings are in straight double quotation marks\n",
    ),
    (
        r#"http.host in ("a" "b")"#,
        "expected `{` or `$`, found `(`\n  http.host in (\"a\" \"b\")\n               ^\n  hint: write the values as `{…}`, with spaces between them\n",
    ),
    (
        r#"http.host in {"a", "b"}"#,
        "expected a value, found `,`\n  http.host in {\"a\", \"b\"}\n                   ^\n  hint: only spaces separate values\n",
    ),
    ("ip.src in {10.0.0.1", "`}` is missing\n  ip.src in {10.0.0.1\n            ^\n"),
    (
        "ip.src in {10.0.0.300}",
        "`10.0.0.300` is no number, IP address, network or range\n  ip.src in {10.0.0.300}\n             ^^^^^^^^^^\n  hint: write \"10.0.0.300\" for a string\n",
    ),
    (
        "ip.src in $Office",
        "expected the name of a list, found `Office`\n  ip.src in $Office\n             ^^^^^^\n  hint: it has lower-case letters, digits, `_` and `.` inside\n",
    ),
    (
        "ip.src in $office.",
        "`office.` is no name of a list\n  ip.src in $office.\n             ^^^^^^^\n  hint: it has lower-case letters, digits, `_` and `.` inside\n",
    ),
    (
        r#"http.request.headers[x][0] eq "a""#,
        "expected a number, a string or `*`, found `x`\n  http.request.headers[x][0] eq \"a\"\n                       ^\n",
    ),
    (
        r#"http.request.headers["x"[0] eq "a""#,
        "expected `]`, found `[`\n  http.request.headers[\"x\"[0] eq \"a\"\n                          ^\n",
    ),
    (
        "http.host matches 5",
        "expected a string, found `5`\n  http.host matches 5\n                    ^\n",
    ),
    (
        "ssl and\n(http.host eqq \"a\"\n or ssl)",
        "expected an operator, found `eqq`\n  (http.host eqq \"a\"\n             ^^^\n  hint: write `eq`\n",
    ),
];

#[test]
fn what_is_wrong_is_told_at_its_place() {
    for (text, want) in BAD {
        let issue = parse(text).expect_err(text);
        assert_eq!(issue.render(text, 76), *want, "of `{text}`");
    }
}

#[test]
fn long_lines_are_shown_around_the_place() {
    let text = format!("{}http.host eqq \"a\" or {}", "ssl or ".repeat(20), "ssl or ".repeat(20));
    let issue = parse(&text).unwrap_err();
    assert_eq!(
        issue.render(&text, 40),
        "expected an operator, found `eqq`\n  …r http.host eqq \"a\" or ssl or ssl or s…\n               ^^^\n  hint: write `eq`\n"
    );
}

#[test]
fn nesting_has_a_limit() {
    for (open, inner, close) in [
        ("(", "ssl", ")"),
        ("not ", "ssl", ""),
        ("lower(", "http.host", ")"),
        ("nobody(", "ssl", ")"),
    ] {
        let nested = |depth| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
        let deepest = parse(&nested(MAX_NESTING)).expect("it is allowed");
        assert_eq!(parse(&deepest.to_string()).as_ref(), Ok(&deepest));
        deepest.check();
        deepest.evaluate(&cloudflare_rules::Request::get("https://shop.example/"));
        for too_deep in [MAX_NESTING + 1, 100_000] {
            let issue = parse(&nested(too_deep)).unwrap_err();
            assert_eq!(issue.message, "the expression is nested deeper than 128 levels");
        }
    }
}

#[test]
fn chains_have_none() {
    let text = vec!["ssl"; 50_000].join(" or ");
    assert_eq!(parse(&text).expect("it is flat").to_string(), text);
}
