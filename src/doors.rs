//! One table of values, run through every "door", that is every place where such values come in. A common rule must
//! give the same result in files, requests, claims of identity providers, answers of registers and settings.

use crate::applications::detail_door;
use crate::config::Config;
use crate::identity::{claim_doors, provider_doors};
use crate::registry::{bulk, remote_doors};

/// The stored value, or the code of the broken rule; doors for machines may hide the code.
pub(crate) type Answer = Result<String, Option<String>>;

/// A door: its name, and the function that parses a value.
pub(crate) type Door = (&'static str, fn(&str) -> Answer);

const LONG: &str = "ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo";

/// A value, and the expected result at every door.
type Row = (&'static str, Result<&'static str, &'static str>);

const NAMES: &[Row] = &[
    ("Popescu", Ok("Popescu")),
    (" Ana\u{00A0}\u{2009}Maria ", Ok("Ana Maria")),
    ("S\u{0326}tefan", Ok("Ștefan")),
    ("\u{015E}tefan \u{0162}epe\u{015F}", Ok("Ștefan Țepeș")),
    ("O\u{2018}Neill", Ok("O'Neill")),
    ("O\u{2019}Neill", Ok("O'Neill")),
    ("O\u{02BC}Neill", Ok("O'Neill")),
    ("Ana\u{2011}Maria", Ok("Ana-Maria")),
    ("Gal·la", Ok("Gal·la")),
    ("Smith, Jr.", Ok("Smith, Jr.")),
    ("Kɔfi Mɛnsa", Ok("Kɔfi Mɛnsa")),
    ("", Ok("")),
    ("-", Err("name_characters")),
    ("Popescu2", Err("name_characters")),
    ("Попеску", Err("name_characters")),
    ("Po\u{202E}pescu", Err("text_control_character")),
    ("Po\u{200B}pescu", Err("text_control_character")),
    ("Po\npescu", Err("text_control_character")),
    ("Po\u{0}pescu", Err("text_control_character")),
    (LONG, Err("text_too_long")),
];

const DATES: &[Row] = &[
    ("1988-05-14", Ok("1988-05-14")),
    ("24-05-14", Err("date_format")),
    ("1988-5-14", Err("date_format")),
    (" 1988 - 05 - 14 ", Err("date_format")),
    ("1988 -05-14", Err("date_format")),
    (" 1988-05-14", Err("date_format")),
    ("+1988-05-14", Err("date_format")),
    ("-1988-05-14", Err("date_format")),
    ("14.05.1988", Err("date_format")),
    ("1988-02-30", Err("date_format")),
    ("0024-05-14", Err("date_range")),
    ("2924-05-14", Err("date_range")),
];

const CNPS: &[Row] = &[
    ("2880514121171", Ok("2880514121171")),
    (" 2 880514 12 1171", Ok("2880514121171")),
    ("2880514-121171", Ok("2880514121171")),
    ("2880514\u{00A0}121171\u{200B}", Ok("2880514121171")),
    ("2880514121172", Err("cnp_checksum")),
    ("288051412117", Err("cnp_length")),
    ("288051412117x", Err("cnp_digits")),
];

const TEXTS: &[Row] = &[
    ("Judecătoria Huși", Ok("Judecătoria Huși")),
    ("Judec\u{0103}toria\u{00A0}\u{2003}Huşi", Ok("Judecătoria Huși")),
    ("s\u{0326}i", Ok("și")),
    (" ", Err("text_blank")),
    ("a\nb", Err("text_control_character")),
    ("a\u{202E}b", Err("text_control_character")),
    ("a\u{3164}b", Err("text_control_character")),
    ("日本", Err("text_not_printable")),
];

fn settings(name: &'static str, value: &str, read: fn(&Config) -> Option<String>) -> Answer {
    let config = Config::of([(name.to_owned(), value.to_owned())].into()).map_err(|_| None)?;
    read(&config).ok_or(None)
}

const SETTINGS_DATE: Door = ("settings", |text| {
    settings("CAZIER_LEGAL_PERSONS_FROM", text, |config| config.legal_persons_from.map(|day| day.to_string()))
});
const SETTINGS_TEXT: Door = ("settings", |text| {
    settings("CAZIER_ISSUING_UNIT", text, |config| Some(config.issuing_unit.as_str().to_owned()))
});

fn run(table: &[Row], doors: &[Door], exceptions: &[(&str, &str)]) {
    for (input, expected) in table {
        for (name, door) in doors.iter().filter(|(name, _)| !exceptions.contains(&(name, input))) {
            match (door(input), expected) {
                (Ok(kept), Ok(expected)) => assert_eq!(kept, *expected, "{name}: {input:?}"),
                (Err(Some(rule)), Err(expected)) => assert_eq!(rule, *expected, "{name}: {input:?}"),
                (Err(None), Err(_)) => {}
                (answer, expected) => panic!("{name}: {input:?} is {answer:?}, not {expected:?}"),
            }
        }
    }
}

#[test]
fn every_door_has_the_same_rule_for_a_name() {
    run(NAMES, &[bulk::doors::NAME, remote_doors::NAME, provider_doors::NAME, claim_doors::NAME], &[]);
}

#[test]
fn every_door_has_the_same_rule_for_a_date() {
    let doors = [
        bulk::doors::BIRTH_DATE,
        bulk::doors::DATE_FINAL,
        remote_doors::BIRTH_DATE,
        remote_doors::DATE_FINAL,
        provider_doors::BIRTH_DATE,
        claim_doors::BIRTH_DATE,
        SETTINGS_DATE,
    ];
    // The spaces around a setting are trimmed when its file is read.
    run(DATES, &doors, &[("settings", " 1988-05-14")]);
}

#[test]
fn every_door_has_the_same_rule_for_a_cnp() {
    run(CNPS, &[bulk::doors::CNP, remote_doors::REPRESENTATIVE, provider_doors::CNP, claim_doors::CNP], &[]);
}

#[test]
fn every_door_has_the_same_rule_for_a_line_of_text() {
    // An empty setting counts as unset.
    run(
        TEXTS,
        &[bulk::doors::TEXT, remote_doors::TEXT, detail_door::TEXT, SETTINGS_TEXT],
        &[("settings", " ")],
    );
}
