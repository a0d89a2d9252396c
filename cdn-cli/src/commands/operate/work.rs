//! Work on stacks, done under a lease and noted in the journal.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc;

use super::session::Session;
use super::show::Show;
use crate::aws::{Lease, RENEWED_EVERY};
use crate::deploy::apply::Engine;
use crate::deploy::events::{Event, Events};
use crate::deploy::journal::Journal;
use crate::printer::Io;

/// Time between two looks at a stack that is being changed; a distribution takes minutes.
const POLL: Duration = Duration::from_secs(3);
/// The same for another AWS than AWS's own, whose changes take no time.
const POLL_ELSEWHERE: Duration = Duration::from_millis(50);

/// How work is done.
#[derive(Clone, Debug)]
pub(crate) struct How {
    /// The stacks it is about.
    pub(crate) stacks: BTreeSet<String>,
    /// A run to go on with.
    pub(crate) resume: Option<String>,
    /// Stacks worked on at once.
    pub(crate) concurrency: usize,
    /// Whether AWS is not AWS's own.
    pub(crate) is_elsewhere: bool,
    /// Whether events are data.
    pub(crate) json: bool,
}

/// Does the work while nobody else can, shows what happens, and closes the run where the work says
/// that it is complete.
pub(crate) async fn under_lease<T, F>(
    session: &Session,
    how: How,
    io: &mut Io<'_>,
    work: impl FnOnce(Engine) -> F,
) -> anyhow::Result<T>
where
    F: Future<Output = (Engine, anyhow::Result<T>)>,
{
    session.store.create().await?;
    let new = Session::new_run(how.stacks.clone());
    let (journal, is_old) = Journal::open(&session.store, new, how.resume.as_deref()).await?;
    let run = journal.run.clone();
    let names: Vec<String> = how.stacks.iter().cloned().collect();
    let lease = Lease::take(&session.store, &names, &run.id, &run.who).await?;

    let (sender, mut receiver) = mpsc::unbounded_channel();
    let events = Events(sender);
    if is_old {
        let begun = run.begun.strftime("%Y-%m-%d %H:%M:%SZ");
        let text = format!("Going on with the run {} of {begun}.", run.id);
        events.tell(Event::Note { text });
    }
    let engine = Engine {
        aws: session.aws.clone(),
        store: session.store.clone(),
        pairs: session.aws.pair_stores(),
        journal,
        events,
        poll: if how.is_elsewhere { POLL_ELSEWHERE } else { POLL },
        concurrency: how.concurrency.max(1),
    };

    let show = Show::new(how.stacks.len(), how.json, io);
    let work = work(engine);
    tokio::pin!(work);
    let (engine, result) = {
        let renewal = renew(&lease);
        tokio::pin!(renewal);
        loop {
            tokio::select! {
                biased;
                Some(event) = receiver.recv() => show.event(&event, io)?,
                done = &mut work => break done,
                // Somebody else took the sites: nothing more may be done to them.
                error = &mut renewal => return Err(error),
            }
        }
    };
    while let Ok(event) = receiver.try_recv() {
        show.event(&event, io)?;
    }
    drop(show);
    // In this order: an open run without a lease is gone on with, a lease without a run is in the way.
    lease.release().await?;
    engine.journal.close().await?;
    result
}

/// Keeps the lease; ends only where it is lost.
async fn renew(lease: &Lease) -> anyhow::Error {
    loop {
        tokio::time::sleep(RENEWED_EVERY).await;
        if let Err(error) = lease.renew().await {
            return error;
        }
    }
}
