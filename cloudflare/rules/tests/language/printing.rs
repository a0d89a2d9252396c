//! The canonical text of expressions.

use cloudflare_rules::parse;

/// Texts and their canonical ones.
const CASES: &[(&str, &str)] = &[
    ("ssl", "ssl"),
    (" ( ( ssl ) ) ", "ssl"),
    ("!ssl&&(ssl||ssl)^^ssl", "not ssl and (ssl or ssl) xor ssl"),
    ("(ssl and ssl) or ssl", "ssl and ssl or ssl"),
    ("ssl and (ssl xor ssl)", "ssl and (ssl xor ssl)"),
    ("(ssl xor ssl) or ssl", "ssl xor ssl or ssl"),
    ("ssl xor (ssl or ssl)", "ssl xor (ssl or ssl)"),
    ("ssl or (ssl or (ssl or ssl))", "ssl or ssl or ssl or ssl"),
    ("not (ssl and ssl)", "not (ssl and ssl)"),
    ("not (not (ssl))", "not not ssl"),
    (r#"not (http.host == "a")"#, r#"not http.host eq "a""#),
    (r#"http.host!="a""#, r#"http.host ne "a""#),
    ("ip.src.asnum<1 or ip.src.asnum<=1", "ip.src.asnum lt 1 or ip.src.asnum le 1"),
    ("ip.src.asnum>1 or ip.src.asnum>=0x10", "ip.src.asnum gt 1 or ip.src.asnum ge 16"),
    ("ip.src.asnum & 7", "ip.src.asnum bitwise_and 7"),
    ("ip.src.asnum eq 5&&ssl", "ip.src.asnum eq 5 and ssl"),
    (r#"http.host ~ "^a\.b$""#, r#"http.host matches r"^a\.b$""#),
    (r#"http.host matches "a\"[b"c]""#, r##"http.host matches r#"a"[b"c]"#"##),
    (r##"http.host matches r#"a"b"#"##, r##"http.host matches r#"a"b"#"##),
    (r#"http.host matches "^a$""#, r#"http.host matches "^a$""#),
    (r#"http.host eq "a\\b""#, r#"http.host eq r"a\b""#),
    (r#"http.host eq "\x00\377\012é""#, r#"http.host eq "\x00\xff\x0aé""#),
    ("http.host eq 61:62-63", r#"http.host eq "abc""#),
    (r#"http.host strict  wildcard "*\\*""#, r#"http.host strict wildcard r"*\*""#),
    (
        "ip.src in{10.0.0.1/8   ::1 10.0.0.1..10.0.0.2 fe80::/10}",
        "ip.src in {10.0.0.0/8 ::1 10.0.0.1..10.0.0.2 fe80::/10}",
    ),
    ("ip.src eq 2001:DB8:0:0::1", "ip.src eq 2001:db8::1"),
    ("ip.src.asnum in { }", "ip.src.asnum in {}"),
    ("ip.src.asnum in {1 5..7 -3..-1}", "ip.src.asnum in {1 5..7 -3..-1}"),
    ("ip.src in $cf.malicious", "ip.src in $cf.malicious"),
    (
        r#"any( lower(http.request.headers[ "x" ][*])[*]=="a" )"#,
        r#"any(lower(http.request.headers["x"][*])[*] eq "a")"#,
    ),
    (r#"concat("/a",http.request.uri.path,"")"#, r#"concat("/a", http.request.uri.path, "")"#),
    (r#"nobody.knows(1,"a",ssl) and x.1y"#, r#"nobody.knows(1, "a", ssl) and x.1y"#),
    ("cidr(::1, 1, 1)", "cidr(::1, 1, 1)"),
    ("cidr(0fe8::1, 1, 1)", "cidr(fe8::1, 1, 1)"),
    ("true", "true"),
    ("ssl\r\n\tand ssl", "ssl and ssl"),
];

#[test]
fn every_expression_has_one_text() {
    for (text, want) in CASES {
        let expression = parse(text).unwrap_or_else(|issue| panic!("{}", issue.render(text, 76)));
        assert_eq!(expression.to_string(), *want, "of `{text}`");
        assert_eq!(parse(want).as_ref(), Ok(&expression), "of `{text}`");
    }
}

#[test]
fn a_raw_string_may_need_many_signs() {
    for signs in [254, 255] {
        let text = format!(r#"http.host matches "a\"{}""#, "#".repeat(signs));
        assert_eq!(parse(&text).is_ok(), signs < 255, "{signs} signs");
        let text = format!(r#"http.host eq "a\"{}""#, "#".repeat(signs));
        let expression = parse(&text).expect("quoted or raw");
        assert_eq!(parse(&expression.to_string()).as_ref(), Ok(&expression), "{signs} signs");
    }
}
