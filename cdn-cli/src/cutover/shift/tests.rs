//! Every way of shifting, held against the rules by which Route 53 takes a batch.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::records::{Alias, RecordSet};
use super::super::wanted::{Host, records};
use super::*;

const NAME: &str = "shop.example";
const TARGET: &str = "d1.cloudfront.net";

/// What Route 53 makes of a batch: what goes must be there to the letter, and what comes may not
/// stand beside what excludes it:
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html>.
fn taken(now: &[RecordSet], batch: &Batch) -> Result<Vec<RecordSet>, String> {
    let mut all = now.to_vec();
    for gone in &batch.delete {
        let place = all.iter().position(|it| it == gone).ok_or(format!("{gone} is not there"))?;
        all.remove(place);
    }
    for new in &batch.create {
        for other in all.iter().filter(|it| it.name == new.name) {
            let id = |it: &RecordSet| it.share.as_ref().map(|share| share.id.clone());
            if other.kind == new.kind && (id(other).is_none() || id(new).is_none()) {
                return Err(format!("{new} beside {other}"));
            }
            if other.kind == new.kind && id(other) == id(new) {
                return Err(format!("{new} is there twice"));
            }
            if (other.kind == "CNAME") != (new.kind == "CNAME") {
                return Err(format!("a CNAME is alone: {new}, {other}"));
            }
        }
        all.push(new.clone());
    }
    Ok(all)
}

fn before() -> impl Strategy<Value = Vec<RecordSet>> {
    let plain = |kind: &'static str, value: &'static str| {
        (1u32..90_000)
            .prop_map(move |ttl| vec![RecordSet::plain(NAME, kind, ttl, vec![value.to_owned()])])
    };
    let alias = Just(vec![RecordSet::alias(
        NAME,
        "A",
        Alias { zone: "Z1".to_owned(), target: "lb.example".to_owned(), evaluate_health: true },
    )]);
    let v4 = prop_oneof![plain("A", "192.0.2.1"), alias];
    let both = (v4.clone(), plain("AAAA", "2001:db8::1")).prop_map(|(a, b)| [a, b].concat());
    prop_oneof![plain("CNAME", "old.example"), v4, plain("AAAA", "2001:db8::1"), both]
}

/// Weights; `None` is the way back.
fn steps() -> impl Strategy<Value = Vec<Option<u8>>> {
    proptest::collection::vec(proptest::option::weighted(0.8, 1u8..=100), 1..8)
}

proptest! {
    #[test]
    fn every_batch_is_one_that_route_53_takes(
        before in before(),
        steps in steps(),
        ipv6 in any::<bool>(),
    ) {
        let wanted = records(NAME, Host::Route53, TARGET, ipv6);
        let mut now = before.clone();
        for step in steps {
            let goal = match step {
                Some(percent) => goal(&before, &wanted, TARGET, Weight(percent)).unwrap(),
                None => before.clone(),
            };
            let batch = Batch::between(&now, &goal);
            now = taken(&now, &batch).map_err(TestCaseError::fail)?;
            prop_assert_eq!(now.iter().collect::<BTreeSet<_>>(), goal.iter().collect());
            // Every type that was there is answered at every step, or a CNAME leads on.
            let is_whole = step == Some(100);
            for old in before.iter().filter(|_| !is_whole) {
                prop_assert!(now.iter().any(|it| it.kind == old.kind));
            }
            prop_assert_eq!(is_whole, now == wanted || Batch::between(&now, &wanted).is_empty());
            prop_assert!(Batch::between(&now, &goal).is_empty());
        }
    }
}

#[test]
fn a_part_of_the_traffic_shifts() {
    let text = |all: &[RecordSet]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let wanted = records(NAME, Host::Route53, TARGET, true);
    let cname = [RecordSet::plain(NAME, "CNAME", 3600, vec!["old.example".to_owned()])];
    assert_eq!(
        text(&goal(&cname, &wanted, TARGET, Weight(5)).unwrap()),
        ["CNAME old.example, TTL 60, weight 95", "CNAME d1.cloudfront.net, TTL 60, weight 5"]
    );
    let address = [RecordSet::plain(NAME, "A", 30, vec!["192.0.2.1".to_owned()])];
    assert_eq!(
        text(&goal(&address, &wanted, TARGET, Weight(25)).unwrap()),
        ["A 192.0.2.1, TTL 30, weight 75", "A alias d1.cloudfront.net, weight 25"]
    );
    assert_eq!(text(&goal(&address, &wanted, TARGET, Weight::WHOLE).unwrap()), text(&wanted));
    assert_eq!(goal(&[], &wanted, TARGET, Weight(5)), Err(Refusal::NothingBefore));
    let routed = [RecordSet { is_routed: true, ..address[0].clone() }];
    assert_eq!(goal(&routed, &wanted, TARGET, Weight::WHOLE), Err(Refusal::RoutedByOthers));
}
