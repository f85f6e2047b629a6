//! Revocation: lists and answers count when whom the issuer made responsible signed them, and tell about the time.

use std::process::Command;

use super::*;
use crate::revocation::{Status, status};
use crate::{Outcome, SubIndication};

/// The seal with its issuer, of a hierarchy.
fn link(pki: &DevelopmentPki) -> (Certificate, Certificate) {
    let [seal, issuing] = Certificate::all_from_pem(&pki.seal_chain_pem).unwrap().try_into().unwrap();
    (seal, issuing)
}

/// A question about the seal, as `openssl ocsp` asks it.
pub(super) fn ocsp_request(about: &DevelopmentPki) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (seal, issuing) = link(about);
    for (name, certificate) in [("seal.pem", seal), ("issuing.pem", issuing)] {
        std::fs::write(folder.path().join(name), certificate.to_pem()).unwrap();
    }
    let made = Command::new("openssl")
        .current_dir(folder.path())
        .args(["ocsp", "-sha256", "-issuer", "issuing.pem", "-cert", "seal.pem", "-reqout", "request"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(folder.path().join("request")).unwrap()
}

/// What a responder of `pki` answers about the seal of `about`.
pub(super) fn ocsp(
    pki: &DevelopmentPki,
    about: &DevelopmentPki,
    at: DateTime<Utc>,
    revoked: &[Revoked],
) -> Vec<u8> {
    Publisher::new(pki).unwrap().ocsp(&ocsp_request(about), at, revoked).unwrap()
}

fn known(pki: &DevelopmentPki, evidence: &[Evidence], at: DateTime<Utc>) -> Status {
    let (seal, issuing) = link(pki);
    status(&seal, &issuing, &evidence.iter().collect::<Vec<_>>(), at, now())
}

#[test]
fn lists_and_answers_tell_of_a_certificate() {
    let pki = publishing_pki();
    let gone = [revoked(&pki.seal_chain_pem, now() - TimeDelta::minutes(10))];
    let answer = |revoked: &[Revoked]| Evidence::from_ocsp(&ocsp(&pki, &pki, now(), revoked)).unwrap();
    for (good, bad) in
        [(evidence(&pki, now(), &[]), evidence(&pki, now(), &gone)), (vec![answer(&[])], vec![answer(&gone)])]
    {
        assert_eq!(known(&pki, &good, now()), Status::Good);
        assert_eq!(known(&pki, &bad, now()), Status::Revoked(gone[0].at));
        let before = gone[0].at - TimeDelta::minutes(1);
        assert_eq!(known(&pki, &bad, before), Status::Good, "it was good then");
        let both: Vec<Evidence> = good.into_iter().chain(bad).collect();
        assert_eq!(known(&pki, &both, now()), Status::Revoked(gone[0].at), "bad news wins");
    }
    assert_eq!(known(&pki, &[], now()), Status::Unknown);
    assert_eq!(known(&new_pki(), &[], now()), Status::NotPublished);
}

#[test]
fn what_is_stale_or_from_the_future_tells_nothing() {
    let pki = publishing_pki();
    for at in [now() - days(2), now() + days(1)] {
        assert_eq!(known(&pki, &evidence(&pki, at, &[]), now()), Status::Unknown);
        let answer = Evidence::from_ocsp(&ocsp(&pki, &pki, at, &[])).unwrap();
        assert_eq!(known(&pki, &[answer], now()), Status::Unknown);
    }
}

#[test]
fn strangers_tell_nothing() {
    let (ours, theirs) = (publishing_pki(), publishing_pki());
    // Same names, other keys.
    assert_eq!(known(&ours, &evidence(&theirs, now(), &[]), now()), Status::Unknown);
    let answer = Evidence::from_ocsp(&ocsp(&theirs, &ours, now(), &[])).unwrap();
    assert_eq!(known(&ours, &[answer], now()), Status::Unknown);
    let answer = Evidence::from_ocsp(&ocsp(&theirs, &theirs, now(), &[])).unwrap();
    assert_eq!(known(&ours, &[answer], now()), Status::Unknown);
}

#[test]
fn only_a_named_responder_answers_for_an_issuer() {
    let mut pki = publishing_pki();
    // The seal's certificate is of the same issuer, and not for this.
    pki.responder_pem = leaf(&pki.seal_chain_pem).to_pem();
    pki.responder_key_pem = pki.seal_key_pem.clone();
    let answer = Evidence::from_ocsp(&ocsp(&pki, &pki, now(), &[])).unwrap();
    assert_eq!(known(&pki, &[answer], now()), Status::Unknown);
}

#[test]
fn no_bit_of_evidence_can_be_flipped() {
    let pki = publishing_pki();
    let (seal, issuing) = link(&pki);
    let crl = Publisher::new(&pki).unwrap().issuing_crl(now(), &[]).unwrap();
    for mut bytes in [crl, ocsp(&pki, &pki, now(), &[])] {
        let says = |bytes: &[u8]| {
            Evidence::from_bytes(bytes)
                .is_ok_and(|evidence| status(&seal, &issuing, &[&evidence], now(), now()) != Status::Unknown)
        };
        assert!(says(&bytes));
        let accepted: Vec<usize> = (0..bytes.len())
            .filter(|&position| {
                bytes[position] ^= 1 << (position % 8);
                let accepted = says(&bytes);
                bytes[position] ^= 1 << (position % 8);
                accepted
            })
            .collect();
        assert!(accepted.is_empty(), "{accepted:?}");
    }
}

#[test]
fn a_revoked_seal_is_judged_by_what_is_proved_about_the_time() {
    let pki = publishing_pki();
    let verify = |signature: &[u8], gone: &[Revoked], at: DateTime<Utc>| {
        let verifier = verifier(&pki).with_evidence(evidence(&pki, at, gone));
        verifier.verify(signature, PAYLOAD, at).unwrap().outcome()
    };
    let (basic, with_time) = (seal(&sealer(&pki)).cades, stamped(&pki, now()));
    let later = now() + days(1);
    let after = [revoked(&pki.seal_chain_pem, now() + TimeDelta::hours(1))];
    assert_eq!(verify(&basic, &after, later), Outcome::Indeterminate(SubIndication::RevokedNoPoe));
    assert_eq!(verify(&with_time, &after, later), Outcome::TotalPassed, "it existed before");
    let before = [revoked(&pki.seal_chain_pem, now() - TimeDelta::hours(1))];
    assert_eq!(verify(&basic, &before, later), Outcome::TotalFailed(SubIndication::Revoked));
    assert_eq!(verify(&with_time, &before, later), Outcome::TotalFailed(SubIndication::Revoked));
}

#[test]
fn a_revoked_authority_of_time_stamps_proves_no_time() {
    let pki = publishing_pki();
    let signature = stamped(&pki, now());
    let gone = [revoked(&pki.timestamp_chain_pem, now() - TimeDelta::hours(1))];
    let verifier = verifier(&pki).with_evidence(evidence(&pki, now(), &gone));
    let verdict = verifier.verify(&signature, PAYLOAD, now()).unwrap();
    assert!(!verdict.timestamps[0].counts);
    assert_eq!(verdict.judged_at, now());
}

#[test]
fn openssl_accepts_what_the_development_authorities_publish() {
    let pki = publishing_pki();
    let publisher = Publisher::new(&pki).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let crl = |der: Vec<u8>| pem::encode(&pem::Pem::new("X509 CRL", der));
    let lists =
        crl(publisher.root_crl(now(), &[]).unwrap()) + &crl(publisher.issuing_crl(now(), &[]).unwrap());
    let answer = ocsp(&pki, &pki, now(), &[]);
    let files: [(&str, &[u8]); 5] = [
        ("root.pem", pki.root_pem.as_bytes()),
        ("issuing.pem", pki.issuing_pem.as_bytes()),
        ("seal.pem", pki.seal_chain_pem.as_bytes()),
        ("lists.pem", lists.as_bytes()),
        ("answer", &answer),
    ];
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let openssl = |command: &str| {
        let output = Command::new("openssl").current_dir(folder.path()).args(command.split(' ')).output();
        let output = output.unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let (accepted, said) = openssl(
        "verify -crl_check_all -x509_strict -CAfile root.pem -untrusted issuing.pem -CRLfile lists.pem seal.pem",
    );
    assert!(accepted, "{said}");
    let (accepted, said) =
        openssl("ocsp -no_nonce -respin answer -CAfile root.pem -issuer issuing.pem -sha256 -cert seal.pem");
    assert!(accepted && said.contains("verify OK") && said.contains("good"), "{said}");
}
