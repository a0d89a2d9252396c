//! The function of pages: redirect rules, rewrites, conditions, headers about the client.

use cloudformation::viewer::{PairsError, SiteExtras, VALUE_LIMIT, ViewerFunction, pairs};
use edge_resizer::{Policy, Request};
use fleet::delivery::{QueryPart, RedirectRule, RewriteRule};
use proptest::prelude::*;
use serde::Deserialize;

use crate::agreement::{HOST, site};
use crate::engine::Engine;
use crate::event::{Answer, REQUEST_ID, VIEWER_IP, value};

/// Rules as a fleet file has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    redirect_rules: Vec<RedirectRule>,
    #[serde(default)]
    rewrites: Vec<RewriteRule>,
}

fn engine(toml: &str) -> Engine {
    let Rules { redirect_rules, rewrites } = toml::from_str(toml).unwrap();
    let problems = redirect_rules.iter().flat_map(|it| it.rule().problems());
    let problems: Vec<_> =
        problems.chain(rewrites.iter().flat_map(|it| it.rule().problems())).collect();
    assert_eq!(problems, []);
    let mut site = site(&Policy::default());
    site.delivery.redirect_rules = redirect_rules;
    site.delivery.rewrites = rewrites;
    Engine::of(ViewerFunction::Pages, &pairs(&site, &SiteExtras::default()).unwrap())
}

fn line(engine: &Engine, url: &str) -> String {
    engine.answer(HOST, &Request::get(url)).line()
}

#[test]
fn redirect_rules_are_tried_in_their_order() {
    let engine = engine(
        r#"
        [[redirect_rules]]
        path = "/blog/feed/*"
        to = "/feeds/${1}"
        status = 302
        [[redirect_rules]]
        path = "/blog/*"
        to = "https://journal.example/${1}"
        [[redirect_rules]]
        path = "/*/old/*.html"
        to = "/${1}/new/${2}"
        query = "drop"
        [[redirect_rules]]
        path = "/SALE*"
        ignore_case = true
        to = "/outlet${1}"
        [[redirect_rules]]
        regex = '^/p/(\d+)(?:-[a-z]+)?$'
        to = "/products/${1}?from=${0}"
        status = 308
        "#,
    );
    for (url, want) in [
        ("/blog/feed/rss?a=1", "302 /feeds/rss?a=1"),
        ("/blog/feedback", "301 https://journal.example/feedback"),
        ("/blog/", "301 https://journal.example/"),
        ("/blog", "/blog"),
        ("/BLOG/x", "/BLOG/x"),
        ("/de/old/a/b.html?x=1", "301 /de/new/a/b"),
        ("/de/old/a.html/x", "/de/old/a.html/x"),
        ("/sale/a", "301 /outlet/a"),
        ("/p/12-shirt?b=2", "308 /products/12?from=/p/12-shirt&b=2"),
        ("/p/12-", "/p/12-"),
    ] {
        assert_eq!(line(&engine, url), want, "{url}");
    }
}

#[test]
fn a_path_leads_to_no_other_host() {
    let engine = engine("[[redirect_rules]]\npath = '/x/*'\nto = '/${1}'");
    for (url, want) in [
        ("/x/a", "301 /a"),
        ("/x//evil.example/a", "301 https://shop.example//evil.example/a"),
        ("/x///evil.example", "301 https://shop.example///evil.example"),
        ("/x/\\evil.example", "301 https://shop.example/\\evil.example"),
    ] {
        assert_eq!(line(&engine, url), want, "{url}");
    }
}

