//! Finds identifiers that an answer must not contain: it goes by mail, which others can read on its way. A CNP or
//! control code is recognized however it is written or pasted.

use serde::{Deserialize, Deserializer};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::SupportText;
use crate::certificates::RegistrationNumber;
use crate::certificates::registration_number::REGISTRATION_NUMBER_FORMAT;
use crate::person::Cnp;
use crate::text::base32;
use crate::text::rule::{self, Rule};

/// The text contains a CNP.
pub(super) const TEXT_HOLDS_CNP: Rule = Rule::new(
    "text_holds_cnp",
    "Leave the personal numeric code out: the answer goes by mail",
    "Nu scrieți codul numeric personal: răspunsul pleacă prin e-mail",
);

/// The text contains a control code.
pub(super) const TEXT_HOLDS_CONTROL_CODE: Rule = Rule::new(
    "text_holds_control_code",
    "Leave the control code out: the answer goes by mail",
    "Nu scrieți codul de control: răspunsul pleacă prin e-mail",
);

/// Digits of a CNP.
const CNP_DIGITS: usize = 13;
/// Symbols of a control code.
const CODE_SYMBOLS: usize = 16;

/// An officer's answer, which holds neither a CNP nor a control code.
#[derive(Debug)]
pub(crate) struct AnswerText(SupportText);

impl AnswerText {
    /// Parses an answer.
    ///
    /// # Errors
    /// A rule of [`SupportText::parse`], [`TEXT_HOLDS_CNP`] or [`TEXT_HOLDS_CONTROL_CODE`].
    fn parse(text: &str) -> Result<Self, &'static Rule> {
        let message = SupportText::parse(text)?;
        check(message.as_str())?;
        Ok(Self(message))
    }

    /// Returns the text.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<'de> Deserialize<'de> for AnswerText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        rule::parsed(deserializer, Self::parse)
    }
}

/// Refuses a text with a CNP, or with what looks like a control code.
///
/// # Errors
/// The broken rule.
fn check(text: &str) -> Result<(), &'static Rule> {
    let words = words(text);
    if holds_cnp(&words) {
        return Err(&TEXT_HOLDS_CNP);
    }
    if holds_control_code(&without_references(&words)) {
        return Err(&TEXT_HOLDS_CONTROL_CODE);
    }
    Ok(())
}

/// Consecutive letters and digits, and what precedes them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    before: String,
}

/// Splits a text into words, reading full-width forms and the like as what they show. Only white space, punctuation and
/// dashes separate words; anything else, such as a zero-width mark, does not.
fn words(text: &str) -> Vec<Word> {
    let (mut words, mut word, mut before) = (Vec::new(), String::new(), String::new());
    for c in text.nfkc() {
        if c.is_alphanumeric() && !is_filler(c) {
            word.push(c);
        } else if is_separator(c) {
            if !word.is_empty() {
                words.push(Word { text: std::mem::take(&mut word), before: std::mem::take(&mut before) });
            }
            before.push(c);
        }
    }
    if !word.is_empty() {
        words.push(Word { text: word, before });
    }
    words
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() || is_dash(c)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Returns whether a letter is invisible.
fn is_filler(c: char) -> bool {
    matches!(c, '\u{115F}' | '\u{1160}')
}

/// Consecutive digits.
struct Digits<'a> {
    text: &'a str,
    /// Whether they continue the previous digits: no letter in between.
    goes_on: bool,
    /// Whether they begin a phone number, with a plus sign.
    dialled: bool,
}

/// Returns whether thirteen digits, made of whole groups, are a CNP.
fn holds_cnp(words: &[Word]) -> bool {
    let groups: Vec<Digits<'_>> = words.iter().flat_map(digits).collect();
    (0..groups.len()).any(|from| begins_with_cnp(groups.get(from..).unwrap_or_default()))
}

