//! Reading CAdES strictly.

use chrono::{DateTime, Utc};
use der::oid::db::rfc5911::{ID_DATA, ID_SIGNING_TIME};
use x509_cert::time::Time;

use crate::carried::decode_certificates;
use crate::certificate::{self, Certificate};
use crate::cms::{Attribute, ID_AA_SIGNATURE_TIME_STAMP, SignedData};
use crate::limits::{MAX_SIGNATURE_BYTES, MAX_TIMESTAMPS};
use crate::malformed::Malformed;
use crate::reading::Format;
use crate::reading::{Facts, Reading};
use crate::timestamp::Token;

/// Where to find the claimed signing time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SigningTime {
    /// In the signed attribute `signing-time`.
    Attribute,
    /// Outside of the CMS, in what it covers; the attribute must not be there (PDF).
    Elsewhere(DateTime<Utc>),
}

/// Reads a detached signature and checks it over `payload` with the public key of the certificate that it carries.
pub(crate) fn read(signature: &[u8], payload: &[u8], time: SigningTime) -> Result<Reading, Malformed> {
    let data = decode(signature)?;
    let mut carried = decode_certificates(&data.certificates)?;
    let signer = data.take_signer(&mut carried)?;
    let facts = facts(&data, payload, &signer, time)?;
    Ok(Reading {
        format: Format::Cades,
        facts,
        signer,
        carried,
        evidence: data.revocation()?,
        timestamps: timestamps(&data)?,
        timestamped: data.signature_value().to_vec(),
    })
}

/// Whether this is a sound B-B signature over `payload` by the owner of `signer`, carrying that certificate.
pub(crate) fn is_sound(signature: &[u8], payload: &[u8], signer: &Certificate) -> Result<bool, Malformed> {
    is_sound_as(signature, payload, signer, SigningTime::Attribute)
}

/// As [`is_sound`], for a signature whose signing time is at `time`.
pub(crate) fn is_sound_as(
    signature: &[u8],
    payload: &[u8],
    signer: &Certificate,
    time: SigningTime,
) -> Result<bool, Malformed> {
    let data = decode(signature)?;
    let named = data.certificates.contains(&signer.der()) && data.names(signer)?;
    Ok(named && facts(&data, payload, signer, time)?.all_good())
}

fn decode(signature: &[u8]) -> Result<SignedData<'_>, Malformed> {
    if signature.len() > MAX_SIGNATURE_BYTES {
        return Err(Malformed::TooLarge);
    }
    let data = SignedData::read(signature, ID_DATA)?;
    if data.content.is_some() {
        return Err(Malformed::Profile("the payload must be detached"));
    }
    Ok(data)
}

fn facts(
    data: &SignedData<'_>,
    payload: &[u8],
    signer: &Certificate,
    time: SigningTime,
) -> Result<Facts, Malformed> {
    let checked = data.check(payload, signer)?;
    let attribute: Option<Time> = data.signed_attributes().optional(ID_SIGNING_TIME)?;
    let signing_time = match (time, attribute) {
        (SigningTime::Attribute, Some(time)) => certificate::moment(time),
        (SigningTime::Elsewhere(time), None) => time,
        _ => return Err(Malformed::Profile("signing-time")),
    };
    Ok(Facts {
        intact: checked.intact,
        signature_valid: checked.signature_valid,
        signer_matches_attribute: checked.signer_matches_attribute,
        signing_time,
    })
}

/// The signature time-stamps: the only unsigned attribute that is allowed.
fn timestamps(data: &SignedData<'_>) -> Result<Vec<Token>, Malformed> {
    let Some(attributes) = data.unsigned_attributes()? else { return Ok(Vec::new()) };
    let attributes: Vec<&Attribute<'_>> = attributes.iter().collect();
    let [attribute] = attributes[..] else {
        return Err(Malformed::Profile("unsigned attributes"));
    };
    let tokens = attribute.values.elements()?;
    if attribute.oid != ID_AA_SIGNATURE_TIME_STAMP || !(1..=MAX_TIMESTAMPS).contains(&tokens.len()) {
        return Err(Malformed::Profile("unsigned attributes"));
    }
    tokens.into_iter().map(Token::from_der).collect()
}
