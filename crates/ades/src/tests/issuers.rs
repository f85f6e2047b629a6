//! Certificates that nearly are those that a path needs.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose,
};

use super::*;
use crate::certificate::path::{NoPath, Search};
use crate::certificate::{CertificateError, Purpose};
use crate::revocation::CertId;
use crate::{Level, Outcome, SubIndication, Unfit};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// Says neither which key it is nor which key signed it.
fn authority_params(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn root(name: &str) -> Authority {
    Authority::self_signed(authority_params(name), KeyPair::generate().unwrap()).unwrap()
}

fn read(authority: &Authority) -> Certificate {
    Certificate::from_der(authority.der()).unwrap()
}

/// An end entity of `issuer`.
fn entity(issuer: &Authority, change: impl FnOnce(&mut CertificateParams)) -> Certificate {
    let mut params = params("entity");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    change(&mut params);
    let certificate = params.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap();
    Certificate::from_der(certificate.der()).unwrap()
}

#[test]
fn an_issuer_has_the_name_and_the_key_and_not_one_of_them() {
    let one = root("one");
    let key = KeyPair::from_pem(&one.key().serialize_pem()).unwrap();
    let other_name = Authority::self_signed(authority_params("other"), key).unwrap();
    let other_key = root("one");
    let seal = entity(&one, |_| ());
    assert!(seal.is_issued_by(&read(&one)));
    assert!(!seal.is_issued_by(&read(&other_name)) && !seal.is_issued_by(&read(&other_key)));
    let id = CertId::of(&seal, &read(&one)).unwrap();
    assert!(id.names(&seal, &read(&one)));
    assert!(!id.names(&seal, &read(&other_name)) && !id.names(&seal, &read(&other_key)));
    assert!(!id.names(&entity(&one, |_| ()), &read(&one)), "another serial number");
}

#[test]
fn identifiers_of_keys_tell_authorities_of_one_name_apart_before_anything_is_computed() {
    let (ours, theirs) = (new_pki(), new_pki());
    assert!(leaf(&ours.seal_chain_pem).names(&leaf(&ours.issuing_pem)));
    assert!(!leaf(&ours.seal_chain_pem).names(&leaf(&theirs.issuing_pem)));
}

#[test]
fn the_purpose_of_time_stamps_is_critical_and_alone() {
    let root = root("root");
    // rcgen writes it as not critical.
    let plain = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::TimeStamping];
    };
    assert!(entity(&root, plain).check_timestamp_authority().is_err());
    let critical = |purposes: &'static [u8]| {
        entity(&root, |params| {
            let mut purposes = CustomExtension::from_oid_content(&[2, 5, 29, 37], purposes.to_vec());
            purposes.set_criticality(true);
            params.custom_extensions.push(purposes);
        })
    };
    const ALONE: &[u8] = &[0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
    const AND_TLS: &[u8] = &[0x30, 20, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
    assert!(critical(ALONE).check_timestamp_authority().is_ok());
    assert!(critical(AND_TLS).check_timestamp_authority().is_err());
}

#[test]
fn a_responder_is_named_for_it_and_needs_no_check_itself() {
    let root = root("root");
    let with = |purpose: Option<ExtendedKeyUsagePurpose>, no_check: bool| {
        entity(&root, |params| {
            params.extended_key_usages = purpose.into_iter().collect();
            if no_check {
                let oid = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5];
                params.custom_extensions.push(CustomExtension::from_oid_content(&oid, vec![5, 0]));
            }
        })
        .check_ocsp_responder()
        .is_ok()
    };
    assert!(with(Some(ExtendedKeyUsagePurpose::OcspSigning), true));
    assert!(!with(Some(ExtendedKeyUsagePurpose::OcspSigning), false));
    assert!(!with(Some(ExtendedKeyUsagePurpose::TimeStamping), true) && !with(None, true));
}

#[test]
fn an_authority_says_nothing_critical_that_is_not_understood() {
    let mut limited = authority_params("limited");
    let mut constraints = CustomExtension::from_oid_content(&[2, 5, 29, 30], vec![0x30, 0]);
    constraints.set_criticality(true);
    limited.custom_extensions.push(constraints);
    let limited = Authority::self_signed(limited, KeyPair::generate().unwrap()).unwrap();
    assert!(read(&root("root")).check_authority(0).is_ok());
    assert!(matches!(read(&limited).check_authority(0), Err(Unfit::Critical(_))), "name constraints");
}

#[test]
fn a_place_of_revocation_that_cannot_be_read_is_one() {
    let root = root("root");
    let broken = |oid: &'static [u64]| {
        entity(&root, |params| {
            params.custom_extensions.push(CustomExtension::from_oid_content(oid, vec![0x30, 5]));
        })
    };
    assert!(!entity(&root, |_| ()).publishes_revocation());
    for oid in [&[2, 5, 29, 31][..], &[1, 3, 6, 1, 5, 5, 7, 1, 1]] {
        assert!(broken(oid).publishes_revocation(), "{oid:?}");
    }
}

