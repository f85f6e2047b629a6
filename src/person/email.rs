//! E-mail addresses: the plain form of RFC 5321, with RFC 6531's letters in the local part and international domains
//! (UTS #46).

use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use utoipa::openapi::{KnownFormat, SchemaFormat};

use crate::text::{self, Rule, TEXT_BLANK, TEXT_CONTROL_CHARACTER, TEXT_TOO_LONG, input};

/// The text is not `local-part@domain`.
pub const EMAIL_FORMAT: Rule = Rule::new(
    "email_format",
    "Enter an e-mail address, like ana@example.org",
    "Scrieți o adresă de e-mail, de exemplu ana@example.org",
);

/// The longest address in octets that fits the path of an SMTP command (RFC 5321, erratum 1690).
const MAX_ADDRESS: usize = 254;
/// The longest local part in octets (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// An e-mail address: the local part as written, the domain in the form of DNS, in lower case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Parses `local-part@domain` of at most 254 octets, trimmed. The local part is a dot-atom with letters and digits
    /// of any script, converted to normalization form C. The domain has at least two labels; an international one may
    /// be in Unicode or in `xn--` form, which mean the same. Quoted local parts and IP addresses are refused.
    ///
    /// # Errors
    /// [`TEXT_BLANK`], [`TEXT_TOO_LONG`], [`TEXT_CONTROL_CHARACTER`] or [`EMAIL_FORMAT`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let address: String = text.trim().nfc().collect();
        if address.is_empty() {
            return Err(&TEXT_BLANK);
        }
        if address.chars().nth(MAX_ADDRESS).is_some() {
            return Err(&TEXT_TOO_LONG);
        }
        if address.chars().any(is_unseen) {
            return Err(&TEXT_CONTROL_CHARACTER);
        }
        let (local_part, domain) = address.rsplit_once('@').ok_or(&EMAIL_FORMAT)?;
        let domain = ascii(domain).ok_or(&EMAIL_FORMAT)?;
        let email = format!("{local_part}@{domain}");
        if email.len() <= MAX_ADDRESS && is_local_part(local_part) {
            Ok(Self(email))
        } else {
            Err(&EMAIL_FORMAT)
        }
    }

    /// Returns the address for sending mail; its domain is ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address for look-ups: all in lower case, because no provider distinguishes `Ana@` from `ana@`.
    #[must_use]
    pub fn index_form(&self) -> String {
        self.0.to_lowercase().nfc().collect()
    }

    /// Returns the mailbox for limits: addresses that providers deliver to the same person are one. What follows a `+` is a
    /// tag (RFC 5233); Google also ignores dots.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let address = self.index_form();
        let Some((local_part, domain)) = address.rsplit_once('@') else { return address };
        let user = local_part.split('+').next().filter(|user| !user.is_empty()).unwrap_or(local_part);
        match domain {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", user.replace('.', "")),
            _ => format!("{user}@{domain}"),
        }
    }

    /// Returns the address for people: an international domain in Unicode.
    #[must_use]
    pub fn shown(&self) -> String {
        let Some((local_part, domain)) = self.0.rsplit_once('@') else { return self.0.clone() };
        let (domain, _) = Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow);
        format!("{local_part}@{domain}")
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

input!(
    Email,
    breaks [TEXT_BLANK, TEXT_TOO_LONG, TEXT_CONTROL_CHARACTER, EMAIL_FORMAT],
    format: SchemaFormat::KnownFormat(KnownFormat::Email),
    min_length: 3,
    max_length: MAX_ADDRESS,
    pattern: pattern(),
);

/// Returns the pattern of the contract: a local part, and labels of which the last is no number. UTS #46 knows four full
/// stops.
fn pattern() -> String {
    let (dot, stops) = ("[.\\u3002\\uFF0E\\uFF61]", ".\\u3002\\uFF0E\\uFF61");
    let (any, no_digit) = (format!("[^\\s@{stops}]"), format!("[^\\s@{stops}0-9]"));
    format!("^\\s*[^\\s@]+@(?:{any}+{dot})+{any}*{no_digit}{any}*\\s*$")
}

fn is_local_part(text: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty() && !atom.starts_with(is_combining_mark) && atom.chars().all(is_atom_character)
    };
    text.len() <= MAX_LOCAL_PART && text.split('.').all(is_atom)
}

