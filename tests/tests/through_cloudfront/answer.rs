//! Answers, wherever they come from.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

/// Who was asked on the way of a request, first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The viewer function, which answered itself.
    Viewer,
    /// The cache, which had it.
    Cache,
    /// The bucket of variants.
    Variants,
    /// The function behind its URL.
    Function,
    /// The handler in Node.
    Edge,
    /// The bucket of originals.
    Originals,
}

/// An answer as CloudFront has it of an origin.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// An answer of these parts.
    pub(crate) fn new<'a>(
        status: u16,
        headers: impl Iterator<Item = (&'a str, &'a str)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let header = |(name, value): (&str, &str)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        };
        let headers = headers.map(header).collect();
        Self { status: StatusCode::from_u16(status).unwrap(), headers, body: body.into() }
    }

    /// A header's value; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What the browser gets.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) answer: Answer,
    pub(crate) way: Vec<Stop>,
}

impl Seen {
    pub(crate) fn status(&self) -> u16 {
        self.answer.status.as_u16()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.answer.header(name)
    }

    pub(crate) fn body(&self) -> &Bytes {
        &self.answer.body
    }
}
