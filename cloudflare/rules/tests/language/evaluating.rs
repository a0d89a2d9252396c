//! What operators say of a request.

use std::collections::BTreeSet;

use cloudflare_rules::{List, Request, Truth, Value, parse};

/// A request that most cases are about.
pub(crate) fn request() -> Request {
    let mut request = Request::get("https://Shop.example/Photos/vase.JPG?a=1&b=2&a=3&c")
        .with_header("X-Tag", "one")
        .with_header("x-tag", "Two")
        .with_header("User-Agent", "Browser/1.0")
        .with_header("Cookie", "session=abc; user%20name=Ada; session=def")
        .with_header("Accept-Language", "fr-CH, fr;q=0.8, en;q=0.9, de;q=0.7, *;q=0.5");
    request.address = Some([203, 0, 113, 7].into());
    request.country = Some("DE".to_owned());
    request.autonomous_system = Some(64_500);
    request.timestamp = Some(1_700_000_000);
    request
        .lists
        .insert("office".to_owned(), List::Addresses(vec!["203.0.113.0/24".parse().unwrap()]));
    let hosts = BTreeSet::from(["*.example".to_owned(), "other.test".to_owned()]);
    request.lists.insert("hosts".to_owned(), List::Hosts(hosts));
    request.lists.insert("networks".to_owned(), List::Integers(BTreeSet::from([64_500])));
    request.lists.insert("words".to_owned(), List::Texts(BTreeSet::from([b"GET".to_vec()])));
    request
}

/// What a filter says of that request.
fn truth(text: &str) -> Truth {
    let expression = parse(text).unwrap_or_else(|issue| panic!("{}", issue.render(text, 76)));
    expression.matches(&request())
}

const TRUE: &[&str] = &[
    "true",
    "ssl",
    r#"http.host eq "Shop.example""#,
    r#"http.host ne "shop.example""#,
    r#"http.host lt "T""#,
    r#"http.host le "Shop.example""#,
    r#"http.host gt "Shop.exampl""#,
    r#"http.host ge "Shop.example""#,
    r#"http.host contains "op.ex""#,
    r#"http.host contains """#,
    r#"http.host matches "^[A-Z]""#,
    r#"http.host matches "(?i)^shop""#,
    r#"http.host wildcard "shop.*""#,
    r#"http.host wildcard "*""#,
    r#"http.host strict wildcard "Shop.*ple""#,
    r#"http.host in {"a" "Shop.example"}"#,
    "http.host in $hosts",
    "ip.src eq 203.0.113.7",
    "ip.src ne ::1",
    "ip.src in {203.0.113.0/24}",
    "ip.src in {198.51.100.1 203.0.113.0..203.0.113.9}",
    "ip.src in $office",
    "not ip.src in {10.0.0.0/8 ::/0}",
    "ip.src.asnum in {1..5 64000..65000}",
    "ip.src.asnum in $networks",
    "ip.geoip.asnum eq 64500",
    "ip.src.asnum & 4",
    "http.request.method in $words",
    r#"ip.geoip.country eq "DE""#,
    "cf.threat_score eq 0",
    // `and` binds tighter than `xor`, that tighter than `or`.
    "true or true and false",
    "true xor true and false",
    "true or true xor true",
    "not false and true",
    "not (true and false)",
    r#"any(http.request.headers["x-tag"][*] eq "Two")"#,
    r#"any(lower(http.request.headers["x-tag"][*])[*] eq "two")"#,
    r#"all(http.request.headers["x-tag"][*] matches "^[a-zA-Z]+$")"#,
    r#"any(http.request.headers["x-tag"][*] eq "one" and http.request.headers["x-tag"][*] ne "Two")"#,
    r#"all(not http.request.headers["x-tag"][*] eq "three")"#,
    r#"http.request.headers["x-tag"][1] eq "Two""#,
    r#"any(http.request.uri.args["a"][*] eq "3")"#,
    r#"len(http.request.uri.args["a"]) eq 2"#,
    r#"http.request.uri.args["c"][0] eq """#,
    r#"any(http.request.headers[*][*] eq "one")"#,
    // What is missing compares as false, so that `not` of it is true.
    r#"not http.request.headers["nothing"][0] ne "x""#,
    r#"not len(http.request.uri.args["order"]) >= 0"#,
    // There is nothing that could contradict.
    r#"all(http.request.headers["nothing"][*] eq "x")"#,
];

