//! What a client and an authority send each other (RFC 3161).

use der::Sequence;
use der::asn1::{AnyRef, BitString, Int, ObjectIdentifier};

use super::tst_info::MessageImprint;

/// `TimeStampReq` (section 2.4.1).
///
/// ```text
/// TimeStampReq ::= SEQUENCE {
///   version INTEGER { v1(1) },
///   messageImprint MessageImprint,
///   reqPolicy TSAPolicyId OPTIONAL,
///   nonce INTEGER OPTIONAL,
///   certReq BOOLEAN DEFAULT FALSE,
///   extensions [0] IMPLICIT Extensions OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct TimeStampReq {
    pub(super) version: u8,
    pub(super) message_imprint: MessageImprint,
    pub(super) req_policy: Option<ObjectIdentifier>,
    pub(super) nonce: Option<Int>,
    #[asn1(default = "no")]
    pub(super) cert_req: bool,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) extensions: Option<x509_cert::ext::Extensions>,
}

/// `TimeStampResp` (section 2.4.2).
///
/// ```text
/// TimeStampResp ::= SEQUENCE {
///   status PKIStatusInfo,
///   timeStampToken TimeStampToken OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct TimeStampResp<'a> {
    pub(super) status: PkiStatusInfo<'a>,
    pub(super) time_stamp_token: Option<AnyRef<'a>>,
}

/// `PKIStatusInfo` (section 2.4.2).
///
/// ```text
/// PKIStatusInfo ::= SEQUENCE {
///   status PKIStatus,
///   statusString PKIFreeText OPTIONAL,
///   failInfo PKIFailureInfo OPTIONAL }
/// ```
#[derive(Sequence)]
pub(super) struct PkiStatusInfo<'a> {
    pub(super) status: u8,
    /// `PKIFreeText`.
    pub(super) status_string: Option<Vec<AnyRef<'a>>>,
    pub(super) fail_info: Option<BitString>,
}

/// `granted` and `grantedWithMods`: the statuses that come with a token.
pub(super) const GRANTED: [u8; 2] = [0, 1];
/// `rejection`.
#[cfg(feature = "development-pki")]
pub(super) const REJECTION: u8 = 2;

const fn no() -> bool {
    false
}
