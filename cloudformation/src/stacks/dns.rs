//! Records that lead a site's domains to CloudFront.

use fleet::Site;

use super::certificate::own_zone;
use crate::resources::Text;
use crate::resources::dns::{AliasTarget, RecordSet, RecordSetGroup};
use crate::template::Draft;

/// The hosted zone of all of CloudFront's names:
/// <https://docs.aws.amazon.com/general/latest/gr/cf_region.html>.
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// Adds the records, where the zone is the stack's to write in; `target` is a name of CloudFront's.
pub(crate) fn add(site: &Site, target: &Text, draft: &mut Draft) {
    let Some((zone, id)) = own_zone(site) else { return };
    let target = &AliasTarget { dns_name: target.clone(), hosted_zone_id: CLOUDFRONT_ZONE };
    let types: &[&'static str] = if site.delivery.ipv6 { &["A", "AAAA"] } else { &["A"] };
    let record_sets = site.domains.iter().flat_map(|domain| {
        types.iter().map(move |r#type| RecordSet {
            name: format!("{domain}."),
            r#type,
            alias_target: target.clone(),
        })
    });
    let group = RecordSetGroup {
        hosted_zone_id: id.to_owned(),
        comment: format!("{} in {}", site.name, zone.name),
        record_sets: record_sets.collect(),
    };
    if !group.record_sets.is_empty() {
        draft.resource("Records", &group);
    }
}
