//! What makes a signature last: time-stamps and revocation, with P-256.

use std::io::Write;
use std::sync::Arc;

use ades::development_pki::{Hierarchy, Publisher};
use ades::revocation::Evidence;
use ades::timestamp::{DevelopmentAuthority, Request};
use ades::{Sealer, SigningKey, Verifier, cades};
use chrono::Utc;

use super::{PAYLOAD, Result, keys, rate, valid};

/// Prints what is done a second.
pub fn print(out: &mut impl Write) -> Result<()> {
    let (now, payload) = (Utc::now(), PAYLOAD.as_bytes());
    let pki = Hierarchy::default().publishing_at("http://127.0.0.1:1").create(now)?;
    let key = Arc::new(SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, now)?);
    let basic = Sealer::new(key)?.seal(payload, &mime::APPLICATION_JSON, now)?.cades;
    let authority = DevelopmentAuthority::new(&pki.timestamp_key_pem, &pki.timestamp_chain_pem)?;
    let value = cades::signature_value(&basic)?;
    let request = Request::new(value, None)?;
    let response = authority.respond(request.der(), now)?;
    let anchors = keys::anchors(&pki)?;
    let token = request.check(&response, value, &anchors, now)?;
    let stamped = cades::add_signature_timestamp(&basic, &token)?;
    let publisher = Publisher::new(&pki)?;
    let evidence = vec![
        Evidence::from_crl(&publisher.root_crl(now, &[])?)?,
        Evidence::from_crl(&publisher.issuing_crl(now, &[])?)?,
    ];
    let complete = cades::add_validation_data(&stamped, &[], &evidence)?;
    let verifier = Verifier::new(anchors.clone(), Vec::new());
    let rows = [
        ("time-stamp answered", rate(|| Ok(authority.respond(request.der(), now)?))?),
        ("time-stamp checked", rate(|| Ok(request.check(&response, value, &anchors, now)?))?),
        ("CAdES raised from B-B to B-T", rate(|| Ok(cades::add_signature_timestamp(&basic, &token)?))?),
        ("and to B-LT", rate(|| Ok(cades::add_validation_data(&stamped, &[], &evidence)?))?),
        ("verify CAdES-B-LT", rate(|| valid(verifier.verify_cades(&complete, payload, now)))?),
    ];
    writeln!(out, "\n| Levels, P-256 | a second |\n| --- | ---: |")?;
    for (name, rate) in rows {
        writeln!(out, "| {name} | {rate:.0} |")?;
    }
    Ok(())
}
