//! What verification needs of a payload, for nodes that verify alone: they have no key of payloads, and no role that may
//! read them. The digest of the payload, keyed hashes of the holder's name, and who issued it, under a keyed hash of their
//! own.

use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::printed::Printed;
use super::printed_name::{Form, PrintedName, forms};
use crate::person::{Index, Keyring};
use crate::text::base64;

/// The octets of a keyed hash: the key's id and HMAC-SHA-256.
const KEYED: usize = 33;

/// What is kept in `certificates.extract`: the keyed hash over the certificate's id and the rest, then this as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Extract {
    payload_sha256: String,
    names: Vec<String>,
    pub(super) issuing_unit: Option<String>,
}

/// Why an extract cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoExtract {
    /// An earlier version issued the certificate, and no worker has made the extract yet.
    Missing,
    /// It is not what was written.
    Altered,
}

impl Extract {
    /// Extracts from a payload what it says; `None` if the value cannot be encoded.
    pub(super) fn value(
        keyring: &Keyring,
        certificate: Uuid,
        payload: &[u8],
        printed: &Printed,
    ) -> Option<Vec<u8>> {
        let names = forms(printed.holder()).iter().map(|form| name(keyring, certificate, form)).collect();
        let issuing_unit = printed.issuing_unit.clone();
        let json = serde_json::to_vec(&Self { payload_sha256: sha256(payload), names, issuing_unit }).ok()?;
        Some([mac(keyring, certificate, &json), json].concat())
    }

    /// Reads a value that was made for this certificate.
    ///
    /// # Errors
    /// See [`NoExtract`].
    pub(super) fn open(
        keyring: &Keyring,
        certificate: Uuid,
        value: Option<&[u8]>,
    ) -> Result<Self, NoExtract> {
        let value = value.ok_or(NoExtract::Missing)?;
        let (keyed, json) = value.split_at_checked(KEYED).ok_or(NoExtract::Altered)?;
        if keyed != mac(keyring, certificate, json) {
            return Err(NoExtract::Altered);
        }
        serde_json::from_slice(json).map_err(|_| NoExtract::Altered)
    }

    /// Makes a value anew under the newest index key that an earlier list of them made. `None` if it is not what was
    /// written.
    pub(super) fn again(keyring: &Keyring, certificate: Uuid, value: &[u8]) -> Option<Vec<u8>> {
        let chain = keyring.index_chain();
        let (keyed, json) = value.split_at_checked(KEYED)?;
        let whole = [certificate.as_bytes(), json].concat();
        if chain.hash_of(*keyed.first()?, Index::CERTIFICATES_EXTRACT, &whole)? != keyed {
            return None;
        }
        let extract: Self = serde_json::from_slice(json).ok()?;
        let again = |name: &String| Some(BASE64.encode(&chain.again(&base64::decode(name)?)?));
        let names = extract.names.iter().map(again).collect::<Option<_>>()?;
        let json = serde_json::to_vec(&Self { names, ..extract }).ok()?;
        Some([mac(keyring, certificate, &json), json].concat())
    }

    /// Returns whether a typed name is the holder's.
    pub(super) fn is_of(&self, keyring: &Keyring, certificate: Uuid, typed: &PrintedName) -> bool {
        typed.fits(|form| self.names.contains(&name(keyring, certificate, form)))
    }

    /// Returns whether it is of exactly these octets.
    pub(super) fn is_of_payload(&self, payload: &[u8]) -> bool {
        self.payload_sha256 == sha256(payload)
    }
}

/// Computes the keyed hash of a form of a name, another one in each certificate.
fn name(keyring: &Keyring, certificate: Uuid, form: &Form) -> String {
    let value = [certificate.as_bytes(), form.as_bytes()].concat();
    BASE64.encode(&keyring.index(Index::CERTIFICATES_NAME, &value))
}

fn mac(keyring: &Keyring, certificate: Uuid, json: &[u8]) -> Vec<u8> {
    keyring.index(Index::CERTIFICATES_EXTRACT, &[certificate.as_bytes(), json].concat())
}

