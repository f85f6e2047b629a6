//! The structures of OCSP (RFC 6960, section 4).

use der::asn1::{Any, BitString, GeneralizedTime, Null, ObjectIdentifier, OctetString};
pub(in crate::signature) use der::oid::db::rfc6960::ID_PKIX_OCSP_BASIC;
use der::{Choice, Enumerated, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extensions;

use super::CertId;

/// `OCSPRequest`, unsigned.
#[derive(Sequence)]
pub(in crate::signature) struct OcspRequest {
    pub(in crate::signature) tbs_request: TbsRequest,
}

/// `TBSRequest`.
#[derive(Sequence)]
pub(in crate::signature) struct TbsRequest {
    pub(in crate::signature) request_list: Vec<Request>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) request_extensions: Option<Extensions>,
}

/// `Request`.
#[derive(Sequence)]
pub(in crate::signature) struct Request {
    pub(in crate::signature) req_cert: CertId,
}

/// `OCSPResponse`.
#[derive(Sequence)]
pub(in crate::signature) struct OcspResponse {
    pub(in crate::signature) response_status: ResponseStatus,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) response_bytes: Option<ResponseBytes>,
}

/// `OCSPResponseStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enumerated)]
#[asn1(type = "ENUMERATED")]
#[repr(u8)]
#[allow(missing_docs, reason = "the names of RFC 6960")]
pub(in crate::signature) enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SigRequired = 5,
    Unauthorized = 6,
}

/// `ResponseBytes`.
#[derive(Sequence)]
pub(in crate::signature) struct ResponseBytes {
    pub(in crate::signature) response_type: ObjectIdentifier,
    pub(in crate::signature) response: OctetString,
}

/// `BasicOCSPResponse`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(in crate::signature) struct BasicOcspResponse {
    pub(in crate::signature) tbs_response_data: ResponseData,
    pub(in crate::signature) signature_algorithm: AlgorithmIdentifierOwned,
    pub(in crate::signature) signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) certs: Option<Vec<Any>>,
}

/// `ResponseData`. Who answered is told by the signature; the identifier is only a hint.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(in crate::signature) struct ResponseData {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) version: Option<u8>,
    pub(in crate::signature) responder_id: Any,
    pub(in crate::signature) produced_at: GeneralizedTime,
    pub(in crate::signature) responses: Vec<SingleResponse>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) response_extensions: Option<Extensions>,
}

/// `SingleResponse`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(in crate::signature) struct SingleResponse {
    pub(in crate::signature) cert_id: CertId,
    pub(in crate::signature) cert_status: CertStatus,
    pub(in crate::signature) this_update: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) next_update: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) single_extensions: Option<Extensions>,
}

/// `CertStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(in crate::signature) enum CertStatus {
    /// Not revoked.
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Good(Null),
    /// Revoked, for ever or for a while.
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Revoked(RevokedInfo),
    /// The responder does not know it.
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT")]
    Unknown(Null),
}

/// `RevokedInfo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Sequence)]
pub(in crate::signature) struct RevokedInfo {
    pub(in crate::signature) revocation_time: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(in crate::signature) revocation_reason: Option<x509_cert::ext::pkix::CrlReason>,
}
