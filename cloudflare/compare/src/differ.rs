//! Where two exchanges differ.

use serde::{Deserialize, Serialize};

use crate::body;
use crate::exchange::{Answer, Exchange};
use crate::headers;
use crate::order::Order;
use crate::picture;
use crate::side::Side;

/// What stands for a header that is not there, and the like.
const NONE: &str = "none";
/// Characters of a text that are shown.
const SHOWN: usize = 60;

/// Something in which two answers differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is about.
    pub what: Aspect,
    /// The header, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// On the old side.
    pub old: String,
    /// On the new side.
    pub new: String,
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// There is no whole answer.
    Failure,
    /// The redirects on the way.
    Redirect,
    /// The status at the end.
    Status,
    /// A header.
    Header,
    /// The text or the bytes.
    Body,
    /// The format of a picture.
    Format,
    /// Its width and height.
    Size,
    /// What it looks like.
    Score,
}

impl Aspect {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Redirect => "redirect",
            Self::Status => "status",
            Self::Header => "header",
            Self::Body => "body",
            Self::Format => "format",
            Self::Size => "size",
            Self::Score => "score",
        }
    }
}

impl Difference {
    pub(crate) fn of(what: Aspect, old: impl Into<String>, new: impl Into<String>) -> Self {
        Self { what, header: None, old: old.into(), new: new.into() }
    }

    pub(crate) fn header(name: &str, old: Option<String>, new: Option<String>) -> Self {
        let [old, new] = [old, new].map(|value| value.unwrap_or_else(|| NONE.to_owned()));
        Self { what: Aspect::Header, header: Some(name.to_owned()), old, new }
    }

    /// `status`, or the header's name.
    pub fn name(&self) -> &str {
        self.header.as_deref().unwrap_or(self.what.name())
    }
}

/// Both sides and what they said.
#[derive(Debug)]
pub(crate) struct Pair<'p> {
    pub(crate) sides: [&'p Side; 2],
    pub(crate) exchanges: [&'p Exchange; 2],
}

impl Pair<'_> {
    /// All in which they differ. Where the statuses do, nothing is said of headers and bodies: one of
    /// them is an error page.
    pub(crate) fn differences(&self, order: &Order) -> Vec<Difference> {
        let [old, new] = self.exchanges;
        let mut found = Vec::new();
        if old.redirects != new.redirects {
            let [old, new] = [old, new].map(|it| shown_redirects(&it.redirects));
            found.push(Difference::of(Aspect::Redirect, old, new));
        }
        match (&old.answer, &new.answer) {
            (Ok(old), Ok(new)) if old.status == new.status => {
                let [old_side, new_side] = self.sides;
                let [of_old, of_new] = [(&old.headers, old_side), (&new.headers, new_side)];
                found.extend(headers::differences(of_old, of_new, order));
                found.extend(self.bodies(old, new, order));
            }
            (old, new) => found.push(different_ends(old, new)),
        }
        found
    }

    fn bodies(&self, old: &Answer, new: &Answer, order: &Order) -> Vec<Difference> {
        if old.body == new.body {
            return Vec::new();
        }
        if [old, new].iter().all(|it| it.media_type().is_some_and(body::is_text)) {
            return self.texts(old, new, order).into_iter().collect();
        }
        if let [Some(old), Some(new)] = [old, new].map(|it| picture::info(&it.body)) {
            return picture::differences(&old, &new, order.least_score);
        }
        vec![bytes(&old.body, &new.body)]
    }

    fn texts(&self, old: &Answer, new: &Answer, order: &Order) -> Option<Difference> {
        let [old_side, new_side] = self.sides;
        let old = body::comparable(&old.body, old_side, &order.text);
        let new = body::comparable(&new.body, new_side, &order.text);
        if old == new {
            return None;
        }
        let pairs = old.split('\n').zip(new.split('\n'));
        let same = pairs.take_while(|(old, new)| old == new).count();
        let [old, new] = [&old, &new].map(|text| match text.split('\n').nth(same) {
            Some(line) => format!("line {}: {}", same + 1, excerpt(line)),
            None => format!("ends after line {same}"),
        });
        Some(Difference::of(Aspect::Body, old, new))
    }
}

impl Answer {
    fn media_type(&self) -> Option<&str> {
        self.headers.get("content-type")?.to_str().ok()
    }
}

/// Two ends of which one is no answer, or of which the statuses are not the same.
fn different_ends(old: &Result<Answer, String>, new: &Result<Answer, String>) -> Difference {
    let shown = |end: &Result<Answer, String>| match end {
        Ok(answer) => answer.status.to_string(),
        Err(reason) => reason.clone(),
    };
    let what = if old.is_ok() && new.is_ok() { Aspect::Status } else { Aspect::Failure };
    Difference::of(what, shown(old), shown(new))
}

fn shown_redirects(redirects: &[String]) -> String {
    if redirects.is_empty() { NONE.to_owned() } else { redirects.join(", then ") }
}

fn bytes(old: &[u8], new: &[u8]) -> Difference {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let shown = |bytes: &[u8]| format!("{} bytes", bytes.len());
    let new = format!("{}, not the same from byte {} on", shown(new), same + 1);
    Difference::of(Aspect::Body, shown(old), new)
}

fn excerpt(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
