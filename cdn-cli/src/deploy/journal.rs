//! What was meant, in the bucket of state: written before it is done, so that whoever comes after
//! a process that died knows how far it was.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::Condition;
use crate::aws::Store;
use crate::hints::Hinted;

/// A deploy that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Its name: the second it began, and a word that makes it unique.
    pub(crate) id: String,
    /// Who began it: `ann@laptop`.
    pub(crate) who: String,
    /// When.
    pub(crate) begun: Timestamp,
    /// The stacks it is about.
    pub(crate) stacks: BTreeSet<String>,
}

/// How far a stack is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The digest of the template that is put into effect.
    pub(crate) template: String,
    /// The number of the version that this makes.
    pub(crate) version: u32,
    /// The version that was in effect before, where there was one.
    pub(crate) before: Option<u32>,
    /// Whether it is in effect.
    pub(crate) done: bool,
}

/// The journal of a run.
#[derive(Debug)]
pub(crate) struct Journal {
    store: Store,
    /// The run.
    pub(crate) run: Run,
}

const OPEN: &str = "runs/open/";
const INTENTS: &str = "intents/";

impl Journal {
    /// Goes on with the open run that `resume` names, or with one that this machine began; else
    /// begins a new one. Whether it is an old one is the second part.
    ///
    /// # Errors
    /// Where there is no open run of that name.
    pub(crate) async fn open(
        store: &Store,
        new: Run,
        resume: Option<&str>,
    ) -> anyhow::Result<(Self, bool)> {
        for key in store.list(OPEN).await? {
            let Some((run, _)) = store.read::<Run>(&key).await? else { continue };
            let is_meant = match resume {
                Some(id) => run.id == id,
                None => run.who == new.who && !run.stacks.is_disjoint(&new.stacks),
            };
            if is_meant {
                return Ok((Self { store: store.clone(), run }, true));
            }
        }
        if let Some(id) = resume {
            let hint = "runs that are done need nothing; `cdn-cli plan` shows what is left to do";
            return Err(Hinted::error(format!("there is no open run `{id}`"), hint));
        }
        store.write(&format!("{OPEN}{}", new.id), &new, Condition::Absent).await?;
        Ok((Self { store: store.clone(), run: new }, false))
    }

    /// What was noted of a stack last, by this run or an earlier one.
    pub(crate) async fn entry(&self, stack: &str) -> anyhow::Result<Option<Entry>> {
        Ok(self.store.read(&key(stack)).await?.map(|(entry, _)| entry))
    }

    /// Notes how far a stack is.
    pub(crate) async fn note(&self, stack: &str, entry: &Entry) -> anyhow::Result<()> {
        self.store.write(&key(stack), entry, Condition::Always).await?;
        Ok(())
    }

    /// Forgets a stack that is to be deleted: what is not there any more was nobody else's doing.
    pub(crate) async fn forget(&self, stack: &str) -> anyhow::Result<()> {
        self.store.remove(&key(stack)).await
    }

    /// Ends the run: there is nothing left to go on with.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.store.remove(&format!("{OPEN}{}", self.run.id)).await
    }
}

/// The stacks of which something was meant and that were not forgotten.
pub(crate) async fn meant(store: &Store) -> anyhow::Result<Vec<String>> {
    let keys = store.list(INTENTS).await?;
    Ok(keys.iter().filter_map(|key| key.strip_prefix(INTENTS)).map(str::to_owned).collect())
}

/// Whether what was meant for a stack last came to be.
pub(crate) async fn is_done(store: &Store, stack: &str) -> anyhow::Result<bool> {
    let entry = store.read::<Entry>(&key(stack)).await?;
    Ok(entry.is_some_and(|(entry, _)| entry.done))
}

/// Where the last intent for a stack lies: one place for all runs, whichever was killed.
fn key(stack: &str) -> String {
    format!("{INTENTS}{stack}")
}
