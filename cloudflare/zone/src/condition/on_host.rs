//! What is left of a condition where the host is known.
//!
//! CloudFront redirects HTTP to HTTPS before it looks at anything else, so the scheme is known too.

use super::text::{TestKind, TextTest};
use super::{Condition, Subject};

impl Condition {
    /// What it asks of requests for a host: nothing of host and URL is left in it.
    pub(crate) fn on_host(&self, host: &str) -> Self {
        self.map(&|leaf| match leaf {
            Self::Text(Subject::Host, test) => decided(test.passes(host)),
            Self::Text(Subject::Url, test) => url(test, host).unwrap_or_else(|| opaque(leaf)),
            Self::Text(Subject::Target, test) => target(test).unwrap_or_else(|| opaque(leaf)),
            Self::Encrypted => Self::Always,
            other => other.clone(),
        })
    }
}

fn decided(answer: Option<bool>) -> Condition {
    if answer == Some(true) { Condition::Always } else { Condition::Never }
}

fn opaque(leaf: &Condition) -> Condition {
    let why = "a regular expression over more than the path cannot be taken apart".to_owned();
    Condition::Opaque { text: leaf.to_string(), why }
}

fn url(test: &TextTest, host: &str) -> Option<Condition> {
    let prefix = format!("https://{host}");
    let rest = |kind| target(&TextTest { kind, ignores_case: test.ignores_case });
    match &test.kind {
        TestKind::Is(text) => match text.strip_prefix(&prefix) {
            Some("") => rest(TestKind::Is("/".to_owned())),
            Some(path) => rest(TestKind::Is(path.to_owned())),
            None => Some(Condition::Never),
        },
        TestKind::StartsWith(text) if prefix.starts_with(text.as_str()) => Some(Condition::Always),
        TestKind::StartsWith(text) => match text.strip_prefix(&prefix) {
            Some(path) => rest(TestKind::StartsWith(path.to_owned())),
            None => Some(Condition::Never),
        },
        TestKind::EndsWith(text) => rest(TestKind::EndsWith(text.clone())),
        TestKind::Contains(text) if prefix.contains(text.as_str()) => Some(Condition::Always),
        TestKind::Contains(text) => {
            let tail = text.strip_prefix(host).or_else(|| text.strip_prefix(&prefix));
            match tail {
                Some(path) => rest(TestKind::StartsWith(path.to_owned())),
                None => rest(TestKind::Contains(text.clone())),
            }
        }
        TestKind::Wildcard(pattern) => {
            let left = residues(pattern, &prefix).into_iter();
            left.map(|pattern| rest(TestKind::Wildcard(pattern)))
                .collect::<Option<Vec<_>>>()
                .map(Condition::any)
        }
        TestKind::Matches(_) => None,
    }
}

/// Path and query apart.
fn target(test: &TextTest) -> Option<Condition> {
    let of = |subject, kind| {
        Condition::Text(subject, TextTest { kind, ignores_case: test.ignores_case })
    };
    let no_query = || Condition::Text(Subject::Query, TextTest::is(""));
    Some(match &test.kind {
        TestKind::Is(text) => match text.split_once('?') {
            Some((path, query)) => Condition::all([
                of(Subject::Path, TestKind::Is(path.to_owned())),
                of(Subject::Query, TestKind::Is(query.to_owned())),
            ]),
            None => Condition::all([of(Subject::Path, TestKind::Is(text.clone())), no_query()]),
        },
        TestKind::StartsWith(text) => match text.split_once('?') {
            Some((path, query)) => Condition::all([
                of(Subject::Path, TestKind::Is(path.to_owned())),
                of(Subject::Query, TestKind::StartsWith(query.to_owned())),
            ]),
            None => of(Subject::Path, TestKind::StartsWith(text.clone())),
        },
        TestKind::Wildcard(pattern) => match pattern.split_once('?') {
            Some((path, query)) => Condition::all([
                of(Subject::Path, TestKind::Wildcard(path.to_owned())),
                of(Subject::Query, TestKind::Wildcard(query.to_owned())),
            ]),
            None if pattern == "*" || pattern == "/*" => Condition::Always,
            None if pattern.ends_with('*') => {
                of(Subject::Path, TestKind::Wildcard(pattern.clone()))
            }
            None => {
                let pattern = if pattern.is_empty() { "/" } else { pattern };
                let path = of(Subject::Path, TestKind::Wildcard(pattern.to_owned()));
                Condition::all([path, no_query()])
            }
        },
        TestKind::Contains(text) if !text.contains('?') => Condition::any([
            of(Subject::Path, TestKind::Contains(text.clone())),
            of(Subject::Query, TestKind::Contains(text.clone())),
        ]),
        TestKind::EndsWith(text) if !text.contains('?') => Condition::any([
            of(Subject::Query, TestKind::EndsWith(text.clone())),
            Condition::all([of(Subject::Path, TestKind::EndsWith(text.clone())), no_query()]),
        ]),
        _ => return None,
    })
}

