//! Renews hashes that were made with other parameters than today's: at the log-in, when the password is known.

use uuid::Uuid;

use super::{Password, hash, store};
use crate::accounts::store::Account;
use crate::error::Result;
use crate::state::AppState;

/// A password that was checked.
pub(in crate::accounts) struct Verified {
    /// Whether it is the account's.
    pub(in crate::accounts) fits: bool,
    /// What replaces the stored hash, if that is outdated.
    pub(in crate::accounts) renewal: Option<Renewal>,
}

/// A hash, and the one of the same password that it replaces.
pub(in crate::accounts) struct Renewal {
    account: Uuid,
    former: String,
    hash: String,
}

/// Checks the password of an account; without one, takes as long, and it does not fit.
///
/// # Errors
/// `overloaded` if too many passwords wait.
pub(in crate::accounts) async fn verify(password: Password, account: Option<&Account>) -> Result<Verified> {
    let stored = account.and_then(|account| account.password_hash.clone());
    let (fits, renewed) = hash::verify_and_renew(password, stored.clone()).await?;
    let of = account.zip(stored).zip(renewed);
    let renewal = of.map(|((account, former), hash)| Renewal { account: account.id, former, hash });
    Ok(Verified { fits, renewal })
}

/// Writes a renewal, once the log-in is complete. A failure costs nothing but another renewal at the next log-in. Of two
/// log-ins at this very moment, the other one may find its hash replaced, and is refused as after a change of password.
pub(in crate::accounts) async fn write(state: &AppState, renewal: Option<Renewal>) {
    let Some(Renewal { account, former, hash }) = renewal else { return };
    let written = state.db.write(move |c| store::renew_hash(c, account, &former, &hash));
    if let Err(error) = written.await {
        log::warn!("accounts: a password hash is not renewed: {error}");
    }
}
