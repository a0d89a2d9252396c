//! What may be a name: of hosts, regions, buckets, headers, AWS resources.

/// Characters of a label of a host name, by RFC 1035 section 2.3.4.
const LABEL_MAX: usize = 63;
/// Characters of a host name: 255 octets on the wire (RFC 1035 section 2.3.4) are 253 in text.
const DOMAIN_MAX: usize = 253;

/// What a bucket may be called.
pub(crate) const BUCKET_HINT: &str = "lower-case letters, digits, `.` and `-`, at most 63";

/// A label of a host name, in lower case.
pub(crate) fn is_label(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LABEL_MAX).contains(&text.len())
        && text.bytes().all(legal)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A host name, in lower case.
pub(crate) fn is_domain(text: &str) -> bool {
    text.len() <= DOMAIN_MAX && text.split('.').all(is_label)
}

/// An AWS region by its form, `eu-central-1`: new ones are not refused.
pub(crate) fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., number] if (2..=3).contains(&words.len()) => {
            words.iter().all(is_word) && number.len() == 1 && number.parse::<u8>().is_ok()
        }
        _ => false,
    }
}

/// A bucket by its characters; services beside S3 are less strict about the rest.
pub(crate) fn is_bucket(text: &str) -> bool {
    let legal =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    (1..=63).contains(&text.len()) && text.bytes().all(legal)
}

/// A token: what the name of a header, a cookie or a method is made of (RFC 9110 section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(legal)
}

/// An ARN of a service, in a region where one is given (`""` is a global resource's), whose
/// resource begins so.
pub(crate) fn is_arn(text: &str, service: &str, region: Option<&str>, resource: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let [arn, partition, of, at, account, rest] = parts.as_slice() else { return false };
    *arn == "arn"
        && partition.starts_with("aws")
        && *of == service
        && region.is_none_or(|region| region == *at)
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && rest.strip_prefix(resource).is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_a_form() {
        for (text, want) in [
            ("eu-central-1", true),
            ("us-gov-west-1", true),
            ("eu-central", false),
            ("eu-central-10", false),
            ("Europe", false),
            ("", false),
            ("eu--1", false),
        ] {
            assert_eq!(is_region(text), want, "{text}");
        }
    }

    #[test]
    fn arns_name_service_region_and_resource() {
        let topic = |text| is_arn(text, "sns", Some("us-east-1"), "");
        assert!(topic("arn:aws:sns:us-east-1:123456789012:alarms"));
        assert!(!topic("arn:aws:sns:eu-west-1:123456789012:alarms"));
        assert!(!topic("arn:aws:sns:us-east-1:12:alarms"));
        assert!(!topic("arn:aws:sns:us-east-1:123456789012:"));
        assert!(!topic("alarms"));
        assert!(is_arn(
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/x/1",
            "elasticloadbalancing",
            None,
            "loadbalancer/"
        ));
    }
}
