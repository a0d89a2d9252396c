//! The formats of files: columns, names, packing.

use jiff::Timestamp;

use crate::sites::Distribution;
use crate::traffic::Slot;

/// How wide version 1 of the logs was, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Width {
    /// Since 2009: up to `cs-uri-query`. No host of the viewer's, no request id.
    W12 = 12,
    /// With cookie, result type and request id.
    W15 = 15,
    /// Since October 2013: with the viewer's host, protocol and bytes.
    W18 = 18,
    /// Since 2014: with the time taken.
    W19 = 19,
    /// With the addresses before the last proxy, TLS, response type and HTTP version.
    W24 = 24,
    /// Since 2017: with field-level encryption.
    W26 = 26,
    /// Since December 2019.
    W33 = 33,
    /// With tenant and connection.
    W35 = 35,
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Version 1: gzip, two header lines, tabs.
    Legacy(Width),
    /// The same without header lines.
    Headerless(Width),
    /// Several files of version 1 joined as they are: gzip members, each with its header lines.
    Joined,
    /// Version 1 unpacked, without header lines.
    Plain,
    /// Version 2 as W3C text, in folders of year, month, day and hour.
    V2,
    /// The same in folders as Hive names them.
    V2Hive,
    /// Version 2 as JSON, an object a line.
    V2Json,
    /// Real-time logs as Firehose puts them down: no header, the host columns swapped.
    RealTime,
}

impl Format {
    /// One of each, all widths among them.
    pub const ALL: [Self; 15] = [
        Self::Legacy(Width::W33),
        Self::V2,
        Self::V2Json,
        Self::RealTime,
        Self::V2Hive,
        Self::Joined,
        Self::Plain,
        Self::Headerless(Width::W33),
        Self::Legacy(Width::W35),
        Self::Legacy(Width::W26),
        Self::Legacy(Width::W24),
        Self::Legacy(Width::W19),
        Self::Legacy(Width::W18),
        Self::Legacy(Width::W15),
        Self::Legacy(Width::W12),
    ];

    /// Its name on the command line.
    pub fn name(self) -> String {
        match self {
            Self::Legacy(width) => format!("legacy-{}", width as u8),
            Self::Headerless(width) => format!("headerless-{}", width as u8),
            Self::Joined => "joined".to_owned(),
            Self::Plain => "plain".to_owned(),
            Self::V2 => "v2".to_owned(),
            Self::V2Hive => "v2-hive".to_owned(),
            Self::V2Json => "v2-json".to_owned(),
            Self::RealTime => "real-time".to_owned(),
        }
    }

    /// The columns, in their order.
    pub(crate) fn columns(self) -> Vec<(&'static str, Cell)> {
        let width = match self {
            Self::Legacy(width) | Self::Headerless(width) => width,
            Self::Joined | Self::Plain => Width::W33,
            Self::V2 | Self::V2Hive | Self::V2Json => {
                return [&STANDARD[..Width::W33 as usize], &SINCE_V2].concat();
            }
            Self::RealTime => return REAL_TIME.to_vec(),
        };
        STANDARD[..width as usize].to_vec()
    }

    /// The lines before the first row.
    pub(crate) fn header(self, columns: &[(&str, Cell)]) -> String {
        let names = || columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
        match self {
            Self::Legacy(_) | Self::Joined => {
                format!("#Version: 1.0\n#Fields: {}\n", names())
            }
            // Version 2 does not tell its version.
            Self::V2 | Self::V2Hive => format!("#Fields: {}\n", names()),
            Self::Headerless(_) | Self::Plain | Self::V2Json | Self::RealTime => String::new(),
        }
    }

    pub(crate) fn is_packed(self) -> bool {
        self != Self::Plain
    }

    /// How many gzip members a file has.
    pub(crate) fn members(self) -> u64 {
        if self == Self::Joined { 4 } else { 1 }
    }

    /// Whether user agents are escaped twice, as they were until 2019.
    pub(crate) fn escapes_agents_twice(self) -> bool {
        matches!(self, Self::Legacy(width) | Self::Headerless(width) if (width as u8) < 33)
    }

    /// The name of a file, unlike that of any other.
    pub(crate) fn file_name(self, slot: &Slot, at: &Distribution, unique: u64) -> String {
        let hour = Timestamp::from_millisecond(slot.begin).unwrap_or_default();
        let day_and = |rest: &str| hour.strftime(rest).to_string();
        let id = &at.id;
        match self {
            Self::Legacy(_) | Self::Headerless(_) | Self::Joined => {
                let hour = day_and("%Y-%m-%d-%H");
                format!("{}/{id}.{hour}.{:08x}.gz", self.name(), unique >> 32)
            }
            Self::Plain => {
                format!("plain/{id}.{}.{:08x}", day_and("%Y-%m-%d-%H"), unique >> 32)
            }
            Self::V2 | Self::V2Json => {
                let (folder, hour) = (day_and("%Y/%m/%d/%H"), day_and("%Y-%m-%d-%H"));
                format!("{}/{id}/{folder}/{id}.{hour}.{:08x}.gz", self.name(), unique >> 32)
            }
            Self::V2Hive => {
                let folder = day_and("year=%Y/month=%m/day=%d/hour=%H");
                let hour = day_and("%Y-%m-%d-%H");
                format!(
                    "v2-hive/AWSLogs/aws-account-id=111122223333/CloudFront/distributionid={id}/\
                     {folder}/{id}.{hour}.{:08x}.gz",
                    unique >> 32
                )
            }
            Self::RealTime => {
                let (folder, second) = (day_and("%Y/%m/%d/%H"), day_and("%Y-%m-%d-%H-%M-%S"));
                format!("real-time/{folder}/shops-1-{second}-{unique:016x}.gz")
            }
        }
    }
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Agent,
    Asn,
    Behavior,
    Bytes,
    ContentLength,
    ContentType,
    Cookie,
    Country,
    Date,
    Detail,
    DistributionHost,
    DistributionId,
    FirstByte,
    Forwarded,
    Host,
    Id,
    Ip,
    IpVersion,
    LogData,
    Method,
    Millis,
    Nothing,
    OriginFirst,
    OriginLast,
    Pop,
    Port,
    Protocol,
    Query,
    RangeEnd,
    RangeStart,
    Referer,
    RequestBytes,
    Response,
    Result,
    Seconds,
    Status,
    Stem,
    StemAndQuery,
    Time,
    TimeTaken,
    TlsCipher,
    TlsProtocol,
    Version,
}

