//! Files made to deceive: each takes a good signature and changes what the signature value does not cover, or
//! signs something that the profile leaves out.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{CertificateSet, SignedData, SignerInfos};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::oid::db::rfc5911::{ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use der::{Any, Decode, Encode, Tag, TagNumber};
use x509_cert::attr::Attribute;

use super::*;
use crate::carried::decode_certificates;
use crate::{Chain, Malformed, Outcome, SubIndication, Verdict, jades};

pub(super) fn decode(cades: &[u8]) -> SignedData {
    ContentInfo::from_der(cades).unwrap().content.decode_as().unwrap()
}

/// By hand, because `cms` sorts a set of certificates differently from DER.
fn encode(signed_data: &SignedData) -> Vec<u8> {
    let certificates = signed_data.certificates.as_ref().map(|set| {
        let mut certificates: Vec<_> = set.0.iter().map(|one| one.to_der().unwrap()).collect();
        certificates.sort();
        let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };
        Any::new(tag, certificates.concat()).unwrap().to_der().unwrap()
    });
    let parts = [
        signed_data.version.to_der().unwrap(),
        signed_data.digest_algorithms.to_der().unwrap(),
        signed_data.encap_content_info.to_der().unwrap(),
        certificates.unwrap_or_default(),
        signed_data.signer_infos.0.to_der().unwrap(),
    ];
    let content = Any::new(Tag::Sequence, parts.concat()).unwrap();
    ContentInfo { content_type: ID_SIGNED_DATA, content }.to_der().unwrap()
}

/// Changes a good signature and verifies what came of it.
fn verify_changed(change: impl FnOnce(&mut SignedData, &SigningKey)) -> Result<Verdict, Malformed> {
    let pki = new_pki();
    verifier(&pki).verify_cades(&changed(&pki, change), PAYLOAD, now())
}

/// A good signature, changed.
pub(super) fn changed(pki: &DevelopmentPki, change: impl FnOnce(&mut SignedData, &SigningKey)) -> Vec<u8> {
    let sealer = sealer(pki);
    change_cms(&seal(&sealer).cades, sealer.key(), change)
}

/// The same with any signature by that key.
pub(super) fn change_cms(
    cms: &[u8],
    key: &SigningKey,
    change: impl FnOnce(&mut SignedData, &SigningKey),
) -> Vec<u8> {
    let mut signed_data = decode(cms);
    change(&mut signed_data, key);
    encode(&signed_data)
}

/// Changes the signed attributes and signs them anew.
fn verify_resigned(change: impl FnOnce(&mut Vec<Attribute>)) -> Result<Verdict, Malformed> {
    let pki = new_pki();
    verifier(&pki).verify_cades(&resigned(&pki, change), PAYLOAD, now())
}

/// A good signature whose signed attributes were changed, signed anew.
pub(super) fn resigned(pki: &DevelopmentPki, change: impl FnOnce(&mut Vec<Attribute>)) -> Vec<u8> {
    let sealer = sealer(pki);
    resign_cms(&seal(&sealer).cades, sealer.key(), change)
}

/// The same with any signature by that key.
pub(super) fn resign_cms(cms: &[u8], key: &SigningKey, change: impl FnOnce(&mut Vec<Attribute>)) -> Vec<u8> {
    change_cms(cms, key, |signed_data, key| {
        let mut info = signed_data.signer_infos.0.as_ref()[0].clone();
        let mut attributes = info.signed_attrs.take().unwrap().into_vec();
        change(&mut attributes);
        let attributes = SetOfVec::try_from(attributes).unwrap();
        let signature = key.sign_asn1(&attributes.to_der().unwrap()).unwrap();
        info.signature = OctetString::new(signature.as_ref()).unwrap();
        info.signed_attrs = Some(attributes);
        signed_data.signer_infos = SignerInfos::try_from(vec![info]).unwrap();
    })
}

fn attribute(oid: ObjectIdentifier, values: Vec<Any>) -> Attribute {
    Attribute { oid, values: SetOfVec::try_from(values).unwrap() }
}

