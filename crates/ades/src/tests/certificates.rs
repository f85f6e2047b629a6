//! Which keys are taken, which certificates may sign, which paths are trusted.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P384_SHA384,
};

use super::*;
use crate::{KeyError, Unfit};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params
}

fn authority_params(name: &str, path_length: u8) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn seal_params() -> CertificateParams {
    let mut params = params("seal");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params
}

fn root(path_length: u8) -> Authority {
    CertifiedIssuer::self_signed(authority_params("root", path_length), KeyPair::generate().unwrap()).unwrap()
}

fn below(params: CertificateParams, issuer: &Authority) -> Authority {
    CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), issuer).unwrap()
}

/// Loads a fresh key with a certificate of these parameters, issued by `issuer`; `rest` follows in the chain.
fn load(params: &CertificateParams, issuer: &Authority, rest: &str) -> Result<SigningKey, KeyError> {
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, issuer).unwrap();
    SigningKey::from_pem(&key.serialize_pem(), &(leaf.pem() + rest), now())
}

fn refusal(change: impl FnOnce(&mut CertificateParams)) -> Unfit {
    let mut params = seal_params();
    change(&mut params);
    match load(&params, &root(0), "") {
        Err(KeyError::Unfit(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_certificate_says_what_its_key_may_do() {
    assert!(load(&seal_params(), &root(0), "").is_ok());
    let authority = |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(refusal(authority), Unfit::IsAuthority);
    let wanted = Unfit::KeyUsage("digitalSignature and nonRepudiation");
    assert_eq!(refusal(|params| params.key_usages.clear()), wanted);
    assert_eq!(refusal(|params| params.key_usages = vec![KeyUsagePurpose::KeyAgreement]), wanted);
    let tls = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    };
    assert_eq!(refusal(tls), Unfit::ExtendedKeyUsage("the signing of documents"));
    let critical = |params: &mut CertificateParams| {
        let mut unknown = rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 32473, 1], vec![5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
    };
    assert_eq!(refusal(critical), Unfit::Critical("1.3.6.1.4.1.32473.1".parse().unwrap()));
}

#[test]
fn non_repudiation_alone_and_email_protection_are_enough() {
    let mut params = seal_params();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    assert!(load(&params, &root(0), "").is_ok());
}

#[test]
fn a_key_is_refused_outside_of_its_certificates_validity() {
    let pki = new_pki();
    let load = |at| SigningKey::from_pem(&pki.seal_key_pem, &pki.seal_chain_pem, at);
    assert!(matches!(load(now() - days(1)), Err(KeyError::NotYetValid(_))));
    let Err(KeyError::Expired(end)) = load(now() + days(366)) else { panic!("an expired key was taken") };
    assert!(matches!(load(end), Err(KeyError::Expired(_))));
    assert!(load(end - TimeDelta::seconds(1)).is_ok());
}

#[test]
fn a_key_is_refused_with_the_certificate_of_another() {
    let (one, other) = (new_pki(), new_pki());
    let error = SigningKey::from_pem(&one.seal_key_pem, &other.seal_chain_pem, now());
    assert!(matches!(error, Err(KeyError::Mismatch)));
}

#[test]
fn other_files_are_refused_by_what_they_are() {
    let pki = new_pki();
    let load = |key: &str, chain: &str| SigningKey::from_pem(key, chain, now());
    let sec1 = pki.seal_key_pem.replace("PRIVATE KEY", "EC PRIVATE KEY");
    assert!(matches!(load(&sec1, &pki.seal_chain_pem), Err(KeyError::Pem)));
    assert!(matches!(load("", &pki.seal_chain_pem), Err(KeyError::Pem)));
    assert!(matches!(load(&pki.seal_key_pem, ""), Err(KeyError::Chain(_))));
    assert!(matches!(load(&pki.seal_key_pem, &pki.seal_key_pem), Err(KeyError::Chain(_))));
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem();
    assert!(matches!(load(&p384, &pki.seal_chain_pem), Err(KeyError::Mismatch)));
    let leaf = pem::encode(&pem::parse_many(&pki.seal_chain_pem).unwrap()[0]);
    assert!(matches!(load(&pki.seal_key_pem, &(leaf + &pki.root_pem)), Err(KeyError::ChainOrder(_))));
}

#[test]
fn debug_shows_no_secret() {
    let pki = new_pki();
    let key = key(&pki);
    let secret = pki.seal_key_pem.lines().nth(1).unwrap();
    for text in [format!("{pki:?}"), format!("{key:?}"), format!("{:?}", sealer(&pki))] {
        assert!(text.contains("redacted") && !text.contains(secret));
    }
}

/// Whether a path is found when `intermediates` stand between the seal and `root`, the nearest last.
fn trusted(root: &Authority, intermediates: &[&Authority], at: DateTime<Utc>) -> bool {
    let rest: String = intermediates.iter().rev().map(|authority| authority.pem()).collect();
    let issuer = intermediates.last().copied().unwrap_or(root);
    let sealer = Sealer::new(Arc::new(load(&seal_params(), issuer, &rest).unwrap())).unwrap();
    let verifier = Verifier::new(Certificate::all_from_pem(&root.pem()).unwrap(), Vec::new());
    verifier.verify_cades(&seal(&sealer).cades, PAYLOAD, at).unwrap().is_valid()
}

#[test]
fn paths_are_followed_to_the_anchor() {
    let root = root(2);
    let first = below(authority_params("first", 1), &root);
    let second = below(authority_params("second", 0), &first);
    assert!(trusted(&root, &[], now()));
    assert!(trusted(&root, &[&first], now()));
    assert!(trusted(&root, &[&first, &second], now()));
}

#[test]
fn path_length_is_obeyed() {
    let root = root(0);
    let first = below(authority_params("first", 0), &root);
    assert!(trusted(&root, &[], now()));
    assert!(!trusted(&root, &[&first], now()));
}

#[test]
fn only_an_authority_may_issue() {
    let root = root(1);
    let mut not_authority = authority_params("first", 0);
    not_authority.is_ca = IsCa::ExplicitNoCa;
    let mut no_cert_sign = authority_params("first", 0);
    no_cert_sign.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let mut expired = authority_params("first", 0);
    expired.not_after = rcgen::date_time_ymd(2025, 1, 1);
    for params in [not_authority, no_cert_sign, expired] {
        assert!(!trusted(&root, &[&below(params, &root)], now()));
    }
    assert!(trusted(&root, &[&below(authority_params("first", 0), &root)], now()));
}

#[test]
fn every_certificate_of_a_development_hierarchy_is_known_again() {
    let pki = new_pki();
    for pem in [&pki.root_pem, &pki.issuing_pem, &pki.seal_chain_pem] {
        for certificate in Certificate::all_from_pem(pem).unwrap() {
            assert!(crate::is_development(&certificate), "{certificate:?}");
        }
    }
    let other = root(0);
    assert!(!crate::is_development(&Certificate::from_der(other.der()).unwrap()));
}

#[test]
fn a_development_seal_claims_no_qualification() {
    let pki = new_pki();
    let key = key(&pki);
    let leaf = key.leaf();
    let extensions = leaf.fields().extensions().unwrap();
    let qc_statements = "1.3.6.1.5.5.7.1.3".parse().unwrap();
    assert!(extensions.iter().all(|extension| extension.extn_id != qc_statements));
    assert_eq!((leaf.not_after() - leaf.not_before()).num_days(), 365);
    let [_, issuing] = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().try_into().unwrap();
    assert!(leaf.is_issued_by(&issuing) && issuing.check_authority(0).is_ok());
    assert_eq!(issuing.check_authority(1), Err(Unfit::PathLength));
}