/// Columns of standard logs in the order in which they came to be.
const STANDARD: [(&str, Cell); 35] = [
    ("date", Cell::Date),
    ("time", Cell::Time),
    ("x-edge-location", Cell::Pop),
    ("sc-bytes", Cell::Bytes),
    ("c-ip", Cell::Ip),
    ("cs-method", Cell::Method),
    ("cs(Host)", Cell::DistributionHost),
    ("cs-uri-stem", Cell::Stem),
    ("sc-status", Cell::Status),
    ("cs(Referer)", Cell::Referer),
    ("cs(User-Agent)", Cell::Agent),
    ("cs-uri-query", Cell::Query),
    ("cs(Cookie)", Cell::Cookie),
    ("x-edge-result-type", Cell::Result),
    ("x-edge-request-id", Cell::Id),
    ("x-host-header", Cell::Host),
    ("cs-protocol", Cell::Protocol),
    ("cs-bytes", Cell::RequestBytes),
    ("time-taken", Cell::TimeTaken),
    ("x-forwarded-for", Cell::Forwarded),
    ("ssl-protocol", Cell::TlsProtocol),
    ("ssl-cipher", Cell::TlsCipher),
    ("x-edge-response-result-type", Cell::Response),
    ("cs-protocol-version", Cell::Version),
    ("fle-status", Cell::Nothing),
    ("fle-encrypted-fields", Cell::Nothing),
    ("c-port", Cell::Port),
    ("time-to-first-byte", Cell::FirstByte),
    ("x-edge-detailed-result-type", Cell::Detail),
    ("sc-content-type", Cell::ContentType),
    ("sc-content-len", Cell::ContentLength),
    ("sc-range-start", Cell::RangeStart),
    ("sc-range-end", Cell::RangeEnd),
    ("distribution-tenant-id", Cell::Nothing),
    ("connection-id", Cell::Nothing),
];

/// What version 2 can be told to write beside the first 33.
const SINCE_V2: [(&str, Cell); 8] = [
    ("timestamp(ms)", Cell::Millis),
    ("origin-fbl", Cell::OriginFirst),
    ("origin-lbl", Cell::OriginLast),
    ("asn", Cell::Asn),
    ("c-country", Cell::Country),
    ("cache-behavior-path-pattern", Cell::Behavior),
    ("DistributionId", Cell::DistributionId),
    ("viewer-response-log-data", Cell::LogData),
];

/// Columns of real-time logs in their fixed order, up to `asn`. There the host columns are swapped, and
/// the stem has the query.
const REAL_TIME: [(&str, Cell); 46] = [
    ("timestamp", Cell::Seconds),
    ("c-ip", Cell::Ip),
    ("s-ip", Cell::Nothing),
    ("time-to-first-byte", Cell::FirstByte),
    ("sc-status", Cell::Status),
    ("sc-bytes", Cell::Bytes),
    ("cs-method", Cell::Method),
    ("cs-protocol", Cell::Protocol),
    ("cs-host", Cell::Host),
    ("cs-uri-stem", Cell::StemAndQuery),
    ("cs-bytes", Cell::RequestBytes),
    ("x-edge-location", Cell::Pop),
    ("x-edge-request-id", Cell::Id),
    ("x-host-header", Cell::DistributionHost),
    ("time-taken", Cell::TimeTaken),
    ("cs-protocol-version", Cell::Version),
    ("c-ip-version", Cell::IpVersion),
    ("cs-user-agent", Cell::Agent),
    ("cs-referer", Cell::Referer),
    ("cs-cookie", Cell::Cookie),
    ("cs-uri-query", Cell::Query),
    ("x-edge-response-result-type", Cell::Response),
    ("x-forwarded-for", Cell::Forwarded),
    ("ssl-protocol", Cell::TlsProtocol),
    ("ssl-cipher", Cell::TlsCipher),
    ("x-edge-result-type", Cell::Result),
    ("fle-encrypted-fields", Cell::Nothing),
    ("fle-status", Cell::Nothing),
    ("sc-content-type", Cell::ContentType),
    ("sc-content-len", Cell::ContentLength),
    ("sc-range-start", Cell::RangeStart),
    ("sc-range-end", Cell::RangeEnd),
    ("c-port", Cell::Port),
    ("x-edge-detailed-result-type", Cell::Detail),
    ("c-country", Cell::Country),
    ("cs-accept-encoding", Cell::Nothing),
    ("cs-accept", Cell::Nothing),
    ("cache-behavior-path-pattern", Cell::Behavior),
    ("cs-headers", Cell::Nothing),
    ("cs-header-names", Cell::Nothing),
    ("cs-headers-count", Cell::Nothing),
    ("primary-distribution-id", Cell::DistributionId),
    ("primary-distribution-dns-name", Cell::DistributionHost),
    ("origin-fbl", Cell::OriginFirst),
    ("origin-lbl", Cell::OriginLast),
    ("asn", Cell::Asn),
];
