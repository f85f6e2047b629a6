//! The trust list: every past, present and announced key with its periods, as a portable file. It is a [`Statement`]
//! signed by the key in force and, if the operator signs it, by the operator's own key, which is kept offline.
//!
//! | Signature | What it proves to the reader |
//! | --- | --- |
//! | the operator's, by a key that the reader has pinned | the operator says so; this holds even if a signing key was stolen |
//! | a signing key's, known from an earlier list fetched over HTTPS | whoever has that key says so |
//! | a signing key's, known from this list alone | the file is not damaged; whose it is depends on where it came from |
//!
//! A list is as old as its `issued_at`: later events, above all an emergency retirement, are only on later lists.

mod judge;
mod publish;

pub use judge::{NotOurs, judge};
pub(super) use publish::KEPT;
pub(crate) use publish::current;
pub use publish::{PublishError, publish};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::store::SealKey;
use crate::error::chain;
use ades::is_development;
use ades::{Certificate, KeyError, PinnedKey, Speaker, Statement, ordered_chain};

/// The `typ` of a trust list.
pub const TYP: &str = "cazier-trust-list+jws";

/// The signed content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustList {
    /// When the list was made.
    pub issued_at: DateTime<Utc>,
    /// Whether these keys are for tests, and with no legal value.
    pub test: bool,
    /// The keys with their certificates.
    pub signers: Vec<ListedSigner>,
}

/// A signing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSigner {
    /// Its certificate and issuers up to the root, PEM.
    pub chain_pem: String,
    /// From when it signs; null if not decided yet.
    pub active_from: Option<DateTime<Utc>>,
    /// From when it no longer signs.
    pub retired_from: Option<DateTime<Utc>>,
    /// The key may be compromised: signatures count only if a time-stamp proves that they are older than
    /// `retired_from`.
    pub retired_in_emergency: bool,
}

