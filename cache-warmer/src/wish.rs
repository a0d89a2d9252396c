//! What kinds of browsers ask for: the headers by which answers to one URL differ.

use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// What a browser asks for at a URL, beside the URL.
///
/// CloudFront keeps what `Accept-Encoding` asks for as one of three (`br` and `gzip`, `gzip` alone,
/// none of them), and so many copies of a text; a picture has as many as there are formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// A picture, by a browser that decodes AVIF.
    Avif,
    /// A picture, by a browser that decodes WebP but not AVIF.
    Webp,
    /// A picture, by a browser that decodes neither.
    Basic,
    /// A text, by a browser that decodes Brotli.
    Brotli,
    /// A text, by something that decodes gzip alone, as crawlers do.
    Gzip,
    /// What is the same for everybody: a font, a film, a picture as it was uploaded.
    Plain,
}

/// What browsers that decode Brotli send.
const BROTLI: &str = "gzip, deflate, br";

impl Wish {
    /// All, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::Avif, Self::Webp, Self::Basic, Self::Brotli, Self::Gzip, Self::Plain];

    /// Its name, in lists and reports.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Webp => "webp",
            Self::Basic => "basic",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Plain => "plain",
        }
    }

    /// The wish of that name.
    pub fn named(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.label() == label)
    }

    /// Whether only a picture will do.
    pub const fn is_of_a_picture(self) -> bool {
        matches!(self, Self::Avif | Self::Webp | Self::Basic)
    }

    /// `Accept`, as browsers spell it.
    pub const fn accept(self) -> &'static str {
        match self {
            Self::Avif => "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
            Self::Webp => "image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
            Self::Basic => "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            Self::Brotli | Self::Gzip | Self::Plain => "*/*",
        }
    }

    const fn accept_encoding(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            _ => BROTLI,
        }
    }

    /// The headers by which a cache tells it from others.
    pub fn headers(self) -> [(HeaderName, HeaderValue); 2] {
        [
            (ACCEPT, HeaderValue::from_static(self.accept())),
            (ACCEPT_ENCODING, HeaderValue::from_static(self.accept_encoding())),
        ]
    }

    /// Whether an answer of this `Content-Type` is one that was asked for: nothing but a picture for
    /// a picture, and none in a format that the browser does not decode.
    pub fn takes(self, content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let is_picture = essence.starts_with("image/");
        match self {
            Self::Avif => is_picture,
            Self::Webp => is_picture && essence != "image/avif",
            Self::Basic => is_picture && essence != "image/avif" && essence != "image/webp",
            Self::Brotli | Self::Gzip | Self::Plain => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for wish in Wish::ALL {
            assert_eq!(Wish::named(wish.label()), Some(wish));
        }
        assert_eq!(Wish::named("jpeg"), None);
    }

    #[test]
    fn an_answer_is_of_a_type_that_the_browser_decodes() {
        for (wish, content_type, want) in [
            (Wish::Avif, "image/avif", true),
            (Wish::Avif, "Image/JPEG", true),
            (Wish::Avif, "text/html; charset=utf-8", false),
            (Wish::Webp, "image/avif", false),
            (Wish::Webp, "image/webp", true),
            (Wish::Basic, "image/webp", false),
            (Wish::Basic, "image/png", true),
            (Wish::Basic, "", false),
            (Wish::Brotli, "text/css", true),
            (Wish::Plain, "font/woff2", true),
        ] {
            assert_eq!(wish.takes(content_type), want, "{wish:?} {content_type}");
        }
    }
}
