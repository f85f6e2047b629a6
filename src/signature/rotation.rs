//! Rotates keys: a key is announced, so that relying parties know it; active from a time; the old key is retired some
//! time after that. Each step is one transaction with its audit row; concurrent operators take turns.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use uuid::Uuid;

use super::source::kind_of;
use super::store::{self, SealKey, State};
use crate::audit::{self, Actor, Event};
use crate::error::{Error, chain};
use crate::http::RequestId;
use ades::{Certificate, KeyError, KindError, Realm, RealmError, Unfit, WantedKind, ordered_chain};

/// How long a key is on the trust list before it signs: longer than anybody caches the list.
pub const NOTICE: TimeDelta = TimeDelta::minutes(15);

/// The conditions of a step.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Now.
    pub now: DateTime<Utc>,
    /// The realm of the installation.
    pub realm: Realm,
    /// The required kind of certificates.
    pub wanted: Option<WantedKind>,
    /// The present key must go at once: a new one needs no notice, and the last one may be retired.
    pub emergency: bool,
}

/// Why a step is refused.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The file is not an ordered certificate chain.
    #[error("{}", chain(.0))]
    Chain(#[from] KeyError),
    /// The certificate may not sign documents.
    #[error("the certificate may not sign documents: {0}")]
    Unfit(#[from] Unfit),
    /// The certificate is of the other realm.
    #[error(transparent)]
    Realm(#[from] RealmError),
    /// The certificate is of another kind.
    #[error("CAZIER_SEAL_KIND: {0}")]
    Kind(#[from] KindError),
    /// The certificate is known already.
    #[error("this certificate is known already; its key is {0}")]
    Known(&'static str),
    /// No key, or more than one, has a fingerprint with this prefix.
    #[error("no key, or more than one, has a fingerprint with this prefix; see `cazier keys list`")]
    Unknown,
    /// The key is retired for good.
    #[error("the key is retired for good")]
    Retired,
    /// The key is active already.
    #[error("the key is active already")]
    Active,
    /// The time is too early.
    #[error(
        "relying parties must know a key before it signs: it can be active from {0} on, or at once with --emergency"
    )]
    Notice(DateTime<Utc>),
    /// The certificate is not valid at that time.
    #[error("the certificate is not in its validity period at {0}")]
    Validity(DateTime<Utc>),
    /// No key would be left to issue with.
    #[error(
        "no other key would be active at {0}; --emergency retires it nevertheless, and nothing can be issued"
    )]
    Last(DateTime<Utc>),
    /// The period ends before it begins.
    #[error("a key is retired after it became active")]
    Order,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] Error),
}

impl From<diesel::result::Error> for RotationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

type Result<T> = std::result::Result<T, RotationError>;

/// Publishes a key by its certificate.
///
/// # Errors
/// Fails if the certificate may not sign here, or is known already.
pub fn announce(connection: &mut PgConnection, chain_pem: &str, terms: &Terms) -> Result<SealKey> {
    connection.transaction(|c| {
        store::lock(c)?;
        let key = fresh(c, chain_pem, terms)?;
        store::insert(c, &key)?;
        record(c, terms, "seal_key.announced", key.id)?;
        Ok(key)
    })
}

/// Records a retired key, of an earlier installation for example, so that its certificates stay verifiable.
///
/// # Errors
/// As [`announce`], or if the period is empty.
pub fn import(
    connection: &mut PgConnection,
    chain_pem: &str,
    (active_from, retired_from): (DateTime<Utc>, DateTime<Utc>),
    terms: &Terms,
) -> Result<SealKey> {
    if retired_from < active_from || retired_from > terms.now {
        return Err(RotationError::Order);
    }
    connection.transaction(|c| {
        store::lock(c)?;
        let mut key = fresh(c, chain_pem, terms)?;
        (key.active_from, key.retired_from) = (Some(active_from), Some(retired_from));
        store::insert(c, &key)?;
        record(c, terms, "seal_key.imported", key.id)?;
        Ok(key)
    })
}

/// Activates an announced key from `at` on; by default as soon as its notice is over.
///
/// # Errors
/// Fails if that is too early, or the key is retired.
pub fn activate(
    connection: &mut PgConnection,
    fingerprint: &str,
    at: Option<DateTime<Utc>>,
    terms: &Terms,
) -> Result<SealKey> {
    connection.transaction(|c| {
        store::lock(c)?;
        let key = find(&store::list(c)?, fingerprint)?;
        activate_locked(c, key, at, terms)
    })
}

/// Retires a key from `at` on; by default now. In an emergency the key may be compromised: then signatures count only
/// if a time-stamp proves that they are older; a retired key can still be marked so.
///
/// # Errors
/// Fails if no other key would be active, or the key is retired already.
pub fn retire(
    connection: &mut PgConnection,
    fingerprint: &str,
    at: Option<DateTime<Utc>>,
    terms: &Terms,
) -> Result<SealKey> {
    connection.transaction(|c| {
        store::lock(c)?;
        let keys = store::list(c)?;
        let key = find(&keys, fingerprint)?;
        let at = at.unwrap_or(terms.now);
        // A compromise can lie in the past; an ordinary retirement cannot.
        let at = if terms.emergency { at } else { at.max(terms.now) };
        let other = |other: &&SealKey| other.id != key.id && other.state(at) == State::Active;
        if !terms.emergency && key.active_from.is_some() && !keys.iter().any(|key| other(&key)) {
            return Err(RotationError::Last(at));
        }
        retire_locked(c, key, at, terms, terms.emergency)
    })
}

