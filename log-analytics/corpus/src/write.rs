//! A request as a line.

use jiff::Timestamp;

use crate::escape::push_escaped;
use crate::format::{Cell, Format};
use crate::request::Request;

/// Writes lines of one format.
pub(crate) struct LineWriter {
    format: Format,
    columns: Vec<(&'static str, Cell)>,
    /// What stands before each value of a JSON object.
    keys: Vec<String>,
    /// The day that was written last, days since 1970, and its date.
    day: (i64, String),
    digits: itoa::Buffer,
}

const DAY: i64 = 86_400_000;

impl LineWriter {
    pub(crate) fn new(format: Format) -> Self {
        let columns = format.columns();
        let key = |(place, (name, _)): (usize, &(&str, Cell))| {
            format!("{}\"{name}\":\"", if place == 0 { "{" } else { "\"," })
        };
        let keys = columns.iter().enumerate().map(key).collect();
        Self { format, columns, keys, day: (i64::MIN, String::new()), digits: itoa::Buffer::new() }
    }

    pub(crate) fn header(&self) -> String {
        self.format.header(&self.columns)
    }

    /// Whether rows can be told apart: they have ids.
    pub(crate) fn has(&self, cell: Cell) -> bool {
        self.columns.iter().any(|(_, it)| *it == cell)
    }

    /// Appends a line without its end.
    pub(crate) fn line(&mut self, request: &Request<'_>, out: &mut Vec<u8>) {
        let is_json = self.format == Format::V2Json;
        for place in 0..self.columns.len() {
            if is_json {
                out.extend_from_slice(self.keys[place].as_bytes());
            } else if place > 0 {
                out.push(b'\t');
            }
            let begin = out.len();
            self.cell(self.columns[place].1, request, out);
            if out.len() == begin {
                out.push(b'-');
            }
        }
        if is_json {
            out.extend_from_slice(b"\"}");
        }
    }

    fn cell(&mut self, cell: Cell, request: &Request<'_>, out: &mut Vec<u8>) {
        let is_secure = matches!(request.protocol, "https" | "wss");
        match cell {
            Cell::Agent if self.format.escapes_agents_twice() => {
                push(out, &request.agent.escaped_twice);
            }
            Cell::Agent => push(out, &request.agent.escaped),
            Cell::Asn => self.number(request.asn, out),
            Cell::Behavior => push(out, request.target.behavior),
            Cell::Bytes => self.number(request.bytes, out),
            Cell::ContentLength => self.number_or_nothing(request.content_length, out),
            Cell::ContentType => push(out, request.target.content_type),
            Cell::Cookie => push_escaped(out, &request.cookie),
            Cell::Country => push(out, request.country),
            Cell::Date => self.date(request, out),
            Cell::Detail => push(out, request.outcome.detailed),
            Cell::DistributionHost => push(out, &request.distribution.domain),
            Cell::DistributionId => push(out, &request.distribution.id),
            Cell::FirstByte => self.seconds(request.ttfb, out),
            Cell::Forwarded => push(out, &request.forwarded),
            Cell::Host => push(out, &request.site().host),
            Cell::Id => out.extend_from_slice(&request.id),
            Cell::Ip => push(out, &request.ip),
            Cell::IpVersion => push(out, if request.ip.contains(':') { "IPv6" } else { "IPv4" }),
            Cell::LogData => push(out, &request.target.log_data),
            Cell::Method => push(out, request.method),
            Cell::Millis => self.epoch(request, b"", out),
            Cell::OriginFirst => self.seconds_or_nothing(request.origin.map(|it| it.0), out),
            Cell::OriginLast => self.seconds_or_nothing(request.origin.map(|it| it.1), out),
            Cell::Pop => push(out, request.pop),
            Cell::Port => self.number(request.port, out),
            Cell::Protocol => push(out, request.protocol),
            Cell::Query => push_escaped(out, &request.target.query),
            Cell::RangeEnd => self.number_or_nothing(request.range.map(|it| it.1), out),
            Cell::RangeStart => self.number_or_nothing(request.range.map(|it| it.0), out),
            Cell::Referer => push_escaped(out, &request.referer),
            Cell::RequestBytes => self.number(request.sent_bytes, out),
            Cell::Response => push(out, request.outcome.response),
            Cell::Result => push(out, request.outcome.result),
            Cell::Seconds => self.epoch(request, b".", out),
            Cell::Status => self.padded(u32::from(request.status), 3, out),
            Cell::Stem => push_escaped(out, &request.target.path),
            Cell::StemAndQuery => {
                push_escaped(out, &request.target.path);
                if !request.target.query.is_empty() {
                    out.push(b'?');
                    push_escaped(out, &request.target.query);
                }
            }
            Cell::Time => self.time_of_day(request, out),
            Cell::TimeTaken => self.seconds(request.time_taken, out),
            Cell::TlsCipher if is_secure => push(out, tls(request).1),
            Cell::TlsProtocol if is_secure => push(out, tls(request).0),
            Cell::Nothing | Cell::TlsCipher | Cell::TlsProtocol => {}
            Cell::Version => push(out, request.version),
        }
    }

