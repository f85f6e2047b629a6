//! What is known of the signed payload of a certificate whose row is intact: the payload, or the extract of it.

use uuid::Uuid;

use super::extract::Extract;
use super::printed::Printed;
use super::printed_name::PrintedName;
use crate::person::Keyring;

/// A payload, and what it says.
pub(crate) struct ReadPayload {
    pub(super) octets: Vec<u8>,
    pub(super) printed: Printed,
}

/// What is known of the signed payload of an intact row.
pub(crate) enum Paper {
    /// The payload.
    Payload(ReadPayload),
    /// What is kept of it for nodes that verify alone.
    Extract(Extract),
}

impl Paper {
    /// Returns whether a typed name is the holder's.
    pub(crate) fn is_of(&self, keyring: &Keyring, certificate: Uuid, typed: &PrintedName) -> bool {
        match self {
            Self::Payload(payload) => typed.is_of(payload.printed.holder()),
            Self::Extract(extract) => extract.is_of(keyring, certificate, typed),
        }
    }

    /// Returns whether it is of exactly these octets.
    pub(crate) fn is(&self, payload: &[u8]) -> bool {
        match self {
            Self::Payload(kept) => kept.octets == payload,
            Self::Extract(extract) => extract.is_of_payload(payload),
        }
    }

    /// Returns who issued the certificate.
    pub(crate) fn issuing_unit(self) -> Option<String> {
        match self {
            Self::Payload(payload) => payload.printed.issuing_unit,
            Self::Extract(extract) => extract.issuing_unit,
        }
    }
}
