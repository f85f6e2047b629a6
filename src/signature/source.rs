//! From settings to keys: read, opened, held against their certificates and against what the installation is.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::held::Held;
use ades::{
    Certificate, FileKey, KeyError, Kind, KindError, Pkcs11Uri, PrivateKey, Realm, RealmError, RsaScheme,
    Sealer, SigningKey, TokenKey, WantedKind, claims_device, live_kind,
};

/// A key and its certificate, as settings give them.
#[derive(Clone)]
pub struct Source {
    /// The certificate and its issuers, PEM.
    pub chain_pem: String,
    /// The key.
    pub key: Where,
}

/// Where a private key is.
#[derive(Clone)]
pub enum Where {
    /// In a file, whose text this is.
    File {
        /// PKCS#8, PEM, encrypted or not.
        pem: Zeroizing<String>,
        /// What opens it.
        passphrase: Option<Zeroizing<String>>,
        /// How it signs, if it is of RSA.
        rsa: RsaScheme,
    },
    /// In a device.
    Token {
        /// Which.
        uri: Pkcs11Uri,
        /// What logs in there.
        pin: Zeroizing<String>,
        /// How it signs, if it is of RSA.
        rsa: RsaScheme,
        /// How long a signature may take.
        deadline: Duration,
    },
}

impl Where {
    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn open(&self) -> Result<Box<dyn PrivateKey>, KeyError> {
        Ok(match self {
            Self::File { pem, passphrase, rsa } => {
                let passphrase = passphrase.as_ref().map(|text| text.as_str());
                Box::new(FileKey::from_pem(pem, passphrase)?.signing_rsa_by(*rsa))
            }
            Self::Token { uri, pin, rsa, deadline } => Box::new(TokenKey::open(uri, pin, *rsa, *deadline)?),
        })
    }
}

/// Why a key is not used; each text names the setting.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It does not fit its certificate, or the certificate may not sign now.
    #[error("CAZIER_SEAL_KEY, CAZIER_SEAL_CHAIN: {0}")]
    Key(#[from] KeyError),
    /// It is for tests and this is not a sandbox, or the other way round.
    #[error("CAZIER_SEAL_CHAIN: {0}")]
    Realm(#[from] RealmError),
    /// It is of another kind.
    #[error("CAZIER_SEAL_KIND: {0}")]
    Kind(#[from] KindError),
    /// The certificate speaks of another key than a file.
    #[error(
        "CAZIER_SEAL_KEY: the certificate says that its key is in a device (QcSSCD), and this one is in a file"
    )]
    NotInDevice,
    /// One of several.
    #[error("{1} (the key in place {0})")]
    Of(usize, Box<OpenError>),
    /// None is left.
    #[error("CAZIER_SEAL_KEY: there is no key that can seal now")]
    None,
}

/// Opens the keys. One that only had its time, or has it still to come, is left out while another can seal.
///
/// # Errors
/// Why a key is refused.
pub fn open(
    sources: &[Source],
    realm: Realm,
    wanted: Option<WantedKind>,
    now: DateTime<Utc>,
) -> Result<Vec<Held>, OpenError> {
    let mut held = Vec::new();
    let mut refusal = OpenError::None;
    for (place, source) in (1..).zip(sources) {
        match open_one(source, realm, wanted, now) {
            Ok(key) => held.push(key),
            Err(why @ OpenError::Key(KeyError::Expired(_) | KeyError::NotYetValid(_))) => {
                log::warn!("{why}; it is left out");
                refusal = why;
            }
            Err(why) if sources.len() == 1 => return Err(why),
            Err(why) => return Err(OpenError::Of(place, Box::new(why))),
        }
    }
    if held.is_empty() { Err(refusal) } else { Ok(held) }
}

fn open_one(
    source: &Source,
    realm: Realm,
    wanted: Option<WantedKind>,
    now: DateTime<Utc>,
) -> Result<Held, OpenError> {
    let key = SigningKey::new(source.key.open()?, &source.chain_pem, now)?;
    realm.check(key.path())?;
    let kind = kind_of(key.leaf(), realm, wanted)?;
    if realm == Realm::Live && claims_device(key.leaf()) && !key.is_remote() {
        return Err(OpenError::NotInDevice);
    }
    let sealer = Sealer::new(Arc::new(key)).map_err(KeyError::Trial)?;
    Ok(Held { sealer: Arc::new(sealer), kind })
}

/// Seal or signature: as the certificate says, where it is a live one; a certificate for tests is what it is told to be.
///
/// # Errors
/// When the certificate is of another kind than is wanted.
pub fn kind_of(
    certificate: &Certificate,
    realm: Realm,
    wanted: Option<WantedKind>,
) -> Result<Kind, KindError> {
    match realm {
        Realm::Live => live_kind(certificate, wanted),
        Realm::Development => Ok(wanted.map_or(Kind::Seal, |wanted| wanted.kind)),
    }
}
