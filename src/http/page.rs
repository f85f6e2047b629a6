//! Paged lists: `?limit=&cursor=`, newest first, with `next_cursor` for the next page.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::text::rule::{self, Rule};
use crate::text::{described, input};

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
    #[param(inline, example = 20)]
    pub limit: Option<Limit>,
    /// The `next_cursor` of the previous page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
}

/// The largest number of items to return, 1 to 100.
#[derive(Debug, Clone, Copy)]
pub struct Limit(i64);

described!(Limit: Integer, breaks [LIMIT], minimum: 1, maximum: 100, default: json!(20));

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = i64::deserialize(deserializer)?;
        if (1..=100).contains(&limit) { Ok(Self(limit)) } else { Err(rule::as_serde_error(&LIMIT)) }
    }
}

/// The last item of the previous page. Of the last symbol only two bits count (RFC 4648, section 3.5).
#[derive(Debug, Clone, Copy)]
pub struct Cursor(Uuid);

impl Cursor {
    fn parse(text: &str) -> Result<Self, &'static Rule> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        bytes.and_then(|bytes| Uuid::from_slice(&bytes).ok()).map(Self).ok_or(&CURSOR)
    }
}

input!(Cursor, breaks [CURSOR], min_length: 22, max_length: 22, pattern: "^[0-9A-Za-z_-]{21}[AQgw]$");

/// One page of a list. Ids are UUIDv7, so "older than this id" means "after it in a list, newest first".
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The largest number of items to return, 1 to 100.
    pub limit: i64,
    /// Returns only items older than this one.
    pub before: Option<Uuid>,
}

impl PageQuery {
    /// Returns the selected page, by default the first twenty items.
    #[must_use]
    pub fn page(&self) -> Page {
        let limit = self.limit.map_or(20, |Limit(limit)| limit);
        Page { limit, before: self.cursor.map(|Cursor(id)| id) }
    }
}

impl Page {
    /// Cuts the rows read (up to `limit + 1`) to the page, and returns the cursor of the next page if there is one.
    #[must_use]
    pub fn cut<T>(self, rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> (Vec<T>, Option<String>) {
        let (rows, last) = self.cut_at(rows, id);
        (rows, last.map(|last| BASE64URL_NOPAD.encode(last.as_bytes())))
    }

    /// Like [`cut`](Self::cut); returns the id after which the next page begins.
    #[must_use]
    pub fn cut_at<T>(self, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> (Vec<T>, Option<Uuid>) {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = if more { rows.last().map(id) } else { None };
        (rows, last)
    }
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
        let Cursor(last) = Cursor::parse(&next.unwrap()).unwrap();
        assert_eq!(last, ids[1]);
        assert_eq!(Cursor::parse("AAAA").err(), Some(&CURSOR));
        assert_eq!(page.cut(ids[..2].to_vec(), |id| *id).1, None);
    }
}
