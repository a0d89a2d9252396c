//! The view `requests`: one row a request, typed, the same over raw files, compacted ones and Athena.
//! This table is its only source: reader, documentation and the SQL of Athena's view come from it.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit};

use crate::raw::Raw;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    BigInt,
    /// A 64-bit floating-point number.
    Double,
    /// Milliseconds, in UTC.
    Timestamp,
}

impl Kind {
    /// Its type in Arrow.
    pub fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8View,
            Self::Integer => DataType::Int32,
            Self::BigInt => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
        }
    }

    /// Its type in Trino's SQL, which is Athena's.
    pub const fn trino(self) -> &'static str {
        match self {
            Self::Text => "varchar",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
            Self::Double => "double",
            Self::Timestamp => "timestamp(3)",
        }
    }
}

/// A column of the view.
#[derive(Clone, Copy, Debug)]
pub struct RequestColumn {
    /// Which it is.
    pub column: Column,
    /// Its name in SQL.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// CloudFront's columns that it is made of.
    pub made_of: &'static [Raw],
    /// What it is, with its unit, and when it is NULL beyond where CloudFront wrote `-` or nothing.
    pub doc: &'static str,
    /// How Athena makes it of a raw table whose columns are text under their Parquet names;
    /// `None` where that takes code, and the view has NULL.
    pub sql: Option<&'static str>,
}

macro_rules! columns {
    ($($variant:ident $name:literal $kind:ident [$($raw:ident)*] $doc:literal $sql:expr;)*) => {
        /// A column of the view `requests`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Column {
            $(#[doc = $doc] $variant,)*
        }

        /// The columns of the view, in its order.
        pub const REQUESTS: &[RequestColumn] = &[$(
            RequestColumn {
                column: Column::$variant,
                name: $name,
                kind: Kind::$kind,
                made_of: &[$(Raw::$raw),*],
                doc: $doc,
                sql: $sql,
            },
        )*];
    };
}

