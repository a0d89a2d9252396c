//! A target: when it is asked for, how often, and what is learnt of the answer.

use std::time::Duration;

use http::Uri;
use rust_decimal::prelude::ToPrimitive as _;
use tokio::time::{Instant, sleep_until};

use super::crew::{Crew, Done, Errand, locked};
use crate::fetch::{Answer, Connection, FetchError};
use crate::journal::Entry;
use crate::judge::{Meant, is_transient, judge, may_be_of_origin, retry_after, time_left};
use crate::pace::{Feedback, Pace};
use crate::variants::Target;

impl Crew {
    /// Asks, and asks again where that may help; nothing where the run has used up what it may.
    pub(super) async fn ask(
        &self,
        errand: &Errand,
        connection: &mut Connection,
        number: u64,
        target: &Target,
    ) -> Option<Done> {
        let uri = match Uri::try_from(&target.url) {
            Ok(uri) => uri,
            Err(error) => {
                let error = Err(FetchError::Address(error.to_string()));
                return Some(judged(errand, number, target, &error, 0));
            }
        };
        let host = uri.host().unwrap_or_default();
        for attempt in 1.. {
            let gone = self.begun.elapsed();
            if !locked(&self.ledger).may_ask(&self.settings.budget, gone)
                || !self.wait_for_turn(errand, host).await
            {
                return None;
            }
            let answer = connection.get(&uri, target.wish).await;
            let status = answer.as_ref().map(|answer| answer.status);
            let may_help = is_transient(status);
            let told = answer.as_ref().ok().and_then(|answer| retry_after(&answer.headers));
            // Who cannot be reached at all is given up, not waited for.
            let is_pushed = may_help && !matches!(answer, Err(FetchError::Connect(_)));
            self.learn(errand, host, is_pushed, told, &answer);
            if may_help && attempt < self.settings.attempts {
                if told.is_none() {
                    let longer = 1_u32 << (attempt - 1).min(6);
                    sleep_until(Instant::now() + self.settings.retry_delay * longer).await;
                }
                continue;
            }
            return Some(judged(errand, number, target, &answer, u64::from(attempt)));
        }
        None
    }

    /// Waits until the location's pace and, where it may be reached, the origin's allow a request; not
    /// where the run's time is over before.
    async fn wait_for_turn(&self, errand: &Errand, host: &str) -> bool {
        let now = self.begun.elapsed();
        let mut at = locked(&errand.pace).reserve(now);
        if errand.reaches_origin {
            at = at.max(self.with_origin(host, |pace| pace.reserve(now)));
        }
        if self.settings.budget.time.is_some_and(|time| at >= time) {
            locked(&self.ledger).stop_in_time();
            return false;
        }
        if at > now {
            sleep_until(self.begun + at).await;
        }
        true
    }

    fn with_origin<T>(&self, host: &str, work: impl FnOnce(&mut Pace) -> T) -> T {
        let mut origins = locked(&self.origins);
        if let Some(pace) = origins.get_mut(host) {
            return work(pace);
        }
        let new = Pace::new(self.settings.origin, self.settings.seed);
        work(origins.entry(host.to_owned()).or_insert(new))
    }

    fn learn(
        &self,
        errand: &Errand,
        host: &str,
        is_pushed: bool,
        retry_after: Option<Duration>,
        answer: &Result<Answer, FetchError>,
    ) {
        let now = self.begun.elapsed();
        let (ttfb, bytes) = answer.as_ref().map_or((Duration::ZERO, 0), |it| (it.ttfb, it.bytes));
        let feedback =
            if is_pushed { Feedback::PushedBack { retry_after } } else { Feedback::Fine { ttfb } };
        let teach = |pace: &mut Pace| {
            pace.spend(now, bytes);
            pace.learn(now, feedback);
        };
        teach(&mut locked(&errand.pace));
        if errand.reaches_origin {
            self.with_origin(host, teach);
        }
    }
}

fn judged(
    errand: &Errand,
    number: u64,
    target: &Target,
    answer: &Result<Answer, FetchError>,
    requests: u64,
) -> Done {
    let meant = Meant { location: errand.location.as_ref(), wish: target.wish, pass: errand.pass };
    let seen = answer.as_ref().map(|answer| (answer.status, &answer.headers));
    let verdict = judge(seen, meant);
    let headers = answer.as_ref().ok().map(|answer| &answer.headers);
    let entry = Entry {
        l: errand.place,
        n: number,
        p: errand.pass,
        b: answer.as_ref().map_or(0, |answer| answer.bytes),
        t: answer.as_ref().ok().and_then(|it| it.ttfb.as_micros().to_u64()).unwrap_or(0),
        o: headers.is_some_and(may_be_of_origin),
        e: headers.and_then(time_left).filter(|_| verdict.outcome.is_good()),
        verdict,
    };
    let is_reached = !matches!(answer, Err(FetchError::Connect(_) | FetchError::Tls(_)));
    Done { entry, requests, is_reached }
}
