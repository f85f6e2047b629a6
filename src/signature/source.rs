//! From settings to keys: reads and opens them, and checks them against their certificates and the installation.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::held::Held;
use crate::error::chain;
use ades::pades::SignatureField;
use ades::{
    Certificate, FileKey, KeyError, Kind, KindError, Pkcs11Uri, PrivateKey, Realm, RealmError, RsaScheme,
    Sealer, SigningKey, TokenKey, WantedKind, claims_device, live_kind,
};

/// A key and its certificate, as configured.
#[derive(Clone)]
pub struct Source {
    /// The certificate and its issuers, PEM.
    pub chain_pem: String,
    /// The key.
    pub key: Where,
}

/// The location of a private key.
#[derive(Clone)]
pub enum Where {
    /// In a file with this text.
    File {
        /// PKCS#8, PEM, encrypted or not.
        pem: Zeroizing<String>,
        /// The passphrase.
        passphrase: Option<Zeroizing<String>>,
        /// The scheme, if it is an RSA key.
        rsa: RsaScheme,
    },
    /// In a device.
    Token {
        /// The key's URI.
        uri: Pkcs11Uri,
        /// The PIN.
        pin: Zeroizing<String>,
        /// The scheme, if it is an RSA key.
        rsa: RsaScheme,
        /// How long a signature may take.
        deadline: Duration,
    },
}

impl Where {
    /// Opens the key.
    ///
    /// # Errors
    /// Fails if it cannot be opened.
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
    /// The key does not match its certificate, or the certificate may not sign now.
    #[error("CAZIER_SEAL_KEY, CAZIER_SEAL_CHAIN: {}", chain(.0))]
    Key(#[from] KeyError),
    /// The key is for tests but this is not a sandbox, or the other way round.
    #[error("CAZIER_SEAL_CHAIN: {0}")]
    Realm(#[from] RealmError),
    /// The certificate is of another kind.
    #[error("CAZIER_SEAL_KIND: {0}")]
    Kind(#[from] KindError),
    /// The certificate claims a key in a device, but it is in a file.
    #[error(
        "CAZIER_SEAL_KEY: the certificate says that its key is in a device (QcSSCD), but this one is in a file"
    )]
    NotInDevice,
    /// The error of one of several keys.
    #[error("{1} (the key in place {0})")]
    Of(usize, Box<OpenError>),
    /// No key can sign now.
    #[error("CAZIER_SEAL_KEY: no key can sign now")]
    None,
}

/// Opens the keys. A key that is expired or not valid yet is left out if another can sign.
///
/// # Errors
/// Says why a key is refused.
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
                log::warn!("{why}; it is not used");
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
    let sealer = Sealer::new(Arc::new(key)).map_err(KeyError::Trial)?.with_pdf_field(pdf_field());
    Ok(Held { sealer: Arc::new(sealer), kind })
}

/// The form field of seals in documents, which are Romanian.
fn pdf_field() -> SignatureField {
    SignatureField { alternate_name: "Sigiliu electronic".to_owned(), ..SignatureField::default() }
}

/// Returns the kind: of a live certificate, as it says; of a test certificate, as configured.
///
/// # Errors
/// Fails if the certificate is not of the wanted kind.
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
