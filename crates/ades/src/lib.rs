#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! | Module | What lives there | Standard |
//! | --- | --- | --- |
//! | [`SigningKey`] (`key/`) | a private key with its certificate chain, refused when it cannot seal | EN 319 412 |
//! | [`PrivateKey`] (`key/`, `pkcs11/`) | what signs: [`FileKey`] from encrypted files, a key in a device, or yours | PKCS#8, PKCS#11 |
//! | [`Sealer`] (`sealer.rs`) | signs in all formats, verifies what was signed, only then releases it | |
//! | [`Format`] (`reading.rs`) | the formats, and what a strict reader finds in a file of each: a new format begins here | |
//! | [`cades`] | detached CMS signatures | EN 319 122-1, RFC 5652 |
//! | [`jades`] | detached JSON Web Signatures | TS 119 182-1, RFC 7515, RFC 7797 |
//! | [`pades`] | one signature over a whole PDF | EN 319 142-1, ISO 32000-1 |
//! | [`asic`] | files with one CAdES signature over all of them | EN 319 162-1 |
//! | [`Signed`] (`signed.rs`) | a signed file in any of these formats: how it is raised to higher levels | |
//! | [`unwrapped`] (`wrapping.rs`) | removes what other software puts around a detached signature | RFC 7468 |
//! | [`Statement`] (`statement.rs`) | a JWS by several signers, with its payload | RFC 7515 |
//! | [`timestamp`] | requests, tokens, a client over HTTP, an authority for tests | RFC 3161, EN 319 422 |
//! | [`revocation`] | CRLs and OCSP responses, a client over HTTP | RFC 5280, RFC 6960 |
//! | [`Verifier`] (`validation/`) | validates any format against trust anchors, at a given time | EN 319 102-1 |
//! | [`Verdict`], [`Outcome`] (`validation/`) | the facts that were found, and the outcome derived from them | EN 319 102-1 |
//! | [`Certificate`] (`certificate/`) | X.509, what it may be used for, the path to an anchor | RFC 5280 |
//! | [`SignatureAlgorithm`] (`algorithm/`) | the algorithms that are accepted, and no others | TS 119 312 |
//! | [`certificate_request`] (`request.rs`) | what a trust service provider gets of a key | PKCS#10 |
//! | [`live_kind`] (`qualification.rs`) | what a certificate claims to be in law | EN 319 412-5 |
//! | [`Realm`] (`realm.rs`) | keeps certificates for tests and live ones apart | RFC 7229 |
#![cfg_attr(
    feature = "development-pki",
    doc = "| [`development_pki`] | a hierarchy for tests, which says so in every name | RFC 7229 |"
)]
//!
//! # Threats considered
//!
//! - *Other content under an old signature, another certificate under an old key*: the digest and a reference to the
//!   certificate are signed, and both are compared.
//! - *Parts that no signature covers* (certificates, time-stamps, revocation data, the encoding itself): each must count
//!   for something that is signed, or the outcome is not `TOTAL-PASSED`. Everything is strict DER with one form,
//!   attributes stand once, unknown unsigned ones are refused. The tests flip bits everywhere.
//! - *Weak algorithms*: what [`SignatureAlgorithm`]'s table leaves out is refused before it is computed.
//! - *False issuers, circular paths, thousands of certificates of one name*: authority, path length, key usage and
//!   unknown critical extensions are checked; depth, number and size of everything are bounded, and so is the number of
//!   signatures that one file can make a verifier check.
//! - *Time*: the signing time is the signer's claim. A time-stamp over the signature proves that it existed, and then
//!   validity and revocation are judged for that time; otherwise for now. A time-stamp that was removed proves nothing,
//!   one that was swapped is noticed.
//! - *Revocation that cannot be checked* is `TRY_LATER`, never passed. Where the issuer names no address for it in the
//!   certificate, there is nothing to ask.
//! - *Being made to call other people's addresses*: the client for revocation is asked about certificates that lead to a
//!   trust anchor, and about no others; answers are bounded in size and time.
//! - *A faulty key device*: signatures are verified before they are released.

mod algorithm;
pub mod asic;
pub mod cades;
mod carried;
mod certificate;
mod cms;
#[cfg(feature = "development-pki")]
pub mod development_pki;
#[cfg(feature = "online")]
mod http;
pub mod jades;
mod key;
mod limits;
mod malformed;
mod outcome;
pub mod pades;
#[cfg(feature = "pkcs11")]
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
/// Names algorithms, extensions and policies: of the crate `const-oid`.
pub use der::asn1::ObjectIdentifier;
#[cfg(feature = "online")]
pub use http::HttpError;
pub use key::{
    DeviceError, FileKey, KeyError, PrivateKey, RsaScheme, SignError, SigningKey, UnknownRsaScheme,
    generate_encrypted, ordered_chain,
};
pub use limits::MAX_SIGNATURE_BYTES;
pub use malformed::Malformed;
pub use outcome::{Outcome, SubIndication};
#[cfg(feature = "pkcs11")]
pub use pkcs11::{Half, Pkcs11Error, Pkcs11Uri, Pkcs11UriError, TokenKey};
pub use qualification::{
    Kind, KindError, UnknownKind, WantedKind, claims_device, claims_qualified, live_kind,
};
pub use reading::Format;
pub use realm::{Realm, RealmError, is_development};
pub use request::{RequestError, certificate_request};
pub use sealer::{SealError, Sealed, Sealer};
pub use signed::Signed;
pub use statement::{PinnedKey, Speaker, Statement};
pub use validation::{Chain, Level, Signer, Timestamp, Verdict, Verifier};
pub use wrapping::unwrapped;
