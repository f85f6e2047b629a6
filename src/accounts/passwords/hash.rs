//! Passwords: Argon2id (RFC 9106), never on a thread that answers requests, never more at once than cores.

use std::sync::LazyLock;
use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::Password;
use crate::error::{Code, Error, Result};

/// Each hash takes 19 MiB and about 20 ms of a core: a flood of log-ins waits here, and the rest goes on.
static AT_ONCE: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// Who would wait longer for a turn is sent away: a queue that only grows helps nobody.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// A hash that no password fits, so that an unknown address takes as long as a known one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now(&Password::show("nobody").ok()?).ok());

/// OWASP's second choice of parameters for Argon2id: 19 MiB, two passes, one lane.
fn argon2id() -> Result<Argon2<'static>> {
    let parameters = Params::new(19_456, 2, 1, None).map_err(|error| Error::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// The PHC string to store.
pub(crate) async fn hash(password: Password) -> Result<String> {
    on_blocking_thread(move || hash_now(&password)).await
}

/// Whether the password fits. Without a stored hash it takes as long and does not fit.
pub(crate) async fn verify(password: Password, stored: Option<String>) -> Result<bool> {
    on_blocking_thread(move || {
        let known = stored.is_some();
        let stored = stored.or_else(|| NOBODY.clone()).unwrap_or_default();
        Ok(known & verify_now(&password, &stored)?)
    })
    .await
}

pub(crate) fn hash_now(password: &Password) -> Result<String> {
    let hash = argon2id()?.hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
}

fn verify_now(password: &Password, stored: &str) -> Result<bool> {
    let hash = PasswordHash::new(stored)
        .map_err(|_| Error::internal("a stored password hash is not in PHC form"))?;
    Ok(argon2id()?.verify_password(password.as_bytes(), &hash).is_ok())
}

async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let overloaded = |_| Error::from(Code::Overloaded).retry_after(Duration::from_secs(5));
    let _turn =
        timeout(LONGEST_WAIT, AT_ONCE.acquire()).await.map_err(overloaded)?.map_err(Error::internal)?;
    web::block(work).await.map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn only_the_same_password_fits_and_nobody_has_one() {
        let shown = |text| Password::show(text).unwrap();
        let stored = hash(shown("parolă lungă și bună")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify(shown("parolă lungă și bună"), Some(stored.clone())).await.unwrap());
        assert!(
            verify(shown("parola\u{306} lunga\u{306} s\u{326}i buna\u{306}"), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(!verify(shown("parola lunga si buna"), Some(stored)).await.unwrap());
        assert!(!verify(shown("nobody"), None).await.unwrap());
    }
}
