//! Header fields, bodies and answers.

use super::{Category, Counterpart, Field};
use crate::kind::Type;
use crate::request::{Request, Response, arguments, cookies, languages, multimap};
use crate::value::Value;

const LISTS: Type = Type::Array(&Type::TEXTS);
const WAF_BODY: Counterpart = Counterpart::Partial("the first 16 to 64 KiB of the body in WAF");

pub(super) const HEADERS: &[Field] = &[
    Field::made(
        "http.request.headers",
        Type::MULTIMAP,
        Category::Headers,
        "header fields under their names in lower case",
        Counterpart::Lossless("headers in WAF and the viewer function"),
        |it| headers(it.all_headers()),
    ),
    Field::made(
        "http.request.headers.names",
        Type::TEXTS,
        Category::Headers,
        "the names of header fields",
        Counterpart::Lossless("headers in WAF and the viewer function"),
        |it| Value::texts(it.all_headers().map(|(name, _)| name)),
    ),
    Field::made(
        "http.request.headers.values",
        Type::TEXTS,
        Category::Headers,
        "the values of header fields",
        Counterpart::Lossless("headers in WAF and the viewer function"),
        |it| Value::texts(it.all_headers().map(|(_, value)| value)),
    ),
    Field::said(
        "http.request.headers.truncated",
        Type::Boolean,
        Category::Headers,
        "whether there were more header fields than are looked at",
        Counterpart::Partial("WAF has an oversize handling"),
    ),
    Field::made(
        "http.request.accepted_languages",
        Type::TEXTS,
        Category::Headers,
        "the languages that the client wants, best first",
        Counterpart::Lossless("Accept-Language in the viewer function"),
        accepted_languages,
    ),
    Field::made(
        "http.request.cookies",
        Type::MULTIMAP,
        Category::Headers,
        "cookies under their names",
        Counterpart::Lossless("cookies in WAF and the viewer function"),
        |it| of_header(it, "cookie", |header| multimap(cookies(header))),
    ),
    Field::made(
        "http.cookie",
        Type::Text,
        Category::Headers,
        "the header Cookie",
        Counterpart::Lossless("cookies in WAF and the viewer function"),
        |it| it.header("cookie"),
    ),
    Field::made(
        "http.referer",
        Type::Text,
        Category::Headers,
        "the header Referer",
        Counterpart::Lossless("the header in WAF and the viewer function"),
        |it| it.header("referer"),
    ),
    Field::made(
        "http.user_agent",
        Type::Text,
        Category::Headers,
        "the header User-Agent",
        Counterpart::Lossless("the header in WAF and the viewer function"),
        |it| it.header("user-agent"),
    ),
    Field::made(
        "http.x_forwarded_for",
        Type::Text,
        Category::Headers,
        "the header X-Forwarded-For",
        Counterpart::Lossless("the header in WAF and the viewer function"),
        |it| it.header("x-forwarded-for"),
    ),
];

pub(super) const BODY: &[Field] = &[
    Field::made("http.request.body.raw", Type::Text, Category::Body, "the body", WAF_BODY, |it| {
        body(it, |body| Value::text(body))
    }),
    Field::said(
        "http.request.body.truncated",
        Type::Boolean,
        Category::Body,
        "whether the body is longer than what is looked at",
        WAF_BODY,
    ),
    Field::made(
        "http.request.body.size",
        Type::Integer,
        Category::Body,
        "how many bytes the body has",
        WAF_BODY,
        |it| body(it, |body| i64::try_from(body.len()).map_or(Value::Unknown, Value::Integer)),
    ),
    Field::made(
        "http.request.body.form",
        Type::MULTIMAP,
        Category::Body,
        "the fields of a form",
        WAF_BODY,
        |it| form(it, |form| multimap(arguments(form))),
    ),
    Field::made(
        "http.request.body.form.names",
        Type::TEXTS,
        Category::Body,
        "their names",
        WAF_BODY,
        |it| form(it, |form| Value::texts(arguments(form).map(|(name, _)| name))),
    ),
    Field::made(
        "http.request.body.form.values",
        Type::TEXTS,
        Category::Body,
        "their values",
        WAF_BODY,
        |it| form(it, |form| Value::texts(arguments(form).map(|(_, value)| value))),
    ),
    Field::said(
        "http.request.body.mime",
        Type::Text,
        Category::Body,
        "the type of the body by what is in it",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart",
        Type::MULTIMAP,
        Category::Body,
        "the parts of a body of several",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart.names",
        LISTS,
        Category::Body,
        "their names",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart.values",
        Type::TEXTS,
        Category::Body,
        "their values",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart.content_types",
        LISTS,
        Category::Body,
        "their types",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart.content_dispositions",
        LISTS,
        Category::Body,
        "their headers Content-Disposition",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart.content_transfer_encodings",
        LISTS,
        Category::Body,
        "their headers Content-Transfer-Encoding",
        Counterpart::None,
    ),
    Field::said(
        "http.request.body.multipart.filenames",
        LISTS,
        Category::Body,
        "the names of their files",
        Counterpart::None,
    ),
];

