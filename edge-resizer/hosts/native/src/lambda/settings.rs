//! What the environment says of the function.

use std::collections::BTreeMap;
use std::path::PathBuf;

use http::HeaderName;

/// Prefix of the headers that S3 gives back with an object.
const METADATA_PREFIX: &str = "x-amz-meta-";

/// The function's environment, read once. `docs/lambda.md` has the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LambdaSettings {
    /// `FLEET_FILE`: the sites. Default: `fleet.toml` beside the program.
    pub fleet: PathBuf,
    /// `VARIANTS_BUCKET`: where variants are stored.
    pub variants_bucket: String,
    /// `VARIANTS_REGION`: where that bucket is. Default: the function's region.
    pub variants_region: Option<String>,
    /// `VARIANTS_ENDPOINT`: another service than AWS that has the bucket. Default: none.
    pub variants_endpoint: Option<String>,
    /// `CACHE_TAG_HEADER`: the header of the distribution's `CacheTagConfig`. It begins with
    /// `x-amz-meta-`, so that S3 answers with it too. Default: `x-amz-meta-cache-tag`.
    pub cache_tag_header: String,
    /// `CLOUDFRONT_DISTRIBUTIONS`: whose caches hold the sites' variants. Default: none, nothing is
    /// invalidated.
    pub distributions: Distributions,
    /// `FIND_DISTRIBUTIONS`: whether CloudFront is asked which distributions deliver the sites that
    /// `CLOUDFRONT_DISTRIBUTIONS` does not name. Default: `false`.
    pub find_distributions: bool,
    /// `AVIF_QUEUE_URL`: the SQS queue of AVIFs to be made later. Default: none, they are made at
    /// once.
    pub avif_queue_url: Option<String>,
}

/// Distributions by the sites that they deliver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Distributions {
    /// Of the sites that are not listed.
    of_others: Option<String>,
    by_site: BTreeMap<String, String>,
}

/// Everything that is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the function's environment: {}", .0.join("; "))]
pub struct SettingsError(Vec<String>);

impl LambdaSettings {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`SettingsError`], with all that is wrong.
    pub fn from_environment() -> Result<Self, SettingsError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads settings from `variable`, which gives the value of an environment variable. One that
    /// is empty counts as one that is not set, since templates cannot always leave one out.
    ///
    /// # Errors
    /// [`SettingsError`], with all that is wrong.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut problems = Vec::new();
        let variants_bucket = given("VARIANTS_BUCKET").unwrap_or_else(|| {
            problems.push("VARIANTS_BUCKET is missing".to_owned());
            String::new()
        });
        let header = given("CACHE_TAG_HEADER").map(|name| name.to_ascii_lowercase());
        let cache_tag_header = header.unwrap_or_else(|| format!("{METADATA_PREFIX}cache-tag"));
        if !is_metadata(&cache_tag_header) {
            problems.push(format!(
                "CACHE_TAG_HEADER is `{cache_tag_header}`, it has to be `{METADATA_PREFIX}` and a \
                 name"
            ));
        }
        let distributions = given("CLOUDFRONT_DISTRIBUTIONS").unwrap_or_default();
        let distributions = Distributions::parse(&distributions, &mut problems);
        let find_distributions = match given("FIND_DISTRIBUTIONS").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                problems
                    .push(format!("FIND_DISTRIBUTIONS is `{other}`, it has to be true or false"));
                false
            }
        };
        let [variants_endpoint, avif_queue_url] =
            ["VARIANTS_ENDPOINT", "AVIF_QUEUE_URL"].map(|name| {
                let url = given(name)?;
                if !is_http_url(&url) {
                    problems.push(format!("{name} is `{url}`, which is no http or https URL"));
                }
                Some(url)
            });
        if !problems.is_empty() {
            return Err(SettingsError(problems));
        }
        Ok(Self {
            fleet: given("FLEET_FILE").map_or_else(|| beside_program(&given), PathBuf::from),
            variants_bucket,
            variants_region: given("VARIANTS_REGION"),
            variants_endpoint,
            cache_tag_header,
            distributions,
            find_distributions,
            avif_queue_url,
        })
    }

    /// The name of the metadata that S3 gives back as the header of cache tags.
    pub(crate) fn cache_tag_metadata(&self) -> &str {
        self.cache_tag_header.trim_start_matches(METADATA_PREFIX)
    }
}

/// Lambda unpacks a function's bundle into `LAMBDA_TASK_ROOT`.
fn beside_program(given: &impl Fn(&str) -> Option<String>) -> PathBuf {
    given("LAMBDA_TASK_ROOT").map(PathBuf::from).unwrap_or_default().join("fleet.toml")
}

