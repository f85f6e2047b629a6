//! Compares the name on the paper, as a checker types it, with the name in the signed payload.
//!
//! A forger can keep number and control code on a paper and change the name. So the checker types the printed name, and
//! is told whether it is the holder's, and nothing else: initials or letter counts would tell a guesser part of a name,
//! and a forger which other names would pass. Wrong names are counted for each certificate, as wrong CNPs are.
//!
//! Case, diacritics, hyphens, apostrophes and dots do not matter, because people type a name in many ways; a letter
//! more or less does.
//!
//! | Of | Does not matter | Does |
//! | --- | --- | --- |
//! | a person | whether the family name or the given names come first; the order and the spaces within each | where one ends and the other begins: Popa Aron is not Pop Aaron |
//! | a firm | what does not matter for both | each word and its place; symbols (`C+` is not `C`, `A & B` not `AB`) |
//! | both | | where a number ends: 1 2 is not 12 |

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::printed::Holder;
use crate::text::{Rule, input};

/// The name has no letter, or is too long for a document.
pub(crate) const PRINTED_NAME: Rule = Rule::new(
    "printed_name",
    "The name as it is printed on the document: letters, 200 characters at most",
    "Numele așa cum este tipărit pe document: litere, cel mult 200 de caractere",
);

/// The longest name of a firm is shorter.
const MAX_CHARS: usize = 200;

/// A typed name.
pub(crate) struct PrintedName(Vec<String>);

impl PrintedName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`PRINTED_NAME`].
    pub(crate) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let words = words(text);
        let has_letter = words.iter().flat_map(|word| word.chars()).any(char::is_alphanumeric);
        if !has_letter || text.chars().count() > MAX_CHARS { Err(&PRINTED_NAME) } else { Ok(Self(words)) }
    }

    /// Returns whether it is the holder's name.
    pub(crate) fn is_of(&self, holder: &Holder) -> bool {
        let forms = forms(holder);
        self.fits(|form| forms.contains(form))
    }

    /// Returns whether it is the name that has these forms.
    pub(crate) fn fits(&self, has: impl Fn(&Form) -> bool) -> bool {
        let is_part = |words: &[String], part| has(&letters(part, words)) || has(&sorted(part, words));
        has(&Form::new(Part::Firm, Spelling::Words, &self.0.join(" ")))
            || (0..=self.0.len()).filter_map(|at| self.0.split_at_checked(at)).any(|(one, other)| {
                is_part(one, Part::Family) && is_part(other, Part::Given)
                    || is_part(one, Part::Given) && is_part(other, Part::Family)
            })
    }
}

/// A form by which a name, or a part of one, is compared: what is equal in one form is the same.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form(String);

/// The part of a name that a form is of.
#[derive(Clone, Copy)]
enum Part {
    Family,
    Given,
    Firm,
}

/// How a form is made of words.
#[derive(Clone, Copy)]
enum Spelling {
    /// The letters in a row.
    Letters,
    /// The words, sorted.
    Sorted,
    /// The words as they stand.
    Words,
}

impl Form {
    /// Makes a form. Keyed hashes of it are stored, so what it begins with never changes.
    fn new(part: Part, spelling: Spelling, text: &str) -> Self {
        let part = match part {
            Part::Family => "family",
            Part::Given => "given",
            Part::Firm => "firm",
        };
        let spelling = match spelling {
            Spelling::Letters => "letters",
            Spelling::Sorted => "sorted",
            Spelling::Words => "words",
        };
        Self(format!("{part} {spelling}: {text}"))
    }

