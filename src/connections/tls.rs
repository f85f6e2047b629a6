//! TLS on the listener of the API: the node's certificate and its key, read again when their files change.
//!
//! TLS 1.2 and 1.3 with the suites of rustls. HTTP/1.1 alone is offered (ALPN): the limits of this room count connections
//! and the requests of each, one after the other, and HTTP/2 would put a hundred at once on one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use actix_web::rt::time::{sleep, timeout};
use actix_web::web;
use ades::Certificate;
use chrono::{DateTime, TimeDelta, Utc};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error as RustlsError, ServerConfig};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use zeroize::Zeroizing;

use super::socket::Connection;
use crate::config;
use crate::telemetry;
use crate::time::Clock;

/// The only protocol that is offered.
const HTTP_1_1: &[u8] = b"http/1.1";

/// How long a handshake may take: as long as the first head of a request.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// The pause between two looks at the files.
const PAUSE: Duration = Duration::from_secs(5);

/// The part of a certificate's life, at its end, in which somebody should look: whoever renews in time has done so.
const LAST_PART: i32 = 10;

/// Where certificate and key are.
#[derive(Debug, Clone)]
pub struct PairFiles {
    /// PEM: the certificate, then its issuers.
    pub certificate: PathBuf,
    /// PEM: its private key, without a passphrase.
    pub key: PathBuf,
}

/// Why the files cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairFault {
    /// A file cannot be read.
    #[error("the file {} cannot be read: {why}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// There is no certificate in it, or one that cannot be parsed.
    #[error("the file {} holds no certificate in PEM, or one that cannot be parsed", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in it, or one that cannot be used.
    #[error("the file {} holds no private key in PEM that can be used; it must have no passphrase", .0.display())]
    NoKey(PathBuf),
    /// The key is another one's.
    #[error("the key in {} is not the key of the certificate in {}", .key.display(), .certificate.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The certificate is not valid now.
    #[error("the certificate in {} is valid from {from} until {until}, and not now", .file.display())]
    NotNow {
        /// Its file.
        file: PathBuf,
        /// When its validity begins.
        from: DateTime<Utc>,
        /// When its validity ends.
        until: DateTime<Utc>,
    },
    /// The library refuses these versions of TLS.
    #[error("TLS cannot be set up")]
    Unsupported,
}

/// A certificate with its key, as read.
#[derive(Debug)]
struct Pair {
    certified: Arc<CertifiedKey>,
    leaf: Certificate,
}

impl Pair {
    /// Reads the files.
    fn read(files: &PairFiles, now: DateTime<Utc>) -> Result<Self, PairFault> {
        let (certificate, key) = (read(&files.certificate)?, read(&files.key)?);
        let no_certificate = || PairFault::NoCertificate(files.certificate.clone());
        let no_key = || PairFault::NoKey(files.key.clone());
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificate)
            .collect::<Result<_, _>>()
            .map_err(|_| no_certificate())?;
        let leaf =
            chain.first().and_then(|leaf| Certificate::from_der(leaf).ok()).ok_or_else(no_certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| no_key())?;
        let certified = CertifiedKey::from_der(chain, key, &default_provider()).map_err(|why| match why {
            RustlsError::InconsistentKeys(_) => {
                PairFault::Mismatch { certificate: files.certificate.clone(), key: files.key.clone() }
            }
            _ => no_key(),
        })?;
        if !leaf.is_valid_at(now) {
            let (from, until) = (leaf.not_before(), leaf.not_after());
            return Err(PairFault::NotNow { file: files.certificate.clone(), from, until });
        }
        Ok(Self { certified: Arc::new(certified), leaf })
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, PairFault> {
    let unreadable =
        |error: std::io::Error| PairFault::Unreadable { file: path.to_owned(), why: config::reason(&error) };
    fs::read(path).map(Zeroizing::new).map_err(unreadable)
}

/// The pair that is shown to new connections.
#[derive(Debug)]
struct Shown(RwLock<Pair>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).certified.clone())
    }
}

/// What a look at the files found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// The pair that is in use.
    Same,
    /// Another pair, which is in use from now on.
    Renewed,
    /// What cannot be used; the pair before stays in use.
    Refused(PairFault),
}

/// The state of the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// When the certificate in use expires.
    pub expires_at: DateTime<Utc>,
    /// Whether it is in the last part of its life, or past it.
    pub ends_soon: bool,
    /// Whether it has expired.
    pub has_expired: bool,
    /// Why what is in the files now is not used.
    pub refused: Option<PairFault>,
}

/// TLS on a listener.
pub struct Tls {
    files: PairFiles,
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
    refused: Mutex<Option<PairFault>>,
}

impl Tls {
    /// Opens the pair in these files.
    ///
    /// # Errors
    /// See [`PairFault`].
    pub fn open(files: PairFiles, now: DateTime<Utc>) -> Result<Self, PairFault> {
        let shown = Arc::new(Shown(RwLock::new(Pair::read(&files, now)?)));
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|_| PairFault::Unsupported)?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        // No session is resumed: each connection is shown the certificate of now.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self { files, acceptor: Arc::new(config).into(), shown, refused: Mutex::default() })
    }

    /// Does the handshake of a new connection, whose limits go on to hold.
    ///
    /// # Errors
    /// Fails for a client that does not speak TLS, shares no version or suite with us, or is too slow.
    pub(crate) async fn accept(&self, connection: Connection) -> std::io::Result<TlsStream<Connection>> {
        let handshake = timeout(HANDSHAKE, self.acceptor.accept(connection));
        handshake.await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }

    /// Reads the files again, and uses what is in them from now on, unless it is unfit.
    pub fn look(&self, now: DateTime<Utc>) -> Look {
        let found = match Pair::read(&self.files, now) {
            Ok(pair) => {
                *self.refused() = None;
                self.show(pair)
            }
            Err(fault) => Look::Refused(fault),
        };
        if let Look::Refused(fault) = &found {
            *self.refused() = Some(fault.clone());
        }
        found
    }

    fn show(&self, pair: Pair) -> Look {
        let mut shown = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
        if shown.certified.cert == pair.certified.cert {
            return Look::Same;
        }
        *shown = pair;
        Look::Renewed
    }

    /// Returns the state of the certificate in use.
    pub fn health(&self, now: DateTime<Utc>) -> Health {
        let shown = self.shown.0.read().unwrap_or_else(PoisonError::into_inner);
        let (begins_at, expires_at) = (shown.leaf.not_before(), shown.leaf.not_after());
        let last: TimeDelta = (expires_at - begins_at) / LAST_PART;
        let (ends_soon, has_expired) = (now > expires_at - last, now > expires_at);
        Health { expires_at, ends_soon, has_expired, refused: self.refused().clone() }
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, Option<PairFault>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at the files again and again, for as long as it is polled: logs what an operator must know, and sets the metrics.
pub async fn watch(tls: Arc<Tls>, clock: Clock) {
    let mut last = Look::Same;
    loop {
        let (looking, now) = (tls.clone(), clock.now());
        let found = web::block(move || looking.look(now)).await.unwrap_or(Look::Same);
        tell(&found, &last);
        let health = tls.health(now);
        telemetry::tls((health.expires_at - now).num_seconds(), health.refused.is_none());
        last = found;
        sleep(PAUSE).await;
    }
}

/// Logs what is new.
fn tell(found: &Look, last: &Look) {
    match found {
        Look::Renewed => log::info!("tls: the certificate was renewed"),
        Look::Refused(fault) if found != last => {
            log::error!("tls: the new certificate and key are not used, the ones before are: {fault}");
        }
        Look::Refused(_) | Look::Same => {}
    }
}
