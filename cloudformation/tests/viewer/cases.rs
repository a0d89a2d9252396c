//! Requests of files: those of this suite, and those by which the core is tested.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use edge_resizer::{Policy, Request};
use serde::Deserialize;

/// A request for a site with these rules.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) request: Request,
    pub(crate) policy: Policy,
}

/// The cases of this suite.
pub(crate) fn own() -> Vec<(String, Case)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        group: Vec<Group>,
    }
    /// Every URL is asked for with each of the headers.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Group {
        name: String,
        #[serde(default)]
        policy: Policy,
        #[serde(default = "no_headers")]
        headers: Vec<BTreeMap<String, String>>,
        #[serde(default)]
        method: Option<String>,
        urls: Vec<String>,
    }
    fn no_headers() -> Vec<BTreeMap<String, String>> {
        vec![BTreeMap::new()]
    }
    let file: File = toml::from_str(&read(Path::new("viewer/requests.toml"))).unwrap();
    let mut cases = Vec::new();
    for group in file.group {
        for headers in &group.headers {
            for url in &group.urls {
                let request = request(url, group.method.as_deref(), headers);
                let case = Case { request, policy: group.policy.clone() };
                cases.push((group.name.clone(), case));
            }
        }
    }
    cases
}

/// The cases by which pictures are tested, `tests/cases/*.toml`.
pub(crate) fn of_the_core() -> Vec<(String, Case)> {
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        case: Vec<CoreCase>,
    }
    #[derive(Deserialize)]
    struct CoreCase {
        name: String,
        url: String,
        method: Option<String>,
        accept: Option<String>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        policy: Policy,
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let file: File = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for mut case in file.case {
            if let Some(accept) = case.accept {
                case.headers.insert("accept".to_owned(), accept);
            }
            let request = request(&case.url, case.method.as_deref(), &case.headers);
            cases.push((case.name, Case { request, policy: case.policy }));
        }
    }
    cases
}

fn request(url: &str, method: Option<&str>, headers: &BTreeMap<String, String>) -> Request {
    let mut request = Request { now: 1_700_000_000, ..Request::get(url) };
    if let Some(method) = method {
        request.method = method.parse().unwrap();
    }
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers.insert(name, value.parse().unwrap());
    }
    request
}

fn read(path: &Path) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)).unwrap()
}