    /// Returns it for a keyed hash.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Returns the forms of a holder's name.
pub(super) fn forms(holder: &Holder) -> Vec<Form> {
    match holder {
        Holder::Person { family_name, given_name, .. } => {
            let (family, given) = (words(family_name), words(given_name));
            let of = |part, words: &[String]| [letters(part, words), sorted(part, words)];
            of(Part::Family, &family).into_iter().chain(of(Part::Given, &given)).collect()
        }
        Holder::Company { name, .. } => vec![Form::new(Part::Firm, Spelling::Words, &words(name).join(" "))],
    }
}

input!(PrintedName, breaks [PRINTED_NAME], min_length: 1, max_length: MAX_CHARS, pattern: r"\S");

/// Joins the words; a digit is never joined to anything.
fn joined(words: &[String]) -> String {
    let mut all = String::new();
    for word in words {
        if all.ends_with(is_digit) || !all.is_empty() && word.starts_with(is_digit) {
            all.push(' ');
        }
        all.push_str(word);
    }
    all
}

fn is_digit(c: char) -> bool {
    c.is_numeric()
}

fn letters(part: Part, words: &[String]) -> Form {
    Form::new(part, Spelling::Letters, &joined(words))
}

fn sorted(part: Part, words: &[String]) -> Form {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    Form::new(part, Spelling::Sorted, &words.join(" "))
}

/// Symbols that distinguish names of firms. Others (apostrophes, dots, quotation marks) are dropped.
const SYMBOLS: &str = "+&#@%*$€£!?=";

/// Splits a text into words of plain lower-case letters. Marks inside words (apostrophes, dots) are dropped; separators
/// (spaces, hyphens, and dots between digits) split them; `&` is a word.
fn words(text: &str) -> Vec<String> {
    let mut parted = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let between = letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '/' | ',');
        let in_number = parted.ends_with(is_digit) && letters.peek().copied().is_some_and(is_digit);
        match letter {
            '&' => parted.push_str(" & "),
            _ if between || in_number && !letter.is_alphanumeric() => parted.push(' '),
            _ => parted.push(letter),
        }
    }
    parted.split(' ').map(plain).filter(|word| !word.is_empty()).collect()
}

fn plain(word: &str) -> String {
    let letters = word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut plain = String::new();
    for letter in letters.filter(|c| c.is_alphanumeric() || SYMBOLS.contains(*c)) {
        match without_stroke(letter) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(letter),
        }
    }
    plain
}

/// Spells letters that do not decompose into a base and a mark as keyboards without them do.
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
        for (typed, family_name, given_name) in [
            ("Pop Aaron", "Popa", "Aron"),
            ("Popaaron", "Popa", "Aron"),
            ("Aronpopa", "Popa", "Aron"),
            ("Maria Popescu Ana", "Popescu", "Ana Maria"),
            ("Pop Ion 12", "Pop", "Ion 1 2"),
        ] {
            assert!(!matches(typed, &person(family_name, given_name)), "{typed}");
        }
        for (typed, family_name, given_name) in [
            ("Aron Popa", "Popa", "Aron"),
            ("Maria Ana Popescu", "Popescu", "Ana Maria"),
            ("Anamaria Popescu", "Popescu", "Ana Maria"),
            ("Pop Ion", "Pop Ion", ""),
        ] {
            assert!(matches(typed, &person(family_name, given_name)), "{typed}");
        }
    }

    #[test]
    fn another_firm_is_another_firm() {
        for (typed, name) in [
            ("ALFA 12 SRL", "ALFA 1 2 SRL"),
            ("ALFA 12 SRL", "ALFA 1.2 SRL"),
            ("AB SRL", "A & B SRL"),
            ("A B SRL", "A & B SRL"),
            ("C SRL", "C+ SRL"),
            ("C++ SRL", "C+ SRL"),
            ("AB C SRL", "A BC SRL"),
            ("BETA ALFA SRL", "ALFA BETA SRL"),
            ("ALFA1 SRL", "ALFA 1 SRL"),
        ] {
            let holder = |name: &str| Holder::Company { cui: String::new(), name: name.to_owned() };
            assert!(!matches(typed, &holder(name)), "{typed} / {name}");
            assert!(!matches(name, &holder(typed)), "{name} / {typed}");
        }
        let holder = Holder::Company { cui: String::new(), name: "„A&B” 1.2 S.R.L.".to_owned() };
        for typed in ["A & B 1.2 SRL", "a&b 1 2 s.r.l."] {
            assert!(matches(typed, &holder), "{typed}");
        }
    }

    #[test]
    fn text_without_letters_or_with_too_many_is_no_name() {
        for typed in ["", "  ", "- - '", "& +", "\u{202E}\u{200B}", &"a".repeat(201)] {
            assert!(PrintedName::parse(typed).is_err(), "{typed}");
        }
    }
}
