//! Steps over the pages of a table. Every table has pages, whatever its key and indexes are.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::error::Result;

/// Some consecutive pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    first: i64,
    count: i64,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    pages: i64,
}

impl Pages {
    /// Returns the steps over a table as large as it is now, each of so many pages. What is written later is written under
    /// the newest key.
    pub(crate) fn of(
        connection: &mut PgConnection,
        table: &str,
        step: i64,
    ) -> Result<impl Iterator<Item = Self> + use<>> {
        let query = "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::bigint AS pages";
        let size: Size = diesel::sql_query(query).bind::<Text, _>(table).get_result(connection)?;
        Ok((0..size.pages)
            .step_by(usize::try_from(step).unwrap_or(1))
            .map(move |first| Self { first, count: step }))
    }

    /// Returns the condition for the rows of these pages, for SQL.
    pub(crate) fn condition(&self) -> String {
        format!(
            "ctid >= '({},0)'::tid AND ctid < '({},0)'::tid",
            self.first,
            self.first.saturating_add(self.count)
        )
    }
}
