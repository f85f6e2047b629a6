//! What speaks against a signature speaks against it in every format.

use cms::signed_data::{SignerInfo, SignerInfos};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::oid::db::rfc5911::{ID_AA_SIGNING_CERTIFICATE_V_2, ID_MESSAGE_DIGEST};
use der::{Any, AnyRef, Decode};
use serde_json::json;
use x509_cert::attr::Attribute;

use super::hostile::{change_cms, resign_cms};
use super::pdf::plain_pdf;
use super::*;
use crate::asic::{self, DataObject};
use crate::cms::{CONTEXT_1, ID_AA_SIGNATURE_TIME_STAMP, Pieces, SigningCertificateV2, attribute, tlv};
use crate::pades::{Draft, SignatureField};
use crate::{Format, Level, Malformed, Outcome, SubIndication, Verdict, jades};

/// A signed file of a format.
struct File {
    format: Format,
    bytes: Vec<u8>,
}

impl File {
    fn judge(&self, verifier: &Verifier, at: DateTime<Utc>) -> Result<Verdict, Malformed> {
        match self.format {
            Format::Cades => verifier.verify_cades(&self.bytes, PAYLOAD, at),
            Format::Jades => verifier.verify_jades(&self.bytes, PAYLOAD, at),
            Format::Pades => verifier.verify_pdf(&self.bytes, at),
            Format::Asic => verifier.verify_container(&self.bytes, at).map(|(verdict, _)| verdict),
        }
    }

    fn outcome(&self, verifier: &Verifier, at: DateTime<Utc>) -> Outcome {
        self.judge(verifier, at).map_or_else(|malformed| malformed.outcome(), |verdict| verdict.outcome())
    }
}

