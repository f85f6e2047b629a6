//! Not one bit of a signature file may be changed without the verifier noticing, signed or not.

use proptest::prelude::*;

use super::*;

/// Knows the issuing CA itself, so that a broken copy in the file is not needed: the harder case.
fn knowing_verifier(pki: &DevelopmentPki) -> Verifier {
    let read = |pem: &str| Certificate::all_from_pem(pem).unwrap();
    Verifier::new(read(&pki.root_pem), read(&pki.issuing_pem))
}

/// The positions of the bits that could be flipped while `accepts` went on to say yes.
fn unnoticed(signature: &[u8], accepts: impl Fn(&[u8]) -> bool) -> Vec<(usize, u8)> {
    assert!(accepts(signature));
    let mut bytes = signature.to_vec();
    let mut found = Vec::new();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            bytes[position] ^= 1 << bit;
            if accepts(&bytes) {
                found.push((position, bit));
            }
            bytes[position] ^= 1 << bit;
        }
    }
    found
}

#[test]
fn no_bit_of_a_cades_signature_can_be_flipped() {
    let pki = new_pki();
    let verifier = knowing_verifier(&pki);
    let accepts = |bytes: &[u8]| verifier.verify_cades(bytes, PAYLOAD, now()).is_ok_and(|v| v.is_valid());
    assert_eq!(unnoticed(&seal(&sealer(&pki)).cades, accepts), []);
}

#[test]
fn no_bit_of_a_jades_signature_can_be_flipped() {
    let pki = new_pki();
    let verifier = knowing_verifier(&pki);
    let accepts = |bytes: &[u8]| verifier.verify_jades(bytes, PAYLOAD, now()).is_ok_and(|v| v.is_valid());
    assert_eq!(unnoticed(seal(&sealer(&pki)).jades.as_bytes(), accepts), []);
}

#[test]
fn nothing_can_be_cut_off_or_added() {
    let pki = new_pki();
    let (verifier, sealed) = (knowing_verifier(&pki), seal(&sealer(&pki)));
    let changed = |original: &[u8]| {
        let cut = (0..original.len()).map(|length| original[..length].to_vec()).collect::<Vec<_>>();
        cut.into_iter().chain([0u8, b'=', b'.', b'\n'].map(|byte| [original, &[byte]].concat()))
    };
    for bytes in changed(&sealed.cades) {
        assert!(verifier.verify_cades(&bytes, PAYLOAD, now()).is_err());
    }
    for bytes in changed(sealed.jades.as_bytes()) {
        assert!(verifier.verify_jades(&bytes, PAYLOAD, now()).map_or(true, |verdict| !verdict.is_valid()));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let verifier = Verifier::new(Vec::new(), Vec::new());
        prop_assert!(verifier.verify_cades(&bytes, PAYLOAD, now()).is_err());
        prop_assert!(verifier.verify_jades(&bytes, PAYLOAD, now()).is_err());
    }

    #[test]
    fn any_damage_is_answered_and_never_accepted(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        keep in 0usize..40,
    ) {
        thread_local! {
            static GOOD: (Verifier, Sealed) = {
                let pki = new_pki();
                (verifier(&pki), seal(&sealer(&pki)))
            };
        }
        GOOD.with(|(verifier, sealed)| {
            let damage = |original: &[u8]| {
                let mut bytes = original.to_vec();
                for (index, value) in &edits {
                    let position = index.index(bytes.len());
                    bytes[position] = *value;
                }
                let at = cut.index(bytes.len());
                let end = (at + keep).min(bytes.len());
                bytes.drain(at..end);
                bytes
            };
            let (cades, jades) = (damage(&sealed.cades), damage(sealed.jades.as_bytes()));
            if cades != sealed.cades {
                prop_assert!(verifier.verify_cades(&cades, PAYLOAD, now()).map_or(true, |v| !v.is_valid()));
            }
            if jades != sealed.jades.as_bytes() {
                prop_assert!(verifier.verify_jades(&jades, PAYLOAD, now()).map_or(true, |v| !v.is_valid()));
            }
            Ok(())
        })?;
    }
}
