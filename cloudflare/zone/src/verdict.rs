//! What becomes of a rule or a setting: exactly one verdict each.

use serde::Serialize;

use crate::feature::Feature;
use crate::zone::Place;

/// What becomes of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It does the same at CloudFront.
    Translated {
        /// The keys of the site that say it.
        into: Vec<String>,
    },
    /// It does nearly the same.
    Changed {
        /// The keys of the site that say it.
        into: Vec<String>,
        /// What is different.
        changes: Vec<String>,
    },
    /// Nothing has to be done.
    NoOp {
        /// Why.
        why: String,
    },
    /// Somebody has to do something.
    Manual {
        /// What to do.
        todo: Vec<String>,
        /// What was translated of it all the same.
        into: Vec<String>,
    },
}

impl Verdict {
    /// Whether nobody has to do anything about it.
    pub fn is_covered(&self) -> bool {
        !matches!(self, Self::Manual { .. })
    }

    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Translated { .. } => "translated",
            Self::Changed { .. } => "changed",
            Self::NoOp { .. } => "no-op",
            Self::Manual { .. } => "manual",
        }
    }

    /// What there is to say about it, in sentences without full stops.
    pub fn remarks(&self) -> Vec<&str> {
        match self {
            Self::Translated { .. } => Vec::new(),
            Self::Changed { changes, .. } => changes.iter().map(String::as_str).collect(),
            Self::NoOp { why } => vec![why],
            Self::Manual { todo, .. } => todo.iter().map(String::as_str).collect(),
        }
    }

    /// The keys of the site that say it.
    pub fn into(&self) -> &[String] {
        match self {
            Self::Translated { into } | Self::Changed { into, .. } | Self::Manual { into, .. } => {
                into
            }
            Self::NoOp { .. } => &[],
        }
    }
}

/// A rule or a setting with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The zone; empty for what is the account's.
    pub zone: String,
    /// Its row in the table of features.
    pub feature: &'static Feature,
    /// The id of the API, or what stands for it.
    pub id: String,
    /// What people know it by: a description, an expression, a pattern.
    pub label: String,
    /// Where it stands.
    pub place: Place,
    /// What becomes of it.
    pub verdict: Verdict,
    /// The part of all requests that it is about, 0 to 1; none where no requests were given, or it
    /// is not about some requests.
    pub share: Option<f64>,
}

/// What came of the parts of a rule, out of which its verdict is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    into: Vec<String>,
    changes: Vec<String>,
    idle: Vec<String>,
    todo: Vec<String>,
}

impl Outcome {
    /// Nothing has to be done.
    pub(crate) fn idle(why: impl Into<String>) -> Self {
        let mut outcome = Self::default();
        outcome.ignore(why);
        outcome
    }

    /// Somebody has to do something.
    pub(crate) fn manual(todo: impl Into<String>) -> Self {
        let mut outcome = Self::default();
        outcome.todo(todo);
        outcome
    }

    /// A key of the site says it.
    pub(crate) fn done(&mut self, key: impl Into<String>) {
        push(&mut self.into, key.into());
    }

    /// Whether some key of the site says it.
    pub(crate) fn is_translated(&self) -> bool {
        !self.into.is_empty()
    }

    /// It is not quite the same.
    pub(crate) fn change(&mut self, what: impl Into<String>) {
        push(&mut self.changes, what.into());
    }

    /// A part of it needs nothing.
    pub(crate) fn ignore(&mut self, why: impl Into<String>) {
        push(&mut self.idle, why.into());
    }

    /// A part of it is left to somebody.
    pub(crate) fn todo(&mut self, what: impl Into<String>) {
        push(&mut self.todo, what.into());
    }

    /// Both.
    pub(crate) fn join(&mut self, other: Self) {
        other.into.into_iter().for_each(|it| self.done(it));
        other.changes.into_iter().for_each(|it| self.change(it));
        other.idle.into_iter().for_each(|it| self.ignore(it));
        other.todo.into_iter().for_each(|it| self.todo(it));
    }

    /// The verdict: the gravest of the parts. A rule of which nothing came is nobody's intention, so
    /// it is told to look at it.
    pub(crate) fn verdict(self) -> Verdict {
        let Self { into, mut changes, idle, todo } = self;
        if !todo.is_empty() {
            return Verdict::Manual { todo, into };
        }
        if into.is_empty() && changes.is_empty() {
            if idle.is_empty() {
                let todo = vec!["look at it by hand: it says nothing that is known".to_owned()];
                return Verdict::Manual { todo, into };
            }
            return Verdict::NoOp { why: idle.join("; ") };
        }
        if changes.is_empty() {
            return Verdict::Translated { into };
        }
        changes.extend(idle);
        Verdict::Changed { into, changes }
    }
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
