//! Dates for people and for PDF. Certificates count days in Romania.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Europe::Bucharest;

const MONTHS_RO: [&str; 12] = [
    "ianuarie",
    "februarie",
    "martie",
    "aprilie",
    "mai",
    "iunie",
    "iulie",
    "august",
    "septembrie",
    "octombrie",
    "noiembrie",
    "decembrie",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Formats `24 noiembrie 2026`.
pub(super) fn ro(date: NaiveDate) -> String {
    in_words(date, &MONTHS_RO)
}

/// Formats `24 November 2026`.
pub(super) fn en(date: NaiveDate) -> String {
    in_words(date, &MONTHS_EN)
}

/// Formats `24/11/2026`, as on forms of the European Union.
pub(super) fn numeric(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// Returns the civil date and the time of day in Romania.
pub(super) fn in_romania(moment: DateTime<Utc>) -> (NaiveDate, String) {
    let local = moment.with_timezone(&Bucharest);
    (local.date_naive(), local.format("%H:%M").to_string())
}

fn in_words(date: NaiveDate, months: &[&str; 12]) -> String {
    let month = months.iter().zip(1..).find_map(|(name, at)| (at == date.month()).then_some(*name));
    format!("{} {} {}", date.day(), month.unwrap_or_default(), date.year())
}

/// Converts an instant for the PDF library.
pub(super) fn pdf_date(moment: DateTime<Utc>) -> krilla::metadata::DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    krilla::metadata::DateTime::new(u16::try_from(moment.year()).unwrap_or_default())
        .month(small(moment.month()))
        .day(small(moment.day()))
        .hour(small(moment.hour()))
        .minute(small(moment.minute()))
        .second(small(moment.second()))
        .utc_offset_hour(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_write_them() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 4).unwrap();
        assert_eq!((ro(date), en(date)), ("4 noiembrie 2026".into(), "4 November 2026".into()));
        assert_eq!(numeric(date), "04/11/2026");
    }

    #[test]
    fn times_are_written_in_romanian_time() {
        let moment = "2026-08-30T22:30:00Z".parse().unwrap();
        let (date, time) = in_romania(moment);
        assert_eq!((ro(date), time.as_str()), ("31 august 2026".into(), "01:30"));
    }
}
