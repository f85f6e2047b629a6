//! What a certificate claims to be in law: its QC statements (ETSI EN 319 412-5, in the extension of RFC 3739).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use x509_parser::der_parser::asn1_rs::{Any, FromDer, Oid, Tag};
use x509_parser::der_parser::oid;
use x509_parser::prelude::X509Certificate;

use crate::certificate::Certificate;

/// The extension `qcStatements`.
const QC_STATEMENTS: Oid<'static> = oid!(1.3.6.1.5.5.7.1.3);
/// The statement `QcCompliance`: a qualified certificate under Regulation (EU) 910/2014.
const QC_COMPLIANCE: Oid<'static> = oid!(0.4.0.1862.1.1);
/// The statement `QcSSCD`: the private key is in a qualified device.
const QC_SSCD: Oid<'static> = oid!(0.4.0.1862.1.4);
/// The statement `QcType`, and two of its values.
const QC_TYPE: Oid<'static> = oid!(0.4.0.1862.1.6);
const QCT_ESIGN: Oid<'static> = oid!(0.4.0.1862.1.6.1);
const QCT_ESEAL: Oid<'static> = oid!(0.4.0.1862.1.6.2);

/// The kind of a certificate: legal persons seal, natural persons sign (eIDAS, articles 3(9) and 3(25)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Electronic seal, of a legal person.
    Seal,
    /// Electronic signature, of a natural person.
    Signature,
}

impl Kind {
    /// `seal` or `signature`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Signature => "signature",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind that is asked of a live certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedKind {
    /// Seal or signature.
    pub kind: Kind,
    /// Whether an advanced seal or signature will do, with a certificate that is not qualified.
    pub advanced: bool,
}

/// A text that names no [`WantedKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is seal, signature, advanced-seal or advanced-signature")]
pub struct UnknownKind;

impl FromStr for WantedKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, advanced) = match text {
            "seal" => (Kind::Seal, false),
            "signature" => (Kind::Signature, false),
            "advanced-seal" => (Kind::Seal, true),
            "advanced-signature" => (Kind::Signature, true),
            _ => return Err(UnknownKind),
        };
        Ok(Self { kind, advanced })
    }
}

/// Why a certificate is not of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KindError {
    /// The extension cannot be read.
    #[error("the QC statements of the certificate cannot be read")]
    Unreadable,
    /// No `QcCompliance`.
    #[error(
        "the certificate does not claim to be qualified (QcCompliance), and only advanced-seal and \
         advanced-signature go without"
    )]
    NotQualified,
    /// `QcType` says otherwise.
    #[error("a {0} is asked for, and the certificate is one for a {1} (QcType)")]
    Other(Kind, Kind),
}

/// The QC statements that are read.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct QcStatements {
    compliance: bool,
    in_device: bool,
    /// Kinds of `QcType`; empty if there is none.
    kinds: Vec<Kind>,
}

/// Whether a certificate claims to be qualified. Statements that cannot be read count as the claim.
#[must_use]
pub fn claims_qualified(certificate: &Certificate) -> bool {
    qc_statements(certificate).is_none_or(|statements| statements.compliance)
}

/// Whether a certificate claims that its key is in a qualified device (`QcSSCD`).
#[must_use]
pub fn claims_device(certificate: &Certificate) -> bool {
    qc_statements(certificate).is_some_and(|statements| statements.in_device)
}

/// The kind of a live certificate, compared with the wanted one. If none is wanted, the certificate must be qualified and
/// its `QcType` decides; without one it is for signatures (EN 319 412-5, section 4.2.3).
///
/// # Errors
/// When the certificate is not of the wanted kind.
pub fn live_kind(certificate: &Certificate, wanted: Option<WantedKind>) -> Result<Kind, KindError> {
    let statements = qc_statements(certificate).ok_or(KindError::Unreadable)?;
    let wants_qualified = wanted.is_none_or(|wanted| !wanted.advanced);
    if wants_qualified && !statements.compliance {
        return Err(KindError::NotQualified);
    }
    let stated = match statements.kinds.as_slice() {
        [] if statements.compliance => Some(Kind::Signature),
        kinds => kinds.first().copied(),
    };
    match (wanted.map(|wanted| wanted.kind), stated) {
        (Some(kind), Some(stated)) if kind != stated && !statements.kinds.contains(&kind) => {
            Err(KindError::Other(kind, stated))
        }
        (Some(kind), _) | (None, Some(kind)) => Ok(kind),
        (None, None) => Err(KindError::NotQualified),
    }
}

/// Reads the QC statements of a certificate; `None` if they cannot be read.
fn qc_statements(certificate: &Certificate) -> Option<QcStatements> {
    let (_, parsed) = X509Certificate::from_der(certificate.der()).ok()?;
    let mut extensions = parsed.extensions().iter().filter(|extension| extension.oid == QC_STATEMENTS);
    match (extensions.next(), extensions.next()) {
        (None, _) => Some(QcStatements::default()),
        (Some(one), None) => read(one.value),
        _ => None,
    }
}

