//! From B-B to B-T to B-LT: what is added proves more, and nothing that is added can be changed.

use super::*;
use crate::{Level, Outcome, SubIndication, Verdict, jades};

/// At level B-LT.
fn complete(pki: &DevelopmentPki) -> Vec<u8> {
    cades::add_validation_data(&stamped(pki, now()), &[], &evidence(pki, now(), &[])).unwrap()
}

fn stamped_jws(pki: &DevelopmentPki, at: DateTime<Utc>) -> String {
    let jws = seal(&sealer(pki)).jades;
    let token = stamp(pki, &jades::signature_value(&jws).unwrap(), at);
    jades::add_signature_timestamp(&jws, &token).unwrap()
}

fn verify(pki: &DevelopmentPki, signature: &[u8], at: DateTime<Utc>) -> Verdict {
    verifier(pki).verify(signature, PAYLOAD, at).unwrap()
}

#[test]
fn each_level_adds_and_keeps_what_was_signed() {
    let pki = publishing_pki();
    let basic = seal(&sealer(&pki)).cades;
    let token = stamp(&pki, cades::signature_value(&basic).unwrap(), now());
    let with_time = cades::add_signature_timestamp(&basic, &token).unwrap();
    let complete = cades::add_validation_data(&with_time, &[], &evidence(&pki, now(), &[])).unwrap();
    for grown in [&with_time, &complete] {
        assert_eq!(cades::signature_value(grown).unwrap(), cades::signature_value(&basic).unwrap());
    }
    // Whether anything was revoked cannot be known from the first two.
    let at = now();
    let verdicts = [&basic, &with_time, &complete].map(|signature| verify(&pki, signature, at));
    let [basic, with_time, complete] = verdicts;
    assert_eq!(basic.outcome(), Outcome::Indeterminate(SubIndication::TryLater));
    assert_eq!(with_time.outcome(), Outcome::Indeterminate(SubIndication::TryLater));
    assert_eq!((complete.outcome(), complete.level), (Outcome::TotalPassed, Level::BLT));
    assert_eq!(complete.judged_at, complete.timestamps[0].time);
}

#[test]
fn where_nothing_is_published_a_time_stamp_proves_the_time() {
    let pki = new_pki();
    for signature in [stamped(&pki, now()), stamped_jws(&pki, now()).into_bytes()] {
        let verdict = verify(&pki, &signature, now());
        assert_eq!((verdict.outcome(), verdict.level), (Outcome::TotalPassed, Level::BT));
        assert!(verdict.timestamps[0].authority.contains("TEST time-stamp authority"));
        assert!(verdict.timestamps[0].counts);
    }
}

#[test]
fn a_signature_outlives_its_certificate_by_its_time_stamp_and_not_without() {
    let pki = new_pki();
    let (signed, long_after) = (stamped(&pki, now()), now() + days(400));
    assert!(verify(&pki, &signed, long_after).is_valid());
    assert!(verify(&pki, stamped_jws(&pki, now()).as_bytes(), long_after).is_valid());
    let stripped = verify(&pki, &seal(&sealer(&pki)).cades, long_after);
    assert_eq!(stripped.outcome(), Outcome::Indeterminate(SubIndication::OutOfBoundsNoPoe));
}

#[test]
fn all_that_is_needed_years_later_is_in_the_file() {
    let pki = publishing_pki();
    let signature = complete(&pki);
    for later in [0, 300, 700, 3000] {
        let verdict = verify(&pki, &signature, now() + days(later));
        assert_eq!((verdict.outcome(), verdict.level), (Outcome::TotalPassed, Level::BLT), "day {later}");
    }
}

