//! A session with a token (PKCS#11, version 2.40): logged in, with the key pair found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;

use super::error::{Half, Pkcs11Error};
use super::uri::Pkcs11Uri;
use crate::algorithm::SignatureAlgorithm;
use crate::key::{DeviceError, RsaScheme, rsa_public_key};

/// Which key of which token, and how to log in.
pub(crate) struct Place {
    uri: Pkcs11Uri,
    pin: AuthPin,
    /// Set once the token refused the PIN: trying again would lock it.
    refused: OnceLock<DeviceError>,
}

impl Place {
    pub(crate) fn new(uri: Pkcs11Uri, pin: &str) -> Self {
        Self { uri, pin: AuthPin::from(pin.to_owned()), refused: OnceLock::new() }
    }
}

/// A public key in a token.
pub(crate) enum Public {
    /// An uncompressed point.
    Point(Vec<u8>),
    /// An `RSAPublicKey`.
    Rsa(Vec<u8>),
}

impl Public {
    pub(crate) fn algorithm(&self, rsa: RsaScheme) -> Option<SignatureAlgorithm> {
        match self {
            Self::Point(point) => by_point(point),
            Self::Rsa(_) => Some(rsa.algorithm()),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Point(bytes) | Self::Rsa(bytes) => bytes,
        }
    }
}

/// The algorithm for a point of this length. The trial signature reveals another curve of the same length.
fn by_point(point: &[u8]) -> Option<SignatureAlgorithm> {
    match point.len() {
        65 => Some(SignatureAlgorithm::EcdsaP256Sha256),
        97 => Some(SignatureAlgorithm::EcdsaP384Sha384),
        _ => None,
    }
}

/// A session that is logged in, with the key found.
pub(crate) struct Connection {
    session: Session,
    private: ObjectHandle,
    template: Vec<Attribute>,
}

impl Connection {
    pub(crate) fn open(place: &Place) -> Result<Self, DeviceError> {
        let uri = &place.uri;
        let module = module(&uri.module)?;
        let session = module.open_ro_session(slot(&module, uri)?).map_err(Pkcs11Error::from)?;
        log_in(&session, place)?;
        let mut template = Vec::new();
        template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
        template.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
        let private = find(&session, &template, Half::Private)?;
        Ok(Self { session, private, template })
    }

    /// The public key beside the private one.
    pub(crate) fn public_key(&self) -> Result<Public, DeviceError> {
        let public = find(&self.session, &self.template, Half::Public)?;
        let wanted = [AttributeType::EcPoint, AttributeType::Modulus, AttributeType::PublicExponent];
        let attributes = self.session.get_attributes(public, &wanted).map_err(Pkcs11Error::from)?;
        match attributes.as_slice() {
            [Attribute::EcPoint(bytes)] => Ok(Public::Point(unwrapped(bytes).to_vec())),
            [Attribute::Modulus(modulus), Attribute::PublicExponent(exponent)] => {
                let key = rsa_public_key(modulus, exponent).map_err(Pkcs11Error::from)?;
                Ok(Public::Rsa(key))
            }
            _ => Err(Pkcs11Error::PublicKey.into()),
        }
    }

    pub(crate) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, DeviceError> {
        let digest = algorithm.digest().of(message);
        let (mechanism, input) = match algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 | SignatureAlgorithm::EcdsaP384Sha384 => {
                (Mechanism::Ecdsa, digest)
            }
            SignatureAlgorithm::RsaPkcs1Sha256 => (Mechanism::RsaPkcs, [DIGEST_INFO, &digest].concat()),
            SignatureAlgorithm::RsaPssSha256 => (Mechanism::RsaPkcsPss(pss()), digest),
        };
        Ok(self.session.sign(&mechanism, self.private, &input).map_err(Pkcs11Error::from)?)
    }

    pub(crate) fn ping(&self) -> Result<Vec<u8>, DeviceError> {
        self.session.get_session_info().map_err(Pkcs11Error::from)?;
        Ok(Vec::new())
    }
}

/// The DER prefix of a SHA-256 hash in a `DigestInfo` (RFC 8017, section 9.2, note 1).
const DIGEST_INFO: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

/// PSS with SHA-256 throughout, and a salt as long as the hash.
fn pss() -> PkcsPssParams {
    PkcsPssParams { hash_alg: MechanismType::SHA256, mgf: PkcsMgfType::MGF1_SHA256, s_len: 32.into() }
}

/// The identifier octet of an OCTET STRING.
const OCTET_STRING: u8 = 0x04;

/// A point is wrapped in an OCTET STRING; some devices return it bare.
fn unwrapped(bytes: &[u8]) -> &[u8] {
    match bytes {
        [OCTET_STRING, length, point @ ..]
            if usize::from(*length) == point.len() && by_point(point).is_some() =>
        {
            point
        }
        bytes => bytes,
    }
}

/// Finds the one object of this name; several could be different keys.
fn find(session: &Session, template: &[Attribute], half: Half) -> Result<ObjectHandle, DeviceError> {
    let class = match half {
        Half::Private => ObjectClass::PRIVATE_KEY,
        Half::Public => ObjectClass::PUBLIC_KEY,
    };
    let template: Vec<Attribute> = [Attribute::Class(class)].iter().chain(template).cloned().collect();
    match session.find_objects(&template).map_err(Pkcs11Error::from)?.as_slice() {
        [one] => Ok(*one),
        [] => Err(Pkcs11Error::NoKey(half).into()),
        _ => Err(Pkcs11Error::ManyKeys(half).into()),
    }
}

/// Finds the slot of the token that the URI names.
fn slot(module: &Pkcs11, uri: &Pkcs11Uri) -> Result<Slot, DeviceError> {
    for slot in module.get_slots_with_token().map_err(Pkcs11Error::from)? {
        let token = module.get_token_info(slot).map_err(Pkcs11Error::from)?;
        let labelled = uri.token.as_ref().is_none_or(|label| token.label() == label);
        if labelled && token.token_initialized() && uri.slot.is_none_or(|id| slot.id() == id) {
            check_pin_state(&token)?;
            return Ok(slot);
        }
    }
    Err(Pkcs11Error::NoToken.into())
}

/// A process that is started again and again with a wrong PIN must not lock the token: the last try is a person's.
fn check_pin_state(token: &TokenInfo) -> Result<(), Pkcs11Error> {
    if token.user_pin_locked() {
        Err(Pkcs11Error::PinLocked)
    } else if token.user_pin_final_try() {
        Err(Pkcs11Error::PinFinalTry)
    } else {
        Ok(())
    }
}

/// Logs in. A login holds for the process, not the session: later sessions find it done.
fn log_in(session: &Session, place: &Place) -> Result<(), DeviceError> {
    if let Some(why) = place.refused.get() {
        return Err(why.clone());
    }
    match session.login(UserType::User, Some(&place.pin)) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(error) => {
            let locked = matches!(error, Error::Pkcs11(RvError::PinIncorrect | RvError::PinLocked, _));
            let why = DeviceError::from(Pkcs11Error::from(error));
            Err(if locked { place.refused.get_or_init(|| why).clone() } else { why })
        }
    }
}

/// The loaded libraries: each can be initialised once in a process.
static MODULES: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

fn module(path: &Path) -> Result<Pkcs11, DeviceError> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = modules.get(path) {
        return Ok(module.clone());
    }
    let module = Pkcs11::new(path).map_err(Pkcs11Error::from)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(Pkcs11Error::from(error).into()),
    }
    modules.insert(path.to_owned(), module.clone());
    Ok(module)
}
