//! Hashes and verifies passwords: never on a thread that serves requests, never more than two at once.

use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use super::Password;
use super::hashers::Hashers;
use super::memory::{Memory, is_outdated};
use crate::error::Result;

/// Concurrent hashes. Each takes 19 MiB, which are kept, and about 20 ms of a core.
const AT_ONCE: usize = 2;

/// Passwords that may wait: about a second's work. A longer queue helps nobody.
const WAITING: usize = 64;

/// The longest wait; on slower machines, later callers are refused.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

static HASHERS: LazyLock<Hashers> = LazyLock::new(|| Hashers::start(AT_ONCE, WAITING, LONGEST_WAIT));

/// A hash that no password matches, so that an unknown address takes as long as a known one.
static NOBODY: OnceLock<Option<String>> = OnceLock::new();

/// Hashes a password into a PHC string.
///
/// # Errors
/// `overloaded` if too many passwords wait.
pub(crate) async fn hash(password: Password) -> Result<String> {
    HASHERS.run(move |memory| memory.hash(&password)).await
}

/// Returns whether the password matches. Without a stored hash, takes as long and returns false.
///
/// # Errors
/// `overloaded` if too many passwords wait.
pub(crate) async fn verify(password: Password, stored: Option<String>) -> Result<bool> {
    HASHERS.run(move |memory| fits(memory, &password, stored.as_deref())).await
}

fn fits(memory: &mut Memory, password: &Password, stored: Option<&str>) -> Result<bool> {
    let nobody = if stored.is_none() { nobody(memory) } else { None };
    let fits = memory.verify(password, stored.or(nobody.as_deref()).unwrap_or_default())?;
    Ok(stored.is_some() & fits)
}

/// Like [`verify`]; with a right password, returns a new hash too if the stored one has other parameters than today's.
/// Both are one piece of work, so the person waits in the queue once.
///
/// # Errors
/// `overloaded` if too many passwords wait.
pub(super) async fn verify_and_renew(
    password: Password,
    stored: Option<String>,
) -> Result<(bool, Option<String>)> {
    let verify = move |memory: &mut Memory| {
        let fits = fits(memory, &password, stored.as_deref())?;
        let outdated = fits && stored.as_deref().is_some_and(is_outdated);
        Ok((fits, outdated.then(|| memory.hash(&password)).transpose()?))
    };
    HASHERS.run(verify).await
}

/// Returns [`NOBODY`], hashing it on first use.
fn nobody(memory: &mut Memory) -> Option<String> {
    NOBODY.get_or_init(|| memory.hash(&Password::parse("nobody").ok()?).ok()).clone()
}

/// Like [`hash`], on this thread and in its own memory: for the start of a sandbox.
#[cfg(feature = "sandbox")]
pub(crate) fn hash_now(password: &Password) -> Result<String> {
    Memory::new().hash(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn only_the_same_password_fits_and_nobody_has_one() {
        let shown = |text| Password::parse(text).unwrap();
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