/// What of a pattern is left once it has matched `prefix`: every way to get there, also that in which a
/// `*` before the path swallows some of it.
fn residues(pattern: &str, prefix: &str) -> Vec<String> {
    let mut places = vec![0];
    spread(pattern, &mut places);
    for byte in prefix.bytes() {
        let mut next = Vec::new();
        for place in places {
            match pattern.as_bytes().get(place) {
                Some(b'*') => push(place, &mut next),
                Some(want) if want.eq_ignore_ascii_case(&byte) => push(place + 1, &mut next),
                _ => {}
            }
        }
        spread(pattern, &mut next);
        places = next;
    }
    let mut left: Vec<String> =
        places.into_iter().filter_map(|place| pattern.get(place..)).map(str::to_owned).collect();
    // A path begins with a slash.
    let may_match = |it: &str| it.is_empty() || it.starts_with(['/', '*']);
    left.retain(|it| may_match(it) && !is_of_another_host(it));
    if left.iter().any(|it| it == "*") {
        return vec!["*".to_owned()];
    }
    // What begins with a star holds for what is left behind the star too.
    if let Some(whole) = left.iter().find(|it| it.starts_with('*')).cloned() {
        left.retain(|it| it.is_empty() || *it == whole);
        if left.iter().any(String::is_empty) {
            left.retain(String::is_empty);
        }
    }
    left.sort();
    left.dedup();
    left
}

/// Whether what is left still looks for a host: `*shop.example/x/*` of `other.example`.
fn is_of_another_host(left: &str) -> bool {
    let Some((host, _)) = left.strip_prefix('*').and_then(|it| it.split_once('/')) else {
        return false;
    };
    host.contains('.') || left.contains("://")
}

fn push(place: usize, places: &mut Vec<usize>) {
    if !places.contains(&place) {
        places.push(place);
    }
}

/// A star may stand for nothing.
fn spread(pattern: &str, places: &mut Vec<usize>) {
    let mut index = 0;
    while let Some(place) = places.get(index).copied() {
        if pattern.as_bytes().get(place) == Some(&b'*') {
            push(place + 1, places);
        }
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_pattern() {
        for (pattern, want) in [
            ("*example.com/images/*", vec!["/images/*"]),
            ("https://www.example.com/a", vec!["/a"]),
            ("www.example.com/*", vec![]),
            ("*.example.com/*", vec!["/*"]),
            ("*", vec!["*"]),
            ("*/old/*", vec!["*/old/*"]),
            ("http*://*/a.js*", vec!["*/a.js*"]),
            ("http://*", vec![]),
            ("*example.com", vec![""]),
            ("*example.org/a/*", vec![]),
            ("*.php", vec!["*.php"]),
        ] {
            assert_eq!(residues(pattern, "https://www.example.com"), want, "{pattern}");
        }
    }
}
