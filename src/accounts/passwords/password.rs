//! A normalized password.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::person::Email;
use crate::text::{LENGTH, Rule};

const PASSWORD_LENGTH: Rule = Rule::new(
    "password_length",
    "A password has 10 to 128 characters",
    "O parolă are între 10 și 128 de caractere",
);

const PASSWORD_IS_EMAIL: Rule = Rule::new(
    "password_is_email",
    "The password must not be the e-mail address",
    "Parola nu poate fi adresa de e-mail",
);

/// A password in normalization form C (RFC 8265, OpaqueString): what looks the same is the same password with the same
/// length, on any keyboard.
#[derive(Clone)]
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    /// Parses a new password: 10 to 128 characters of any kind except NUL. NIST SP 800-63B: length counts; no rule
    /// about kinds of characters.
    ///
    /// # Errors
    /// `password_length`.
    pub(crate) fn choose(text: &str) -> Result<Self, &'static Rule> {
        let password = Self::normalized(text);
        let fits = (10..=128).contains(&password.0.chars().count()) && !password.0.contains('\0');
        if fits { Ok(password) } else { Err(&PASSWORD_LENGTH) }
    }

    /// Parses a password to be verified, perhaps chosen under other rules: 1 to 128 characters.
    ///
    /// # Errors
    /// `length`.
    pub(crate) fn show(text: &str) -> Result<Self, &'static Rule> {
        let password = Self::normalized(text);
        if (1..=128).contains(&password.0.chars().count()) { Ok(password) } else { Err(&LENGTH) }
    }

    fn normalized(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// Returns the octets to hash.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Refuses a password that equals the account's address, in any spelling.
    ///
    /// # Errors
    /// `password_is_email`.
    pub(crate) fn refuse_address(&self, email: &Email) -> Result<(), &'static Rule> {
        let is_address =
            Email::parse(&self.0).is_ok_and(|password| password.index_form() == email.index_form());
        if is_address { Err(&PASSWORD_IS_EMAIL) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_they_look() {
        let long = "s\u{326}".repeat(128);
        assert!(Password::choose(&long).is_ok() && Password::show(&long).is_ok());
        assert_eq!(Password::choose(&long).unwrap().as_bytes(), "ș".repeat(128).as_bytes());
        assert_eq!(Password::choose(&"s\u{326}".repeat(5)).err().unwrap().code, "password_length");
        assert_eq!(Password::choose(&"ș".repeat(129)).err().unwrap().code, "password_length");
        assert_eq!(Password::choose("ten\0letters").err().unwrap().code, "password_length");
        assert_eq!(Password::show(&"ș".repeat(129)).err().unwrap().code, "length");
        assert_eq!(Password::show("").err().unwrap().code, "length");
        assert_eq!(Password::show("secret").map(|password| format!("{password:?}")).unwrap(), "Password(…)");
    }

    #[test]
    fn an_address_is_no_password_however_it_is_spelt() {
        let email = Email::parse("Ștefan@poșta.ro").unwrap();
        for text in ["ștefan@poșta.ro", "S\u{326}TEFAN@POS\u{326}TA.RO", " Ștefan@xn--pota-rxb.ro"] {
            assert_eq!(
                Password::choose(text).unwrap().refuse_address(&email).unwrap_err().code,
                "password_is_email"
            );
        }
        assert!(Password::choose("ştefan@poșta.ro").unwrap().refuse_address(&email).is_ok());
        assert!(Password::choose("patru cai albi").unwrap().refuse_address(&email).is_ok());
    }
}
