//! All that is made for the questions of a company: tables over raw logs, one over compacted ones,
//! and the views.

use crate::compacted::Compacted;
use crate::hosts::Hosts;
use crate::raw::RawLogs;
use crate::statement::{create_database, create_table, create_view};
use crate::table::Table;
use crate::view::{View, ViewError};

/// The view that reports ask: over compacted logs where there are some, else over raw ones.
pub const REQUESTS_VIEW: &str = "requests";
/// The view over raw logs, which has today's as well.
pub const RAW_VIEW: &str = "requests_raw";

/// What there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The database.
    pub database: String,
    /// Raw logs, a table for each format.
    pub raw: Vec<RawLogs>,
    /// Compacted logs.
    pub compacted: Option<Compacted>,
    /// Whose hosts there are.
    pub hosts: Hosts,
}

impl Setup {
    /// The tables.
    pub fn tables(&self) -> Vec<Table> {
        let compacted = self.compacted.iter().map(Compacted::table);
        self.raw.iter().map(RawLogs::table).chain(compacted).collect()
    }

    /// The views.
    ///
    /// # Errors
    /// Where there are no logs at all, or raw logs whose folders are named differently.
    pub fn views(&self) -> Result<Vec<View>, ViewError> {
        let raw = |name| View::over_raw(name, &self.database, &self.raw, &self.hosts);
        let Some(compacted) = &self.compacted else { return Ok(vec![raw(REQUESTS_VIEW)?]) };
        let mut views = vec![View::over_compacted(REQUESTS_VIEW, &self.database, compacted)];
        if !self.raw.is_empty() {
            views.push(raw(RAW_VIEW)?);
        }
        Ok(views)
    }

    /// All of it as statements, in the order in which they are run.
    ///
    /// # Errors
    /// As [`Self::views`].
    pub fn statements(&self) -> Result<Vec<String>, ViewError> {
        let tables = self.tables();
        let tables = tables.iter().map(|table| create_table(table, &self.database));
        let views = self.views()?;
        let views = views.iter().map(create_view);
        Ok([create_database(&self.database)].into_iter().chain(tables).chain(views).collect())
    }

    /// All of it as entries of the catalog, for a template.
    ///
    /// # Errors
    /// As [`Self::views`].
    pub fn catalog(&self) -> Result<Vec<Table>, ViewError> {
        let views = self.views()?;
        Ok(self.tables().into_iter().chain(views.iter().map(View::table)).collect())
    }
}
