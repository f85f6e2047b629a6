//! The issued data that the keyed hash binds.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::person::{Bond, Keyring};

/// The issued data, as verification returns it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) id: Uuid,
    pub(crate) registration_number: &'a str,
    pub(crate) person_index: &'a [u8],
    pub(crate) control_code_index: &'a [u8],
    pub(crate) service: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) finding: &'a str,
    pub(crate) issued_on: NaiveDate,
    pub(crate) valid_until: NaiveDate,
    pub(crate) signer_fingerprint: &'a [u8],
}

impl Facts<'_> {
    /// Computes the keyed hash.
    pub(crate) fn mac(&self, keyring: &Keyring) -> Vec<u8> {
        self.with_values(|values| keyring.bind(Bond::CERTIFICATES_FACTS_1, values))
    }

    pub(super) fn fit(&self, keyring: &Keyring, mac: Option<&[u8]>) -> bool {
        mac.is_some_and(|mac| {
            self.with_values(|values| keyring.is_bound(Bond::CERTIFICATES_FACTS_1, values, mac))
        })
    }

    fn with_values<T>(&self, then: impl FnOnce(&[&[u8]]) -> T) -> T {
        then(&[
            self.id.as_bytes(),
            self.registration_number.as_bytes(),
            self.person_index,
            self.control_code_index,
            self.service.as_bytes(),
            self.reason.as_bytes(),
            self.finding.as_bytes(),
            self.issued_on.to_string().as_bytes(),
            self.valid_until.to_string().as_bytes(),
            self.signer_fingerprint,
        ])
    }
}
