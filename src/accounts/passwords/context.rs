//! Words that make a password easy to guess because of where and by whom it is used: the service's name, the owner's
//! address, name and CNP (NIST SP 800-63B-4, section 3.1.1.2; ASVS 6.2.11).

use std::collections::BTreeSet;

use super::listed::without_marks;
use crate::person::{Email, ProvedPerson};

/// The words of this service.
const SERVICE: [&str; 9] =
    ["cazier", "judiciar", "certificat", "ghiseul", "rocris", "politia", "romana", "parola", "cnp"];

/// Words shorter than this say nothing about anybody.
const SHORTEST: usize = 3;

/// Different letters and signs of its own that a password needs.
const OWN: usize = 4;

/// What is known about a password's owner.
#[derive(Default)]
pub(crate) struct Owner {
    email: Option<Email>,
    person: Option<ProvedPerson>,
}

impl Owner {
    /// Describes an owner by address and proved person, as far as they are known.
    pub(crate) const fn new(email: Option<Email>, person: Option<ProvedPerson>) -> Self {
        Self { email, person }
    }

    /// Returns the address.
    pub(super) const fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }

    /// Returns whether a password is made of what is known: without those words it has fewer than four different letters
    /// and signs. Digits do not count, since people add years and counters.
    pub(super) fn explains(&self, password: &str) -> bool {
        let plain = plain(password);
        let mut rest = plain.clone();
        let mut words = self.words();
        words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
        for word in words {
            rest = rest.replace(&word, " ");
        }
        let own: BTreeSet<char> = rest.chars().filter(|c| !c.is_numeric() && !c.is_whitespace()).collect();
        rest != plain && own.len() < OWN
    }

    fn words(&self) -> Vec<String> {
        let mut texts: Vec<String> = SERVICE.map(str::to_owned).to_vec();
        if let Some(email) = &self.email {
            texts.push(email.shown());
        }
        if let Some(person) = &self.person {
            texts.push(person.family_name.as_str().to_owned());
            texts.push(person.given_name.as_str().to_owned());
            texts.push(person.cnp.as_str().to_owned());
        }
        let texts = texts.into_iter().map(|text| plain(&text)).collect::<Vec<_>>().join(" ");
        let words = texts.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| word.chars().count() >= SHORTEST).map(str::to_owned).collect()
    }
}

fn plain(text: &str) -> String {
    without_marks(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{Cnp, PersonName};

    fn ana() -> Owner {
        let name = |text| PersonName::parse(text).unwrap();
        let person = ProvedPerson {
            cnp: Cnp::parse("2880514121171").unwrap(),
            family_name: name("Munteanu-Țurcan"),
            given_name: name("Andreea"),
            birth_date: "1988-05-14".parse().unwrap(),
        };
        Owner::new(Some(Email::parse("ana.pop@exemplu.ro").unwrap()), Some(person))
    }

    #[test]
    fn what_is_known_of_the_owner_explains_a_password() {
        for password in [
            "ana.pop2024!",
            "AnaPopAnaPop",
            "exemplu.ro.1",
            "MunteanuȚURCAN",
            "turcan_andreea",
            "andreea1988!",
            "2880514121171",
            "cnp:2880514121171",
            "CazierJudiciar",
            "parola cazier 1",
        ] {
            assert!(ana().explains(password), "{password}");
        }
    }

    #[test]
    fn a_known_word_among_others_is_no_harm() {
        for password in
            ["ana are patru mere", "patru cai albi", "8#9!2@5%4&7*", "judiciar cu lapte", "anatomia lui pop"]
        {
            assert!(!ana().explains(password), "{password}");
            assert!(!Owner::default().explains(password), "{password}");
        }
        assert!(!Owner::default().explains("andreea1988!"));
    }
}
