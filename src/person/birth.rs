//! The date of birth, which a CNP contains fully or without the century.

use chrono::NaiveDate;

use super::Cnp;
use crate::text::Rule;
use crate::time::civil_date::{CivilDate, DATE_IN_FUTURE};

/// The CNP begins with 7, 8 or 9, and no date of birth is given.
pub const BIRTH_DATE_MISSING: Rule = Rule::new(
    "birth_date_missing",
    "This CNP does not tell the century: send the date of birth",
    "Din acest CNP nu reiese secolul: trimiteți data nașterii",
);
/// The date differs from the one in the CNP.
pub const BIRTH_DATE_CONTRADICTS: Rule = Rule::new(
    "birth_date_contradicts_cnp",
    "The date of birth does not match the CNP",
    "Data nașterii nu corespunde CNP-ului",
);

/// Returns the date of birth of the person with this CNP: the given one, which must agree with the CNP, or else the
/// CNP's own. Refuses future dates.
///
/// # Errors
/// [`BIRTH_DATE_MISSING`], [`BIRTH_DATE_CONTRADICTS`], or [`DATE_IN_FUTURE`].
pub fn birth_date(
    cnp: &Cnp,
    stated: Option<CivilDate>,
    today: NaiveDate,
) -> Result<NaiveDate, &'static Rule> {
    let date = stated.map(CivilDate::day).or_else(|| cnp.birth_date()).ok_or(&BIRTH_DATE_MISSING)?;
    if !cnp.allows_birth_date(date) {
        return Err(&BIRTH_DATE_CONTRADICTS);
    }
    if date > today { Err(&DATE_IN_FUTURE) } else { Ok(date) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cnp: &str, stated: Option<&str>) -> Result<String, &'static str> {
        let (cnp, today) = (Cnp::parse(cnp).unwrap(), NaiveDate::from_ymd_opt(2026, 11, 26).unwrap());
        let stated = stated.map(|date| CivilDate::parse(date).unwrap());
        birth_date(&cnp, stated, today).map(|date| date.to_string()).map_err(|rule| rule.code)
    }

    #[test]
    fn the_stated_date_agrees_with_the_cnp_and_has_come() {
        assert_eq!(read("2880514121171", None), Ok("1988-05-14".into()));
        assert_eq!(read("2880514121171", Some("1988-05-14")), Ok("1988-05-14".into()));
        assert_eq!(read("2880514121171", Some("1988-05-15")), Err("birth_date_contradicts_cnp"));
        assert_eq!(read("7900315120018", None), Err("birth_date_missing"));
        assert_eq!(read("7900315120018", Some("1990-03-15")), Ok("1990-03-15".into()));
        assert_eq!(read("7900315120018", Some("2090-03-15")), Err("date_in_future"));
        assert_eq!(read("7900315120018", Some("1985-01-01")), Err("birth_date_contradicts_cnp"));
    }
}
