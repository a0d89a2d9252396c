//! The fields of the language.

mod client;
mod cloudflare;
mod message;
mod request;
mod tls;
mod token;

use std::fmt;

use crate::kind::Type;
use crate::request::Request;
use crate::value::Value;

/// A field of the language.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Type,
    /// Where the documentation has it.
    pub category: Category,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// What says the same at CloudFront.
    pub counterpart: Counterpart,
    /// The field that replaces it, where it is an old name.
    pub alias_of: Option<&'static str>,
    /// How it is made of what a [`Request`] has of its own; else it has to be said by name.
    made_of: Option<fn(&Request) -> Value>,
}

/// A section of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// The request line and the connection.
    Request,
    /// The address that is asked for.
    Uri,
    /// The same, as it came.
    Raw,
    /// Header fields and cookies.
    Headers,
    /// The body of the request.
    Body,
    /// The client's address and where it is.
    Geolocation,
    /// What Cloudflare found out about bots.
    Bots,
    /// What Cloudflare's firewall found out.
    Waf,
    /// The encrypted connection.
    Tls,
    /// The client's certificate.
    Mtls,
    /// Claims of tokens.
    Jwt,
    /// What Cloudflare knows of the request besides.
    Cloudflare,
    /// The answer.
    Response,
}

/// What corresponds to something at CloudFront, AWS WAF or in a viewer function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counterpart {
    /// The same.
    Lossless(&'static str),
    /// Nearly the same, or not everywhere.
    Partial(&'static str),
    /// Nothing.
    None,
}

/// All fields, by category.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    let tables = [
        request::FIELDS,
        request::RAW,
        message::HEADERS,
        message::BODY,
        client::FIELDS,
        cloudflare::BOTS,
        cloudflare::WAF,
        tls::TLS,
        tls::CERTIFICATE,
        token::FIELDS,
        cloudflare::FIELDS,
        message::RESPONSE,
    ];
    tables.into_iter().flatten()
}

/// The field of a name.
pub(crate) fn find(name: &str) -> Option<&'static Field> {
    fields().find(|field| field.name == name)
}

impl Field {
    /// A field that a request has the value of.
    const fn made(
        name: &'static str,
        kind: Type,
        category: Category,
        summary: &'static str,
        counterpart: Counterpart,
        made_of: fn(&Request) -> Value,
    ) -> Self {
        Self { made_of: Some(made_of), ..Self::said(name, kind, category, summary, counterpart) }
    }

    /// A field that is known only where its value is said by name.
    const fn said(
        name: &'static str,
        kind: Type,
        category: Category,
        summary: &'static str,
        counterpart: Counterpart,
    ) -> Self {
        Self { name, kind, category, summary, counterpart, alias_of: None, made_of: None }
    }

    /// An old name of a field.
    const fn alias(name: &'static str, alias_of: &'static str, kind: Type) -> Self {
        let summary = "an old name";
        let field = Self::said(name, kind, Category::Geolocation, summary, Counterpart::None);
        Self { alias_of: Some(alias_of), ..field }
    }

    /// The field itself, or the one that it is an old name of.
    pub fn canonical(&self) -> &Self {
        self.alias_of.and_then(find).unwrap_or(self)
    }

    /// What a request says of it.
    pub(crate) fn read(&self, request: &Request) -> Value {
        self.made_of.map_or(Value::Unknown, |made_of| made_of(request))
    }
}

/// A name stands for one field.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Uri => "URI",
            Self::Raw => "raw fields",
            Self::Headers => "headers",
            Self::Body => "body",
            Self::Geolocation => "geolocation",
            Self::Bots => "bots",
            Self::Waf => "WAF",
            Self::Tls => "SSL/TLS",
            Self::Mtls => "mTLS",
            Self::Jwt => "JWT validation",
            Self::Cloudflare => "Cloudflare",
            Self::Response => "response",
        })
    }
}

impl fmt::Display for Counterpart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lossless(what) => f.write_str(what),
            Self::Partial(what) => write!(f, "in part: {what}"),
            Self::None => f.write_str("-"),
        }
    }
}
