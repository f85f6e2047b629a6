//! Finds identifiers that an answer must not contain: it goes by mail, which others can read on its way. A CNP or
//! control code is recognized however it is written or pasted.

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::SupportText;
use crate::certificates::RegistrationNumber;
use crate::certificates::registration_number::REGISTRATION_NUMBER_FORMAT;
use crate::person::Cnp;
use crate::text::{MESSAGE_CONTROL_CHARACTER, Rule, TEXT_BLANK, TEXT_TOO_LONG, base32, input};

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

input!(
    AnswerText,
    breaks [
        TEXT_BLANK,
        TEXT_TOO_LONG,
        MESSAGE_CONTROL_CHARACTER,
        TEXT_HOLDS_CNP,
        TEXT_HOLDS_CONTROL_CODE,
    ],
    min_length: 1,
    max_length: 4000,
    pattern: r"\S",
);

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
mod tests;
