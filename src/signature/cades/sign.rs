//! Making CAdES signatures. What stays the same from one to the next is encoded once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use cms::content_info::CmsVersion;
use cms::signed_data::{DigestAlgorithmIdentifiers, EncapsulatedContentInfo};
use der::asn1::{ObjectIdentifier, OctetStringRef, SetOfVec};
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA,
    ID_SIGNING_TIME,
};
use der::{Any, Encode, Tag, Tagged};
use mime::Mime;
use x509_cert::attr::Attribute;
use x509_cert::time::Time;

use super::ess::SigningCertificateV2;
use super::{CONTEXT_0, MIME_TYPE, issuer_and_serial_number, tlv};
use crate::signature::algorithm;
use crate::signature::certificate::Certificate;
use crate::signature::key::{SignError, SigningKey};

/// Makes detached CAdES B-B signatures with one key.
#[derive(Debug)]
pub struct Signer {
    key: Arc<SigningKey>,
    /// Of `SignedData`: everything before the signer infos.
    signed_data_head: Vec<u8>,
    /// Of `SignerInfo`: everything before the signed attributes.
    signer_info_head: Vec<u8>,
    signature_algorithm: Vec<u8>,
    content_type: Vec<u8>,
    signing_certificate: Vec<u8>,
}

impl Signer {
    /// Encodes what stays the same.
    ///
    /// # Errors
    /// When a certificate's fields cannot be encoded.
    pub fn new(key: Arc<SigningKey>) -> Result<Self, SignError> {
        let leaf = key.leaf();
        Ok(Self {
            signed_data_head: signed_data_head(key.chain())?,
            signer_info_head: signer_info_head(leaf)?,
            signature_algorithm: algorithm::ecdsa_identifier().to_der()?,
            content_type: attribute(ID_CONTENT_TYPE, &ID_DATA)?,
            signing_certificate: attribute(ID_AA_SIGNING_CERTIFICATE_V_2, &SigningCertificateV2::to(leaf)?)?,
            key,
        })
    }

    /// Signs `payload`; returns the DER of a CMS `ContentInfo` without the payload in it.
    ///
    /// # Errors
    /// When the time cannot be written (years 1970 to 9999 can), or the key refuses.
    pub fn sign_detached(
        &self,
        payload: &[u8],
        mime_type: &Mime,
        signing_time: DateTime<Utc>,
    ) -> Result<Vec<u8>, SignError> {
        let attributes = self.signed_attributes(payload, mime_type, signing_time)?;
        // Signed as a SET OF, written as [0] IMPLICIT (RFC 5652, section 5.4).
        let signature = self.key.sign_asn1(&tlv(Tag::Set, &[&attributes])?)?;
        let signer_info = tlv(
            Tag::Sequence,
            &[
                &self.signer_info_head,
                &tlv(CONTEXT_0, &[&attributes])?,
                &self.signature_algorithm,
                &tlv(Tag::OctetString, &[signature.as_ref()])?,
            ],
        )?;
        let signed_data = tlv(Tag::Sequence, &[&self.signed_data_head, &tlv(Tag::Set, &[&signer_info])?])?;
        Ok(tlv(Tag::Sequence, &[&ID_SIGNED_DATA.to_der()?, &tlv(CONTEXT_0, &[&signed_data])?])?)
    }

    /// The content of the SET OF signed attributes, in DER order.
    fn signed_attributes(
        &self,
        payload: &[u8],
        mime_type: &Mime,
        signing_time: DateTime<Utc>,
    ) -> Result<Vec<u8>, SignError> {
        let digest = algorithm::sha256(payload);
        let mut attributes = [
            attribute(ID_MESSAGE_DIGEST, &OctetStringRef::new(&digest)?)?,
            attribute(ID_SIGNING_TIME, &asn1_time(signing_time)?)?,
            attribute(MIME_TYPE, &mime_type.as_ref().to_owned())?,
            self.content_type.clone(),
            self.signing_certificate.clone(),
        ];
        attributes.sort_unstable();
        Ok(attributes.concat())
    }
}

fn signed_data_head<'a>(chain: impl Iterator<Item = &'a Certificate>) -> der::Result<Vec<u8>> {
    let mut certificates: Vec<&[u8]> = chain.map(Certificate::der).collect();
    certificates.sort_unstable();
    let digests = DigestAlgorithmIdentifiers::try_from(vec![algorithm::sha256_identifier()])?;
    let detached = EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None };
    Ok([CmsVersion::V1.to_der()?, digests.to_der()?, detached.to_der()?, tlv(CONTEXT_0, &certificates)?]
        .concat())
}

fn signer_info_head(leaf: &Certificate) -> der::Result<Vec<u8>> {
    // Version 1 goes with issuer and serial number (RFC 5652, section 5.3).
    Ok([CmsVersion::V1.to_der()?, issuer_and_serial_number(leaf)?, algorithm::sha256_identifier().to_der()?]
        .concat())
}

fn attribute<T: Tagged + der::EncodeValue>(oid: ObjectIdentifier, value: &T) -> der::Result<Vec<u8>> {
    let values = SetOfVec::try_from(vec![Any::encode_from(value)?])?;
    Attribute { oid, values }.to_der()
}

/// UTCTime through 2049, GeneralizedTime after it (RFC 5652, section 11.3); whole seconds.
fn asn1_time(time: DateTime<Utc>) -> Result<Time, SignError> {
    let seconds = u64::try_from(time.timestamp()).map_err(|_| SignError::Time)?;
    let time = der::DateTime::from_unix_duration(Duration::from_secs(seconds));
    time.map(Time::from).map_err(|_| SignError::Time)
}
