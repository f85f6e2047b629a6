//! The forms of codes that people type, as patterns of the contract. Clients in many languages read them, so they hold
//! nothing that only some engines of regular expressions know.

/// What may stand between the symbols: spaces and dashes. [`freed`](super::freed) leaves out invisible marks too, which
/// nobody types and the contract does not list.
pub(crate) const BETWEEN: &str = r"[\s\-\u2010-\u2015\u2212]*";

/// A symbol of base 32, or one that looks like it ([`base32::value`](super::base32::value)).
pub(crate) const SYMBOL: &str = "[0-9A-TV-Za-tv-z]";

/// Returns the pattern of a code: a first symbol, then `count` further ones.
pub(crate) fn code(first: &str, further: &str, count: usize) -> String {
    format!("^{BETWEEN}{first}(?:{BETWEEN}{further}){{{count}}}{BETWEEN}$")
}

/// Returns the pattern of a code of `count` symbols of base 32.
pub(crate) fn symbols(count: usize) -> String {
    code(SYMBOL, SYMBOL, count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use utoipa::PartialSchema;

    use crate::accounts::second_factor::recovery_code::RecoveryCode;
    use crate::accounts::second_factor::totp::TotpCode;
    use crate::certificates::{ControlCode, RegistrationNumber};
    use crate::http::page::Cursor;
    use crate::person::{Cnp, Cui, Email, Phone};
    use crate::time::civil_date::CivilDate;

    /// Returns whether the contract lets a value through.
    fn fits<T: PartialSchema>(text: &str) -> bool {
        let schema = serde_json::to_value(T::schema()).unwrap();
        jsonschema::draft202012::new(&schema).unwrap().is_valid(&json!(text))
    }

    #[test]
    fn the_contract_takes_what_people_type() {
        for text in ["CJ-2026-7K3M-Q9ZD-T", " cj 2o26 7k3m q9zd t ", "CJ–2026–7K3M–Q9ZD–T", "CJI0267K3MQ9ZDT"]
        {
            assert!(fits::<RegistrationNumber>(text), "{text}");
        }
        for text in ["ABCD-EFGH-JKMN-PQRS", "abcdefghjkmnpqrs", "\u{2011}ABCD EFGH JKMN PQRS\n"] {
            assert!(fits::<ControlCode>(text), "{text}");
        }
        assert!(
            fits::<RecoveryCode>("abcde fgh23")
                && fits::<TotpCode>("123 456")
                && fits::<Cursor>("AZAAAAAAcACAAAAAAAAAAA")
        );
        for text in ["1800101221144", "180 0101-221144", "1 8 0 0 1 0 1 2 2 1 1 4 4"] {
            assert!(fits::<Cnp>(text), "{text}");
        }
        for text in ["12345674", "RO12345674", "ro 1234-5674", "19"] {
            assert!(fits::<Cui>(text), "{text}");
        }
        for text in [
            "+40712345678",
            "+40 (712) 345.678",
            "(+40) 21 234 5678",
            "+33612345678",
            "+4312345678",
            "+1 202-555-0142",
        ] {
            assert!(fits::<Phone>(text), "{text}");
        }
        for text in ["1850-01-01", "1999-12-31", "2026-11-27", "2199-12-31"] {
            assert!(fits::<CivilDate>(text), "{text}");
        }
        for text in [
            "ana@example.org",
            " ana@example.org\n",
            "Ana.Pop+x@Example.ORG",
            "1@2.x3",
            "ana@example\u{3002}org",
        ] {
            assert!(fits::<Email>(text), "{text}");
        }
    }

    #[test]
    fn the_contract_says_what_is_refused_for_its_form() {
        for text in [
            "CJ-2026-7K3M-Q9ZD",
            "XX-2026-7K3M-Q9ZD-T",
            "CJ-0026-7K3M-Q9ZD-T",
            "CJ-2026-7K3M-Q9ZD-U",
            "CJ/2026/7K3M/Q9ZD/T",
        ] {
            assert!(!fits::<RegistrationNumber>(text) && RegistrationNumber::parse(text).is_err(), "{text}");
        }
        for text in
            ["ABCD-EFGH-JKMN-PQR", "ABCD-EFGH-JKMN-PQRSS", "ABCD-EFGH-JKMN-PQRU", "ABCD+EFGH+JKMN+PQRS"]
        {
            assert!(!fits::<ControlCode>(text) && ControlCode::parse(text).is_err(), "{text}");
        }
        for text in ["180010122114", "18001012211444", "0800101221144", "180010122114x", "1800101/221144"] {
            assert!(!fits::<Cnp>(text) && Cnp::parse(text).is_err(), "{text}");
        }
        for text in ["1", "012345674", "12345678901", "R12345674", "12345674RO"] {
            assert!(!fits::<Cui>(text) && Cui::parse(text).is_err(), "{text}");
        }
        for text in [
            "0712345678",
            "+4071234567",
            "+40812345678",
            "+407123456789",
            "+0712345678",
            "+123456",
            "+1234567890123456",
            "+40/712/345678",
        ] {
            assert!(!fits::<Phone>(text) && Phone::parse(text).is_err(), "{text}");
        }
        for text in ["1849-12-31", "2200-01-01", "2026-13-01", "2026-1-1", "26-01-01"] {
            assert!(CivilDate::parse(text).is_err(), "{text}");
        }
        assert!(!fits::<CivilDate>("1849-12-31") && !fits::<CivilDate>("2200-01-01"));
        for text in
            ["ana", "ana@example", "ana@127.0.0.1", "@example.org", "ana@example.org.", "a b@example.org"]
        {
            assert!(!fits::<Email>(text) && Email::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_count_characters() {
        let (dashes, far) = ("\u{2013}".repeat(60), "\u{2013}".repeat(70));
        assert!(Cnp::parse(&format!("{dashes}1800101221144")).is_ok());
        assert!(Cnp::parse(&format!("{far}1800101221144")).is_err());
        assert!(ControlCode::parse(&format!("ABCDEFGHJKMNPQRS{}", "-".repeat(48))).is_ok());
        assert!(ControlCode::parse(&format!("ABCDEFGHJKMNPQRS{}", "-".repeat(49))).is_err());
    }
}
