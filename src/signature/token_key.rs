//! A private key that stays in a device (HSM, smart card), reached by PKCS#11. The device signs a hash; what it hands
//! out is r‖s.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

use super::device_threads::{DeviceThreads, Line, Order, within};
use super::key::{KeyError, SignError};
use super::pkcs11_uri::Pkcs11Uri;
use super::private_key::{Curve, PrivateKey};

/// Sessions kept open; a device signs on each at the same time.
const SESSIONS: usize = 4;

/// Opening the library and logging in may take longer than signing.
const OPENING: Duration = Duration::from_secs(20);

/// A key in a device.
pub struct TokenKey {
    threads: DeviceThreads,
    curve: Curve,
    point: Vec<u8>,
}

impl TokenKey {
    /// Opens the token, logs in, and finds the key pair; signing then waits `deadline` at most.
    ///
    /// # Errors
    /// When library, token or key is not there, the PIN is refused, or the device does not answer.
    pub fn open(uri: &Pkcs11Uri, pin: &str, deadline: Duration) -> Result<Self, KeyError> {
        let place = Arc::new(Place {
            uri: uri.clone(),
            pin: AuthPin::from(pin.to_owned()),
            refused: OnceLock::new(),
        });
        let opening = Arc::clone(&place);
        let opened = within(OPENING, move || Connection::open(&opening).and_then(|open| open.point()));
        let point = opened.ok_or(KeyError::Device(format!("no answer within {OPENING:?}")))?;
        let point = point.map_err(KeyError::Device)?;
        let curve = Curve::of_point(&point).ok_or(KeyError::Curve)?;
        let lines = (0..SESSIONS).map(|_| line(Arc::clone(&place), curve)).collect();
        let threads =
            DeviceThreads::start(lines, deadline).map_err(|error| KeyError::Device(error.to_string()))?;
        Ok(Self { threads, curve, point })
    }
}

impl PrivateKey for TokenKey {
    fn curve(&self) -> Curve {
        self.curve
    }

    fn point(&self) -> &[u8] {
        &self.point
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.threads.call(Order::Sign(message.to_vec()))
    }

    fn ping(&self) -> Result<(), SignError> {
        self.threads.call(Order::Ping).map(drop)
    }

    fn is_remote(&self) -> bool {
        true
    }
}

/// Where the key is and how to log in.
struct Place {
    uri: Pkcs11Uri,
    pin: AuthPin,
    /// The token refused the PIN: trying again and again would lock it.
    refused: OnceLock<String>,
}

/// What one thread does: a session is opened when it is first needed, and anew when it was lost.
fn line(place: Arc<Place>, curve: Curve) -> Line {
    let mut connection = None;
    Box::new(move |order| {
        let was_open = connection.is_some();
        let outcome = follow(&mut connection, &place, curve, order);
        // A device that was restarted has forgotten its sessions.
        if outcome.is_err() && was_open { follow(&mut connection, &place, curve, order) } else { outcome }
    })
}

fn follow(
    connection: &mut Option<Connection>,
    place: &Place,
    curve: Curve,
    order: &Order,
) -> Result<Vec<u8>, String> {
    let open = match connection.take() {
        Some(open) => open,
        None => Connection::open(place)?,
    };
    let answer = match order {
        Order::Sign(message) => open.sign(curve, message)?,
        Order::Ping => open.ping()?,
    };
    *connection = Some(open);
    Ok(answer)
}

/// A session that is logged in, and the key in it.
struct Connection {
    session: Session,
    private: ObjectHandle,
    template: Vec<Attribute>,
}

impl Connection {
    fn open(place: &Place) -> Result<Self, String> {
        let uri = &place.uri;
        let module = module(&uri.module)?;
        let session = module.open_ro_session(slot(&module, uri)?).map_err(told)?;
        log_in(&session, place)?;
        let mut template = Vec::new();
        template.extend(uri.object.as_ref().map(|label| Attribute::Label(label.as_bytes().to_vec())));
        template.extend(uri.id.as_ref().map(|id| Attribute::Id(id.clone())));
        let private = find(&session, ObjectClass::PRIVATE_KEY, &template, "private key")?;
        Ok(Self { session, private, template })
    }

    /// The public key beside the private one. Its attribute is the point in an OCTET STRING, or, in some devices,
    /// the point itself.
    fn point(&self) -> Result<Vec<u8>, String> {
        let public = find(&self.session, ObjectClass::PUBLIC_KEY, &self.template, "public key")?;
        let attributes = self.session.get_attributes(public, &[AttributeType::EcPoint]).map_err(told)?;
        let Some(Attribute::EcPoint(bytes)) = attributes.into_iter().next() else {
            return Err("the public key in the token is not one of ECDSA".to_owned());
        };
        let wrapped = |point: &[u8]| matches!(bytes.as_slice(), [4, _, rest @ ..] if rest == point);
        let inner = bytes.get(2..).unwrap_or_default();
        let point = if Curve::of_point(inner).is_some() && wrapped(inner) { inner } else { &bytes };
        Ok(point.to_vec())
    }

    fn sign(&self, curve: Curve, message: &[u8]) -> Result<Vec<u8>, String> {
        self.session.sign(&Mechanism::Ecdsa, self.private, curve.digest(message).as_ref()).map_err(told)
    }

    fn ping(&self) -> Result<Vec<u8>, String> {
        self.session.get_session_info().map_err(told)?;
        Ok(Vec::new())
    }
}

/// The one object that fits; two could be two keys.
fn find(
    session: &Session,
    class: ObjectClass,
    template: &[Attribute],
    what: &str,
) -> Result<ObjectHandle, String> {
    let template: Vec<Attribute> = [Attribute::Class(class)].iter().chain(template).cloned().collect();
    match session.find_objects(&template).map_err(told)?.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!("the token holds no such {what}")),
        _ => Err(format!("the token holds more than one such {what}: add its id to the URI")),
    }
}

/// The slot whose token is meant.
fn slot(module: &Pkcs11, uri: &Pkcs11Uri) -> Result<Slot, String> {
    for slot in module.get_slots_with_token().map_err(told)? {
        let token = module.get_token_info(slot).map_err(told)?;
        let labelled = uri.token.as_ref().is_none_or(|label| token.label() == label);
        if labelled && token.token_initialized() && uri.slot.is_none_or(|id| slot.id() == id) {
            return Ok(slot);
        }
    }
    Err("there is no such token".to_owned())
}

/// The login is the process's and not the session's: whoever comes second finds it done.
fn log_in(session: &Session, place: &Place) -> Result<(), String> {
    if let Some(why) = place.refused.get() {
        return Err(why.clone());
    }
    match session.login(UserType::User, Some(&place.pin)) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(error) => {
            let locked = matches!(error, Error::Pkcs11(RvError::PinIncorrect | RvError::PinLocked, _));
            let why = told(error);
            Err(if locked { place.refused.get_or_init(|| why).clone() } else { why })
        }
    }
}

/// The libraries of this process. Each can be initialised once.
static MODULES: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

fn module(path: &Path) -> Result<Pkcs11, String> {
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = modules.get(path) {
        return Ok(module.clone());
    }
    let module = Pkcs11::new(path).map_err(told)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(told(error)),
    }
    modules.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// What went wrong, in the words of the standard and no more: `PinIncorrect in Login`.
fn told(error: Error) -> String {
    match error {
        Error::Pkcs11(code, function) => format!("{code:?} in {function:?}"),
        Error::LibraryLoading(_) => "the library cannot be loaded".to_owned(),
        other => other.to_string(),
    }
}
