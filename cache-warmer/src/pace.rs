//! How fast requests may follow each other. Time is told, in what has gone by since some beginning.
//!
//! A rate that is held, and given way with: it falls to half when the other side pushes back (429,
//! 5xx, a connection that breaks, answers that take much longer than they did) and rises again by a
//! twentieth of the limit each second without.

use std::time::Duration;

/// What may not be exceeded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Requests a second. Default: none, no limit.
    pub requests: Option<f64>,
    /// Bytes of bodies a second. Default: none.
    pub bytes: Option<f64>,
}

/// How a request went, as far as the pace is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feedback {
    /// Well.
    Fine {
        /// Until the first byte.
        ttfb: Duration,
    },
    /// The other side has too much to do, and says how long to leave it alone, if it does.
    PushedBack {
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
}

/// The pace towards one location or one origin.
#[derive(Debug)]
pub struct Pace {
    limits: Limits,
    /// Requests a second now; `None` while nothing limits them.
    rate: Option<f64>,
    /// What the rate may rise to.
    ceiling: Option<f64>,
    /// Before this no request starts.
    free_at: Duration,
    /// Before this the rate is not halved again: what is on its way was sent at the old rate.
    settled_at: Duration,
    risen_at: Duration,
    /// Requests, and since when, for the rate that there is where nothing limits it.
    window: (Duration, u32),
    measured: f64,
    usual: Option<Duration>,
    lately: Duration,
    learned_at: Duration,
    random: fastrand::Rng,
}

/// The rate never falls below one request in ten seconds.
const SLOWEST: f64 = 0.1;
/// The longest that a `Retry-After` is heeded.
const LONGEST_HOLD: Duration = Duration::from_mins(5);
/// A halved rate shows its effect in this.
const SETTLING: Duration = Duration::from_secs(1);
/// Requests are spread by up to this share of the time between two, so that locations that started
/// together do not stay together.
const JITTER: f64 = 0.1;
/// Latency has risen when it is this many times the usual one, and by more than `RISE`.
const TIMES: u32 = 3;
const RISE: Duration = Duration::from_millis(250);
/// What takes long for so long is usual: pictures that are made on request take longer than files.
const ACCUSTOMED: Duration = Duration::from_secs(10);

