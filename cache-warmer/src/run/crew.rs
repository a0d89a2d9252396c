//! Waves and passes: which target is next, at which location.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{Settings, WarmError};
use crate::fetch::{Client, Connection, Lane};
use crate::journal::Entry;
use crate::ledger::Ledger;
use crate::location::LocationId;
use crate::outcome::Pass;
use crate::pace::Pace;
use crate::part::Part;
use crate::plan::{Fills, Places, Plan, Price, Wave};
use crate::spool::{Spool, Targets};
use crate::variants::Target;

/// So many answers in a row that could not even be connected for, and a location is given up.
const GIVE_UP: u32 = 24;

/// Everybody who carries out a plan.
pub(super) struct Crew {
    pub(super) plan: Plan,
    spool: Spool,
    client: Client,
    pub(super) settings: Settings,
    pub(super) ledger: Mutex<Ledger>,
    pub(super) origins: Mutex<HashMap<String, Pace>>,
    pub(super) begun: Instant,
}

/// What the connections to one location share, during one pass.
pub(super) struct Errand {
    pub(super) place: usize,
    pub(super) location: Option<LocationId>,
    price: Option<Price>,
    pub(super) pass: Pass,
    pub(super) reaches_origin: bool,
    targets: Mutex<(u64, Targets)>,
    pub(super) pace: Mutex<Pace>,
    /// Failures in a row to even connect.
    strikes: Mutex<u32>,
}

/// An answer, and for how many requests.
pub(super) struct Done {
    pub(super) entry: Entry,
    pub(super) requests: u64,
    pub(super) is_reached: bool,
}

impl Crew {
    pub(super) fn new(
        plan: Plan,
        spool: Spool,
        client: Client,
        settings: Settings,
        ledger: Ledger,
    ) -> Self {
        Self {
            plan,
            spool,
            client,
            settings,
            ledger: Mutex::new(ledger),
            origins: Mutex::new(HashMap::new()),
            begun: Instant::now(),
        }
    }

    pub(super) fn everywhere(&self) -> Wave {
        let is_direct = self.plan.places == Places::Direct;
        let fills = if is_direct { Fills::Shield } else { Fills::Edge };
        Wave { fills, locations: (0..self.plan.names().len()).collect() }
    }

    /// All locations of a wave at once.
    pub(super) async fn pass(self: &Arc<Self>, wave: &Wave, pass: Pass) -> Result<(), WarmError> {
        let mut parts = JoinSet::new();
        for place in &wave.locations {
            let errand = Arc::new(self.errand(*place, wave.fills, pass)?);
            let lane = Lane::new(self.client.clone(), errand.location.clone());
            for _ in 0..self.settings.concurrency.max(1) {
                let (crew, errand) = (Arc::clone(self), Arc::clone(&errand));
                parts.spawn(crew.work(errand, lane.connection()));
            }
        }
        while let Some(part) = parts.join_next().await {
            part??;
        }
        Ok(())
    }

    fn errand(&self, place: usize, fills: Fills, pass: Pass) -> Result<Errand, WarmError> {
        let location = match &self.plan.places {
            Places::Direct => None,
            Places::Locations(all) => all.get(place),
        };
        let prices = &self.settings.budget.prices;
        let seed = self.settings.seed.wrapping_add(place as u64);
        Ok(Errand {
            place,
            location: location.map(|it| it.id.clone()),
            price: location.and_then(|it| prices.get(&it.city.price)).copied(),
            pass,
            reaches_origin: fills != Fills::Edge,
            targets: Mutex::new((0, self.spool.targets()?)),
            pace: Mutex::new(Pace::new(self.settings.location, seed)),
            strikes: Mutex::new(0),
        })
    }

    /// What one connection does: a target after the other.
    async fn work(
        self: Arc<Self>,
        errand: Arc<Errand>,
        mut connection: Connection,
    ) -> Result<(), WarmError> {
        while let Some((number, target)) = self.next(&errand)? {
            let Some(done) = self.ask(&errand, &mut connection, number, &target).await else {
                break;
            };
            self.note(&errand, &target, &done)?;
        }
        Ok(())
    }

    /// The next target that has to be asked for; none where the run or the location is given up.
    fn next(&self, errand: &Errand) -> Result<Option<(u64, Target)>, WarmError> {
        let mut targets = locked(&errand.targets);
        loop {
            if !locked(&self.ledger).goes_on(errand.place) {
                return Ok(None);
            }
            let Some(target) = targets.1.next() else { return Ok(None) };
            let number = targets.0;
            targets.0 += 1;
            if self.is_wanted(errand, number) {
                return Ok(Some((number, target?)));
            }
        }
    }

    fn is_wanted(&self, errand: &Errand, number: u64) -> bool {
        let ledger = locked(&self.ledger);
        if ledger.is_done(errand.place, errand.pass, number) {
            return false;
        }
        match errand.pass {
            Pass::Fill => true,
            Pass::Verify => {
                ledger.is_good(errand.place, number)
                    && is_in_sample(self.plan.verify, self.settings.seed, number)
            }
        }
    }

    /// Notes an answer before the next is asked for.
    fn note(&self, errand: &Errand, target: &Target, done: &Done) -> Result<(), WarmError> {
        let mut ledger = locked(&self.ledger);
        let mut strikes = locked(&errand.strikes);
        *strikes = if done.is_reached { 0 } else { *strikes + 1 };
        if *strikes >= GIVE_UP {
            ledger.give_up(errand.place, done.entry.verdict.detail.clone());
        }
        ledger.note(&done.entry, target, done.requests, errand.price)?;
        Ok(())
    }

    pub(super) fn part(&self) -> Part {
        let ledger = locked(&self.ledger);
        Part {
            tally: ledger.tally().clone(),
            seconds: self.begun.elapsed().as_secs_f64(),
            given_up: ledger.given_up().clone(),
            stopped: ledger.stopped().cloned(),
        }
    }
}

/// Whether a sample of this share has the target: always the same ones for a seed.
fn is_in_sample(share: f64, seed: u64, number: u64) -> bool {
    // Consecutive seeds give alike first numbers, so that the second decides.
    let mut random = fastrand::Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    random.u64(..);
    share >= 1.0 || random.f64() < share
}

/// What another thread left in the middle of a change is still counted on.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
