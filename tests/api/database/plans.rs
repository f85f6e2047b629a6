//! How the database does what callers wait for, also if it planned that while it was empty.

use cazier::applications::issue_statement;
use cazier::db::Db;
use cazier::verify::verify_statement;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::faults::pool;
use crate::support::Database;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// The words of a plan for reading a table.
const OF_TABLES: [&str; 4] = ["Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan"];

/// Read as a whole, or from one end of an index: they have one row, or only the last is read.
const SHORT: [&str; 2] = [" on log_beginning", " on log_checkpoints"];

/// How a statement reads tables other than by a condition on an index, as a caller's connection plans it.
async fn scans(db: &Db, statement: String) -> Vec<String> {
    let plan =
        db.read(move |c| Ok(sql_query(format!("EXPLAIN {statement}")).load::<Line>(c)?)).await.unwrap();
    let is_table = |line: &str| OF_TABLES.iter().any(|scan| line.contains(scan));
    let has_condition = |line: &str| line.contains("Index Cond:") || line.contains("Recheck Cond:");
    let pairs = plan.iter().zip(plan.iter().skip(1));
    let scans = pairs.filter(|(scan, next)| is_table(&scan.line) && !has_condition(&next.line));
    let scans = scans.map(|(scan, _)| scan.line.trim().to_owned());
    scans.filter(|scan| !SHORT.iter().any(|short| scan.contains(short))).collect()
}

/// The statement with one row of values, of which the planner knows the types alone.
fn planned((columns, text): (String, &str)) -> String {
    let values: Vec<_> =
        columns.split(',').map(|column| format!("NULL::{}", type_of(column.trim()))).collect();
    format!("WITH input ({columns}) AS (SELECT {}) {text}", values.join(", "))
}

fn type_of(column: &str) -> &'static str {
    match column {
        "now" | "register_asked_at" | "guesses_reset_at" | "sender_resets_at" => "timestamptz",
        "applied_on" | "issued_on" | "valid_until" => "date",
        "max_guesses" | "max_of_sender" => "integer",
        "response_status" => "smallint",
        "service" | "reason" | "language" | "actor_role" | "client_id" | "request_id" => "text",
        "number" | "registration_number" | "finding" | "jades" => "text",
        column if column.ends_with("_id") || column.ends_with("_event") => "uuid",
        _ => "bytea",
    }
}

#[actix_web::test]
async fn what_a_caller_waits_for_reads_each_table_by_an_index_however_empty_it_is() {
    let database = Database::from_template();
    let db = pool(&database.url(), 1);
    // Never looked at by the planner, which then assumes some rows; and known to have none.
    for known_as_empty in [false, true] {
        if known_as_empty {
            database.execute("VACUUM ANALYZE");
        }
        for statement in [planned(verify_statement()), planned(issue_statement())] {
            for db in [&db, &db.in_background()] {
                assert_eq!(scans(db, statement.clone()).await, Vec::<String>::new(), "{known_as_empty}");
            }
        }
    }
}
