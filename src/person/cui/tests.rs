use proptest::prelude::*;

use super::*;

#[test]
fn valid_examples() {
    for (text, digits) in [
        ("RO18547290", "18547290"),
        ("ro18547290", "18547290"),
        ("Ro 18547290", "18547290"),
        ("4221306", "4221306"),
        ("14399840", "14399840"),
        ("361757", "361757"),
        ("12345674", "12345674"),
        ("230", "230"),
    ] {
        assert_eq!(Cui::parse(text).unwrap().as_str(), digits);
    }
}

#[test]
fn each_rule_is_named() {
    for (text, rule) in [
        ("", &CUI_LENGTH),
        ("RO", &CUI_LENGTH),
        ("4", &CUI_LENGTH),
        ("12345678901", &CUI_LENGTH),
        ("1234567a", &CUI_DIGITS),
        ("ROO18547290", &CUI_DIGITS),
        ("RORO4221306", &CUI_DIGITS),
        ("+4221306", &CUI_DIGITS),
        ("٢٣٠", &CUI_DIGITS),
        ("r\u{f6}230", &CUI_DIGITS),
        ("0230", &CUI_LEADING_ZERO),
        ("RO04221306", &CUI_LEADING_ZERO),
        ("18547291", &CUI_CHECKSUM),
        ("4221307", &CUI_CHECKSUM),
        ("12345678", &CUI_CHECKSUM),
    ] {
        assert_eq!(Cui::parse(text), Err(rule), "{text}");
    }
}

prop_compose! {
    fn valid_cui()(body in 1_u32..=999_999_999) -> String {
        let mut valid = (0..10).map(|check| format!("{body}{check}")).filter(|text| Cui::parse(text).is_ok());
        let only = valid.next().unwrap();
        assert_eq!(valid.next(), None, "{body} has two check digits");
        only
    }
}

fn digits(text: &str) -> Vec<u32> {
    text.bytes().map(|byte| u32::from(byte - b'0')).collect()
}

fn text(digits: &[u32]) -> String {
    digits.iter().map(u32::to_string).collect()
}

/// Computes ten times the weighted sum modulo 11, of the body padded to nine digits.
fn remainder(digits: &[u32]) -> u32 {
    let body = format!("{:0>9}", text(&digits[..digits.len() - 1]));
    let sum: u32 =
        "753217532".bytes().zip(body.bytes()).map(|(w, d)| u32::from((w - b'0') * (d - b'0'))).sum();
    10 * sum % 11
}

/// Remainders 10 and 0 share the check digit 0, so the checksum misses an error before the check digit exactly if it
/// changes one remainder to the other, and never otherwise, because no weight and no difference of adjacent weights is
/// 0 modulo 11.
fn checksum_decides(before: &[u32], after: &[u32]) -> bool {
    let collide = matches!((remainder(before), remainder(after)), (0, 10) | (10, 0));
    match Cui::parse(&text(after)) {
        Ok(_) => collide,
        Err(rule) => rule != &CUI_CHECKSUM || !collide,
    }
}

proptest! {
    #[test]
    fn a_wrong_check_digit_is_always_refused(cui in valid_cui(), by in 1_u32..10) {
        let mut wrong = digits(&cui);
        let last = wrong.len() - 1;
        wrong[last] = (wrong[last] + by) % 10;
        prop_assert_eq!(Cui::parse(&text(&wrong)), Err(&CUI_CHECKSUM));
    }

    #[test]
    fn a_wrong_digit_is_refused_unless_remainders_collide(cui in valid_cui(), at: prop::sample::Index, by in 1_u32..10) {
        let right = digits(&cui);
        let mut wrong = right.clone();
        let at = at.index(right.len() - 1);
        wrong[at] = (wrong[at] + by) % 10;
        prop_assert!(checksum_decides(&right, &wrong));
    }

    #[test]
    fn a_swap_of_neighbours_is_refused_unless_remainders_collide(cui in valid_cui(), at: prop::sample::Index) {
        let right = digits(&cui);
        prop_assume!(right.len() > 2);
        let mut wrong = right.clone();
        let at = at.index(right.len() - 2);
        wrong.swap(at, at + 1);
        prop_assert!(wrong == right || checksum_decides(&right, &wrong));
    }

    /// Only a final 01 with remainder 1, and 10 with remainder 10, can be swapped unnoticed.
    #[test]
    fn a_swap_with_the_check_digit_is_refused_but_for_01_and_10(cui in valid_cui()) {
        let right = digits(&cui);
        let mut wrong = right.clone();
        let last = right.len() - 1;
        wrong.swap(last - 1, last);
        let slips = matches!((remainder(&right), right[last - 1], right[last]), (1, 0, 1) | (10, 1, 0));
        prop_assert!(Cui::parse(&text(&wrong)).is_ok() == slips || wrong == right || wrong[0] == 0);
    }

    #[test]
    fn the_prefix_changes_nothing(cui in valid_cui()) {
        prop_assert_eq!(Cui::parse(&format!("RO{cui}")), Cui::parse(&cui));
    }
}

/// Valid codes that differ by one digit, by a swap, and by a swap with the check digit.
#[test]
fn collisions_are_accepted_because_the_law_defines_them_so() {
    for (one, other) in [("10000040", "50000040"), ("10000580", "10005080"), ("10000601", "10000610")] {
        assert_ne!(remainder(&digits(one)), remainder(&digits(other)));
        assert!(Cui::parse(one).is_ok() && Cui::parse(other).is_ok(), "{one} {other}");
    }
}
