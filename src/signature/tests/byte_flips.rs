//! Not one bit of a signature file may be changed without the verifier noticing, signed or not.

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
