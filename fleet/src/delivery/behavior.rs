//! What happens to a request, by its path.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What happens to requests whose path matches a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Behavior {
    /// The name of an origin. Default: `default`.
    pub origin: String,
    /// The name of a cache profile. Default: `origin`, as the origin says and not at all where it
    /// says nothing.
    pub cache: String,
    /// Default: [`Methods::Read`].
    pub methods: Methods,
    /// Whether CloudFront compresses texts (gzip, Brotli). Default: `true`.
    pub compress: bool,
    /// Default: [`ViewerProtocol::Redirect`].
    pub protocol: ViewerProtocol,
    /// Whether all of the viewer's headers, cookies and query reach the origin, though they do not
    /// enter the cache key; otherwise only what the cache key has. Default: `false`.
    pub forward_all: bool,
    /// Headers of answers beside the site's, whose values these outrank. Default: none.
    pub headers: BTreeMap<String, String>,
    /// Place among the patterns, lowest first. Default: none, the more specific pattern first.
    pub order: Option<u32>,
    /// `false` takes out what a layer below put in. Default: `true`.
    pub enabled: bool,
}

impl Default for Behavior {
    fn default() -> Self {
        Self {
            origin: "default".to_owned(),
            cache: "origin".to_owned(),
            methods: Methods::default(),
            compress: true,
            protocol: ViewerProtocol::default(),
            forward_all: false,
            headers: BTreeMap::new(),
            order: None,
            enabled: true,
        }
    }
}

/// The methods that viewers may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Methods {
    /// GET and HEAD.
    #[default]
    Read,
    /// Those and OPTIONS, which is answered from the cache.
    ReadOptions,
    /// Every one: GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE.
    All,
}

/// What viewers may speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ViewerProtocol {
    /// HTTP is redirected to HTTPS.
    #[default]
    Redirect,
    /// HTTPS alone; HTTP is refused.
    Https,
    /// Both.
    Both,
}

/// What may be cached for how long, and by which key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CacheProfile {
    /// Seconds that an answer is kept at least, whatever the origin says. Above 0 it outranks
    /// `no-store` and `private`. Default: 0.
    pub min_ttl: u64,
    /// Seconds that an answer is kept where the origin says nothing. Default: 0.
    pub default_ttl: u64,
    /// Seconds that an answer is kept at most; 0 caches nothing. Default: 31,536,000, a year.
    pub max_ttl: u64,
    /// Keys of the query in the cache key. Default: none.
    pub query: KeyPart,
    /// Headers in the cache key. Default: none.
    pub headers: Vec<String>,
    /// Cookies in the cache key. Default: none.
    pub cookies: KeyPart,
}

impl Default for CacheProfile {
    fn default() -> Self {
        Self {
            min_ttl: 0,
            default_ttl: 0,
            max_ttl: 31_536_000,
            query: KeyPart::default(),
            headers: Vec::new(),
            cookies: KeyPart::default(),
        }
    }
}

impl CacheProfile {
    /// The names of the profiles that are there without being written.
    pub(crate) const BUILT_IN: [&'static str; 4] = ["images", "never", "origin", "static"];

    /// The profile of that name which is there without being written: `never` caches nothing;
    /// `origin` does as the origin says, every key of the query being part of the key; `static` keeps
    /// a day where the origin says nothing; `images` is for pictures behind the viewer function, which
    /// leaves nothing in the query that does not matter.
    pub fn built_in(name: &str) -> Option<Self> {
        match name {
            "never" => Some(Self { max_ttl: 0, ..Self::default() }),
            "origin" => Some(Self { query: KeyPart::All, ..Self::default() }),
            "static" => Some(Self { default_ttl: 86_400, ..Self::default() }),
            "images" => Some(Self { default_ttl: 86_400, query: KeyPart::All, ..Self::default() }),
            _ => None,
        }
    }

    /// Whether nothing is ever kept.
    pub fn is_never(&self) -> bool {
        self.max_ttl == 0
    }
}

/// Which names of a kind enter the cache key: `"none"`, `"all"`, or a list of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "KeyPartText", into = "KeyPartText")]
pub enum KeyPart {
    /// None.
    #[default]
    None,
    /// Every one.
    All,
    /// These.
    Named(Vec<String>),
    /// Every one but these (not for cookies of tenants).
    AllBut(Vec<String>),
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum KeyPartText {
    Word(String),
    Named(Vec<String>),
    AllBut { all_but: Vec<String> },
}

impl TryFrom<KeyPartText> for KeyPart {
    type Error = String;

    fn try_from(text: KeyPartText) -> Result<Self, String> {
        match text {
            KeyPartText::Word(word) if word == "none" => Ok(Self::None),
            KeyPartText::Word(word) if word == "all" => Ok(Self::All),
            KeyPartText::Word(word) => {
                Err(format!("`{word}` is not known here: \"none\", \"all\" or a list of names"))
            }
            KeyPartText::Named(names) if names.is_empty() => Ok(Self::None),
            KeyPartText::Named(names) => Ok(Self::Named(names)),
            KeyPartText::AllBut { all_but } => Ok(Self::AllBut(all_but)),
        }
    }
}

impl From<KeyPart> for KeyPartText {
    fn from(part: KeyPart) -> Self {
        match part {
            KeyPart::None => Self::Word("none".to_owned()),
            KeyPart::All => Self::Word("all".to_owned()),
            KeyPart::Named(names) => Self::Named(names),
            KeyPart::AllBut(all_but) => Self::AllBut { all_but },
        }
    }
}
