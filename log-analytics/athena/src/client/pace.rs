//! How long to wait until Athena is asked again.

use std::time::Duration;

use fastrand::Rng;

/// The first wait: a question that reads little is answered in half a second.
const FIRST: Duration = Duration::from_millis(100);
/// What each wait is longer than the one before by.
const GROWTH: f64 = 1.5;
/// The longest wait while all goes well.
const LONGEST: Duration = Duration::from_secs(5);
/// The longest wait where Athena asks for fewer calls.
const LONGEST_HELD_BACK: Duration = Duration::from_secs(30);

/// Waits that become longer, each by chance between a half and the whole of what it may be, so that
/// many who began together do not ask together.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    wait: Duration,
    random: Rng,
}

impl Pace {
    pub(super) fn new(seed: u64) -> Self {
        Self { wait: FIRST, random: Rng::with_seed(seed) }
    }

    /// The same chances, from the first wait on.
    pub(super) fn anew(self) -> Self {
        Self { wait: FIRST, ..self }
    }

    /// How long to wait now.
    pub(super) fn next(&mut self) -> Duration {
        let share = 0.5 + self.random.f64() / 2.0;
        let wait = self.wait.mul_f64(share);
        if self.wait < LONGEST {
            self.wait = self.wait.mul_f64(GROWTH).min(LONGEST);
        }
        wait
    }

    /// Athena asked for fewer calls, or was not reached.
    pub(super) fn hold_back(&mut self) {
        self.wait = (self.wait * 2).clamp(FIRST * 10, LONGEST_HELD_BACK);
    }

    /// All goes well again.
    pub(super) fn settle(&mut self) {
        self.wait = self.wait.min(LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limits() {
        for seed in 0..200 {
            let mut pace = Pace::new(seed);
            let mut most = FIRST;
            for _ in 0..20 {
                let wait = pace.next();
                assert!(wait <= most && wait >= most / 2, "{seed}: {wait:?} of {most:?}");
                most = most.mul_f64(GROWTH).min(LONGEST);
            }
            for _ in 0..20 {
                pace.hold_back();
            }
            let wait = pace.next();
            assert!(wait <= LONGEST_HELD_BACK && wait >= LONGEST_HELD_BACK / 2, "{seed}: {wait:?}");
            pace.settle();
            assert!(pace.next() <= LONGEST, "{seed}");
        }
    }

    #[test]
    fn two_do_not_ask_together() {
        let waits = |seed| {
            let mut pace = Pace::new(seed);
            [pace.next(), pace.next(), pace.next()]
        };
        assert_ne!(waits(1), waits(2));
        assert_eq!(waits(1), waits(1));
    }
}
