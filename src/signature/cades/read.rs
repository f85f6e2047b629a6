//! Reading CAdES strictly: what is neither signed nor implied by what is signed has one form only.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA,
    ID_SIGNING_TIME,
};
use der::{Any, Choice, Decode, DecodeValue, Encode};
use x509_cert::attr::Attributes;
use x509_cert::time::Time;

use super::ess::SigningCertificateV2;
use crate::signature::algorithm::{self, Encoding};
use crate::signature::certificate::{self, Certificate};
use crate::signature::reading::{MAX_CERTIFICATES, MAX_SIGNATURE_BYTES, Malformed, Reading};
use crate::signature::verdict::Format;

/// Reads a detached signature and checks it over `payload` with the public key of the certificate in it.
pub(in crate::signature) fn read(signature: &[u8], payload: &[u8]) -> Result<Reading, Malformed> {
    let signed_data = decode(signature)?;
    let info = only_signer(&signed_data)?;
    let attributes = signed_attributes(info)?;
    let (signer, carried) = certificates(&signed_data, &info.sid)?;
    let point = signer.point().map_err(|_| Malformed::Algorithm)?;
    let digest: OctetString = single(attributes, ID_MESSAGE_DIGEST)?;
    let reference: SigningCertificateV2 = single(attributes, ID_AA_SIGNING_CERTIFICATE_V_2)?;
    let signing_time: Time = single(attributes, ID_SIGNING_TIME)?;
    // Re-encoding is safe here: the whole of the bytes was found to be canonical.
    let covered = attributes.to_der()?;
    Ok(Reading {
        format: Format::Cades,
        intact: digest.as_bytes() == algorithm::sha256(payload),
        signature_valid: algorithm::verify(point, Encoding::Asn1, &covered, info.signature.as_bytes()),
        signer_matches_attribute: reference.refers_to(&signer),
        signing_time: certificate::moment(signing_time),
        signer,
        carried,
    })
}

/// Decodes, and refuses what would be encoded differently: the decoder itself forgives unsorted sets.
fn decode(signature: &[u8]) -> Result<SignedData, Malformed> {
    if signature.len() > MAX_SIGNATURE_BYTES {
        return Err(Malformed::TooLarge);
    }
    let outer = ContentInfo::from_der(signature)?;
    if outer.content_type != ID_SIGNED_DATA {
        return Err(Malformed::Profile("content type"));
    }
    let signed_data: SignedData = outer.content.decode_as()?;
    let content = Any::encode_from(&signed_data)?;
    let again = ContentInfo { content_type: ID_SIGNED_DATA, content }.to_der()?;
    if again == signature { Ok(signed_data) } else { Err(Malformed::NotCanonical) }
}

/// The one signer info, after everything around it was found to be as the profile says.
fn only_signer(signed_data: &SignedData) -> Result<&SignerInfo, Malformed> {
    let [digest_algorithm] = signed_data.digest_algorithms.as_ref() else {
        return Err(Malformed::Profile("digest algorithms"));
    };
    let content = &signed_data.encap_content_info;
    let [info] = signed_data.signer_infos.0.as_ref() else {
        return Err(Malformed::Profile("number of signers"));
    };
    if signed_data.version != CmsVersion::V1 || info.version != CmsVersion::V1 {
        return Err(Malformed::Profile("version"));
    }
    if content.econtent_type != ID_DATA || content.econtent.is_some() {
        return Err(Malformed::Profile("the payload must be detached data"));
    }
    if signed_data.crls.is_some() || info.unsigned_attrs.is_some() {
        return Err(Malformed::Profile("revocation data and unsigned attributes are above level B-B"));
    }
    let algorithms = *digest_algorithm == info.digest_alg
        && algorithm::is_sha256(digest_algorithm)
        && algorithm::is_ecdsa_sha256(&info.signature_algorithm);
    if algorithms { Ok(info) } else { Err(Malformed::Algorithm) }
}

/// The signed attributes, none of them twice, the content type among them as it should be.
fn signed_attributes(info: &SignerInfo) -> Result<&Attributes, Malformed> {
    let attributes = info.signed_attrs.as_ref().ok_or(Malformed::Profile("no signed attributes"))?;
    // In DER order, two attributes of one type stand side by side, unless their lengths differ.
    let mut types: Vec<ObjectIdentifier> = attributes.iter().map(|attribute| attribute.oid).collect();
    types.sort_unstable();
    types.dedup();
    if types.len() != attributes.len() {
        return Err(Malformed::Profile("a signed attribute is repeated"));
    }
    match single::<ObjectIdentifier>(attributes, ID_CONTENT_TYPE)? {
        ID_DATA => Ok(attributes),
        _ => Err(Malformed::Profile("content-type attribute")),
    }
}

/// The value of an attribute that must be there and have exactly one.
fn single<'a, T>(attributes: &'a Attributes, oid: ObjectIdentifier) -> Result<T, Malformed>
where
    T: Choice<'a> + DecodeValue<'a, Error = der::Error>,
{
    let attribute = attributes.iter().find(|attribute| attribute.oid == oid);
    match attribute.map(|attribute| attribute.values.as_ref()) {
        Some([value]) => Ok(value.decode_as()?),
        _ => Err(Malformed::Profile("a mandatory signed attribute is missing or has several values")),
    }
}

/// The signer's certificate, and the others.
fn certificates(
    signed_data: &SignedData,
    signer: &SignerIdentifier,
) -> Result<(Certificate, Vec<Certificate>), Malformed> {
    let SignerIdentifier::IssuerAndSerialNumber(wanted) = signer else {
        return Err(Malformed::Profile("signer identifier"));
    };
    let choices = signed_data.certificates.as_ref().map_or(&[][..], |set| set.0.as_ref());
    if choices.len() > MAX_CERTIFICATES {
        return Err(Malformed::Profile("too many certificates"));
    }
    let mut all = choices.iter().map(certificate_of).collect::<Result<Vec<_>, _>>()?;
    let position = all.iter().position(|certificate| is_named(certificate, wanted));
    let signer = all.remove(position.ok_or(Malformed::NoSigner)?);
    Ok((signer, all))
}

fn certificate_of(choice: &CertificateChoices) -> Result<Certificate, Malformed> {
    match choice {
        CertificateChoices::Certificate(fields) => Ok(Certificate::from_fields(fields.clone())?),
        CertificateChoices::Other(_) => Err(Malformed::Profile("certificates must be X.509")),
    }
}

fn is_named(certificate: &Certificate, name: &IssuerAndSerialNumber) -> bool {
    let fields = certificate.fields();
    *fields.issuer() == name.issuer && *fields.serial_number() == name.serial_number
}
