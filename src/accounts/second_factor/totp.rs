//! Time-based one-time passwords (RFC 6238), as all authenticator apps support them: SHA-1, six digits, 30 seconds.

use std::fmt;

use chrono::{DateTime, Utc};
use fast_qr::QRBuilder;
use fast_qr::convert::svg::SvgBuilder;
use ring::rand::{SecureRandom, SystemRandom};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::text::freed;
use crate::text::{Rule, input, typed};

/// Length of a secret in octets: that of the hash (RFC 4226, section 4).
const SECRET_LENGTH: usize = 20;
/// Accepts a code one step early or late: phones' clocks differ.
const SKEW: u16 = 1;
/// The issuer shown by the app.
const ISSUER: &str = "Cazier judiciar";

/// The text is not six digits.
pub(crate) const TOTP_FORMAT: Rule = Rule::new(
    "totp_format",
    "The code has 6 digits, as the app shows them",
    "Codul are 6 cifre, așa cum le arată aplicația",
);

/// The longest accepted text in characters, with separators between the digits.
const LONGEST_TYPED: usize = 32;

/// A code: six digits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TotpCode(Zeroizing<String>);

impl TotpCode {
    /// Parses a code as a person types it, with the spaces that apps show between the digits.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let is_too_long = text.chars().nth(LONGEST_TYPED).is_some();
        let digits = freed(text);
        let six = !is_too_long && digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit());
        if six { Ok(Self(Zeroizing::new(digits))) } else { Err(&TOTP_FORMAT) }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

input!(
    TotpCode,
    breaks [TOTP_FORMAT],
    min_length: 6,
    max_length: LONGEST_TYPED,
    pattern: typed::code("[0-9]", "[0-9]", 5),
);

/// Generates a shared secret.
pub(super) fn generate_secret() -> Result<Zeroizing<Vec<u8>>> {
    let mut secret = Zeroizing::new(vec![0; SECRET_LENGTH]);
    SystemRandom::new().fill(&mut secret).map_err(|_| Error::internal("no randomness"))?;
    Ok(secret)
}

/// The secret for an app: in base 32, as an `otpauth` URI, and as its QR code (SVG).
pub(super) struct Enrolment {
    pub(super) secret: String,
    pub(super) otpauth_url: String,
    pub(super) qr_svg: String,
}

impl Enrolment {
    pub(super) fn new(secret: &[u8], email: &str) -> Result<Self> {
        let totp = totp(secret, email)?;
        let otpauth_url = totp.to_url().map_err(Error::internal)?;
        let code = QRBuilder::new(otpauth_url.as_str()).build().map_err(Error::internal)?;
        let qr_svg = SvgBuilder::default().to_str(&code);
        Ok(Self { secret: totp.secret().to_base32(), otpauth_url, qr_svg })
    }
}

/// Returns the step of a code, if it is a current one.
pub(super) fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let seconds = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let step = totp(secret, "")?.check(code, seconds);
    step.map(|step| i64::try_from(step).map_err(Error::internal)).transpose()
}

/// Makes the app of an account with this secret.
pub(super) fn totp(secret: &[u8], account: &str) -> Result<Totp> {
    let builder = Builder::new().with_secret(Secret::new(secret.into())).with_skew(SKEW);
    builder.with_issuer(Some(ISSUER)).with_account_name(account).build().map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    fn code_of(secret: &[u8], step: i64) -> String {
        totp(secret, "").unwrap().generate(step.unsigned_abs() * 30).to_string()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_of(SECRET, seconds / 30), code);
            assert_eq!(step_of(SECRET, code, at(seconds)).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_taken_one_step_around_its_own_and_no_further() {
        let step = 41_152_263;
        let code = code_of(SECRET, step);
        for (shift, taken) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let found = step_of(SECRET, &code, at(step * 30 + shift)).unwrap();
            assert_eq!(found, taken.then_some(step), "{shift}");
        }
        for wrong in ["", "28708", "2870822", "abcdef", "２８７０８２"] {
            assert_eq!(step_of(SECRET, wrong, at(59)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_six_digits_however_it_is_typed() {
        for typed in ["287082", " 287 082 ", "287-082"] {
            assert_eq!(TotpCode::parse(typed).unwrap().as_str(), "287082", "{typed}");
        }
        for other in ["", "28708", "2870822", "28708a", "２８７０８２"] {
            assert_eq!(TotpCode::parse(other), Err(&TOTP_FORMAT), "{other}");
        }
    }

    #[test]
    fn an_app_can_read_the_enrolment() {
        let secret = generate_secret().unwrap();
        assert_ne!(secret, generate_secret().unwrap());
        let enrolment = Enrolment::new(&secret, "ana+cazier@example.ro").unwrap();
        let read = Totp::from_url(&enrolment.otpauth_url).unwrap();
        assert_eq!(read.secret().as_bytes(), secret.as_slice());
        assert!(
            enrolment.otpauth_url.starts_with("otpauth://totp/Cazier%20judiciar:"),
            "{}",
            enrolment.otpauth_url
        );
        assert!(enrolment.qr_svg.starts_with("<svg") && enrolment.otpauth_url.contains(&enrolment.secret));
    }
}