fn digest(bytes: &[u8]) -> Any {
    let digest = crate::algorithm::sha256(bytes);
    Any::encode_from(&OctetString::new(digest).unwrap()).unwrap()
}

#[test]
fn unchanged_and_resigned_both_verify() {
    assert!(verify_changed(|_, _| ()).unwrap().is_valid());
    assert!(verify_resigned(|_| ()).unwrap().is_valid());
}

#[test]
fn a_certificate_that_no_path_needs_is_noticed() {
    let stray = key(&new_pki()).leaf().der().to_vec();
    let verdict = verify_changed(|signed_data, _| {
        let stray = CertificateChoices::Certificate(x509_cert::Certificate::from_der(&stray).unwrap());
        signed_data.certificates.as_mut().unwrap().0.insert(stray).unwrap();
    })
    .unwrap();
    assert!(verdict.chain == Chain::Trusted && verdict.signature_valid);
    assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::SigConstraintsFailure));
}

#[test]
fn two_signers_or_none_are_refused() {
    let two = verify_changed(|signed_data, _| {
        let info = signed_data.signer_infos.0.as_ref()[0].clone();
        let mut other = info.clone();
        other.signature = OctetString::new([0; 70]).unwrap();
        signed_data.signer_infos = SignerInfos::try_from(vec![info, other]).unwrap();
    });
    assert!(matches!(two, Err(Malformed::Profile("number of signers"))));
    let none = verify_changed(|signed_data, _| signed_data.signer_infos = SignerInfos(SetOfVec::new()));
    assert!(matches!(none, Err(Malformed::Profile("number of signers"))));
}

#[test]
fn certificates_must_hold_the_signers_and_be_few_and_different() {
    let stranger = key(&new_pki()).leaf().der().to_vec();
    let with = |count| {
        let decoded = x509_cert::Certificate::from_der(&stranger).unwrap();
        let certificates = vec![CertificateChoices::Certificate(decoded); count];
        let certificates = CertificateSet::try_from(certificates).unwrap();
        verify_changed(|signed_data, _| signed_data.certificates = Some(certificates))
    };
    assert!(matches!(with(0), Err(Malformed::NoSigner)));
    assert!(matches!(with(1), Err(Malformed::NoSigner)));
    assert!(matches!(with(2), Err(Malformed::NotCanonical)));
    let absent = verify_changed(|signed_data, _| signed_data.certificates = None);
    assert!(matches!(absent, Err(Malformed::Der(_))));
    let decode = |count| decode_certificates(&vec![&stranger; count]);
    assert!(matches!(decode(2), Err(Malformed::Profile("a certificate is repeated"))));
    assert!(matches!(decode(11), Err(Malformed::Profile("too many certificates"))));
}

#[test]
fn what_is_not_signed_may_not_be_added() {
    let unsigned = verify_changed(|signed_data, _| {
        let mut info = signed_data.signer_infos.0.as_ref()[0].clone();
        let extra = attribute(ID_MESSAGE_DIGEST, vec![digest(b"{}")]);
        info.unsigned_attrs = Some(SetOfVec::try_from(vec![extra]).unwrap());
        signed_data.signer_infos = SignerInfos::try_from(vec![info]).unwrap();
    });
    assert!(matches!(unsigned, Err(Malformed::Profile(_))));
    let attached = verify_changed(|signed_data, _| {
        signed_data.encap_content_info.econtent =
            Some(Any::encode_from(&OctetString::new(PAYLOAD).unwrap()).unwrap());
    });
    assert!(matches!(attached, Err(Malformed::Profile(_))));
    let parameters = verify_changed(|signed_data, _| {
        let mut info = signed_data.signer_infos.0.as_ref()[0].clone();
        info.signature_algorithm.parameters = Some(Any::null());
        signed_data.signer_infos = SignerInfos::try_from(vec![info]).unwrap();
    });
    assert!(matches!(parameters, Err(Malformed::Algorithm)));
}

