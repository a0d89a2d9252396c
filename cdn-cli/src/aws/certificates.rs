//! Certificates of ACM, in us-east-1, where `CloudFront` takes them from.

use std::collections::BTreeMap;

use aws_sdk_acm::Client;
use aws_sdk_acm::types::{
    CertificateDetail, CertificateSummary, Filters, KeyAlgorithm, RenewalEligibility, Tag,
    ValidationMethod,
};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::told;
use crate::cutover::certificate::{Certificate, best};
use crate::cutover::records::normal;
use crate::hex::hex;

/// Keys that `CloudFront` can use; without a word ACM lists RSA up to 2,048 bits alone:
/// <https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html>.
const KEYS: [KeyAlgorithm; 4] = [
    KeyAlgorithm::Rsa2048,
    KeyAlgorithm::Rsa3072,
    KeyAlgorithm::Rsa4096,
    KeyAlgorithm::EcPrime256v1,
];
/// Characters of an idempotency token, at most:
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>.
const TOKEN: usize = 32;

/// ACM in us-east-1.
#[derive(Clone, Debug)]
pub(crate) struct Certificates {
    client: Client,
}

/// All that ACM tells of a certificate.
#[derive(Clone, Debug)]
pub(crate) struct Detail {
    /// What its list tells too.
    pub(crate) certificate: Certificate,
    /// Why it failed, `CAA_ERROR`.
    pub(crate) failure: Option<String>,
    /// ARNs of what uses it.
    pub(crate) used_by: Vec<String>,
    /// How a renewal is going, `pending-validation`.
    pub(crate) renewal: Option<String>,
    /// The records that prove whose the domains are.
    pub(crate) validations: Vec<Validation>,
}

/// A record that proves whose a domain is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Validation {
    /// The domain.
    pub(crate) domain: String,
    /// Name and value of the CNAME, without last dots; `None` until ACM knows it, seconds after
    /// the request.
    pub(crate) record: Option<(String, String)>,
}

impl Certificates {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Every certificate whose key `CloudFront` can use.
    pub(crate) async fn all(&self) -> anyhow::Result<Vec<Certificate>> {
        let mut all = Vec::new();
        let keys = Filters::builder().set_key_types(Some(KEYS.to_vec())).build();
        let mut pages = self.client.list_certificates().includes(keys).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| told("listing the certificates", error))?;
            let found = page.certificate_summary_list.unwrap_or_default();
            all.extend(found.into_iter().map(listed));
        }
        Ok(all)
    }

    /// The ARN of the best issued certificate that covers all of the domains.
    pub(crate) async fn issued_for(&self, domains: &[String]) -> anyhow::Result<Option<String>> {
        let all = self.all().await?;
        let found = best(&all, domains).filter(|certificate| certificate.is_issued());
        Ok(found.map(|certificate| certificate.arn.clone()))
    }

    /// All about a certificate.
    pub(crate) async fn describe(&self, arn: &str) -> anyhow::Result<Detail> {
        let answer = self.client.describe_certificate().certificate_arn(arn).send().await;
        let answer = answer.map_err(|error| told(&format!("reading the certificate {arn}"), error));
        Ok(described(answer?.certificate.unwrap_or_else(|| CertificateDetail::builder().build())))
    }

    /// Requests a public certificate that is validated by DNS; its ARN. The same request made
    /// again within an hour gives the same certificate. `instead_of` is one that failed: to ask for
    /// another in its place is another request.
    pub(crate) async fn request(
        &self,
        domains: &[String],
        tags: &BTreeMap<String, String>,
        instead_of: Option<&str>,
    ) -> anyhow::Result<String> {
        let first = domains.first().map_or("", String::as_str);
        let doing = format!("requesting a certificate for {first}");
        let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
        let tags = tags.iter().map(tag).collect::<Result<Vec<_>, _>>()?;
        let others = domains.get(1..).filter(|others| !others.is_empty()).map(<[String]>::to_vec);
        let request = self.client.request_certificate().domain_name(first);
        let request = request.set_subject_alternative_names(others).set_tags(Some(tags));
        let request = request.validation_method(ValidationMethod::Dns);
        let sent = request.idempotency_token(token(domains, instead_of)).send().await;
        Ok(sent.map_err(|error| told(&doing, error))?.certificate_arn.unwrap_or_default())
    }
}

/// A word that is the same for the same names.
fn token(domains: &[String], instead_of: Option<&str>) -> String {
    let mut names = domains.to_vec();
    names.sort_unstable();
    names.extend(instead_of.map(str::to_owned));
    let mut digest = hex(&Sha256::digest(names.join("\n")));
    digest.truncate(TOKEN);
    digest
}

fn listed(summary: CertificateSummary) -> Certificate {
    let mut names = summary.subject_alternative_name_summaries.unwrap_or_default();
    names.extend(summary.domain_name);
    Certificate {
        arn: summary.certificate_arn.unwrap_or_default(),
        names: distinct(names),
        status: word(summary.status.as_ref().map(aws_sdk_acm::types::CertificateStatus::as_str)),
        expires: moment(summary.not_after),
        is_renewed: summary.renewal_eligibility == Some(RenewalEligibility::Eligible),
    }
}

fn described(detail: CertificateDetail) -> Detail {
    let mut names = detail.subject_alternative_names.unwrap_or_default();
    names.extend(detail.domain_name);
    let validations = detail.domain_validation_options.unwrap_or_default();
    let validation = |it: aws_sdk_acm::types::DomainValidation| Validation {
        domain: it.domain_name,
        record: it.resource_record.map(|record| (normal(&record.name), normal(&record.value))),
    };
    let renewal = detail.renewal_summary.map(|renewal| word(Some(renewal.renewal_status.as_str())));
    Detail {
        certificate: Certificate {
            arn: detail.certificate_arn.unwrap_or_default(),
            names: distinct(names),
            status: word(detail.status.as_ref().map(aws_sdk_acm::types::CertificateStatus::as_str)),
            expires: moment(detail.not_after),
            is_renewed: detail.renewal_eligibility == Some(RenewalEligibility::Eligible),
        },
        failure: detail.failure_reason.map(|reason| reason.as_str().to_owned()),
        used_by: detail.in_use_by.unwrap_or_default(),
        renewal,
        validations: validations.into_iter().map(validation).collect(),
    }
}

fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}

/// `PENDING_VALIDATION` as `pending-validation`.
fn word(status: Option<&str>) -> String {
    status.unwrap_or("unknown").to_ascii_lowercase().replace('_', "-")
}

fn moment(time: Option<aws_smithy_types::DateTime>) -> Option<Timestamp> {
    time.and_then(|time| Timestamp::from_second(time.secs()).ok())
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn the_same_names_have_the_same_token() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let one = token(&names(&["a.example", "b.example"]), None);
        assert_eq!(one, token(&names(&["b.example", "a.example"]), None));
        assert_ne!(one, token(&names(&["a.exampleb.example"]), None));
        assert_ne!(one, token(&names(&["a.example", "b.example"]), Some("arn:failed")));
        assert_eq!(one.len(), 32);
    }
}
