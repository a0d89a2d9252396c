//! A request as one line of CloudFront's standard (legacy) access log.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, Version, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::distribution::{Distribution, EDGE_LOCATION};

/// What the edge cache had to do with an answer, in CloudFront's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResultType {
    /// From the cache.
    Hit,
    /// From the cache, after the origin said that it is still good.
    RefreshHit,
    /// From the origin.
    Miss,
    /// The answer is an error, whoever gave it.
    Error,
}

impl ResultType {
    /// The word of the log.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Hit => "Hit",
            Self::RefreshHit => "RefreshHit",
            Self::Miss => "Miss",
            Self::Error => "Error",
        }
    }

    /// The value of `X-Cache`.
    pub(crate) const fn x_cache(self) -> &'static str {
        match self {
            Self::Hit => "Hit from cloudfront",
            Self::RefreshHit => "RefreshHit from cloudfront",
            Self::Miss => "Miss from cloudfront",
            Self::Error => "Error from cloudfront",
        }
    }
}

/// A request and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Which distribution stands for the site.
    pub(crate) distribution: Distribution,
    /// When the last byte was sent, or the client left.
    pub(crate) ended: Timestamp,
    /// Where the request came from.
    pub(crate) client: SocketAddr,
    /// Its method.
    pub(crate) method: Method,
    /// The path as it stood on the request line.
    pub(crate) path: String,
    /// The query as it stood on the request line, without the `?`.
    pub(crate) query: Option<String>,
    /// The protocol that the client spoke.
    pub(crate) version: Version,
    /// All that the client sent along.
    pub(crate) request_headers: HeaderMap,
    /// The name that `X-Amz-Cf-Id` carried.
    pub(crate) request_id: String,
    /// The answer; `None` where the client left before there was one.
    pub(crate) answer: Option<Answer>,
    /// Bytes of the body that were sent.
    pub(crate) body_bytes: u64,
    /// Whether the client left before the last byte.
    pub(crate) aborted: bool,
    /// From the request's arrival to its end.
    pub(crate) time_taken: Duration,
}

/// The head of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// What the cache had to do with it.
    pub(crate) result: ResultType,
    /// From the request's arrival to the first byte.
    pub(crate) time_to_first_byte: Duration,
}

/// What stands in a column.
enum Value<'a> {
    Nothing,
    Number(u64),
    Seconds(Duration),
    /// Escaped by CloudFront's rule.
    Text(&'a [u8]),
    /// Known to need no escape.
    Plain(String),
}

impl<'a> Value<'a> {
    fn header(headers: &'a HeaderMap, name: header::HeaderName) -> Self {
        headers.get(name).map_or(Self::Nothing, |value| Self::Text(value.as_bytes()))
    }
}

