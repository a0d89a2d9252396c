//! The plain server's router: which site a request is for.

use std::sync::Arc;

use axum::Router;

use crate::error::SetupError;
use crate::shared::Shared;
use crate::site::SiteService;

/// The sites of a server, by host name.
#[derive(Clone, Debug)]
pub struct Sites {}

impl Sites {
    /// Where there is one site alone, it answers under every host name.
    ///
    /// # Errors
    /// [`SetupError::DomainTaken`].
    pub fn new(services: Vec<SiteService>) -> Result<Self, SetupError> {
        let _ = services;
        todo!()
    }

    /// The site for a `Host` header, with or without a port.
    pub fn find(&self, host: &str) -> Option<&SiteService> {
        let _ = host;
        todo!()
    }
}

/// `/healthz`, `/metrics`, and everything else to the site that its `Host` names.
pub fn router(sites: Sites, shared: Arc<Shared>) -> Router {
    let _ = (sites, shared);
    todo!()
}