#[test]
fn rewrites_come_behind_redirects() {
    let engine = engine(
        r#"
        [[redirect_rules]]
        path = "/a/gone"
        to = "/"
        [[rewrites]]
        path = "/a/*"
        to = "/b/${1}?lang=de&x="
        [[rewrites]]
        path = "/a/never"
        to = "/never"
        [[rewrites]]
        path = "/q"
        to = "${0}?only=1"
        query = "drop"
        "#,
    );
    for (url, want) in [
        ("/a/gone", "301 /"),
        ("/a/c%20d", "/b/c%20d?lang=de&x"),
        ("/a/never", "/b/never?lang=de&x"),
        ("/a/c?lang=en&utm_source=x&y=2", "/b/c?lang=de&x&y=2"),
        ("/q?a=1", "/q?only=1"),
        ("/c", "/c"),
    ] {
        assert_eq!(line(&engine, url), want, "{url}");
    }
}

#[test]
fn conditions_are_answered() {
    let engine = engine(
        r#"
        [[redirect_rules]]
        to = "/de${0}"
        status = 302
        [redirect_rules.when]
        all = [
            { countries = ["DE", "AT"] },
            { not = { path = { starts_with = "/de/" } } },
            { not = { cookie = { name = "lang" } } },
            { any = [
                { method = { is = "GET" } },
                { method = { is = "HEAD" } },
            ] },
        ]
        [[redirect_rules]]
        to = "/m"
        when = { header = { name = "User-Agent", value = { contains = "mobi", ignore_case = true } } }
        [[redirect_rules]]
        to = "/q"
        when = { query = { matches = '(?i)^V=[0-9]+$' } }
        [[redirect_rules]]
        to = "/both"
        when = { header = { name = "Cookie", value = { is = "a=1; b=2" } } }
        [[redirect_rules]]
        to = "/arg"
        query = "drop"
        when = { argument = { name = "go", value = { ends_with = "x" } } }
        "#,
    );
    let answer = |url: &str, headers: &[(&str, &str)]| {
        let mut request = Request::get(url);
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers.append(name, value.parse().unwrap());
        }
        engine.answer(HOST, &request).line()
    };
    let from = |country| ("cloudfront-viewer-country", country);
    assert_eq!(answer("/a", &[from("AT")]), "302 /de/a");
    assert_eq!(answer("/de/a", &[from("AT")]), "/de/a");
    assert_eq!(answer("/a", &[from("FR")]), "/a");
    assert_eq!(answer("/a", &[]), "/a");
    assert_eq!(answer("/a", &[from("DE"), ("cookie", "lang=en")]), "/a");
    assert_eq!(answer("/a", &[("user-agent", "X MOBI")]), "301 /m");
    assert_eq!(answer("/a", &[("user-agent", "X")]), "/a");
    assert_eq!(answer("/a", &[("cookie", "a=1; b=2")]), "301 /both");
    assert_eq!(answer("/a", &[("cookie", "a=1")]), "/a");
    assert_eq!(answer("/a?v=12", &[]), "301 /q?v=12");
    assert_eq!(answer("/a?v=1x", &[]), "/a?v=1x");
    assert_eq!(answer("/a?b=1&go=xx", &[]), "301 /arg");
    assert_eq!(answer("/a?b=1&go=y&go=x", &[]), "301 /arg");
    assert_eq!(answer("/a?go=y", &[]), "/a?go=y");
}

