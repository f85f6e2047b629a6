//! Revocation (RFC 5280, section 5; RFC 6960): what an issuer says about its certificates after issuing them.
//!
//! [`Evidence`] is what was received: a CRL or an OCSP response. It counts for a certificate when the issuer of that
//! certificate signed it, or a responder that this issuer delegated. [`status`] weighs several pieces of it.
#![cfg_attr(
    feature = "online",
    doc = "[`Client`] fetches evidence from the addresses that certificates name (feature `online`)."
)]

mod answer;
mod cert_id;
#[cfg(feature = "online")]
mod client;
mod crl;
mod evidence;
mod issuing_point;
mod ocsp;
mod ocsp_structure;
mod status;

pub(super) use answer::Answer;
pub(super) use cert_id::CertId;
#[cfg(feature = "online")]
pub use client::{Client, EvidenceError, FetchError};
pub use evidence::Evidence;
#[cfg(feature = "development-pki")]
pub(super) use ocsp_structure::{
    BasicOcspResponse, CertStatus, ID_PKIX_OCSP_BASIC, OcspRequest, OcspResponse, ResponseBytes,
    ResponseData, ResponseStatus, RevokedInfo, SingleResponse,
};
pub use status::{Status, status};
