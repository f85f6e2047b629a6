//! The structures of OCSP (RFC 6960, section 4).

use der::asn1::{Any, BitString, GeneralizedTime, Null, ObjectIdentifier, OctetString};
pub(crate) use der::oid::db::rfc6960::ID_PKIX_OCSP_BASIC;
use der::{Choice, Enumerated, Sequence};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extensions;

use super::CertId;

/// `OCSPRequest` (section 4.1.1), unsigned.
///
/// ```text
/// OCSPRequest ::= SEQUENCE {
///   tbsRequest TBSRequest,
///   optionalSignature [0] EXPLICIT Signature OPTIONAL }
/// ```
#[cfg(any(feature = "online", feature = "development-pki"))]
#[derive(Sequence)]
pub(crate) struct OcspRequest {
    pub(crate) tbs_request: TbsRequest,
}

/// `TBSRequest` (section 4.1.1).
///
/// ```text
/// TBSRequest ::= SEQUENCE {
///   version [0] EXPLICIT Version DEFAULT v1,
///   requestorName [1] EXPLICIT GeneralName OPTIONAL,
///   requestList SEQUENCE OF Request,
///   requestExtensions [2] EXPLICIT Extensions OPTIONAL }
/// ```
#[cfg(any(feature = "online", feature = "development-pki"))]
#[derive(Sequence)]
pub(crate) struct TbsRequest {
    pub(crate) request_list: Vec<Request>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) request_extensions: Option<Extensions>,
}

/// `Request` (section 4.1.1).
///
/// ```text
/// Request ::= SEQUENCE {
///   reqCert CertID,
///   singleRequestExtensions [0] EXPLICIT Extensions OPTIONAL }
/// ```
#[cfg(any(feature = "online", feature = "development-pki"))]
#[derive(Sequence)]
pub(crate) struct Request {
    pub(crate) req_cert: CertId,
}

/// `OCSPResponse` (section 4.2.1).
///
/// ```text
/// OCSPResponse ::= SEQUENCE {
///   responseStatus OCSPResponseStatus,
///   responseBytes [0] EXPLICIT ResponseBytes OPTIONAL }
/// ```
#[derive(Sequence)]
pub(crate) struct OcspResponse {
    pub(crate) response_status: ResponseStatus,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) response_bytes: Option<ResponseBytes>,
}

/// `OCSPResponseStatus` (section 4.2.1).
///
/// ```text
/// OCSPResponseStatus ::= ENUMERATED {
///   successful (0), malformedRequest (1), internalError (2),
///   tryLater (3), sigRequired (5), unauthorized (6) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enumerated)]
#[asn1(type = "ENUMERATED")]
#[repr(u8)]
#[allow(missing_docs, reason = "the names of RFC 6960")]
pub(crate) enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SigRequired = 5,
    Unauthorized = 6,
}

/// `ResponseBytes` (section 4.2.1).
///
/// ```text
/// ResponseBytes ::= SEQUENCE {
///   responseType OBJECT IDENTIFIER,
///   response OCTET STRING }
/// ```
#[derive(Sequence)]
pub(crate) struct ResponseBytes {
    pub(crate) response_type: ObjectIdentifier,
    pub(crate) response: OctetString,
}

/// `BasicOCSPResponse` (section 4.2.1). Certificates stay undecoded.
///
/// ```text
/// BasicOCSPResponse ::= SEQUENCE {
///   tbsResponseData ResponseData,
///   signatureAlgorithm AlgorithmIdentifier,
///   signature BIT STRING,
///   certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct BasicOcspResponse {
    pub(crate) tbs_response_data: ResponseData,
    pub(crate) signature_algorithm: AlgorithmIdentifierOwned,
    pub(crate) signature: BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) certs: Option<Vec<Any>>,
}

/// `ResponseData` (section 4.2.1). The signature says who answered; `responderID` is only a hint.
///
/// ```text
/// ResponseData ::= SEQUENCE {
///   version [0] EXPLICIT Version DEFAULT v1,
///   responderID ResponderID,
///   producedAt GeneralizedTime,
///   responses SEQUENCE OF SingleResponse,
///   responseExtensions [1] EXPLICIT Extensions OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct ResponseData {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) version: Option<u8>,
    pub(crate) responder_id: Any,
    pub(crate) produced_at: GeneralizedTime,
    pub(crate) responses: Vec<SingleResponse>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) response_extensions: Option<Extensions>,
}

/// `SingleResponse` (section 4.2.1).
///
/// ```text
/// SingleResponse ::= SEQUENCE {
///   certID CertID,
///   certStatus CertStatus,
///   thisUpdate GeneralizedTime,
///   nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL,
///   singleExtensions [1] EXPLICIT Extensions OPTIONAL }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct SingleResponse {
    pub(crate) cert_id: CertId,
    pub(crate) cert_status: CertStatus,
    pub(crate) this_update: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) next_update: Option<GeneralizedTime>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) single_extensions: Option<Extensions>,
}

/// `CertStatus` (section 4.2.1).
///
/// ```text
/// CertStatus ::= CHOICE {
///   good [0] IMPLICIT NULL,
///   revoked [1] IMPLICIT RevokedInfo,
///   unknown [2] IMPLICIT NULL }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum CertStatus {
    /// Not revoked.
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    Good(Null),
    /// Revoked, for good or on hold.
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Revoked(RevokedInfo),
    /// The responder does not know the certificate.
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT")]
    Unknown(Null),
}

/// `RevokedInfo` (section 4.2.1).
///
/// ```text
/// RevokedInfo ::= SEQUENCE {
///   revocationTime GeneralizedTime,
///   revocationReason [0] EXPLICIT CRLReason OPTIONAL }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Sequence)]
pub(crate) struct RevokedInfo {
    pub(crate) revocation_time: GeneralizedTime,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) revocation_reason: Option<x509_cert::ext::pkix::CrlReason>,
}
