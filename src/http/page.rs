//! Paged lists: `?limit=&cursor=`, newest first, with `next_cursor` for the next page.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::text::Rule;

const LIMIT: Rule = Rule::new("limit_range", "`limit` is 1 to 100", "`limit` este între 1 și 100");
const CURSOR: Rule = Rule::new(
    "cursor_format",
    "`cursor` is not one that this list gave out",
    "`cursor` nu este unul dat de această listă",
);

/// Selects one page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// The largest number of items to return.
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the previous page.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

/// A validated page query. Ids are UUIDv7, so "older than this id" means "after it in a list, newest first".
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The largest number of items to return, 1 to 100.
    pub limit: i64,
    /// Returns only items older than this one.
    pub before: Option<Uuid>,
}

impl PageQuery {
    /// Parses the query. Refuses limits out of range and cursors that are not UUIDs.
    pub fn parse(&self) -> Result<Page> {
        let limit = self.limit.unwrap_or(20);
        if !(1..=100).contains(&limit) {
            return Err(Error::invalid("?limit", &LIMIT));
        }
        let before = self.cursor.as_deref().map(decode).transpose()?;
        Ok(Page { limit, before })
    }
}

impl Page {
    /// Cuts the rows read (up to `limit + 1`) to the page, and returns the cursor of the next page if there is one.
    #[must_use]
    pub fn cut<T>(self, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> (Vec<T>, Option<String>) {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next =
            if more { rows.last().map(|row| BASE64URL_NOPAD.encode(id(row).as_bytes())) } else { None };
        (rows, next)
    }
}

fn decode(cursor: &str) -> Result<Uuid> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
    bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok()).ok_or_else(|| Error::invalid("?cursor", &CURSOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_the_rest_and_a_forged_one_nowhere() {
        let ids: Vec<Uuid> = (0..3).map(|_| Uuid::now_v7()).collect();
        let page = Page { limit: 2, before: None };
        let (rows, next) = page.cut(ids.clone(), |id| *id);
        assert_eq!(rows, ids[..2]);
        let query = PageQuery { limit: None, cursor: next };
        assert_eq!(query.parse().unwrap().before, Some(ids[1]));
        let uuid = "A".repeat(21);
        assert!(PageQuery { limit: None, cursor: Some(format!("{uuid}A")) }.parse().is_ok());
        for forged in ["AAAA".into(), format!("{uuid}B"), format!("{uuid}A=="), format!("{uuid}+")] {
            let query = PageQuery { limit: None, cursor: Some(forged) };
            assert!(query.parse().is_err(), "{query:?}");
        }
        assert!(PageQuery { limit: Some(0), cursor: None }.parse().is_err());
        assert_eq!(page.cut(ids[..2].to_vec(), |id| *id).1, None);
    }
}
