//! What a function that makes pictures may read: the buckets of originals.

use std::collections::BTreeSet;

use fleet::{Origin, Site};

use crate::resources::Text;
use crate::resources::iam::{ManagedPolicy, allow, document};
use crate::template::Draft;

/// Buckets in one policy, of which IAM takes 6,144 characters, at 63 + 1 + some of a prefix and as
/// much again for the bucket itself:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
const BUCKETS_PER_POLICY: usize = 25;

/// A bucket of originals, and what their keys begin with.
type Bucket = (String, String);

/// The buckets of these sites, with their copies in other regions.
pub(crate) fn buckets<'a>(sites: impl Iterator<Item = &'a Site>) -> BTreeSet<Bucket> {
    sites.flat_map(of_site).collect()
}

fn of_site(site: &Site) -> Vec<Bucket> {
    let Origin::S3 { bucket, prefix, replicas, endpoint: None, .. } = &site.origin else {
        return Vec::new();
    };
    let prefix = prefix.trim_start_matches('/');
    let all = std::iter::once(bucket).chain(replicas.values());
    all.map(|bucket| (bucket.clone(), prefix.to_owned())).collect()
}

/// Lets the template's role read them, in as many policies as that takes.
pub(crate) fn allow_reading(buckets: &BTreeSet<Bucket>, draft: &mut Draft) {
    let buckets: Vec<_> = buckets.iter().collect();
    for (index, buckets) in buckets.chunks(BUCKETS_PER_POLICY).enumerate() {
        let arn = |rest: String| Text::filled(format!("arn:${{AWS::Partition}}:s3:::{rest}"));
        let objects: Vec<_> =
            buckets.iter().map(|(bucket, prefix)| arn(format!("{bucket}/{prefix}*"))).collect();
        // Who may list a bucket is told 404 of what is not there, and 403 otherwise.
        let names: BTreeSet<_> = buckets.iter().map(|(bucket, _)| bucket).collect();
        let listed: Vec<_> = names.into_iter().map(|bucket| arn(bucket.clone())).collect();
        let policy = ManagedPolicy {
            description: "Reads originals of pictures".to_owned(),
            policy_document: document(&[
                allow(&["s3:GetObject"], &objects),
                allow(&["s3:ListBucket"], &listed),
            ]),
            roles: vec![Text::Ref("Role")],
        };
        draft.resource(format!("Originals{}", index + 1), &policy);
    }
}
