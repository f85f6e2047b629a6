//! Makes a certificate: number, control code, payload, both signatures. Stores nothing: the application's statement
//! stores it together with everything else that becomes true with the issue.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::extract::Extract;
use super::finding::Finding;
use super::payload::{self, Facts, Marks};
use super::printed::Printed;
use super::{ControlCode, RegistrationNumber, binding, facts};
use crate::error::{Error, Result};
use crate::person::{Column, Index, Keyring};
use crate::services::validity;
use crate::signature::Held;
use crate::time::civil_date;

/// A certificate that is made and signed, but not stored yet.
#[derive(Debug)]
pub struct Draft {
    /// UUIDv7.
    pub id: Uuid,
    /// Its public number.
    pub registration_number: RegistrationNumber,
    /// The code printed beside the number.
    pub control_code: ControlCode,
    /// Keyed hash of the control code.
    pub control_code_index: Vec<u8>,
    /// Encrypted control code.
    pub encrypted_control_code: Vec<u8>,
    /// Encrypted payload.
    pub encrypted_payload: Vec<u8>,
    /// Detached CAdES-B-B, DER.
    pub cades: Vec<u8>,
    /// Detached JAdES-B-B, compact.
    pub jades: String,
    /// SHA-256 of the signer's certificate.
    pub signer_fingerprint: Vec<u8>,
    /// The finding.
    pub finding: Finding,
    /// The time of issue.
    pub issued_at: DateTime<Utc>,
    /// The day of issue, as a civil date in Europe/Bucharest.
    pub issued_on: NaiveDate,
    /// Last day of validity.
    pub valid_until: NaiveDate,
    /// Keyed hash that binds the row's facts.
    pub facts_mac: Vec<u8>,
    /// Keyed hash that binds the row's status: not ended.
    pub status_mac: Vec<u8>,
    /// What of the payload is kept for nodes that verify alone.
    pub extract: Vec<u8>,
}

/// A payload that was made here and cannot be read: a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the payload cannot be read")]
struct NotReadable;

/// Makes and signs a certificate.
///
/// # Errors
/// Fails if the key fails or its signature does not verify: then nothing is released.
pub async fn draft(facts: &Facts<'_>, seal: &Held, keyring: &Keyring, now: DateTime<Utc>) -> Result<Draft> {
    let issued_on = civil_date::today(now);
    let valid_until = validity::valid_until(issued_on);
    let year = chrono::Datelike::year(&issued_on);
    let registration_number = RegistrationNumber::generate(year).map_err(Error::internal)?;
    let control_code = ControlCode::generate().map_err(Error::internal)?;
    let marks = Marks {
        registration_number: registration_number.as_str(),
        control_code: control_code.as_str(),
        issued_at: now,
        issued_on,
        valid_until,
    };
    let payload = payload::canonical(facts, &marks)?;
    let (payload, signatures) = seal.seal(payload, mime::APPLICATION_JSON, now).await?;
    let id = Uuid::now_v7();
    let fingerprint = seal.fingerprint().to_vec();
    let control_code_index =
        keyring.index(Index::CERTIFICATES_CONTROL_CODE, control_code.as_str().as_bytes());
    let facts_mac = bound(facts, &marks, id, &control_code_index, &fingerprint, keyring);
    let printed = Printed::read(&payload).ok_or_else(|| Error::internal(NotReadable))?;
    let extract = Extract::value(keyring, id, &payload, &printed);
    let encrypt =
        |column: Column, bytes: &[u8]| keyring.encrypt(column.at(id), bytes).map_err(Error::internal);
    Ok(Draft {
        id,
        control_code_index,
        encrypted_control_code: encrypt(Column::CERTIFICATES_CONTROL_CODE, control_code.as_str().as_bytes())?,
        encrypted_payload: encrypt(Column::CERTIFICATES_PAYLOAD, &payload)?,
        cades: signatures.cades,
        jades: signatures.jades,
        signer_fingerprint: fingerprint,
        finding: facts.finding(),
        registration_number,
        control_code,
        issued_at: now,
        issued_on,
        valid_until,
        facts_mac,
        status_mac: binding::Status::default().mac(keyring, id),
        extract: extract.ok_or_else(|| Error::internal(NotReadable))?,
    })
}

/// Computes the keyed hashes of the future row.
fn bound(
    facts: &Facts<'_>,
    marks: &Marks<'_>,
    id: Uuid,
    control_code_index: &[u8],
    signer_fingerprint: &[u8],
    keyring: &Keyring,
) -> Vec<u8> {
    let row = facts::Facts {
        id,
        registration_number: marks.registration_number,
        person_index: &facts.subject.index(keyring),
        control_code_index,
        service: facts.service,
        reason: facts.reason.code,
        finding: facts.finding().as_str(),
        issued_on: marks.issued_on,
        valid_until: marks.valid_until,
        signer_fingerprint,
    };
    row.mac(keyring)
}