fn begins_with_cnp(groups: &[Digits<'_>]) -> bool {
    let mut number = String::new();
    for (at, group) in groups.iter().enumerate() {
        let belongs = if at == 0 { !group.dialled } else { group.goes_on };
        if !belongs || number.len() >= CNP_DIGITS {
            break;
        }
        number.push_str(group.text);
    }
    number.len() == CNP_DIGITS && Cnp::parse(&number).is_ok()
}

fn digits(word: &Word) -> impl Iterator<Item = Digits<'_>> {
    let dialled = word.before.ends_with('+');
    let groups = word.text.split(|c: char| !c.is_ascii_digit()).enumerate();
    groups.map(move |(at, text)| Digits { text, goes_on: at == 0 && !dialled, dialled: at == 0 && dialled })
}

/// Splits the words at registration numbers, UUIDs and numbers of support requests: parts of them look like control
/// codes, but they are allowed.
fn without_references(words: &[Word]) -> Vec<&[Word]> {
    let (mut runs, mut rest, mut length) = (Vec::new(), words, 0);
    while let Some(ahead) = rest.get(length..).filter(|ahead| !ahead.is_empty()) {
        match (1..=5.min(ahead.len())).find(|&count| ahead.get(..count).is_some_and(is_reference)) {
            Some(count) => {
                runs.push(rest.get(..length).unwrap_or_default());
                (rest, length) = (ahead.get(count..).unwrap_or_default(), 0);
            }
            None => length += 1,
        }
    }
    runs.push(rest);
    runs
}

fn is_reference(words: &[Word]) -> bool {
    let lengths: Vec<usize> = words.iter().map(|word| word.text.len()).collect();
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("-");
    let is_registration_number = RegistrationNumber::parse(&text).err() != Some(&REGISTRATION_NUMBER_FORMAT);
    let is_support_request = lengths == [2, 4, 4, 1] && text.starts_with("SP-");
    is_registration_number || is_support_request || (lengths.len() != 1 && Uuid::try_parse(&text).is_ok())
}

/// Returns whether sixteen symbols, made of whole words, look like a control code.
fn holds_control_code(runs: &[&[Word]]) -> bool {
    let begins =
        |run: &&[Word]| (0..run.len()).any(|from| begins_with_code(run.get(from..).unwrap_or_default()));
    runs.iter().any(begins)
}

fn begins_with_code(words: &[Word]) -> bool {
    let (mut length, mut count) = (0, 0);
    for (at, word) in words.iter().enumerate().take_while(|(_, word)| is_symbols(&word.text)) {
        if length >= CODE_SYMBOLS || (at > 0 && !word.before.chars().all(is_between_groups)) {
            break;
        }
        length += word.text.len();
        count += 1;
    }
    length == CODE_SYMBOLS && words.get(..count).is_some_and(looks_like_a_code)
}

/// Returns whether the character may separate the groups of a code; a comma or a bracket ends it.
fn is_between_groups(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || matches!(c, '.' | '_' | '/')
}

fn is_symbols(word: &str) -> bool {
    word.chars().all(|c| base32::value(c).is_some())
}

/// Tells a code from sixteen symbols of prose. Prose has no groups of four between dashes, seldom mixes letters and
/// digits or is all in capitals; and if some of it does, other words are pronounceable and of another length.
fn looks_like_a_code(words: &[Word]) -> bool {
    let texts = || words.iter().map(|word| word.text.as_str());
    let dashed = words.iter().skip(1).all(|word| word.before.chars().all(is_dash));
    let fours = texts().all(|text| text.len() == 4);
    let even = texts().all(|text| text.len() * words.len() == CODE_SYMBOLS);
    let switches: usize = texts().map(switches).sum();
    let capitals = texts().all(|text| text.chars().all(|c| c.is_ascii_digit() || is_printed_letter(c)))
        && texts().any(|text| text.contains(is_printed_letter));
    (fours && dashed) || switches > 2 || ((switches > 0 || capitals) && (even || !texts().any(is_prose)))
}

