//! A private key that stays in a device (HSM, smart card), reached by PKCS#11. The device signs a hash that was made
//! here.

use std::sync::Arc;
use std::time::Duration;

use super::error::Pkcs11Error;
use super::session::{Connection, Place};
use super::threads::{DeviceThreads, Line, Order, within};
use super::uri::Pkcs11Uri;
use crate::algorithm::SignatureAlgorithm;
use crate::key::{DeviceError, KeyError, PrivateKey, RsaScheme, SignError};

/// Sessions kept open; a device signs on all of them at the same time.
const SESSIONS: usize = 4;

/// Time for opening the library and logging in, which may take longer than signing.
const OPENING: Duration = Duration::from_secs(20);

/// A key in a device. Needs the feature `pkcs11`.
pub struct TokenKey {
    threads: DeviceThreads,
    algorithm: SignatureAlgorithm,
    public_key: Vec<u8>,
}

impl TokenKey {
    /// Opens the token, logs in and finds the key pair. Signing then waits `deadline` at most. An RSA key signs with
    /// `rsa`.
    ///
    /// # Errors
    /// When library, token or key is missing, the PIN is refused, or the device does not answer.
    pub fn open(uri: &Pkcs11Uri, pin: &str, rsa: RsaScheme, deadline: Duration) -> Result<Self, KeyError> {
        let place = Arc::new(Place::new(uri.clone(), pin));
        let opening = Arc::clone(&place);
        let opened = within(OPENING, move || Connection::open(&opening).and_then(|open| open.public_key()));
        let public = opened.ok_or(DeviceError::from(Pkcs11Error::Late(OPENING)))??;
        let algorithm = public.algorithm(rsa).ok_or(KeyError::Kind)?;
        let lines = (0..SESSIONS).map(|_| line(Arc::clone(&place), algorithm)).collect();
        let threads = DeviceThreads::start(lines, deadline);
        let threads = threads.map_err(|error| DeviceError::from(Pkcs11Error::Threads(error)))?;
        Ok(Self { threads, algorithm, public_key: public.into_bytes() })
    }
}

impl PrivateKey for TokenKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &[u8] {
        &self.public_key
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

/// The work of one thread: opens a session when it is first needed, and again when it was lost.
fn line(place: Arc<Place>, algorithm: SignatureAlgorithm) -> Line {
    let mut connection = None;
    Box::new(move |order| {
        let was_open = connection.is_some();
        let outcome = follow(&mut connection, &place, algorithm, order);
        // A device that was restarted has forgotten its sessions.
        if outcome.is_err() && was_open { follow(&mut connection, &place, algorithm, order) } else { outcome }
    })
}

fn follow(
    connection: &mut Option<Connection>,
    place: &Place,
    algorithm: SignatureAlgorithm,
    order: &Order,
) -> Result<Vec<u8>, DeviceError> {
    let open = match connection.take() {
        Some(open) => open,
        None => Connection::open(place)?,
    };
    let answer = match order {
        Order::Sign(message) => open.sign(algorithm, message)?,
        Order::Ping => open.ping()?,
    };
    *connection = Some(open);
    Ok(answer)
}
