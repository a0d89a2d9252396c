//! Certificates of ACM, in us-east-1, where `CloudFront` takes them from.

use aws_sdk_acm::Client;
use aws_sdk_acm::types::CertificateStatus;

use super::told;

/// ACM in us-east-1.
#[derive(Clone, Debug)]
pub(crate) struct Certificates {
    client: Client,
}

impl Certificates {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The ARN of an issued certificate that covers all of the domains.
    pub(crate) async fn issued_for(&self, domains: &[String]) -> anyhow::Result<Option<String>> {
        let call = self.client.list_certificates();
        let mut pages =
            call.certificate_statuses(CertificateStatus::Issued).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told("listing the certificates", error))?;
            for summary in page.certificate_summary_list.unwrap_or_default() {
                let names = summary.subject_alternative_name_summaries();
                let own = summary.domain_name().unwrap_or_default();
                let covers = |domain: &String| {
                    covers(own, domain) || names.iter().any(|name| covers(name, domain))
                };
                if domains.iter().all(covers) {
                    return Ok(summary.certificate_arn);
                }
            }
        }
        Ok(None)
    }
}

/// Whether a name of a certificate is good for a domain: a wildcard stands for one label, by RFC
/// 9525 section 6.3.
fn covers(name: &str, domain: &str) -> bool {
    name == domain
        || name.strip_prefix("*.").is_some_and(|parent| {
            domain.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent)
        })
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_is_one_label() {
        for (name, domain, want) in [
            ("a.example", "a.example", true),
            ("*.a.example", "www.a.example", true),
            ("*.a.example", "a.example", false),
            ("*.a.example", "x.www.a.example", false),
            ("a.example", "www.a.example", false),
        ] {
            assert_eq!(covers(name, domain), want, "{name} {domain}");
        }
    }
}