/// A column: its name and where its value is.
type Column = (&'static str, for<'a> fn(&'a Record) -> Value<'a>);

/// Every column in the order of the format; header line and lines are made from it.
const COLUMNS: [Column; 33] = [
    ("date", |r| Value::Plain(utc(r.ended, "%Y-%m-%d"))),
    ("time", |r| Value::Plain(utc(r.ended, "%H:%M:%S"))),
    ("x-edge-location", |_| Value::Text(EDGE_LOCATION.as_bytes())),
    ("sc-bytes", |r| Value::Number(r.sent_bytes())),
    ("c-ip", |r| Value::Plain(r.client.ip().to_canonical().to_string())),
    ("cs-method", |r| Value::Text(r.method.as_str().as_bytes())),
    ("cs(Host)", |r| Value::Text(r.distribution.domain().as_bytes())),
    ("cs-uri-stem", |r| Value::Text(r.path.as_bytes())),
    ("sc-status", |r| Value::Plain(r.status_digits())),
    ("cs(Referer)", |r| Value::header(&r.request_headers, header::REFERER)),
    ("cs(User-Agent)", |r| Value::header(&r.request_headers, header::USER_AGENT)),
    ("cs-uri-query", |r| r.query.as_deref().map_or(Value::Nothing, |q| Value::Text(q.as_bytes()))),
    // Cookies are logged only where a distribution asks for it; a laptop's are nobody's business.
    ("cs(Cookie)", |_| Value::Nothing),
    ("x-edge-result-type", |r| Value::Text(r.final_result().word().as_bytes())),
    ("x-edge-request-id", |r| Value::Text(r.request_id.as_bytes())),
    ("x-host-header", |r| Value::header(&r.request_headers, header::HOST)),
    ("cs-protocol", |_| Value::Text(b"http")),
    ("cs-bytes", |r| Value::Number(r.received_bytes())),
    ("time-taken", |r| Value::Seconds(r.time_taken)),
    ("x-forwarded-for", |r| {
        Value::header(&r.request_headers, header::HeaderName::from_static("x-forwarded-for"))
    }),
    ("ssl-protocol", |_| Value::Nothing),
    ("ssl-cipher", |_| Value::Nothing),
    ("x-edge-response-result-type", |r| Value::Text(r.response_result().word().as_bytes())),
    ("cs-protocol-version", |r| Value::Plain(format!("{:?}", r.version))),
    ("fle-status", |_| Value::Nothing),
    ("fle-encrypted-fields", |_| Value::Nothing),
    ("c-port", |r| Value::Number(u64::from(r.client.port()))),
    ("time-to-first-byte", |r| {
        Value::Seconds(r.answer.as_ref().map_or(r.time_taken, |a| a.time_to_first_byte))
    }),
    ("x-edge-detailed-result-type", |r| Value::Text(r.detailed_result().as_bytes())),
    ("sc-content-type", |r| r.answer_header(header::CONTENT_TYPE)),
    ("sc-content-len", |r| r.answer_header(header::CONTENT_LENGTH)),
    ("sc-range-start", |r| r.range().map_or(Value::Nothing, |(start, _)| Value::Number(start))),
    ("sc-range-end", |r| r.range().map_or(Value::Nothing, |(_, end)| Value::Number(end))),
];

/// The two lines at the top of every file.
pub(crate) fn header_lines() -> String {
    let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
    format!("#Version: 1.0\n#Fields: {}\n", names.join(" "))
}

impl Record {
    /// Writes the line, with its line end.
    pub(crate) fn write_line(&self, out: &mut String) {
        for (place, (_, value)) in COLUMNS.iter().enumerate() {
            if place > 0 {
                out.push('\t');
            }
            write_value(&value(self), out);
        }
        out.push('\n');
    }

    /// CloudFront writes `000` for a client that left before there was a status.
    fn status_digits(&self) -> String {
        self.answer.as_ref().map_or_else(|| "000".to_owned(), |a| a.status.as_str().to_owned())
    }

    /// What it was when the answer began.
    fn response_result(&self) -> ResultType {
        self.answer.as_ref().map_or(ResultType::Error, |answer| answer.result)
    }

    /// What it was after the last byte: a client that leaves makes an error of anything.
    fn final_result(&self) -> ResultType {
        if self.aborted { ResultType::Error } else { self.response_result() }
    }

    fn detailed_result(&self) -> &'static str {
        if self.aborted { "ClientCommError" } else { self.final_result().word() }
    }

    fn answer_header(&self, name: header::HeaderName) -> Value<'_> {
        self.answer.as_ref().map_or(Value::Nothing, |answer| Value::header(&answer.headers, name))
    }

    /// First and last byte of a partial answer.
    fn range(&self) -> Option<(u64, u64)> {
        let text = self.answer.as_ref()?.headers.get(header::CONTENT_RANGE)?.to_str().ok()?;
        let (start, end) = text.strip_prefix("bytes ")?.split_once('/')?.0.split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    }

    /// Bytes to the client, with those of the head.
    fn sent_bytes(&self) -> u64 {
        let head = self.answer.as_ref().map_or(0, |answer| {
            let reason = answer.status.canonical_reason().unwrap_or_default();
            "HTTP/1.1 200 \r\n".len() + reason.len() + header_bytes(&answer.headers)
        });
        self.body_bytes.saturating_add(head as u64)
    }

    /// Bytes from the client, with those of the head.
    fn received_bytes(&self) -> u64 {
        let target = self.path.len() + self.query.as_ref().map_or(0, |query| query.len() + 1);
        let line = self.method.as_str().len() + target + "  HTTP/1.1\r\n".len();
        let body = self.request_headers.get(header::CONTENT_LENGTH);
        let body = body.and_then(|v| v.to_str().ok()?.parse::<u64>().ok()).unwrap_or(0);
        body.saturating_add((line + header_bytes(&self.request_headers)) as u64)
    }
}