/// One in each format that holds a CMS signature, each as `change` leaves it.
fn cms_files(pki: &DevelopmentPki, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<File> {
    let signer = cades::Signer::new(Arc::new(key(pki))).unwrap();
    let draft = Draft::new(&plain_pdf(), &SignatureField::default(), now(), 16 * 1024).unwrap();
    let in_pdf = signer.sign_for_pdf(&draft.signed_bytes()).unwrap();
    let objects = [DataObject { name: "payload.json".into(), bytes: PAYLOAD.to_vec() }];
    let manifest = asic::manifest(&objects);
    let in_container = signer.sign_detached(&manifest, &mime::TEXT_XML, now()).unwrap();
    vec![
        File { format: Format::Cades, bytes: change(seal(&sealer(pki)).cades) },
        File { format: Format::Pades, bytes: draft.complete(&change(in_pdf)).unwrap() },
        File {
            format: Format::Asic,
            bytes: asic::write(&objects, &manifest, &change(in_container)).unwrap(),
        },
    ]
}

/// One in every format, each as these leave it.
fn files(
    pki: &DevelopmentPki,
    change: impl Fn(Vec<u8>) -> Vec<u8>,
    change_jws: impl Fn(String) -> String,
) -> Vec<File> {
    let mut files = cms_files(pki, change);
    let jws = change_jws(seal(&sealer(pki)).jades);
    files.push(File { format: Format::Jades, bytes: jws.into_bytes() });
    files
}

fn good_files(pki: &DevelopmentPki) -> Vec<File> {
    files(pki, |cms| cms, |jws| jws)
}

/// With a time-stamp over `covered` of the signature value, which may be another's.
fn stamped_files(pki: &DevelopmentPki, covered: impl Fn(&[u8]) -> Vec<u8>) -> Vec<File> {
    let token = |value: &[u8]| stamp(pki, &covered(value), now());
    let stamped = |cms: Vec<u8>| {
        let token = token(cades::signature_value(&cms).unwrap());
        let value = Any::from(AnyRef::from_der(token.der()).unwrap());
        let mut pieces = Pieces::of(&cms).unwrap();
        let unsigned = attribute(ID_AA_SIGNATURE_TIME_STAMP, &value).unwrap();
        pieces.signer_info.extend(tlv(CONTEXT_1, &[&unsigned]).unwrap());
        pieces.assemble().unwrap()
    };
    let stamped_jws = |jws: String| {
        let (protected, signature) = jws.split_once("..").unwrap();
        let token = token(&jades::signature_value(&jws).unwrap());
        let stamp = json!({ "sigTst": { "tstTokens": [{ "val": BASE64.encode(token.der()) }] } });
        let header = json!({ "etsiU": [BASE64URL_NOPAD.encode(stamp.to_string().as_bytes())] });
        json!({ "protected": protected, "signature": signature, "header": header }).to_string()
    };
    files(pki, stamped, stamped_jws)
}

fn assert_all(files: &[File], verifier: &Verifier, at: DateTime<Utc>, wanted: Outcome) {
    for file in files {
        assert_eq!(file.outcome(verifier, at), wanted, "{:?}", file.format);
    }
}

#[test]
fn good_files_of_every_format_pass() {
    let pki = new_pki();
    assert_all(&good_files(&pki), &verifier(&pki), now(), Outcome::TotalPassed);
}

#[test]
fn a_self_made_chain_of_the_same_names_leads_nowhere() {
    let wanted = Outcome::Indeterminate(SubIndication::NoCertificateChainFound);
    assert_all(&good_files(&new_pki()), &verifier(&new_pki()), now(), wanted);
}

#[test]
fn an_expired_signer_passes_by_a_time_stamp_alone() {
    let (pki, later) = (new_pki(), now() + days(400));
    let wanted = Outcome::Indeterminate(SubIndication::OutOfBoundsNoPoe);
    assert_all(&good_files(&pki), &verifier(&pki), later, wanted);
    let stamped = stamped_files(&pki, <[u8]>::to_vec);
    assert_all(&stamped, &verifier(&pki), later, Outcome::TotalPassed);
    for file in &stamped {
        assert_eq!(file.judge(&verifier(&pki), later).unwrap().level, Level::BT, "{:?}", file.format);
    }
}

#[test]
fn a_revoked_signer_passes_by_a_time_stamp_from_before_alone() {
    let (pki, later) = (publishing_pki(), now() + days(1));
    let (basic, stamped) = (good_files(&pki), stamped_files(&pki, <[u8]>::to_vec));
    let knowing = |gone: DateTime<Utc>| {
        verifier(&pki).with_evidence(evidence(&pki, later, &[revoked(&pki.seal_chain_pem, gone)]))
    };
    let (before, after) = (knowing(now() - TimeDelta::hours(1)), knowing(now() + TimeDelta::hours(1)));
    assert_all(&basic, &before, later, Outcome::TotalFailed(SubIndication::Revoked));
    assert_all(&stamped, &before, later, Outcome::TotalFailed(SubIndication::Revoked));
    assert_all(&basic, &after, later, Outcome::Indeterminate(SubIndication::RevokedNoPoe));
    assert_all(&stamped, &after, later, Outcome::TotalPassed);
    assert_all(&basic, &verifier(&pki), later, Outcome::Indeterminate(SubIndication::TryLater));
}

#[test]
fn the_time_stamp_of_another_signature_proves_nothing() {
    let pki = new_pki();
    let swapped = stamped_files(&pki, |value| [value, b"?"].concat());
    let wanted = Outcome::Indeterminate(SubIndication::SigConstraintsFailure);
    assert_all(&swapped, &verifier(&pki), now(), wanted);
    let wanted = Outcome::Indeterminate(SubIndication::SigConstraintsFailure);
    let stranger = new_pki();
    let theirs = files(
        &pki,
        |cms| {
            let token = stamp(&stranger, cades::signature_value(&cms).unwrap(), now());
            cades::add_signature_timestamp(&cms, &token).unwrap()
        },
        |jws| {
            let token = stamp(&stranger, &jades::signature_value(&jws).unwrap(), now());
            jades::add_signature_timestamp(&jws, &token).unwrap()
        },
    );
    assert_all(&theirs, &verifier(&pki), now(), wanted);
}

/// Changes the signer info of a CMS signature.
fn with_info(cms: &[u8], key: &SigningKey, change: impl FnOnce(&mut SignerInfo)) -> Vec<u8> {
    change_cms(cms, key, |data, _| {
        let mut info = data.signer_infos.0.as_ref()[0].clone();
        change(&mut info);
        data.digest_algorithms = vec![info.digest_alg.clone()].try_into().unwrap();
        data.signer_infos = SignerInfos::try_from(vec![info]).unwrap();
    })
}

/// An attribute with one value.
fn one(oid: ObjectIdentifier, value: Any) -> Attribute {
    Attribute { oid, values: SetOfVec::try_from(vec![value]).unwrap() }
}

fn zeros() -> Any {
    Any::encode_from(&OctetString::new([0; 32]).unwrap()).unwrap()
}

#[test]
fn a_cms_that_is_written_or_signed_otherwise_is_refused_wherever_it_stands() {
    let (pki, stranger) = (new_pki(), key(&new_pki()));
    let key = key(&pki);
    let check = |what: &str, wanted: Outcome, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        for file in cms_files(&pki, change) {
            assert_eq!(file.outcome(&verifier(&pki), now()), wanted, "{what}, {:?}", file.format);
        }
    };
    let malformed = Outcome::TotalFailed(SubIndication::FormatFailure);
    check("indefinite length", malformed, &|cms| [&[0x30, 0x80], &cms[4..], &[0, 0]].concat());
    check("a longer length", malformed, &|cms| [&[0x30, 0x83, 0], &cms[2..4], &cms[4..]].concat());
    check("an attribute that stands twice", malformed, &|cms| {
        resign_cms(&cms, &key, |attributes| attributes.push(one(ID_MESSAGE_DIGEST, zeros())))
    });
    check("no reference to the certificate", malformed, &|cms| {
        resign_cms(&cms, &key, |attributes| {
            attributes.retain(|attribute| attribute.oid != ID_AA_SIGNING_CERTIFICATE_V_2);
        })
    });
    check("an unsigned attribute of another kind", malformed, &|cms| {
        with_info(&cms, &key, |info| {
            info.unsigned_attrs = Some(vec![one(ID_MESSAGE_DIGEST, zeros())].try_into().unwrap());
        })
    });
    let reference = Any::encode_from(&SigningCertificateV2::to(stranger.leaf()).unwrap()).unwrap();
    let substituted = Outcome::Indeterminate(SubIndication::NoSigningCertificateFound);
    check("a reference to another certificate", substituted, &|cms| {
        resign_cms(&cms, &key, |attributes| {
            attributes.retain(|attribute| attribute.oid != ID_AA_SIGNING_CERTIFICATE_V_2);
            attributes.push(one(ID_AA_SIGNING_CERTIFICATE_V_2, reference.clone()));
        })
    });
    check("SHA-1", Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure), &|cms| {
        with_info(&cms, &key, |info| info.digest_alg.oid = "1.3.14.3.2.26".parse().unwrap())
    });
    check("a signature by another key", Outcome::TotalFailed(SubIndication::SigCryptoFailure), &|cms| {
        let value = stranger.sign_asn1(b"something else").unwrap();
        with_info(&cms, &key, |info| info.signature = OctetString::new(value.as_ref()).unwrap())
    });
}

