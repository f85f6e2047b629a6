//! `TSTInfo`: the content that a time-stamp authority signs (RFC 3161, section 2.4.2).

use chrono::{DateTime, NaiveDateTime, Utc};
use der::asn1::{AnyRef, Int, ObjectIdentifier, OctetString};
use der::{Sequence, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;

use crate::malformed::Malformed;

/// `TSTInfo`.
///
/// ```text
/// TSTInfo ::= SEQUENCE {
///   version INTEGER { v1(1) },
///   policy TSAPolicyId,
///   messageImprint MessageImprint,
///   serialNumber INTEGER,
///   genTime GeneralizedTime,
///   accuracy Accuracy OPTIONAL,
///   ordering BOOLEAN DEFAULT FALSE,
///   nonce INTEGER OPTIONAL,
///   tsa [0] EXPLICIT GeneralName OPTIONAL,
///   extensions [1] IMPLICIT Extensions OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct TstInfo<'a> {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) message_imprint: MessageImprint,
    pub(super) serial_number: Int,
    pub(super) gen_time: AnyRef<'a>,
    pub(super) accuracy: Option<Accuracy>,
    #[asn1(default = "no")]
    pub(super) ordering: bool,
    pub(super) nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) tsa: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) extensions: Option<x509_cert::ext::Extensions>,
}

/// `MessageImprint`: the digest that is stamped.
///
/// ```text
/// MessageImprint ::= SEQUENCE {
///   hashAlgorithm AlgorithmIdentifier,
///   hashedMessage OCTET STRING }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct MessageImprint {
    pub(super) hash_algorithm: AlgorithmIdentifierOwned,
    pub(super) hashed_message: OctetString,
}

/// `Accuracy` of `genTime`.
///
/// ```text
/// Accuracy ::= SEQUENCE {
///   seconds INTEGER OPTIONAL,
///   millis [0] IMPLICIT INTEGER (1..999) OPTIONAL,
///   micros [1] IMPLICIT INTEGER (1..999) OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct Accuracy {
    pub(super) seconds: Option<u64>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) micros: Option<u16>,
}

const fn no() -> bool {
    false
}

impl TstInfo<'_> {
    /// `genTime`. Unlike in X.509, fractions of a second are allowed.
    pub(super) fn time(&self) -> Result<DateTime<Utc>, Malformed> {
        let wrong = Malformed::Profile("genTime");
        if self.gen_time.tag() != Tag::GeneralizedTime {
            return Err(wrong);
        }
        let text = std::str::from_utf8(self.gen_time.value()).ok();
        let text = text.and_then(|text| text.strip_suffix('Z')).filter(|text| text.is_ascii());
        let time = text.and_then(|text| NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.f").ok());
        time.map(|time| time.and_utc()).ok_or(wrong)
    }
}
