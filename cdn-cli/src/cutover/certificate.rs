//! Which certificate covers a site.

use jiff::Timestamp;

/// A certificate of ACM, as far as its list tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// Its ARN.
    pub(crate) arn: String,
    /// The names it vouches for.
    pub(crate) names: Vec<String>,
    /// ACM's status in lower case: `issued`, `pending-validation`, `expired`.
    pub(crate) status: String,
    /// When it expires; `None` while it is not issued.
    pub(crate) expires: Option<Timestamp>,
    /// Whether ACM renews it by itself.
    pub(crate) is_renewed: bool,
}

impl Certificate {
    /// Whether it can be used.
    pub(crate) fn is_issued(&self) -> bool {
        self.status == "issued"
    }

    /// Whether it waits for its records.
    pub(crate) fn is_pending(&self) -> bool {
        self.status == "pending-validation"
    }

    /// The domains that none of its names stands for.
    pub(crate) fn uncovered<'d>(&self, domains: &'d [String]) -> Vec<&'d str> {
        let is_covered = |domain: &String| self.names.iter().any(|name| covers(name, domain));
        domains.iter().filter(|domain| !is_covered(domain)).map(String::as_str).collect()
    }

    /// What speaks for it among those that cover the same domains: that it can be used, else that
    /// it may be soon; then the time it has left.
    fn rank(&self) -> (u8, Option<Timestamp>) {
        let usable = if self.is_issued() { 2 } else { u8::from(self.is_pending()) };
        (usable, self.expires)
    }
}

/// The best of the certificates that cover all of the domains.
pub(crate) fn best<'c>(all: &'c [Certificate], domains: &[String]) -> Option<&'c Certificate> {
    let covering = all.iter().filter(|certificate| certificate.uncovered(domains).is_empty());
    covering.max_by_key(|certificate| (certificate.rank(), std::cmp::Reverse(&certificate.arn)))
}

/// Whether a name of a certificate is good for a domain: a wildcard stands for one label, by RFC
/// 9525 section 6.3.
fn covers(name: &str, domain: &str) -> bool {
    name == domain
        || name.strip_prefix("*.").is_some_and(|parent| {
            domain.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent)
        })
}

/// What to do about a reason that ACM gives for a failure:
/// <https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-failed.html>.
pub(crate) fn advice(reason: &str) -> &'static str {
    match reason {
        "CAA_ERROR" => {
            "a CAA record of the domain, or of one above it, names other authorities: add `0 issue \
             \"amazon.com\"`, then request again"
        }
        "ADDITIONAL_VERIFICATION_REQUIRED" => {
            "AWS wants to look at the domain first: open a case with AWS Support"
        }
        "DOMAIN_NOT_ALLOWED" => {
            "the domain is on a list of dangerous ones: have it cleared, then open a case with AWS \
             Support"
        }
        "INVALID_PUBLIC_DOMAIN" => {
            "no public registry knows the ending of a domain: mend `domains`"
        }
        "DOMAIN_VALIDATION_DENIED" => "the owner of the domain said no: ask there",
        _ => "request again; where it fails again, AWS Support knows more",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn the_best_covers_all_and_lasts() {
        let certificate = |arn: &str, names: &[&str], status: &str, days: i64| Certificate {
            arn: arn.to_owned(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            status: status.to_owned(),
            expires: Timestamp::from_second(days * 86_400).ok(),
            is_renewed: true,
        };
        let all = [
            certificate("half", &["a.example"], "issued", 900),
            certificate("old", &["a.example", "*.a.example"], "issued", 10),
            certificate("new", &["a.example", "*.a.example"], "issued", 300),
            certificate("waiting", &["a.example", "www.a.example"], "pending-validation", 999),
            certificate("failed", &["b.example"], "failed", 0),
            certificate("coming", &["b.example"], "pending-validation", 0),
        ];
        let arn = |domains: &[&str]| {
            let domains: Vec<String> = domains.iter().map(|&name| name.to_owned()).collect();
            best(&all, &domains).map(|certificate| certificate.arn.as_str())
        };
        assert_eq!(arn(&["a.example", "www.a.example"]), Some("new"));
        assert_eq!(arn(&["a.example"]), Some("half"));
        assert_eq!(arn(&["b.example"]), Some("coming"));
        assert_eq!(arn(&["c.example"]), None);
    }
}
