//! What is wrong with expressions that parse.

use cloudflare_rules::{Type, parse};

/// Expressions, what is wrong and which part of the text that is about, and the advice.
const BAD: &[(&str, &str, &str, Option<&str>)] = &[
    ("http.hots eq \"a\"", "unknown field `http.hots`", "http.hots", Some("write `http.host`")),
    ("quite.another", "unknown field `quite.another`", "quite.another", None),
    (
        "starts_wiht(http.host, \"a\")",
        "unknown function `starts_wiht`",
        "starts_wiht",
        Some("write `starts_with`"),
    ),
    ("http.host eq 5", "a string cannot be compared with an integer", " eq 5", None),
    (
        "ip.src.asnum contains \"5\"",
        "an integer cannot be compared with a string",
        " contains \"5\"",
        None,
    ),
    ("ip.src in {\"a\"}", "an IP address cannot be compared with a string", " in {\"a\"}", None),
    (
        "ip.src eq 10.0.0.0/8",
        "a network can only be an element of `in {…}`",
        " eq 10.0.0.0/8",
        None,
    ),
    ("ssl eq true", "a boolean is not compared", " eq true", Some("write `ssl` or `not ssl`")),
    (
        "http.request.headers.names eq \"a\"",
        "an array of strings is not compared",
        " eq \"a\"",
        Some("compare an item, or `any(http.request.headers.names[*] …)`"),
    ),
    ("http.host[0] eq \"a\"", "a string has no `[0]`", "[0]", None),
    (
        "http.request.headers[0][0] eq \"a\"",
        "a map of arrays of strings has no `[0]`",
        "[0][0]",
        None,
    ),
    (
        "http.host and ssl",
        "expected a boolean, found a string",
        "http.host",
        Some("compare it with something: `http.host eq …`"),
    ),
    (
        "any(http.request.headers.names[*] eq \"a\") and http.request.headers.names[*] eq \"b\"",
        "an array of booleans and a boolean cannot be joined",
        "http.request.headers.names[*] eq \"b\"",
        Some("put it in `any(…)` or `all(…)`"),
    ),
    ("lower()", "`lower` takes 1 argument, found 0", "lower()", Some("write `lower(source)`")),
    (
        "concat()",
        "`concat` takes 1 or more arguments, found 0",
        "concat()",
        Some("write `concat(values, …)`"),
    ),
    (
        "url_decode(http.host, \"r\", \"u\")",
        "`url_decode` takes 1 to 2 arguments, found 3",
        "url_decode(http.host, \"r\", \"u\")",
        Some("write `url_decode(source[, options])`"),
    ),
    (
        "lower(http.request.headers.names)",
        "`source` has to be a string, found an array of strings",
        "http.request.headers.names",
        Some("write `http.request.headers.names[*]` for each item in turn"),
    ),
    ("len(ssl)", "`value` has to be a string or an array, found a boolean", "ssl", None),
    (
        "starts_with(\"a\", http.host)",
        "`source` has to be a field or what a function gives",
        "\"a\"",
        None,
    ),
    ("split(http.host, http.host, 5)", "`separator` has to be written out", "http.host", None),
    ("split(http.host, \",\", 129)", "`limit` has to be from 1 to 128, found 129", "129", None),
    (
        "concat(http.host, http.request.headers.names[*])",
        "`[*]` is only allowed in the first argument",
        "http.request.headers.names[*]",
        None,
    ),
    (
        "http.request.headers.names[*]",
        "`[*]` gives many values, one is needed",
        "http.request.headers.names[*]",
        Some("put it in `any(…)` or `all(…)`"),
    ),
    (
        "http.host matches \"a(\"",
        "the regular expression is invalid: unclosed group",
        " matches \"a(\"",
        None,
    ),
    (
        "http.host matches \"(?=a)\"",
        "the regular expression is invalid: look-around, including look-ahead and look-behind, is not supported",
        " matches \"(?=a)\"",
        None,
    ),
    (
        "http.host wildcard \"a**\"",
        "the wildcard pattern is invalid: two `*` may not follow one another",
        " wildcard \"a**\"",
        None,
    ),
    (
        "http.host wildcard \"a\\\\b\"",
        "the wildcard pattern is invalid: `\\` may only stand before `*` and `\\`",
        " wildcard \"a\\\\b\"",
        None,
    ),
    (
        "regex_replace(http.host, \"(\", \"\")",
        "the pattern is invalid: unclosed group",
        "\"(\"",
        None,
    ),
    (
        "concat(regex_replace(http.host, \"a\", \"\"), regex_replace(http.host, \"b\", \"\"))",
        "an expression has at most one `regex_replace` or `wildcard_replace`",
        "regex_replace(http.host, \"b\", \"\")",
        None,
    ),
    (
        "regex_replace(http.host, \"a\", \"${1}${1}${1}${1}${1}${1}${1}${1}${1}\")",
        "a replacement refers to at most 8 groups",
        "\"${1}${1}${1}${1}${1}${1}${1}${1}${1}\"",
        None,
    ),
];

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, message, place, hint) in BAD {
        let issues = parse(text).expect(text).check();
        let [issue] = &issues[..] else { panic!("{issues:?} of `{text}`") };
        let found = (issue.message.as_str(), &text[issue.span.clone()], issue.hint.as_deref());
        assert_eq!(found, (*message, *place, *hint), "of `{text}`");
    }
}

#[test]
fn filters_are_booleans() {
    for (text, want) in [
        ("ssl", None),
        ("made.up", Some("unknown field `made.up`")),
        ("http.host", Some("a filter is true or false, this is a string")),
        ("len(http.host)", Some("a filter is true or false, this is an integer")),
        (
            "http.request.headers.names[*] eq \"a\"",
            Some("a filter is one boolean, not an array of them"),
        ),
    ] {
        let issues = parse(text).unwrap().check_filter();
        assert_eq!(issues.first().map(|issue| issue.message.as_str()), want, "{text}");
    }
}

#[test]
fn all_that_is_wrong_is_told_in_order() {
    let issues = parse("a.b and c(d) or http.host eq 5").unwrap().check();
    let messages: Vec<_> = issues.iter().map(|issue| issue.message.as_str()).collect();
    let want = [
        "unknown field `a.b`",
        "unknown function `c`",
        "unknown field `d`",
        "a string cannot be compared with an integer",
    ];
    assert_eq!(messages, want);
}

#[test]
fn expressions_have_types() {
    for (text, want) in [
        ("ssl and true", Some("boolean")),
        ("len(http.host)", Some("integer")),
        ("http.request.headers", Some("map of arrays of strings")),
        ("http.request.headers[\"a\"]", Some("array of strings")),
        ("http.request.headers[\"a\"][0]", Some("string")),
        ("len(http.request.headers.names[*])", Some("array of integers")),
        ("split(http.request.headers.names[*], \",\", 2)", Some("array of arrays of strings")),
        (
            "concat(http.request.headers.names, http.request.headers.names)",
            Some("array of strings"),
        ),
        ("http.request.headers.names[*] eq \"a\"", Some("array of booleans")),
        ("cidr(ip.src, 8, 8)", Some("IP address")),
        ("made.up", None),
    ] {
        let kind = parse(text).unwrap().kind();
        assert_eq!(kind.as_ref().map(Type::to_string).as_deref(), want, "{text}");
    }
}
