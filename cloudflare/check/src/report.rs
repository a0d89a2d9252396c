//! What came of all requests, equal differences as one.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::differ::Aspect;

/// What came of all requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Requests that were compared.
    pub requests: u64,
    /// Those on which both sides agree.
    pub agreed: u64,
    /// Those whose differences all have a verdict that says so.
    pub explained: u64,
    /// Requests for hosts that are no zone's, and for paths that Cloudflare answers itself.
    pub left_out: u64,
    /// Differences: first those that no verdict explains, then by how many requests have them.
    pub groups: Vec<Group>,
}

/// Differences that are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What they are in.
    pub aspect: Aspect,
    /// What they are about.
    pub what: String,
    /// The verdict that says so; `None` where there is none.
    pub explained: Option<Explained>,
    /// Requests that have it.
    pub requests: u64,
    /// One of them.
    pub example: String,
    /// What the zone makes of that.
    pub original: String,
    /// What the site makes of it.
    pub translated: String,
}

/// A verdict that says that a difference is to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Explained {
    /// `changed` or `manual`.
    pub verdict: String,
    /// What kind of thing it is about.
    pub feature: String,
    /// What people know it by.
    pub label: String,
    /// What of the verdict says so.
    pub remark: String,
}

impl Report {
    /// Requests with a difference that no verdict explains.
    pub const fn unexplained(&self) -> u64 {
        self.requests - self.agreed - self.explained
    }
}

/// By what differences are alike.
type Alike = (Aspect, String, Option<Explained>);

/// A report while it is made.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    pub(crate) agreed: u64,
    pub(crate) explained: u64,
    pub(crate) left_out: u64,
    groups: BTreeMap<Alike, Counted>,
}

struct Counted {
    requests: u64,
    /// The number of the visit that is the example.
    number: usize,
    example: [String; 3],
}

impl Tally {
    /// Adds a difference of the visit of that number; `example` shows the request and both sides.
    pub(crate) fn add(
        &mut self,
        alike: Alike,
        requests: u64,
        number: usize,
        example: impl FnOnce() -> [String; 3],
    ) {
        if let Some(counted) = self.groups.get_mut(&alike) {
            counted.requests += requests;
            return;
        }
        let counted = Counted { requests, number, example: example() };
        self.groups.insert(alike, counted);
    }

    /// Both.
    pub(crate) fn join(&mut self, other: Self) {
        self.requests += other.requests;
        self.agreed += other.agreed;
        self.explained += other.explained;
        self.left_out += other.left_out;
        for (alike, counted) in other.groups {
            match self.groups.get_mut(&alike) {
                Some(own) => {
                    let requests = own.requests + counted.requests;
                    if counted.number < own.number {
                        *own = counted;
                    }
                    own.requests = requests;
                }
                None => drop(self.groups.insert(alike, counted)),
            }
        }
    }

    pub(crate) fn report(self) -> Report {
        let groups = self.groups.into_iter().map(|((aspect, what, explained), counted)| {
            let [example, original, translated] = counted.example;
            Group {
                aspect,
                what,
                explained,
                requests: counted.requests,
                example,
                original,
                translated,
            }
        });
        let mut groups: Vec<Group> = groups.collect();
        groups.sort_by_key(|it| (it.explained.is_some(), std::cmp::Reverse(it.requests)));
        Report {
            requests: self.requests,
            agreed: self.agreed,
            explained: self.explained,
            left_out: self.left_out,
            groups,
        }
    }
}
