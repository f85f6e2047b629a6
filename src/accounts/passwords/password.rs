//! A normalized password.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::context::Owner;
use super::listed;
use crate::person::Email;
use crate::text::{At, LENGTH, Rule, input};
use utoipa::openapi::{KnownFormat, SchemaFormat};

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

const PASSWORD_LISTED: Rule = Rule::new(
    "password_listed",
    "This password is in a list of leaked or easily guessed ones: choose another, such as four words that do not belong together",
    "Această parolă este într-o listă de parole aflate de alții sau ușor de ghicit: alegeți alta, de exemplu patru cuvinte fără legătură între ele",
);

const PASSWORD_FROM_CONTEXT: Rule = Rule::new(
    "password_from_context",
    "The password is made of your name, address or CNP, or of the service's name",
    "Parola este făcută din numele, adresa sau CNP-ul dumneavoastră ori din numele serviciului",
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

input!(
    Password,
    breaks [LENGTH],
    format: SchemaFormat::KnownFormat(KnownFormat::Password),
    min_length: 1,
    max_length: 128,
);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A new password, before it is known whose it is.
#[derive(Debug, Clone)]
pub(crate) struct NewPassword(Password);

impl NewPassword {
    /// The rules of [`chosen_by`](Self::chosen_by), at the field of every request.
    pub(crate) const OF_OWNER: &'static [At] =
        &[("/password", PASSWORD_IS_EMAIL), ("/password", PASSWORD_FROM_CONTEXT)];

    /// Parses a new password: 10 to 128 characters of any kind except NUL, not in the list of leaked and easily guessed
    /// ones. NIST SP 800-63B: length counts; no rule about kinds of characters.
    ///
    /// # Errors
    /// `password_length`, `password_listed`.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let password = Password::normalized(text);
        let fits = (10..=128).contains(&password.0.chars().count()) && !password.0.contains('\0');
        if !fits {
            return Err(&PASSWORD_LENGTH);
        }
        if listed::contains(&password.0) { Err(&PASSWORD_LISTED) } else { Ok(Self(password)) }
    }

    /// Returns the password for its owner, whom it must not be made of.
    ///
    /// # Errors
    /// `password_is_email`, `password_from_context`.
    pub(crate) fn chosen_by(self, owner: &Owner) -> Result<Password, &'static Rule> {
        if owner.email().is_some_and(|email| self.0.is_address(email)) {
            return Err(&PASSWORD_IS_EMAIL);
        }
        if owner.explains(&self.0.0) { Err(&PASSWORD_FROM_CONTEXT) } else { Ok(self.0) }
    }
}

input!(
    NewPassword,
    breaks [PASSWORD_LENGTH, PASSWORD_LISTED],
    format: SchemaFormat::KnownFormat(KnownFormat::Password),
    min_length: 10,
    max_length: 128,
    pattern: r"^[^\u0000]*$",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_they_look() {
        let long = "s\u{326}".repeat(128);
        assert!(NewPassword::parse(&long).is_ok() && Password::parse(&long).is_ok());
        let chosen = NewPassword::parse(&long).unwrap().chosen_by(&Owner::default()).unwrap();
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
        let owner = Owner::new(Some(email), None);
        let of = |text: &str| NewPassword::parse(text).unwrap().chosen_by(&owner);
        for text in ["ștefan@poșta.ro", "S\u{326}TEFAN@POS\u{326}TA.RO", " Ștefan@xn--pota-rxb.ro"] {
            assert_eq!(of(text).unwrap_err().code, "password_is_email");
        }
        assert!(of("ştefan@poșta.ro").is_ok());
        assert!(of("patru cai albi").is_ok());
        assert_eq!(of("Ștefan 1234 !").unwrap_err().code, "password_from_context");
        assert_eq!(NewPassword::parse("Password123").unwrap_err().code, "password_listed");
    }
}
