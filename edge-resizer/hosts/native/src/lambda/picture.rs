//! What the log says of a picture that was made: `cdn-cli logs report image-savings` reads it.

use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::variants::RECIPE;
use crate::served::{CacheStatus, Served};

/// A picture that was made, beside its original. `docs/lambda.md` names the fields of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PictureMade<'a> {
    pub(crate) original_bytes: usize,
    /// `jpeg`, `png`, …; `None` where it cannot be told.
    pub(crate) original_format: Option<&'static str>,
    /// `avif`, `webp`, …
    pub(crate) format: &'a str,
    /// The canonical recipe.
    pub(crate) recipe: Option<&'a str>,
}

impl<'a> PictureMade<'a> {
    /// What was made for this answer; `None` where it is no picture, or was not made for it.
    pub(crate) fn of(served: &'a Served) -> Option<Self> {
        let original = served.original.as_ref().filter(|_| served.cache == CacheStatus::Miss)?;
        let header = |name| served.response.headers.get(name)?.to_str().ok();
        let is_whole = served.response.status == StatusCode::OK;
        let format = header(&CONTENT_TYPE).filter(|_| is_whole).and_then(format_of)?;
        Some(Self {
            original_bytes: original.bytes,
            original_format: original.format.and_then(|it| format_of(it.media_type())),
            format,
            recipe: header(&RECIPE),
        })
    }
}

/// `jpeg` of `image/jpeg`, as the view `requests` has it too; `None` of what is no picture.
fn format_of(media_type: &str) -> Option<&str> {
    let format = media_type.strip_prefix("image/")?;
    Some(format.strip_suffix("+xml").unwrap_or(format))
}

#[cfg(test)]
mod tests {
    use edge_resizer::{Response, SourceFormat, SourcePath, SourceRef};
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;
    use crate::served::{MadeFrom, Timings};

    fn served(status: StatusCode, media_type: &'static str) -> Served {
        let headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (HeaderName::from_static("x-resizer-recipe"), HeaderValue::from_static("width=40")),
        ]);
        let source = SourceRef::Path(SourcePath::parse("/cup.jpg", None).unwrap());
        let format = Some(SourceFormat::Svg);
        Served {
            response: Response { status, headers, body: vec![0; 7].into() },
            cache: CacheStatus::Miss,
            variant_key: None,
            original: Some(MadeFrom { source, version: None, bytes: 900, format }),
            timings: Timings::default(),
        }
    }

    #[test]
    fn only_a_picture_that_was_made_is_told() {
        let made = served(StatusCode::OK, "image/webp");
        let want = PictureMade {
            original_bytes: 900,
            original_format: Some("svg"),
            format: "webp",
            recipe: Some("width=40"),
        };
        assert_eq!(PictureMade::of(&made), Some(want));
        for nothing in [
            served(StatusCode::UNSUPPORTED_MEDIA_TYPE, "image/webp"),
            served(StatusCode::OK, "application/json"),
            Served { cache: CacheStatus::Coalesced, ..made.clone() },
            Served { original: None, ..made.clone() },
        ] {
            assert_eq!(PictureMade::of(&nothing), None, "{nothing:?}");
        }
    }
}
