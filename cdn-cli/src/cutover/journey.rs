//! A site on its way to `CloudFront`: how far it is, and what comes next.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::shift::Weight;

/// The journal of a site's way, written before each step, so that whoever comes after a process that
/// died goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journey {
    /// The site.
    pub(crate) site: String,
    /// Who began: `ann@laptop`.
    pub(crate) who: String,
    /// When.
    pub(crate) begun: Timestamp,
    /// Seconds for which resolvers keep what was there; noted before TTLs are lowered.
    pub(crate) longest: Option<u32>,
    /// When TTLs were lowered, and for how many seconds resolvers keep what they had then.
    pub(crate) lowered: Option<Lowered>,
    /// Percent of the traffic with which the site was well, the last one last.
    pub(crate) reached: Vec<u8>,
    /// Percent to which it was being brought.
    pub(crate) towards: Option<u8>,
}

/// TTLs that were lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lowered {
    /// When.
    pub(crate) at: Timestamp,
    /// The longest of before, in seconds.
    pub(crate) longest: u32,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// TTLs are lowered.
    Lower,
    /// Resolvers still have what they had: until then.
    Wait(Timestamp),
    /// More of the traffic comes.
    Shift(Weight),
    /// All of it is there.
    Done,
}

impl Journey {
    /// One that begins now.
    pub(crate) fn new(site: &str, who: String, now: Timestamp) -> Self {
        let site = site.to_owned();
        Self {
            site,
            who,
            begun: now,
            longest: None,
            lowered: None,
            reached: Vec::new(),
            towards: None,
        }
    }

    /// What comes next on the way over `weights`, at this moment.
    pub(crate) fn next(&self, weights: &[Weight], now: Timestamp) -> Next {
        let Some(lowered) = self.lowered else { return Next::Lower };
        let until = lowered.until();
        let last = self.reached.last().copied().unwrap_or(0);
        // Once a share is there nothing is gained by waiting.
        if now < until && last == 0 && self.towards.is_none() {
            return Next::Wait(until);
        }
        if last == Weight::WHOLE.percent() {
            return Next::Done;
        }
        let next = weights.iter().copied().find(|weight| weight.percent() > last);
        Next::Shift(next.unwrap_or(Weight::WHOLE))
    }

    /// Notes that the site is well with so much.
    pub(crate) fn reach(&mut self, weight: Weight) {
        self.reached.push(weight.percent());
        self.towards = None;
    }
}

impl Lowered {
    /// When nobody has the old TTL any more.
    pub(crate) fn until(self) -> Timestamp {
        let longest = SignedDuration::from_secs(i64::from(self.longest));
        self.at.checked_add(longest).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_goes_step_by_step() {
        let weights: Vec<Weight> = ["1", "5", "25"].map(|it| it.parse().unwrap()).to_vec();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut journey = Journey::new("aurora", "ann".to_owned(), at(0));
        let next = |journey: &Journey, second: i64| journey.next(&weights, at(second));
        assert_eq!(next(&journey, 0), Next::Lower);
        journey.lowered = Some(Lowered { at: at(10), longest: 3600 });
        assert_eq!(next(&journey, 3609), Next::Wait(at(3610)));
        assert_eq!(next(&journey, 3610), Next::Shift(weights[0]));
        // A process that died on the way to a share does not wait again.
        journey.towards = Some(1);
        assert_eq!(next(&journey, 11), Next::Shift(weights[0]));
        for (weight, then) in [(0, 1), (1, 2)] {
            journey.reach(weights[weight]);
            assert_eq!(next(&journey, 11), Next::Shift(weights[then]));
        }
        journey.reach(weights[2]);
        assert_eq!(next(&journey, 11), Next::Shift(Weight::WHOLE), "the whole comes last");
        journey.reach(Weight::WHOLE);
        assert_eq!(next(&journey, 11), Next::Done);
    }
}
