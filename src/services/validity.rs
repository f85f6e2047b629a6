//! How long a certificate is valid: six months from the date of issue.

use chrono::{Months, NaiveDate};

/// Months of validity.
const MONTHS: u32 = 6;

/// Returns the last day on which a certificate issued on `issued_on` is valid: the same day six months later, or the
/// last day of that month if it is shorter (31 August to 28 or 29 February).
#[must_use]
pub fn valid_until(issued_on: NaiveDate) -> NaiveDate {
    issued_on.checked_add_months(Months::new(MONTHS)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn validity_ends_with_a_shorter_month() {
        for (issued, until) in [
            ("2026-08-31", "2027-02-28"),
            ("2027-08-31", "2028-02-29"),
            ("2026-08-28", "2027-02-28"),
            ("2026-03-31", "2026-09-30"),
            ("2026-02-28", "2026-08-28"),
            ("2026-07-15", "2027-01-15"),
        ] {
            assert_eq!(valid_until(date(issued)), date(until), "issued on {issued}");
        }
        assert_eq!(valid_until(NaiveDate::MAX), NaiveDate::MAX);
    }
}
