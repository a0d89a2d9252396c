//! What functions give.

use cloudflare_rules::{Request, Truth, Value, parse};

/// A request in which `x` is the path, as texts written out are not allowed everywhere.
fn with_path(path: &str) -> Request {
    let mut request = Request::get("https://shop.example/");
    path.clone_into(&mut request.path);
    request.address = Some("2001:0:130f::9c0:876a:130b".parse().unwrap());
    request.with_header("x-categories", "groceries,,electronics,diy").with_header("id", "MTIzYWJj")
}

/// The path, a call of which `x` is the path, and its value.
const TEXTS: &[(&str, &str, &str)] = &[
    ("/A\u{c4}b", "lower(x)", "/a\u{c4}b"),
    ("/A\u{e4}b", "upper(x)", "/A\u{e4}B"),
    ("/a", r#"concat("https://", http.host, x)"#, "https://shop.example/a"),
    ("/a", r#"concat("/", http.request.accepted_languages[0], x)"#, "//a"),
    ("asdfghjk", "substring(x, 2, 5)", "dfg"),
    ("asdfghjk", "substring(x, 2)", "dfghjk"),
    ("asdfghjk", "substring(x, -2)", "jk"),
    ("asdfghjk", "substring(x, 0, -2)", "asdfgh"),
    ("asdfghjk", "substring(x, 5, 2)", ""),
    ("asdfghjk", "substring(x, -99, 99)", "asdfghjk"),
    ("/foo/bar", r#"regex_replace(x, "/bar$", "/baz")"#, "/foo/baz"),
    ("/x", r#"regex_replace(x, "^/y$", "/mumble")"#, "/x"),
    ("/foo", r#"regex_replace(x, "^/FOO$", "/x")"#, "/foo"),
    ("/a/a", r#"regex_replace(x, "/a", "/b")"#, "/b/a"),
    ("/b", r#"regex_replace(x, "^/b$", "/b$$")"#, "/b$"),
    ("/foo/a/path", r#"regex_replace(x, "^/foo/([^/]*)/(.*)$", "/bar/${2}/${1}")"#, "/bar/path/a"),
    ("/a", r#"regex_replace(x, "a", "$1${x}${9}$")"#, "/$1${x}$"),
    ("/calendar", r#"wildcard_replace(x, "/*", "/apps/${1}")"#, "/apps/calendar"),
    ("/Apps/calendar", r#"wildcard_replace(x, "/apps/*", "/${1}")"#, "/calendar"),
    ("/Apps/calendar", r#"wildcard_replace(x, "/apps/*", "/${1}", "s")"#, "/Apps/calendar"),
    (
        "/apps/calendar/login",
        r#"wildcard_replace(x, "/apps/*/login", "/${1}/login")"#,
        "/calendar/login",
    ),
    ("/a-b-c", r#"wildcard_replace(x, "/*-*", "${1}|${2}")"#, "a|b-c"),
    ("/a", r#"wildcard_replace(http.request.full_uri, "/a", "/b")"#, "https://shop.example/a"),
    ("John%20Doe", "url_decode(x)", "John Doe"),
    ("John+Doe", "url_decode(x)", "John Doe"),
    ("%2520", "url_decode(x)", "%20"),
    ("%2520", r#"url_decode(x, "r")"#, " "),
    ("%u2601%41%u12", r#"url_decode(x, "u")"#, "\u{2601}A%u12"),
    ("%zz%4", "url_decode(x)", "%zz%4"),
    ("www.cloudflare.com", r#"remove_bytes(x, "\x2e\x77")"#, "cloudflarecom"),
    ("order=asc&country=GB", r#"remove_query_args(x, "country")"#, "order=asc"),
    ("order=asc&country=GB", r#"remove_query_args(x, "search")"#, "order=asc&country=GB"),
    ("category=Foo&order=desc&category=Bar", r#"remove_query_args(x, "category")"#, "order=desc"),
    ("a=1&b=2&c", r#"remove_query_args(x, "a", "c")"#, "b=2"),
    ("", "to_string(ssl)", "true"),
    ("", "to_string(len(x))", "0"),
    ("", "to_string(cidr(ip.src, 24, 24))", "2001::"),
    ("", "decode_base64(http.request.headers[\"id\"][0])", "123abc"),
    ("hello world", "encode_base64(x)", "aGVsbG8gd29ybGQ"),
    ("hello world", r#"encode_base64(x, "p")"#, "aGVsbG8gd29ybGQ="),
    ("a", "encode_base64(sha256(x))", "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs"),
    (
        "",
        r#"join(split(http.request.headers["x-categories"][0], ",", 64), "|")"#,
        "groceries||electronics|diy",
    ),
    (
        "",
        r#"join(split(http.request.headers["x-categories"][0], ",", 3), "|")"#,
        "groceries||electronics,diy",
    ),
    (r#"{"company": {"name": ["a", "b"]}}"#, r#"lookup_json_string(x, "company", "name", 1)"#, "b"),
];

/// The same with other values.
const OTHERS: &[(&str, &str, Value)] = &[
    ("/b\u{e9}", "len(x)", Value::Integer(4)),
    ("", r#"len(http.request.headers["id"])"#, Value::Integer(1)),
    ("", r#"len(http.request.headers["no"])"#, Value::Missing),
    ("/a.html", r#"ends_with(x, ".html")"#, Value::Boolean(true)),
    ("/a.html", r#"starts_with(x, "/b")"#, Value::Boolean(false)),
    ("", r#"has_key(http.request.headers, "id")"#, Value::Boolean(true)),
    ("", r#"has_value(http.request.headers.names, "ID")"#, Value::Boolean(false)),
    (r#"[{"n": 123}, {"n": -456}]"#, r#"lookup_json_integer(x, 1, "n")"#, Value::Integer(-456)),
    (r#"{"n": 42.0}"#, r#"lookup_json_integer(x, "n")"#, Value::Missing),
    ("{", r#"lookup_json_integer(x, "n")"#, Value::Missing),
    ("", r#"lower(http.request.headers["no"][0])"#, Value::Missing),
    ("!", "decode_base64(x)", Value::Missing),
    ("", "uuidv4(cf.random_seed)", Value::Unknown),
    ("", "bit_slice(x, 1, 2)", Value::Unknown),
];

fn evaluated(path: &str, call: &str) -> Value {
    let text =
        call.replace("(x", "(http.request.uri.path").replace(" x)", " http.request.uri.path)");
    let expression = parse(&text).unwrap_or_else(|issue| panic!("{}", issue.render(&text, 76)));
    assert_eq!(expression.check(), vec![], "of `{text}`");
    expression.evaluate(&with_path(path))
}

#[test]
fn functions_give_what_the_documentation_says() {
    for (path, call, want) in TEXTS {
        assert_eq!(evaluated(path, call), Value::text(want), "{call} of {path}");
    }
    for (path, call, want) in OTHERS {
        assert_eq!(evaluated(path, call), *want, "{call} of {path}");
    }
}

#[test]
fn networks_have_the_bits_of_their_family() {
    let mut request = with_path("/");
    request.address = Some([113, 10, 0, 2].into());
    for (call, want) in
        [("cidr(ip.src, 24, 24)", "113.10.0.0"), ("cidr6(ip.src, 24)", "113.10.0.2")]
    {
        let value = parse(call).unwrap().evaluate(&request);
        assert_eq!(value, Value::Address(want.parse().unwrap()), "{call}");
    }
}

/// Signatures that `openssl dgst -sha256 -hmac mysecretkey` makes of `/download/cat.jpg1484063787`.
#[test]
fn signatures_are_verified() {
    const URL: &str = "https://downloads.example/download/cat.jpg?verify=1484063787-";
    const MAC: &str = "JcOQEFurDwNF66OcDJLopQxjsg3cB1KVO5%2BBFS9zZZ0%3D";
    const SAFE: &str = "JcOQEFurDwNF66OcDJLopQxjsg3cB1KVO5-BFS9zZZ0";
    let other = MAC.replace("JcO", "JcP");
    for (mac, now, rest, want) in [
        (MAC, 1_484_063_787, "8", true),
        (MAC, 1_484_163_787, "8", true),
        (MAC, 1_484_163_788, "8", false),
        (MAC, 1_484_063_787, "7", false),
        (MAC, 1_484_063_787, "99", false),
        (&other, 1_484_063_787, "8", false),
        (SAFE, 1_484_063_787, "8, \"s\"", true),
        (SAFE, 1_484_063_787, "8", false),
        ("short", 1_484_063_787, "8", false),
    ] {
        let text = format!(
            "is_timed_hmac_valid_v0(\"mysecretkey\", http.request.uri, 100000, \
             http.request.timestamp.sec, {rest})"
        );
        let mut request = Request::get(&format!("{URL}{mac}"));
        request.timestamp = Some(now);
        let expression = parse(&text).unwrap();
        assert_eq!(expression.check(), vec![]);
        assert_eq!(expression.matches(&request), Truth::from(want), "{mac} at {now}, {rest}");
    }
}

#[test]
fn patterns_have_a_limit() {
    let text = r#"http.host matches "(a{1000}){1000}""#;
    let [issue] = &parse(text).unwrap().check()[..] else { panic!("one issue") };
    assert_eq!(
        issue.message,
        "the regular expression is invalid: it takes more than 10 MiB when it is compiled"
    );
}
