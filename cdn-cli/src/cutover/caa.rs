//! Who may issue certificates for a domain, by RFC 8659.

/// What Amazon calls itself in CAA records; one of them is enough:
/// <https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html>.
const AMAZON: [&str; 4] = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

/// Whether the CAA records that hold for a name, `0 issue "amazon.com"` each, let Amazon issue a
/// certificate for it.
pub(crate) fn lets_amazon(records: &[String], is_wildcard: bool) -> bool {
    let of = |tag: &str| -> Vec<&str> {
        records
            .iter()
            .filter_map(|record| parse(record))
            .filter(|it| it.0 == tag)
            .map(|it| it.1)
            .collect()
    };
    let mut issuers = of("issue");
    let for_wildcards = of("issuewild");
    if is_wildcard && !for_wildcards.is_empty() {
        issuers = for_wildcards;
    }
    // Without a word on who may issue everybody may: section 4.2.
    issuers.is_empty() || issuers.iter().any(|issuer| AMAZON.contains(issuer))
}

/// The tag and the authority that is named, without its parameters.
fn parse(record: &str) -> Option<(&str, &str)> {
    let mut words = record.splitn(3, ' ');
    let (_flags, tag, value) = (words.next()?, words.next()?, words.next()?);
    let value = value.trim().trim_matches('"');
    let authority = value.split(';').next().unwrap_or_default();
    Some((tag, authority.trim()))
}

/// The names whose CAA records may hold for a domain, the nearest first; `zone` is the last.
pub(crate) fn climb<'d>(domain: &'d str, zone: Option<&'d str>) -> Vec<&'d str> {
    let mut name = domain.trim_start_matches("*.");
    let mut names = vec![name];
    while Some(name) != zone
        && let Some((_, above)) = name.split_once('.')
        && above.contains('.')
    {
        names.push(above);
        name = above;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amazon_may_or_may_not() {
        for (records, is_wildcard, want) in [
            (&[][..], false, true),
            (&["0 iodef \"mailto:a@b.example\""], false, true),
            (&["0 issue \"letsencrypt.org\""], false, false),
            (&["0 issue \"letsencrypt.org\"", "0 issue \"amazon.com\""], false, true),
            (&["0 issue \"amazontrust.com; cansignhttpexchanges=yes\""], false, true),
            (&["0 issue \";\""], false, false),
            (&["0 issue \"amazon.com\"", "0 issuewild \";\""], false, true),
            (&["0 issue \"amazon.com\"", "0 issuewild \";\""], true, false),
            (&["0 issue \"amazon.com\""], true, true),
            (&["nonsense"], false, true),
        ] {
            let owned: Vec<String> = records.iter().map(|&it| it.to_owned()).collect();
            assert_eq!(lets_amazon(&owned, is_wildcard), want, "{records:?}");
        }
    }

    #[test]
    fn the_nearest_name_is_asked_first() {
        for (domain, zone, want) in [
            ("www.a.example", Some("a.example"), vec!["www.a.example", "a.example"]),
            ("*.a.example", Some("a.example"), vec!["a.example"]),
            ("x.www.a.example", None, vec!["x.www.a.example", "www.a.example", "a.example"]),
            ("example", None, vec!["example"]),
        ] {
            assert_eq!(climb(domain, zone), want, "{domain}");
        }
    }
}
