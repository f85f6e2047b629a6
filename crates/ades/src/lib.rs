//! Advanced electronic signatures and seals (eIDAS, Regulation (EU) 910/2014): making them, raising them to levels that
//! last, and judging them.
//!
//! | Module | What lives there | Standard |
//! | --- | --- | --- |
//! | [`SigningKey`] (`key/`) | a private key with its certificate chain, refused at load when it cannot seal | EN 319 412 |
//! | [`PrivateKey`] (`key/`, `pkcs11/`) | what signs: [`FileKey`] from encrypted files, [`TokenKey`] in a device | PKCS#8, PKCS#11 |
//! | [`Sealer`] (`sealer.rs`) | sign in all formats, verify what was signed, only then release | |
//! | [`cades`] | detached CMS signatures, B-B, B-T, B-LT | EN 319 122-1, RFC 5652 |
//! | [`jades`] | detached JSON signatures, B-B, B-T | TS 119 182-1, RFC 7515, RFC 7797 |
//! | [`pades`] | one signature over a whole PDF, B-B, B-T, B-LT | EN 319 142-1, ISO 32000-1 |
//! | [`asic`] | files with one CAdES signature over all of them, B-B, B-T, B-LT | EN 319 162-1 |
//! | [`Signed`] (`signed.rs`) | a signed file in any of these formats | |
//! | [`unwrapped`] (`wrapping.rs`) | takes off what others put around a detached signature | RFC 7468 |
//! | [`Statement`] (`statement.rs`) | a JWS by several signers, with its payload | RFC 7515 |
//! | [`timestamp`] | tokens, a client over HTTP, an authority for tests | RFC 3161, EN 319 422 |
//! | [`revocation`] | lists and answers, a client over HTTP | RFC 5280, RFC 6960 |
//! | [`Verifier`] (`validation/`) | any format against trust anchors, at a given time | EN 319 102-1 |
//! | [`Verdict`], [`Outcome`] | the facts that were found; the outcome is derived from them | EN 319 102-1 |
//! | [`Certificate`] (`certificate/`) | X.509, what it may be used for, the path to an anchor | RFC 5280 |
//! | [`SignatureAlgorithm`] (`algorithm/`) | what is accepted, and nothing else | TS 119 312 |
//! | [`certificate_request`] (`request.rs`) | what a trust provider gets of a key | PKCS#10 |
//! | [`live_kind`] (`qualification.rs`) | what a certificate claims to be in law | EN 319 412-5 |
//! | [`Realm`] (`realm.rs`) | keeps what is for tests and what is valid in law apart | |
//! | [`development_pki`] | a hierarchy for tests, which says so in every name | RFC 7229 |
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//! use chrono::Utc;
//! use ades::{Certificate, Outcome, Sealer, SigningKey, SubIndication, Verifier, development_pki};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pki = development_pki::create(Utc::now())?;
//! let key = SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, Utc::now())?;
//! let sealed = Sealer::new(Arc::new(key))?.seal(b"{}", &mime::APPLICATION_JSON, Utc::now())?;
//!
//! let verifier = Verifier::new(Certificate::all_from_pem(&pki.root_pem)?, Vec::new());
//! let verdict = verifier.verify(&sealed.cades, b"{}", Utc::now())?;
//! assert_eq!(verdict.outcome(), Outcome::TotalPassed);
//!
//! let other = verifier.verify(&sealed.cades, b"{ }", Utc::now())?;
//! assert_eq!(other.outcome(), Outcome::TotalFailed(SubIndication::HashFailure));
//! # Ok(())
//! # }
//! ```
//!
//! # What it guards against
//!
//! A signature file comes from anybody. Whoever made it is assumed to know this code, to have certificates and keys of
//! their own under the same names, old signatures, tokens and lists of ours, and as much time as they want.
//!
//! - *Other content under an old signature, another certificate under an old key*: digest and reference to the
//!   certificate are signed, and both are compared.
//! - *Parts that no signature covers* (certificates, time-stamps, revocation data, the way things are encoded): each
//!   must count for something that is signed, or the outcome is not `TOTAL-PASSED`. Everything is strict DER with one
//!   form, attributes stand once, unknown unsigned ones are refused. The tests flip bits everywhere.
//! - *Weak algorithms*: what [`SignatureAlgorithm`]'s table leaves out is refused before it is computed.
//! - *Issuers that are none, paths that go in circles, thousands of certificates of one name*: authority, path length,
//!   key usage and unknown critical extensions are checked; depth, number and size of everything is bounded, and so is
//!   the number of signatures that one file can make a verifier check.
//! - *Time*: what the signer says is a claim. A time-stamp over the signature proves that it existed, and then
//!   validity and revocation are judged for that time; otherwise for now. A time-stamp that is stripped proves
//!   nothing, one that is swapped is noticed.
//! - *Revocation that nobody can tell about* is `TRY_LATER`, never passed. Where the issuer names no place at all for
//!   it in the certificate, there is nothing to ask.
//! - *Being made to call other people's addresses*: the client for revocation is asked about certificates that a trust
//!   anchor vouches for, and about no others; answers are bounded in size and time.
//! - *A faulty key device*: what was signed is verified before it leaves.
//!
//! What it does not do: policies and name constraints (a critical one is refused), archive time-stamps (B-LTA),
//! counter-signatures, several signers of one file.

mod algorithm;
pub mod asic;
pub mod cades;
mod certificate;
mod cms;
pub mod development_pki;
mod http;
pub mod jades;
mod key;
mod outcome;
pub mod pades;
mod pkcs11;
mod qualification;
mod reading;
mod realm;
mod request;
pub mod revocation;
mod sealer;
mod signed;
mod statement;
#[cfg(test)]
mod tests;
pub mod timestamp;
mod validation;
mod wrapping;

pub use algorithm::{Digest, SignatureAlgorithm};
pub use certificate::{Certificate, CertificateError, Unfit};
pub use key::{
    FileKey, KeyError, PrivateKey, RsaScheme, SignError, SigningKey, generate_encrypted, ordered_chain,
};
pub use outcome::{Outcome, SubIndication};
pub use pkcs11::{Pkcs11Uri, Pkcs11UriError, TokenKey};
pub use qualification::{Kind, KindError, WantedKind, claims_device, claims_qualified, live_kind};
pub use reading::{MAX_SIGNATURE_BYTES, Malformed};
pub use realm::{Realm, RealmError};
pub use request::{RequestError, certificate_request};
pub use sealer::{SealError, Sealed, Sealer};
pub use signed::Signed;
pub use statement::{PinnedKey, Speaker, Statement};
pub use validation::{Chain, Format, Level, Signer, Timestamp, Verdict, Verifier};
pub use wrapping::unwrapped;
