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

#[cfg(test)]
mod tests {
    use super::*;

    fn users(names: &str) -> BTreeSet<String> {
        names.split(' ').map(str::to_owned).collect()
    }

    fn assigned(names: &str, limit: u32, previous: &Assignment) -> Assignment {
        let mut assignment = Assignment::default();
        assignment.assign("cache", &users(names), limit, previous);
        assignment
    }

    fn places(assignment: &Assignment) -> String {
        let users = assignment.users("cache");
        let place = |user: &String| Some(format!("{user}{}", assignment.copy_of("cache", user)?));
        users.iter().filter_map(place).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn users_fill_one_copy_after_the_other() {
        let one = assigned("a b c d e", 2, &Assignment::default());
        assert_eq!(places(&one), "a0 b0 c1 d1 e2");
        assert_eq!(one.copies().next(), Some(("cache", BTreeMap::from([(0, 2), (1, 2), (2, 1)]))));
    }

    #[test]
    fn a_place_is_given_away_when_who_left_is_gone() {
        let one = assigned("a b c d", 2, &Assignment::default());
        let change = assigned("b c d x", 2, &one);
        assert_eq!(places(&change), "b0 c1 d1 x2");
        let later = assigned("b c d x y", 2, &change);
        assert_eq!(places(&later), "b0 c1 d1 x2 y0");
    }

    #[test]
    fn where_there_is_less_room_the_last_move() {
        let one = assigned("a b c", 3, &Assignment::default());
        assert_eq!(places(&one), "a0 b0 c0");
        assert_eq!(places(&assigned("a b c", 2, &one)), "a0 b0 c1");
        assert_eq!(places(&assigned("a b c", 0, &one)), "a0 b1 c2");
    }

    #[test]
    fn an_assignment_is_kept_as_json() {
        let one = assigned("a b", 1, &Assignment::default());
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(text, r#"{"cache":{"a":0,"b":1}}"#);
        assert_eq!(serde_json::from_str::<Assignment>(&text).unwrap(), one);
    }
}
