//! Records of DNS, as Route 53 and resolvers tell of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// All records of a name and type; where Route 53 shares traffic out, those of one share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct RecordSet {
    /// The name, in lower case and without the last dot.
    pub(crate) name: String,
    /// `A`, `AAAA`, `CNAME`, `CAA`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Seconds for which it may be kept; `None` for an alias, which has its target's, and where
    /// Cloudflare chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ttl: Option<u32>,
    /// What it says, as it was written: Route 53 takes away only what is named to the letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<String>,
    /// What it is another name of, in Route 53 alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<Alias>,
    /// Its part of the traffic; `None` where it has all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) share: Option<Share>,
    /// Whether it hangs on a routing policy other than weights, or on a health check.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_routed: bool,
    /// Whether Cloudflare stands before it, in its own zones alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_proxied: bool,
}

/// What a record is another name of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Alias {
    /// The hosted zone of the target.
    pub(crate) zone: String,
    /// The target, without the last dot.
    pub(crate) target: String,
    /// Whether the target's health counts.
    pub(crate) evaluate_health: bool,
}

/// A part of the traffic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Share {
    /// What tells it from the others of its name.
    pub(crate) id: String,
    /// 0 to 255, of the sum of all.
    pub(crate) weight: u8,
}

impl RecordSet {
    /// A record with values.
    pub(crate) fn plain(name: &str, kind: &str, ttl: u32, values: Vec<String>) -> Self {
        let [name, kind] = [name, kind].map(str::to_owned);
        Self {
            name,
            kind,
            ttl: Some(ttl),
            values,
            alias: None,
            share: None,
            is_routed: false,
            is_proxied: false,
        }
    }

    /// Seconds for which resolvers keep it, as far as it says so itself.
    pub(crate) fn kept(&self) -> Option<u32> {
        /// What Cloudflare chooses:
        /// <https://developers.cloudflare.com/dns/manage-dns-records/reference/ttl/>.
        const CHOSEN: u32 = 300;
        self.ttl.or_else(|| self.alias.is_none().then_some(CHOSEN))
    }

    /// Another name of something of AWS's.
    pub(crate) fn alias(name: &str, kind: &str, alias: Alias) -> Self {
        let plain = Self::plain(name, kind, 0, Vec::new());
        Self { ttl: None, alias: Some(alias), ..plain }
    }

    /// Whether it says where a name's traffic goes.
    pub(crate) fn is_address(&self) -> bool {
        matches!(self.kind.as_str(), "A" | "AAAA" | "CNAME")
    }

    /// What it says, host names in one way of writing.
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = |it: &String| if self.kind == "CNAME" { normal(it) } else { it.clone() };
        self.values.iter().map(text).collect()
    }

    /// Whether it leads there, as an alias or as a CNAME.
    pub(crate) fn leads_to(&self, target: &str) -> bool {
        match &self.alias {
            Some(alias) => alias.target.eq_ignore_ascii_case(target),
            None if self.is_proxied => false,
            None => self.kind == "CNAME" && self.values.iter().any(|it| is_same_name(it, target)),
        }
    }
}

impl fmt::Display for RecordSet {
    /// `CNAME shops.example, TTL 300`, `A alias d1.cloudfront.net, weight 5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.alias {
            Some(alias) => write!(f, "{} alias {}", self.kind, alias.target)?,
            None => write!(f, "{} {}", self.kind, self.texts().join(" "))?,
        }
        if let Some(ttl) = self.ttl {
            write!(f, ", TTL {ttl}")?;
        }
        if self.is_proxied {
            f.write_str(", proxied")?;
        }
        match &self.share {
            Some(share) => write!(f, ", weight {}", share.weight),
            None => Ok(()),
        }
    }
}

/// A name as records have it here: lower case, no last dot, `*` in place of Route 53's `\052`.
pub(crate) fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase().replace("\\052", "*")
}

/// Whether two host names are one.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}
