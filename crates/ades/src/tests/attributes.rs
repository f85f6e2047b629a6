//! What a CMS signature says of itself: the reference to the certificate, time-stamps, revocation data, who is named.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use der::asn1::{OctetString, SetOfVec};
use der::oid::db::rfc5911::{ID_AA_SIGNING_CERTIFICATE_V_2, ID_MESSAGE_DIGEST};
use der::{Any, AnyRef, Decode, Encode, Tag};
use serde_json::{Value, json};
use x509_cert::attr::Attribute;

use super::hostile::{change_cms, changed, resigned};
use super::*;
use crate::cms::{
    CONTEXT_1, ID_AA_SIGNATURE_TIME_STAMP, ID_RI_OCSP_RESPONSE, Pieces, SigningCertificateV2, tlv,
};
use crate::timestamp::{TimestampError, UntrustedToken};
use crate::{Malformed, Outcome, SubIndication, jades};

/// The good signature with this encoding of the reference, signed anew.
fn with_reference(pki: &DevelopmentPki, reference: &[u8]) -> Outcome {
    let value = Any::from_der(reference).unwrap();
    let signature = resigned(pki, |attributes| {
        attributes.retain(|attribute| attribute.oid != ID_AA_SIGNING_CERTIFICATE_V_2);
        let values = SetOfVec::try_from(vec![value]).unwrap();
        attributes.push(Attribute { oid: ID_AA_SIGNING_CERTIFICATE_V_2, values });
    });
    verifier(pki).verify_cades(&signature, PAYLOAD, now()).unwrap().outcome()
}

#[test]
fn the_reference_is_to_one_certificate_by_digest_issuer_and_number() {
    let (pki, stranger) = (new_pki(), key(&new_pki()));
    let own = SigningCertificateV2::to(key(&pki).leaf()).unwrap().to_der().unwrap();
    let others = SigningCertificateV2::to(stranger.leaf()).unwrap().to_der().unwrap();
    assert_eq!(with_reference(&pki, &own), Outcome::TotalPassed);
    let (ours, theirs) = (key(&pki).leaf().fingerprint(), stranger.leaf().fingerprint());
    let at = |der: &[u8], digest: &[u8]| der.windows(32).position(|window| window == digest).unwrap();
    let mut other_digest = own.clone();
    other_digest[at(&own, &ours)..][..32].copy_from_slice(&theirs);
    let mut other_issuer = others.clone();
    other_issuer[at(&others, &theirs)..][..32].copy_from_slice(&ours);
    // SEQUENCE { SEQUENCE OF ESSCertIDv2 }: the one, and then another.
    let ids = |der: &[u8]| AnyRef::from_der(AnyRef::from_der(der).unwrap().value()).unwrap().value().to_vec();
    let two = tlv(Tag::Sequence, &[&tlv(Tag::Sequence, &[&ids(&own), &ids(&others)]).unwrap()]).unwrap();
    for (what, reference) in [("digest", other_digest), ("issuer", other_issuer), ("two", two)] {
        let wanted = Outcome::Indeterminate(SubIndication::NoSigningCertificateFound);
        assert_eq!(with_reference(&pki, &reference), wanted, "{what}");
    }
}

#[test]
fn time_stamps_of_a_cms_signature_are_few() {
    let pki = new_pki();
    let signature = seal(&sealer(&pki)).cades;
    let value = cades::signature_value(&signature).unwrap();
    let with = |count: usize| {
        let mut tokens: Vec<Vec<u8>> = (0..count).map(|_| stamp(&pki, value, now()).der().to_vec()).collect();
        tokens.sort_unstable();
        let set = tlv(Tag::Set, &[&tokens.concat()]).unwrap();
        let unsigned = [ID_AA_SIGNATURE_TIME_STAMP.to_der().unwrap(), set].concat();
        let mut pieces = Pieces::of(&signature).unwrap();
        let attributes = tlv(CONTEXT_1, &[&tlv(Tag::Sequence, &[&unsigned]).unwrap()]).unwrap();
        pieces.signer_info.extend(attributes);
        verifier(&pki).verify_cades(&pieces.assemble().unwrap(), PAYLOAD, now())
    };
    assert!(with(3).unwrap().is_valid());
    assert!(matches!(with(4), Err(Malformed::Profile("unsigned attributes"))));
    assert!(matches!(with(0), Err(Malformed::Profile("unsigned attributes"))));
}