fn is_metadata(header: &str) -> bool {
    header.strip_prefix(METADATA_PREFIX).is_some_and(|name| !name.is_empty())
        && HeaderName::try_from(header).is_ok()
}

fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

impl Distributions {
    /// Reads `E1EXAMPLE`, `atelier=E2EXAMPLE`, or several of them with commas between.
    fn parse(text: &str, problems: &mut Vec<String>) -> Self {
        let mut read = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (site, id) = match item.split_once('=') {
                Some((site, id)) => (Some(site.trim()), id.trim()),
                None => (None, item),
            };
            if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                problems.push(format!(
                    "CLOUDFRONT_DISTRIBUTIONS has `{item}`, which is no distribution's id"
                ));
                continue;
            }
            let before = match site {
                Some(site) => read.by_site.insert(site.to_owned(), id.to_owned()),
                None => read.of_others.replace(id.to_owned()),
            };
            if before.is_some() {
                problems.push(format!("CLOUDFRONT_DISTRIBUTIONS has two ids where `{item}` is"));
            }
        }
        read
    }

    /// The distribution that delivers a site.
    pub(crate) fn of_site(&self, site: &str) -> Option<&str> {
        self.by_site.get(site).or(self.of_others.as_ref()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<LambdaSettings, SettingsError> {
        LambdaSettings::read(|name| {
            let found = variables.iter().find(|(candidate, _)| *candidate == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_bucket_is_enough() {
        let want = LambdaSettings {
            fleet: "/var/task/fleet.toml".into(),
            variants_bucket: "variants".to_owned(),
            variants_region: None,
            variants_endpoint: None,
            cache_tag_header: "x-amz-meta-cache-tag".to_owned(),
            distributions: Distributions::default(),
            find_distributions: false,
            avif_queue_url: None,
        };
        let bucket = ("VARIANTS_BUCKET", "variants");
        let root = ("LAMBDA_TASK_ROOT", "/var/task");
        assert_eq!(read(&[bucket, root]), Ok(want.clone()));
        let empty = [("AVIF_QUEUE_URL", ""), ("CLOUDFRONT_DISTRIBUTIONS", ""), ("FLEET_FILE", "")];
        assert_eq!(read(&[&[bucket, root], &empty[..]].concat()), Ok(want.clone()));
        assert_eq!(want.cache_tag_metadata(), "cache-tag");
        for (text, find_distributions) in [("true", true), ("false", false), ("", false)] {
            let found = read(&[bucket, root, ("FIND_DISTRIBUTIONS", text)]);
            assert_eq!(found, Ok(LambdaSettings { find_distributions, ..want.clone() }), "{text}");
        }
    }

    #[test]
    fn sites_have_distributions_of_their_own_or_one_together() {
        for (text, atelier, aurora) in [
            ("", None, None),
            ("E1", Some("E1"), Some("E1")),
            ("atelier=E2, E1", Some("E2"), Some("E1")),
            ("atelier=E2", Some("E2"), None),
        ] {
            let read = Distributions::parse(text, &mut Vec::new());
            assert_eq!((read.of_site("atelier"), read.of_site("aurora")), (atelier, aurora));
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let variables = [
            ("CACHE_TAG_HEADER", "Cache-Tag"),
            ("CLOUDFRONT_DISTRIBUTIONS", "E1,E2,atelier=,a b"),
            ("FIND_DISTRIBUTIONS", "yes"),
            ("VARIANTS_ENDPOINT", "localhost:4566"),
            ("AVIF_QUEUE_URL", "arn:aws:sqs:eu-west-1:1:avif"),
        ];
        assert_eq!(
            read(&variables).unwrap_err().to_string(),
            "the function's environment: VARIANTS_BUCKET is missing; CACHE_TAG_HEADER is \
             `cache-tag`, it has to be `x-amz-meta-` and a name; CLOUDFRONT_DISTRIBUTIONS has two \
             ids where `E2` is; CLOUDFRONT_DISTRIBUTIONS has `atelier=`, which is no \
             distribution's id; CLOUDFRONT_DISTRIBUTIONS has `a b`, which is no distribution's \
             id; FIND_DISTRIBUTIONS is `yes`, it has to be true or false; VARIANTS_ENDPOINT is `localhost:4566`, which is no http or https URL; \
             AVIF_QUEUE_URL is `arn:aws:sqs:eu-west-1:1:avif`, which is no http or https URL"
        );
    }
}