columns! {
    Ts "ts" Timestamp [TimestampMs Timestamp Date Time]
        "When the last byte was sent, UTC; milliseconds where the log has them, else seconds."
        Some("date_add('millisecond', coalesce(try_cast(timestamp_ms AS bigint) % 1000, 0), try(date_parse(\"date\" || ' ' || \"time\", '%Y-%m-%d %H:%i:%s')))");
    Day "day" Text [TimestampMs Timestamp Date Time]
        "The day of `ts`, `2026-11-23`: what compacted files are divided by."
        Some("\"date\"");
    RequestId "request_id" Text [RequestId]
        "The request's own id, which the viewer had as `X-Amz-Cf-Id`."
        Some("nullif(x_edge_request_id, '-')");
    Distribution "distribution" Text [DistributionId DistributionHost]
        "The distribution's id, or its domain where the log has no id."
        Some("coalesce(nullif(distributionid, '-'), nullif(cs_host, '-'))");
    Tenant "tenant" Text [TenantId]
        "The tenant of a multi-tenant distribution."
        Some("nullif(distribution_tenant_id, '-')");
    Host "host" Text [HostHeader DistributionHost]
        "The host that the viewer asked for, in lower case, without a port. Logs older than October 2013 have only the distribution's."
        Some("lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1))");
    Site "site" Text [HostHeader DistributionHost]
        "The site of the fleet file that has this host, else the host."
        Some("lower(split_part(coalesce(nullif(x_host_header, '-'), cs_host), ':', 1))");
    Brand "brand" Text [HostHeader DistributionHost]
        "The site's brand; NULL for a host that is no site's."
        None;
    SiteGroup "site_group" Text [HostHeader DistributionHost]
        "The first of the site's groups; NULL without one."
        None;
    Owner "owner" Text [HostHeader DistributionHost]
        "Whom the site belongs to: its tag `owner`; NULL without one."
        None;
    Method "method" Text [Method]
        "The HTTP method."
        Some("nullif(cs_method, '-')");
    Protocol "protocol" Text [Protocol]
        "`http`, `https`, `ws`, `wss` or `grpcs`."
        Some("nullif(cs_protocol, '-')");
    HttpVersion "http_version" Text [ProtocolVersion]
        "`HTTP/1.1`, `HTTP/2.0`, `HTTP/3.0`."
        Some("nullif(cs_protocol_version, '-')");
    Path "path" Text [UriStem]
        "The path, decoded until nothing is left to decode, twice at most. NULL of a WebSocket's."
        Some("try(url_decode(url_decode(replace(nullif(cs_uri_stem, '-'), '+', '%252B'))))");
    Extension "extension" Text [UriStem]
        "What follows the last dot of the path's last part, in lower case; NULL without one, or with more than 8 letters."
        Some("lower(regexp_extract(nullif(cs_uri_stem, '-'), '\\.([A-Za-z0-9]{1,8})$', 1))");
    Query "query" Text [UriQuery UriStem]
        "The query without `?`, as the viewer sent it; values of redacted keys are `*`."
        Some("regexp_replace(try(url_decode(replace(nullif(cs_uri_query, '-'), '+', '%2B'))), '(?i)(^|&)(access_token|auth|code|email|e-mail|key|mail|name|pass|password|phone|secret|session|sig|signature|token)=[^&]*', '$1$2=*')");
    Status "status" Integer [Status]
        "The HTTP status; NULL where the viewer left before there was one (`000`)."
        Some("nullif(try_cast(sc_status AS integer), 0)");
    Bytes "bytes" BigInt [Bytes]
        "Bytes sent to the viewer, with headers."
        Some("try_cast(sc_bytes AS bigint)");
    RequestBytes "request_bytes" BigInt [RequestBytes]
        "Bytes that the viewer sent, with headers."
        Some("try_cast(cs_bytes AS bigint)");
    ContentType "content_type" Text [ContentType]
        "The answer's type in lower case, without parameters."
        Some("lower(trim(split_part(replace(nullif(sc_content_type, '-'), '%3B', ';'), ';', 1)))");
    ContentLength "content_length" BigInt [ContentLength]
        "The answer's `Content-Length`, bytes."
        Some("try_cast(sc_content_len AS bigint)");
    RangeStart "range_start" BigInt [RangeStart]
        "First byte of a partial answer."
        Some("try_cast(sc_range_start AS bigint)");
    RangeEnd "range_end" BigInt [RangeEnd]
        "Last byte of a partial answer."
        Some("try_cast(sc_range_end AS bigint)");
    Ttfb "ttfb" Double [TimeToFirstByte]
        "Seconds from the request to the first byte of the answer."
        Some("try_cast(time_to_first_byte AS double)");
    TimeTaken "time_taken" Double [TimeTaken]
        "Seconds from the request to the last byte of the answer."
        Some("try_cast(time_taken AS double)");
    OriginFbl "origin_fbl" Double [OriginFirstByte]
        "Seconds until the origin's first byte; NULL where the cache answered."
        Some("try_cast(origin_fbl AS double)");
    OriginLbl "origin_lbl" Double [OriginLastByte]
        "Seconds until the origin's last byte; NULL where the cache answered."
        Some("try_cast(origin_lbl AS double)");
    Result "result" Text [ResultType]
        "What became of the request after its last byte: `Hit`, `RefreshHit`, `Miss`, `Error`, …"
        Some("nullif(nullif(x_edge_result_type, '-'), '')");
    ResponseResult "response_result" Text [ResponseResultType]
        "The same just before the answer was sent."
        Some("nullif(nullif(x_edge_response_result_type, '-'), '')");
    DetailedResult "detailed_result" Text [DetailedResultType]
        "The same with the cause of an error, `OriginShieldHit` and `MissGeneratedResponse`."
        Some("nullif(nullif(x_edge_detailed_result_type, '-'), '')");
    Fault "fault" Text [Status ResultType ResponseResultType DetailedResultType]
        "Who is at fault where the request did not end well: `client abort` (the viewer left), `viewer` (it cannot be answered, 4xx), `edge` (CloudFront, or code that runs there), `origin` (what is behind it); NULL where it did."
        Some("CASE WHEN nullif(try_cast(sc_status AS integer), 0) IS NULL OR x_edge_detailed_result_type IN ('ClientCommError', 'ClientHungUpRequest') OR (x_edge_result_type = 'Error' AND x_edge_response_result_type NOT IN ('Error', '-', '')) THEN 'client abort' WHEN x_edge_detailed_result_type LIKE 'Origin%Error' OR x_edge_detailed_result_type IN ('AbortedOrigin', 'SlowReaderOriginError') THEN 'origin' WHEN x_edge_result_type IN ('CapacityExceeded', 'LimitExceeded') OR x_edge_result_type LIKE 'Lambda%Error' OR x_edge_result_type LIKE 'LambdaLimit%' OR x_edge_result_type LIKE 'Function%Error' THEN 'edge' WHEN try_cast(sc_status AS integer) BETWEEN 400 AND 499 OR x_edge_detailed_result_type LIKE 'Invalid%' OR x_edge_detailed_result_type = 'ClientGeoBlocked' THEN 'viewer' WHEN try_cast(sc_status AS integer) >= 500 THEN 'origin' END");
    Pop "pop" Text [EdgeLocation]
        "The edge location, `FRA56-P3`; its first three letters are an airport's."
        Some("nullif(x_edge_location, '-')");
    Region "region" Text [EdgeLocation]
        "The region by which CloudFront prices the answer: `us`, `europe`, `africa`, `south-america`, `japan`, `australia`, `asia` or `india`; NULL of an edge location that is not known."
        Some("CASE WHEN substr(x_edge_location, 1, 3) IN ('ANC', 'ATL', 'AUS', 'BNA', 'BOS', 'CLT', 'CMH', 'DEN', 'DFW', 'DTW', 'EWR', 'HIO', 'HNL', 'IAD', 'IAH', 'IND', 'JAX', 'JFK', 'LAS', 'LAX', 'MCI', 'MEX', 'MIA', 'MSP', 'ORD', 'PDX', 'PHL', 'PHX', 'PIT', 'QRO', 'SAN', 'SEA', 'SFO', 'SJC', 'SLC', 'TPA', 'YTO', 'YUL', 'YVR', 'YYC', 'YYZ') THEN 'us' WHEN substr(x_edge_location, 1, 3) IN ('AMS', 'ARN', 'ATH', 'BCN', 'BER', 'BHX', 'BRU', 'BUD', 'CDG', 'CPH', 'DUB', 'DUS', 'EDI', 'FCO', 'FRA', 'GVA', 'HAM', 'HEL', 'IST', 'KBP', 'LHR', 'LIS', 'MAD', 'MAN', 'MRS', 'MUC', 'MXP', 'ORK', 'OSL', 'OTP', 'PMO', 'PRG', 'SOF', 'TLL', 'TLV', 'TXL', 'VIE', 'VNO', 'WAW', 'ZAG', 'ZRH') THEN 'europe' WHEN substr(x_edge_location, 1, 3) IN ('AMM', 'BAH', 'CAI', 'CPT', 'DOH', 'DXB', 'FJR', 'JED', 'JNB', 'KWI', 'LOS', 'MCT', 'NBO', 'RUH') THEN 'africa' WHEN substr(x_edge_location, 1, 3) IN ('BOG', 'CWB', 'EZE', 'FOR', 'GIG', 'GRU', 'LIM', 'MVD', 'POA', 'SCL', 'SSA', 'UIO') THEN 'south-america' WHEN substr(x_edge_location, 1, 3) IN ('FUK', 'HND', 'ITM', 'KIX', 'NRT') THEN 'japan' WHEN substr(x_edge_location, 1, 3) IN ('ADL', 'AKL', 'BNE', 'MEL', 'PER', 'SYD', 'WLG') THEN 'australia' WHEN substr(x_edge_location, 1, 3) IN ('BKK', 'CGK', 'CMB', 'DAC', 'HAN', 'HKG', 'ICN', 'KUL', 'MNL', 'PNH', 'SEL', 'SGN', 'SIN', 'TPE') THEN 'asia' WHEN substr(x_edge_location, 1, 3) IN ('AMD', 'BLR', 'BOM', 'CCU', 'COK', 'DEL', 'HYD', 'MAA', 'NAG', 'PNQ') THEN 'india' END");
    Country "country" Text [Country]
        "The viewer's country, ISO 3166-1 alpha-2. Only logs of version 2 and real-time logs."
        Some("nullif(c_country, '-')");
    Asn "asn" BigInt [Asn]
        "The number of the viewer's autonomous system. Only logs of version 2 and real-time logs."
        Some("try_cast(asn AS bigint)");
    ClientIp "client_ip" Text [ClientIp]
        "The viewer's address, cut to /16 (IPv4) or /48 (IPv6)."
        None;
    ClientPort "client_port" Integer [ClientPort]
        "The viewer's port."
        Some("try_cast(c_port AS integer)");
    ForwardedFor "forwarded_for" Text [ForwardedFor]
        "The addresses of `X-Forwarded-For`, each cut like `client_ip`, and `unknown` for what is none."
        None;
    Visitor "visitor" Text [ClientIp UserAgent TimestampMs Timestamp Date Time]
        "16 hex digits of a keyed hash of address and user agent; the key changes every day and is thrown away."
        None;
    UserAgent "user_agent" Text [UserAgent]
        "The user agent, decoded."
        Some("try(url_decode(url_decode(replace(nullif(cs_user_agent, '-'), '+', '%252B'))))");
    Browser "browser" Text [UserAgent]
        "The browser's family, `Chrome`; NULL where it is not known."
        None;
    Device "device" Text [UserAgent]
        "`desktop`, `mobile`, `tablet`, `bot` or `other`."
        None;
    Bot "bot" Text [UserAgent]
        "The name of the crawler, `Googlebot`; NULL for people."
        None;
    Referrer "referrer" Text [Referer]
        "The page that asked, decoded, without its query."
        None;
    ReferrerHost "referrer_host" Text [Referer]
        "The host of the page that asked, in lower case."
        Some("lower(try(url_extract_host(url_decode(nullif(cs_referer, '-')))))");
    Cookie "cookie" Text [Cookie]
        "The names of the cookies; their values are never read."
        None;
    TlsProtocol "tls_protocol" Text [SslProtocol]
        "`TLSv1.3`; NULL over http."
        Some("nullif(ssl_protocol, '-')");
    TlsCipher "tls_cipher" Text [SslCipher]
        "The cipher suite; NULL over http."
        Some("nullif(ssl_cipher, '-')");
    FleStatus "fle_status" Text [FleStatus]
        "What field-level encryption did."
        Some("nullif(fle_status, '-')");
    FleFields "fle_fields" Integer [FleEncryptedFields]
        "How many fields were encrypted."
        Some("try_cast(fle_encrypted_fields AS integer)");
    Behavior "behavior" Text [BehaviorPathPattern]
        "The path pattern of the cache behavior. Only logs of version 2 and real-time logs."
        Some("nullif(cache_behavior_path_pattern, '-')");
    ImageRecipe "image_recipe" Text [UriStem UriQuery]
        "The canonical recipe of a transformed picture; NULL for all else."
        None;
    ImageWidth "image_width" Integer [UriStem UriQuery]
        "The width that was asked for, px; NULL where none was."
        None;
    ImageFormat "image_format" Text [ContentType]
        "The format that was sent, `avif`, `webp`, `jpeg`, …; NULL where it is no picture."
        Some("regexp_extract(lower(nullif(sc_content_type, '-')), '^image/(?:x-)?([a-z0-9]+)', 1)");
    ViewerRequestLog "viewer_request_log" Text [ViewerRequestLog]
        "What the viewer-request function logged, decoded."
        Some("try(url_decode(replace(nullif(viewer_request_log_data, '-'), '+', '%2B')))");
    ViewerResponseLog "viewer_response_log" Text [ViewerResponseLog]
        "What the viewer-response function logged, decoded."
        Some("try(url_decode(replace(nullif(viewer_response_log_data, '-'), '+', '%2B')))");
    ConnectionId "connection_id" Text [ConnectionId]
        "The connection, where viewers show certificates."
        Some("nullif(connection_id, '-')");
    File "file" Text []
        "The file that the row was read from."
        Some("\"$path\"");
}

impl Column {
    /// All that is known of it.
    pub fn about(self) -> &'static RequestColumn {
        &REQUESTS[self as usize]
    }

    /// The column of a name.
    pub fn named(name: &str) -> Option<Self> {
        REQUESTS.iter().find(|it| it.name == name).map(|it| it.column)
    }

    /// Its field in Arrow.
    pub fn field(self) -> Field {
        Field::new(self.about().name, self.about().kind.arrow(), true)
    }
}

/// The schema of some columns.
pub fn schema_of(columns: &[Column]) -> Arc<Schema> {
    Arc::new(Schema::new(columns.iter().map(|column| column.field()).collect::<Vec<_>>()))
}

/// The schema of the view.
pub fn schema() -> Arc<Schema> {
    schema_of(&REQUESTS.iter().map(|it| it.column).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::REDACTED_KEYS;

    #[test]
    fn athenas_view_redacts_what_the_reader_does() {
        let sql = Column::Query.about().sql.unwrap();
        assert!(sql.contains(&format!("({})=", REDACTED_KEYS.join("|"))), "{sql}");
    }
}
