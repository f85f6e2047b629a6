//! Working days in Romania: Monday to Friday without the legal holidays of the Labour Code (art. 139), in force since
//! the year 2024. Days off that the Government grants for a single year, or moves to make a bridge, are not counted, so
//! a computed term can end a day too early.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Month and day of the fixed holidays.
const FIXED: [(u32, u32); 12] =
    [(1, 1), (1, 2), (1, 6), (1, 7), (1, 24), (5, 1), (6, 1), (8, 15), (11, 30), (12, 1), (12, 25), (12, 26)];
/// Days from Orthodox Easter: Good Friday, Easter, its Monday, Pentecost, its Monday.
const MOVABLE: [i64; 5] = [-2, 0, 1, 49, 50];

/// Returns the day `working_days` working days after `date`, not counting `date` itself.
#[must_use]
pub fn after(date: NaiveDate, working_days: u32) -> NaiveDate {
    let mut day = date;
    for _ in 0..working_days {
        day = day.iter_days().skip(1).find(|day| is_working_day(*day)).unwrap_or(NaiveDate::MAX);
    }
    day
}

/// Returns whether offices work on that day.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(date)
}

fn is_holiday(date: NaiveDate) -> bool {
    let moves = orthodox_easter(date.year())
        .is_some_and(|easter| MOVABLE.contains(&date.signed_duration_since(easter).num_days()));
    FIXED.contains(&(date.month(), date.day())) || moves
}

/// Returns Orthodox Easter Sunday, computed in the Julian calendar (Meeus), as a Gregorian date. The two calendars are
/// thirteen days apart from March 1900 to February 2100.
fn orthodox_easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 4, year % 7, year % 19);
    let d = (19 * c + 15) % 30;
    let e = (2 * a + 4 * b - d + 34) % 7;
    let (month, day) = ((d + e + 114) / 31, (d + e + 114) % 31 + 1);
    let julian = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
    julian.checked_add_days(Days::new(13))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The dates as published for these years.
    #[test]
    fn easter_is_where_the_church_keeps_it() {
        for easter in ["2023-04-16", "2024-05-05", "2025-04-20", "2026-04-12", "2027-05-02", "2028-04-16"] {
            let easter = date(easter);
            assert_eq!(orthodox_easter(easter.year()), Some(easter));
        }
    }

    #[test]
    fn holidays_and_weekends_are_not_counted() {
        for free in ["2026-01-07", "2026-04-10", "2026-04-13", "2026-06-01", "2026-12-01", "2026-11-28"] {
            assert!(!is_working_day(date(free)), "{free}");
        }
        assert!(is_working_day(date("2026-11-27")));
        assert_eq!(after(date("2026-04-09"), 1), date("2026-04-14"), "over Easter");
        assert_eq!(after(date("2026-12-24"), 3), date("2026-12-30"));
        assert_eq!(after(date("2026-11-27"), 0), date("2026-11-27"));
        assert_eq!(after(NaiveDate::MAX, 1), NaiveDate::MAX);
    }
}
