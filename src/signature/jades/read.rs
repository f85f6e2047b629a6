//! Reading JAdES strictly.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};

use super::header::Header;
use super::signing_input;
use crate::signature::algorithm::{self, Encoding};
use crate::signature::certificate::Certificate;
use crate::signature::reading::{MAX_CERTIFICATES, MAX_SIGNATURE_BYTES, Malformed, Reading};
use crate::signature::verdict::Format;

/// Reads a detached signature and checks it over `payload` with the public key of the certificate in it.
pub(in crate::signature) fn read(signature: &[u8], payload: &[u8]) -> Result<Reading, Malformed> {
    let (encoded, value) = split(signature)?;
    let header = header(encoded)?;
    let (signer, carried) = certificates(&header.x5c)?;
    let point = signer.point().map_err(|_| Malformed::Algorithm)?;
    let covered = signing_input(encoded, payload);
    let signature_valid = algorithm::verify(point, Encoding::Fixed, &covered, &value);
    Ok(Reading {
        format: Format::Jades,
        intact: signature_valid,
        signature_valid,
        signer_matches_attribute: header.x5t_s256 == URL_SAFE_NO_PAD.encode(signer.fingerprint()),
        signing_time: signing_time(header.iat)?,
        signer,
        carried,
    })
}

/// The encoded header and the signature value of `header..value`.
fn split(signature: &[u8]) -> Result<(&str, Vec<u8>), Malformed> {
    if signature.len() > MAX_SIGNATURE_BYTES {
        return Err(Malformed::TooLarge);
    }
    let text = std::str::from_utf8(signature).map_err(|_| Malformed::Jws)?;
    let (header, value) = text.split_once("..").ok_or(Malformed::Jws)?;
    let value = URL_SAFE_NO_PAD.decode(value).map_err(|_| Malformed::Jws)?;
    Ok((header, value))
}

fn header(encoded: &str) -> Result<Header, Malformed> {
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| Malformed::Jws)?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| Malformed::Jws)?;
    if header.alg != "ES256" {
        return Err(Malformed::Algorithm);
    }
    if header.b64 || header.crit != ["b64"] {
        return Err(Malformed::Profile("the payload must be unencoded: b64 false, and critical"));
    }
    Ok(header)
}

/// The signer's certificate, which comes first (RFC 7515, section 4.1.6), and the others.
fn certificates(x5c: &[String]) -> Result<(Certificate, Vec<Certificate>), Malformed> {
    let Some((leaf, others)) = x5c.split_first() else { return Err(Malformed::NoSigner) };
    if x5c.len() > MAX_CERTIFICATES {
        return Err(Malformed::Profile("too many certificates"));
    }
    let others = others.iter().map(|text| certificate(text)).collect::<Result<_, _>>()?;
    Ok((certificate(leaf)?, others))
}

fn certificate(base64: &str) -> Result<Certificate, Malformed> {
    let der = STANDARD.decode(base64).map_err(|_| Malformed::Jws)?;
    Ok(Certificate::from_der(&der)?)
}

fn signing_time(iat: i64) -> Result<DateTime<Utc>, Malformed> {
    DateTime::from_timestamp(iat, 0).ok_or(Malformed::Profile("iat"))
}
