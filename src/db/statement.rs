//! A hand-written SQL statement that each connection prepares once.
//!
//! diesel's own `sql_query` is parsed and planned at every call. The statements of the hot paths (issue, verify) do
//! several things in one round trip, so they are written in SQL. Their values arrive as rows named `input`, whose
//! columns the text refers to: one row, or one for each caller of a group (`group`).

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use super::input::Input;

/// `WITH input (columns…) AS (VALUES (values…), …) text`, prepared and cached by its text.
#[derive(Debug)]
pub struct Statement<Values, Row> {
    rows: Vec<Values>,
    text: &'static str,
    row: PhantomData<Row>,
}

impl<Values: Input, Row> Statement<Values, Row> {
    /// Makes a statement with one row of values. `text` continues `WITH input …`: it begins with a comma and another CTE,
    /// or with the main verb. `Row` is the SQL type of a returned row.
    pub fn new(values: Values, text: &'static str) -> Self {
        Self::of_rows(vec![values], text)
    }

    /// Makes a statement with these rows of values, at least one.
    pub const fn of_rows(rows: Vec<Values>, text: &'static str) -> Self {
        Self { rows, text, row: PhantomData }
    }
}

impl<Values: Input, Row> QueryFragment<Pg> for Statement<Values, Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH input (");
        let mut separator = "";
        Values::names(&mut |name| {
            out.push_sql(separator);
            out.push_sql(name);
            separator = ", ";
        });
        out.push_sql(") AS (VALUES ");
        for (at, values) in self.rows.iter().enumerate() {
            out.push_sql(if at == 0 { "(" } else { ", (" });
            values.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(") ");
        out.push_sql(self.text);
        Ok(())
    }
}

/// Cached by its text, which is one of few constants.
impl<Values, Row> QueryId for Statement<Values, Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Values, Row> Query for Statement<Values, Row> {
    type SqlType = Row;
}

impl<Values, Row> diesel::RunQueryDsl<diesel::pg::PgConnection> for Statement<Values, Row> {}
