//! Revocation (RFC 5280, section 5; RFC 6960): what an issuer says about its certificates after it issued them.
//!
//! [`Evidence`] is what was received: a list (CRL) or an answer (OCSP). It counts for a certificate when the
//! issuer of that certificate signed it, or a responder that this issuer named for the purpose. [`Client`] fetches
//! it from where the certificate says; it is only ever asked about certificates that a trust anchor vouches for, so
//! that nobody can make it call an address of their choice.

mod cert_id;
mod client;
mod crl;
mod evidence;
mod issuing_point;
mod ocsp;
mod ocsp_structure;
mod status;

pub(super) use cert_id::CertId;
pub use client::{Client, FetchError};
pub(super) use evidence::Answer;
pub use evidence::Evidence;
pub(super) use ocsp_structure::{
    BasicOcspResponse, CertStatus, ID_PKIX_OCSP_BASIC, OcspRequest, OcspResponse, ResponseBytes,
    ResponseData, ResponseStatus, RevokedInfo, SingleResponse,
};
pub use status::{Status, status};