#[test]
fn a_signed_attribute_may_be_there_once_with_one_value() {
    let twice =
        verify_resigned(|attributes| attributes.push(attribute(ID_MESSAGE_DIGEST, vec![digest(b"{}")])));
    assert!(matches!(twice, Err(Malformed::Profile("an attribute is repeated"))));
    let two_values = verify_resigned(|attributes| {
        attributes.retain(|attribute| attribute.oid != ID_MESSAGE_DIGEST);
        attributes.push(attribute(ID_MESSAGE_DIGEST, vec![digest(PAYLOAD), digest(b"{}")]));
    });
    assert!(matches!(two_values, Err(Malformed::Profile(_))));
    for index in 0..5 {
        let missing = verify_resigned(|attributes| drop(attributes.remove(index)));
        // The media type alone is optional for the reader.
        assert_eq!(
            missing.is_ok_and(|verdict| verdict.is_valid()),
            index == MIME_TYPE_AT,
            "attribute {index}"
        );
    }
}

/// Where the media type stands in DER order: it is the shortest but for the content type.
const MIME_TYPE_AT: usize = 1;

#[test]
fn a_second_certificate_for_the_same_key_is_noticed() {
    let pki = new_pki();
    let (key, other) = (key(&pki), key(&new_pki()));
    // The reference is to another certificate, as after a substitution.
    let reference = other.leaf().clone();
    let signer = crate::cades::Signer::new(Arc::new(other)).unwrap();
    let theirs = decode(&signer.sign_detached(PAYLOAD, &mime::APPLICATION_JSON, now()).unwrap());
    let mut info = decode(&seal(&sealer(&pki)).cades).signer_infos.0.into_vec().remove(0);
    info.signed_attrs = theirs.signer_infos.0.as_ref()[0].signed_attrs.clone();
    let signature = key.sign_asn1(&info.signed_attrs.to_der().unwrap()).unwrap();
    info.signature = OctetString::new(signature.as_ref()).unwrap();
    let mut forged = decode(&seal(&sealer(&pki)).cades);
    forged.signer_infos = SignerInfos::try_from(vec![info]).unwrap();
    let verdict = verifier(&pki).verify_cades(&encode(&forged), PAYLOAD, now()).unwrap();
    assert_ne!(verdict.signer.fingerprint, reference.fingerprint());
    assert!(verdict.signature_valid && verdict.chain == Chain::Trusted);
    assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::NoSigningCertificateFound));
}

#[test]
fn sets_out_of_order_are_refused() {
    let pki = new_pki();
    let sealed = seal(&sealer(&pki));
    let [first, second] = decode(&sealed.cades).certificates.unwrap().0.into_vec().try_into().unwrap();
    let (first, second) = (first.to_der().unwrap(), second.to_der().unwrap());
    let at = sealed.cades.windows(first.len()).position(|window| window == first).unwrap();
    let mut swapped = sealed.cades.clone();
    swapped[at..at + first.len() + second.len()].copy_from_slice(&[second, first].concat());
    let error = verifier(&pki).verify_cades(&swapped, PAYLOAD, now());
    assert!(matches!(error, Err(Malformed::NotCanonical)));
}

#[test]
fn large_files_are_refused_unread() {
    let verifier = Verifier::new(Vec::new(), Vec::new());
    let large = vec![0x30; crate::MAX_SIGNATURE_BYTES + 1];
    assert!(matches!(verifier.verify_cades(&large, PAYLOAD, now()), Err(Malformed::TooLarge)));
    assert!(matches!(verifier.verify_jades(&large, PAYLOAD, now()), Err(Malformed::TooLarge)));
}