#[test]
fn a_jws_with_weak_algorithms_or_a_certificate_in_ber_is_refused() {
    let pki = new_pki();
    let key = key(&pki);
    let outcome = |from: &str, to: &str| {
        let jws = seal(&sealer(&pki)).jades;
        let header = BASE64URL_NOPAD.decode(jws.split_once('.').unwrap().0.as_bytes()).unwrap();
        let header = String::from_utf8(header).unwrap();
        assert!(header.contains(from), "{header}");
        let header = BASE64URL_NOPAD.encode(header.replace(from, to).as_bytes());
        let value = key.sign_fixed(&[header.as_bytes(), b".", PAYLOAD].concat()).unwrap();
        let bytes = format!("{header}..{}", BASE64URL_NOPAD.encode(value.as_ref())).into_bytes();
        File { format: Format::Jades, bytes }.outcome(&verifier(&pki), now())
    };
    assert_eq!(outcome("ES256", "ES256"), Outcome::TotalPassed);
    for weak in ["none", "RS1", "HS256", "ES256K", "es256"] {
        let wanted = Outcome::Indeterminate(SubIndication::CryptoConstraintsFailure);
        assert_eq!(outcome("ES256", weak), wanted, "{weak}");
    }
    // Accepted algorithms, and not this key's.
    for other in ["ES384", "PS256", "EdDSA"] {
        assert_eq!(outcome("ES256", other), Outcome::TotalFailed(SubIndication::SigCryptoFailure), "{other}");
    }
    let leaf = key.leaf().der();
    let ber = [&[0x30, 0x83, 0], &leaf[2..]].concat();
    for other in [ber, [leaf, &[0]].concat()] {
        let malformed = Outcome::TotalFailed(SubIndication::FormatFailure);
        assert_eq!(outcome(&BASE64.encode(leaf), &BASE64.encode(&other)), malformed);
    }
}