fn sha256(octets: &[u8]) -> String {
    BASE64.encode(digest(&SHA256, octets).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYLOAD: &str = r#"{"type":"criminal-record-certificate","registration_number":"CJ-2026-ZW3D-ZYJ0-5",
        "issued_on":"2026-11-24","valid_until":"2027-05-24","finding":"no_record","reason":{"code":"employment"},
        "holder":{"cnp":"1800101221144","family_name":"Popescu","given_name":"Ana-Maria"},
        "verification":{"control_code":"0000"},"issuing_unit":"Hub MAI"}"#;

    fn keyring() -> Keyring {
        let key = Keyring::generate_spec().unwrap();
        Keyring::parse(&key, &key).unwrap()
    }

    #[test]
    fn an_extract_knows_name_payload_and_issuer_and_shows_no_name() {
        let (keyring, id) = (keyring(), Uuid::now_v7());
        let printed = Printed::read(PAYLOAD.as_bytes()).unwrap();
        let value = Extract::value(&keyring, id, PAYLOAD.as_bytes(), &printed).unwrap();
        assert!(!String::from_utf8_lossy(&value).to_lowercase().contains("popescu"));
        let extract = Extract::open(&keyring, id, Some(&value)).unwrap();
        for (typed, is_of) in [
            ("Popescu Ana-Maria", true),
            ("anamaria POPESCU", true),
            ("Maria Ana Popescu", true),
            ("Popescu Ana", false),
            ("Popescu", false),
        ] {
            let typed_name = PrintedName::parse(typed).unwrap();
            assert_eq!(extract.is_of(&keyring, id, &typed_name), is_of, "{typed}");
            assert_eq!(typed_name.is_of(printed.holder()), is_of, "{typed}");
        }
        assert!(extract.is_of_payload(PAYLOAD.as_bytes()));
        assert!(!extract.is_of_payload(&PAYLOAD.as_bytes()[1..]));
        assert_eq!(extract.issuing_unit.as_deref(), Some("Hub MAI"));
    }

    #[test]
    fn an_extract_is_made_anew_under_a_later_key_and_believed_no_more_than_before() {
        let (first, id) = (Keyring::generate_spec().unwrap(), Uuid::now_v7());
        let second = format!("{},{first}", Keyring::generate_spec().unwrap().replacen("1:", "2:", 1));
        let [one, two] = [&first, &second].map(|list| Keyring::parse(&first, list).unwrap());
        let printed = Printed::read(PAYLOAD.as_bytes()).unwrap();
        let [before, after] =
            [&one, &two].map(|keyring| Extract::value(keyring, id, PAYLOAD.as_bytes(), &printed).unwrap());
        assert_eq!(Extract::again(&two, id, &before), Some(after.clone()));
        assert_eq!(Extract::again(&two, id, &after), Some(after));
        assert_eq!(Extract::again(&two, Uuid::now_v7(), &before), None);
        for at in 0..before.len() {
            let mut changed = before.clone();
            changed[at] ^= 1;
            assert_eq!(Extract::again(&two, id, &changed), None, "{at}");
        }
    }

    #[test]
    fn what_was_changed_moved_or_is_missing_is_none() {
        let (keyring, id) = (keyring(), Uuid::now_v7());
        let printed = Printed::read(PAYLOAD.as_bytes()).unwrap();
        let value = Extract::value(&keyring, id, PAYLOAD.as_bytes(), &printed).unwrap();
        let open = |id, value: Option<&[u8]>| Extract::open(&keyring, id, value).unwrap_err();
        assert_eq!(open(id, None), NoExtract::Missing);
        assert_eq!(open(Uuid::now_v7(), Some(&value)), NoExtract::Altered);
        assert_eq!(open(id, Some(&[])), NoExtract::Altered);
        for at in 0..value.len() {
            let mut changed = value.clone();
            changed[at] ^= 1;
            assert_eq!(open(id, Some(&changed)), NoExtract::Altered, "{at}");
        }
    }
}
