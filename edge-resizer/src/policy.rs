//! A brand's rules: what may be asked for, at what cost, and how it is answered.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::recipe::{Color, Format, QualityNumber};

/// Everything that a brand decides. [`Policy::default`] is open but bounded: any size and format,
/// own origin only, no signature.
///
/// In a configuration file each field has its default when left out; unknown keys are errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Name of the brand, in the cache tags. Default: `default`.
    pub brand: String,
    /// Default: see [`Limits`].
    pub limits: Limits,
    /// Widths that may be delivered, in pixels after `dpr`. Default: empty, any width.
    pub widths: Vec<u32>,
    /// Qualities that may be asked for. Default: empty, any quality.
    pub qualities: Vec<QualityNumber>,
    /// Formats that may be delivered. Default: all.
    pub formats: Vec<Format>,
    /// What happens to a width or quality that is not allowed. Default: [`Sizing::Snap`].
    pub sizing: Sizing,
    /// Named options, `card = "width=400,height=400,fit=cover"`, used as `preset=card`; an option
    /// beside it outranks the preset's. Default: none.
    pub presets: BTreeMap<String, String>,
    /// Which originals may be used. Default: every path of the own origin, no other host.
    pub sources: SourceRules,
    /// Default: `None`, URLs need no signature.
    pub signing: Option<Signing>,
    /// Default: both.
    pub dialects: Dialects,
    /// What happens to options that cannot be used. Default: [`Parsing::Lenient`].
    pub parsing: Parsing,
    /// Default: [`Svg::Sanitize`].
    pub svg: Svg,
    /// Whether `DPR`, `Width`, `Sec-CH-DPR`, `Sec-CH-Width` and `Sec-CH-Viewport-Width` are heeded.
    /// Default: `false`.
    pub client_hints: bool,
    /// Whether `Save-Data` and slow connections lower the quality of a URL that names no
    /// `slow-connection-quality`. Default: `false`.
    pub save_data: bool,
    /// Pixels above which AVIF is skipped by `format=auto`. Default: 1,440,000 (1200 x 1200).
    pub avif_max_pixels: u64,
    /// Bytes of an answer, as a URL's `max-bytes`, which may only ask for less: a picture that comes
    /// to more is encoded again at lower qualities. Default: none.
    pub max_bytes: Option<NonZeroU32>,
    /// The color of the ground that the brand's products stand on, `"#f5f1ea"`: with
    /// `background=auto`, a photo whose ground is near it gets exactly it. Default: none, only what
    /// is nearly white is made white.
    pub background: Option<Color>,
    /// Default: see [`Qualities`].
    pub quality: Qualities,
    /// Default: see [`Caching`].
    pub caching: Caching,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            brand: "default".to_owned(),
            limits: Limits::default(),
            widths: Vec::new(),
            qualities: Vec::new(),
            formats: Format::ALL.to_vec(),
            sizing: Sizing::default(),
            presets: BTreeMap::new(),
            sources: SourceRules::default(),
            signing: None,
            dialects: Dialects::default(),
            parsing: Parsing::default(),
            svg: Svg::default(),
            client_hints: false,
            save_data: false,
            avif_max_pixels: 1_440_000,
            max_bytes: None,
            background: None,
            quality: Qualities::default(),
            caching: Caching::default(),
        }
    }
}

/// Limits, each checked from the source's header before a pixel is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a source. Default: 100,000,000.
    pub source_bytes: u64,
    /// Pixels of a source's frame. Default: 100,000,000.
    pub source_pixels: u64,
    /// Pixels along a side of a source. Default: 12,000.
    pub source_side: u32,
    /// Frames of an animation. Default: 1,000.
    pub frames: u32,
    /// Pixels of all frames of an animation together, above which the original is delivered.
    /// Default: 50,000,000.
    pub animation_pixels: u64,
    /// Pixels along a side of an output. Default: 8,192.
    pub output_side: u32,
    /// Work for one answer, in pixel operations (about what decoding a pixel of a JPEG takes):
    /// known from sizes alone, so the same request is refused on every machine. A format that is
    /// too costly gives way to the next; where none is left the answer is a 403. To keep `max_bytes`
    /// a picture is encoded as often as there is room for. Default:
    /// 4,000,000,000.
    pub pixel_operations: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 100_000_000,
            source_pixels: 100_000_000,
            source_side: 12_000,
            frames: 1_000,
            animation_pixels: 50_000_000,
            output_side: 8_192,
            pixel_operations: 4_000_000_000,
        }
    }
}

/// What happens to a size or quality that is not on the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Sizing {
    /// The next larger one of the list is delivered (the largest where none is larger).
    #[default]
    Snap,
    /// The request is refused with 400.
    Strict,
}

/// Which originals may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SourceRules {
    /// Path prefixes, `/photos/`, of the own origin. Default: empty, every path.
    pub paths: Vec<String>,
    /// Other hosts, `cdn.example` or `*.example`. Default: empty, none.
    pub hosts: Vec<String>,
}

/// Signed URLs: HMAC-SHA256 over path and query, see [`crate::sign`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// Keys, newest first: the first signs, every one verifies, so that keys can be rotated.
    pub keys: Vec<SigningKey>,
}

/// A secret; its `Debug` text does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SigningKey(String);

impl SigningKey {
    /// The key whose bytes are those of `secret`.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// Which URL languages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Dialects {
    /// `/cdn-cgi/image/…`. Default: `true`.
    pub cloudflare: bool,
    /// Shopify's query and file-name suffixes, on paths with a picture's extension. Default: `true`.
    pub shopify: bool,
}

impl Default for Dialects {
    fn default() -> Self {
        Self { cloudflare: true, shopify: true }
    }
}

/// What happens to options that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Parsing {
    /// They are ignored, and a header says so.
    #[default]
    Lenient,
    /// The request is refused with 400.
    Strict,
}

/// What happens to SVG sources, which are never resized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Svg {
    /// Scripts and references to other places are taken out, the rest is delivered.
    #[default]
    Sanitize,
    /// The request is refused with 415.
    Refuse,
}

/// Encoder quality where a URL names none, 1 to 100 on each encoder's own scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Qualities {
    /// Default: 82.
    pub jpeg: QualityNumber,
    /// Default: 80.
    pub webp: QualityNumber,
    /// Default: 70.
    pub avif: QualityNumber,
}

impl Default for Qualities {
    fn default() -> Self {
        const fn quality(number: u8) -> QualityNumber {
            match QualityNumber::new(number) {
                Ok(quality) => quality,
                Err(_) => panic!("a default quality is from 1 to 100"),
            }
        }
        const { Self { jpeg: quality(82), webp: quality(80), avif: quality(70) } }
    }
}

/// How long answers may be kept, in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Caching {
    /// A variant of an original whose origin says nothing. Default: 86,400.
    pub max_age: u32,
    /// At least this long, whatever the origin's `max-age` says. Default: 3,600.
    pub min_age: u32,
    /// An answer that is not what was asked for (fallback, truncated source). Default: 60.
    pub fallback_max_age: u32,
    /// An error. Default: 10.
    pub error_max_age: u32,
    /// Header that carries the cache tags. Default: `Cache-Tag`.
    pub tag_header: String,
}

impl Default for Caching {
    fn default() -> Self {
        Self {
            max_age: 86_400,
            min_age: 3_600,
            fallback_max_age: 60,
            error_max_age: 10,
            tag_header: "Cache-Tag".to_owned(),
        }
    }
}
