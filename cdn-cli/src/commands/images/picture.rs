//! One picture, from its file to its answer: the same path as over HTTP.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use edge_resizer::policy::Limits;
use edge_resizer::{Fetched, Job, Response, Source, sniff};
use http::{HeaderMap, StatusCode, header};

/// Where an original comes from.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input, already read.
    Stdin(Bytes),
}

/// A picture that was made.
#[derive(Debug)]
pub(crate) struct Picture {
    /// The file.
    pub(crate) bytes: Bytes,
    /// Its media type.
    pub(crate) media_type: String,
    /// Its usual extension, without the dot.
    pub(crate) extension: &'static str,
    /// Pixels; `None` for what has none to count.
    pub(crate) size: Option<(u32, u32)>,
    /// Bytes of the original.
    pub(crate) source_bytes: usize,
    /// The canonical text of what was done.
    pub(crate) recipe: String,
    /// Why it is not what was asked for, where it is not.
    pub(crate) fallback: Option<String>,
    /// What was ignored or changed.
    pub(crate) warnings: Vec<String>,
    /// How long it took, without reading and writing.
    pub(crate) took: Duration,
}

impl Input {
    /// The file's path.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdin(_) => None,
        }
    }

    /// Its name, for people.
    pub(crate) fn name(&self) -> String {
        self.path().map_or_else(|| "-".to_owned(), |path| path.display().to_string())
    }

    /// The whole file, as long as the limits allow it.
    fn read(&self, limits: &Limits) -> anyhow::Result<Bytes> {
        match self {
            Self::Stdin(bytes) => Ok(bytes.clone()),
            Self::File(path) => {
                let file =
                    File::open(path).with_context(|| format!("reading {}", path.display()))?;
                read_within(file, limits).with_context(|| format!("reading {}", path.display()))
            }
        }
    }
}

/// Reads to the end, or to the limit and no further.
pub(crate) fn read_within(reader: impl Read, limits: &Limits) -> anyhow::Result<Bytes> {
    let limit = limits.source_bytes;
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        anyhow::bail!("it is larger than {limit} bytes");
    }
    Ok(bytes.into())
}

/// Makes the picture.
///
/// # Errors
/// Where the file cannot be read, or the core refuses it.
pub(crate) fn make(job: &Job, input: &Input, limits: &Limits) -> anyhow::Result<Picture> {
    let bytes = input.read(limits)?;
    let source_bytes = bytes.len();
    let start = Instant::now();
    let source = Source { bytes, ..Source::default() };
    let answer =
        job.finish(Fetched::Found { index: 0, source }, &mut |_| ControlFlow::Continue(()));
    let took = start.elapsed();
    if answer.status != StatusCode::OK {
        anyhow::bail!("{}", refusal(&answer));
    }
    Ok(picture(answer, source_bytes, limits, took))
}

fn picture(answer: Response, source_bytes: usize, limits: &Limits, took: Duration) -> Picture {
    let text = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = text(header::CONTENT_TYPE.as_str()).unwrap_or_default().to_owned();
    Picture {
        extension: extension(&media_type),
        size: size(&answer.body, limits),
        source_bytes,
        recipe: text("x-resizer-recipe").unwrap_or_default().to_owned(),
        fallback: text("x-resizer-fallback").map(str::to_owned),
        warnings: warnings(&answer.headers),
        took,
        media_type,
        bytes: answer.body,
    }
}

/// The one sentence in the body of an error.
pub(crate) fn refusal(answer: &Response) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim();
    match text.strip_prefix("ERROR").and_then(|rest| rest.split_once(": ")) {
        Some((code, message)) if !code.is_empty() => format!("{message} (code{code})"),
        Some((_, message)) => message.to_owned(),
        None if text.is_empty() => format!("answered with status {}", answer.status.as_u16()),
        None => text.to_owned(),
    }
}

/// The texts of a `Warning` header (RFC 7234 section 5.5): `299 agent "text", 299 agent "text"`.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let text = headers.get(header::WARNING).and_then(|value| value.to_str().ok());
    text.unwrap_or_default().split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The usual extension of a media type.
fn extension(media_type: &str) -> &'static str {
    const EXTENSIONS: [(&str, &str); 9] = [
        ("application/json", "json"),
        ("image/avif", "avif"),
        ("image/bmp", "bmp"),
        ("image/gif", "gif"),
        ("image/jpeg", "jpg"),
        ("image/png", "png"),
        ("image/svg+xml", "svg"),
        ("image/tiff", "tiff"),
        ("image/webp", "webp"),
    ];
    let essence = media_type.split(';').next().unwrap_or_default();
    EXTENSIONS.iter().find(|(known, _)| *known == essence).map_or("bin", |(_, extension)| extension)
}

/// Pixels of what was made: the limits are the sources', which a border may pass, so that a size
/// that cannot be told is no error.
fn size(bytes: &[u8], limits: &Limits) -> Option<(u32, u32)> {
    let info = sniff(bytes, limits).ok()?;
    let size = info.upright();
    (info.format != edge_resizer::SourceFormat::Svg).then_some((size.width, size.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_answers_are_read() {
        let mut headers = HeaderMap::new();
        assert!(warnings(&headers).is_empty());
        let text = r#"299 edge-resizer "a: no 'such' option", 299 edge-resizer "b""#;
        headers.insert(header::WARNING, text.parse().unwrap());
        assert_eq!(warnings(&headers), ["a: no 'such' option", "b"]);
        assert_eq!(extension("application/json; charset=utf-8"), "json");
        assert_eq!(extension("text/html"), "bin");
    }

    #[test]
    fn refusals_are_sentences() {
        for (body, want) in [
            (
                "ERROR 9412: the source is not a picture\n",
                "the source is not a picture (code 9412)",
            ),
            ("ERROR: the signature is missing\n", "the signature is missing"),
            ("", "answered with status 403"),
            ("other", "other"),
        ] {
            let answer = Response {
                status: StatusCode::FORBIDDEN,
                headers: HeaderMap::new(),
                body: Bytes::from(body),
            };
            assert_eq!(refusal(&answer), want, "{body:?}");
        }
    }

    #[test]
    fn inputs_end_at_the_limit() {
        let limits = Limits { source_bytes: 3, ..Limits::default() };
        assert_eq!(read_within(&b"abc"[..], &limits).unwrap(), "abc");
        assert!(read_within(std::io::repeat(0), &limits).is_err());
    }
}
