//! What is around an answer: the envelope of the API, or nothing.

use serde_json::Value;

use super::SavedFile;
use crate::zone::{Place, Unread};

/// An answer out of its envelope.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) file: String,
    /// Where the result stands in the file.
    base: String,
    pub(super) envelope: Value,
    pub(super) result: Value,
}

/// Errors of the API that say that nothing is there: no ruleset in this phase.
const NOTHING_THERE: [i64; 2] = [10003, 10001];

/// The answers of a file; what is none is told.
pub(super) fn answers(file: &SavedFile, unread: &mut Vec<Unread>) -> Vec<Answer> {
    let mut answers = Vec::new();
    let text = file.text.trim_start_matches('\u{feff}');
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    for (index, document) in documents.enumerate() {
        let base = if index == 0 { String::new() } else { format!("/{index}") };
        match document {
            Ok(document) => open(document, &base, file, &mut answers, unread),
            Err(error) => {
                let why = format!("it is not JSON: {error}");
                unread.push(Unread { place: place(file, &base), why });
                break;
            }
        }
    }
    answers
}

fn place(file: &SavedFile, pointer: &str) -> Place {
    Place { file: file.name.clone(), pointer: pointer.to_owned() }
}

/// Takes a document out of its envelope, or several out of an array of them.
fn open(
    document: Value,
    base: &str,
    file: &SavedFile,
    answers: &mut Vec<Answer>,
    unread: &mut Vec<Unread>,
) {
    let is_enveloped =
        |value: &Value| value.get("result").is_some() && value.get("success").is_some();
    match document {
        Value::Array(pages) if !pages.is_empty() && pages.iter().all(is_enveloped) => {
            for (index, page) in pages.into_iter().enumerate() {
                open(page, &format!("{base}/{index}"), file, answers, unread);
            }
        }
        document if document.get("success").and_then(Value::as_bool) == Some(false) => {
            refused(&document, base, file, unread);
        }
        mut document if document.get("result").is_some() => {
            let result = document.get_mut("result").map(Value::take).unwrap_or_default();
            let base = format!("{base}/result");
            answers.push(Answer { file: file.name.clone(), base, envelope: document, result });
        }
        document => answers.push(Answer {
            file: file.name.clone(),
            base: base.to_owned(),
            envelope: Value::Null,
            result: document,
        }),
    }
}

/// An answer that says no: a zone without a ruleset in a phase says so, everything else is told.
fn refused(document: &Value, base: &str, file: &SavedFile, unread: &mut Vec<Unread>) {
    let errors = document.get("errors").and_then(Value::as_array);
    let code = |error: &Value| error.get("code").and_then(Value::as_i64);
    let errors: Vec<&Value> = errors.into_iter().flatten().collect();
    if !errors.is_empty()
        && errors.iter().all(|it| code(it).is_some_and(|it| NOTHING_THERE.contains(&it)))
    {
        return;
    }
    let told: Vec<String> = errors
        .iter()
        .map(|error| {
            let message = error.get("message").and_then(Value::as_str).unwrap_or("no message");
            format!("{message} ({})", code(error).unwrap_or_default())
        })
        .collect();
    let why = format!("Cloudflare refused to answer: {}", told.join(", "));
    unread.push(Unread { place: place(file, base), why });
}

impl Answer {
    /// What the answer lists, or the one thing that it is.
    pub(super) fn items(&self) -> Vec<(&Value, Place)> {
        match &self.result {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| (item, self.place(&format!("/{index}")))).collect()
            }
            Value::Null => Vec::new(),
            item => vec![(item, self.place(""))],
        }
    }

    /// A place in the result.
    pub(super) fn place(&self, pointer: &str) -> Place {
        Place { file: self.file.clone(), pointer: format!("{}{pointer}", self.base) }
    }

    /// A number that the envelope says of the list.
    pub(super) fn info(&self, key: &str) -> Option<u64> {
        self.envelope.get("result_info")?.get(key)?.as_u64()
    }
}