#[test]
fn a_jws_has_one_text() {
    let pki = new_pki();
    let jws = seal(&sealer(&pki)).jades;
    let token = stamp(&pki, &jades::signature_value(&jws).unwrap(), now());
    let good: serde_json::Value =
        serde_json::from_str(&jades::add_signature_timestamp(&jws, &token).unwrap()).unwrap();
    let verify =
        |json: &serde_json::Value| verifier(&pki).verify_jades(json.to_string().as_bytes(), PAYLOAD, now());
    assert!(verify(&good).unwrap().is_valid());
    for place in ["/protected", "/signature", "/header/etsiU/0"] {
        let mut padded = good.clone();
        let text = padded.pointer_mut(place).unwrap();
        *text = format!("{}=", text.as_str().unwrap()).into();
        assert!(matches!(verify(&padded), Err(Malformed::Jws)), "{place}");
    }
    // 64 octets: the last symbol, one of A, Q, g and w, has four bits to spare.
    let (most, last) = good["signature"].as_str().unwrap().split_at(85);
    let mut other_bits = good.clone();
    other_bits["signature"] = format!("{most}{}", char::from(last.as_bytes()[0] + 1)).into();
    assert!(matches!(verify(&other_bits), Err(Malformed::Jws)));
}

#[test]
fn jws_headers_are_taken_strictly() {
    use data_encoding::{BASE64, BASE64URL_NOPAD};
    let pki = new_pki();
    let (verifier, key) = (verifier(&pki), key(&pki));
    let jades = seal(&sealer(&pki)).jades;
    let header = BASE64URL_NOPAD.decode(jades.split_once('.').unwrap().0.as_bytes()).unwrap();
    let header = String::from_utf8(header).unwrap();
    let verify = |from: &str, to: &str| {
        assert!(header.contains(from), "{header}");
        let header = BASE64URL_NOPAD.encode(header.replace(from, to).as_bytes());
        let input = [header.as_bytes(), b".", PAYLOAD].concat();
        let value = BASE64URL_NOPAD.encode(key.sign_fixed(&input).unwrap().as_ref());
        verifier.verify_jades(format!("{header}..{value}").as_bytes(), PAYLOAD, now())
    };
    assert!(verify("", "").unwrap().is_valid());
    assert!(matches!(verify("ES256", "none"), Err(Malformed::Algorithm)));
    assert!(matches!(verify(r#""b64":false"#, r#""b64":true"#), Err(Malformed::Profile(_))));
    assert!(matches!(verify(r#"["b64"]"#, "[]"), Err(Malformed::Profile(_))));
    assert!(matches!(verify(r#"["b64"]"#, r#"["b64","sigT"]"#), Err(Malformed::Profile(_))));
    assert!(matches!(verify(r#""b64""#, r#""kid":"x","b64""#), Err(Malformed::Jws)));
    assert!(matches!(verify(r#""alg""#, r#""alg":"none","alg""#), Err(Malformed::Jws)));
    let reference = BASE64URL_NOPAD.encode(&key.leaf().fingerprint());
    let substituted = verify(&reference, &"A".repeat(43)).unwrap();
    assert_eq!(substituted.outcome(), Outcome::Indeterminate(SubIndication::NoSigningCertificateFound));
    let leaf = BASE64.encode(key.leaf().der());
    let repeated = verify(&leaf, &format!(r#"{leaf}","{leaf}"#));
    assert!(matches!(repeated, Err(Malformed::Profile("a certificate is repeated"))));
    assert!(matches!(verify(r#""x5c":["#, r#""x5c":[],"x5d":["#), Err(Malformed::Jws)));
    // One certificate in two encodings, one after the other.
    let (head, rest) = leaf.split_at(leaf.len() - 4);
    let head = BASE64.decode(head.as_bytes()).unwrap();
    let (first, second) = head.split_at(head.len() - 1);
    let in_two = format!(
        "{}{}",
        BASE64.encode(first),
        BASE64.encode(&[second, &BASE64.decode(rest.as_bytes()).unwrap()].concat())
    );
    assert!(matches!(verify(&leaf, &in_two), Err(Malformed::Jws)), "{in_two}");
    let attached = jades.replace("..", &format!(".{}.", BASE64URL_NOPAD.encode(PAYLOAD)));
    assert!(matches!(verifier.verify_jades(attached.as_bytes(), PAYLOAD, now()), Err(Malformed::Jws)));
}
