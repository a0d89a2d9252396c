//! What is there now, held against what is wanted.

use serde::Serialize;

use super::records::RecordSet;
use super::shift::OURS;

/// What is to be done about a domain's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// Nothing.
    Right,
    /// A part of the traffic is there.
    Shifting,
    /// They lead elsewhere.
    Change,
    /// There are none.
    Missing,
    /// Something stands in the way that `cdn-cli` does not take away.
    Conflict,
    /// Nobody knows where they are to lead yet.
    NotDeployed,
    /// DNS did not answer.
    NotChecked,
}

impl Verdict {
    /// For people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Shifting => "shifting",
            Self::Change => "to change",
            Self::Missing => "missing",
            Self::Conflict => "conflict",
            Self::NotDeployed => "not deployed",
            Self::NotChecked => "not checked",
        }
    }
}

/// What is to be done. `addresses` are those of the target, for hosts that answer with addresses in
/// place of names.
pub(crate) fn verdict(
    wanted: &[RecordSet],
    now: Option<&[RecordSet]>,
    addresses: &[String],
) -> Verdict {
    if wanted.is_empty() {
        return Verdict::NotDeployed;
    }
    let Some(now) = now else { return Verdict::NotChecked };
    if now.is_empty() {
        return Verdict::Missing;
    }
    if is_as_wanted(wanted, now) || are_of(now, addresses) {
        return Verdict::Right;
    }
    let is_ours = |it: &RecordSet| it.share.as_ref().is_some_and(|share| share.id == OURS);
    if now.iter().any(is_ours) {
        return Verdict::Shifting;
    }
    if now.iter().any(|it| it.is_routed || it.share.is_some()) {
        return Verdict::Conflict;
    }
    Verdict::Change
}

/// Whether the same types lead to the same places; how long they are kept is of no matter.
fn is_as_wanted(wanted: &[RecordSet], now: &[RecordSet]) -> bool {
    let place = |it: &RecordSet| {
        let alias = it.alias.as_ref().map(|alias| alias.target.to_ascii_lowercase());
        (it.kind.clone(), it.texts(), alias, it.share.is_none() && !it.is_routed && !it.is_proxied)
    };
    let places = |all: &[RecordSet]| {
        let mut places: Vec<_> = all.iter().map(place).collect();
        places.sort_unstable();
        places
    };
    places(wanted) == places(now)
}

/// Whether nothing but those addresses is answered.
fn are_of(now: &[RecordSet], addresses: &[String]) -> bool {
    let mut values = now.iter().flat_map(|it| &it.values).peekable();
    values.peek().is_some() && values.all(|value| addresses.contains(value))
}

#[cfg(test)]
mod tests {
    use super::super::records::Share;
    use super::super::wanted::{Host, records};
    use super::*;

    #[test]
    fn what_is_there_is_held_against_what_is_wanted() {
        let cname = |to: &str| RecordSet::plain("a.example", "CNAME", 60, vec![to.to_owned()]);
        let address = |it: &str| RecordSet::plain("a.example", "A", 60, vec![it.to_owned()]);
        let share = |id: &str, it: RecordSet| RecordSet {
            share: Some(Share { id: id.to_owned(), weight: 5 }),
            ..it
        };
        let aliases = records("a.example", Host::Route53, "d1.cloudfront.net", true);
        let elsewhere = records("a.example", Host::Elsewhere, "d1.cloudfront.net", true);
        for (wanted, now, want) in [
            (&aliases, aliases.clone(), Verdict::Right),
            (&aliases, aliases[..1].to_vec(), Verdict::Change),
            (&aliases, vec![], Verdict::Missing),
            (&aliases, vec![cname("d1.cloudfront.net")], Verdict::Change),
            (&aliases, vec![share(OURS, cname("d1.cloudfront.net"))], Verdict::Shifting),
            (&aliases, vec![share("theirs", cname("x.example"))], Verdict::Conflict),
            (
                &aliases,
                vec![RecordSet { is_routed: true, ..address("1.1.1.1") }],
                Verdict::Conflict,
            ),
            (&elsewhere, vec![cname("d1.cloudfront.net")], Verdict::Right),
            (&elsewhere, vec![cname("x.example")], Verdict::Change),
            (&elsewhere, vec![address("192.0.2.1")], Verdict::Right),
            (&elsewhere, vec![address("192.0.2.9")], Verdict::Change),
        ] {
            let addresses = ["192.0.2.1".to_owned()];
            assert_eq!(verdict(wanted, Some(&now), &addresses), want, "{now:?}");
        }
        assert_eq!(verdict(&elsewhere, None, &[]), Verdict::NotChecked);
        assert_eq!(verdict(&[], Some(&[]), &[]), Verdict::NotDeployed);
    }
}
