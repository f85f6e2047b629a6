//! TLS of the node itself: who is served, what is cut, and how a renewed certificate comes into use.

use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{sleep, timeout};
use cazier::connections::{Limits, Pace};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::tls::{TlsInfo, Version};
use reqwest::{Certificate, Client};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{Database, House, Process, json_of};

const PATIENCE: Duration = Duration::from_secs(60);
const LARGE: &str = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n\r\n";

/// An authority of its own, and the folder that a node reads its pair from.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { issuer, folder: tempfile::tempdir().unwrap() };
        authority.issue();
        authority
    }

    /// Puts a new pair where the node reads it; answers the certificate.
    fn issue(&self) -> Vec<u8> {
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        self.write("certificate.pem", &certificate.pem());
        self.write("key.pem", &key.serialize_pem());
        certificate.der().to_vec()
    }

    /// Replaces a file as a whole.
    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::write(format!("{path}.new"), text).unwrap();
        fs::rename(format!("{path}.new"), path).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn client(&self, version: Version) -> Client {
        let root = Certificate::from_pem(self.issuer.pem().as_bytes()).unwrap();
        let client =
            Client::builder().tls_built_in_root_certs(false).add_root_certificate(root).tls_info(true);
        let client = client.min_tls_version(version).max_tls_version(version).pool_max_idle_per_host(0);
        client.build().unwrap()
    }

    /// A handshake that offers these protocols.
    async fn shake_hands(
        &self,
        stream: TcpStream,
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.issuer.pem().as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await
    }

    async fn house(&self, connections: usize) -> House {
        let pace = Pace { grace: Duration::from_secs(2), bytes_per_second: 1024, ..Pace::default() };
        let connections = NonZeroUsize::new(connections).unwrap();
        let house = House::with().limits(Limits { connections, per_sender: connections, pace });
        let house = house.setting("CAZIER_TLS_CERTIFICATE", &self.path("certificate.pem"));
        house.setting("CAZIER_TLS_KEY", &self.path("key.pem")).start().await
    }
}

fn address(house: &House) -> SocketAddr {
    house.api.socket_addrs(|| None).unwrap()[0]
}

fn live(at: SocketAddr) -> String {
    format!("https://{at}/health/live")
}

/// Reads until the other side closes.
async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    // A reset is an end too.
    let ended = timeout(PATIENCE, stream.read_to_end(&mut all)).await;
    assert!(ended.is_ok(), "the connection is never closed");
    all
}

/// Asks until somebody is served.
async fn await_room(client: &Client, at: SocketAddr) {
    let begun = Instant::now();
    while !client.get(live(at)).send().await.is_ok_and(|answer| answer.status() == 200) {
        assert!(begun.elapsed() < PATIENCE, "the place is never given back");
        sleep(Duration::from_millis(100)).await;
    }
}

#[actix_web::test]
async fn the_api_is_served_by_tls_1_2_and_1_3_and_http_1_1_alone() {
    let authority = Authority::new();
    let house = authority.house(100).await;
    let at = address(&house);
    for version in [Version::TLS_1_2, Version::TLS_1_3] {
        json_of(authority.client(version).get(live(at)).send().await.unwrap(), 200).await;
    }
    let stranger = Authority::new().client(Version::TLS_1_3).get(live(at)).send().await;
    assert!(stranger.is_err(), "whoever does not know the authority believes nothing");
    let mut plain = TcpStream::connect(at).await.unwrap();
    plain.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let answer = read_all(&mut plain).await;
    assert!(!answer.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&answer));
    let both = authority.shake_hands(TcpStream::connect(at).await.unwrap(), &["h2", "http/1.1"]).await;
    assert_eq!(both.unwrap().get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let newer = authority.shake_hands(TcpStream::connect(at).await.unwrap(), &["h2"]).await;
    assert!(newer.is_err(), "HTTP/2 is not spoken");
}

#[actix_web::test]
async fn a_handshake_that_drips_and_a_reader_that_does_not_read_lose_their_places() {
    let authority = Authority::new();
    let house = authority.house(1).await;
    let (at, client) = (address(&house), authority.client(Version::TLS_1_3));
    let mut silent = TcpStream::connect(at).await.unwrap();
    // The first part of a record that never ends.
    silent.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
    let mut second = TcpStream::connect(at).await.unwrap();
    assert_eq!(read_all(&mut second).await, b"", "there is one place, and nothing is told in clear");
    await_room(&client, at).await;
    assert_eq!(read_all(&mut silent).await, b"");
    let begun = Instant::now();
    let mut reader = loop {
        // The place of the client before is given back a moment after its answer.
        let stream = TcpStream::connect(at).await.unwrap();
        match authority.shake_hands(stream, &["http/1.1"]).await {
            Ok(reader) => break reader,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
    };
    reader.write_all(LARGE.repeat(20).as_bytes()).await.unwrap();
    reader.flush().await.unwrap();
    await_room(&client, at).await;
    drop(reader);
}

/// The certificate that a node shows.
async fn shown(client: &Client, at: SocketAddr) -> Vec<u8> {
    let answer = client.get(live(at)).send().await.unwrap();
    answer.extensions().get::<TlsInfo>().unwrap().peer_certificate().unwrap().to_vec()
}

/// Waits until the metrics of a node have this line.
async fn await_metric(node: &Process, line: &str) {
    let (begun, metrics) = (Instant::now(), format!("http://{}/metrics", node.operators()));
    loop {
        let page = reqwest::get(&metrics).await.unwrap().text().await.unwrap();
        if page.lines().any(|found| found == line) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{page}");
        sleep(Duration::from_millis(200)).await;
    }
}

async fn tls_check(node: &Process) -> Value {
    let ready = reqwest::get(format!("http://{}/health/ready", node.operators())).await.unwrap();
    let ready = json_of(ready, 200).await;
    ready["checks"].as_array().unwrap().iter().find(|check| check["name"] == "tls").unwrap().clone()
}

#[actix_web::test]
async fn a_renewed_pair_is_shown_to_new_connections_and_a_bad_one_is_not() {
    let (database, authority) = (Database::from_template(), Authority::new());
    let (certificate, key) = (authority.path("certificate.pem"), authority.path("key.pem"));
    let settings = [("CAZIER_TLS_CERTIFICATE", certificate.as_str()), ("CAZIER_TLS_KEY", &key)];
    let node = Process::serve_alone(&database, &settings);
    let (at, client) = (node.api(), authority.client(Version::TLS_1_3));
    let (first, renewed) = (shown(&client, at).await, authority.issue());
    let begun = Instant::now();
    while shown(&client, at).await != renewed {
        assert!(begun.elapsed() < PATIENCE, "it is never shown: {}", node.log());
        sleep(Duration::from_millis(200)).await;
    }
    assert_ne!(first, renewed);
    await_metric(&node, "tls_pair_usable 1").await;
    assert_eq!(tls_check(&node).await["status"], "pass");
    authority.write("key.pem", &KeyPair::generate().unwrap().serialize_pem());
    await_metric(&node, "tls_pair_usable 0").await;
    assert_eq!(shown(&client, at).await, renewed, "the pair before stays in use");
    let check = tls_check(&node).await;
    assert_eq!(check["status"], "warn");
    assert!(check["detail"].as_str().unwrap().contains("is not the key of the certificate"), "{check}");
    assert!(node.log().contains("the new certificate and key are not used"), "{}", node.log());
    fs::remove_file(Path::new(&certificate)).unwrap();
    let last = authority.issue();
    await_metric(&node, "tls_pair_usable 1").await;
    assert_eq!(shown(&client, at).await, last);
    node.terminate();
}
