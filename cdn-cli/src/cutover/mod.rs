//! What a cut-over to `CloudFront` needs of DNS and of certificates. Pure: no network, no clock.
//!
//! ```text
//! certificates, domains      -> the one that covers them          certificate
//! site, its endpoint         -> the records that it wants          wanted
//! wanted, what is there now  -> Verdict                            verdict
//! CAA records                -> whether Amazon may issue           caa
//! what is there, a weight    -> Batch: what goes, what comes       shift
//! records                    -> a zone file                        zone_file
//! journal, the time          -> the next step of a site            journey
//! ```

pub(crate) mod caa;
pub(crate) mod certificate;
pub(crate) mod journey;
pub(crate) mod records;
pub(crate) mod shift;
pub(crate) mod verdict;
pub(crate) mod wanted;
pub(crate) mod zone_file;