#[test]
fn many_rules_are_in_many_pairs() {
    let mut site = site(&Policy::default());
    let rule = |number: u32| RedirectRule {
        path: format!("/old-{number}/*"),
        regex: None,
        ignore_case: false,
        when: None,
        to: format!("/new-{number}/${{1}}"),
        status: 301,
        query: QueryPart::Keep,
    };
    site.delivery.redirect_rules = (0..50).map(rule).collect();
    let all = pairs(&site, &SiteExtras::default()).unwrap();
    let parts = all.iter().filter(|pair| pair.key.starts_with("rules:atelier:"));
    assert!(parts.clone().count() > 2);
    assert!(parts.clone().all(|pair| pair.value.len() <= VALUE_LIMIT));
    let engine = Engine::of(ViewerFunction::Pages, &all);
    for number in [0, 17, 49] {
        let want = format!("301 /new-{number}/x");
        assert_eq!(line(&engine, &format!("/old-{number}/x")), want);
    }

    let long = format!("(?:{})", ["abcdefgh"; 25].join("|"));
    let when =
        format!("any = [{}]", vec![format!("{{ path = {{ matches = '{long}' }} }}"); 6].join(", "));
    site.delivery.redirect_rules[0].when = Some(toml::from_str(&when).unwrap());
    let error = pairs(&site, &SiteExtras::default()).unwrap_err();
    assert!(matches!(error, PairsError::RuleTooLong { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// What the function finds is what Rust's regular expressions find.
    #[test]
    fn patterns_mean_the_same_in_both_languages(
        pattern in prop_oneof![
            "[/*][a-c./*+()-]{0,8}",
            "\\^?/(a|b)?[a-c]{1,2}(\\[ab\\]|\\(a\\|bc?\\)|\\.|\\\\d)[*+?]{0,1}c?\\$?",
        ],
        paths in prop::collection::vec("/[a-c./+()0-]{0,8}", 4),
    ) {
        let is_regex = pattern.contains(['[', '\\', '^', '$', '|']) || pattern.contains('?');
        let rule = RedirectRule {
            path: if is_regex { "*".to_owned() } else { pattern.clone() },
            regex: is_regex.then(|| pattern.clone()),
            ignore_case: false,
            when: None,
            to: "/to?zero=${0}".to_owned(),
            status: 301,
            query: QueryPart::Keep,
        };
        prop_assume!(rule.rule().problems().is_empty());
        let groups = regex::Regex::new(&rule.rule().pattern()).unwrap();
        let count = groups.captures_len().min(10);
        let to = (1..count).fold("/to?0=${0}".to_owned(), |to, n| format!("{to}&{n}=${{{n}}}"));
        let rule = RedirectRule { to, ..rule };
        let mut site = site(&Policy::default());
        site.delivery.redirect_rules = vec![rule];
        let engine = Engine::of(
            ViewerFunction::Pages,
            &pairs(&site, &SiteExtras::default()).unwrap(),
        );
        for path in paths {
            let want = match groups.captures(&path) {
                Some(found) => {
                    let parts = (0..count).map(|n| format!("{n}={}", found.get(n).map_or("", |it| it.as_str())));
                    format!("301 /to?{}", parts.collect::<Vec<_>>().join("&"))
                }
                None => path.clone(),
            };
            prop_assert_eq!(line(&engine, &path), want, "{} {}", pattern, path);
        }
    }
}

#[test]
fn headers_about_the_client_are_never_the_clients_own() {
    let mut request = Request::get("/page.html");
    for (name, value) in [
        ("cf-connecting-ip", "1.2.3.4"),
        ("true-client-ip", "1.2.3.4"),
        ("cf-ipcountry", "XX"),
        ("cf-visitor", "{}"),
        ("cf-ray", "0"),
        ("x-other", "stays"),
        ("cloudfront-viewer-country", "DE"),
        ("cloudfront-forwarded-proto", "https"),
    ] {
        request.headers.insert(name, value.parse().unwrap());
    }
    let told = ["cf-connecting-ip", "true-client-ip", "cf-ipcountry", "cf-visitor", "cf-ray"];
    for (client_headers, want) in [
        (false, [None; 5]),
        (
            true,
            [
                Some(VIEWER_IP),
                Some(VIEWER_IP),
                Some("DE"),
                Some(r#"{"scheme":"https"}"#),
                Some(REQUEST_ID),
            ],
        ),
    ] {
        let extras = SiteExtras { client_headers, ..SiteExtras::default() };
        let engine =
            Engine::of(ViewerFunction::Pages, &pairs(&site(&Policy::default()), &extras).unwrap());
        let answer = engine.answer(HOST, &request);
        let Answer::Request { headers, .. } = answer else { panic!("{answer:?}") };
        assert_eq!(told.map(|name| value(&headers, name)), want);
        assert_eq!(value(&headers, "x-other"), Some("stays"));
    }
}
