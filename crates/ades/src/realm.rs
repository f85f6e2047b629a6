//! Two worlds that never mix: what is valid in law, and what is for tests.

use thiserror::Error;

use crate::certificate::Certificate;
use crate::{claims_qualified, development_pki};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// Valid in law.
    Live,
    /// For tests.
    Development,
}

/// Why certificates do not belong to a realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RealmError {
    /// A certificate for tests where it would be taken for a valid one.
    #[error(
        "the certificate, or one of its issuers, is one for tests: it cannot be used outside the sandbox"
    )]
    Development,
    /// A valid certificate where anybody may play.
    #[error("the certificate is a live one: it cannot be used in the sandbox")]
    Live,
    /// A certificate for tests that claims what it must not.
    #[error("the certificate is one for tests and claims to be qualified")]
    ClaimsQualified,
}

impl Realm {
    /// That of a sandbox, or of a live installation.
    #[must_use]
    pub const fn of(sandbox: bool) -> Self {
        if sandbox { Self::Development } else { Self::Live }
    }

    /// Checks a path, the signer's certificate first. One certificate for tests makes the whole path one; and what
    /// is for tests must show it in the signer's own certificate, and never claims to be qualified.
    ///
    /// # Errors
    /// When the path is not of this realm.
    pub fn check<'a>(self, path: impl IntoIterator<Item = &'a Certificate>) -> Result<(), RealmError> {
        let path: Vec<&Certificate> = path.into_iter().collect();
        match self {
            Self::Live if path.iter().any(|one| development_pki::is_development(one)) => {
                Err(RealmError::Development)
            }
            Self::Live => Ok(()),
            Self::Development if !path.first().is_some_and(|leaf| development_pki::is_development(leaf)) => {
                Err(RealmError::Live)
            }
            Self::Development if path.iter().any(|one| claims_qualified(one)) => {
                Err(RealmError::ClaimsQualified)
            }
            Self::Development => Ok(()),
        }
    }
}
