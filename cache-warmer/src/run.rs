//! The spine: a plan becomes requests, and they a report. See [`warm`].

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Uri;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::fetch::{Client, Connection, FetchError, Lane};
use crate::journal::{Entry, JournalError, JournalFolder};
use crate::ledger::{Ledger, Progress};
use crate::location::LocationId;
use crate::outcome::{Meant, Pass, is_transient, judge, may_be_of_origin, retry_after, time_left};
use crate::pace::{Feedback, Limits, Pace};
use crate::part::Part;
use crate::plan::{Fills, Places, Plan, Price, Wave};
use crate::report::Report;
use crate::spool::{Spool, Targets};
use crate::variants::Target;

/// How a plan is carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Requests on their way at once, to each location. Default: 16.
    pub concurrency: usize,
    /// How often a target is asked for, where asking again may help. Default: 3.
    pub attempts: u32,
    /// How long to wait before that, where the answer does not say; each time twice as long.
    /// Default: 500 ms.
    pub retry_delay: Duration,
    /// Limits to each location. Default: none.
    pub location: Limits,
    /// Limits to each host's origin: they hold where the origin may be reached, which is in all waves
    /// but the one that regional caches answer. Default: none.
    pub origin: Limits,
    /// What the run ends at. Default: nothing.
    pub budget: Budget,
    /// Decides the jitter, and which targets a sample has. Default: 0.
    pub seed: u64,
    /// When the run begins, for the report. Default: empty.
    pub started: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            attempts: 3,
            retry_delay: Duration::from_millis(500),
            location: Limits::default(),
            origin: Limits::default(),
            budget: Budget::default(),
            seed: 0,
            started: String::new(),
        }
    }
}

/// What a run may use up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Requests. Default: any number.
    pub requests: Option<u64>,
    /// Bytes of bodies; those on their way when it is reached are read. Default: any number.
    pub bytes: Option<u64>,
    /// Time, after which nothing more is asked for; what is on its way is waited for. Default: any.
    pub time: Option<Duration>,
    /// Dollars, by `prices`. Default: any number.
    pub dollars: Option<Decimal>,
    /// Prices by region.
    pub prices: BTreeMap<String, Price>,
}

/// What hears of each answer.
pub type Watch = Box<dyn FnMut(&Progress) + Send>;

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WarmError {
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The list of targets cannot be read.
    #[error("the list of targets cannot be read")]
    Targets(#[from] std::io::Error),
    /// A part of the run ended by a mistake in it.
    #[error("a part of the run ended early")]
    Part(#[from] tokio::task::JoinError),
}

/// How often what was noted is written to the disk: what a machine without power forgets is asked for
/// again.
const SYNC: Duration = Duration::from_secs(1);
/// So many answers in a row that could not even be connected for, and a location is given up.
const GIVE_UP: u32 = 24;

/// Warms, and reports: [`warm_part`] for a run that is all there is.
///
/// # Errors
/// As [`warm_part`].
pub async fn warm(
    plan: Plan,
    spool: Spool,
    client: Client,
    settings: Settings,
    folder: Option<&JournalFolder>,
    watch: Watch,
) -> Result<Report, WarmError> {
    let started = settings.started.clone();
    let part = warm_part(plan.clone(), spool, client, settings, folder, watch).await?;
    Ok(part.report(&plan, started))
}

/// Warms: each wave fills what those after it ask, then all is asked for again.
///
/// A run that was killed goes on with the same folder.
///
/// # Errors
/// [`WarmError`]; what goes wrong with a target is in the report.
pub async fn warm_part(
    plan: Plan,
    spool: Spool,
    client: Client,
    settings: Settings,
    folder: Option<&JournalFolder>,
    watch: Watch,
) -> Result<Part, WarmError> {
    let ledger = Ledger::open(&plan, &spool, folder, watch)?;
    let syncing = ledger.handle()?.map(|file| tokio::spawn(keep_on_disk(file)));
    let crew = Arc::new(Crew::new(plan, spool, client, settings, ledger));
    for wave in &crew.plan.waves {
        crew.pass(wave, Pass::Fill).await?;
    }
    if crew.plan.verify > 0.0 {
        crew.pass(&crew.everywhere(), Pass::Verify).await?;
    }
    if let Some(syncing) = syncing {
        syncing.abort();
    }
    let part = crew.part();
    if let (Some(folder), None) = (folder, &part.stopped) {
        folder.end()?;
    }
    Ok(part)
}

async fn keep_on_disk(file: File) {
    let file = Arc::new(file);
    let mut ticks = interval(SYNC);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let file = Arc::clone(&file);
        // What cannot be synced is written again with the next line, whose error is told.
        let _ = tokio::task::spawn_blocking(move || file.sync_data()).await;
    }
}

/// Everybody who carries out a plan.
struct Crew {
    plan: Plan,
    spool: Spool,
    client: Client,
    settings: Settings,
    ledger: Mutex<Ledger>,
    origins: Mutex<HashMap<String, Pace>>,
    begun: Instant,
}

/// What the connections to one location share, during one pass.
struct Errand {
    place: usize,
    location: Option<LocationId>,
    price: Option<Price>,
    pass: Pass,
    reaches_origin: bool,
    targets: Mutex<(u64, Targets)>,
    pace: Mutex<Pace>,
    /// Failures in a row to even connect.
    strikes: Mutex<u32>,
}

/// An answer, and for how many requests.
struct Done {
    entry: Entry,
    requests: u64,
    is_reached: bool,
}

impl Crew {
    fn new(plan: Plan, spool: Spool, client: Client, settings: Settings, ledger: Ledger) -> Self {
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

    fn everywhere(&self) -> Wave {
        let is_direct = self.plan.places == Places::Direct;
        let fills = if is_direct { Fills::Shield } else { Fills::Edge };
        Wave { fills, locations: (0..self.plan.names().len()).collect() }
    }

    /// All locations of a wave at once.
    async fn pass(self: &Arc<Self>, wave: &Wave, pass: Pass) -> Result<(), WarmError> {
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

    /// Asks, and asks again where that may help; nothing where the run has used up what it may.
    async fn ask(
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
        answer: &Result<crate::fetch::Answer, FetchError>,
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

    fn part(&self) -> Part {
        let ledger = locked(&self.ledger);
        Part {
            tally: ledger.tally().clone(),
            seconds: self.begun.elapsed().as_secs_f64(),
            given_up: ledger.given_up().clone(),
            stopped: ledger.stopped().cloned(),
        }
    }
}

fn judged(
    errand: &Errand,
    number: u64,
    target: &Target,
    answer: &Result<crate::fetch::Answer, FetchError>,
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

/// Whether a sample of this share has the target: always the same ones for a seed.
fn is_in_sample(share: f64, seed: u64, number: u64) -> bool {
    // Consecutive seeds give alike first numbers, so that the second decides.
    let mut random = fastrand::Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    random.u64(..);
    share >= 1.0 || random.f64() < share
}

/// What another thread left in the middle of a change is still counted on.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// When a list has to be warmed again: just after the first of it ends, for a cache fetches nothing
/// anew before. `None` where no answer told how long it may be kept.
pub fn next_round(report: &Report) -> Option<Duration> {
    /// Less would be no warming, but a load.
    const SOONEST: u64 = 10;
    report.first_ends_in.map(|seconds| Duration::from_secs(seconds.saturating_add(1).max(SOONEST)))
}
