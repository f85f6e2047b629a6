use proptest::prelude::*;

use super::*;

fn date(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

#[test]
fn valid_examples_tell_birth_and_sex() {
    let male = Some(Sex::Male);
    let female = Some(Sex::Female);
    for (text, birth, sex) in [
        ("1800101221144", date(1980, 1, 1), male),
        ("1900515400031", date(1990, 5, 15), male),
        ("6240601700021", date(2024, 6, 1), female),
        ("5240601700011", date(2024, 6, 1), male),
        ("5000229400019", date(2000, 2, 29), male),
        ("7900315120018", None, male),
        ("8900315120028", None, female),
        ("1630615123457", date(1963, 6, 15), male),
    ] {
        let cnp = Cnp::parse(text).unwrap();
        assert_eq!(cnp.as_str(), text);
        assert_eq!((cnp.birth_date(), cnp.sex()), (birth, sex), "{text}");
    }
}

#[test]
fn a_pasted_cnp_is_freed_of_what_is_between_its_digits() {
    for text in [
        " 1800101221144\n",
        "1 800101 22 1144",
        "1-800101-221144",
        "1800101\u{00A0}221144",
        "\u{202A}1800101\u{200B}221144\u{FEFF}",
        "1800101\u{2011}221144",
    ] {
        assert_eq!(Cnp::parse(text).unwrap().as_str(), "1800101221144");
    }
    assert_eq!(Cnp::parse(&format!("{}1800101221144", " ".repeat(100))), Err(&CNP_LENGTH));
}

#[test]
fn each_rule_is_named() {
    for (text, rule) in [
        ("", &CNP_LENGTH),
        ("180010122114", &CNP_LENGTH),
        ("18001012211440", &CNP_LENGTH),
        ("180010122114a", &CNP_DIGITS),
        ("+800101221144", &CNP_DIGITS),
        ("١٨٠٠١٠١٢٢١١٤٤", &CNP_DIGITS),
        ("0800101221142", &CNP_SEX),
        ("1632215123457", &CNP_DATE),
        ("1000229400011", &CNP_DATE), // the check digit is right, but 1900 had no 29 February
        ("1630600123457", &CNP_DATE),
        ("1630631123457", &CNP_DATE),
        ("1630615120007", &CNP_SEQUENCE),
        ("1630615123458", &CNP_CHECKSUM),
    ] {
        assert_eq!(Cnp::parse(text), Err(rule), "{text}");
    }
}

#[test]
fn a_leap_day_of_an_uncoded_century_may_be_of_2000() {
    assert!(Cnp::parse(&complete("700022912001")).is_ok());
    for impossible in ["7010229120018", "9000230120018"] {
        assert_eq!(Cnp::parse(impossible), Err(&CNP_DATE), "{impossible}");
    }
}

#[test]
fn a_first_digit_9_tells_no_sex() {
    let cnp = Cnp::parse(&complete("990031512001")).unwrap();
    assert_eq!((cnp.sex(), cnp.birth_date()), (None, None));
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", Cnp::parse("1800101221144").unwrap()), "Cnp(…)");
}

/// Appends the only check digit that parses.
fn complete(body: &str) -> String {
    let mut valid = (0..10).map(|check| format!("{body}{check}")).filter(|text| Cnp::parse(text).is_ok());
    let only = valid.next().unwrap();
    assert_eq!(valid.next(), None, "{body} has two check digits");
    only
}

prop_compose! {
    fn valid_cnp()(sex in 1..=9, year in 0..=99, month in 1..=12, day in 1..=28, county in 0..=99, sequence in 1..=999)
        -> String
    {
        complete(&format!("{sex}{year:02}{month:02}{day:02}{county:02}{sequence:03}"))
    }
}

fn digits(text: &str) -> Vec<u32> {
    text.bytes().map(|byte| u32::from(byte - b'0')).collect()
}

fn text(digits: &[u32]) -> String {
    digits.iter().map(u32::to_string).collect()
}

/// Computes the weighted sum modulo 11, with the published weights.
fn remainder(digits: &[u32]) -> u32 {
    "279146358279".bytes().zip(digits).map(|(weight, digit)| u32::from(weight - b'0') * digit).sum::<u32>()
        % 11
}

/// Remainders 10 and 1 share the check digit 1, so the checksum misses an error among the first twelve digits exactly
/// if it changes one remainder to the other, and never otherwise, because no weight and no difference of adjacent
/// weights is 0 modulo 11.
fn collide(before: &[u32], after: &[u32]) -> bool {
    matches!((remainder(before), remainder(after)), (1, 10) | (10, 1))
}

/// Returns whether the checksum refuses `after`, derived from the valid `before`, exactly if the remainders do not
/// collide. If another rule refuses it first, the checksum does not matter.
fn checksum_decides(before: &[u32], after: &[u32]) -> bool {
    match Cnp::parse(&text(after)) {
        Ok(_) => collide(before, after),
        Err(rule) => rule != &CNP_CHECKSUM || !collide(before, after),
    }
}

proptest! {
    #[test]
    fn the_date_of_birth_is_the_one_that_is_written(cnp in valid_cnp()) {
        let cnp = Cnp::parse(&cnp).unwrap();
        let coded = !matches!(cnp.as_str().as_bytes()[0], b'7'..=b'9');
        prop_assert_eq!(cnp.birth_date().is_some(), coded);
        if let Some(birth) = cnp.birth_date() {
            prop_assert_eq!(birth.format("%y%m%d").to_string(), &cnp.as_str()[1..7]);
        }
    }

    #[test]
    fn a_wrong_check_digit_is_always_refused(cnp in valid_cnp(), by in 1_u32..10) {
        let mut wrong = digits(&cnp);
        wrong[12] = (wrong[12] + by) % 10;
        prop_assert_eq!(Cnp::parse(&text(&wrong)), Err(&CNP_CHECKSUM));
    }

    #[test]
    fn a_wrong_digit_is_refused_unless_remainders_collide(cnp in valid_cnp(), at in 0_usize..12, by in 1_u32..10) {
        let right = digits(&cnp);
        let mut wrong = right.clone();
        wrong[at] = (wrong[at] + by) % 10;
        prop_assert!(checksum_decides(&right, &wrong));
    }

    #[test]
    fn a_swap_of_neighbours_is_refused_unless_remainders_collide(cnp in valid_cnp(), at in 0_usize..11) {
        let right = digits(&cnp);
        let mut wrong = right.clone();
        wrong.swap(at, at + 1);
        prop_assert!(wrong == right || checksum_decides(&right, &wrong));
    }

    /// Only a final 13 with remainder 3, and 31 with remainder 10, can be swapped unnoticed.
    #[test]
    fn a_swap_with_the_check_digit_is_refused_but_for_13_and_31(cnp in valid_cnp()) {
        let right = digits(&cnp);
        let mut wrong = right.clone();
        wrong.swap(11, 12);
        let slips = matches!((remainder(&right), right[11], right[12]), (3, 1, 3) | (10, 3, 1));
        let accepted = Cnp::parse(&text(&wrong)).is_ok();
        prop_assert!(accepted == slips || wrong == right || wrong[9..12] == [0, 0, 0]);
    }

    /// So a CNP whose check digit is not 1 is safe from every single error in the first twelve digits.
    #[test]
    fn every_error_is_refused_when_the_check_digit_is_not_1(cnp in valid_cnp(), at in 0_usize..11, by in 1_u32..10) {
        let right = digits(&cnp);
        prop_assume!(right[12] != 1);
        let (mut wrong, mut swapped) = (right.clone(), right.clone());
        wrong[at] = (wrong[at] + by) % 10;
        swapped.swap(at, at + 1);
        prop_assert!(Cnp::parse(&text(&wrong)).is_err());
        prop_assert!(swapped == right || Cnp::parse(&text(&swapped)).is_err());
    }

    #[test]
    fn arbitrary_text_is_no_cnp(text in "\\PC{0,20}") {
        prop_assume!(text.len() != LENGTH);
        prop_assert!(Cnp::parse(&text).is_err());
    }
}

/// The share of undetected single errors, over every weight, remainder and pair of digits.
#[test]
fn one_single_error_in_55_collides() {
    let (mut colliding, mut all) = (0, 0);
    for (weight, before) in WEIGHTS.into_iter().flat_map(|weight| (0..11).map(move |before| (weight, before)))
    {
        for (from, to) in (0..100).map(|pair| (pair / 10, pair % 10)).filter(|(from, to)| from != to) {
            let after = (before + 99 + weight * to - weight * from) % 11;
            assert_ne!(after, before, "a single error always changes the remainder");
            all += 1;
            colliding += u32::from(matches!((before, after), (1, 10) | (10, 1)));
        }
    }
    assert_eq!((colliding, all), (216, 216 * 55));
}

/// Valid CNPs that differ by one digit, by a swap, and by a swap with the check digit.
#[test]
fn collisions_are_accepted_because_the_law_defines_them_so() {
    for (one, other) in [
        ("1900515400021", "1900515800021"),
        ("1900515400451", "1900515400541"),
        ("1900515400013", "1900515400031"),
    ] {
        assert_ne!(remainder(&digits(one)), remainder(&digits(other)));
        assert!(Cnp::parse(one).is_ok() && Cnp::parse(other).is_ok(), "{one} {other}");
    }
}

#[test]
fn a_birth_date_agrees_in_a_century_that_the_cnp_allows() {
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let romanian = Cnp::parse("1800101221144").unwrap();
    assert!(romanian.allows_birth_date(date(1980, 1, 1)));
    assert!(!romanian.allows_birth_date(date(1980, 1, 2)) && !romanian.allows_birth_date(date(1880, 1, 1)));
    let resident = Cnp::parse("7900315120018").unwrap();
    assert!(resident.allows_birth_date(date(1990, 3, 15)) && !resident.allows_birth_date(date(1990, 3, 16)));
}