#[test]
fn a_time_stamp_holds_nothing_that_its_authority_did_not_sign() {
    let pki = new_pki();
    let token = stamp(&pki, PAYLOAD, now());
    let changed = change_cms(token.der(), &key(&pki), |data, _| {
        let mut info = data.signer_infos.0.as_ref()[0].clone();
        let value = Any::encode_from(&OctetString::new([0; 32]).unwrap()).unwrap();
        let extra = Attribute { oid: ID_MESSAGE_DIGEST, values: SetOfVec::try_from(vec![value]).unwrap() };
        info.unsigned_attrs = Some(SetOfVec::try_from(vec![extra]).unwrap());
        data.signer_infos = vec![info].try_into().unwrap();
    });
    assert!(matches!(Token::from_der(&changed), Err(Malformed::Profile(_))));
    assert!(matches!(Token::from_der(&vec![0x30; 64 * 1024 + 1]), Err(Malformed::TooLarge)));
}

#[test]
fn only_the_policy_that_was_asked_for_is_taken_and_only_what_was_granted() {
    let pki = new_pki();
    let anchors = Certificate::all_from_pem(&pki.root_pem).unwrap();
    let request = Request::new(PAYLOAD, Some("1.3.6.1.4.1.32473.1".parse().unwrap())).unwrap();
    let mut other = request.der().to_vec();
    let policy = [6, 9, 0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59, 1];
    let at = other.windows(policy.len()).position(|window| window == policy).unwrap();
    other[at + policy.len() - 1] = 2;
    let check = |response: &[u8]| request.check(response, PAYLOAD, &anchors, now()).map(drop);
    let answered = check(&authority(&pki).respond(&other, now()).unwrap());
    assert!(matches!(answered, Err(TimestampError::Untrusted(UntrustedToken::Policy))), "{answered:?}");
    let mut refused = authority(&pki).respond(request.der(), now()).unwrap();
    assert!(check(&refused).is_ok());
    assert_eq!(refused[4..9], [0x30, 3, 2, 1, 0], "the status");
    refused[8] = 2;
    assert!(matches!(check(&refused), Err(TimestampError::Refused(2))));
}

#[test]
fn revocation_data_is_in_order_and_an_answer_is_wrapped_alone() {
    let pki = publishing_pki();
    let complete =
        cades::add_validation_data(&seal(&sealer(&pki)).cades, &[], &evidence(&pki, now(), &[])).unwrap();
    let both = |complete: &[u8]| {
        let verifier = verifier(&pki);
        verifier.verify_cades(complete, PAYLOAD, now()).map(|verdict| verdict.outcome())
    };
    assert_eq!(both(&complete).unwrap(), Outcome::TotalPassed);
    let pieces = Pieces::of(&complete).unwrap();
    let (first, second) = (pieces.revocation[0].clone(), pieces.revocation[1].clone());
    let at = complete.windows(first.len()).position(|window| window == first).unwrap();
    let mut swapped = complete.clone();
    swapped[at..at + first.len() + second.len()].copy_from_slice(&[second, first].concat());
    assert!(matches!(both(&swapped), Err(Malformed::NotCanonical)));
    let answer = super::revocation::ocsp(&pki, &pki, now(), &[]);
    let wrapped = |parts: &[&[u8]]| {
        let mut pieces = Pieces::of(&seal(&sealer(&pki)).cades).unwrap();
        pieces.revocation = vec![tlv(CONTEXT_1, parts).unwrap()];
        both(&pieces.assemble().unwrap())
    };
    let kind = ID_RI_OCSP_RESPONSE.to_der().unwrap();
    assert!(wrapped(&[&kind, &answer]).is_ok());
    assert!(matches!(wrapped(&[&kind, &answer, &[5, 0]]), Err(Malformed::Profile(_))));
    let other_kind = ID_MESSAGE_DIGEST.to_der().unwrap();
    assert!(matches!(wrapped(&[&other_kind, &answer]), Err(Malformed::Profile(_))));
}

