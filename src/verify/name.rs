//! The name on the paper, as a checker types it, against the name in the signed payload.
//!
//! A forger can leave number and control code on a paper and change the name. The checker therefore types the name as
//! printed, and is told whether it is the one. Nothing else is given out: initials or letter counts would tell a guesser
//! part of a name, and a forger which other names would pass. Wrong names are counted for each certificate, as wrong CNPs
//! are.
//!
//! What is compared are letters: case, diacritics, hyphens, apostrophes, dots and the order of family name and given names
//! do not matter, because people type a name in many ways. A letter more or less does.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::certificates::printed::Holder;
use crate::rule::Rule;

/// No letter, or more than a document has room for.
pub(super) const PRINTED_NAME: Rule = Rule::new(
    "printed_name",
    "The name as it is printed on the document: letters, 200 characters at most",
    "Numele așa cum este tipărit pe document: litere, cel mult 200 de caractere",
);

/// The longest name of a firm is shorter.
const MAX_CHARS: usize = 200;

/// A name that somebody typed.
pub(super) struct PrintedName(Vec<String>);

impl PrintedName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`PRINTED_NAME`].
    pub(super) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let words = words(text);
        if words.is_empty() || text.chars().count() > MAX_CHARS {
            Err(&PRINTED_NAME)
        } else {
            Ok(Self(words))
        }
    }

    /// Whether it is the holder's: with family name and given names in either order, or the words in any.
    pub(super) fn is_of(&self, holder: &Holder) -> bool {
        let parts: Vec<Vec<String>> = match holder {
            Holder::Person { family_name, given_name, .. } => vec![words(family_name), words(given_name)],
            Holder::Company { name, .. } => vec![words(name)],
        };
        let typed = self.0.concat();
        let forwards = parts.concat();
        let backwards = parts.into_iter().rev().collect::<Vec<_>>().concat();
        typed == forwards.concat()
            || typed == backwards.concat()
            || sorted(self.0.clone()) == sorted(forwards)
    }
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words
}

/// The words in plain small letters. What stands inside of words (apostrophes, dots) is left out, what stands between them
/// (spaces, hyphens) parts them.
fn words(text: &str) -> Vec<String> {
    let between = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '/' | ',' | '&');
    let words = text.split(between).map(plain);
    words.filter(|word| !word.is_empty()).collect()
}

fn plain(word: &str) -> String {
    let letters = word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut plain = String::new();
    for letter in letters.filter(|c| c.is_alphanumeric()) {
        match without_stroke(letter) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(letter),
        }
    }
    plain
}

/// Letters that do not come apart into a base and a mark, as keyboards without them write them.
const fn without_stroke(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        'ð' | 'đ' => "d",
        'ø' => "o",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ŋ' => "n",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(typed: &str, holder: &Holder) -> bool {
        PrintedName::parse(typed).unwrap().is_of(holder)
    }

    fn person(family_name: &str, given_name: &str) -> Holder {
        Holder::Person {
            cnp: String::new(),
            family_name: family_name.to_owned(),
            given_name: given_name.to_owned(),
        }
    }

    #[test]
    fn a_name_is_known_however_it_is_typed() {
        let holder = person("Țîrlea-Brâncoveanu", "Ștefania Ana-Maria");
        for typed in [
            "Țîrlea-Brâncoveanu Ștefania Ana-Maria",
            "ȚÎRLEA-BRÂNCOVEANU ȘTEFANIA ANA-MARIA",
            "Ştefania Ana-Maria Ţîrlea-Brâncoveanu",
            "tirlea brancoveanu stefania ana maria",
            "  Stefania   Anamaria,  Tirlea–Brancoveanu ",
            "Ana-Maria Ștefania Țîrlea-Brâncoveanu",
            "T\u{326}i\u{302}rlea-Bra\u{302}ncoveanu S\u{326}tefania Ana-Maria",
        ] {
            assert!(matches(typed, &holder), "{typed}");
        }
        assert!(matches("oneill sean", &person("O’Neill", "Seán")));
        assert!(matches("Strasse Lodz", &person("Straße", "Łódź")));
        let company = Holder::Company { cui: String::new(), name: "Țara Bârsei S.R.L.".to_owned() };
        assert!(matches("TARA BARSEI SRL", &company));
    }

    #[test]
    fn another_name_is_another_name() {
        let holder = person("Popescu", "Ana-Maria");
        for typed in [
            "Popescu",
            "Ana-Maria",
            "Popescu Ana",
            "Popescu Ana Maria Ioana",
            "Popesc Ana-Maria",
            "Popescu Ane-Maria",
            "Mariapopescu An",
            "Popescu Popescu Ana Maria",
        ] {
            assert!(!matches(typed, &holder), "{typed}");
        }
    }

    #[test]
    fn what_has_no_letters_or_too_many_is_no_name() {
        for typed in ["", "  ", "- - '", "\u{202E}\u{200B}", &"a".repeat(201)] {
            assert!(PrintedName::parse(typed).is_err(), "{typed}");
        }
    }
}
