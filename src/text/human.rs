//! Human text: one form to store, sign and show, without invisible characters.
//!
//! The same text reaches us from keyboards, files, registers and identity providers in many spellings. [`normalize`]
//! brings them to one form before lengths are counted and characters checked; only the normalized text is stored.

use unicode_normalization::UnicodeNormalization;

use crate::text::Rule;

/// The text is blank.
pub const TEXT_BLANK: Rule = Rule::new("text_blank", "Write something here", "Completați acest câmp");

/// The text has more characters than the field holds.
pub const TEXT_TOO_LONG: Rule = Rule::new(
    "text_too_long",
    "The text is longer than this field allows",
    "Textul depășește lungimea admisă",
);

/// A character is invisible, or changes the direction of text.
pub const TEXT_CONTROL_CHARACTER: Rule = Rule::new(
    "text_control_character",
    "Remove line breaks, tabs and invisible characters",
    "Eliminați sfârșiturile de rând, taburile și caracterele invizibile",
);

/// The document's fonts lack a character.
pub const TEXT_NOT_PRINTABLE: Rule = Rule::new(
    "text_not_printable",
    "The document can print Latin, Greek and Cyrillic letters, digits and usual punctuation only",
    "Documentul poate tipări numai litere latine, grecești și chirilice, cifre și semnele de punctuație uzuale",
);

/// A message holds a forbidden control character.
pub const MESSAGE_CONTROL_CHARACTER: Rule = TEXT_CONTROL_CHARACTER.worded(
    "Remove control characters and those that turn the direction of the text",
    "Eliminați caracterele de control și cele care schimbă direcția textului",
);

/// Normalizes text for storage: Unicode normalization form C (UAX #15), Romanian letters with a comma below instead of
/// a cedilla, and one hyphen, one apostrophe, one space for their typographic variants.
#[must_use]
pub fn normalize(text: &str) -> String {
    text.nfc().map(one_form).collect()
}

/// Returns the character that stands for all its variants.
fn one_form(c: char) -> char {
    match c {
        // Ş ş Ţ ţ: ISO 8859-2 had no others, and the two look alike.
        '\u{015E}' => '\u{0218}',
        '\u{015F}' => '\u{0219}',
        '\u{0162}' => '\u{021A}',
        '\u{0163}' => '\u{021B}',
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02B9}' | '\u{02BB}' | '\u{02BC}' | '\u{2032}'
        | '\u{FF07}' => '\'',
        '\u{2010}' | '\u{2011}' | '\u{FE63}' | '\u{FF0D}' => '-',
        '\u{00A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// Parses one line of human text of at most `max_chars` characters (Unicode scalar values): [normalized](normalize),
/// trimmed, with single spaces inside.
///
/// # Errors
/// The first broken rule of [`TEXT_BLANK`], [`TEXT_TOO_LONG`], [`TEXT_CONTROL_CHARACTER`], [`TEXT_NOT_PRINTABLE`].
pub fn line(text: &str, max_chars: usize) -> Result<String, &'static Rule> {
    let text = single_spaced(normalize(text).trim());
    if text.is_empty() {
        return Err(&TEXT_BLANK);
    }
    if text.chars().nth(max_chars).is_some() {
        return Err(&TEXT_TOO_LONG);
    }
    if text.chars().any(is_unseen) {
        return Err(&TEXT_CONTROL_CHARACTER);
    }
    if text.chars().all(is_printable) { Ok(text) } else { Err(&TEXT_NOT_PRINTABLE) }
}

fn single_spaced(text: &str) -> String {
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Parses a message of several lines, of at most `max_chars` characters: in form C, with LF line ends. People read it
/// and no document prints it, so it may hold characters that a line may not, such as joined emoji.
///
/// # Errors
/// The first broken rule of [`TEXT_BLANK`], [`TEXT_TOO_LONG`], [`MESSAGE_CONTROL_CHARACTER`].
pub fn message(text: &str, max_chars: usize) -> Result<String, &'static Rule> {
    let text = message_form(text);
    if text.trim().is_empty() {
        return Err(&TEXT_BLANK);
    }
    if text.chars().nth(max_chars).is_some() {
        return Err(&TEXT_TOO_LONG);
    }
    let turns = |c| matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|c| turns(c) || (c.is_control() && !matches!(c, '\n' | '\t'))) {
        return Err(&MESSAGE_CONTROL_CHARACTER);
    }
    Ok(text)
}

fn message_form(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect()
}

/// Strips everything that people and programs put between the symbols of a code: spaces, dashes, invisible marks.
#[must_use]
pub fn freed(code: &str) -> String {
    let between = |c: char| {
        c.is_whitespace()
            || is_unseen(c)
            || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
    };
    code.chars().filter(|&c| !between(c)).collect()
}

/// Returns whether the document's fonts have the character; their README names the same ranges.
#[must_use]
pub fn is_printable(c: char) -> bool {
    matches!(c,
        '\u{0020}'..='\u{007E}'
        | '\u{00A1}'..='\u{00AC}'
        | '\u{00AE}'..='\u{034E}' // Latin with IPA, modifier letters, marks
        | '\u{0350}'..='\u{0377}' | '\u{037A}'..='\u{037F}' | '\u{0384}'..='\u{038A}' | '\u{038C}'
        | '\u{038E}'..='\u{03A1}' | '\u{03A3}'..='\u{03E1}' | '\u{03F0}'..='\u{03FF}' // Greek
        | '\u{0400}'..='\u{045F}' | '\u{048A}'..='\u{04FF}' // Cyrillic
        | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}' // Latin, additional and extended C
        | '\u{2012}'..='\u{2015}' | '\u{201A}' | '\u{201C}'..='\u{201E}' | '\u{2020}'..='\u{2022}'
        | '\u{2026}' | '\u{2030}' | '\u{2033}' | '\u{2039}' | '\u{203A}' | '\u{20AC}' | '\u{2116}' | '\u{2122}')
}

