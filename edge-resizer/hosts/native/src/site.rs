//! THE SPINE: a request for a site becomes an answer.

use std::sync::Arc;

use edge_resizer::Request;
use fleet::Site;
use http::request::Parts;

use crate::error::SetupError;
use crate::served::Served;
use crate::shared::Shared;

/// One site, ready to answer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SiteService {}

impl SiteService {
    /// Connects a site to its origin and to what all sites share.
    ///
    /// # Errors
    /// [`SetupError`] where the origin cannot be used.
    pub fn new(site: &Site, shared: Arc<Shared>) -> Result<Self, SetupError> {
        let _ = (site, shared);
        todo!()
    }

    /// The site.
    pub fn site(&self) -> &Site {
        todo!()
    }

    /// Answers a request. Never fails: what goes wrong is an answer too. Dropping the future stops
    /// the work, unless another request waits for the same variant.
    pub async fn respond(&self, request: &Request) -> Served {
        let _ = request;
        todo!()
    }
}

/// The core's view of an HTTP request, at the present time.
pub fn core_request(parts: &Parts) -> Request {
    let _ = parts;
    todo!()
}
