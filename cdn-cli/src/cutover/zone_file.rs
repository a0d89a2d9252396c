//! Records as text that other hosts import: RFC 1035, section 5.

use super::records::RecordSet;

/// How the host reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As BIND does.
    Bind,
    /// As Cloudflare does, which would put itself in front of records that do not say otherwise:
    /// <https://developers.cloudflare.com/dns/manage-dns-records/how-to/import-and-export/>.
    Cloudflare,
}

/// A line for each value; nothing for an alias, which no zone file knows.
pub(crate) fn lines(record: &RecordSet, dialect: Dialect) -> Vec<String> {
    let Some(ttl) = record.ttl else { return Vec::new() };
    let suffix = match dialect {
        Dialect::Bind => "",
        Dialect::Cloudflare => " ; cf_tags=cf-proxied:false",
    };
    let line = |value: &String| {
        let dot = if record.kind == "CNAME" { "." } else { "" };
        format!("{}.\t{ttl}\tIN\t{}\t{value}{dot}{suffix}", record.name, record.kind)
    };
    record.values.iter().map(line).collect()
}
