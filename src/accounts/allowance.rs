//! How many passwords may be tried at log-in. Whoever guesses uses up an allowance of their own before that of the address,
//! and a device that logged in before has its own, which no stranger can use up; what it tries beyond that counts as a stranger's.
//! So a lock-out does not stop the owner, and whoever stole a device's token gets a few guesses more than anybody, not all.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;

use super::token::Token;
use crate::error::{Code, Result};
use crate::person::{Index, Keyring};
use crate::rate_limit::{self, Counted, Limit};

/// Of a device that logged in to the account before.
const OF_DEVICE: Limit = Limit::unsaid("log-in-device", 30, TimeDelta::minutes(15));
/// Of one sender, over all addresses; log-ins that succeed are taken off.
const OF_SENDER: Limit = Limit::unsaid("log-in-sender", 300, TimeDelta::minutes(15));
/// Of one sender at one address.
const OF_SENDER_AT_ADDRESS: Limit = Limit::unsaid("log-in-sender-address", 10, TimeDelta::minutes(15));
/// Of all devices that are new to an address.
const AT_ADDRESS: Limit = Limit::unsaid("log-in-address", 50, TimeDelta::hours(1));

/// What an attempt counts against.
#[derive(Debug, Clone)]
pub(super) struct Allowance {
    counts: Vec<Counted>,
    /// That of the device, if it is used up.
    used_up: Option<Counted>,
}

impl Allowance {
    /// Of a device that logged in to this account before.
    pub(super) fn of_device(keyring: &Keyring, token: &Token) -> Self {
        let key = keyring.index(Index::RATE_LIMIT_DEVICE, &token.digest());
        Self { counts: vec![Counted::new(key, OF_DEVICE)], used_up: None }
    }

    /// Of everybody else, from the sender of the current request.
    pub(super) fn of_stranger(keyring: &Keyring, email_index: &[u8]) -> Self {
        let at_address = keyring.index(Index::RATE_LIMIT_PASSWORD, email_index);
        let of_sender = Index::RATE_LIMIT_PASSWORD_SENDER;
        let counts = vec![
            Counted::by_sender(keyring, Index::RATE_LIMIT_LOG_IN, OF_SENDER),
            Counted::by_sender_and(keyring, of_sender, email_index, OF_SENDER_AT_ADDRESS),
            Counted::new(at_address, AT_ADDRESS),
        ];
        Self { counts, used_up: None }
    }

    /// Counts an attempt of a device, before it is checked: once its own allowance is used up, as a stranger's. Returns what it
    /// was counted against.
    ///
    /// # Errors
    /// `too_many_requests` if both are used up.
    pub(super) fn count_of_device(
        connection: &mut PgConnection,
        device: Self,
        stranger: Self,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        match device.count(connection, now) {
            Err(error) if error.code() == Code::TooManyRequests => {
                stranger.count(connection, now)?;
                Ok(Self { used_up: device.counts.into_iter().next(), ..stranger })
            }
            counted => counted.map(|()| device),
        }
    }

    /// Counts an attempt, before it is checked.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub(super) fn count(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
        rate_limit::count_in_order(connection, &self.counts, now)
    }

    /// Returns the keys that were counted, for a refund.
    pub(super) fn keys(&self) -> Vec<Vec<u8>> {
        self.counts.iter().map(|counted| counted.key().to_vec()).collect()
    }

    /// Gives back what a right password cost. A sender's failures at other addresses stay counted.
    pub(super) fn succeeded(&self, connection: &mut PgConnection) -> Result<()> {
        self.used_up.iter().try_for_each(|counted| rate_limit::forget(connection, counted.key()))?;
        match self.counts.as_slice() {
            [of_sender, own, at_address] => {
                rate_limit::refund(connection, of_sender.key())?;
                rate_limit::forget(connection, own.key())?;
                rate_limit::refund(connection, at_address.key())
            }
            counts => counts.iter().try_for_each(|counted| rate_limit::forget(connection, counted.key())),
        }
    }

    /// Forgets all attempts at an address: its owner set a new password.
    pub(super) fn begin_anew(&self, connection: &mut PgConnection) -> Result<()> {
        self.counts.iter().skip(1).try_for_each(|counted| rate_limit::forget(connection, counted.key()))
    }
}