/// Why a file is not a usable trust list.
#[derive(Debug, thiserror::Error)]
pub enum TrustListError {
    /// The file is not a trust list.
    #[error("it is not a trust list")]
    Malformed,
    /// A chain in the list is invalid.
    #[error("a certificate chain in it: {}", chain(.0))]
    Chain(#[from] KeyError),
    /// A required signature is missing.
    #[error("it is not signed by {0}")]
    Unsigned(&'static str),
    /// The list is from the future.
    #[error("it is from the future")]
    Future,
    /// The list is older than the known one.
    #[error("it is older than the known list")]
    Older,
    /// The list lacks an emergency retirement that the known list has, or dates it later.
    #[error("it lacks an emergency retirement that the known list has")]
    MarkLost,
}

/// The accepted difference between the clocks of a list's maker and its reader.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Who must have signed a list.
#[derive(Debug, Clone, Copy)]
pub enum Pin<'a> {
    /// The operator, with its offline key.
    Operator(&'a PinnedKey),
    /// A key of a known list.
    Known(&'a TrustList),
    /// Nobody in particular: a key of the list itself.
    Nothing,
}

impl TrustList {
    /// Makes the list of an installation's keys.
    #[must_use]
    pub fn of(keys: &[SealKey], test: bool, issued_at: DateTime<Utc>) -> Self {
        Self { issued_at, test, signers: keys.iter().map(ListedSigner::from).collect() }
    }

    /// Reads a signed list, and requires the signature that `pin` names.
    ///
    /// # Errors
    /// See [`TrustListError`].
    pub fn open(statement: &Statement, pin: Pin<'_>) -> Result<Self, TrustListError> {
        let payload = statement.payload().map_err(|_| TrustListError::Malformed)?;
        let list: Self = serde_json::from_slice(&payload).map_err(|_| TrustListError::Malformed)?;
        let by_seal_of = |known: &Self| known.has_signed(statement, &list);
        match pin {
            Pin::Operator(key) if statement.is_signed_by(Speaker::Key(key), TYP) => Ok(list),
            Pin::Operator(_) => Err(TrustListError::Unsigned("the given operator's key")),
            Pin::Known(known) if by_seal_of(known)? => Ok(list),
            Pin::Known(_) => Err(TrustListError::Unsigned("a key of the known list")),
            Pin::Nothing if by_seal_of(&list)? => Ok(list),
            Pin::Nothing => Err(TrustListError::Unsigned("any of the keys that it lists")),
        }
    }

    /// Checks that the list is not from the future, and no step back from the known one.
    ///
    /// # Errors
    /// [`TrustListError::Future`], [`TrustListError::Older`], [`TrustListError::MarkLost`]; also if a chain is invalid.
    pub fn check_age(&self, known: Option<&Self>, now: DateTime<Utc>) -> Result<(), TrustListError> {
        if self.issued_at > now + CLOCK_SKEW {
            return Err(TrustListError::Future);
        }
        let Some(known) = known else { return Ok(()) };
        if self.issued_at < known.issued_at {
            return Err(TrustListError::Older);
        }
        for stolen in known.signers.iter().filter(|signer| signer.retired_in_emergency) {
            let said = self.find(&stolen.leaf()?.fingerprint())?;
            let keeps = said.is_some_and(|said| {
                said.retired_in_emergency
                    && said.retired_from.is_some()
                    && said.retired_from <= stolen.retired_from
            });
            if !keeps {
                return Err(TrustListError::MarkLost);
            }
        }
        Ok(())
    }

    /// Returns whether an uncompromised key of this list signed `statement`, whose content is `new`: it was active when
    /// the new list was made, and neither list marks it as compromised.
    fn has_signed(&self, statement: &Statement, new: &Self) -> Result<bool, KeyError> {
        for signer in &self.signers {
            let leaf = signer.leaf()?;
            let in_period = signer.active_from.is_some_and(|from| from <= new.issued_at)
                && signer.retired_from.is_none_or(|until| new.issued_at < until);
            let stolen = new.find(&leaf.fingerprint())?.is_some_and(|signer| signer.retired_in_emergency);
            if in_period
                && !signer.retired_in_emergency
                && !stolen
                && statement.is_signed_by(Speaker::Certificate(&leaf), TYP)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Finds the key whose certificate has this fingerprint.
    ///
    /// # Errors
    /// Fails if a chain in the list is invalid.
    pub fn find(&self, fingerprint: &[u8; 32]) -> Result<Option<&ListedSigner>, KeyError> {
        for signer in &self.signers {
            if signer.leaf()?.fingerprint() == *fingerprint {
                return Ok(Some(signer));
            }
        }
        Ok(None)
    }

    /// Returns all certificates of the list.
    ///
    /// # Errors
    /// Fails if a chain in the list is invalid.
    pub fn certificates(&self) -> Result<Vec<Certificate>, KeyError> {
        let chains = self.signers.iter().map(|signer| ordered_chain(&signer.chain_pem));
        Ok(chains.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Returns whether both lists say the same about the same keys, whenever they were made.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let all_in =
            |one: &Self, other: &Self| one.signers.iter().all(|signer| other.signers.contains(signer));
        self.test == other.test && all_in(self, other) && all_in(other, self)
    }
}

impl ListedSigner {
    /// Makes an entry from a certificate alone, without periods.
    #[must_use]
    pub fn by_certificate(certificate: &Certificate) -> Self {
        Self {
            chain_pem: certificate.to_pem(),
            active_from: Some(certificate.not_before()),
            retired_from: None,
            retired_in_emergency: false,
        }
    }

    /// Returns the key's certificate.
    ///
    /// # Errors
    /// Fails if the chain is invalid.
    pub fn leaf(&self) -> Result<Certificate, KeyError> {
        Ok(ordered_chain(&self.chain_pem)?.remove(0))
    }

    /// Returns whether the key is for tests.
    ///
    /// # Errors
    /// Fails if the chain is invalid.
    pub fn is_test(&self) -> Result<bool, KeyError> {
        Ok(is_development(&self.leaf()?))
    }
}

impl From<&SealKey> for ListedSigner {
    fn from(key: &SealKey) -> Self {
        Self {
            chain_pem: key.chain_pem.clone(),
            active_from: key.active_from,
            retired_from: key.retired_from,
            retired_in_emergency: key.retired_in_emergency,
        }
    }
}
