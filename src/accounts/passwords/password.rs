//! A normalized password.

use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::person::Email;
use crate::text::LENGTH;
use crate::text::rule::{self, Rule};

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
    /// Parses a password to be verified, perhaps chosen under other rules: 1 to 128 characters.
    ///
    /// # Errors
    /// `length`.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
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

    /// Returns whether it is the address, in any spelling.
    fn is_address(&self, email: &Email) -> bool {
        Email::parse(&self.0).is_ok_and(|password| password.index_form() == email.index_form())
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        rule::parsed(deserializer, Self::parse)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A new password, before it is known whose it is.
#[derive(Debug, Clone)]
pub(crate) struct NewPassword(Password);

impl NewPassword {
    /// Parses a new password: 10 to 128 characters of any kind except NUL. NIST SP 800-63B: length counts; no rule
    /// about kinds of characters.
    ///
    /// # Errors
    /// `password_length`.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let password = Password::normalized(text);
        let fits = (10..=128).contains(&password.0.chars().count()) && !password.0.contains('\0');
        if fits { Ok(Self(password)) } else { Err(&PASSWORD_LENGTH) }
    }

    /// Returns the password of the account with this address, from which it must differ.
    ///
    /// # Errors
    /// `password_is_email`.
    pub(crate) fn of(self, email: Option<&Email>) -> Result<Password, &'static Rule> {
        let is_address = email.is_some_and(|email| self.0.is_address(email));
        if is_address { Err(&PASSWORD_IS_EMAIL) } else { Ok(self.0) }
    }
}

impl<'de> Deserialize<'de> for NewPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        rule::parsed(deserializer, Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_they_look() {
        let long = "s\u{326}".repeat(128);
        assert!(NewPassword::parse(&long).is_ok() && Password::parse(&long).is_ok());
        let chosen = NewPassword::parse(&long).unwrap().of(None).unwrap();
        assert_eq!(chosen.as_bytes(), "ș".repeat(128).as_bytes());
        for text in ["s\u{326}".repeat(5), "ș".repeat(129), "ten\0letters".to_owned()] {
            assert_eq!(NewPassword::parse(&text).err().unwrap().code, "password_length");
        }
        assert_eq!(Password::parse(&"ș".repeat(129)).err().unwrap().code, "length");
        assert_eq!(Password::parse("").err().unwrap().code, "length");
        assert_eq!(Password::parse("secret").map(|password| format!("{password:?}")).unwrap(), "Password(…)");
    }

    #[test]
    fn an_address_is_no_password_however_it_is_spelt() {
        let email = Email::parse("Ștefan@poșta.ro").unwrap();
        let of = |text: &str| NewPassword::parse(text).unwrap().of(Some(&email));
        for text in ["ștefan@poșta.ro", "S\u{326}TEFAN@POS\u{326}TA.RO", " Ștefan@xn--pota-rxb.ro"] {
            assert_eq!(of(text).unwrap_err().code, "password_is_email");
        }
        assert!(of("ştefan@poșta.ro").is_ok());
        assert!(of("patru cai albi").is_ok());
    }
}
