//! Every column that CloudFront's access logs have had: the one table from which files are understood.
//!
//! Names and their order are those of
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/real-time-logs.html>.

/// A column as CloudFront writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is named and explained in `RAW`")]
pub enum Raw {
    Date,
    Time,
    EdgeLocation,
    Bytes,
    ClientIp,
    Method,
    DistributionHost,
    UriStem,
    Status,
    Referer,
    UserAgent,
    UriQuery,
    Cookie,
    ResultType,
    RequestId,
    HostHeader,
    Protocol,
    RequestBytes,
    TimeTaken,
    ForwardedFor,
    SslProtocol,
    SslCipher,
    ResponseResultType,
    ProtocolVersion,
    FleStatus,
    FleEncryptedFields,
    ClientPort,
    TimeToFirstByte,
    DetailedResultType,
    ContentType,
    ContentLength,
    RangeStart,
    RangeEnd,
    TenantId,
    ConnectionId,
    Timestamp,
    TimestampMs,
    OriginFirstByte,
    OriginLastByte,
    Asn,
    Country,
    BehaviorPathPattern,
    DistributionId,
    ViewerRequestLog,
    ViewerResponseLog,
    /// A column that nothing is made of.
    Other,
}

/// What is known of a column.
#[derive(Clone, Copy, Debug)]
pub struct RawColumn {
    /// Which it is.
    pub raw: Raw,
    /// Its name in standard logs, `cs(User-Agent)`.
    pub name: &'static str,
    /// Its name in real-time logs, where it has one.
    pub real_time: Option<&'static str>,
}

const fn both(raw: Raw, name: &'static str, real_time: &'static str) -> RawColumn {
    RawColumn { raw, name, real_time: Some(real_time) }
}

const fn standard(raw: Raw, name: &'static str) -> RawColumn {
    RawColumn { raw, name, real_time: None }
}

/// How many columns standard logs had at most before version 2, in [`RAW`]'s order.
pub const LEGACY_COLUMNS: usize = 35;

/// The columns; the first [`LEGACY_COLUMNS`] in the order in which standard logs grew by them.
pub const RAW: [RawColumn; 45] = [
    standard(Raw::Date, "date"),
    standard(Raw::Time, "time"),
    both(Raw::EdgeLocation, "x-edge-location", "x-edge-location"),
    both(Raw::Bytes, "sc-bytes", "sc-bytes"),
    both(Raw::ClientIp, "c-ip", "c-ip"),
    both(Raw::Method, "cs-method", "cs-method"),
    // The two host columns are swapped in real-time logs.
    both(Raw::DistributionHost, "cs(Host)", "x-host-header"),
    both(Raw::UriStem, "cs-uri-stem", "cs-uri-stem"),
    both(Raw::Status, "sc-status", "sc-status"),
    both(Raw::Referer, "cs(Referer)", "cs-referer"),
    both(Raw::UserAgent, "cs(User-Agent)", "cs-user-agent"),
    both(Raw::UriQuery, "cs-uri-query", "cs-uri-query"),
    both(Raw::Cookie, "cs(Cookie)", "cs-cookie"),
    both(Raw::ResultType, "x-edge-result-type", "x-edge-result-type"),
    both(Raw::RequestId, "x-edge-request-id", "x-edge-request-id"),
    both(Raw::HostHeader, "x-host-header", "cs-host"),
    both(Raw::Protocol, "cs-protocol", "cs-protocol"),
    both(Raw::RequestBytes, "cs-bytes", "cs-bytes"),
    both(Raw::TimeTaken, "time-taken", "time-taken"),
    both(Raw::ForwardedFor, "x-forwarded-for", "x-forwarded-for"),
    both(Raw::SslProtocol, "ssl-protocol", "ssl-protocol"),
    both(Raw::SslCipher, "ssl-cipher", "ssl-cipher"),
    both(Raw::ResponseResultType, "x-edge-response-result-type", "x-edge-response-result-type"),
    both(Raw::ProtocolVersion, "cs-protocol-version", "cs-protocol-version"),
    both(Raw::FleStatus, "fle-status", "fle-status"),
    both(Raw::FleEncryptedFields, "fle-encrypted-fields", "fle-encrypted-fields"),
    both(Raw::ClientPort, "c-port", "c-port"),
    both(Raw::TimeToFirstByte, "time-to-first-byte", "time-to-first-byte"),
    both(Raw::DetailedResultType, "x-edge-detailed-result-type", "x-edge-detailed-result-type"),
    both(Raw::ContentType, "sc-content-type", "sc-content-type"),
    both(Raw::ContentLength, "sc-content-len", "sc-content-len"),
    both(Raw::RangeStart, "sc-range-start", "sc-range-start"),
    both(Raw::RangeEnd, "sc-range-end", "sc-range-end"),
    both(Raw::TenantId, "distribution-tenant-id", "distribution-tenant-id"),
    both(Raw::ConnectionId, "connection-id", "connection-id"),
    both(Raw::Timestamp, "timestamp", "timestamp"),
    standard(Raw::TimestampMs, "timestamp(ms)"),
    both(Raw::OriginFirstByte, "origin-fbl", "origin-fbl"),
    both(Raw::OriginLastByte, "origin-lbl", "origin-lbl"),
    both(Raw::Asn, "asn", "asn"),
    both(Raw::Country, "c-country", "c-country"),
    both(Raw::BehaviorPathPattern, "cache-behavior-path-pattern", "cache-behavior-path-pattern"),
    both(Raw::DistributionId, "DistributionId", "primary-distribution-id"),
    both(Raw::ViewerRequestLog, "viewer-request-log-data", "viewer-request-log-data"),
    both(Raw::ViewerResponseLog, "viewer-response-log-data", "viewer-response-log-data"),
];

