//! Two realms that never mix: what is valid in law, and what is for development and tests.
//!
//! A certificate says by itself that it is for tests, so that a live service can refuse it without knowing any key:
//! by a certificate policy that RFC 7229 reserves for tests, or by the names that [`is_development`] describes.

use der::asn1::ObjectIdentifier;
use der::oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};
use thiserror::Error;
use x509_cert::ext::pkix::CertificatePolicies;
use x509_cert::ext::pkix::name::DirectoryString;
use x509_cert::name::Name;

use crate::certificate::Certificate;
use crate::qualification::claims_qualified;

/// `id-TEST-certPolicyOne` (RFC 7229): for tests, and for nothing else.
pub(crate) const TEST_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.13.1");

/// What follows a hierarchy's name in `O=` of its certificates.
pub(crate) const ORGANIZATION_SUFFIX: &str = " development";

/// What follows a hierarchy's name in `CN=` of its certificates.
pub(crate) const COMMON_NAME_INFIX: &str = " TEST ";

/// A realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// Valid in law.
    Live,
    /// For development and tests.
    Development,
}

/// Why certificates do not belong to a realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RealmError {
    /// A development certificate where a live one is needed.
    #[error(
        "the certificate, or one of its issuers, is one for tests: it cannot be used where seals are valid in law"
    )]
    Development,
    /// A live certificate where only development certificates are allowed.
    #[error("the certificate is a live one: it cannot be used for tests")]
    Live,
    /// A development certificate that claims to be qualified.
    #[error("the certificate is one for tests and claims to be qualified")]
    ClaimsQualified,
}

impl Realm {
    /// The realm of an installation: for development and tests, or live.
    #[must_use]
    pub const fn of(development: bool) -> Self {
        if development { Self::Development } else { Self::Live }
    }

    /// Checks a path, the signer's certificate first. One development certificate makes the whole path one. A
    /// development path must show it in the signer's own certificate, and must not claim to be qualified.
    ///
    /// # Errors
    /// When the path is not of this realm.
    pub fn check<'a>(self, path: impl IntoIterator<Item = &'a Certificate>) -> Result<(), RealmError> {
        let path: Vec<&Certificate> = path.into_iter().collect();
        match self {
            Self::Live if path.iter().any(|one| is_development(one)) => Err(RealmError::Development),
            Self::Live => Ok(()),
            Self::Development if !path.first().is_some_and(|leaf| is_development(leaf)) => {
                Err(RealmError::Live)
            }
            Self::Development if path.iter().any(|one| claims_qualified(one)) => {
                Err(RealmError::ClaimsQualified)
            }
            Self::Development => Ok(()),
        }
    }
}

/// Whether `certificate` belongs to a development hierarchy: it asserts the test policy of RFC 7229, or its subject or
/// issuer is named as such hierarchies name theirs: `O=… development`, `CN=… TEST …`, with the same words before.
#[must_use]
pub fn is_development(certificate: &Certificate) -> bool {
    let policies = certificate.extension::<CertificatePolicies>().ok().flatten();
    let fields = certificate.fields();
    policies.is_some_and(|all| all.0.iter().any(|policy| policy.policy_identifier == TEST_POLICY))
        || is_named_for_tests(fields.subject())
        || is_named_for_tests(fields.issuer())
}

fn is_named_for_tests(name: &Name) -> bool {
    let text = |oid| name.by_oid::<DirectoryString>(oid).ok().flatten();
    let (Some(organization), Some(common)) = (text(ORGANIZATION_NAME), text(COMMON_NAME)) else {
        return false;
    };
    let (organization, common) = (organization.value(), common.value());
    let hierarchy = organization.strip_suffix(ORGANIZATION_SUFFIX);
    let rest = hierarchy.and_then(|hierarchy| common.strip_prefix(hierarchy));
    rest.is_some_and(|rest| rest.starts_with(COMMON_NAME_INFIX))
}