/// Accepts RFC 5322's `atext`, and the letters, digits and marks that RFC 6531 adds.
fn is_atom_character(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Converts the domain to the form of DNS, in lower case; `None` unless it is valid and has at least two labels.
fn ascii(domain: &str) -> Option<String> {
    let (deny, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let domain = Uts46::new().to_ascii(domain.as_bytes(), deny, hyphens, DnsLength::Verify).ok()?;
    let (_, last) = domain.rsplit_once('.')?;
    // A numeric last label would be an IPv4 address.
    let is_named = !last.bytes().all(|byte| byte.is_ascii_digit());
    is_named.then(|| domain.into_owned())
}

/// Returns whether the character is invisible or changes the direction of text. UTS #46 would silently drop it from a
/// domain, and two local parts would look alike. Joiners may occur in a domain where a script needs them; UTS #46
/// checks that.
fn is_unseen(c: char) -> bool {
    text::is_unseen(c) && !matches!(c, '\u{200C}' | '\u{200D}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, address, index_form) in [
            ("ana@example.org", "ana@example.org", "ana@example.org"),
            ("Ana.Pop+cazier@Example.ORG", "Ana.Pop+cazier@example.org", "ana.pop+cazier@example.org"),
            ("o'neill@a-b.example.ro", "o'neill@a-b.example.ro", "o'neill@a-b.example.ro"),
            ("Ștefan@xn--exmple-cua.ro", "Ștefan@xn--exmple-cua.ro", "ștefan@xn--exmple-cua.ro"),
            ("1@2.x3", "1@2.x3", "1@2.x3"),
            (" ana@example.org\n", "ana@example.org", "ana@example.org"),
            ("Adẹ\u{0300}@example.org", "Adẹ\u{0300}@example.org", "adẹ\u{0300}@example.org"),
            ("ana@r3---sn.example.org", "ana@r3---sn.example.org", "ana@r3---sn.example.org"),
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!((email.as_str(), email.index_form().as_str()), (address, index_form));
        }
    }

    #[test]
    fn tags_make_no_other_mailbox() {
        for (text, mailbox) in [
            ("Ana+cazier@example.org", "ana@example.org"),
            ("ana+a+b@Example.ORG", "ana@example.org"),
            ("ana.pop@example.org", "ana.pop@example.org"),
            ("a.n.a+x@gmail.com", "ana@gmail.com"),
            ("ana@googlemail.com", "ana@gmail.com"),
            ("+x@example.org", "+x@example.org"),
        ] {
            assert_eq!(Email::parse(text).unwrap().mailbox(), mailbox, "{text}");
        }
    }

    #[test]
    fn invalid_addresses_are_refused() {
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
            "ana@exa mple.org",
            "\"a b\"@example.org",
            "ana@[127.0.0.1]",
            "ana@127.0.0.1",
            "ana@-a.org",
            "ana@a-.org",
            "ana@xn--zzzz.ro",
            "ana@xn--.ro",
            "ana@xn--example-.ro",
            "ana@poș\u{200C}ta.ro",
            "ana@ex_ample.org",
            "ana@example.org.",
            "\u{0301}ana@example.org",
            "ana\u{200D}@example.org",
            "ana@example.org,bob@example.org",
            "Ana <ana@example.org>",
            "ana@١٢٧.٠.٠.١",
            "ana@１２７.0.0.1",
        ] {
            assert_eq!(Email::parse(text), Err(&EMAIL_FORMAT), "{text}");
        }
    }

    #[test]
    fn the_rules_for_text_hold() {
        assert_eq!(Email::parse(""), Err(&TEXT_BLANK));
        assert_eq!(Email::parse("ana@example.org\r\nBcc: b@example.org"), Err(&TEXT_CONTROL_CHARACTER));
        assert_eq!(Email::parse("ana\0@example.org"), Err(&TEXT_CONTROL_CHARACTER));
        for hidden in ["a\u{200B}na@example.org", "ana@exam\u{AD}ple.org", "ana\u{3164}@example.org"] {
            assert_eq!(Email::parse(hidden), Err(&TEXT_CONTROL_CHARACTER), "{hidden}");
        }
    }

    #[test]
    fn one_international_domain_is_one_address_however_it_is_spelt() {
        for text in [
            "ana@poșta.ro",
            "Ana@POȘTA.RO",
            "ana@pos\u{0326}ta.ro",
            "ana@xn--pota-rxb.ro",
            "ana@XN--POTA-RXB.RO",
            "ana@poșta。ro",
        ] {
            let email = Email::parse(text).unwrap();
            assert_eq!(email.index_form(), "ana@xn--pota-rxb.ro", "{text}");
            assert_eq!(email.shown().to_lowercase(), "ana@poșta.ro", "{text}");
            assert_eq!(Email::parse(&email.shown()), Ok(email), "{text}");
        }
        assert_ne!(Email::parse("ana@poşta.ro"), Email::parse("ana@poșta.ro"), "a cedilla is another domain");
    }

    #[test]
    fn a_local_part_is_composed_and_keeps_its_cedillas() {
        assert_eq!(Email::parse("s\u{0326}tefan@example.ro"), Email::parse("ștefan@example.ro"));
        assert_eq!(Email::parse("ştefan@example.ro").unwrap().as_str(), "ştefan@example.ro");
        assert_ne!(Email::parse("ştefan@example.ro"), Email::parse("ștefan@example.ro"));
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
        fn a_parsed_value_parses_again(text in "[A-Za-zȘß.+\u{0326}]{1,8}@[A-Za-z0-9.ßșȚ\u{0326}-]{1,12}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert_eq!(Email::parse(&email.shown()), Ok(email.clone()));
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
