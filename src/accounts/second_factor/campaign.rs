//! A long campaign against one second factor: ten guesses a quarter of an hour would find a code within a year or so.
//! Wrong codes are therefore counted over days too, and then codes of the app are refused.
//!
//! That must not lock the owner out. Whoever guesses codes already knows the password, is logged in at the identity
//! provider, or has a session: wrong codes are counted apart for each of these ways ([`Way`]), so the others stay open.
//! Recovery codes are long enough to be accepted always. A new password opens all ways again: it is what takes a thief
//! of the password out. Whoever reads the owner's mails could make one again and again, so that works a few times a
//! month.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use crate::accounts::{contact, mails};
use crate::error::{Code, Result};
use crate::notify;
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Limit};

/// Wrong codes, one way, after which codes are refused.
const WRONG_CODES: Limit = Limit::unsaid("second-factor-month", 50, TimeDelta::days(30));
/// How often a new password opens all ways again.
const FORGIVEN: Limit = Limit::unsaid("second-factor-forgiven", 3, TimeDelta::days(30));

/// The way on which a second factor is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Log-in by password.
    Password,
    /// Log-in by redirect.
    Redirect,
    /// Step-up in an open session.
    Session,
}

impl Way {
    const ALL: [Self; 3] = [Self::Password, Self::Redirect, Self::Session];

    fn key(self, keyring: &Keyring, account: Uuid) -> Vec<u8> {
        keyring.index(Index::RATE_LIMIT_SECOND_FACTOR_CAMPAIGN, &[account.as_bytes(), self.name()].concat())
    }

    /// Returns the name that counters are kept under.
    pub(super) const fn name(self) -> &'static [u8] {
        match self {
            Self::Password => b"password",
            Self::Redirect => b"redirect",
            Self::Session => b"session",
        }
    }
}

/// A code of the app that is about to be checked, counted.
pub(super) struct Attempt {
    account: Uuid,
    hits: i32,
}

/// Counts a code of the app before it is checked.
///
/// # Errors
/// `second_factor_blocked` after too many wrong ones this way.
pub(super) fn count(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    way: Way,
    now: DateTime<Utc>,
) -> Result<Attempt> {
    let key = way.key(keyring, account);
    let (hits, _) = rate_limit::hits(connection, &key, WRONG_CODES.window, now)?;
    if hits > WRONG_CODES.tries {
        Err(Code::SecondFactorBlocked.into())
    } else {
        Ok(Attempt { account, hits })
    }
}

impl Attempt {
    /// Tells the owner if this wrong code was the last one that is checked.
    pub(super) fn was_wrong(
        &self,
        connection: &mut PgConnection,
        keyring: &Keyring,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if self.hits < WRONG_CODES.tries {
            return Ok(());
        }
        let contact = contact(connection, keyring, self.account)?;
        let mail = contact.map(|owner| mails::codes_blocked(&owner.email, owner.locale));
        notify::post(connection, keyring, mail.as_ref(), now)
    }
}

/// Forgets wrong codes after a right one: those of this way, or all if the owner's identity was proved by redirect.
pub(super) fn forget(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    way: Way,
) -> Result<()> {
    match way {
        Way::Redirect => forget_all(connection, keyring, account),
        Way::Password | Way::Session => rate_limit::forget(connection, &way.key(keyring, account)),
    }
}

fn forget_all(connection: &mut PgConnection, keyring: &Keyring, account: Uuid) -> Result<()> {
    Way::ALL.iter().try_for_each(|way| rate_limit::forget(connection, &way.key(keyring, account)))
}

/// Forgets wrong codes after a new password, a few times a month.
pub(in crate::accounts) fn forgive(
    connection: &mut PgConnection,
    keyring: &Keyring,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let key = keyring.index(Index::RATE_LIMIT_SECOND_FACTOR_FORGIVEN, account.as_bytes());
    let (hits, _) = rate_limit::hits(connection, &key, FORGIVEN.window, now)?;
    if hits > FORGIVEN.tries { Ok(()) } else { forget_all(connection, keyring, account) }
}