/// Counts how often a letter follows a digit, or a digit a letter.
fn switches(text: &str) -> usize {
    let kinds: Vec<bool> = text.chars().map(|c| c.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair.first() != pair.last()).count()
}

/// Returns whether the letter occurs in printed codes: not I, L or O.
fn is_printed_letter(c: char) -> bool {
    c.is_ascii_uppercase() && base32::value(c).map(base32::symbol) == Some(c)
}

/// Returns whether a word is pronounceable and not in capitals.
fn is_prose(text: &str) -> bool {
    text.len() > 2
        && text.chars().all(|c| c.is_ascii_alphabetic())
        && text.contains(|c: char| c.is_ascii_lowercase())
        && text.contains(|c: char| "aeioyAEIOY".contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::certificates::ControlCode;

    #[test]
    fn identifiers_are_found_wherever_they_stand() {
        for text in [
            "1800101221144",
            "CNP-ul dvs. este 1800101221144.",
            "a1800101221144b",
            "288 0514 121171",
            "2880514-121171",
            "2 880514 12 117 1",
            "2880514\u{A0}121\u{202F}171",
            "2880514\u{200B}121171",
            "2880\u{AD}514\u{FEFF}121171",
            "2880514–121171",
            "2880514‑121171",
            "2880514\u{2212}121171",
            "288.0514.121171, azi",
            "CNP 2880514\n121171",
            "nr. 3: 2880514\r\n121171, 2024",
            "２８８０５１４１２１１７１",
            "la 24, 2880514 121171 este",
        ] {
            assert_eq!(check(text), Err(&TEXT_HOLDS_CNP), "{text}");
        }
        for text in [
            "cod ABCD-EFGH-JKMN-PQRS",
            "(abcd-efgh-jkmn-pqrs)",
            "-ABCD-EFGH-JKMN-PQRS-",
            "ABCD EFGH JKMN PQRS",
            "ABCDEFGHJKMNPQRS",
            "4T7W 9XKM 20QH BDR5",
            "4t7w 9xkm 20qh bdr5",
            "4T7W9XKM20QHBDR5",
            "codul este 4t7w9xkm20qhbdr5.",
            "4T7W–9XKM–20QH–BDR5",
            "4T7W‑9XKM‑20QH‑BDR5",
            "4T7W\u{A0}9XKM\u{2009}20QH\u{202F}BDR5",
            "4T7W-9XKM-\n20QH-BDR5",
            "4T7W\u{200B}9XKM\u{AD}20QH\u{2060}BDR5",
            "4T7W.9XKM.20QH.BDR5",
            "4 T 7 W 9 X K M 2 0 Q H B D R 5",
            "4T7W9 XKM20 QHBDR 5",
            "https://hub.example/verify#CJ-2026-7K3M-Q9ZD-T.4T7W-9XKM-20QH-BDR5",
            "CJ-2026-7K3M-Q9ZD-T 4T7W 9XKM 20QH BDR5 este codul",
        ] {
            assert_eq!(check(text), Err(&TEXT_HOLDS_CONTROL_CODE), "{text}");
        }
    }

    #[test]
    fn other_numbers_and_words_are_let_through() {
        for text in [
            "Certificatul CJ-2026-7K3M-Q9ZD-T este valabil.",
            "a CJ-2026-7K3M-Q9ZD-T",
            "CJ20267K3MQ9ZDT a",
            "CJ 2026 7K3M Q9ZD T din 24 mai",
            "cererea SP-7K3M-Q9ZD-T este la noi",
            "Sunați la +40 21 303 7080, de luni până vineri.",
            "Telefon: +40 21 303 7080 / 7081, fax 021 303 70 90, mobil 0712 345 678",
            "+49 151 2345 6789, +33 6 12 34 56 78, +40-21-312.34.56, 0040 21 303 7080",
            "+2880514121171",
            "0800 800 201, luni–vineri 8:30–16:30",
            "cererea 0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f",
            "a 0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f, cod 500",
            "12345678-1234-1234-1234-123456789012",
            "0190f5c27b1e7e528d3f1a2b3c4d5e6f",
            "1800101221145 nu este un CNP",
            "CUI RO18547290, J40/1234/2020, art. 28 alin. (1) din Legea nr. 290/2004",
            "seria RX nr. 123456, eliberat la 24.05.2024, ora 10:30",
            "seria KX123456 din 24 mai 2024",
            "responsabilitate, responsabilitatea, RESPONSABILITATE",
            "Care este data cand, este 2024 anul care va veni?",
            "Mergeți la ghișeul 3, etajul 2, de la 8 la 16, cu actul și 2 copii.",
            "Please bring the card of 24 May 2024 to desk 3 at 10 am, see page 2 and 3 there.",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    /// Builds a CNP from these digits, valid most of the time.
    fn cnp(first: u8, days: u32, rest: u32) -> Option<String> {
        let date = chrono::NaiveDate::from_ymd_opt(1930, 1, 1)? + chrono::TimeDelta::days(days.into());
        let head = format!("{first}{}{rest:05}", date.format("%y%m%d"));
        (0..10).map(|check| format!("{head}{check}")).find(|number| Cnp::parse(number).is_ok())
    }

    /// Joins the symbols of a code with separators before some of them.
    fn spread(symbols: &str, separators: &[String]) -> String {
        symbols.chars().zip(separators).map(|(symbol, separator)| format!("{separator}{symbol}")).collect()
    }

    const SEPARATOR: &str = "[ \u{A0}\u{2009}\u{202F}\u{3000}\n\t\u{AD}\u{200B}-\u{200F}\u{2060}\u{FEFF}\u{2010}-\u{2015}\u{2212}\u{FE63}-]{0,3}";

    proptest! {
        #[test]
        fn any_cnp_is_found_whatever_stands_between_its_digits(
            first in 1_u8..9, days in 0_u32..25_000, rest in 0_u32..99_999,
            separators in proptest::collection::vec(SEPARATOR, 13),
            before in "(CNP:? |nr\\. |de la 3, |)", after in "(\\.|, din 24 mai| este|)",
        ) {
            if let Some(cnp) = cnp(first, days, rest) {
                let text = format!("{before}{}{after}", spread(&cnp, &separators));
                prop_assert_eq!(check(&text), Err(&TEXT_HOLDS_CNP), "{}", text);
            }
        }

        /// A code in lower case whose groups hardly mix letters and digits can pass for prose.
        #[test]
        fn any_control_code_is_found_whatever_stands_between_its_groups(
            code in "[0-9A-HJKMNP-TV-Z]{16}", lower in any::<bool>(), grouped in any::<bool>(),
            separators in proptest::collection::vec(SEPARATOR, 16),
            before in "(codul: |cod |a |)", after in "(\\.|, din 24 mai| este|)",
        ) {
            let fours: Vec<&str> = [0, 4, 8, 12].into_iter().filter_map(|from| code.get(from..from + 4)).collect();
            prop_assume!(!lower || fours.iter().map(|group| switches(group)).sum::<usize>() > 2);
            let at = |place: usize, separator: &String| {
                if grouped && place.is_multiple_of(4) { separator.clone() } else { String::new() }
            };
            let separators: Vec<String> = separators.iter().enumerate().map(|(place, text)| at(place, text)).collect();
            let code = if lower { code.to_lowercase() } else { code };
            prop_assume!(ControlCode::parse(&code).is_ok());
            prop_assume!(code.contains(|c: char| c.is_ascii_alphabetic()));
            let text = format!("{before} {}{after}", spread(&code, &separators));
            prop_assert_eq!(check(&text), Err(&TEXT_HOLDS_CONTROL_CODE), "{}", text);
        }
    }
}
