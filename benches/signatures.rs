//! What a signature costs, on one thread: each format beside the raw operation of ring and of OpenSSL in the same run.
//!
//! `cargo bench --bench signatures`; `openssl` must be on the PATH. Trust the ratios: machines differ.

use std::error::Error;
use std::io::Write;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cazier::signature::development_pki::{self, Publisher};
use cazier::signature::revocation::Evidence;
use cazier::signature::timestamp::{DevelopmentAuthority, Request};
use cazier::signature::{Certificate, Sealer, SigningKey, Verifier, cades, jades};
use chrono::Utc;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

/// One case is run for so long.
const RUN: Duration = Duration::from_secs(2);
/// A certificate has about so many bytes.
const PAYLOAD: &[u8] = &[b'x'; 1200];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often a second.
fn rate(mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    work()?;
    let (begin, mut count) = (Instant::now(), 0_u32);
    while begin.elapsed() < RUN {
        work()?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
}

/// Signatures and verifications a second by `openssl speed`, ECDSA over P-256 of a digest.
fn openssl() -> Result<(f64, f64)> {
    let output = Command::new("openssl").args(["speed", "-mr", "-seconds", "2", "ecdsap256"]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().find(|line| line.starts_with("+F4:")).ok_or("openssl speed says nothing")?;
    let values: Vec<f64> = line.split(':').skip(3).map(str::parse).collect::<std::result::Result<_, _>>()?;
    // How many a second, or, in older versions, how many seconds for one.
    let rate = |value: f64| if value > 1.0 { value } else { 1.0 / value };
    match values[..] {
        [sign, verify, ..] => Ok((rate(sign), rate(verify))),
        _ => Err("openssl speed says something else".into()),
    }
}

fn main() -> Result<()> {
    let now = Utc::now();
    let pki = development_pki::create_publishing(now, Some("http://127.0.0.1:1"))?;
    let key = || SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, now).map(Arc::new);
    let pkcs8 = pem::parse(&pki.seal_key_pem)?;
    let random = SystemRandom::new();
    let raw = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.contents(), &random)
        .map_err(|error| error.to_string())?;
    let (cms, jws, sealer) = (cades::Signer::new(key()?)?, jades::Signer::new(key()?)?, Sealer::new(key()?)?);
    let json = &mime::APPLICATION_JSON;
    let sealed = sealer.seal(PAYLOAD, json, now)?;
    let authority = DevelopmentAuthority::new(&pki.timestamp_key_pem, &pki.timestamp_chain_pem)?;
    let request = Request::new(cades::signature_value(&sealed.cades)?, None)?;
    let response = authority.respond(request.der(), now)?;
    let anchors = Certificate::all_from_pem(&pki.root_pem)?;
    let token = request.check(&response, cades::signature_value(&sealed.cades)?, &anchors, now)?;
    let stamped = cades::add_signature_timestamp(&sealed.cades, &token)?;
    let publisher = Publisher::new(&pki)?;
    let evidence = vec![
        Evidence::from_crl(&publisher.root_crl(now, &[])?)?,
        Evidence::from_crl(&publisher.issuing_crl(now, &[])?)?,
    ];
    let complete = cades::add_validation_data(&stamped, &[], &evidence)?;
    let verifier = Verifier::new(anchors, Vec::new()).with_evidence(evidence);
    let verify = |signature: &[u8]| match verifier.verify(signature, PAYLOAD, now) {
        Ok(verdict) if verdict.is_valid() => Ok(()),
        other => Err(format!("{other:?}").into()),
    };
    let (signs, verifies) = openssl()?;
    let rows = [
        ("openssl speed, sign P-256", signs),
        ("ring, sign P-256", rate(|| raw.sign(&random, PAYLOAD).map(drop).map_err(|_| "ring".into()))?),
        ("CAdES-B-B", rate(|| Ok(cms.sign_detached(PAYLOAD, json, now).map(drop)?))?),
        ("JAdES-B-B", rate(|| Ok(jws.sign_detached(PAYLOAD, json, now).map(drop)?))?),
        ("seal: both, and both verified", rate(|| Ok(sealer.seal(PAYLOAD, json, now).map(drop)?))?),
        ("time-stamp, answered", rate(|| Ok(authority.respond(request.der(), now).map(drop)?))?),
        ("openssl speed, verify P-256", verifies),
        ("verify CAdES-B-B, with revocation", rate(|| verify(&sealed.cades))?),
        ("verify JAdES-B-B, with revocation", rate(|| verify(sealed.jades.as_bytes()))?),
        ("verify CAdES-B-LT", rate(|| verify(&complete))?),
    ];
    let mut out = std::io::stdout().lock();
    writeln!(out, "| One thread, {} bytes | a second |\n| --- | ---: |", PAYLOAD.len())?;
    for (name, rate) in rows {
        writeln!(out, "| {name} | {rate:.0} |")?;
    }
    Ok(())
}
