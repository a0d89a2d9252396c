//! What is to be compared, and how.

use std::collections::BTreeSet;
use std::time::Duration;

use regex::Regex;
use reqwest::Url;

/// What is to be compared, and how.
#[derive(Clone, Debug)]
pub struct Order {
    /// The side that is right.
    pub old: SideOrder,
    /// The side that is held against it.
    pub new: SideOrder,
    /// What browsers of pictures accept: each is a request of its own. Default: AVIF.
    pub accepts: Vec<Accept>,
    /// Headers to compare beside the usual ones, in lower case.
    pub more_headers: BTreeSet<String>,
    /// Headers not to compare, in lower case.
    pub ignored_headers: BTreeSet<String>,
    /// What is the same in texts.
    pub text: TextRules,
    /// The SSIMULACRA2 score from which on two pictures are the same, up to 100. Default: 70, which
    /// the metric's authors call high quality.
    pub least_score: f64,
    /// Times that each URL is asked for; the last answers are compared. Default: 1.
    pub repeat: usize,
    /// Time for one request. Default: 30 s.
    pub timeout: Duration,
    /// URLs that are asked for at once, each at both sides. Default: 4.
    pub at_once: usize,
    /// Time between the beginnings of two requests, over both sides. Default: none.
    pub pause: Duration,
    /// Certificates in PEM that are trusted beside those of the machine.
    pub certificates: Option<Vec<u8>>,
}

/// A side.
#[derive(Clone, Debug)]
pub struct SideOrder {
    /// Scheme, host and port.
    pub base: Url,
    /// Where hosts are found, whatever DNS says.
    pub resolve: Vec<Resolve>,
}

/// A host, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolve {
    /// The host.
    pub host: String,
    /// An address or another name, and the port where it is not the URL's.
    pub at: String,
}

impl std::str::FromStr for Resolve {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').filter(|(host, at)| !host.is_empty() && !at.is_empty());
        let (host, at) = parts.ok_or("HOST=ADDRESS, such as shop.example=203.0.113.7")?;
        Ok(Self { host: host.to_ascii_lowercase(), at: at.to_owned() })
    }
}

/// What a browser accepts as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accept {
    /// AVIF and what is older.
    Avif,
    /// WebP and what is older.
    Webp,
    /// No newer format.
    Jpeg,
}

impl Accept {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Webp => "webp",
            Self::Jpeg => "jpeg",
        }
    }

    /// The header, as browsers of that age send it for `<img>`.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Avif => "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            Self::Webp => "image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            Self::Jpeg => "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        }
    }
}

/// What is the same in texts, beside the names of both sides, which always are.
#[derive(Clone, Debug, Default)]
pub struct TextRules {
    /// Whether runs of white space are one space, and values of `nonce` attributes nothing.
    pub normalize: bool,
    /// What is taken out before.
    pub masks: Vec<Regex>,
}

impl Order {
    /// Two sides, and the defaults.
    pub fn of(old: SideOrder, new: SideOrder) -> Self {
        Self {
            old,
            new,
            accepts: vec![Accept::Avif],
            more_headers: BTreeSet::new(),
            ignored_headers: BTreeSet::new(),
            text: TextRules::default(),
            least_score: 70.0,
            repeat: 1,
            timeout: Duration::from_secs(30),
            at_once: 4,
            pause: Duration::ZERO,
            certificates: None,
        }
    }
}
