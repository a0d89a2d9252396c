//! The sites of a bundle.

use std::collections::BTreeMap;

use edge_resizer::{EdgePath, Policy, Request, accept, accept_variant, host_name};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::step::Step;

/// The sites of a bundle, ready to answer.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Resizer {
    policies: BTreeMap<String, Policy>,
    /// Names of sites by domain.
    domains: BTreeMap<String, String>,
    behind_viewer_function: bool,
}

/// What a bundle says, as far as it is this module's business.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Setup {
    behind_viewer_function: bool,
    sites: Vec<Site>,
}

#[derive(Debug, Deserialize)]
struct Site {
    name: String,
    domains: Vec<String>,
    images: Policy,
}

/// A request as JavaScript has it.
#[derive(Debug, Deserialize)]
struct Asked {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    now: u64,
}

#[wasm_bindgen]
impl Resizer {
    /// Reads what a bundle says of its sites, a JSON object with `behindViewerFunction` and `sites`,
    /// each with `name`, `domains` and `images`.
    ///
    /// # Errors
    /// What is wrong with the JSON, and where.
    #[wasm_bindgen(constructor)]
    pub fn new(setup: &str) -> Result<Self, JsError> {
        let Setup { behind_viewer_function, sites } = serde_json::from_str(setup)?;
        let mut resizer =
            Self { policies: BTreeMap::new(), domains: BTreeMap::new(), behind_viewer_function };
        for Site { name, domains, images } in sites {
            let domains = domains.into_iter().map(|domain| (domain, name.clone()));
            resizer.domains.extend(domains);
            resizer.policies.insert(name, images);
        }
        Ok(resizer)
    }

    /// Reads a request, a JSON object with `method`, `path` and `query` as on the request line,
    /// `headers` as a list of `[name, value]`, and `now` in seconds since 1970.
    ///
    /// Behind the viewer function the path says which site is meant, else the host does.
    ///
    /// # Errors
    /// What is wrong with the JSON, and where.
    pub fn accept(&self, request: &str) -> Result<Step, JsError> {
        let mut request: Request = serde_json::from_str::<Asked>(request)?.into();
        if !self.behind_viewer_function {
            let site = self.site_of(&request.headers);
            return Ok(self.step(site, |policy| accept(&request, policy), &request.path));
        }
        let path = std::mem::take(&mut request.path);
        Ok(match EdgePath::parse(&path) {
            Some(EdgePath::Variant { site, key }) => {
                self.step(Some(site), |policy| accept_variant(key, &request, policy), &path)
            }
            Some(EdgePath::Request { site, path }) => {
                path.clone_into(&mut request.path);
                self.step(Some(site), |policy| accept(&request, policy), path)
            }
            None => Step::pass(&path),
        })
    }
}

impl Resizer {
    fn step(
        &self,
        site: Option<&str>,
        begin: impl FnOnce(&Policy) -> edge_resizer::Step,
        path: &str,
    ) -> Step {
        match site.and_then(|site| Some((site, self.policies.get(site)?))) {
            Some((site, policy)) => Step::new(begin(policy), site, path),
            None => Step::pass(path),
        }
    }

    /// The site that the `Host` names; where there is one alone, that.
    fn site_of(&self, headers: &HeaderMap) -> Option<&str> {
        let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let only = || match self.policies.len() {
            1 => self.policies.keys().next(),
            _ => None,
        };
        self.domains.get(&host_name(host)).or_else(only).map(String::as_str)
    }
}

impl From<Asked> for Request {
    fn from(asked: Asked) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in asked.headers {
            // What is no header of HTTP says nothing.
            if let (Ok(name), Ok(value)) =
                (HeaderName::try_from(name), HeaderValue::try_from(value))
            {
                headers.append(name, value);
            }
        }
        Self {
            // What is no method is not allowed, whatever it is.
            method: asked.method.parse().unwrap_or(Method::TRACE),
            path: asked.path,
            query: asked.query.filter(|query| !query.is_empty()),
            headers,
            now: asked.now,
            held: None,
        }
    }
}
