//! `cdn-cli certs`: which certificate is whose, the requests, and the records that prove the domains.

pub(crate) mod list;
mod print;
pub(crate) mod proof;
pub(crate) mod records;
pub(crate) mod request;
pub(crate) mod survey;
