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