/// `QCStatements` (RFC 3739, section 3.2.6).
///
/// ```text
/// QCStatements ::= SEQUENCE OF QCStatement
///
/// QCStatement ::= SEQUENCE {
///   statementId OBJECT IDENTIFIER,
///   statementInfo ANY DEFINED BY statementId OPTIONAL }
/// ```
fn read(extension: &[u8]) -> Option<QcStatements> {
    let mut found = QcStatements::default();
    for statement in elements(extension)? {
        let (info, id) = Oid::from_der(statement.data).ok()?;
        if id == QC_COMPLIANCE {
            found.compliance = true;
        } else if id == QC_SSCD {
            found.in_device = true;
        } else if id == QC_TYPE {
            found.kinds = kinds(info)?;
        }
    }
    Some(found)
}

/// `QcType ::= SEQUENCE OF OBJECT IDENTIFIER`; ignores other types, such as that of web sites.
fn kinds(info: &[u8]) -> Option<Vec<Kind>> {
    let mut kinds = Vec::new();
    for element in elements(info)? {
        let id = element.as_oid().ok()?;
        kinds.extend((id == QCT_ESEAL).then_some(Kind::Seal));
        kinds.extend((id == QCT_ESIGN).then_some(Kind::Signature));
    }
    Some(kinds)
}

/// The elements of a SEQUENCE.
fn elements(sequence: &[u8]) -> Option<Vec<Any<'_>>> {
    let (_, whole) = Any::from_der(sequence).ok()?;
    whole.header.assert_tag(Tag::Sequence).ok()?;
    let (mut rest, mut elements) = (whole.data, Vec::new());
    while !rest.is_empty() {
        let (after, element) = Any::from_der(rest).ok()?;
        elements.push(element);
        rest = after;
    }
    Some(elements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::development_pki;
    use chrono::Utc;
    use rcgen::{CertificateParams, CustomExtension, KeyPair};

    fn with_statements(statements: &[u8]) -> Certificate {
        let mut params = CertificateParams::new(vec![]).unwrap();
        let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 3], statements.to_vec());
        params.custom_extensions.push(extension);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Certificate::from_der(certificate.der()).unwrap()
    }

    /// `SEQUENCE { SEQUENCE { 0.4.0.1862.1.n } … }`
    fn statements(numbers: &[u8]) -> Vec<u8> {
        let one = |n: &u8| vec![0x30, 0x08, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, *n];
        let all: Vec<u8> = numbers.iter().flat_map(one).collect();
        [vec![0x30, u8::try_from(all.len()).unwrap()], all].concat()
    }

    #[test]
    fn the_claim_is_found_among_other_statements_and_in_what_cannot_be_read() {
        assert!(claims_qualified(&with_statements(&statements(&[1]))));
        assert!(claims_qualified(&with_statements(&statements(&[5, 4, 1]))));
        assert!(!claims_qualified(&with_statements(&statements(&[4, 5]))));
        assert!(claims_qualified(&with_statements(&[0x30, 0x05, 0x30, 0x01])));
    }

    /// `QcType` with this value, beside `QcCompliance`.
    fn qualified_for(value: u8) -> Certificate {
        let qc_type =
            [0x30, 0x13, 6, 6, 4, 0, 0x8e, 0x46, 1, 6, 0x30, 9, 6, 7, 4, 0, 0x8e, 0x46, 1, 6, value];
        let compliance = [0x30, 8, 6, 6, 4, 0, 0x8e, 0x46, 1, 1];
        with_statements(&[&[0x30, 31][..], &compliance, &qc_type].concat())
    }

    #[test]
    fn the_kind_is_that_of_the_certificate_and_must_be_the_one_wanted() {
        let wanted = |text: &str| Some(text.parse().unwrap());
        let (seal, signature) = (qualified_for(2), qualified_for(1));
        assert_eq!(live_kind(&seal, None), Ok(Kind::Seal));
        assert_eq!(live_kind(&signature, None), Ok(Kind::Signature));
        assert_eq!(live_kind(&seal, wanted("seal")), Ok(Kind::Seal));
        assert_eq!(live_kind(&seal, wanted("signature")), Err(KindError::Other(Kind::Signature, Kind::Seal)));
        assert_eq!(live_kind(&signature, wanted("seal")), Err(KindError::Other(Kind::Seal, Kind::Signature)));
        assert_eq!(
            live_kind(&signature, wanted("advanced-seal")),
            Err(KindError::Other(Kind::Seal, Kind::Signature))
        );
        let (typeless, plain) = (with_statements(&statements(&[1])), with_statements(&statements(&[4])));
        assert_eq!(live_kind(&typeless, None), Ok(Kind::Signature));
        assert_eq!(live_kind(&plain, None), Err(KindError::NotQualified));
        assert_eq!(live_kind(&plain, wanted("seal")), Err(KindError::NotQualified));
        assert_eq!(live_kind(&plain, wanted("advanced-seal")), Ok(Kind::Seal));
        assert!(claims_device(&plain) && !claims_device(&seal));
        assert!("sealed".parse::<WantedKind>().is_err());
    }

    #[test]
    fn a_key_for_tests_never_claims_to_be_qualified() {
        let pki = development_pki::create(Utc::now()).unwrap();
        for certificate in Certificate::all_from_pem(&(pki.seal_chain_pem + &pki.root_pem)).unwrap() {
            assert!(!claims_qualified(&certificate), "{}", certificate.subject());
        }
    }
}
