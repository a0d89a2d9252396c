//! A side behind TLS, before its DNS exists.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use site_compare::{AllowRules, Order, SideOrder, Url, compare, from_list, report};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, crypto};
use tokio_rustls::server::TlsStream;

/// Takes connections over TLS; one whose handshake fails is dropped.
struct Tls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.tcp.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

/// Starts `https://shop.example`; the second is its authority's certificate.
async fn start(page: &'static str) -> (SocketAddr, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key_of_authority = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key_of_authority).unwrap().pem();
    let issuer = Issuer::new(authority, key_of_authority);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["shop.example".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let listener = Tls { tcp, acceptor: TlsAcceptor::from(Arc::new(config)) };
    let router = Router::new().route("/", get(move || async move { page }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, root)
}

#[tokio::test]
async fn a_side_is_reached_before_its_dns_exists() {
    let ((old, old_root), (new, new_root)) = (start("a").await, start("b").await);
    let side = |address: SocketAddr| SideOrder {
        base: Url::parse("https://shop.example").unwrap(),
        resolve: vec![format!("shop.example={address}").parse().unwrap()],
    };
    let mut order = Order::of(side(old), side(new));
    order.certificates = Some(format!("{old_root}{new_root}").into_bytes());
    let targets = from_list("/", &order.old.base, &order.new.base).unwrap();
    let rules = AllowRules::default();
    let trusted = compare(&order, &targets, &rules, || {}).await.unwrap();
    insta::assert_snapshot!(report::text(&trusted), @r"
    /
      body: line 1: a -> line 1: b
    ");

    order.certificates = Some(old_root.into_bytes());
    let untrusted = compare(&order, &targets, &rules, || {}).await.unwrap();
    let failure = &untrusted.compared[0].differences[0];
    assert_eq!((failure.old.as_str(), &failure.new[..14]), ("200", "no connection:"));
}