pub(super) const RESPONSE: &[Field] = &[
    Field::made(
        "http.response.code",
        Type::Integer,
        Category::Response,
        "the status",
        Counterpart::Lossless("event.response.statusCode in a viewer response function"),
        |it| response(it, |it| Value::Integer(it.status.into())),
    ),
    Field::made(
        "http.response.headers",
        Type::MULTIMAP,
        Category::Response,
        "header fields of the answer under their names",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, |it| headers(pairs(&it.headers))),
    ),
    Field::made(
        "http.response.headers.names",
        Type::TEXTS,
        Category::Response,
        "their names",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, |it| Value::texts(pairs(&it.headers).map(|(name, _)| name))),
    ),
    Field::made(
        "http.response.headers.values",
        Type::TEXTS,
        Category::Response,
        "their values",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, |it| Value::texts(pairs(&it.headers).map(|(_, value)| value))),
    ),
    Field::made(
        "raw.http.response.headers",
        Type::MULTIMAP,
        Category::Response,
        "header fields of the answer under their names, as they came",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, |it| headers(pairs(&it.headers))),
    ),
    Field::made(
        "raw.http.response.headers.names",
        Type::TEXTS,
        Category::Response,
        "their names",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, |it| Value::texts(pairs(&it.headers).map(|(name, _)| name))),
    ),
    Field::made(
        "raw.http.response.headers.values",
        Type::TEXTS,
        Category::Response,
        "their values",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, |it| Value::texts(pairs(&it.headers).map(|(_, value)| value))),
    ),
    Field::made(
        "http.response.content_type.media_type",
        Type::Text,
        Category::Response,
        "the type of the answer without parameters",
        Counterpart::Lossless("event.response in a viewer response function"),
        |it| response(it, media_type),
    ),
    Field::said(
        "cf.response.1xxx_code",
        Type::Integer,
        Category::Response,
        "the number of an error of Cloudflare",
        Counterpart::None,
    ),
    Field::said(
        "cf.response.error_type",
        Type::Text,
        Category::Response,
        "the kind of an error of Cloudflare",
        Counterpart::None,
    ),
];

fn headers<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    multimap(pairs.map(|(name, value)| (name.to_ascii_lowercase(), value)))
}

fn pairs(headers: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// What is made of the text of a header field.
fn of_header(request: &Request, name: &str, make: impl FnOnce(&str) -> Value) -> Value {
    match request.header(name) {
        Value::Text(header) => make(&String::from_utf8_lossy(&header)),
        other => other,
    }
}

fn accepted_languages(request: &Request) -> Value {
    of_header(request, "accept-language", |header| Value::texts(languages(header)))
}

fn body(request: &Request, make: impl FnOnce(&[u8]) -> Value) -> Value {
    request.body.as_deref().map_or(Value::Unknown, make)
}

/// What is made of the body of a form; of any other body there are no fields.
fn form(request: &Request, make: impl FnOnce(&str) -> Value) -> Value {
    let is_form = of_header(request, "content-type", |kind| {
        Value::Boolean(kind.trim_start().starts_with("application/x-www-form-urlencoded"))
    });
    body(request, |body| match is_form {
        Value::Boolean(true) => make(&String::from_utf8_lossy(body)),
        _ => make(""),
    })
}

fn response(request: &Request, make: impl FnOnce(&Response) -> Value) -> Value {
    request.response.as_ref().map_or(Value::Unknown, make)
}

fn media_type(response: &Response) -> Value {
    let is_type = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("content-type");
    let value = pairs(&response.headers).find(is_type).map_or("", |(_, value)| value);
    let kind = value.split(';').next().unwrap_or_default();
    Value::text(kind.trim().to_ascii_lowercase())
}
