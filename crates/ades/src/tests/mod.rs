//! What the modules promise together; the real `openssl` is asked too.

mod algorithms;
mod attributes;
mod byte_flips;
mod certificates;
mod container;
mod costly;
mod distribution_points;
mod evidence;
mod formats;
mod fuzz_seeds;
mod hostile;
mod issuers;
mod keys;
mod levels;
mod openssl;
mod pdf;
mod pdf_levels;
mod pdf_syntax;
mod realms;
mod requests;
mod revocation;
mod round_trip;
mod softhsm;
mod strangers;
mod timestamps;
mod vectors;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::development_pki::{self, DevelopmentPki, Hierarchy, Publisher, Revoked};
use super::revocation::Evidence;
use super::timestamp::{DevelopmentAuthority, Request, Token};
use super::{Certificate, Sealed, Sealer, SigningKey, Verifier, cades};

const PAYLOAD: &[u8] = br#"{"invoice":"1234567/2026","total":"100.00"}"#;

/// Where the certificates of tests say that revocation is published; nobody listens there.
const REVOCATION: &str = "http://127.0.0.1:1/pki";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap()
}

fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}

fn key(pki: &DevelopmentPki) -> SigningKey {
    SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, now()).unwrap()
}

fn sealer(pki: &DevelopmentPki) -> Sealer {
    Sealer::new(Arc::new(key(pki))).unwrap()
}

fn verifier(pki: &DevelopmentPki) -> Verifier {
    Verifier::new(Certificate::all_from_pem(&pki.root_pem).unwrap(), Vec::new())
}

fn seal(sealer: &Sealer) -> Sealed {
    sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, now()).unwrap()
}

fn new_pki() -> DevelopmentPki {
    development_pki::create(now()).unwrap()
}

/// A hierarchy whose certificates say where revocation is published.
fn publishing_pki() -> DevelopmentPki {
    Hierarchy::default().publishing_at(REVOCATION).create(now()).unwrap()
}

fn authority(pki: &DevelopmentPki) -> DevelopmentAuthority {
    DevelopmentAuthority::new(&pki.timestamp_key_pem, &pki.timestamp_chain_pem).unwrap()
}

/// A token over `bytes` that says `at`.
fn stamp(pki: &DevelopmentPki, bytes: &[u8], at: DateTime<Utc>) -> Token {
    let request = Request::new(bytes, None).unwrap();
    let response = authority(pki).respond(request.der(), at).unwrap();
    let anchors = Certificate::all_from_pem(&pki.root_pem).unwrap();
    request.check(&response, bytes, &anchors, at).unwrap()
}

/// A CAdES signature and its token, at level B-T.
fn stamped(pki: &DevelopmentPki, at: DateTime<Utc>) -> Vec<u8> {
    let signature = seal(&sealer(pki)).cades;
    let token = stamp(pki, cades::signature_value(&signature).unwrap(), at);
    cades::add_signature_timestamp(&signature, &token).unwrap()
}

/// What the authorities of a hierarchy say at `at` when these certificates are revoked: the root's list, and the
/// answer about the seal and the time-stamp authority.
fn evidence(pki: &DevelopmentPki, at: DateTime<Utc>, revoked: &[Revoked]) -> Vec<Evidence> {
    let publisher = Publisher::new(pki).unwrap();
    let crl = |der: Vec<u8>| Evidence::from_crl(&der).unwrap();
    vec![crl(publisher.root_crl(at, &[]).unwrap()), crl(publisher.issuing_crl(at, revoked).unwrap())]
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

fn leaf(chain_pem: &str) -> Certificate {
    Certificate::all_from_pem(chain_pem).unwrap().remove(0)
}

/// That the first certificate of a chain was revoked.
fn revoked(chain_pem: &str, at: DateTime<Utc>) -> Revoked {
    Revoked { serial: leaf(chain_pem).serial_bytes().to_vec(), at }
}
