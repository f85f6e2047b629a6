//! The keys of a sandbox: generated at its first start, stored in its data folder, readable only by their owner.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;
use url::Url;

use super::super::Failure;
use super::super::keys::make::write_new;
use crate::person::Keyring;
use crate::sandbox::trust_services::TrustServices;
use crate::server::assembly::Secrets;
use crate::signature::{Source, Where};
use crate::time::Clock;
use ades::development_pki::{DevelopmentPki, Hierarchy};
use ades::{Certificate, RsaScheme};

/// The folder of the keys.
pub(super) struct DevelopmentKeys {
    folder: PathBuf,
}

impl DevelopmentKeys {
    /// Returns the keys in a data folder, generating them if they are missing. `revocation` is the URL where their
    /// certificates say that revocation is published.
    pub(super) fn at(data_dir: &Path, revocation: &str) -> Result<Self, Failure> {
        let folder = data_dir.join("keys");
        let keys = Self { folder };
        if !keys.path("seal-key.pem").exists() {
            keys.create(revocation)?;
        }
        Ok(keys)
    }

    /// Returns the path of a file in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads all keys.
    pub(super) fn secrets(&self) -> Result<Secrets, Failure> {
        let read = |name| fs::read_to_string(self.path(name));
        Ok(Secrets {
            sealing_keys: read("sealing-keys")?.trim().to_owned(),
            index_keys: read("index-keys")?.trim().to_owned(),
            seal_keys: vec![Source {
                chain_pem: read("seal-chain.pem")?,
                key: Where::File {
                    pem: read("seal-key.pem")?.into(),
                    passphrase: None,
                    rsa: RsaScheme::default(),
                },
            }],
        })
    }

    /// Returns the address where the certificates say that revocation is published; `None` in a folder of an earlier
    /// version.
    pub(super) fn published_at(&self) -> Result<Option<SocketAddr>, Failure> {
        let chain = Certificate::all_from_pem(&fs::read_to_string(self.path("seal-chain.pem"))?)?;
        let url = chain.first().and_then(|seal| seal.ocsp_urls().into_iter().next());
        let Some(url) = url else { return Ok(None) };
        Ok(Url::parse(&url)?.socket_addrs(|| None)?.into_iter().next())
    }

    /// Makes the trust services by the authorities of these keys; none in a folder of an earlier version.
    pub(super) fn trust_services(&self, clock: &Clock) -> Result<Option<Arc<TrustServices>>, Failure> {
        if !self.path("responder-key.pem").exists() {
            log::warn!("these development keys have no trust services: signatures stay at level B-B");
            return Ok(None);
        }
        let read = |name| fs::read_to_string(self.path(name));
        let pki = DevelopmentPki {
            root_pem: read("root.pem")?,
            issuing_pem: read("issuing.pem")?,
            seal_chain_pem: read("seal-chain.pem")?,
            seal_key_pem: read("seal-key.pem")?,
            timestamp_chain_pem: read("timestamp-chain.pem")?,
            timestamp_key_pem: read("timestamp-key.pem")?,
            responder_pem: read("responder.pem")?,
            responder_key_pem: read("responder-key.pem")?,
            root_key_pem: read("root-key.pem")?,
            issuing_key_pem: read("issuing-key.pem")?,
        };
        Ok(Some(Arc::new(TrustServices::new(&pki, clock.clone(), Vec::new())?)))
    }

    /// Generates the keys, the signing key last, so that an interrupted start is completed by the next.
    fn create(&self, revocation: &str) -> Result<(), Failure> {
        log::info!("making a development PKI and encryption keys in {}", self.folder.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let pki = Hierarchy::named("cazier").publishing_at(revocation).create(Utc::now())?;
        self.write("issuing.pem", &pki.issuing_pem)?;
        self.write("issuing-key.pem", &pki.issuing_key_pem)?;
        self.write("root-key.pem", &pki.root_key_pem)?;
        self.write("timestamp-chain.pem", &pki.timestamp_chain_pem)?;
        self.write("timestamp-key.pem", &pki.timestamp_key_pem)?;
        self.write("responder.pem", &pki.responder_pem)?;
        self.write("responder-key.pem", &pki.responder_key_pem)?;
        self.write("sealing-keys", &Keyring::generate_spec()?)?;
        self.write("index-keys", &Keyring::generate_spec()?)?;
        self.write("root.pem", &pki.root_pem)?;
        self.write("seal-chain.pem", &(pki.seal_chain_pem + &pki.root_pem))?;
        self.write("seal-key.pem", &pki.seal_key_pem)
    }

    /// Writes a file of the folder, readable only by its owner.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(self.path(name))?;
        Ok(file.write_all(text.as_bytes())?)
    }
}

/// Makes a hierarchy of its own in a folder: the root, the seal's chain and key. Overwrites nothing.
pub(super) fn make_hierarchy(folder: &Path) -> Result<(), Failure> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let pki = Hierarchy::named("cazier").create(Utc::now())?;
    write_new(&folder.join("root.pem"), &pki.root_pem)?;
    write_new(&folder.join("seal-chain.pem"), &(pki.seal_chain_pem + &pki.root_pem))?;
    write_new(&folder.join("seal-key.pem"), &pki.seal_key_pem)
}
