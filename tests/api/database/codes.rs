//! States and kinds are enums in the code and `CHECK` constraints in the database: both say the same codes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use diesel::sql_types::{Array, Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::support::{Citizen, Database, House};

type Columns = BTreeMap<String, BTreeSet<String>>;

/// Codes that a column never holds, although its enum has them.
const NEVER_STORED: [(&str, &[&str]); 2] =
    [("applications.status", &["submitted", "revoked"]), ("raised_signatures.level", &["b-b"])];

#[derive(QueryableByName)]
struct Check {
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Array<Text>)]
    codes: Vec<String>,
}

/// Each column whose values are listed: `CHECK (column IN (…))`.
const CHECKS: &str = "
    SELECT c.conrelid::regclass || '.' || a.attname AS column,
        ARRAY(SELECT m[1] FROM regexp_matches(pg_get_constraintdef(c.oid), '''([^'']*)''', 'g') AS m) AS codes
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'c' AND array_length(c.conkey, 1) = 1
        AND pg_get_constraintdef(c.oid) ~ '^CHECK \\(\\(\\w+ = ANY \\(ARRAY\\['";

fn in_database() -> Columns {
    let database = Database::from_template();
    let checks = sql_query(CHECKS).load::<Check>(&mut database.connect()).unwrap();
    checks.into_iter().map(|check| (check.column, check.codes.into_iter().collect())).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What stands in quotes.
fn quoted(line: &str) -> impl Iterator<Item = String> {
    line.split('"').skip(1).step_by(2).map(str::to_owned)
}

/// The enums of `coded!` that name columns: `enum Name in "table.column" {`, then `Variant = "code",`.
fn in_code() -> Columns {
    let (mut files, mut columns) = (Vec::new(), Columns::new());
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        // The macro's own file has one for its tests.
        let mut lines = text.lines().filter(|_| !file.ends_with("text/coded.rs"));
        while let Some(line) = lines.next() {
            let Some((_, names)) = line.split_once(" in \"").filter(|(name, _)| name.contains("enum "))
            else {
                continue;
            };
            let body = lines.by_ref().take_while(|line| line.trim() != "}");
            let codes: BTreeSet<String> =
                body.filter(|line| !line.trim_start().starts_with("//")).flat_map(quoted).collect();
            for column in quoted(&format!("\"{names}")) {
                let never = NEVER_STORED.iter().find(|(name, _)| *name == column).map_or(&[][..], |of| of.1);
                let stored = codes.iter().filter(|code| !never.contains(&code.as_str())).cloned().collect();
                assert_eq!(columns.insert(column.clone(), stored), None, "{column} has two enums");
            }
        }
    }
    columns
}

#[test]
fn each_enum_has_the_codes_that_its_columns_may_hold() {
    let (database, code) = (in_database(), in_code());
    assert!(code.len() > 3, "{code:?}");
    for (column, codes) in &code {
        assert_eq!(database.get(column), Some(codes), "{column}");
    }
    let without: Vec<_> = database.keys().filter(|column| !code.contains_key(*column)).collect();
    assert_eq!(without, [""; 0], "a column of codes, and no enum in the code");
}

#[derive(QueryableByName)]
struct Leads {
    #[diesel(sql_type = Bool)]
    leads: bool,
}

/// The steps as `src/applications/life.rs` draws them from its table: `//! before ─> after | after`.
fn drawn_steps() -> BTreeSet<(String, String)> {
    let text = include_str!("../../../src/applications/life.rs");
    let arrows = text.lines().filter_map(|line| line.strip_prefix("//! ")?.split_once(" ─> "));
    let steps = arrows.flat_map(|(before, after)| after.split(" | ").map(move |after| (before, after)));
    steps.map(|(before, after)| (before.to_owned(), after.to_owned())).collect()
}

#[test]
fn the_database_has_the_steps_of_the_code_and_no_other() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let (steps, known) = (drawn_steps(), in_code());
    let statuses = &known["application_events.status"];
    assert!(steps.len() > 12 && statuses.len() > 8, "{steps:?} {statuses:?}");
    for before in statuses {
        for after in statuses {
            let query = format!("SELECT application_leads('{before}', '{after}') AS leads");
            let leads = sql_query(query).get_result::<Leads>(&mut connection).unwrap().leads;
            assert_eq!(leads, steps.contains(&(before.clone(), after.clone())), "{before} to {after}");
        }
    }
}

#[actix_web::test]
async fn an_issued_application_goes_nowhere_whoever_writes_to_the_database() {
    let house = House::start().await;
    Citizen::verified(&house, "clean").await.certificate("employment").await;
    let mut connection = house.database.connect();
    for status in ["in_review", "rejected", "withdrawn", "awaiting_register"] {
        let change = format!("UPDATE applications SET status = '{status}'");
        let refused = sql_query(change).execute(&mut connection).unwrap_err().to_string();
        assert_eq!(refused, format!("no step of an application leads from issued to {status}"));
    }
    assert_eq!(sql_query("UPDATE applications SET status = 'issued'").execute(&mut connection).unwrap(), 1);
}