const FALSE: &[&str] = &[
    "false",
    r#"http.host eq "shop.example""#,
    r#"http.host strict wildcard "shop.*""#,
    r#"http.host wildcard "hop.example""#,
    r#"http.host matches "^$""#,
    r"http.host in {}",
    "ip.src in {10.0.0.0/8}",
    "ip.src eq ::1",
    "ip.src lt ::1",
    "ip.src gt ::1",
    r#"http.request.headers["nothing"][0] eq "x""#,
    r#"http.request.headers["nothing"][0] ne "x""#,
    r#"http.request.headers["x-tag"][2] ne "x""#,
    r#"any(http.request.headers["nothing"][*] eq "x")"#,
    r#"any(http.request.headers["X-Tag"][*] eq "one")"#,
    r#"http.request.headers["nothing"][0] contains "" or false"#,
    "true xor true",
    "http.host in $hosts and false",
];

const UNKNOWN: &[&str] = &[
    "cf.bot_management.score lt 30",
    "cf.client.bot",
    "not cf.client.bot",
    "cf.client.bot and ssl",
    "cf.client.bot xor ssl",
    "ip.src in $nobody",
    "made.up",
    r#"made_up(http.host) eq "a""#,
    r#"http.host matches "(""#,
    r#"http.host wildcard "**""#,
    r#"any(http.request.headers["x-tag"][*] in $nobody)"#,
    "http.response.code eq 200",
    "http.request.body.size gt 5",
    "http.host eq 5",
    "http.host",
];

#[test]
fn operators_say_what_the_documentation_says() {
    for (cases, want) in [(TRUE, Truth::True), (FALSE, Truth::False), (UNKNOWN, Truth::Unknown)] {
        for text in cases {
            assert_eq!(truth(text), want, "of `{text}`");
        }
    }
}

#[test]
fn what_is_unknown_matters_only_where_it_decides() {
    for (text, want) in [
        ("cf.client.bot and false", Truth::False),
        ("false and cf.client.bot", Truth::False),
        ("cf.client.bot or true", Truth::True),
        ("made.up or ssl", Truth::True),
        (r#"any(http.request.headers["nothing"][*] in $nobody)"#, Truth::False),
        (r#"all(made_up(http.request.headers["x-tag"][*])[*])"#, Truth::Unknown),
    ] {
        assert_eq!(truth(text), want, "of `{text}`");
    }
}

#[test]
fn facts_come_before_what_is_made() {
    let expression = parse(r#"ip.geoip.country eq "FR" and cf.bot_management.score eq 7"#).unwrap();
    let request = request()
        .with_fact("ip.src.country", Value::text("FR"))
        .with_fact("cf.bot_management.score", Value::Integer(7));
    assert_eq!(expression.matches(&request), Truth::True);
}

#[test]
fn hosts_of_a_list_may_have_a_star() {
    for (host, want) in [
        ("a.example", true),
        ("a.b.EXAMPLE", true),
        ("example", false),
        ("other.test", true),
        ("a.other.test", false),
    ] {
        let request = Request { host: host.to_owned(), ..request() };
        let found = parse("http.host in $hosts").unwrap().matches(&request);
        assert_eq!(found, want.into(), "{host}");
    }
}

/// The examples of <https://developers.cloudflare.com/ruleset-engine/rules-language/operators/>.
#[test]
fn wildcards_match_the_whole_value() {
    for (pattern, url, want) in [
        ("https://example.com/a/*", "https://example.com/a/", true),
        ("https://example.com/a/*", "https://example.com/a/sub/folder/?name=value", true),
        ("https://example.com/a/*", "https://example.com/ab/", false),
        ("https://example.com/a/*", "https://sub.example.com/a/", false),
        ("*.example.com/*/page.html", "http://sub.example.com/folder/page.html", true),
        ("*.example.com/*/page.html", "https://example.com/ab/page.html", false),
        ("*.example.com/*/page.html", "https://sub.example.com/a/page.html?s=value", false),
        (r"https://example.com/\*", "https://example.com/*", true),
        (r"https://example.com/\*", "https://example.com/a", false),
        ("https://example.com/a?b", "https://example.com/a?b", true),
        ("https://example.com/a.c", "https://example.com/abc", false),
    ] {
        let text = format!("http.request.full_uri wildcard r\"{pattern}\"");
        let found = parse(&text).unwrap().matches(&Request::get(url));
        assert_eq!(found, want.into(), "`{pattern}` of {url}");
    }
}
