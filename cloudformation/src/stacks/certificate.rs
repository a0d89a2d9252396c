//! The certificate of a site.

use fleet::Site;
use fleet::delivery::{Certificate as Wanted, DnsHost, Zone};

use crate::resources::Text;
use crate::resources::certificate::{Certificate, DomainValidation};
use crate::template::Draft;

/// The parameter of a certificate that is not the stack's own.
pub(crate) const PARAMETER: &str = "CertificateArn";

/// The zone in which the stack writes records, where it knows it.
pub(crate) fn own_zone(site: &Site) -> Option<(&Zone, &str)> {
    let zone = site.delivery.zone.as_ref().filter(|zone| zone.host == DnsHost::Route53)?;
    Some((zone, zone.id.as_deref()?))
}

/// The certificate's ARN, where the site has one: requested by the stack where it can write the
/// records that prove whose the domains are, else asked for.
pub(crate) fn arn(site: &Site, draft: &mut Draft) -> Option<Text> {
    let domains = &site.domains;
    let (first, others) = domains.split_first()?;
    match (&site.delivery.certificate, own_zone(site)) {
        (Wanted::None, _) => None,
        (Wanted::Arn(arn), _) => Some(arn.as_str().into()),
        (Wanted::Requested, Some((_, zone))) => {
            let option = |domain: &String| DomainValidation {
                domain_name: domain.clone(),
                hosted_zone_id: zone.to_owned(),
            };
            let certificate = Certificate {
                domain_name: first.clone(),
                subject_alternative_names: others.to_vec(),
                validation_method: "DNS",
                domain_validation_options: domains.iter().map(option).collect(),
            };
            draft.resource("Certificate", &certificate);
            Some(Text::Ref("Certificate"))
        }
        (Wanted::Requested, None) => {
            draft.parameter(PARAMETER, "A certificate of ACM in us-east-1 for the site's domains");
            Some(Text::Ref(PARAMETER))
        }
    }
}
