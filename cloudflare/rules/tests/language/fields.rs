//! What fields say of a request.

use std::collections::BTreeSet;

use cloudflare_rules::{Request, Response, Value, fields, parse};

use crate::evaluating::request;

fn value(text: &str, request: &Request) -> Value {
    parse(text).expect(text).evaluate(request)
}

#[test]
fn fields_are_made_of_the_request() {
    for (field, want) in [
        ("http.request.full_uri", "https://Shop.example/Photos/vase.JPG?a=1&b=2&a=3&c"),
        ("http.request.uri", "/Photos/vase.JPG?a=1&b=2&a=3&c"),
        ("http.request.uri.path", "/Photos/vase.JPG"),
        ("http.request.uri.path.extension", "jpg"),
        ("http.request.uri.query", "a=1&b=2&a=3&c"),
        ("http.request.method", "GET"),
        ("http.user_agent", "Browser/1.0"),
        ("http.referer", ""),
        ("http.cookie", "session=abc; user%20name=Ada; session=def"),
        ("raw.http.request.uri.path", "/Photos/vase.JPG"),
        (r#"http.request.headers["host"][0]"#, "Shop.example"),
        ("ip.geoip.country", "DE"),
    ] {
        assert_eq!(value(field, &request()), Value::text(want), "{field}");
    }
}

#[test]
fn arrays_keep_the_order_of_the_request() {
    for (field, want) in [
        ("http.request.uri.args.names", &["a", "b", "a", "c"][..]),
        ("http.request.uri.args.values", &["1", "2", "3", ""]),
        (r#"http.request.uri.args["a"]"#, &["1", "3"]),
        (r#"http.request.headers["x-tag"]"#, &["one", "Two"]),
        (r#"http.request.cookies["session"]"#, &["abc", "def"]),
        (r#"http.request.cookies["user name"]"#, &["Ada"]),
        ("http.request.accepted_languages", &["fr-CH", "en", "fr", "de"]),
    ] {
        assert_eq!(value(field, &request()), Value::texts(want), "{field}");
    }
}

/// The examples of the field's page.
#[test]
fn extensions_are_behind_the_last_dot() {
    for (path, want) in [
        ("/foo", ""),
        ("/foo.mp3", "mp3"),
        ("/.mp3", ""),
        ("/.foo.mp3", "mp3"),
        ("/foo.tar.bz2", "bz2"),
        ("/foo.", ""),
        ("/foo.MP3", "mp3"),
        ("/a.b/foo", ""),
        ("/", ""),
    ] {
        let request = Request { path: path.to_owned(), ..Request::default() };
        let found = value("http.request.uri.path.extension", &request);
        assert_eq!(found, Value::text(want), "{path}");
    }
}

#[test]
fn raw_fields_say_what_came() {
    let rewritten = Request {
        original: Some(("/old.png".to_owned(), "x=1".to_owned())),
        ..Request::get("http://shop.example/new")
    };
    for (field, want) in [
        ("raw.http.request.full_uri", "http://shop.example/old.png?x=1"),
        ("raw.http.request.uri", "/old.png?x=1"),
        ("raw.http.request.uri.path.extension", "png"),
        (r#"raw.http.request.uri.args["x"][0]"#, "1"),
        ("http.request.uri", "/new"),
    ] {
        assert_eq!(value(field, &rewritten), Value::text(want), "{field}");
    }
}

#[test]
fn answers_and_forms_are_read() {
    let mut request = Request::get("https://shop.example/")
        .with_header("content-type", "application/x-www-form-urlencoded");
    request.body = Some(b"user=ada&user=b".to_vec());
    let headers = vec![("Content-Type".to_owned(), "text/HTML; charset=utf-8".to_owned())];
    request.response = Some(Response { status: 404, headers });
    for (field, want) in [
        (r#"http.request.body.form["user"]"#, Value::texts(["ada", "b"])),
        ("http.request.body.size", Value::Integer(15)),
        ("http.response.code", Value::Integer(404)),
        ("http.response.content_type.media_type", Value::text("text/html")),
        (
            r#"raw.http.response.headers["content-type"][0]"#,
            Value::text("text/HTML; charset=utf-8"),
        ),
        (r#"http.response.headers["server"][0]"#, Value::Missing),
    ] {
        assert_eq!(value(field, &request), want, "{field}");
    }
}

#[test]
fn a_url_is_a_request() {
    for (url, want) in [
        ("https://shop.example", "https://shop.example/"),
        ("shop.example/a#b", "https://shop.example/a"),
        ("HTTP://shop.example?a", "http://shop.example/?a"),
    ] {
        assert_eq!(value("http.request.full_uri", &Request::get(url)), Value::text(want), "{url}");
    }
}

#[test]
fn every_field_has_a_name_of_its_own_and_a_value_of_its_type() {
    let mut names = BTreeSet::new();
    let mut request = request();
    request.body = Some(Vec::new());
    request.response = Some(Response::default());
    for field in fields() {
        assert!(names.insert(field.name), "{} is there twice", field.name);
        let expression = parse(field.name).expect(field.name);
        assert_eq!((expression.check(), expression.kind()), (vec![], Some(field.kind)));
        assert_eq!(field.canonical().kind, field.kind, "{}", field.name);
        let fits = match expression.evaluate(&request) {
            Value::Unknown => true,
            Value::Boolean(_) => field.kind == cloudflare_rules::Type::Boolean,
            Value::Integer(_) => field.kind == cloudflare_rules::Type::Integer,
            Value::Text(_) => field.kind == cloudflare_rules::Type::Text,
            Value::Address(_) => field.kind == cloudflare_rules::Type::Address,
            Value::Array(_) | Value::Map(_) => field.kind.element().is_some(),
            Value::Missing => false,
        };
        assert!(fits, "{}", field.name);
    }
}
