//! TLS as browsers have it: the machine's authorities, and those of a test.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A text that holds no certificates.
    #[error("no certificate in PEM")]
    NoCertificate,
    /// What `rustls` says of them.
    #[error("certificates that cannot be used")]
    Unusable(#[from] rustls::Error),
}

/// A connector that trusts this machine's authorities and those in `more`, in PEM. `http2` offers
/// HTTP/2 before HTTP/1.1.
pub(crate) fn connector(more: Option<&[u8]>, http2: bool) -> Result<TlsConnector, TlsError> {
    let mut roots = RootCertStore::empty();
    // A machine without authorities can still reach hosts of `more`, or without TLS.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in more.map(authorities).transpose()?.unwrap_or_default() {
        roots.add(certificate)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if http2 {
        config.alpn_protocols.insert(0, b"h2".to_vec());
    }
    Ok(TlsConnector::from(Arc::new(config)))
}

fn authorities(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    all.ok().filter(|all| !all.is_empty()).ok_or(TlsError::NoCertificate)
}
