//! The keys of a sandbox: made on its first start, kept in its data folder, readable by their owner alone.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::Utc;

use super::Failure;
use crate::assembly::Secrets;
use crate::person::Keyring;
use crate::seal::{Source, Where};
use crate::signature::{RsaScheme, development_pki};

/// Where the keys are.
pub(super) struct DevelopmentKeys {
    folder: PathBuf,
}

impl DevelopmentKeys {
    /// The keys below a data folder; made when they are not there.
    pub(super) fn at(data_dir: &Path) -> Result<Self, Failure> {
        let folder = data_dir.join("keys");
        let keys = Self { folder };
        if !keys.path("seal-key.pem").exists() {
            keys.create()?;
        }
        Ok(keys)
    }

    /// A file of the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// All of them, read.
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

    /// The seal's key last: a start that was interrupted before it is taken up again.
    fn create(&self) -> Result<(), Failure> {
        log::info!("making a development PKI and sealing keys in {}", self.folder.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let pki = development_pki::create(Utc::now())?;
        self.write("sealing-keys", &Keyring::generate_spec()?)?;
        self.write("index-keys", &Keyring::generate_spec()?)?;
        self.write("root.pem", &pki.root_pem)?;
        self.write("seal-chain.pem", &(pki.seal_chain_pem + &pki.root_pem))?;
        self.write("seal-key.pem", &pki.seal_key_pem)
    }

    /// Writes a file of the folder, readable by its owner alone.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(self.path(name))?;
        Ok(file.write_all(text.as_bytes())?)
    }
}