#[test]
fn a_certificate_names_one_algorithm_and_is_written_in_der() {
    let der = leaf(&new_pki().root_pem).der().to_vec();
    let oid = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    let at = der.windows(oid.len()).rposition(|window| window == oid).unwrap();
    let mut other = der;
    other[at + oid.len() - 1] = 3;
    assert!(matches!(Certificate::from_der(&other), Err(CertificateError::Algorithms)));
}

#[test]
fn paths_are_short_and_so_is_the_search() {
    let root = root("root");
    let mut chain: Vec<Authority> = Vec::new();
    for name in ["one", "two", "three", "four"] {
        let issuer = chain.last().unwrap_or(&root);
        let next = Authority::signed_by(authority_params(name), KeyPair::generate().unwrap(), issuer);
        chain.push(next.unwrap());
    }
    let anchors = [read(&root)];
    let authorities: Vec<Certificate> = chain.iter().map(read).collect();
    let candidates: Vec<&Certificate> = authorities.iter().collect();
    let path = |first: &Certificate, candidates: &[&Certificate]| {
        Search::new(candidates, &anchors).path(first, Purpose::Document, now()).map(drop)
    };
    assert_eq!(path(&entity(&chain[2], |_| ()), &candidates), Ok(()));
    assert_eq!(path(&entity(&chain[3], |_| ()), &candidates), Err(NoPath::NotFound));
    // Whoever sends many of one name makes nobody check them all.
    let many: Vec<Certificate> = (0..70).map(|_| read(&self::root("one"))).collect();
    let mut crowd: Vec<&Certificate> = many.iter().collect();
    crowd.push(&authorities[0]);
    assert_eq!(path(&entity(&chain[0], |_| ()), &crowd), Err(NoPath::Exhausted));
}

#[test]
fn an_authority_of_time_stamps_signs_none_after_its_certificate_ended() {
    let pki = new_pki();
    let late = now() + days(400);
    let signature = seal(&sealer(&pki)).cades;
    let value = cades::signature_value(&signature).unwrap();
    let request = Request::new(value, None).unwrap();
    let response = authority(&pki).respond(request.der(), late).unwrap();
    let anchors = Certificate::all_from_pem(&pki.root_pem).unwrap();
    assert!(request.check(&response, value, &anchors, late).is_err());
    // The token by itself is well formed: it is the last element of the response.
    let token = Token::from_der(&response[9..]).unwrap();
    let stamped = cades::add_signature_timestamp(&signature, &token).unwrap();
    let verdict = verifier(&pki).verify(&stamped, PAYLOAD, late).unwrap();
    assert!(!verdict.timestamps[0].counts && verdict.judged_at == late);
}

#[test]
fn revocation_is_asked_about_every_certificate_of_the_path() {
    let pki = publishing_pki();
    let publisher = Publisher::new(&pki).unwrap();
    let crl = |der: Vec<u8>| Evidence::from_crl(&der).unwrap();
    let issuing_list = crl(publisher.issuing_crl(now(), &[]).unwrap());
    let judge = |evidence: Vec<Evidence>| {
        let verifier = verifier(&pki).with_evidence(evidence);
        verifier.verify(&seal(&sealer(&pki)).cades, PAYLOAD, now()).unwrap().outcome()
    };
    let gone = [revoked(&pki.issuing_pem, now() - TimeDelta::hours(2))];
    let root_list = crl(publisher.root_crl(now(), &gone).unwrap());
    assert_eq!(
        judge(vec![issuing_list.clone(), root_list]),
        Outcome::Indeterminate(SubIndication::RevokedCaNoPoe)
    );
    assert_eq!(judge(vec![issuing_list]), Outcome::Indeterminate(SubIndication::TryLater));
    let root_list = crl(publisher.root_crl(now(), &[]).unwrap());
    assert_eq!(judge(vec![root_list]), Outcome::Indeterminate(SubIndication::TryLater));
}

#[test]
fn a_file_is_at_the_level_of_what_it_holds_itself() {
    let pki = publishing_pki();
    let known = evidence(&pki, now(), &[]);
    let level = |embedded: &[Evidence]| {
        let signature = cades::add_validation_data(&stamped(&pki, now()), &[], embedded).unwrap();
        let verdict = verifier(&pki).with_evidence(known.clone()).verify(&signature, PAYLOAD, now()).unwrap();
        assert!(verdict.is_valid());
        verdict.level
    };
    assert_eq!((level(&known), level(&known[..1]), level(&[])), (Level::BLT, Level::BT, Level::BT));
}
