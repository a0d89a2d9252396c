//! Certificates.

use serde::Serialize;

use super::Resource;

/// A certificate of ACM. With a hosted zone for every domain its records are written by
/// CloudFormation itself.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Certificate {
    pub(crate) domain_name: String,
    pub(crate) subject_alternative_names: Vec<String>,
    pub(crate) validation_method: &'static str,
    pub(crate) domain_validation_options: Vec<DomainValidation>,
}

impl Resource for Certificate {
    const TYPE: &'static str = "AWS::CertificateManager::Certificate";
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DomainValidation {
    pub(crate) domain_name: String,
    pub(crate) hosted_zone_id: String,
}
