use super::*;
use crate::{Chain, Format, Outcome, SealError, SubIndication, Verdict};

fn verdicts(verifier: &Verifier, sealed: &Sealed, payload: &[u8], at: DateTime<Utc>) -> [Verdict; 2] {
    [
        verifier.verify_cades(&sealed.cades, payload, at).unwrap(),
        verifier.verify_jades(sealed.jades.as_bytes(), payload, at).unwrap(),
    ]
}

#[test]
fn what_was_sealed_verifies() {
    let pki = new_pki();
    let sealer = sealer(&pki);
    let [cades, jades] = verdicts(&verifier(&pki), &seal(&sealer), PAYLOAD, now());
    assert_eq!((cades.format, jades.format), (Format::Cades, Format::Jades));
    for verdict in [cades, jades] {
        assert_eq!(verdict.outcome(), Outcome::TotalPassed);
        assert_eq!(verdict.signer.subject, "CN=ades TEST seal – not valid in law,O=ades development");
        assert_eq!(verdict.signer.issuer, "CN=ades TEST issuing CA,O=ades development");
        assert_eq!(verdict.signer.fingerprint, sealer.key().leaf().fingerprint());
        assert!((now() - verdict.claimed_signing_time).num_seconds() < 60);
    }
}

#[test]
fn another_payload_fails() {
    let pki = new_pki();
    let [cades, jades] = verdicts(&verifier(&pki), &seal(&sealer(&pki)), b"{}", now());
    assert_eq!(cades.outcome(), Outcome::TotalFailed(SubIndication::HashFailure));
    assert!(cades.signature_valid && !cades.intact);
    assert_eq!(jades.outcome(), Outcome::TotalFailed(SubIndication::SigCryptoFailure));
}

#[test]
fn the_same_names_under_another_root_are_not_trusted() {
    let (ours, theirs) = (new_pki(), new_pki());
    for verdict in verdicts(&verifier(&ours), &seal(&sealer(&theirs)), PAYLOAD, now()) {
        assert!(verdict.intact && verdict.signature_valid);
        assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::NoCertificateChainFound));
    }
}

#[test]
fn without_anchors_nothing_is_trusted() {
    let pki = new_pki();
    let nobody = Verifier::new(Vec::new(), Certificate::all_from_pem(&pki.issuing_pem).unwrap());
    for verdict in verdicts(&nobody, &seal(&sealer(&pki)), PAYLOAD, now()) {
        assert!(verdict.chain != Chain::Trusted && !verdict.is_valid());
    }
}

#[test]
fn validity_periods_are_those_of_the_time_asked_about() {
    let pki = new_pki();
    let (verifier, sealed) = (verifier(&pki), seal(&sealer(&pki)));
    for (later, in_validity, chain_trusted) in
        [(-1, false, false), (364, true, true), (366, false, true), (3651, false, true), (3653, false, false)]
    {
        for verdict in verdicts(&verifier, &sealed, PAYLOAD, now() + days(later)) {
            assert_eq!(
                (verdict.in_validity, verdict.chain == Chain::Trusted),
                (in_validity, chain_trusted),
                "day {later}"
            );
            assert_eq!(verdict.is_valid(), in_validity && chain_trusted);
        }
    }
}

#[test]
fn intermediates_may_be_supplied_instead_of_carried() {
    let pki = new_pki();
    let leaf_only = pem::encode(&pem::parse_many(&pki.seal_chain_pem).unwrap()[0]);
    let key = SigningKey::from_pem(&pki.seal_key_pem, &leaf_only, now()).unwrap();
    let sealed = seal(&Sealer::new(Arc::new(key)).unwrap());
    let anchors = Certificate::all_from_pem(&pki.root_pem).unwrap();
    let supplied = Verifier::new(anchors, Certificate::all_from_pem(&pki.issuing_pem).unwrap());
    assert!(verdicts(&supplied, &sealed, PAYLOAD, now()).iter().all(Verdict::is_valid));
    assert!(
        !verdicts(&verifier(&pki), &sealed, PAYLOAD, now())
            .iter()
            .any(|verdict| verdict.chain == Chain::Trusted)
    );
}

#[test]
fn the_root_is_not_sent() {
    let pki = new_pki();
    let chain = pki.seal_chain_pem.clone() + &pki.root_pem;
    let key = SigningKey::from_pem(&pki.seal_key_pem, &chain, now()).unwrap();
    assert_eq!(key.chain().count(), 2);
    let root = &Certificate::all_from_pem(&pki.root_pem).unwrap()[0];
    assert!(key.chain().all(|certificate| certificate != root));
}

#[test]
fn times_past_2049_are_written_and_before_1970_refused() {
    let pki = new_pki();
    let key = Arc::new(key(&pki));
    let cades = crate::cades::Signer::new(Arc::clone(&key)).unwrap();
    let jades = crate::jades::Signer::new(key).unwrap();
    let far = DateTime::from_timestamp(4_000_000_000, 0).unwrap();
    let json = &mime::APPLICATION_JSON;
    let sealed = Sealed {
        cades: cades.sign_detached(PAYLOAD, json, far).unwrap(),
        jades: jades.sign_detached(PAYLOAD, json, far).unwrap(),
    };
    for verdict in verdicts(&verifier(&pki), &sealed, PAYLOAD, now()) {
        assert_eq!(verdict.claimed_signing_time, far);
        assert!(verdict.is_valid());
    }
    let before = DateTime::from_timestamp(-1, 0).unwrap();
    assert!(cades.sign_detached(PAYLOAD, json, before).is_err());
    assert!(jades.sign_detached(PAYLOAD, json, before).is_err());
}

#[test]
fn nothing_is_sealed_outside_of_the_certificates_validity() {
    let pki = new_pki();
    let sealer = sealer(&pki);
    for later in [-1, 366] {
        let sealed = sealer.seal(PAYLOAD, &mime::APPLICATION_JSON, now() + days(later));
        assert!(matches!(sealed, Err(SealError::OutOfValidity)), "day {later}");
    }
}

#[test]
fn payloads_of_any_bytes() {
    let pki = new_pki();
    let (sealer, verifier) = (sealer(&pki), verifier(&pki));
    for payload in [&b""[..], b"\r\n.\0\xff", &[0x2e; 100_000]] {
        let sealed = sealer.seal(payload, &mime::APPLICATION_OCTET_STREAM, now()).unwrap();
        assert!(verdicts(&verifier, &sealed, payload, now()).iter().all(Verdict::is_valid));
    }
}

#[test]
fn several_threads_share_one_sealer() {
    let pki = new_pki();
    let (sealer, verifier) = (sealer(&pki), verifier(&pki));
    let sealed: Vec<Sealed> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| seal(&sealer))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for one in &sealed {
        assert!(verdicts(&verifier, one, PAYLOAD, now()).iter().all(Verdict::is_valid));
    }
}

#[test]
fn what_does_not_fit_payload_and_certificate_is_not_released() {
    use crate::{cades, jades};
    let pki = new_pki();
    let (sealer, other) = (sealer(&pki), key(&new_pki()));
    let sealed = seal(&sealer);
    let sound = |payload: &[u8], signer: &Certificate| {
        let jws = sealed.jades.as_bytes();
        [cades::is_sound(&sealed.cades, payload, signer), jades::is_sound(jws, payload, signer)]
            .map(Result::unwrap)
    };
    assert_eq!(sound(PAYLOAD, sealer.key().leaf()), [true, true]);
    assert_eq!(sound(b"{}", sealer.key().leaf()), [false, false]);
    assert_eq!(sound(PAYLOAD, other.leaf()), [false, false]);
}
