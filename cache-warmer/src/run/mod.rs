//! The spine: a plan becomes requests, and they a report. See [`warm`].
//!
//! ```text
//! crew     waves and passes: which target is next, at which location
//! asking   a target: when, how often, and what is learnt of the answer
//! ```

mod asking;
mod crew;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;
use tokio::time::{MissedTickBehavior, interval};

use self::crew::Crew;
use crate::fetch::Client;
use crate::journal::{JournalError, JournalFolder};
use crate::ledger::{Ledger, Progress};
use crate::outcome::Pass;
use crate::pace::Limits;
use crate::part::Part;
use crate::plan::{Plan, Price};
use crate::report::Report;
use crate::spool::Spool;

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

/// When a list has to be warmed again: just after the first of it ends, for a cache fetches nothing
/// anew before. `None` where no answer told how long it may be kept.
pub fn next_round(report: &Report) -> Option<Duration> {
    /// Less would be no warming, but a load.
    const SOONEST: u64 = 10;
    report.first_ends_in.map(|seconds| Duration::from_secs(seconds.saturating_add(1).max(SOONEST)))
}
