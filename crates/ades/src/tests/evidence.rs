//! Lists and answers that the right authority signed, and that still tell nothing about a certificate.

use der::asn1::{BitString, Null, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode};
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::IssuingDistributionPoint;
use x509_cert::serial_number::SerialNumber;

use super::revocation::ocsp;
use super::*;
use crate::Malformed;
use crate::development_pki::AuthorityKey;
use crate::revocation::{
    BasicOcspResponse, CertStatus, OcspResponse, ResponseBytes, RevokedInfo, SingleResponse, Status, status,
};

/// What the evidence says of the seal of `pki` at `at`.
fn known(pki: &DevelopmentPki, evidence: &Evidence, at: DateTime<Utc>) -> Status {
    let [seal, issuing] = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().try_into().unwrap();
    status(&seal, &issuing, &[evidence], at, at.max(now()))
}

fn extension(oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Extension {
    Extension { extn_id: oid, critical, extn_value: OctetString::new(value).unwrap() }
}

/// A critical extension that nobody knows.
fn unknown() -> Extension {
    extension("1.3.6.1.4.1.32473.1".parse().unwrap(), true, &[5, 0])
}

/// The issuing CA's list, changed and signed anew.
fn list(pki: &DevelopmentPki, change: impl FnOnce(&mut TbsCertList)) -> Evidence {
    let der = Publisher::new(pki).unwrap().issuing_crl(now(), &[]).unwrap();
    let mut list = CertificateList::from_der(&der).unwrap();
    change(&mut list.tbs_cert_list);
    let issuing = leaf(&pki.issuing_pem);
    let key = AuthorityKey::from_pem(&pki.issuing_key_pem, Some(&issuing)).unwrap();
    let value = key.sign(&list.tbs_cert_list.to_der().unwrap()).unwrap();
    list.signature = BitString::from_bytes(&value).unwrap();
    Evidence::from_crl(&list.to_der().unwrap()).unwrap()
}

/// A list for some certificates alone.
fn partial(change: impl FnOnce(&mut IssuingDistributionPoint)) -> Extension {
    let mut point = IssuingDistributionPoint {
        distribution_point: None,
        only_contains_user_certs: false,
        only_contains_ca_certs: false,
        only_some_reasons: None,
        indirect_crl: false,
        only_contains_attribute_certs: false,
    };
    change(&mut point);
    extension("2.5.29.28".parse().unwrap(), true, &point.to_der().unwrap())
}

#[test]
fn a_list_that_is_not_complete_for_the_certificate_tells_nothing_of_it() {
    let pki = publishing_pki();
    let with = |one: Extension| list(&pki, |list| list.crl_extensions.as_mut().unwrap().push(one));
    assert_eq!(known(&pki, &list(&pki, |_| ()), now()), Status::Good);
    assert_eq!(
        known(&pki, &with(partial(|point| point.only_contains_user_certs = true)), now()),
        Status::Good
    );
    for (what, one) in [
        ("for authorities alone", partial(|point| point.only_contains_ca_certs = true)),
        ("indirect", partial(|point| point.indirect_crl = true)),
        ("for attribute certificates", partial(|point| point.only_contains_attribute_certs = true)),
        ("something critical", unknown()),
    ] {
        assert_eq!(known(&pki, &with(one), now()), Status::Unknown, "{what}");
    }
    let entry = RevokedCert {
        serial_number: SerialNumber::new(&[7]).unwrap(),
        revocation_date: leaf(&pki.issuing_pem).fields().validity().not_before,
        crl_entry_extensions: Some(vec![unknown()]),
    };
    let doubtful = list(&pki, |list| list.revoked_certificates = Some(vec![entry]));
    assert_eq!(known(&pki, &doubtful, now()), Status::Unknown, "an entry may be about anybody");
}

#[test]
fn a_list_names_its_algorithm_once_and_comes_from_who_may_sign_lists() {
    let pki = publishing_pki();
    let der = Publisher::new(&pki).unwrap().issuing_crl(now(), &[]).unwrap();
    let mut list: CertificateList = CertificateList::from_der(&der).unwrap();
    list.signature_algorithm.oid = "1.2.840.10045.4.3.3".parse().unwrap();
    assert!(matches!(Evidence::from_crl(&list.to_der().unwrap()), Err(Malformed::NotCanonical)));
    assert!(leaf(&pki.issuing_pem).may_sign_crls());
    assert!(!leaf(&pki.seal_chain_pem).may_sign_crls());
}

#[test]
fn who_asks_first_changes_nothing_for_others() {
    let (pki, stranger) = (publishing_pki(), publishing_pki());
    for evidence in [list(&pki, |_| ()), answer(&pki, |_| ()).unwrap()] {
        for _ in 0..2 {
            // Of the same name; for answers by digests of name and key it is not even asked.
            let [seal, _] = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().try_into().unwrap();
            let theirs = leaf(&stranger.issuing_pem);
            assert_eq!(status(&seal, &theirs, &[&evidence], now(), now()), Status::Unknown);
            assert_eq!(known(&pki, &evidence, now()), Status::Good);
        }
    }
}

#[test]
fn evidence_from_after_the_end_of_a_certificate_says_nothing_about_it() {
    let pki = publishing_pki();
    let later = now() + days(400);
    let der = Publisher::new(&pki).unwrap().issuing_crl(later, &[]).unwrap();
    let [seal, issuing] = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().try_into().unwrap();
    let late = Evidence::from_crl(&der).unwrap();
    assert_eq!(status(&seal, &issuing, &[&late], now(), later), Status::Unknown, "it may be forgotten");
}

#[test]
fn large_evidence_is_refused_unread() {
    let large = vec![0x30; 1024 * 1024 + 1];
    assert!(matches!(Evidence::from_crl(&large), Err(Malformed::TooLarge)));
    assert!(matches!(Evidence::from_ocsp(&large[..64 * 1024 + 1]), Err(Malformed::TooLarge)));
}

/// An answer about the seal, changed and signed anew by the responder.
fn answer(pki: &DevelopmentPki, change: impl FnOnce(&mut BasicOcspResponse)) -> Result<Evidence, Malformed> {
    let mut outer = OcspResponse::from_der(&ocsp(pki, pki, now(), &[])).unwrap();
    let bytes = outer.response_bytes.take().unwrap();
    let mut response = BasicOcspResponse::from_der(bytes.response.as_bytes()).unwrap();
    change(&mut response);
    let responder = leaf(&pki.responder_pem);
    let key = AuthorityKey::from_pem(&pki.responder_key_pem, Some(&responder)).unwrap();
    let value = key.sign(&response.tbs_response_data.to_der().unwrap()).unwrap();
    response.signature = BitString::from_bytes(&value).unwrap();
    let response = OctetString::new(response.to_der().unwrap()).unwrap();
    outer.response_bytes = Some(ResponseBytes { response, ..bytes });
    Evidence::from_ocsp(&outer.to_der().unwrap())
}

#[test]
fn an_answer_counts_when_everything_in_it_is_understood() {
    let pki = publishing_pki();
    let told = |change: &dyn Fn(&mut BasicOcspResponse)| known(&pki, &answer(&pki, change).unwrap(), now());
    assert_eq!(told(&|_| ()), Status::Good);
    assert_eq!(
        told(&|response| response.tbs_response_data.responses[0].single_extensions = Some(vec![unknown()])),
        Status::Unknown
    );
    assert_eq!(
        told(&|response| {
            response.tbs_response_data.responses[0].cert_status = CertStatus::Unknown(Null);
        }),
        Status::Unknown
    );
    let before = der::DateTime::new(2001, 1, 1, 0, 0, 0).unwrap();
    assert_eq!(
        told(&|response| response.tbs_response_data.produced_at = before.into()),
        Status::Unknown,
        "the responder's certificate was not valid"
    );
    let issuing = Any::from_der(leaf(&pki.issuing_pem).der()).unwrap();
    let two = answer(&pki, |response| response.certs.as_mut().unwrap().push(issuing));
    assert!(matches!(two, Err(Malformed::Profile(_))));
}

#[test]
fn of_several_answers_about_one_certificate_the_worst_counts() {
    let pki = publishing_pki();
    let at = |hour| der::DateTime::new(2026, 1, 1, hour, 0, 0).unwrap();
    let revoked =
        |hour| CertStatus::Revoked(RevokedInfo { revocation_time: at(hour).into(), revocation_reason: None });
    let told = |statuses: &[CertStatus]| {
        let evidence = answer(&pki, |response| {
            let responses = &mut response.tbs_response_data.responses;
            let one = responses[0].clone();
            *responses = statuses
                .iter()
                .map(|status| SingleResponse { cert_status: *status, ..one.clone() })
                .collect();
        });
        known(&pki, &evidence.unwrap(), now())
    };
    let first = told(&[revoked(1)]);
    assert!(matches!(first, Status::Revoked(_)), "{first:?}");
    assert_eq!(told(&[CertStatus::Good(Null), revoked(2), revoked(1)]), first);
    assert_eq!(told(&[CertStatus::Unknown(Null), CertStatus::Good(Null)]), Status::Good);
}

#[test]
fn of_several_entries_of_one_serial_number_the_earliest_counts() {
    let pki = publishing_pki();
    let serial_number = leaf(&pki.seal_chain_pem).fields().serial_number().clone();
    let entry = |hour| RevokedCert {
        serial_number: serial_number.clone(),
        revocation_date: der::DateTime::new(2026, 1, 1, hour, 0, 0).unwrap().into(),
        crl_entry_extensions: None,
    };
    let told = |hours: &[u8]| {
        let entries = hours.iter().map(|hour| entry(*hour)).collect();
        known(&pki, &list(&pki, |list| list.revoked_certificates = Some(entries)), now())
    };
    assert_eq!(told(&[2, 1]), told(&[1]));
    assert_ne!(told(&[2]), told(&[1]));
}

#[test]
fn an_answer_by_somebody_who_is_not_for_that_or_was_not_named_by_the_issuer_tells_nothing() {
    let (pki, stranger) = (publishing_pki(), publishing_pki());
    let mut other = pki.clone();
    (other.responder_pem, other.responder_key_pem) =
        (leaf(&pki.timestamp_chain_pem).to_pem(), pki.timestamp_key_pem.clone());
    let by_other = Evidence::from_ocsp(&ocsp(&other, &pki, now(), &[])).unwrap();
    assert_eq!(known(&pki, &by_other, now()), Status::Unknown, "it is for time-stamps");
    other.responder_pem.clone_from(&stranger.responder_pem);
    other.responder_key_pem.clone_from(&stranger.responder_key_pem);
    let by_stranger = Evidence::from_ocsp(&ocsp(&other, &pki, now(), &[])).unwrap();
    assert_eq!(known(&pki, &by_stranger, now()), Status::Unknown, "another CA named it");
    let refusal = Publisher::new(&pki).unwrap().ocsp(b"nonsense", now(), &[]).unwrap();
    assert!(matches!(Evidence::from_ocsp(&refusal), Err(Malformed::Profile(_))), "no answer in it");
}
