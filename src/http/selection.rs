//! Filters of lists: by status, and by civil days in Romania, the first and the last one included.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::page::{Cursor, Limit, Page, PageQuery};
use crate::error::{Error, Result};
use crate::text::{At, Rule};
use crate::time::civil_date::{self, CivilDate};

const PERIOD_ORDER: Rule =
    Rule::new("period_order", "`to` is a day before `from`", "`to` este o zi dinainte de `from`");

/// The rule of [`Days::of`].
pub(crate) const RULES: &[At] = &[("?to", PERIOD_ORDER)];

/// The days of a list, as instants.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    /// Only what is of this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Only what is before this instant.
    pub before: Option<DateTime<Utc>>,
}

impl Days {
    /// Returns the instants between which these days lie.
    ///
    /// # Errors
    /// `period_order` at `?to` if it is before `from`.
    pub fn of(from: Option<CivilDate>, to: Option<CivilDate>) -> Result<Self> {
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Error::invalid("?to", &PERIOD_ORDER));
        }
        let start = |day: CivilDate| civil_date::start_of_day(day.day());
        let end = |day: CivilDate| civil_date::start_of_next_day(start(day));
        Ok(Self { from: from.map(start), before: to.map(end) })
    }
}

/// What a list selects.
#[derive(Debug, Clone, Copy)]
pub struct Selection<S> {
    /// The page.
    pub page: Page,
    /// Only what has this status.
    pub status: Option<S>,
    /// Only what is of these days.
    pub days: Days,
}

impl<S> From<Page> for Selection<S> {
    /// Selects everything.
    fn from(page: Page) -> Self {
        Self { page, status: None, days: Days::default() }
    }
}

/// Selects one page of a list by days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DaysQuery {
    /// The largest number of items to return.
    #[param(inline, example = 20)]
    pub limit: Option<Limit>,
    /// The `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// Only what is of this day in Romania, or later.
    #[param(inline, example = "2026-01-01")]
    pub from: Option<CivilDate>,
    /// Only what is of this day in Romania, or earlier.
    #[param(inline, example = "2026-12-31")]
    pub to: Option<CivilDate>,
}

impl DaysQuery {
    /// Returns the selection.
    ///
    /// # Errors
    /// Those of [`Days::of`].
    pub fn selection(self) -> Result<Selection<()>> {
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.page();
        Ok(Selection { page, status: None, days: Days::of(self.from, self.to)? })
    }
}

/// Defines the query of a list that selects by status, too.
macro_rules! list_query {
    ($(#[$doc:meta])* $vis:vis struct $name:ident by $status:ty, such as $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        #[serde(deny_unknown_fields)]
        $vis struct $name {
            /// Only those with this status.
            #[param(example = $example)]
            status: Option<$status>,
            /// The largest number of items to return.
            #[param(inline, example = 20)]
            limit: Option<$crate::http::page::Limit>,
            /// The `next_cursor` of the previous page.
            #[param(inline)]
            cursor: Option<$crate::http::page::Cursor>,
            /// Only those of this day in Romania, or later.
            #[param(inline, example = "2026-01-01")]
            from: Option<$crate::time::civil_date::CivilDate>,
            /// Only those of this day in Romania, or earlier.
            #[param(inline, example = "2026-12-31")]
            to: Option<$crate::time::civil_date::CivilDate>,
        }

        impl $name {
            /// Returns the selection.
            ///
            /// # Errors
            /// `period_order`.
            $vis fn selection(self) -> $crate::error::Result<$crate::http::selection::Selection<$status>> {
                let page = $crate::http::page::PageQuery { limit: self.limit, cursor: self.cursor }.page();
                let days = $crate::http::selection::Days::of(self.from, self.to)?;
                Ok($crate::http::selection::Selection { page, status: self.status, days })
            }
        }
    };
}

pub(crate) use list_query;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_romanian_ones_and_both_are_included() {
        let day = |text: &str| Some(CivilDate::parse(text).unwrap());
        let days = Days::of(day("2026-03-28"), day("2026-03-29")).unwrap();
        let instants = [days.from, days.before].map(|instant| instant.unwrap().to_rfc3339());
        // The clocks go forward on the second day, which has 23 hours.
        assert_eq!(instants, ["2026-03-27T22:00:00+00:00", "2026-03-29T21:00:00+00:00"]);
        assert!(Days::of(day("2026-03-28"), day("2026-03-28")).is_ok());
        assert!(Days::of(day("2026-03-29"), day("2026-03-28")).is_err());
    }
}
