//! What a signature costs, on one thread: each format beside the raw operation of ring and of OpenSSL in the same run,
//! for each kind of key; and a certificate's PDF.
//!
//! `cargo bench --bench signatures`; `openssl` must be on the PATH. Trust the ratios: machines differ.

mod document;
mod keys;
mod levels;

use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

use ades::asic::DataObject;
use ades::development_pki::{self, DevelopmentPki};
use ades::{Malformed, Sealer, Verdict, Verifier, cades, jades};
use chrono::Utc;

use keys::{KINDS, Key};

/// One case is run for so long.
const RUN: Duration = Duration::from_secs(1);
/// A certificate's payload.
const PAYLOAD: &str = include_str!("payload.json");

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often a second.
fn rate<T>(mut work: impl FnMut() -> Result<T>) -> Result<f64> {
    work()?;
    let (begin, mut count) = (Instant::now(), 0_u32);
    while begin.elapsed() < RUN {
        work()?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
}

/// A signature that is good.
fn valid(verdict: std::result::Result<Verdict, Malformed>) -> Result<()> {
    match verdict {
        Ok(verdict) if verdict.is_valid() => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// The rows of the table, in their order.
const ROWS: [&str; 13] = [
    "openssl speed, sign",
    "ring, sign",
    "CAdES-B-B",
    "JAdES-B-B",
    "seal: both, and both verified",
    "PAdES-B-B, verified",
    "ASiC-E with CAdES-B-B, verified",
    "openssl speed, verify",
    "ring, verify",
    "verify CAdES, path and all",
    "verify JAdES, path and all",
    "verify PAdES, path and all",
    "verify ASiC-E, path and all",
];

/// What a kind of key does a second, row by row.
fn column(key: &Key, pki: &DevelopmentPki, pdf: &[u8], openssl: (f64, f64)) -> Result<[f64; 13]> {
    let (now, payload, json) = (Utc::now(), PAYLOAD.as_bytes(), &mime::APPLICATION_JSON);
    let (cms, jws) = (cades::Signer::new(key.ours.clone())?, jades::Signer::new(key.ours.clone())?);
    let sealer = Sealer::new(key.ours.clone())?;
    let verifier = Verifier::new(keys::anchors(pki)?, Vec::new());
    let raw = key.sign(payload)?;
    let sealed = sealer.seal(payload, json, now)?;
    let object = |name: &str, bytes: &[u8]| DataObject { name: name.to_owned(), bytes: bytes.to_vec() };
    let objects = [object("payload.json", payload), object("document.pdf", pdf)];
    let (signed_pdf, container) = (sealer.seal_pdf(pdf, now)?, sealer.seal_container(&objects, now)?);
    Ok([
        openssl.0,
        rate(|| key.sign(payload))?,
        rate(|| Ok(cms.sign_detached(payload, json, now)?))?,
        rate(|| Ok(jws.sign_detached(payload, json, now)?))?,
        rate(|| Ok(sealer.seal(payload, json, now)?))?,
        rate(|| Ok(sealer.seal_pdf(pdf, now)?))?,
        rate(|| Ok(sealer.seal_container(&objects, now)?))?,
        openssl.1,
        rate(|| key.verify(payload, &raw))?,
        rate(|| valid(verifier.verify_cades(&sealed.cades, payload, now)))?,
        rate(|| valid(verifier.verify_jades(sealed.jades.as_bytes(), payload, now)))?,
        rate(|| valid(verifier.verify_pdf(&signed_pdf, now)))?,
        rate(|| valid(verifier.verify_container(&container, now).map(|(verdict, _)| verdict)))?,
    ])
}

fn main() -> Result<()> {
    let pki = development_pki::create(Utc::now())?;
    let pdf = document::rendered()?;
    let mut columns = Vec::new();
    for (kind, openssl) in KINDS.iter().zip(keys::openssl_speed()?) {
        columns.push(column(&Key::of(kind, &pki)?, &pki, &pdf, openssl)?);
    }
    let mut out = std::io::stdout().lock();
    let names = KINDS.map(|kind| kind.name).join(" | ");
    writeln!(out, "One thread, a second. Payload {} bytes, PDF {} bytes.\n", PAYLOAD.len(), pdf.len())?;
    writeln!(out, "| | {names} |\n| --- | ---: | ---: | ---: |")?;
    for (at, row) in ROWS.iter().enumerate() {
        let cells = columns.iter().filter_map(|column| column.get(at));
        let rates: Vec<String> = cells.map(|rate| format!("{rate:.0}")).collect();
        writeln!(out, "| {row} | {} |", rates.join(" | "))?;
    }
    levels::print(&mut out)?;
    document::print(&mut out, &pki)
}
