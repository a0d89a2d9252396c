//! Files in buckets: objects under a prefix, or whose keys fit a pattern.

use datafusion::object_store::path::Path as ObjectPath;
use datafusion::object_store::{Error, ObjectMeta, ObjectStoreExt as _};
use futures_util::{StreamExt as _, TryStreamExt as _};
use glob::Pattern;
use jiff::Timestamp;

use super::place::{Bucket, Object, Place};
use super::{Input, InputError, Named, is_hidden_from};

/// What `s3://bucket/rest` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Url {
    /// The bucket's name.
    pub bucket: String,
    /// What comes after it: a key, a folder, or a pattern of keys.
    pub rest: String,
}

impl S3Url {
    /// Reads one; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("s3://")?;
        let (bucket, rest) = rest.split_once('/').unwrap_or((rest, ""));
        (!bucket.is_empty()).then(|| Self { bucket: bucket.to_owned(), rest: rest.to_owned() })
    }
}

impl Bucket {
    /// The objects at a key, in a folder with all below it, or whose keys fit a pattern (`*`, `?`,
    /// `[…]`; `*` stays within a folder, `**` does not). Folders and objects whose names tell that they
    /// have no request between two moments (milliseconds since 1970) are left out, the former without
    /// being listed.
    ///
    /// # Errors
    /// Where the bucket cannot be listed, nothing is there, or the pattern is none.
    pub async fn find(&self, wanted: &str, between: (i64, i64)) -> Result<Vec<Input>, InputError> {
        // Functions' logs lie in folders such as `2026/11/23/[$LATEST]0a1b`.
        if wanted.contains('[') && !wanted.contains(['*', '?']) {
            match self.find_by(wanted, None, between).await {
                Err(InputError::Nothing(_)) => {}
                other => return other,
            }
        }
        let pattern = is_pattern(wanted).then(|| Pattern::new(wanted)).transpose();
        let pattern = pattern.map_err(|source| InputError::Pattern {
            pattern: format!("{}/{wanted}", self.url()),
            source,
        })?;
        self.find_by(wanted, pattern, between).await
    }

    async fn find_by(
        &self,
        wanted: &str,
        pattern: Option<Pattern>,
        between: (i64, i64),
    ) -> Result<Vec<Input>, InputError> {
        let called = || format!("{}/{wanted}", self.url());
        let folder = if pattern.is_some() { fixed_folder(wanted) } else { wanted };
        let failed = |source| InputError::Bucket { url: called(), source };
        let folder = ObjectPath::parse(folder.trim_end_matches('/'))
            .map_err(|source| failed(source.into()))?;
        let mut objects = match (&pattern, wanted.is_empty() || wanted.ends_with('/')) {
            (None, false) => self.store.head(&folder).await.into_iter().collect(),
            _ => Vec::new(),
        };
        let mut of_another_time = false;
        if objects.is_empty() {
            Listed { objects, of_another_time } =
                self.below(folder, between).await.map_err(failed)?;
        }
        objects.retain(|object| is_wanted(object, pattern.as_ref()));
        let all = objects.len();
        objects.retain(|object| !is_hidden_from(wanted, object.location.as_ref()));
        let hidden = all - objects.len();
        let found: Vec<Input> = objects.into_iter().map(|object| self.input(object)).collect();
        if found.is_empty() && !of_another_time {
            return Err(InputError::nothing(called(), hidden));
        }
        Ok(found)
    }

    async fn below(&self, folder: ObjectPath, between: (i64, i64)) -> Result<Listed, Error> {
        if between == ALL_TIMES {
            let objects = self.store.list(Some(&folder)).try_collect().await?;
            return Ok(Listed { objects, of_another_time: false });
        }
        let mut all = Listed::default();
        let mut folders = vec![folder];
        while !folders.is_empty() {
            let listed = futures_util::stream::iter(std::mem::take(&mut folders))
                .map(|folder| async move { self.store.list_with_delimiter(Some(&folder)).await })
                .buffer_unordered(LISTED_AT_ONCE)
                .try_collect::<Vec<_>>()
                .await?;
            for one in listed {
                let (from, to) = between;
                for object in one.objects {
                    if Named::of(object.location.as_ref()).is_outside(from, to) {
                        all.of_another_time = true;
                    } else {
                        all.objects.push(object);
                    }
                }
                for folder in one.common_prefixes {
                    if Named::of_folder(folder.as_ref()).is_outside(from, to) {
                        all.of_another_time = true;
                    } else {
                        folders.push(folder);
                    }
                }
            }
        }
        Ok(all)
    }

    fn input(&self, object: ObjectMeta) -> Input {
        let name = format!("{}/{}", self.url(), object.location);
        Input {
            named: Named::of(&name),
            name,
            bytes: object.size,
            modified: Timestamp::from_second(object.last_modified.timestamp()).ok(),
            place: Place::Object(Object {
                bucket: self.clone(),
                key: object.location,
                etag: object.e_tag,
            }),
            days: None,
        }
    }
}

/// What a folder has.
#[derive(Default)]
struct Listed {
    objects: Vec<ObjectMeta>,
    /// Whether something was left out for its time: then it is no error that nothing is left.
    of_another_time: bool,
}

/// No bounds.
const ALL_TIMES: (i64, i64) = (i64::MIN, i64::MAX);

/// Folders that are listed at once: an answer takes tens of milliseconds.
const LISTED_AT_ONCE: usize = 16;

fn is_pattern(wanted: &str) -> bool {
    wanted.contains(['*', '?', '['])
}

/// The folders before the first one that is a pattern.
fn fixed_folder(pattern: &str) -> &str {
    let wild = pattern.find(['*', '?', '[']).unwrap_or(pattern.len());
    pattern[..wild].rfind('/').map_or("", |slash| &pattern[..slash])
}

/// Whether an object fits and has content.
fn is_wanted(object: &ObjectMeta, pattern: Option<&Pattern>) -> bool {
    const BY_FOLDER: glob::MatchOptions = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let key = object.location.as_ref();
    object.size > 0 && pattern.is_none_or(|pattern| pattern.matches_with(key, BY_FOLDER))
}
