//! Proof Key for Code Exchange (RFC 7636), by S256 alone: who exchanges a code is who began the request.

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};

/// Returns whether the text is the challenge of some verifier: base64url of 32 octets.
pub(super) fn is_challenge(text: &str) -> bool {
    BASE64URL_NOPAD.decode(text.as_bytes()).is_ok_and(|octets| octets.len() == 32)
}

/// Returns whether the verifier is the one of this challenge (sections 4.1 and 4.6).
pub(super) fn is_verifier(verifier: &str, challenge: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
    is_formed && BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref()) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_fits_and_nothing_else_does() {
        assert!(is_challenge(CHALLENGE) && is_verifier(VERIFIER, CHALLENGE));
        // The challenge itself, as of the method `plain`.
        assert!(!is_verifier(CHALLENGE, CHALLENGE) && !is_verifier(VERIFIER, VERIFIER));
        assert!(!is_verifier("", CHALLENGE) && !is_verifier(&VERIFIER[..42], CHALLENGE));
        for text in ["", "abc", &CHALLENGE[1..], &format!("{CHALLENGE}="), &format!("{CHALLENGE}A")] {
            assert!(!is_challenge(text), "{text}");
        }
    }
}
