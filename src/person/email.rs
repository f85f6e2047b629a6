//! E-mail addresses that mail can be sent to: the plain form of RFC 5321, with RFC 6531's letters.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::{rule::Rule, text};

/// Not `local-part@domain`.
pub const EMAIL_FORMAT: Rule = Rule::new(
    "email_format",
    "This is not an e-mail address like ana@example.org",
    "Aceasta nu este o adresă de e-mail precum ana@example.org",
);

/// Octets of an address that fit in the path of an SMTP command (RFC 5321, erratum 1690).
const MAX_ADDRESS: usize = 254;
/// Octets before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;
/// Octets of one label of a domain (RFC 1035, 2.3.4).
const MAX_LABEL: usize = 63;

/// An e-mail address: the part before the `@` as it was written, the domain in lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads `local-part@domain` of at most 254 octets. The local part is a dot-atom, in which letters and
    /// digits of any script may stand; the domain has at least two labels of ASCII letters, digits and
    /// hyphens (an international one in its `xn--` form). Quoted local parts and IP addresses are refused.
    ///
    /// # Errors
    /// A rule of [`text::line`], or [`EMAIL_FORMAT`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        text::line(text, MAX_ADDRESS)?;
        let (local_part, domain) = text.rsplit_once('@').ok_or(&EMAIL_FORMAT)?;
        if text.len() <= MAX_ADDRESS && is_local_part(local_part) && is_domain(domain) {
            Ok(Self(format!("{local_part}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(&EMAIL_FORMAT)
        }
    }

    /// The address to write to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address to look up by: all in lower case, because no provider tells `Ana@` from `ana@`.
    #[must_use]
    pub fn index_form(&self) -> String {
        self.0.to_lowercase().nfc().collect()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

fn is_local_part(text: &str) -> bool {
    text.len() <= MAX_LOCAL_PART
        && text.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_character))
}

/// RFC 5322's `atext`, and the letters and digits that RFC 6531 adds.
fn is_atom_character(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

fn is_domain(text: &str) -> bool {
    // A last label of digits alone would be an IPv4 address.
    let named = text.rsplit_once('.').is_some_and(|(_, last)| !last.bytes().all(|b| b.is_ascii_digit()));
    named && text.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_TOO_LONG};

    #[test]
    fn addresses_are_read() {
        for (text, address, index_form) in [
            ("ana@example.org", "ana@example.org", "ana@example.org"),
            ("Ana.Pop+cazier@Example.ORG", "Ana.Pop+cazier@example.org", "ana.pop+cazier@example.org"),
            ("o'neill@a-b.example.ro", "o'neill@a-b.example.ro", "o'neill@a-b.example.ro"),
            ("Ștefan@xn--exmple-cua.ro", "Ștefan@xn--exmple-cua.ro", "ștefan@xn--exmple-cua.ro"),
            ("1@2.x3", "1@2.x3", "1@2.x3"),
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!((email.as_str(), email.index_form().as_str()), (address, index_form));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "ana",
            "@",
            "ana@",
            "@example.org",
            "ana@example",
            "ana@.org",
            "ana@example.",
            "ana@a..b",
            "a@b@example.org",
            ".ana@example.org",
            "ana.@example.org",
            "a..b@example.org",
            "a b@example.org",
            " ana@example.org",
            "ana@exa mple.org",
            "\"a b\"@example.org",
            "ana@[127.0.0.1]",
            "ana@127.0.0.1",
            "ana@-a.org",
            "ana@a-.org",
            "ana@exämple.org",
            "ana@example.org,bob@example.org",
            "Ana <ana@example.org>",
            "ana@example.org ",
        ] {
            assert_eq!(Email::parse(text), Err(&EMAIL_FORMAT), "{text}");
        }
    }

    #[test]
    fn the_rules_for_text_hold() {
        assert_eq!(Email::parse(""), Err(&TEXT_BLANK));
        assert_eq!(Email::parse("ana@example.org\r\nBcc: b@example.org"), Err(&TEXT_CONTROL_CHARACTER));
        assert_eq!(Email::parse("ana\0@example.org"), Err(&TEXT_CONTROL_CHARACTER));
    }

    #[test]
    fn lengths_end_where_smtp_ends() {
        let local = "l".repeat(64);
        let longest = format!("{0}.{0}.{0}b.ro", "a".repeat(61));
        assert_eq!(Email::parse(&format!("{local}@{longest}")).unwrap().as_str().len(), 254);
        assert_eq!(Email::parse(&format!("{local}@b{longest}")), Err(&TEXT_TOO_LONG));
        assert_eq!(Email::parse(&format!("l{local}@example.org")), Err(&EMAIL_FORMAT));
        assert_eq!(Email::parse(&format!("{}@{}", "ș".repeat(32), longest)).unwrap().as_str().len(), 254);
        assert_eq!(Email::parse(&format!("{}@b{}", "ș".repeat(32), longest)), Err(&EMAIL_FORMAT));
        assert!(Email::parse(&format!("a@{}.ro", "b".repeat(63))).is_ok());
        assert_eq!(Email::parse(&format!("a@{}.ro", "b".repeat(64))), Err(&EMAIL_FORMAT));
    }

    proptest! {
        #[test]
        fn what_is_read_can_be_read_again(text in "[A-Za-zȘß.+]{1,8}@[A-Za-z0-9.-]{1,12}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                let found_again = Email::parse(&email.index_form()).map(|lower| lower.index_form());
                prop_assert_eq!(found_again, Ok(email.index_form()));
            }
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Email::parse("ana@example.org").unwrap()), "Email(…)");
    }
}
