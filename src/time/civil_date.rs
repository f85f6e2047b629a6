//! Romanian civil dates: the law counts days and months in Europe/Bucharest, machines count in UTC.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Bucharest;
use serde::{Serialize, Serializer};
use utoipa::openapi::{KnownFormat, SchemaFormat};

use crate::text::{Rule, input};

/// The text is not `YYYY-MM-DD`, or not a day of the calendar.
pub const DATE_FORMAT: Rule = Rule::new(
    "date_format",
    "A date is a day of the calendar, written YYYY-MM-DD",
    "Data este o zi din calendar, scrisă AAAA-LL-ZZ",
);
/// The year is out of range.
pub const DATE_RANGE: Rule = Rule::new(
    "date_range",
    "The year must be between 1850 and 2199",
    "Anul trebuie să fie între 1850 și 2199",
);
/// The date of a past event lies in the future.
pub const DATE_IN_FUTURE: Rule =
    Rule::new("date_in_future", "This day is in the future", "Această zi este în viitor");

/// A civil date, always parsed as `YYYY-MM-DD` (RFC 3339, `full-date`), in a plausible year. chrono's own parser also
/// takes signs, spaces and years of two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate(NaiveDate);

impl CivilDate {
    /// Parses a date.
    ///
    /// # Errors
    /// [`DATE_FORMAT`] or [`DATE_RANGE`].
    pub fn parse(text: &str) -> Result<Self, &'static Rule> {
        let shape = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(shape) {
            return Err(&DATE_FORMAT);
        }
        let date: NaiveDate = text.parse().map_err(|_| &DATE_FORMAT)?;
        if (1850..=2199).contains(&date.year()) { Ok(Self(date)) } else { Err(&DATE_RANGE) }
    }

    /// Refuses a date after `today`.
    ///
    /// # Errors
    /// [`DATE_IN_FUTURE`].
    pub fn not_after(self, today: NaiveDate) -> Result<Self, &'static Rule> {
        if self.0 > today { Err(&DATE_IN_FUTURE) } else { Ok(self) }
    }

    /// Returns the day.
    #[must_use]
    pub const fn day(self) -> NaiveDate {
        self.0
    }
}

impl std::fmt::Display for CivilDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for CivilDate {
    type Err = &'static Rule;

    fn from_str(text: &str) -> Result<Self, &'static Rule> {
        Self::parse(text)
    }
}

impl Serialize for CivilDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

input!(
    CivilDate,
    breaks [DATE_FORMAT, DATE_RANGE],
    format: SchemaFormat::KnownFormat(KnownFormat::Date),
    pattern: "^(?:18[5-9][0-9]|19[0-9]{2}|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$",
);

/// Returns the civil date in Romania at an instant.
#[must_use]
pub fn today(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&Bucharest).date_naive()
}

/// Returns the instant at which the next Romanian civil day begins: when one may apply again for the same reason.
#[must_use]
pub fn start_of_next_day(now: DateTime<Utc>) -> DateTime<Utc> {
    start_of_day(today(now).checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX))
}

/// Returns the instant at which a Romanian civil day begins.
#[must_use]
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // Clocks in Romania change at 3 and 4 in the morning, since 1997. Where midnight was skipped, as in March 1993,
    // midnight UTC is two or three hours later on the same civil day: late, never early.
    Bucharest
        .from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |start| start.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(instant: &str) -> DateTime<Utc> {
        instant.parse().unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_written_in_one_way_and_can_be_true() {
        for text in ["2024-05-14", "1899-12-31", "2000-02-29", "2199-12-31"] {
            assert_eq!(CivilDate::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "24-05-14",
            "2024-5-1",
            " 2024 - 05 - 14 ",
            "+2024-05-14",
            "-2024-05-14",
            "2024-05-14 ",
            "2024-05-14\n",
            "14.05.2024",
            "20240514",
            "2024-13-01",
            "2023-02-29",
            "2024/05/14",
            "2024-05-1x",
            "",
            "２024-05-14",
        ] {
            assert_eq!(CivilDate::parse(text), Err(&DATE_FORMAT), "{text:?}");
        }
        for text in ["0024-05-14", "1849-12-31", "2200-01-01", "9999-12-31"] {
            assert_eq!(CivilDate::parse(text), Err(&DATE_RANGE), "{text}");
        }
        let (today, tomorrow) = (date("2026-11-26"), CivilDate::parse("2026-11-27").unwrap());
        assert_eq!(tomorrow.not_after(today), Err(&DATE_IN_FUTURE));
        assert_eq!(tomorrow.not_after(tomorrow.day()), Ok(tomorrow));
    }

    #[test]
    fn late_evening_in_utc_is_already_tomorrow_in_romania() {
        let issued = at("2026-08-31T23:30:00Z");
        assert_eq!(today(issued), date("2026-09-01"));
        assert_eq!(today(at("2026-12-31T23:30:00Z")), date("2027-01-01"));
        assert_eq!(today(at("2026-12-31T21:59:59Z")), date("2026-12-31"));
        assert_eq!(today(at("2026-08-31T20:59:59Z")), date("2026-08-31"));
    }

    #[test]
    fn the_next_day_begins_at_romanian_midnight() {
        assert_eq!(start_of_next_day(at("2026-01-15T12:00:00Z")), at("2026-01-15T22:00:00Z"));
        assert_eq!(start_of_next_day(at("2026-07-15T12:00:00Z")), at("2026-07-15T21:00:00Z"));
        assert_eq!(start_of_next_day(at("2026-07-15T21:00:00Z")), at("2026-07-16T21:00:00Z"));
    }

    #[test]
    fn days_with_a_clock_change_have_23_and_25_hours() {
        let spring = start_of_next_day(at("2026-03-28T12:00:00Z"));
        assert_eq!(spring, at("2026-03-28T22:00:00Z"));
        assert_eq!((start_of_next_day(spring) - spring).num_hours(), 23);
        let autumn = start_of_next_day(at("2026-10-24T12:00:00Z"));
        assert_eq!(autumn, at("2026-10-24T21:00:00Z"));
        assert_eq!((start_of_next_day(autumn) - autumn).num_hours(), 25);
        // 3:30 happens twice in autumn; both belong to the same day.
        assert_eq!(today(at("2026-10-25T00:30:00Z")), today(at("2026-10-25T01:30:00Z")));
    }

    #[test]
    fn a_midnight_that_was_skipped_makes_the_next_day_begin_late_and_never_early() {
        let before = at("1993-03-27T12:00:00Z");
        assert_eq!(start_of_next_day(before), at("1993-03-28T00:00:00Z"));
        assert_eq!(today(start_of_next_day(before)), date("1993-03-28"));
    }

    proptest! {
        // From 1997 on.
        #[test]
        fn the_next_day_is_the_first_instant_of_tomorrow(seconds in 852_076_800_i64..4_000_000_000) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let next = start_of_next_day(now);
            prop_assert!(next > now);
            prop_assert_eq!(today(next), today(now).succ_opt().unwrap());
            prop_assert_eq!(today(next - chrono::TimeDelta::seconds(1)), today(now));
        }
    }
}
