//! DNS as the world sees it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RecordType;

use crate::cutover::caa::climb;
use crate::cutover::records::{RecordSet, normal};
use crate::hints::Hinted;

/// How long a name server has for an answer, twice.
const PATIENCE: Duration = Duration::from_secs(2);
/// Questions without an answer, one after the other, after which none is asked any more: hundreds of
/// domains would take minutes to say nothing.
const STRIKES: usize = 2;

/// Asks name servers.
pub(crate) struct Resolver {
    inner: TokioResolver,
    strikes: AtomicUsize,
}

impl Resolver {
    /// One that asks the server, or those of this machine.
    pub(crate) fn new(server: Option<SocketAddr>) -> anyhow::Result<Self> {
        let mut builder = match server {
            Some(server) => {
                let provider = TokioRuntimeProvider::default();
                TokioResolver::builder_with_config(only(server), provider)
            }
            None => TokioResolver::builder_tokio().map_err(unusable)?,
        };
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 1;
        // Names here are whole; a suffix of the machine's is none of theirs.
        options.ndots = 0;
        options.use_hosts_file = hickory_resolver::config::ResolveHosts::Never;
        Ok(Self { inner: builder.build().map_err(unusable)?, strikes: AtomicUsize::new(0) })
    }

    /// Whether nobody answers.
    pub(crate) fn is_silent(&self) -> bool {
        self.strikes.load(Ordering::Relaxed) >= STRIKES
    }

    /// Where a name leads: its CNAME, else its addresses; `None` where nobody answers.
    pub(crate) async fn addresses(&self, name: &str) -> Option<Vec<RecordSet>> {
        let alias = self.records(name, RecordType::CNAME).await?;
        if !alias.is_empty() {
            return Some(alias);
        }
        let mut found = self.records(name, RecordType::A).await?;
        found.extend(self.records(name, RecordType::AAAA).await?);
        Some(found)
    }

    /// Whether a name is that of a zone.
    pub(crate) async fn is_apex(&self, name: &str) -> Option<bool> {
        Some(!self.records(name, RecordType::SOA).await?.is_empty())
    }

    /// The CAA records that hold for a domain.
    pub(crate) async fn caa(&self, domain: &str) -> Option<Vec<String>> {
        for name in climb(domain, None) {
            let found = self.records(name, RecordType::CAA).await?;
            if let Some(record) = found.into_iter().next() {
                return Some(record.values);
            }
        }
        Some(Vec::new())
    }

    /// The records of the name itself; `None` where nobody answers.
    async fn records(&self, name: &str, kind: RecordType) -> Option<Vec<RecordSet>> {
        if self.is_silent() {
            return None;
        }
        let found = self.inner.lookup(format!("{name}."), kind).await;
        let has_answered = found.as_ref().err().is_none_or(NetError::is_no_records_found);
        if !has_answered {
            self.strikes.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        self.strikes.store(0, Ordering::Relaxed);
        let Ok(answer) = found else { return Some(Vec::new()) };
        let is_its = |it: &&hickory_resolver::proto::rr::Record| {
            it.record_type() == kind && normal(&it.name.to_utf8()) == normal(name)
        };
        let own: Vec<_> = answer.answers().iter().filter(is_its).collect();
        let Some(ttl) = own.iter().map(|it| it.ttl).min() else { return Some(Vec::new()) };
        let mut values: Vec<String> = own.iter().map(|it| text(&it.data.to_string())).collect();
        values.sort_unstable();
        Some(vec![RecordSet::plain(name, &kind.to_string(), ttl, values)])
    }
}

fn text(data: &str) -> String {
    data.trim_end_matches('.').to_owned()
}

fn only(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let connections = connections.map(|mut it| {
        it.port = server.port();
        it
    });
    let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

#[expect(clippy::needless_pass_by_value, reason = "it is the end of the error, as in `map_err`")]
fn unusable(error: NetError) -> anyhow::Error {
    Hinted::error(
        format!("this machine has no name servers to ask: {error}"),
        "name one with --resolver, such as --resolver 192.0.2.53",
    )
}
