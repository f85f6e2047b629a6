//! Random secrets.

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::error::SimulatorError;

/// Returns 256 random bits in base64url: a code, a flow, a cookie.
pub(super) fn token() -> Result<String, SimulatorError> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// Returns six random digits, as in a bank's SMS.
pub(super) fn sms_code() -> Result<String, SimulatorError> {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes)?;
    Ok(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000))
}

/// Compares secrets by their digests, so that the timing does not reveal how much agrees.
pub(super) fn same_secret(left: &str, right: &str) -> bool {
    digest(&SHA256, left.as_bytes()).as_ref() == digest(&SHA256, right.as_bytes()).as_ref()
}

#[cfg(test)]
mod tests {
    use super::{same_secret, sms_code, token};

    #[test]
    fn values_have_their_form_and_differ() {
        let (first, second) = (token().unwrap(), token().unwrap());
        assert_eq!(first.len(), 43);
        assert_ne!(first, second);
        let code = sms_code().unwrap();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "ab") && !same_secret("", "abc"));
    }
}
