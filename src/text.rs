//! Rules for one line of text that a person typed: what a signed document must not carry unseen.

use unicode_normalization::is_nfc;

use crate::rule::Rule;

/// Nothing but white space.
pub const TEXT_BLANK: Rule = Rule::new("text_blank", "Write something here", "Completați acest câmp");

/// More characters than the field holds.
pub const TEXT_TOO_LONG: Rule = Rule::new(
    "text_too_long",
    "The text is longer than this field allows",
    "Textul depășește lungimea admisă",
);

/// A character that cannot be seen, or that changes the direction of what follows.
pub const TEXT_CONTROL_CHARACTER: Rule = Rule::new(
    "text_control_character",
    "Remove line breaks, tabs and invisible characters",
    "Eliminați sfârșiturile de rând, taburile și caracterele invizibile",
);

/// Not in Unicode normalization form C (UAX #15): two spellings of one text would be signed differently.
pub const TEXT_NOT_NFC: Rule = Rule::new(
    "text_not_nfc",
    "Send the text in Unicode normalization form C (composed characters)",
    "Trimiteți textul în forma de normalizare Unicode C (caractere compuse)",
);

/// Ş ş Ţ ţ with a cedilla: Romanian has a comma below (Ș ș Ț ț), and the two look alike.
pub const TEXT_CEDILLA: Rule = Rule::new(
    "text_cedilla",
    "Use the Romanian letters with a comma below (Ș ș Ț ț), not those with a cedilla",
    "Folosiți literele românești cu virgulă (Ș ș Ț ț), nu pe cele cu sedilă",
);

/// Checks one line of human text of at most `max_chars` characters (Unicode scalar values).
///
/// # Errors
/// The first broken rule of [`TEXT_BLANK`], [`TEXT_TOO_LONG`], [`TEXT_CONTROL_CHARACTER`],
/// [`TEXT_NOT_NFC`], [`TEXT_CEDILLA`].
pub fn check(text: &str, max_chars: usize) -> Result<(), &'static Rule> {
    if text.trim().is_empty() {
        return Err(&TEXT_BLANK);
    }
    if text.chars().nth(max_chars).is_some() {
        return Err(&TEXT_TOO_LONG);
    }
    if text.chars().any(is_unseen) {
        return Err(&TEXT_CONTROL_CHARACTER);
    }
    if !is_nfc(text) {
        return Err(&TEXT_NOT_NFC);
    }
    if text.chars().any(|c| comma_below(c) != c) {
        return Err(&TEXT_CEDILLA);
    }
    Ok(())
}

/// A character that does not belong into a message.
pub const MESSAGE_CONTROL_CHARACTER: Rule = Rule::new(
    "text_control_character",
    "Remove control characters and those that turn the direction of the text",
    "Eliminați caracterele de control și cele care schimbă direcția textului",
);

/// Checks a message of several lines, of at most `max_chars` characters. It is read by a person and signed by nobody, so
/// it may be spelt as its author's keyboard does: with cedillas, decomposed, with joined emoji.
///
/// # Errors
/// The first broken rule of [`TEXT_BLANK`], [`TEXT_TOO_LONG`], [`MESSAGE_CONTROL_CHARACTER`].
pub fn check_message(text: &str, max_chars: usize) -> Result<(), &'static Rule> {
    if text.trim().is_empty() {
        return Err(&TEXT_BLANK);
    }
    if text.chars().nth(max_chars).is_some() {
        return Err(&TEXT_TOO_LONG);
    }
    let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| turns(c) || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))) {
        return Err(&MESSAGE_CONTROL_CHARACTER);
    }
    Ok(())
}

/// Replaces the cedilla letters that old systems still send (ISO 8859-2 had no others) by the Romanian ones.
///
/// Meant for records of other systems, before they are checked; what a person types is refused instead,
/// so that nobody's text changes behind their back.
#[must_use]
pub fn with_commas_below(text: &str) -> String {
    text.chars().map(comma_below).collect()
}

/// The Romanian letter for one with a cedilla; every other character as it is.
fn comma_below(c: char) -> char {
    match c {
        '\u{015E}' => '\u{0218}',
        '\u{015F}' => '\u{0219}',
        '\u{0162}' => '\u{021A}',
        '\u{0163}' => '\u{021B}',
        other => other,
    }
}

/// Control characters (C0, DEL, C1) and the format characters that hide or reorder text.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}'
            | '\u{200B}'..='\u{200F}' // zero width, direction marks
            | '\u{2028}'..='\u{202E}' // line and paragraph separators, direction overrides
            | '\u{2060}'..='\u{206F}' // word joiner, direction isolates
            | '\u{FFF9}'..='\u{FFFB}' // interlinear annotation
            | '\u{E0000}'..='\u{E007F}') // tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_passes() {
        for text in ["a", "Angajare la o școală", "Ștefan & Țăranu, nr. 5", "Zoë O’Connor", "日本"]
        {
            assert_eq!(check(text, 60), Ok(()), "{text}");
        }
    }

    #[test]
    fn blank_is_refused() {
        for text in ["", " ", "\t\n", "\u{00A0}\u{2003}"] {
            assert_eq!(check(text, 10), Err(&TEXT_BLANK), "{text:?}");
        }
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(check("șșș", 3), Ok(()));
        assert_eq!(check("șșșș", 3), Err(&TEXT_TOO_LONG));
        assert_eq!(check("a", 0), Err(&TEXT_TOO_LONG));
    }

    #[test]
    fn unseen_characters_are_refused() {
        let unseen =
            ['\u{0}', '\t', '\n', '\u{1B}', '\u{7F}', '\u{85}', '\u{9F}', '\u{AD}', '\u{200B}', '\u{FEFF}'];
        let bidi = ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
        for c in unseen.into_iter().chain(bidi) {
            assert_eq!(check(&format!("a{c}b"), 10), Err(&TEXT_CONTROL_CHARACTER), "{c:?}");
        }
    }

    #[test]
    fn decomposed_text_is_refused() {
        assert_eq!(check("s\u{0326}", 10), Err(&TEXT_NOT_NFC));
        assert_eq!(check("\u{212B}", 10), Err(&TEXT_NOT_NFC)); // the ångström sign composes to Å
    }

    #[test]
    fn messages_have_lines_and_nothing_that_deceives() {
        for text in ["a", "Bună ziua,\r\n\tşi mulţumesc", "e\u{0301} \u{1F468}\u{200D}\u{1F469}"] {
            assert_eq!(check_message(text, 60), Ok(()), "{text:?}");
        }
        for c in ['\u{0}', '\u{1B}', '\u{7F}', '\u{85}', '\u{202E}', '\u{2066}'] {
            assert_eq!(check_message(&format!("a{c}b"), 10), Err(&MESSAGE_CONTROL_CHARACTER), "{c:?}");
        }
        assert_eq!(check_message("\n \t", 10), Err(&TEXT_BLANK));
        assert_eq!(check_message("șșșș", 3), Err(&TEXT_TOO_LONG));
    }

    #[test]
    fn cedillas_are_refused_and_can_be_replaced() {
        for c in ['\u{015E}', '\u{015F}', '\u{0162}', '\u{0163}'] {
            assert_eq!(check(&format!("a{c}"), 10), Err(&TEXT_CEDILLA), "{c}");
        }
        let replaced = with_commas_below("Ştefan Ţepeş, Maţ");
        assert_eq!(replaced, "Ștefan Țepeș, Maț");
        assert_eq!(check(&replaced, 20), Ok(()));
    }
}
