//! How the database does what callers wait for, also if it planned that while it was empty.

use cazier::db::Db;
use cazier::verify::verify_statement;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::conflicts::issuing;
use super::faults::pool;
use crate::support::Database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// The tables that a statement reads from the first row to the last, as a caller's connection plans it.
async fn scanned(db: &Db, statement: String) -> Vec<String> {
    let plan =
        db.read(move |c| Ok(sql_query(format!("EXPLAIN {statement}")).load::<Line>(c)?)).await.unwrap();
    let scan = |line: &Line| Some(line.line.split_once("Seq Scan on ")?.1.split(' ').next()?.to_owned());
    plan.iter().filter_map(scan).collect()
}

fn verifying() -> String {
    let value = |column: &str| match column {
        "number" => "''::text",
        "now" | "guesses_reset_at" | "sender_resets_at" => "now()",
        "max_guesses" | "max_of_sender" => "1",
        _ => "'\\x00'::bytea",
    };
    let (columns, text) = verify_statement();
    let values: Vec<_> = columns.split(',').map(str::trim).map(value).collect();
    format!("WITH input ({columns}) AS (SELECT {}) {text}", values.join(", "))
}

#[actix_web::test]
async fn what_a_caller_waits_for_reads_no_table_as_a_whole_however_empty_it_is() {
    let database = Database::from_template();
    let db = pool(&database.url(), 1);
    for statement in [verifying(), issuing(&[])] {
        // Work that nobody waits for may; the same connection then serves callers as before.
        assert_ne!(scanned(&db.in_background(), statement.clone()).await, Vec::<String>::new());
        assert_eq!(scanned(&db, statement).await, Vec::<String>::new());
    }
}
