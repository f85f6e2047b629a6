//! The sender of the mails, as configured.

use std::str::FromStr;

use crate::person::Email;
use crate::person::email::EMAIL_FORMAT;
use crate::text::Rule;

/// An address with an optional display name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The display name.
    pub name: Option<String>,
    /// The address.
    pub email: Email,
}

impl FromStr for Sender {
    type Err = &'static Rule;

    /// Parses `ana@example.org`, `Ana Pop <ana@example.org>` or `"Pop, Ana" <ana@example.org>`.
    fn from_str(text: &str) -> Result<Self, &'static Rule> {
        let Some((name, address)) = text.trim().strip_suffix('>').and_then(|text| text.split_once('<'))
        else {
            return Ok(Self { name: None, email: Email::parse(text)? });
        };
        let name = name.trim();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        if name.contains(['"', '\\']) || name.chars().any(char::is_control) {
            return Err(&EMAIL_FORMAT);
        }
        Ok(Self {
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            email: Email::parse(address)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_may_have_a_name() {
        for (text, name, address) in [
            ("ana@example.ro", None, "ana@example.ro"),
            ("Hub MAI <Ana@Example.ro>", Some("Hub MAI"), "Ana@example.ro"),
            (" \"Hub, MAI\" < ana@poșta.ro > ", Some("Hub, MAI"), "ana@xn--pota-rxb.ro"),
            ("<ana@example.ro>", None, "ana@example.ro"),
        ] {
            let sender: Sender = text.parse().unwrap();
            assert_eq!((sender.name.as_deref(), sender.email.as_str()), (name, address), "{text}");
        }
        for text in
            ["Hub MAI", "Hub ana@example.ro", "Hub <>", "a\r\nBcc: b <a@b.ro>", "a@localhost", "<a@b.ro> x"]
        {
            assert!(text.parse::<Sender>().is_err(), "{text}");
        }
    }
}
