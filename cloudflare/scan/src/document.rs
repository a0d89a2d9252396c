//! A text that may name pictures.

/// A text and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// A path within the folder, or a URL.
    pub name: String,
    /// What language it is in.
    pub kind: Kind,
    /// The text.
    pub text: String,
}

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTML as browsers get it.
    Html,
    /// A style sheet.
    Css,
    /// A template of Shopify's: HTML, CSS or a script with tags of Liquid.
    Liquid,
    /// A script, or JSON: only its strings are read.
    Strings,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
}

impl Kind {
    /// The kind of a file by its name; `None` where no pictures are looked for.
    pub fn of_file(name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "html" | "htm" | "vue" | "svelte" | "php" | "twig" => Self::Html,
            "css" | "scss" | "less" => Self::Css,
            "liquid" => Self::Liquid,
            "js" | "mjs" | "cjs" | "ts" | "jsx" | "tsx" | "json" => Self::Strings,
            "xml" if stem.to_ascii_lowercase().contains("sitemap") => Self::Sitemap,
            _ => return None,
        })
    }

    /// The kind of an answer by its `Content-Type`.
    pub fn of_media_type(value: &str) -> Option<Self> {
        let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match media_type.as_str() {
            "text/html" | "application/xhtml+xml" => Self::Html,
            "text/css" => Self::Css,
            "text/javascript" | "application/javascript" | "application/json" => Self::Strings,
            "text/xml" | "application/xml" => Self::Sitemap,
            _ => return None,
        })
    }
}
