//! What a file is by its name, for those that are delivered as they are.

/// Media types by extension (<https://www.iana.org/assignments/media-types>). Text is UTF-8.
const BY_EXTENSION: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css; charset=utf-8"),
    ("gif", "image/gif"),
    ("htm", "text/html; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/vnd.microsoft.icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("md", "text/markdown; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webm", "video/webm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("xml", "application/xml"),
];

/// The media type of a file of this name; `None` where the name does not tell.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    let row = BY_EXTENSION.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
    Some(row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_media_type() {
        for (name, want) in [
            ("index.html", Some("text/html; charset=utf-8")),
            ("photos/CUP.JPG", Some("image/jpeg")),
            ("fonts/a.b.woff2", Some("font/woff2")),
            ("README", None),
            ("a.unknown", None),
            ("jpg", None),
        ] {
            assert_eq!(of_name(name), want, "{name}");
        }
    }
}
