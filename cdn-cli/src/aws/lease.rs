//! Who deploys what: one document, changed only by compare and swap, so that no two operators
//! deploy the same site at once.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::store::{Condition, Store};
use crate::hints::Hinted;

/// How long a lease holds that is not renewed: a process that died is in nobody's way for longer.
const HOLDS: SignedDuration = SignedDuration::from_mins(5);
/// How often it is renewed.
pub(crate) const RENEWED_EVERY: Duration = Duration::from_mins(1);
/// Attempts to swap the document before somebody is told.
const SWAPS: u32 = 50;
const KEY: &str = "leases.json";

/// Who holds a lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// The run that holds it; another process that goes on with the run holds it too.
    pub(crate) run: String,
    /// For people: `ann@laptop`.
    pub(crate) who: String,
    /// When it ends.
    pub(crate) until: Timestamp,
}

/// The leases of a fleet, by the name of the site, or of the stack that sites share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Leases(BTreeMap<String, Holder>);

/// What a run holds.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    store: Store,
    names: Vec<String>,
    run: String,
    who: String,
}

impl Lease {
    /// Takes all of the names or none.
    ///
    /// # Errors
    /// Where another run holds one of them.
    pub(crate) async fn take(
        store: &Store,
        names: &[String],
        run: &str,
        who: &str,
    ) -> anyhow::Result<Self> {
        let lease = Self {
            store: store.clone(),
            names: names.to_vec(),
            run: run.to_owned(),
            who: who.to_owned(),
        };
        lease.renew().await?;
        Ok(lease)
    }

    /// Holds everything for longer.
    ///
    /// # Errors
    /// Where another run took one of them meanwhile.
    pub(crate) async fn renew(&self) -> anyhow::Result<()> {
        self.swap(|leases, now| {
            if let Some((name, holder)) = leases.held_by_others(&self.names, &self.run, now) {
                return Err(taken(name, holder));
            }
            let until = now + HOLDS;
            for name in &self.names {
                let holder = Holder { run: self.run.clone(), who: self.who.clone(), until };
                leases.0.insert(name.clone(), holder);
            }
            Ok(())
        })
        .await
    }

    /// Gives everything back.
    pub(crate) async fn release(self) -> anyhow::Result<()> {
        self.swap(|leases, _| {
            leases.0.retain(|_, holder| holder.run != self.run);
            Ok(())
        })
        .await
    }

    /// Changes the document, as often as others were faster.
    async fn swap(
        &self,
        change: impl Fn(&mut Leases, Timestamp) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for _ in 0..SWAPS {
            let found: Option<(Leases, String)> = self.store.read(KEY).await?;
            let (mut leases, tag) = match found {
                Some((leases, tag)) => (leases, Some(tag)),
                None => (Leases::default(), None),
            };
            let now = Timestamp::now();
            leases.0.retain(|_, holder| holder.until > now);
            change(&mut leases, now)?;
            let condition = tag.as_deref().map_or(Condition::Absent, Condition::Unchanged);
            if self.store.write(KEY, &leases, condition).await?.is_some() {
                return Ok(());
            }
        }
        bail!("{KEY} in the bucket {} changes all the time", self.store.bucket())
    }
}

impl Leases {
    fn held_by_others(
        &self,
        names: &[String],
        run: &str,
        now: Timestamp,
    ) -> Option<(&str, &Holder)> {
        names.iter().find_map(|name| {
            let (name, holder) = self.0.get_key_value(name)?;
            (holder.run != run && holder.until > now).then_some((name.as_str(), holder))
        })
    }
}

fn taken(name: &str, holder: &Holder) -> anyhow::Error {
    Hinted::error(
        format!("{name} is being deployed by {} (run {})", holder.who, holder.run),
        format!(
            "wait for it to end; where that process is dead, go on with its run by \
             `--resume {}`, or wait until {}",
            holder.run,
            holder.until.strftime("%H:%M:%SZ")
        ),
    )
}