#[test]
fn a_seal_is_released_with_its_own_certificate_and_under_its_name_alone() {
    let (pki, stranger) = (new_pki(), new_pki());
    let (signer, other) = (key(&pki), key(&stranger));
    let sound = |cms: &[u8]| cades::is_sound(cms, PAYLOAD, signer.leaf());
    assert!(sound(&seal(&sealer(&pki)).cades).unwrap());
    let without = changed(&pki, |data, _| {
        let theirs = hostile::decode(&seal(&sealer(&stranger)).cades);
        data.certificates = theirs.certificates;
    });
    assert!(!sound(&without).unwrap(), "its certificate is missing");
    let elsewhere = changed(&pki, |data, _| {
        let mut info = data.signer_infos.0.as_ref()[0].clone();
        info.sid = hostile::decode(&seal(&sealer(&stranger)).cades).signer_infos.0.as_ref()[0].sid.clone();
        data.signer_infos = vec![info].try_into().unwrap();
    });
    assert!(!sound(&elsewhere).unwrap(), "somebody else is named");
    // The JWS carries another certificate, and refers to ours.
    let jws = seal(&sealer(&pki)).jades;
    let header = BASE64URL_NOPAD.decode(jws.split_once("..").unwrap().0.as_bytes()).unwrap();
    let header = String::from_utf8(header).unwrap();
    let header = header.replace(&BASE64.encode(signer.leaf().der()), &BASE64.encode(other.leaf().der()));
    let header = BASE64URL_NOPAD.encode(header.as_bytes());
    let value = signer.sign_fixed(&[header.as_bytes(), b".", PAYLOAD].concat()).unwrap();
    let jws = format!("{header}..{}", BASE64URL_NOPAD.encode(value.as_ref()));
    assert!(!jades::is_sound(jws.as_bytes(), PAYLOAD, signer.leaf()).unwrap());
}

#[test]
fn the_json_around_a_jws_holds_nothing_that_is_not_known() {
    let pki = new_pki();
    let jws = seal(&sealer(&pki)).jades;
    let value = jades::signature_value(&jws).unwrap();
    let token = stamp(&pki, &value, now());
    let good: Value = serde_json::from_str(&jades::add_signature_timestamp(&jws, &token).unwrap()).unwrap();
    let judge = |json: &Value| {
        verifier(&pki).verify_jades(json.to_string().as_bytes(), PAYLOAD, now()).map(|v| v.is_valid())
    };
    assert!(judge(&good).unwrap());
    let inner = BASE64URL_NOPAD.decode(good["header"]["etsiU"][0].as_str().unwrap().as_bytes()).unwrap();
    let inner: Value = serde_json::from_slice(&inner).unwrap();
    let with_inner = |change: &dyn Fn(&mut Value)| {
        let (mut inner, mut json) = (inner.clone(), good.clone());
        change(&mut inner);
        json["header"]["etsiU"][0] = json!(BASE64URL_NOPAD.encode(inner.to_string().as_bytes()));
        judge(&json)
    };
    assert!(with_inner(&|_| ()).unwrap());
    let more = [
        with_inner(&|json| json["more"] = json!(1)),
        with_inner(&|json| json["sigTst"]["more"] = json!(1)),
        with_inner(&|json| json["sigTst"]["tstTokens"][0]["more"] = json!(1)),
    ];
    for outcome in more {
        assert!(matches!(outcome, Err(Malformed::Jws)));
    }
    let (mut beside, mut outside) = (good.clone(), good.clone());
    beside["header"]["kid"] = json!("x");
    outside["payload"] = json!("e30");
    assert!(matches!(judge(&beside), Err(Malformed::Jws)) && matches!(judge(&outside), Err(Malformed::Jws)));
    let of_another = stamp(&pki, b"something else", now());
    assert!(jades::add_signature_timestamp(&jws, &of_another).is_err());
}
