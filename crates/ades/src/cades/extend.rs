//! Raising a signature to a higher level: additions stand outside of what any signature covers.

use der::asn1::AnyRef;
use der::oid::db::rfc5911::ID_DATA;
use der::{Any, Decode, Encode};

use crate::certificate::Certificate;
use crate::cms::{
    CONTEXT_1, ID_AA_SIGNATURE_TIME_STAMP, ID_RI_OCSP_RESPONSE, Pieces, SignedData, attribute, tlv,
};
use crate::malformed::Malformed;
use crate::revocation::Evidence;
use crate::timestamp::Token;

/// The signature value of a CMS signature: what a signature time-stamp covers.
///
/// # Errors
/// When this is not a CMS signature of the profile.
pub fn signature_value(signature: &[u8]) -> Result<&[u8], Malformed> {
    Ok(SignedData::read(signature, ID_DATA)?.signature_value())
}

/// Adds a signature time-stamp: B-B becomes B-T.
///
/// # Errors
/// When this is not a CMS signature of the profile, it has a time-stamp already, or the token covers something else.
pub fn add_signature_timestamp(signature: &[u8], token: &Token) -> Result<Vec<u8>, Malformed> {
    let data = SignedData::read(signature, ID_DATA)?;
    if data.unsigned_attributes()?.is_some() || !token.covers(data.signature_value()) {
        return Err(Malformed::Profile("it has a time-stamp already, or the new one is of something else"));
    }
    let token = Any::from(AnyRef::from_der(token.der())?);
    let mut pieces = Pieces::of(signature)?;
    pieces.signer_info.extend(tlv(CONTEXT_1, &[&attribute(ID_AA_SIGNATURE_TIME_STAMP, &token)?])?);
    pieces.assemble()
}

/// Adds certificates and revocation data that are not there yet: B-T becomes B-LT.
///
/// # Errors
/// When this is not a CMS signature of the profile.
pub fn add_validation_data(
    signature: &[u8],
    certificates: &[Certificate],
    evidence: &[Evidence],
) -> Result<Vec<u8>, Malformed> {
    let mut pieces = Pieces::of(signature)?;
    pieces.certificates.extend(certificates.iter().map(|certificate| certificate.der().to_vec()));
    for one in evidence {
        pieces.revocation.push(choice(one)?);
    }
    pieces.assemble()
}

/// `RevocationInfoChoice`: a CRL as it is, an OCSP response as RFC 5940 wraps it.
fn choice(evidence: &Evidence) -> der::Result<Vec<u8>> {
    if evidence.is_ocsp() {
        tlv(CONTEXT_1, &[&ID_RI_OCSP_RESPONSE.to_der()?, evidence.der()])
    } else {
        Ok(evidence.der().to_vec())
    }
}
