//! What a database holds, table by table, to see whether a refused call has changed any of it.

use std::collections::BTreeMap;

use diesel::sql_types::Text;
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use crate::support::House;

/// Tables in which a refusal may leave something: counts of attempts, and what follows from a new audit row.
const COUNTS: &[&str] = &["throttles", "audit_events", "log_queue", "write_probe"];

/// Actions of audit rows that record refusals.
const MARKS: &str =
    "'right.refused', 'token.refused', 'limit.reached', 'log_in.failed', 'second_factor.failed'";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    digest: String,
}

/// Watches a database.
pub struct Snapshots {
    connection: PgConnection,
    query: String,
    last: BTreeMap<String, String>,
}

impl Snapshots {
    /// Takes the first snapshot of a house that rests.
    pub fn of(house: &House) -> Self {
        let mut connection = house.database.connect();
        let tables =
            "SELECT tablename::text AS name, '' AS digest FROM pg_tables WHERE schemaname = 'public'";
        let tables = sql_query(tables).load::<Line>(&mut connection).unwrap();
        let watched = tables.iter().map(|line| line.name.as_str()).filter(|name| !COUNTS.contains(name));
        let digest = |name: &str, from: &str| {
            let rows = "coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')";
            format!("SELECT '{name}' AS name, md5({rows}) AS digest FROM {from}")
        };
        let mut queries: Vec<String> = watched.map(|table| digest(table, &format!("{table} t"))).collect();
        let events = format!("audit_events t WHERE action NOT IN ({MARKS})");
        queries.push(digest("audit_events but for marks", &events));
        let query = queries.join(" UNION ALL ");
        let mut snapshots = Self { connection, query, last: BTreeMap::new() };
        snapshots.last = snapshots.take();
        assert!(snapshots.last.len() > 30, "{:?}", snapshots.last.keys());
        snapshots
    }

    fn take(&mut self) -> BTreeMap<String, String> {
        let lines = sql_query(&self.query).load::<Line>(&mut self.connection).unwrap();
        lines.into_iter().map(|line| (line.name, line.digest)).collect()
    }

    /// Names the tables that have changed since this was called last.
    pub fn changed(&mut self) -> Vec<String> {
        let now = self.take();
        let last = std::mem::replace(&mut self.last, now);
        let now = &self.last;
        last.into_iter()
            .filter(|(name, digest)| now.get(name) != Some(digest))
            .map(|(name, _)| name)
            .collect()
    }
}
