//! Electronic signatures and seals (eIDAS, Regulation (EU) 910/2014): making them, and judging them.
//!
//! | Module | What lives there |
//! | --- | --- |
//! | [`SigningKey`] (`key.rs`) | a private key with its certificate chain, refused at load when it cannot seal |
//! | [`PrivateKey`] (`private_key.rs`) | what signs: [`FileKey`] from encrypted PKCS#8, [`TokenKey`] by PKCS#11 |
//! | [`Sealer`] (`sealer.rs`) | sign in both formats, verify what was signed, only then release |
//! | [`cades`] | detached CAdES baseline B-B, DER (ETSI EN 319 122-1) |
//! | [`jades`] | detached JAdES baseline B-B, compact JWS (ETSI TS 119 182-1) |
//! | [`Verifier`] (`verify.rs`) | either format against trust anchors, at a given time |
//! | [`Verdict`] (`verdict.rs`) | the facts that were found; the outcome is derived from them |
//! | [`Certificate`] (`certificate.rs`) | X.509, what it may be used for, and the path to an anchor (`path.rs`) |
//! | [`certificate_request`] (`request.rs`) | what a trust provider gets of a key (PKCS#10) |
//! | [`live_kind`] (`qualification.rs`) | what a certificate claims to be in law: qualified, a seal, a signature |
//! | [`Realm`] (`realm.rs`) | keeps what is for tests and what is valid in law apart |
//! | [`development_pki`] | a hierarchy for tests, which says so in every name |
//!
//! The profile is narrow on purpose: SHA-256, ECDSA over P-256, strict DER, one signer, and not a byte in a
//! signature file that is neither signed nor compared with something that is. Revocation is not looked up.
//!
//! Nothing here imports anything else of the crate.

mod algorithm;
pub mod cades;
mod certificate;
pub mod development_pki;
mod device_threads;
mod file_key;
pub mod jades;
mod key;
mod path;
mod pkcs11_uri;
mod private_key;
mod qualification;
mod reading;
mod realm;
mod request;
mod sealer;
#[cfg(test)]
mod tests;
mod token_key;
mod verdict;
mod verify;

pub use certificate::{Certificate, CertificateError, Unfit};
pub use file_key::{FileKey, generate_encrypted};
pub use key::{KeyError, SignError, SigningKey, ordered_chain};
pub use pkcs11_uri::{Pkcs11Uri, Pkcs11UriError};
pub use private_key::{Curve, PrivateKey};
pub use qualification::{Kind, KindError, WantedKind, claims_device, claims_qualified, live_kind};
pub use reading::{MAX_SIGNATURE_BYTES, Malformed};
pub use realm::{Realm, RealmError};
pub use request::{RequestError, certificate_request};
pub use sealer::{SealError, Sealed, Sealer};
pub use token_key::TokenKey;
pub use verdict::{Format, Outcome, Signer, SubIndication, Verdict};
pub use verify::Verifier;
