//! Hashes passwords and verifies them: never on a thread that answers requests, never more than two at once.

use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use super::Password;
use super::hashers::Hashers;
use super::memory::Memory;
use crate::error::Result;

/// Hashes at once. Each takes 19 MiB, which are kept, and about 20 ms of a core.
const AT_ONCE: usize = 2;

/// Passwords that may wait for a turn: about a second's work. A queue that only grows helps nobody.
const WAITING: usize = 64;

/// On a machine that is slower than that, who would wait longer is sent away.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

static HASHERS: LazyLock<Hashers> = LazyLock::new(|| Hashers::start(AT_ONCE, WAITING, LONGEST_WAIT));

/// A hash that no password fits, so that an unknown address takes as long as a known one.
static NOBODY: OnceLock<Option<String>> = OnceLock::new();

/// The PHC string to store.
///
/// # Errors
/// `overloaded` when too many passwords wait.
pub(crate) async fn hash(password: Password) -> Result<String> {
    HASHERS.run(move |memory| memory.hash(&password)).await
}

/// Whether the password fits. Without a stored hash it takes as long and does not fit.
///
/// # Errors
/// `overloaded` when too many passwords wait.
pub(crate) async fn verify(password: Password, stored: Option<String>) -> Result<bool> {
    let verify = move |memory: &mut Memory| {
        let known = stored.is_some();
        let stored = stored.or_else(|| nobody(memory)).unwrap_or_default();
        Ok(known & memory.verify(&password, &stored)?)
    };
    HASHERS.run(verify).await
}

/// [`NOBODY`], which the first to need it hashes.
fn nobody(memory: &mut Memory) -> Option<String> {
    NOBODY.get_or_init(|| memory.hash(&Password::show("nobody").ok()?).ok()).clone()
}

/// The same as [`hash`] on this thread, in memory of its own: for programs that start.
pub(crate) fn hash_now(password: &Password) -> Result<String> {
    Memory::new().hash(password)
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