/// Bytes of a header block as HTTP/1.1 writes it, with the empty line at its end.
fn header_bytes(headers: &HeaderMap) -> usize {
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    lines.sum::<usize>() + 2
}

fn utc(time: Timestamp, format: &str) -> String {
    time.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

fn write_value(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Nothing | Value::Text(b"") => out.push('-'),
        Value::Plain(text) => out.push_str(text),
        Value::Text(bytes) => escape(bytes, out),
        // Writing to a `String` cannot fail.
        Value::Number(number) => _ = write!(out, "{number}"),
        Value::Seconds(time) => _ = write!(out, "{:.3}", time.as_secs_f64()),
    }
}

/// CloudFront percent-encodes 0 to 32, 127 and above, and the characters of RFC 1738 that are
/// unsafe in a URL. (So a path that the browser had encoded appears encoded twice.)
fn escape(bytes: &[u8], out: &mut String) {
    for &byte in bytes {
        match byte {
            0..=32
            | 127..
            | b'<'
            | b'>'
            | b'"'
            | b'#'
            | b'%'
            | b'{'
            | b'}'
            | b'|'
            | b'\\'
            | b'^'
            | b'~'
            | b'['
            | b']'
            | b'`'
            | b'\'' => _ = write!(out, "%{byte:02X}"),
            plain => out.push(char::from(plain)),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashMap;

    use super::*;

    /// A request for a picture that the cache held, at a given time.
    pub(crate) fn record(ended: &str) -> Record {
        let headers = |pairs: &[(&'static str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| {
                    (header::HeaderName::from_static(name), value.parse().unwrap())
                })
                .collect::<HeaderMap>()
        };
        Record {
            distribution: Distribution::of_site("atelier"),
            ended: ended.parse().unwrap(),
            client: "127.0.0.1:51234".parse().unwrap(),
            method: Method::GET,
            path: "/photos/a.jpg".to_owned(),
            query: Some("width=400".to_owned()),
            version: Version::HTTP_11,
            request_headers: headers(&[
                ("host", "atelier.localhost:8080"),
                ("user-agent", "Mozilla/5.0 (X11; Linux)"),
                ("referer", "http://atelier.localhost:8080/"),
                ("cookie", "session=secret"),
                ("x-forwarded-for", "192.0.2.7, 198.51.100.1"),
            ]),
            request_id: "abc==".to_owned(),
            answer: Some(Answer {
                status: StatusCode::OK,
                headers: headers(&[("content-type", "image/avif"), ("content-length", "1000")]),
                result: ResultType::Hit,
                time_to_first_byte: Duration::from_micros(1_500),
            }),
            body_bytes: 1_000,
            aborted: false,
            time_taken: Duration::from_millis(12),
        }
    }

    /// The columns of a record's line by their names.
    fn columns(record: &Record) -> HashMap<&'static str, String> {
        let mut line = String::new();
        record.write_line(&mut line);
        let line = line.strip_suffix('\n').expect("a line end");
        assert!(!line.contains('\n'), "one line: {line:?}");
        let values: Vec<_> = line.split('\t').collect();
        assert_eq!(values.len(), COLUMNS.len(), "{line:?}");
        COLUMNS.iter().map(|(name, _)| *name).zip(values.into_iter().map(str::to_owned)).collect()
    }

    #[test]
    fn the_header_is_the_one_of_the_format() {
        let want = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method \
            cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) \
            x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken \
            x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type \
            cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte \
            x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start \
            sc-range-end\n";
        assert_eq!(header_lines(), want);
    }

    #[test]
    fn every_column_has_its_value() {
        let got = columns(&record("2026-03-01T09:05:07.999Z"));
        for (column, want) in [
            ("date", "2026-03-01"),
            ("time", "09:05:07"),
            ("x-edge-location", "DEV50-P1"),
            // `HTTP/1.1 200 OK`, two headers of 28 and 20 bytes with their line ends, the empty
            // line, the body.
            ("sc-bytes", "1067"),
            ("c-ip", "127.0.0.1"),
            ("cs-method", "GET"),
            ("cs-uri-stem", "/photos/a.jpg"),
            ("sc-status", "200"),
            ("cs(Referer)", "http://atelier.localhost:8080/"),
            ("cs(User-Agent)", "Mozilla/5.0%20(X11;%20Linux)"),
            ("cs-uri-query", "width=400"),
            ("cs(Cookie)", "-"),
            ("x-edge-result-type", "Hit"),
            ("x-edge-request-id", "abc=="),
            ("x-host-header", "atelier.localhost:8080"),
            ("cs-protocol", "http"),
            ("time-taken", "0.012"),
            ("x-forwarded-for", "192.0.2.7,%20198.51.100.1"),
            ("ssl-protocol", "-"),
            ("ssl-cipher", "-"),
            ("x-edge-response-result-type", "Hit"),
            ("cs-protocol-version", "HTTP/1.1"),
            ("fle-status", "-"),
            ("fle-encrypted-fields", "-"),
            ("c-port", "51234"),
            ("time-to-first-byte", "0.002"),
            ("x-edge-detailed-result-type", "Hit"),
            ("sc-content-type", "image/avif"),
            ("sc-content-len", "1000"),
            ("sc-range-start", "-"),
            ("sc-range-end", "-"),
        ] {
            assert_eq!(got[column], want, "{column}");
        }
        assert_eq!(got["cs(Host)"], Distribution::of_site("atelier").domain());
        let head = "GET /photos/a.jpg?width=400 HTTP/1.1\r\n".len();
        let lines: usize = record("2026-03-01T09:05:07Z")
            .request_headers
            .iter()
            .fold(2, |sum, (n, v)| sum + format!("{n}: {}\r\n", v.to_str().unwrap()).len());
        assert_eq!(got["cs-bytes"], (head + lines).to_string());
    }

    #[test]
    fn hostile_text_stays_in_its_column() {
        for (sent, want) in [
            (&b"a\tb"[..], "a%09b"),
            ("grün".as_bytes(), "gr%C3%BCn"),
            (b"\xff\xfe", "%FF%FE"),
            (b"100%", "100%25"),
            (b"%20", "%2520"),
            (b"a b", "a%20b"),
            (b"<\"#{}|\\^~[]`'>", "%3C%22%23%7B%7D%7C%5C%5E%7E%5B%5D%60%27%3E"),
            (b"", "-"),
            (b"-", "-"),
            (b"a+b;c=(d)", "a+b;c=(d)"),
        ] {
            let mut hostile = record("2026-03-01T09:05:07Z");
            let value = http::HeaderValue::from_bytes(sent).unwrap();
            hostile.request_headers.insert(header::USER_AGENT, value);
            assert_eq!(columns(&hostile)["cs(User-Agent)"], want, "{sent:?}");
        }
        for (path, want) in [
            ("/a\tb\nc\rd\u{7f}", "/a%09b%0Ac%0Dd%7F"),
            ("/fotos/gr%C3%BCn.jpg", "/fotos/gr%25C3%25BCn.jpg"),
            ("/日本", "/%E6%97%A5%E6%9C%AC"),
        ] {
            let hostile = Record { path: path.to_owned(), ..record("2026-03-01T09:05:07Z") };
            assert_eq!(columns(&hostile)["cs-uri-stem"], want, "{path:?}");
            let query = Some(path.to_owned());
            let hostile = Record { query, ..record("2026-03-01T09:05:07Z") };
            assert_eq!(columns(&hostile)["cs-uri-query"], want, "{path:?}");
        }
    }

    #[test]
    fn a_client_that_leaves_is_told_from_an_error_of_ours() {
        let before = Record { answer: None, aborted: true, ..record("2026-03-01T09:05:07Z") };
        let got = columns(&before);
        assert_eq!(got["sc-status"], "000");
        assert_eq!(got["x-edge-result-type"], "Error");
        assert_eq!(got["x-edge-detailed-result-type"], "ClientCommError");
        assert_eq!(got["sc-content-type"], "-");

        let during = Record { aborted: true, ..record("2026-03-01T09:05:07Z") };
        let got = columns(&during);
        assert_eq!(got["sc-status"], "200");
        assert_eq!(got["x-edge-result-type"], "Error");
        assert_eq!(got["x-edge-response-result-type"], "Hit");
    }

    #[test]
    fn a_partial_answer_tells_its_range() {
        let mut partial = record("2026-03-01T09:05:07Z");
        let answer = partial.answer.as_mut().unwrap();
        answer.headers.insert(header::CONTENT_RANGE, "bytes 5-99/1000".parse().unwrap());
        let got = columns(&partial);
        assert_eq!((got["sc-range-start"].as_str(), got["sc-range-end"].as_str()), ("5", "99"));
    }
}