#[test]
fn the_time_stamp_of_another_signature_does_not_count() {
    let pki = new_pki();
    let (one, other) = (seal(&sealer(&pki)).cades, seal(&sealer(&pki)).cades);
    let other = cades::signature_value(&other).unwrap();
    assert!(cades::add_signature_timestamp(&one, &stamp(&pki, other, now())).is_err());
    // By hand, then: the token of the other takes the place of the right one.
    let right = stamp(&pki, cades::signature_value(&one).unwrap(), now());
    let stamped = cades::add_signature_timestamp(&one, &right).unwrap();
    let at = stamped.windows(right.der().len()).position(|window| window == right.der()).unwrap();
    // The signature value in a token is now and then a byte or two shorter.
    let mut tokens = std::iter::repeat_with(|| stamp(&pki, other, now()));
    let token = tokens.find(|token| token.der().len() == right.der().len()).unwrap();
    let mut swapped = stamped.clone();
    swapped[at..at + token.der().len()].copy_from_slice(token.der());
    let verdict = verify(&pki, &swapped, now());
    assert!(!verdict.timestamps[0].counts);
    assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::SigConstraintsFailure));
}

#[test]
fn the_time_stamp_of_a_stranger_does_not_count() {
    let (ours, theirs) = (new_pki(), new_pki());
    let signature = seal(&sealer(&ours)).cades;
    let token = stamp(&theirs, cades::signature_value(&signature).unwrap(), now());
    let stamped = cades::add_signature_timestamp(&signature, &token).unwrap();
    let verdict = verify(&ours, &stamped, now());
    assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::SigConstraintsFailure));
    let theirs = Certificate::all_from_pem(&theirs.root_pem).unwrap();
    let trusting = verifier(&ours).with_timestamp_anchors(theirs);
    assert!(trusting.verify(&stamped, PAYLOAD, now()).unwrap().is_valid());
}

#[test]
fn a_time_stamp_from_before_the_signature_or_after_the_question_does_not_count() {
    let pki = new_pki();
    for at in [now() - TimeDelta::minutes(30), now() + days(1)] {
        let verdict = verify(&pki, &stamped(&pki, at), now());
        assert!(!verdict.timestamps[0].counts && !verdict.is_valid(), "{at}");
    }
}

#[test]
fn a_second_time_stamp_is_not_added() {
    let pki = new_pki();
    let signature = stamped(&pki, now());
    let token = stamp(&pki, cades::signature_value(&signature).unwrap(), now());
    assert!(cades::add_signature_timestamp(&signature, &token).is_err());
    let jws = stamped_jws(&pki, now());
    let token = stamp(&pki, &jades::signature_value(&jws).unwrap(), now());
    assert!(jades::add_signature_timestamp(&jws, &token).is_err());
}

#[test]
fn revocation_data_that_tells_about_nothing_is_noticed() {
    let (pki, other) = (publishing_pki(), publishing_pki());
    let stray = evidence(&other, now(), &[]);
    let signature = cades::add_validation_data(&complete(&pki), &[], &stray[..1]).unwrap();
    let verdict = verify(&pki, &signature, now());
    assert_eq!(verdict.outcome(), Outcome::Indeterminate(SubIndication::SigConstraintsFailure));
}

#[test]
fn no_region_of_a_complete_signature_can_be_changed() {
    let pki = publishing_pki();
    let issuing = Certificate::all_from_pem(&pki.issuing_pem).unwrap();
    // Knows all that the file tells, so that no broken part of it is needed: the harder case.
    let verifier = Verifier::new(Certificate::all_from_pem(&pki.root_pem).unwrap(), issuing)
        .with_evidence(evidence(&pki, now(), &[]));
    let good = [complete(&pki), stamped_jws(&pki, now()).into_bytes()];
    for mut bytes in good {
        assert!(verifier.verify(&bytes, PAYLOAD, now()).unwrap().is_valid());
        // Not every byte: each costs several signatures to verify, unoptimised.
        let accepted: Vec<usize> = (0..bytes.len())
            .step_by(5)
            .filter(|&position| {
                let bit = 1 << (position % 8);
                bytes[position] ^= bit;
                let valid = verifier.verify(&bytes, PAYLOAD, now()).is_ok_and(|verdict| verdict.is_valid());
                bytes[position] ^= bit;
                valid
            })
            .collect();
        assert!(accepted.is_empty(), "{accepted:?}");
    }
}
