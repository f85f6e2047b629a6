//! What a certificate may be used for, by the extensions of RFC 5280, section 4.2.

use der::asn1::ObjectIdentifier;
use der::oid::AssociatedOid;
use der::oid::db::rfc5280::{
    ANY_EXTENDED_KEY_USAGE, ID_KP_EMAIL_PROTECTION, ID_KP_OCSP_SIGNING, ID_KP_TIME_STAMPING,
};
use der::oid::db::rfc6960::ID_PKIX_OCSP_NOCHECK;
use thiserror::Error;
use x509_cert::ext::pkix::{BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage};

use super::Certificate;

/// `id-kp-documentSigning` (RFC 9336).
const ID_KP_DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");

/// Purposes of which a signer's certificate must name one, if it names any.
const SIGNING_PURPOSES: [ObjectIdentifier; 3] =
    [ID_KP_DOCUMENT_SIGNING, ID_KP_EMAIL_PROTECTION, ANY_EXTENDED_KEY_USAGE];

/// Extensions that are understood; any other critical one makes a certificate unfit.
/// Policies need no processing, because every policy is accepted (`user-initial-policy-set` is any-policy).
const UNDERSTOOD: [ObjectIdentifier; 4] =
    [BasicConstraints::OID, KeyUsage::OID, ExtendedKeyUsage::OID, CertificatePolicies::OID];

/// Why a certificate may not be used for a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unfit {
    /// An extension of the profile is repeated, or cannot be decoded.
    #[error("an extension of the certificate is repeated or broken")]
    Extensions,
    /// A critical extension that is not understood.
    #[error("critical extension {0} is not understood")]
    Critical(ObjectIdentifier),
    /// A certificate authority must not seal documents.
    #[error("basicConstraints: it is a certificate authority")]
    IsAuthority,
    /// Issuing certificates needs `cA`.
    #[error("basicConstraints: it is not a certificate authority")]
    NotAuthority,
    /// `pathLenConstraint` is exceeded.
    #[error("basicConstraints: too many certificates below it")]
    PathLength,
    /// keyUsage lacks the bit that is needed.
    #[error("keyUsage lacks {0}")]
    KeyUsage(&'static str),
    /// extKeyUsage does not name the purpose.
    #[error("extKeyUsage does not allow {0}")]
    ExtendedKeyUsage(&'static str),
    /// Neither ECDSA over P-256 or P-384, nor RSA from 2048 bits, nor Ed25519.
    #[error("the public key is of a kind or length that is not accepted")]
    PublicKey,
}

/// What the certificate at the beginning of a path is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Signatures and seals over documents.
    Document,
    /// Time-stamps (RFC 3161).
    Timestamp,
}

impl Certificate {
    /// Checks that the certificate may begin a path for `purpose`.
    pub(crate) fn check(&self, purpose: Purpose) -> Result<(), Unfit> {
        match purpose {
            Purpose::Document => self.check_signer(),
            Purpose::Timestamp => self.check_timestamp_authority(),
        }
    }

    /// Checks that the certificate may sign documents: not a CA, and key usage as EN 319 412-2 and -3 ask.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check_signer(&self) -> Result<(), Unfit> {
        self.check_end_entity()?;
        match self.extension::<ExtendedKeyUsage>()? {
            Some(purposes) if !purposes.0.iter().any(|purpose| SIGNING_PURPOSES.contains(purpose)) => {
                Err(Unfit::ExtendedKeyUsage("the signing of documents"))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the certificate may sign time-stamps and nothing else: the purpose is critical and alone (RFC 3161, 2.3).
    ///
    /// # Errors
    /// The first fault found.
    pub fn check_timestamp_authority(&self) -> Result<(), Unfit> {
        self.check_end_entity()?;
        let purposes = self.fields().get_extension::<ExtendedKeyUsage>().map_err(|_| Unfit::Extensions)?;
        match purposes {
            Some((true, purposes)) if purposes.0 == [ID_KP_TIME_STAMPING] => Ok(()),
            _ => Err(Unfit::ExtendedKeyUsage("time-stamps alone, as a critical extension")),
        }
    }

    /// Checks that the certificate may sign OCSP responses (RFC 6960, section 4.2.2.2): for that purpose, and declared
    /// to need no check of its own (`id-pkix-ocsp-nocheck`), because checking the responder would never end.
    pub(crate) fn check_ocsp_responder(&self) -> Result<(), Unfit> {
        self.check_end_entity()?;
        let purposes = self.extension::<ExtendedKeyUsage>()?;
        let mut extensions = self.fields().extensions().into_iter().flatten();
        let no_check = extensions.any(|extension| extension.extn_id == ID_PKIX_OCSP_NOCHECK);
        if no_check && purposes.is_some_and(|purposes| purposes.0.contains(&ID_KP_OCSP_SIGNING)) {
            Ok(())
        } else {
            Err(Unfit::ExtendedKeyUsage("answers about revocation"))
        }
    }

    /// Checks that the certificate may issue others, with `below` CA certificates between it and the signer's.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check_authority(&self, below: usize) -> Result<(), Unfit> {
        self.check_critical_extensions()?;
        let basic = self.extension::<BasicConstraints>()?.filter(|basic| basic.ca);
        let limit = basic.ok_or(Unfit::NotAuthority)?.path_len_constraint;
        if limit.is_some_and(|limit| usize::from(limit) < below) {
            return Err(Unfit::PathLength);
        }
        if !self.extension::<KeyUsage>()?.is_some_and(|usage| usage.key_cert_sign()) {
            return Err(Unfit::KeyUsage("keyCertSign"));
        }
        self.public_key().map(drop)
    }

    /// Whether the certificate may sign CRLs (RFC 5280, section 4.2.1.3).
    pub(crate) fn may_sign_crls(&self) -> bool {
        self.extension::<KeyUsage>().is_ok_and(|usage| usage.is_some_and(|usage| usage.crl_sign()))
    }

    /// Checks that apply to every certificate but those of CAs.
    fn check_end_entity(&self) -> Result<(), Unfit> {
        self.check_critical_extensions()?;
        if self.extension::<BasicConstraints>()?.is_some_and(|basic| basic.ca) {
            return Err(Unfit::IsAuthority);
        }
        let usage = self.extension::<KeyUsage>()?;
        if !usage.is_some_and(|usage| usage.digital_signature() || usage.non_repudiation()) {
            return Err(Unfit::KeyUsage("digitalSignature and nonRepudiation"));
        }
        self.public_key().map(drop)
    }

    fn check_critical_extensions(&self) -> Result<(), Unfit> {
        let mut extensions = self.fields().extensions().into_iter().flatten();
        match extensions.find(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id)) {
            Some(extension) => Err(Unfit::Critical(extension.extn_id)),
            None => Ok(()),
        }
    }
}