/// Announces the next key, activates it as soon as its notice is over or from `at` on, and retires the earlier keys
/// after `overlap`: until then, nodes without the new key go on with the old one.
///
/// # Errors
/// As the single steps.
pub fn rotate(
    connection: &mut PgConnection,
    chain_pem: &str,
    at: Option<DateTime<Utc>>,
    overlap: TimeDelta,
    terms: &Terms,
) -> Result<SealKey> {
    connection.transaction(|c| {
        store::lock(c)?;
        let before = store::list(c)?;
        let key = match known(&before, chain_pem)? {
            Some(key) => key.clone(),
            None => announce(c, chain_pem, terms)?,
        };
        let key = activate_locked(c, key, at, terms)?;
        let from = key.active_from.unwrap_or(terms.now);
        let until = from + overlap;
        for old in before.into_iter().filter(|old| old.id != key.id && old.state(from) == State::Active) {
            if old.retired_from.is_none_or(|already| already > until) {
                retire_locked(c, old, until, terms, false)?;
            }
        }
        Ok(key)
    })
}

/// Builds the row of a new certificate that may sign here.
fn fresh(connection: &mut PgConnection, chain_pem: &str, terms: &Terms) -> Result<SealKey> {
    let chain = ordered_chain(chain_pem)?;
    let leaf = chain.first().ok_or(RotationError::Unknown)?;
    leaf.check_signer()?;
    terms.realm.check(&chain)?;
    let kind = kind_of(leaf, terms.realm, terms.wanted)?;
    if let Some(key) = known(&store::list(connection)?, chain_pem)? {
        return Err(RotationError::Known(key.state(terms.now).as_str()));
    }
    Ok(SealKey {
        id: Uuid::now_v7(),
        fingerprint: leaf.fingerprint().to_vec(),
        kind: kind.into(),
        chain_pem: chain.iter().map(Certificate::to_pem).collect(),
        announced_at: terms.now,
        active_from: None,
        retired_from: None,
        retired_in_emergency: false,
    })
}

fn known<'a>(keys: &'a [SealKey], chain_pem: &str) -> Result<Option<&'a SealKey>> {
    let chain = ordered_chain(chain_pem)?;
    let leaf = chain.first().ok_or(RotationError::Unknown)?;
    Ok(keys.iter().find(|key| key.fingerprint == leaf.fingerprint()))
}

/// Finds the only key whose fingerprint has this prefix of at least eight digits.
fn find(keys: &[SealKey], fingerprint: &str) -> Result<SealKey> {
    let wanted = fingerprint.to_ascii_lowercase();
    let fits = |key: &&SealKey| wanted.len() >= 8 && key.sha256().starts_with(&wanted);
    match keys.iter().filter(fits).collect::<Vec<_>>()[..] {
        [key] => Ok(key.clone()),
        _ => Err(RotationError::Unknown),
    }
}

fn activate_locked(
    connection: &mut PgConnection,
    mut key: SealKey,
    at: Option<DateTime<Utc>>,
    terms: &Terms,
) -> Result<SealKey> {
    match key.state(terms.now) {
        State::Retired => return Err(RotationError::Retired),
        State::Active => return Err(RotationError::Active),
        State::Announced => {}
    }
    let earliest = if terms.emergency { terms.now } else { terms.now.max(key.announced_at + NOTICE) };
    let at = at.unwrap_or(earliest);
    if at < earliest {
        return Err(RotationError::Notice(earliest));
    }
    let chain = ordered_chain(&key.chain_pem)?;
    if !chain.first().is_some_and(|leaf| leaf.is_valid_at(at)) {
        return Err(RotationError::Validity(at));
    }
    if key.retired_from.is_some_and(|retired| retired < at) {
        return Err(RotationError::Order);
    }
    store::set_active_from(connection, key.id, at)?;
    record(connection, terms, "seal_key.activated", key.id)?;
    key.active_from = Some(at);
    Ok(key)
}

fn retire_locked(
    connection: &mut PgConnection,
    mut key: SealKey,
    at: DateTime<Utc>,
    terms: &Terms,
    in_emergency: bool,
) -> Result<SealKey> {
    let is_retired = key.state(terms.now) == State::Retired;
    if is_retired && (key.retired_in_emergency || !in_emergency) {
        return Err(RotationError::Retired);
    }
    // A compromise may be discovered after the retirement, whose time does not change.
    let at = key.retired_from.filter(|_| is_retired).unwrap_or(at);
    if key.active_from.is_some_and(|active| at < active) {
        return Err(RotationError::Order);
    }
    store::set_retired(connection, key.id, at, in_emergency)?;
    record(connection, terms, "seal_key.retired", key.id)?;
    (key.retired_from, key.retired_in_emergency) = (Some(at), in_emergency);
    Ok(key)
}

fn record(connection: &mut PgConnection, terms: &Terms, action: &str, id: Uuid) -> Result<()> {
    audit::record(connection, &Event::new(terms.now, Actor::OPERATOR, action, Some(id), &RequestId::new()))?;
    Ok(())
}