    fn number(&mut self, number: impl itoa::Integer, out: &mut Vec<u8>) {
        push(out, self.digits.format(number));
    }

    fn number_or_nothing(&mut self, number: Option<u64>, out: &mut Vec<u8>) {
        if let Some(number) = number {
            self.number(number, out);
        }
    }

    /// With zeros in front, so that there are `least` digits.
    fn padded(&mut self, number: u32, least: usize, out: &mut Vec<u8>) {
        let digits = self.digits.format(number);
        out.extend(std::iter::repeat_n(b'0', least.saturating_sub(digits.len())));
        push(out, digits);
    }

    /// Milliseconds as seconds with three decimals.
    fn seconds(&mut self, millis: u32, out: &mut Vec<u8>) {
        self.number(millis / 1000, out);
        out.push(b'.');
        self.padded(millis % 1000, 3, out);
    }

    fn seconds_or_nothing(&mut self, millis: Option<u32>, out: &mut Vec<u8>) {
        if let Some(millis) = millis {
            self.seconds(millis, out);
        }
    }

    /// Milliseconds since 1970, with something before the last three digits.
    fn epoch(&mut self, request: &Request<'_>, point: &[u8], out: &mut Vec<u8>) {
        if request.is_timeless {
            push(out, "17x9");
            return;
        }
        self.number(request.millis / 1000, out);
        out.extend_from_slice(point);
        let thousandths = u32::try_from(request.millis % 1000).unwrap_or_default();
        self.padded(thousandths, 3, out);
    }

    fn date(&mut self, request: &Request<'_>, out: &mut Vec<u8>) {
        if request.is_timeless {
            push(out, "2026-13-45");
            return;
        }
        let day = request.millis.div_euclid(DAY);
        if day != self.day.0 {
            let moment = Timestamp::from_millisecond(request.millis).unwrap_or_default();
            self.day = (day, moment.strftime("%Y-%m-%d").to_string());
        }
        push(out, &self.day.1);
    }

    fn time_of_day(&mut self, request: &Request<'_>, out: &mut Vec<u8>) {
        let seconds = u32::try_from(request.millis.rem_euclid(DAY) / 1000).unwrap_or_default();
        self.padded(seconds / 3600, 2, out);
        out.push(b':');
        self.padded(seconds / 60 % 60, 2, out);
        out.push(b':');
        self.padded(seconds % 60, 2, out);
    }
}

/// TLS version and cipher, the same for every request from a port.
fn tls(request: &Request<'_>) -> (&'static str, &'static str) {
    match request.port % 20 {
        _ if request.version == "HTTP/3.0" => ("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
        0..14 => ("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
        14..16 => ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        16 => ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"),
        _ => ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"),
    }
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// A gzip member of a text, of RFC 1952 without name or time.
pub(crate) fn gzip(text: &[u8], level: u8, out: &mut Vec<u8>) {
    let level = libdeflater::CompressionLvl::new(i32::from(level)).unwrap_or_default();
    let mut compressor = libdeflater::Compressor::new(level);
    let begin = out.len();
    out.resize(begin + compressor.gzip_compress_bound(text.len()), 0);
    // The room is as large as the library asked for, so nothing can go wrong.
    let written = compressor.gzip_compress(text, &mut out[begin..]).unwrap_or(0);
    out.truncate(begin + written);
}
