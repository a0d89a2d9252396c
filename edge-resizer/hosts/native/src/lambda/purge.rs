//! An original changed: its variants go, from the bucket and from CloudFront's caches.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};
use edge_resizer::{SourcePath, SourceRef, cache_tags};
use fleet::{Origin, Site};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::caches::Caches;
use super::event::Object;
use super::settings::LambdaSettings;
use super::variants::{Variants, told};

/// Tries of a call: CloudFront allows few invalidations a second and refuses the rest for a while.
const TRIES: u32 = 8;

/// Tags in one invalidation; CloudFront has at most 3,000 in progress for a distribution,
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
const MOST_TAGS: usize = 1_000;

/// Deletes and invalidates.
#[derive(Debug)]
pub(crate) struct Purge {
    cloudfront: Client,
    caches: Caches,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Purged {
    pub(crate) originals: usize,
    pub(crate) variants: usize,
    pub(crate) invalidations: usize,
}

impl Purge {
    pub(crate) fn new(settings: &LambdaSettings, common: &SdkConfig) -> Self {
        let retries = RetryConfig::standard().with_max_attempts(TRIES);
        let config = aws_sdk_cloudfront::config::Builder::from(common).retry_config(retries);
        let cloudfront = Client::from_conf(config.build());
        Self { caches: Caches::new(settings, &cloudfront), cloudfront }
    }

    /// Purges the variants of every original among `objects`. First the bucket, then the caches:
    /// they would otherwise fill themselves from the bucket again. `reference` tells this event
    /// from others, so that doing it again invalidates nothing twice.
    ///
    /// # Errors
    /// What S3 or CloudFront say; doing it again is harmless.
    pub(crate) async fn run<'a>(
        &self,
        variants: &Variants,
        sites: impl Iterator<Item = &'a Site> + Clone,
        objects: &[Object],
        reference: &str,
    ) -> anyhow::Result<Purged> {
        let mut purged = Purged::default();
        let mut tags: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let distinct: BTreeSet<&Object> = objects.iter().collect();
        for object in distinct {
            if variants.holds(&object.bucket, &object.key) {
                continue;
            }
            for (site, original) in originals(sites.clone(), object) {
                purged.originals += 1;
                purged.variants += variants.delete(&site.name, &original).await?;
                for distribution in self.caches.of_site(site).await? {
                    tags.entry(distribution).or_default().extend(source_tag(site, &original));
                }
            }
        }
        for (distribution, tags) in tags {
            let tags: Vec<_> = tags.into_iter().collect();
            for (part, tags) in tags.chunks(MOST_TAGS).enumerate() {
                self.invalidate(&distribution, tags, &format!("{reference}-{part}")).await?;
                purged.invalidations += 1;
            }
        }
        Ok(purged)
    }

    async fn invalidate(
        &self,
        distribution: &str,
        tags: &[String],
        reference: &str,
    ) -> anyhow::Result<()> {
        let paths = Paths::builder()
            .quantity(i32::try_from(tags.len())?)
            .set_items(Some(tags.iter().map(|tag| format!("#{tag}")).collect()))
            .build()?;
        let batch =
            InvalidationBatch::builder().paths(paths).caller_reference(reference).build()?;
        let call = self.cloudfront.create_invalidation();
        let call = call.distribution_id(distribution).invalidation_batch(batch);
        Box::pin(call.send()).await.map_err(|error| told("invalidating cache tags", &error))?;
        Ok(())
    }
}

/// The originals that an object is, of every site that reads it.
fn originals<'a>(
    sites: impl Iterator<Item = &'a Site>,
    object: &Object,
) -> impl Iterator<Item = (&'a Site, SourceRef)> {
    sites.filter_map(|site| {
        let Origin::S3 { bucket, prefix, .. } = &site.origin else { return None };
        let path = object.key.strip_prefix(prefix.as_str()).filter(|_| *bucket == object.bucket)?;
        let path = utf8_percent_encode(path, NON_ALPHANUMERIC).to_string();
        // What is no path is no original either.
        Some((site, SourceRef::Path(SourcePath::parse(&path, None).ok()?)))
    })
}

/// The tag of all variants of one original; the other tags are of more than that.
fn source_tag(site: &Site, original: &SourceRef) -> impl Iterator<Item = String> {
    let tags = cache_tags(&site.images.brand, original);
    tags.into_iter().filter(|tag| tag.starts_with("source:"))
}

#[cfg(test)]
mod tests {
    use edge_resizer::Policy;

    use super::*;

    fn site(name: &str, bucket: &str, prefix: &str) -> Site {
        Site {
            name: name.to_owned(),
            domains: Vec::new(),
            origin: Origin::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
                region: None,
                endpoint: None,
                replicas: BTreeMap::new(),
            },
            images: Policy { brand: name.to_owned(), ..Policy::default() },
            delivery: fleet::Delivery::default(),
        }
    }

    #[test]
    fn an_object_is_an_original_of_the_sites_that_read_it() {
        let web = Site {
            origin: Origin::Http { url: "https://a.example".to_owned(), allow_private: false },
            ..site("web", "", "")
        };
        let sites = [
            site("all", "originals", ""),
            site("shop", "originals", "shop/"),
            site("other", "elsewhere", ""),
            web,
        ];
        for (key, want) in [
            (
                "shop/grün 1.jpg",
                &[("all", "/shop/gr%C3%BCn%201.jpg"), ("shop", "/gr%C3%BCn%201.jpg")][..],
            ),
            ("a.jpg", &[("all", "/a.jpg")]),
            ("../a.jpg", &[]),
            ("shop/", &[("all", "/shop/")]),
        ] {
            let object = Object { bucket: "originals".to_owned(), key: key.to_owned() };
            let found: Vec<_> = originals(sites.iter(), &object)
                .map(|(site, original)| (site.name.as_str(), original.to_string()))
                .collect();
            let found: Vec<_> =
                found.iter().map(|(site, original)| (*site, original.as_str())).collect();
            assert_eq!(found, want, "{key}");
        }
    }

    #[test]
    fn only_the_originals_own_tag_is_invalidated() {
        let original = SourceRef::Path(SourcePath::parse("/a%20b.jpg", None).unwrap());
        let tags: Vec<_> = source_tag(&site("source:", "b", ""), &original).collect();
        assert_eq!(tags, ["source:/a%20b.jpg"]);
    }
}
