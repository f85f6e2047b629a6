//! The trust list: every key that sealed, seals or is going to, with its periods, in a form that can be carried. It is a
//! [`Statement`] signed by the seal in force and, where the operator signs it, by the operator's own key, which is kept
//! offline.
//!
//! | Signature | What it proves to who reads the list |
//! | --- | --- |
//! | the operator's, by a key that the reader has pinned | the operator says so; it holds even when a seal's key was stolen |
//! | a seal's, known from an earlier list got over HTTPS | whoever has that seal's key says so |
//! | a seal's, known from this list alone | nothing was lost or changed on the way by accident; whose it is must be known from how it was got |
//!
//! A list is as old as its `issued_at`: what became of a key later, above all that it was retired in an emergency, is on
//! later lists alone.

mod judge;
mod publish;

pub use judge::{NotOurs, judge};
pub(super) use publish::KEPT;
pub(crate) use publish::current;
pub use publish::{PublishError, publish};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::store::SealKey;
use ades::development_pki::is_development;
use ades::{Certificate, KeyError, PinnedKey, Speaker, Statement, ordered_chain};

/// What a statement that is a trust list has as its `typ`.
pub const TYP: &str = "cazier-trust-list+jws";

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustList {
    /// When this was so.
    pub issued_at: DateTime<Utc>,
    /// Whether these seals are for tests, and not valid in law.
    pub test: bool,
    /// The keys, by the certificates that speak for them.
    pub signers: Vec<ListedSigner>,
}

/// A key of the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSigner {
    /// Its certificate and the issuers' up to the root, in PEM.
    pub chain_pem: String,
    /// From when it seals; null while that is not decided.
    pub active_from: Option<DateTime<Utc>>,
    /// From when it does not seal any more.
    pub retired_from: Option<DateTime<Utc>>,
    /// Others may have had the key: nothing sealed by it counts that no time-stamp proves to be older than
    /// `retired_from`.
    pub retired_in_emergency: bool,
}

/// Why a file is no trust list that can be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustListError {
    /// Not a list at all.
    #[error("it is not a trust list")]
    Malformed,
    /// A chain in it is not one.
    #[error("a certificate chain in it: {0}")]
    Chain(#[from] KeyError),
    /// Nobody signed it whom it must be signed by.
    #[error("it is not signed by {0}")]
    Unsigned(&'static str),
    /// Its time is still to come.
    #[error("it is from the future")]
    Future,
    /// It was made before the one that is known.
    #[error("it is older than the list that is known")]
    Older,
    /// The known one has a key that others may have, and this one does not say so, or for less long.
    #[error("it has lost that a key was retired in an emergency, which the list that is known says")]
    MarkLost,
}

/// How far the clocks of who made a list and of who reads it may be apart.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Who must have signed a list.
#[derive(Debug, Clone, Copy)]
pub enum Pin<'a> {
    /// The operator, by its offline key.
    Operator(&'a PinnedKey),
    /// A seal of a list that is known already.
    Known(&'a TrustList),
    /// Nobody who is known: a seal of the list itself.
    Nothing,
}

impl TrustList {
    /// Of the keys of an installation.
    #[must_use]
    pub fn of(keys: &[SealKey], test: bool, issued_at: DateTime<Utc>) -> Self {
        Self { issued_at, test, signers: keys.iter().map(ListedSigner::from).collect() }
    }

    /// Reads a signed list, and asks for the signature that `pin` names.
    ///
    /// # Errors
    /// See [`TrustListError`].
    pub fn open(statement: &Statement, pin: Pin<'_>) -> Result<Self, TrustListError> {
        let payload = statement.payload().map_err(|_| TrustListError::Malformed)?;
        let list: Self = serde_json::from_slice(&payload).map_err(|_| TrustListError::Malformed)?;
        let by_seal_of = |known: &Self| known.has_signed(statement, &list);
        match pin {
            Pin::Operator(key) if statement.is_signed_by(Speaker::Key(key), TYP) => Ok(list),
            Pin::Operator(_) => Err(TrustListError::Unsigned("the operator's key that was given")),
            Pin::Known(known) if by_seal_of(known)? => Ok(list),
            Pin::Known(_) => Err(TrustListError::Unsigned("a seal of the list that is known")),
            Pin::Nothing if by_seal_of(&list)? => Ok(list),
            Pin::Nothing => Err(TrustListError::Unsigned("any of the seals that it lists")),
        }
    }

    /// Checks that it is a list of now or before, and no step back behind one that is known.
    ///
    /// # Errors
    /// [`TrustListError::Future`], [`TrustListError::Older`], [`TrustListError::MarkLost`]; or when a chain is none.
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

    /// Whether a seal of this list signed `statement`, which says `new`, and could: it was active when the list was
    /// issued, and others had it by the word of neither list.
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

    /// The key whose certificate has this fingerprint.
    ///
    /// # Errors
    /// When a chain in the list is none.
    pub fn find(&self, fingerprint: &[u8; 32]) -> Result<Option<&ListedSigner>, KeyError> {
        for signer in &self.signers {
            if signer.leaf()?.fingerprint() == *fingerprint {
                return Ok(Some(signer));
            }
        }
        Ok(None)
    }

    /// All certificates in it.
    ///
    /// # Errors
    /// When a chain in the list is none.
    pub fn certificates(&self) -> Result<Vec<Certificate>, KeyError> {
        let chains = self.signers.iter().map(|signer| ordered_chain(&signer.chain_pem));
        Ok(chains.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Whether it says the same of the same keys, whenever it was made.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let all_in =
            |one: &Self, other: &Self| one.signers.iter().all(|signer| other.signers.contains(signer));
        self.test == other.test && all_in(self, other) && all_in(other, self)
    }
}

impl ListedSigner {
    /// A key that is known by its certificate alone: nothing is said of its periods.
    #[must_use]
    pub fn by_certificate(certificate: &Certificate) -> Self {
        Self {
            chain_pem: certificate.to_pem(),
            active_from: Some(certificate.not_before()),
            retired_from: None,
            retired_in_emergency: false,
        }
    }

    /// The certificate that speaks for the key.
    ///
    /// # Errors
    /// When the chain is none.
    pub fn leaf(&self) -> Result<Certificate, KeyError> {
        Ok(ordered_chain(&self.chain_pem)?.remove(0))
    }

    /// Whether it is one for tests.
    ///
    /// # Errors
    /// When the chain is none.
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