/// Returns whether the character is invisible or has no common meaning: control characters (C0, DEL, C1), format
/// characters that hide or reorder text, blank letters, private-use characters, noncharacters.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' // zero width, direction marks
            | '\u{2028}'..='\u{202E}' // line and paragraph separators, direction overrides
            | '\u{2060}'..='\u{206F}' // word joiner, direction isolates
            | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' // interlinear annotation
            | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}'
            | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'
            | '\u{1D173}'..='\u{1D17A}' // musical format
            | '\u{E0000}'..='\u{E0FFF}') // tags, variation selectors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_passes_as_it_is() {
        for text in [
            "a",
            "Angajare la o școală",
            "Ștefan & Țăranu, nr. 5",
            "Zoë O'Connor",
            "Παπάς, Попеску",
            "L–V 8–16",
        ] {
            assert_eq!(line(text, 60).as_deref(), Ok(text));
        }
    }

    #[test]
    fn all_spellings_of_a_text_become_one() {
        for (text, kept) in [
            (" \u{00A0}S\u{0326}tefan\u{2009}Ţepeş\u{3000}", "Ștefan Țepeș"),
            ("\u{015E}tefan \u{2003} \u{0162}epe\u{015F}", "Ștefan Țepeș"),
            (
                "O\u{2018}Neill O\u{2019}Neill O\u{02BC}Neill O\u{FF07}Neill",
                "O'Neill O'Neill O'Neill O'Neill",
            ),
            ("Ana\u{2011}Maria\u{2010}Ioana", "Ana-Maria-Ioana"),
            ("\u{212B}", "Å"),
        ] {
            assert_eq!(line(text, 60).as_deref(), Ok(kept));
            assert_eq!(line(kept, 60).as_deref(), Ok(kept), "what was read can be read again");
        }
    }

    #[test]
    fn blank_is_refused() {
        for text in ["", " ", "\u{00A0}\u{2003}"] {
            assert_eq!(line(text, 10), Err(&TEXT_BLANK), "{text:?}");
        }
    }

    #[test]
    fn length_counts_characters_of_the_form_that_is_kept() {
        assert_eq!(line("șșș", 3).as_deref(), Ok("șșș"));
        assert_eq!(line("s\u{0326}s\u{0326}s\u{0326}", 3).as_deref(), Ok("șșș"));
        assert_eq!(line(" a  b ", 3).as_deref(), Ok("a b"));
        assert_eq!(line("șșșș", 3), Err(&TEXT_TOO_LONG));
        assert_eq!(line("a", 0), Err(&TEXT_TOO_LONG));
    }

    #[test]
    fn unseen_characters_are_refused() {
        let unseen = [
            '\u{0}',
            '\t',
            '\n',
            '\u{1B}',
            '\u{7F}',
            '\u{85}',
            '\u{9F}',
            '\u{AD}',
            '\u{34F}',
            '\u{200B}',
            '\u{FEFF}',
            '\u{2028}',
            '\u{2800}',
            '\u{3164}',
            '\u{FE0F}',
            '\u{E000}',
            '\u{E0100}',
            '\u{10FFFF}',
            '\u{FDD0}',
        ];
        let bidi = ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}');
        for c in unseen.into_iter().chain(bidi) {
            assert_eq!(line(&format!("a{c}b"), 10), Err(&TEXT_CONTROL_CHARACTER), "{c:?}");
        }
    }

    #[test]
    fn unprintable_text_is_refused_at_the_door() {
        for text in ["日本", "😀", "עברית", "a\u{FFFD}"] {
            assert_eq!(line(text, 10), Err(&TEXT_NOT_PRINTABLE), "{text}");
        }
    }

    #[test]
    fn messages_have_lines_and_nothing_that_deceives() {
        for (text, kept) in [
            ("a", "a"),
            ("Bună ziua,\r\n\tşi mulţumesc", "Bună ziua,\n\tşi mulţumesc"),
            ("e\u{0301} \u{1F468}\u{200D}\u{1F469}", "é \u{1F468}\u{200D}\u{1F469}"),
        ] {
            assert_eq!(message(text, 60).as_deref(), Ok(kept));
        }
        for c in ['\u{0}', '\u{1B}', '\u{7F}', '\u{85}', '\u{202E}', '\u{2066}', '\u{200F}'] {
            assert_eq!(message(&format!("a{c}b"), 10), Err(&MESSAGE_CONTROL_CHARACTER), "{c:?}");
        }
        assert_eq!(message("\n \t", 10), Err(&TEXT_BLANK));
        assert_eq!(message("șșșș", 3), Err(&TEXT_TOO_LONG));
    }

    #[test]
    fn codes_are_freed_of_what_stands_between_their_symbols() {
        for code in [
            "1800101221144",
            " 1800 101 221144\n",
            "1-800101-22114-4",
            "1800101\u{200B}221144",
            "1800101\u{2011}221144\u{FEFF}",
        ] {
            assert_eq!(freed(code), "1800101221144");
        }
        assert_eq!(freed("18_00.1"), "18_00.1");
    }
}
