//! What is for tests and what is valid in law never meet.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair};

use x509_cert::ext::pkix::CertificatePolicies;

use super::*;
use crate::realm::TEST_POLICY;
use crate::{Realm, RealmError, is_development};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// `O=` of a hierarchy for tests.
const TESTS: &str = "example development";

/// Nothing but the name tells what is for tests: as in a root, or in what was made with another tool.
fn params(organization: &str, qualified: bool) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, organization);
    let name = if organization == TESTS { "example TEST authority" } else { "Authority" };
    params.distinguished_name.push(DnType::CommonName, name);
    if qualified {
        let compliance = vec![0x30, 10, 0x30, 8, 6, 6, 4, 0, 0x8e, 0x46, 1, 1];
        let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 3], compliance);
        params.custom_extensions.push(extension);
    }
    params
}

fn authority(organization: &str, issuer: Option<&Authority>) -> Authority {
    let mut params = params(organization, false);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    match issuer {
        Some(issuer) => CertifiedIssuer::signed_by(params, key, issuer).unwrap(),
        None => CertifiedIssuer::self_signed(params, key).unwrap(),
    }
}

fn path(organization: &str, qualified: bool, issuers: &[&Authority]) -> Vec<Certificate> {
    let leaf = params(organization, qualified).signed_by(&KeyPair::generate().unwrap(), issuers[0]).unwrap();
    let leaf = std::iter::once(leaf.der().to_vec());
    let path = leaf.chain(issuers.iter().map(|issuer| issuer.der().to_vec()));
    path.map(|der| Certificate::from_der(&der).unwrap()).collect()
}

#[test]
fn a_path_belongs_to_one_realm() {
    let (real, tests) = (authority("Trust Provider", None), authority(TESTS, None));
    let live = path("Institution", true, &[&real]);
    assert_eq!(Realm::Live.check(&live), Ok(()));
    assert_eq!(Realm::Development.check(&live), Err(RealmError::Live));
    let development = path(TESTS, false, &[&tests]);
    assert_eq!(Realm::Live.check(&development), Err(RealmError::Development));
    assert_eq!(Realm::Development.check(&development), Ok(()));
}

#[test]
fn a_certificate_for_tests_that_claims_to_be_qualified_belongs_to_none() {
    let tests = authority(TESTS, None);
    let claiming = path(TESTS, true, &[&tests]);
    assert_eq!(Realm::Live.check(&claiming), Err(RealmError::Development));
    assert_eq!(Realm::Development.check(&claiming), Err(RealmError::ClaimsQualified));
}

#[test]
fn no_name_in_between_hides_where_a_path_begins() {
    let tests = authority(TESTS, None);
    let between = authority("Trust Provider", Some(&tests));
    let below = authority("Another Provider", Some(&between));
    let hidden = path("Institution", true, &[&below, &between, &tests]);
    assert_eq!(Realm::Live.check(&hidden), Err(RealmError::Development));
    assert_eq!(Realm::Live.check(&hidden[..3]), Err(RealmError::Development), "without the root too");
    assert_eq!(Realm::Development.check(&hidden), Err(RealmError::Live));
}

#[test]
fn a_live_verifier_accepts_no_test_seal_whatever_it_trusts_and_the_other_way_round() {
    let pki = new_pki();
    let sealed = seal(&sealer(&pki));
    let judge = |realm, sealed: &Sealed, anchors: &str| {
        let verifier = Verifier::new(Certificate::all_from_pem(anchors).unwrap(), Vec::new()).of_realm(realm);
        let cades = verifier.verify_cades(&sealed.cades, PAYLOAD, Utc::now()).unwrap();
        let jades = verifier.verify_jades(sealed.jades.as_bytes(), PAYLOAD, Utc::now()).unwrap();
        assert!(cades.intact && cades.signature_valid);
        assert_eq!(cades.is_valid(), jades.is_valid());
        cades.is_valid()
    };
    assert!(judge(Realm::Development, &sealed, &pki.root_pem));
    assert!(!judge(Realm::Live, &sealed, &pki.root_pem), "the root for tests among the anchors by mistake");
    let (real, live_sealed) = live_seal("Trust Provider");
    assert!(judge(Realm::Live, &live_sealed, &real));
    assert!(!judge(Realm::Development, &live_sealed, &real));
    // An authority for tests that a real one was led to certify.
    let (real, led) = live_seal(TESTS);
    assert!(!judge(Realm::Live, &led, &real));
    assert!(!judge(Realm::Development, &led, &real));
}

/// A qualified seal below an issuing CA of this name below a real root; and the root.
fn live_seal(issuing: &str) -> (String, Sealed) {
    let as_authority = |mut params: CertificateParams| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
        params
    };
    let root = as_authority(params("Root Provider", false));
    let root = Authority::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let issuing = as_authority(params(issuing, false));
    let issuing = Authority::signed_by(issuing, KeyPair::generate().unwrap(), &root).unwrap();
    let mut seal_params = params("Institution", true);
    seal_params.is_ca = IsCa::ExplicitNoCa;
    seal_params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    let key = KeyPair::generate().unwrap();
    let chain = seal_params.signed_by(&key, &issuing).unwrap().pem() + &issuing.pem();
    let key = SigningKey::from_pem(&key.serialize_pem(), &chain, Utc::now()).unwrap();
    (root.pem(), seal(&Sealer::new(Arc::new(key)).unwrap()))
}

#[test]
fn a_hierarchy_for_tests_is_known_by_policy_or_by_both_its_names() {
    let named = |organization: &str, common: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::OrganizationName, organization);
        params.distinguished_name.push(DnType::CommonName, common);
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        is_development(&Certificate::from_der(certificate.der()).unwrap())
    };
    assert!(named("any name development", "any name TEST root CA"));
    assert!(!named("any name development", "any name root CA"));
    assert!(!named("any name development", "another TEST root CA"));
    assert!(!named("any name", "any name TEST root CA"));
    for certificate in Certificate::all_from_pem(&new_pki().root_pem).unwrap() {
        let policies = certificate.extension::<CertificatePolicies>().unwrap().unwrap();
        assert_eq!(policies.0[0].policy_identifier, TEST_POLICY, "the root too");
    }
}