impl Pace {
    /// A pace within limits; the seed decides the jitter.
    pub fn new(limits: Limits, seed: u64) -> Self {
        let rate = limits.requests.map(|rate| rate.max(SLOWEST));
        Self {
            limits,
            rate,
            ceiling: rate,
            free_at: Duration::ZERO,
            settled_at: Duration::ZERO,
            risen_at: Duration::ZERO,
            window: (Duration::ZERO, 0),
            measured: 0.0,
            usual: None,
            lately: Duration::ZERO,
            learned_at: Duration::ZERO,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Takes the next place: when the request may start, not before `now`.
    pub fn reserve(&mut self, now: Duration) -> Duration {
        self.measure(now);
        let at = self.free_at.max(now);
        if let Some(rate) = self.rate {
            let spread = 1.0 + JITTER * self.random.f64();
            self.free_at = at + Duration::from_secs_f64(spread / rate);
        }
        at
    }

    /// Notes the bytes of a body: the next requests wait until they are within the limit.
    pub fn spend(&mut self, now: Duration, bytes: u64) {
        if let Some(limit) = self.limits.bytes {
            let cost = Duration::from_secs_f64(bytes as f64 / limit.max(1.0));
            self.free_at = self.free_at.max(now).saturating_add(cost);
        }
    }

    /// Notes how a request went.
    pub fn learn(&mut self, now: Duration, feedback: Feedback) {
        match feedback {
            Feedback::PushedBack { retry_after } => {
                let hold = retry_after.unwrap_or_default().min(LONGEST_HOLD);
                self.free_at = self.free_at.max(now + hold);
                self.give_way(now, SLOWEST);
            }
            Feedback::Fine { ttfb } if self.is_slower(now, ttfb) => {
                // One request on its way at a time is no load that takes giving way with.
                self.give_way(now, SLOWEST.max(1.0 / self.lately.as_secs_f64()));
            }
            Feedback::Fine { .. } => self.rise(now),
        }
    }

    /// Requests a second now; `None` where nothing limits them.
    pub fn rate(&self) -> Option<f64> {
        self.rate
    }

    fn measure(&mut self, now: Duration) {
        let (since, count) = self.window;
        let gone = now.saturating_sub(since);
        if gone >= SETTLING {
            self.measured = f64::from(count) / gone.as_secs_f64();
            self.window = (now, 0);
        }
        self.window.1 += 1;
    }

    /// Halves the rate, but not to less than `least`, unless it is less already.
    fn give_way(&mut self, now: Duration, least: f64) {
        if now < self.settled_at {
            return;
        }
        let so_far = self.measured.max(f64::from(self.window.1));
        let rate = self.rate.unwrap_or(so_far);
        self.ceiling = self.ceiling.or(Some(rate.max(1.0)));
        self.rate = Some((rate / 2.0).max(least.min(rate)).max(SLOWEST));
        self.settled_at = now + SETTLING;
        self.risen_at = now + SETTLING;
    }

    fn rise(&mut self, now: Duration) {
        let (Some(rate), Some(ceiling)) = (self.rate, self.ceiling) else { return };
        let gone = now.saturating_sub(self.risen_at);
        if gone.is_zero() {
            return;
        }
        self.risen_at = now;
        let risen = rate + ceiling / 20.0 * gone.as_secs_f64();
        self.rate = Some(match self.limits.requests {
            Some(limit) => risen.min(limit.max(SLOWEST)),
            None => risen,
        });
        if self.limits.requests.is_none() && risen > 2.0 * ceiling {
            (self.rate, self.ceiling) = (None, None);
        }
    }

    /// Whether answers take much longer than usual: a moving average of the last ones against the least
    /// that it has been, which follows it slowly.
    fn is_slower(&mut self, now: Duration, ttfb: Duration) -> bool {
        let gone = now.saturating_sub(self.learned_at).min(ACCUSTOMED);
        self.learned_at = now;
        self.lately = if self.usual.is_none() { ttfb } else { (self.lately * 7 + ttfb) / 8 };
        let usual = match self.usual {
            Some(usual) if usual < self.lately => {
                usual + self.lately.saturating_sub(usual).mul_f64(gone.div_duration_f64(ACCUSTOMED))
            }
            _ => self.lately,
        };
        self.usual = Some(usual);
        self.lately > usual * TIMES && self.lately > usual + RISE
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limited(requests: f64) -> Pace {
        Pace::new(Limits { requests: Some(requests), bytes: None }, 7)
    }

    #[test]
    fn without_limits_nothing_waits() {
        let mut pace = Pace::new(Limits::default(), 0);
        for second in 0..9 {
            assert_eq!(pace.reserve(SECOND * second), SECOND * second);
        }
        assert_eq!(pace.rate(), None);
    }

    #[test]
    fn bytes_are_paid_for_by_waiting() {
        let limits = Limits { requests: None, bytes: Some(1000.0) };
        let mut pace = Pace::new(limits, 0);
        assert_eq!(pace.reserve(SECOND), SECOND);
        pace.spend(SECOND, 2_500);
        assert_eq!(pace.reserve(SECOND), SECOND + Duration::from_millis(2_500));
    }

    #[test]
    fn retry_after_is_heeded_and_bounded() {
        for (said, want) in [(7, 7), (100_000, 300)] {
            let mut pace = Pace::new(Limits::default(), 0);
            let retry_after = Some(SECOND * said);
            pace.learn(SECOND, Feedback::PushedBack { retry_after });
            assert_eq!(pace.reserve(SECOND), SECOND + SECOND * want);
        }
    }

    #[test]
    fn the_rate_halves_once_a_second_and_rises_to_its_limit() {
        let mut pace = limited(100.0);
        let pushed = Feedback::PushedBack { retry_after: None };
        for (at, want) in [(0.0, 50.0), (0.5, 50.0), (1.0, 25.0)] {
            pace.learn(Duration::from_secs_f64(at), pushed);
            assert_eq!(pace.rate(), Some(want), "{at}");
        }
        let fine = Feedback::Fine { ttfb: Duration::from_millis(9) };
        for (at, want) in [(2.0, 25.0), (3.0, 30.0), (3.5, 32.5), (60.0, 100.0)] {
            pace.learn(Duration::from_secs_f64(at), fine);
            assert_eq!(pace.rate(), Some(want), "{at}");
        }
    }

    #[test]
    fn answers_that_take_long_slow_it_down() {
        let mut pace = limited(100.0);
        for milliseconds in [50, 40, 60, 45] {
            let ttfb = Duration::from_millis(milliseconds);
            pace.learn(SECOND, Feedback::Fine { ttfb });
        }
        assert_eq!(pace.rate(), Some(100.0));
        for _ in 0..8 {
            pace.learn(SECOND * 2, Feedback::Fine { ttfb: SECOND });
        }
        assert_eq!(pace.rate(), Some(50.0));
    }

    #[test]
    fn what_always_takes_long_does_not_slow_it_down_for_ever() {
        let mut pace = limited(100.0);
        pace.learn(SECOND, Feedback::Fine { ttfb: Duration::from_millis(5) });
        let mut slowest = f64::INFINITY;
        for tenth in 10..600 {
            let now = Duration::from_millis(100) * tenth;
            pace.learn(now, Feedback::Fine { ttfb: SECOND * 2 });
            slowest = slowest.min(pace.rate().unwrap());
        }
        assert!((0.5..50.0).contains(&slowest), "{slowest}");
        assert_eq!(pace.rate(), Some(100.0));
    }

    #[test]
    fn a_push_where_nothing_limits_takes_what_was_measured() {
        let mut pace = Pace::new(Limits::default(), 0);
        for _ in 0..40 {
            pace.reserve(Duration::ZERO);
        }
        pace.learn(Duration::ZERO, Feedback::PushedBack { retry_after: None });
        assert_eq!(pace.rate(), Some(20.0));
        for second in 1..60 {
            pace.learn(SECOND * second, Feedback::Fine { ttfb: Duration::ZERO });
        }
        assert_eq!(pace.rate(), None);
    }

    proptest! {
        #[test]
        fn no_order_of_arrivals_exceeds_the_rate(
            rate in 0.5_f64..500.0,
            seed: u64,
            gaps in prop::collection::vec(0_u64..3_000, 1..80),
            pushes in prop::collection::vec(prop::option::of(0_u64..5), 80),
        ) {
            let mut pace = Pace::new(Limits { requests: Some(rate), bytes: None }, seed);
            let (mut now, mut last) = (Duration::ZERO, None::<Duration>);
            for (gap, push) in gaps.into_iter().zip(pushes) {
                now += Duration::from_millis(gap);
                let at = pace.reserve(now);
                prop_assert!(at >= now);
                if let Some(last) = last {
                    let least = Duration::from_secs_f64(1.0 / rate);
                    prop_assert!(at + Duration::from_nanos(2) >= last + least);
                }
                last = Some(at);
                match push {
                    Some(seconds) => pace.learn(now, Feedback::PushedBack {
                        retry_after: Some(Duration::from_secs(seconds)),
                    }),
                    None => pace.learn(now, Feedback::Fine { ttfb: Duration::from_millis(gap) }),
                }
            }
        }
    }
}
