//! Who shares what: every shared object has as many copies as its quota asks for, and every user of
//! it a place on one of them.
//!
//! AWS lets 100 distributions share a policy or a function, so the 101st needs a copy. The places are
//! kept from one rendering to the next in an [`Assignment`]: a site moves where its own configuration
//! changed, and not because another came or went.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Which copy of each shared object each of its users has. The default is nobody's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assignment {
    /// Object, user, number of the copy.
    places: BTreeMap<String, BTreeMap<String, u32>>,
}

impl Assignment {
    /// The number of the copy that `user` has of `object`, from 0.
    pub fn copy_of(&self, object: &str, user: &str) -> Option<u32> {
        self.places.get(object)?.get(user).copied()
    }

    /// Who uses an object, by name.
    pub fn users(&self, object: &str) -> Vec<String> {
        self.places.get(object).into_iter().flat_map(|users| users.keys().cloned()).collect()
    }

    /// Every object, with the numbers of its copies and how many users each has.
    pub fn copies(&self) -> impl Iterator<Item = (&str, BTreeMap<u32, usize>)> {
        self.places.iter().map(|(object, users)| (object.as_str(), count(users)))
    }

    /// Gives every user of an object a place.
    ///
    /// A user keeps the place that it had; where there is no longer room for all on a copy, the last
    /// by name move. The others take the first copy with room. A place that somebody left in this
    /// very change is not given away yet: until the change is deployed two would sit on it.
    pub(crate) fn assign(
        &mut self,
        object: &str,
        users: &BTreeSet<String>,
        limit: u32,
        previous: &Self,
    ) {
        let before = previous.places.get(object);
        let mut room = Room::new(before, users, limit);
        let (stay, come): (Vec<_>, Vec<_>) = users.iter().partition(|user| {
            before.and_then(|before| before.get(*user)).is_some_and(|copy| room.keep(*copy))
        });
        let mut places = BTreeMap::new();
        for user in stay {
            let copy = before.and_then(|before| before.get(user)).copied().unwrap_or_default();
            places.insert(user.clone(), copy);
        }
        for user in come {
            places.insert(user.clone(), room.take());
        }
        self.places.insert(object.to_owned(), places);
    }
}

/// How many places of each copy are taken.
struct Room {
    limit: usize,
    taken: BTreeMap<u32, usize>,
    /// The copy before which there is no room.
    first: u32,
}

impl Room {
    /// Who leaves takes up room still.
    fn new(before: Option<&BTreeMap<String, u32>>, users: &BTreeSet<String>, limit: u32) -> Self {
        let mut taken = BTreeMap::new();
        for (user, copy) in before.into_iter().flatten() {
            if !users.contains(user) {
                *taken.entry(*copy).or_default() += 1;
            }
        }
        Self { limit: limit.max(1) as usize, taken, first: 0 }
    }

    /// Whether one more may stay on that copy.
    fn keep(&mut self, copy: u32) -> bool {
        let taken = self.taken.entry(copy).or_default();
        let fits = *taken < self.limit;
        *taken += usize::from(fits);
        fits
    }

    /// A place on the first copy that has one.
    fn take(&mut self) -> u32 {
        while !self.keep(self.first) {
            self.first += 1;
        }
        self.first
    }
}

fn count(users: &BTreeMap<String, u32>) -> BTreeMap<u32, usize> {
    let mut counts = BTreeMap::new();
    for copy in users.values() {
        *counts.entry(*copy).or_default() += 1;
    }
    counts
}
