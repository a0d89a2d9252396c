//! What is asked for.

use super::{Category, Counterpart, Field};
use crate::kind::Type;
use crate::request::{Request, arguments, extension, multimap, target};
use crate::value::Value;

/// WAF and behaviors see what came, the viewer function what it has not rewritten yet.
const BEFORE_REWRITES: Counterpart = Counterpart::Lossless("what WAF and behaviors see");

pub(super) const FIELDS: &[Field] = &[
    Field::made(
        "http.request.method",
        Type::Text,
        Category::Request,
        "the method, in upper case",
        Counterpart::Lossless("the method in WAF and the viewer function"),
        |it| Value::text(&it.method),
    ),
    Field::said(
        "http.request.version",
        Type::Text,
        Category::Request,
        "the version of HTTP, HTTP/2",
        Counterpart::Lossless("the header CloudFront-Viewer-Http-Version"),
    ),
    Field::made(
        "http.request.timestamp.sec",
        Type::Integer,
        Category::Request,
        "seconds since 1970 when the request came",
        Counterpart::Lossless("Date.now() in the viewer function"),
        |it| it.timestamp.map_or(Value::Unknown, Value::Integer),
    ),
    Field::said(
        "http.request.timestamp.msec",
        Type::Integer,
        Category::Request,
        "the milliseconds of that second",
        Counterpart::Lossless("Date.now() in the viewer function"),
    ),
    Field::made(
        "ssl",
        Type::Boolean,
        Category::Request,
        "whether the connection is encrypted",
        Counterpart::Lossless("the header CloudFront-Forwarded-Proto"),
        |it| Value::Boolean(it.is_https),
    ),
    Field::made(
        "http.host",
        Type::Text,
        Category::Uri,
        "the host name that is asked for",
        Counterpart::Lossless("the header Host in WAF and the viewer function"),
        |it| Value::text(&it.host),
    ),
    Field::made(
        "http.request.full_uri",
        Type::Text,
        Category::Uri,
        "scheme, host, path and query",
        Counterpart::Lossless("put together in the viewer function"),
        |it| full_uri(it, (&it.path, &it.query)),
    ),
    Field::made(
        "http.request.uri",
        Type::Text,
        Category::Uri,
        "path and query",
        Counterpart::Lossless("put together in the viewer function"),
        |it| Value::text(target((&it.path, &it.query))),
    ),
    Field::made(
        "http.request.uri.path",
        Type::Text,
        Category::Uri,
        "the path",
        Counterpart::Lossless("the path pattern of a behavior, UriPath in WAF"),
        |it| Value::text(&it.path),
    ),
    Field::made(
        "http.request.uri.path.extension",
        Type::Text,
        Category::Uri,
        "what is behind the last dot of the path, in lower case",
        Counterpart::Partial("path patterns, which regard case"),
        |it| Value::text(extension(&it.path)),
    ),
    Field::made(
        "http.request.uri.query",
        Type::Text,
        Category::Uri,
        "the query, without the question mark",
        Counterpart::Lossless("the query string in WAF and the viewer function"),
        |it| Value::text(&it.query),
    ),
    Field::made(
        "http.request.uri.args",
        Type::MULTIMAP,
        Category::Uri,
        "the arguments of the query",
        Counterpart::Lossless("single query arguments in WAF and the viewer function"),
        |it| multimap(arguments(&it.query)),
    ),
    Field::made(
        "http.request.uri.args.names",
        Type::TEXTS,
        Category::Uri,
        "the names of the arguments",
        Counterpart::Lossless("all query arguments in WAF and the viewer function"),
        |it| Value::texts(arguments(&it.query).map(|(name, _)| name)),
    ),
    Field::made(
        "http.request.uri.args.values",
        Type::TEXTS,
        Category::Uri,
        "the values of the arguments",
        Counterpart::Lossless("all query arguments in WAF and the viewer function"),
        |it| Value::texts(arguments(&it.query).map(|(_, value)| value)),
    ),
];

pub(super) const RAW: &[Field] = &[
    Field::made(
        "raw.http.request.full_uri",
        Type::Text,
        Category::Raw,
        "scheme, host, path and query as they came",
        BEFORE_REWRITES,
        |it| full_uri(it, it.as_it_came()),
    ),
    Field::made(
        "raw.http.request.uri",
        Type::Text,
        Category::Raw,
        "path and query as they came",
        BEFORE_REWRITES,
        |it| Value::text(target(it.as_it_came())),
    ),
    Field::made(
        "raw.http.request.uri.path",
        Type::Text,
        Category::Raw,
        "the path as it came",
        BEFORE_REWRITES,
        |it| Value::text(it.as_it_came().0),
    ),
    Field::made(
        "raw.http.request.uri.path.extension",
        Type::Text,
        Category::Raw,
        "the extension of the path as it came",
        BEFORE_REWRITES,
        |it| Value::text(extension(it.as_it_came().0)),
    ),
    Field::made(
        "raw.http.request.uri.query",
        Type::Text,
        Category::Raw,
        "the query as it came",
        BEFORE_REWRITES,
        |it| Value::text(it.as_it_came().1),
    ),
    Field::made(
        "raw.http.request.uri.args",
        Type::MULTIMAP,
        Category::Raw,
        "the arguments as they came",
        BEFORE_REWRITES,
        |it| multimap(arguments(it.as_it_came().1)),
    ),
    Field::made(
        "raw.http.request.uri.args.names",
        Type::TEXTS,
        Category::Raw,
        "their names",
        BEFORE_REWRITES,
        |it| Value::texts(arguments(it.as_it_came().1).map(|(name, _)| name)),
    ),
    Field::made(
        "raw.http.request.uri.args.values",
        Type::TEXTS,
        Category::Raw,
        "their values",
        BEFORE_REWRITES,
        |it| Value::texts(arguments(it.as_it_came().1).map(|(_, value)| value)),
    ),
];

fn full_uri(request: &Request, parts: (&str, &str)) -> Value {
    let scheme = if request.is_https { "https" } else { "http" };
    Value::text(format!("{scheme}://{}{}", request.host, target(parts)))
}