/// The columns of a real-time log that was set up with all of them, in their fixed order; a record
/// has a prefix of it only where nobody chose.
pub(crate) const REAL_TIME: [&str; 50] = [
    "timestamp",
    "c-ip",
    "s-ip",
    "time-to-first-byte",
    "sc-status",
    "sc-bytes",
    "cs-method",
    "cs-protocol",
    "cs-host",
    "cs-uri-stem",
    "cs-bytes",
    "x-edge-location",
    "x-edge-request-id",
    "x-host-header",
    "time-taken",
    "cs-protocol-version",
    "c-ip-version",
    "cs-user-agent",
    "cs-referer",
    "cs-cookie",
    "cs-uri-query",
    "x-edge-response-result-type",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-result-type",
    "fle-encrypted-fields",
    "fle-status",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
    "c-port",
    "x-edge-detailed-result-type",
    "c-country",
    "cs-accept-encoding",
    "cs-accept",
    "cache-behavior-path-pattern",
    "cs-headers",
    "cs-header-names",
    "cs-headers-count",
    "primary-distribution-id",
    "primary-distribution-dns-name",
    "origin-fbl",
    "origin-lbl",
    "asn",
    "r-host",
    "sr-reason",
    "x-edge-mqcs",
    "distribution-tenant-id",
];

/// Which age of logs a name is to be understood in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Standard logs of both versions.
    Standard,
    /// Real-time logs: other names, host columns swapped, the query inside the stem.
    RealTime,
}

impl Raw {
    /// The column of a name, as a header, a JSON key or a Parquet column has it: letter case,
    /// and whether words are joined by `-`, `_` or brackets, do not matter.
    pub fn named(name: &str, dialect: Dialect) -> Self {
        let wanted = plain(name);
        let found = RAW.iter().find(|column| match dialect {
            Dialect::Standard => plain(column.name) == wanted,
            Dialect::RealTime => column.real_time.is_some_and(|its| plain(its) == wanted),
        });
        found.map_or(Self::Other, |column| column.raw)
    }

    /// Its name in standard logs.
    pub fn name(self) -> &'static str {
        RAW.iter().find(|column| column.raw == self).map_or("(another column)", |it| it.name)
    }
}

/// `cs(User-Agent)`, `cs_user_agent` and `cs-user-agent` alike: `cs-user-agent`.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '(' | '_' | '-' if !out.ends_with('-') => out.push('-'),
            c if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            // Brackets that close, and the invisible characters that headers have had.
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_written() {
        for name in ["cs(User-Agent)", "cs_user_agent", "CS(User-Agent)", "\u{200b}cs(User-Agent)"]
        {
            assert_eq!(Raw::named(name, Dialect::Standard), Raw::UserAgent, "{name}");
        }
        assert_eq!(Raw::named("timestamp(ms)", Dialect::Standard), Raw::TimestampMs);
        assert_eq!(Raw::named("timestamp_ms", Dialect::Standard), Raw::TimestampMs);
        assert_eq!(Raw::named("distributionid", Dialect::Standard), Raw::DistributionId);
    }

    #[test]
    fn hosts_are_swapped_in_real_time_logs() {
        assert_eq!(Raw::named("x-host-header", Dialect::Standard), Raw::HostHeader);
        assert_eq!(Raw::named("x-host-header", Dialect::RealTime), Raw::DistributionHost);
        assert_eq!(Raw::named("cs-host", Dialect::RealTime), Raw::HostHeader);
    }

    #[test]
    fn every_column_stands_once_and_at_its_place() {
        for (place, column) in RAW.iter().enumerate() {
            assert_eq!(column.raw as usize, place, "{}", column.name);
            assert_eq!(Raw::named(column.name, Dialect::Standard), column.raw);
        }
    }
}
