//! What becomes of a request.

use edge_resizer::Response;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::answer::Answer;
use crate::job::Job;

/// What becomes of a request: exactly one of an answer, a job, and a way on to the origin.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Step {
    kind: Kind,
    site: Option<String>,
}

#[derive(Debug)]
enum Kind {
    Respond(Option<Response>),
    Fetch(Option<Box<edge_resizer::Job>>),
    Pass { path: String },
}

impl Step {
    /// The core's step for a site; `path` is what the viewer asked for.
    pub(crate) fn new(step: edge_resizer::Step, site: &str, path: &str) -> Self {
        let kind = match step {
            edge_resizer::Step::Respond(response) => Kind::Respond(Some(response)),
            edge_resizer::Step::Fetch(job) => Kind::Fetch(Some(job)),
            edge_resizer::Step::Pass => Kind::Pass { path: path.to_owned() },
        };
        Self { kind, site: Some(site.to_owned()) }
    }

    /// The way on for a request that is for no site.
    pub(crate) fn pass(path: &str) -> Self {
        Self { kind: Kind::Pass { path: path.to_owned() }, site: None }
    }
}

#[wasm_bindgen]
impl Step {
    /// `respond`: the answer is there; `fetch`: an original is needed; `pass`: it asks for no
    /// picture that is made here.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        match self.kind {
            Kind::Respond(_) => "respond",
            Kind::Fetch(_) => "fetch",
            Kind::Pass { .. } => "pass",
        }
        .to_owned()
    }

    /// The name of the site, where the request is for one.
    #[wasm_bindgen(getter)]
    pub fn site(&self) -> Option<String> {
        self.site.clone()
    }

    /// `pass`: the path that the viewer asked for.
    #[wasm_bindgen(getter)]
    pub fn path(&self) -> Option<String> {
        match &self.kind {
            Kind::Pass { path } => Some(path.clone()),
            _ => None,
        }
    }

    /// `respond`: the answer, once.
    #[wasm_bindgen(js_name = takeAnswer)]
    pub fn take_answer(&mut self) -> Option<Answer> {
        match &mut self.kind {
            Kind::Respond(response) => response.take().map(Answer::from),
            _ => None,
        }
    }

    /// `fetch`: the job, once.
    #[wasm_bindgen(js_name = takeJob)]
    pub fn take_job(&mut self) -> Option<Job> {
        match &mut self.kind {
            Kind::Fetch(job) => job.take().map(|job| Job::new(*job)),
            _ => None,
        }
    }
}
