//! Imports into the local registers: in one step, never over newer data, never into another register.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cazier::person::Keyring;
use cazier::registry::Register;
use cazier::registry::bulk::{self, ImportError, Plan, Summary};
use chrono::{TimeDelta, Utc};
use diesel::{PgConnection, RunQueryDsl, sql_query};
use serde_json::json;

use super::protocol::CLEAN;
use crate::support::{
    Citizen, Database, House, KEYS, apply_for_company, ask_mandate, cnp, json_of, keyring, refused,
};

/// A file of entries about that many people, each fiftieth line broken.
pub fn file(path: &Path, lines: usize) {
    let mut text = String::from("cnp,judgment,court,date_final,offence,sanction,status\n");
    for n in 0..lines {
        let date = if n % 50 == 49 { "31.12.2019" } else { "2019-12-31" };
        let cnp = cnp(n % 15_000);
        writeln!(
            text,
            "{},Sentința nr. {n},Judecătoria Huşi,{date},\"Furt (art. 228, alin. 1)\",Amendă,Executată",
            cnp.as_str()
        )
        .unwrap();
    }
    std::fs::write(path, text).unwrap();
}

pub struct Importer {
    pub folder: tempfile::TempDir,
    pub keyring: Keyring,
}

impl Importer {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keyring: keyring() }
    }

    pub fn run(
        &self,
        connection: &mut PgConnection,
        change: impl FnOnce(&mut Plan<'_>),
        told: impl FnMut(bulk::Progress),
    ) -> Result<Summary, ImportError> {
        let (file, report) = (self.folder.path().join("file.csv"), self.folder.path().join("report.csv"));
        let mut plan = Plan {
            register: Register::CriminalRecords,
            file: &file,
            report: &report,
            restart: false,
            expected_rows: None,
            as_of: Utc::now(),
            older: false,
        };
        change(&mut plan);
        bulk::run(connection, &self.keyring, &plan, Utc::now(), told)
    }

    pub fn write(&self, bytes: &[u8]) {
        std::fs::write(self.folder.path().join("file.csv"), bytes).unwrap();
    }

    pub fn report(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("report.csv")).unwrap()
    }
}

#[actix_web::test]
async fn twenty_thousand_lines_become_the_register_in_one_step_even_after_an_interruption() {
    let house = House::start().await;
    let mut connection = house.database.connect();
    let importer = Importer::new();
    file(&importer.folder.path().join("file.csv"), 20_000);
    let interrupted = catch_unwind(AssertUnwindSafe(|| {
        importer.run(
            &mut connection,
            |_| {},
            |progress| assert!(progress.records < 10_000, "pulled the plug"),
        )
    }));
    assert!(interrupted.is_err());
    drop(connection);
    let hit = Citizen::verified(&house, "with-entries").await;
    assert_eq!(json_of(hit.apply("employment").await, 202).await["status"], "referred", "the old register");

    let mut connection = house.database.connect();
    let summary = importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    assert_eq!(
        summary,
        Summary { lines: 20_001, records: 20_000, rows: 20_000, refused: 400, resumed_at: 10_000 }
    );
    let marked =
        "SELECT count(*) FROM audit_events WHERE actor_role = 'operator' AND action = 'register.imported'
        AND detail LIKE 'criminal_records: 20000 rows instead of % rows, 400 records refused, as of %'";
    assert_eq!(house.database.count(marked), 1);
    assert_eq!(json_of(hit.apply("studies").await, 201).await["status"], "issued", "not in the new register");
    let report = importer.report();
    assert_eq!(report.lines().count(), 401, "each refused line once");
    assert_eq!(
        report.lines().nth(1),
        Some("51,date_format,\"A date is a day of the calendar, written YYYY-MM-DD\"")
    );
    assert!(!report.contains(cnp(49).as_str()));

    // The same names as before: nothing is left of the step.
    let names = "SELECT 1 / (count(*) = 3)::int FROM pg_class WHERE relname IN ('criminal_records', 'criminal_records_pkey', 'criminal_records_person_idx')";
    sql_query(names).execute(&mut connection).unwrap();
    let again = importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    assert_eq!((again.rows, again.resumed_at), (20_000, 0), "a finished import can be done again");
}

#[test]
fn a_file_that_would_make_people_look_clean_needs_the_number_of_its_rows() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let importer = Importer::new();
    let path = importer.folder.path().join("file.csv");
    file(&path, 1000);
    importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    file(&path, 999);
    let shrunk = importer.run(&mut connection, |_| {}, |_| {});
    assert!(matches!(shrunk, Err(ImportError::Shrunk { new: 999, old: 1000 })), "{shrunk:?}");
    let another = importer.run(&mut connection, |plan| plan.expected_rows = Some(998), |_| {});
    assert!(matches!(another, Err(ImportError::Unexpected { new: 999, expected: 998 })), "{another:?}");
    importer.run(&mut connection, |plan| plan.expected_rows = Some(999), |_| {}).unwrap();
    file(&path, 0);
    let empty = importer.run(&mut connection, |_| {}, |_| {});
    assert!(matches!(empty, Err(ImportError::Shrunk { new: 0, old: 999 })), "{empty:?}");
    file(&path, 1001);
    assert!(matches!(importer.run(&mut connection, |_| {}, |_| {}), Err(ImportError::AnotherFile)));
    importer.run(&mut connection, |plan| plan.restart = true, |_| {}).unwrap();
    std::fs::write(&path, "cnp;judgment\n").unwrap();
    assert!(matches!(importer.run(&mut connection, |_| {}, |_| {}), Err(ImportError::Header(_))));
    file(&path, 2000);
    let older = |plan: &mut Plan<'_>| plan.as_of = Utc::now() - TimeDelta::hours(1);
    let refused = importer.run(&mut connection, older, |_| {});
    assert!(matches!(refused, Err(ImportError::Older { .. })), "{refused:?}");
    let later = |plan: &mut Plan<'_>| plan.as_of = Utc::now() + TimeDelta::hours(1);
    assert!(matches!(importer.run(&mut connection, later, |_| {}), Err(ImportError::Future)));
}

#[actix_web::test]
async fn a_register_under_another_key_would_find_nobody_and_is_not_imported() {
    let house = House::start().await;
    json_of(house.get("/health/ready").await, 200).await;
    let mut importer = Importer::new();
    importer.keyring = Keyring::parse(&KEYS.0, &Keyring::generate_spec().unwrap()).unwrap();
    file(&importer.folder.path().join("file.csv"), 100);
    let refused = importer.run(&mut house.database.connect(), |_| {}, |_| {});
    assert!(matches!(refused, Err(ImportError::ForeignKeys)), "{refused:?}");
}

#[test]
fn concurrent_imports_and_lost_rows_are_detected() {
    let database = Database::from_template();
    let (mut connection, mut other) = (database.connect(), database.connect());
    let importer = Importer::new();
    file(&importer.folder.path().join("file.csv"), 6_000);
    let interrupted = catch_unwind(AssertUnwindSafe(|| {
        importer.run(
            &mut connection,
            |_| {},
            |_| {
                let second = importer.run(&mut other, |_| {}, |_| {});
                assert!(matches!(second, Err(ImportError::UnderWay)), "{second:?}");
                panic!("pulled the plug");
            },
        )
    }));
    assert!(interrupted.is_err());
    drop(connection);
    sql_query("DELETE FROM registry.criminal_records_to_come").execute(&mut other).unwrap();
    let lost = importer.run(&mut other, |_| {}, |_| {});
    assert!(matches!(lost, Err(ImportError::Lost { found: 1_000, loaded: 6_000 })), "{lost:?}");
    let summary = importer.run(&mut other, |plan| plan.restart = true, |_| {}).unwrap();
    assert_eq!((summary.rows, summary.resumed_at), (6_000, 0));
}

#[test]
fn civil_status_is_imported_too_and_the_latest_line_about_a_person_holds() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let importer = Importer::new();
    let header = Register::CivilStatus.columns().join(",");
    let line = |name: &str, as_of: &str| {
        format!(
            "{CLEAN},{name},Andreea,Popa;Ionescu,Gheorghe,Elena,1988-05-14,Cluj,Cluj-Napoca,Cluj,Cluj-Napoca,Str. Horea,14,A,12,identity_card,CJ,482913,2031-05-14,false,{as_of}\n"
        )
    };
    let (newer, older) = (line("Nouă", "2026-11-01T00:00:00Z"), line("Veche", "2020-01-01T00:00:00Z"));
    let text = format!("{header}\n{newer}{older}");
    std::fs::write(importer.folder.path().join("file.csv"), text).unwrap();
    let change = |plan: &mut Plan<'_>| (plan.register, plan.expected_rows) = (Register::CivilStatus, Some(1));
    let summary = importer.run(&mut connection, change, |_| {}).unwrap();
    assert_eq!(summary, Summary { lines: 3, records: 2, rows: 1, refused: 0, resumed_at: 0 });
    // A line that cannot be read may be the latest, whenever it says that it was right.
    let wrong = line("Alta", "2019-01-01T00:00:00Z").replace("1988-05-14", "1988-05-15");
    importer.write(format!("{header}\n{newer}{wrong}").as_bytes());
    importer.run(&mut connection, change, |_| {}).unwrap();
    assert!(importer.report().contains("3,birth_date_contradicts_cnp"));
    let unreadable = "SELECT 1 / (count(*) = 1)::int FROM registry.civil_status WHERE record IS NULL AND unreadable = 'birth_date_contradicts_cnp'";
    sql_query(unreadable).execute(&mut connection).unwrap();
}

#[actix_web::test]
async fn an_import_of_persons_never_touches_a_company_nor_the_other_way_round() {
    let house = House::with().legal_persons().start().await;
    let (mut connection, importer) = (house.database.connect(), Importer::new());
    let path = importer.folder.path().join("file.csv");
    let import = |register: Register, lines: &str, rows: i64, connection: &mut PgConnection| {
        std::fs::write(&path, format!("{}\n{lines}", register.columns().join(","))).unwrap();
        let change = |plan: &mut Plan<'_>| (plan.register, plan.expected_rows) = (register, Some(rows));
        importer.run(connection, change, |_| {}).unwrap()
    };
    let (izabella, hit) =
        (Citizen::verified(&house, "representative").await, Citizen::verified(&house, "with-entries").await);
    // One firm, told twice, with a representative; and lines that are none.
    let firm = |name: &str, number: &str, people: &str, as_of: &str| {
        format!("12345674,{name},{number},Cluj,Turda,Str. Nouă,1,,,{people},false,{as_of}\n")
    };
    let other = |number: &str, people: &str| {
        firm("Fără S.R.L.", number, people, "2026-11-01T00:00:00Z").replace("12345674", "14399840")
    };
    let lines = firm("Nouă S.R.L.", "j8/7/2020", "2790126264101 administrator", "2026-11-01T00:00:00Z")
        + &firm("Veche S.R.L.", "", "", "2020-01-01T00:00:00Z")
        + &other("J8", "")
        + &other("", "Ana")
        + &other("", "2790126264102 administrator");
    let summary = import(Register::Companies, &lines, 2, &mut connection);
    assert_eq!((summary.records, summary.rows, summary.refused), (5, 2, 3));
    for rule in ["4,trade_register_number_format", "5,representatives_format", "6,cnp_checksum"] {
        assert!(importer.report().contains(rule), "{}", importer.report());
    }
    let asked = json_of(ask_mandate(&izabella, "firm-clean", "attorney").await, 201).await;
    assert_eq!(
        (&asked["company_name"], &asked["trade_register_number"]),
        (&json!("Nouă S.R.L."), &json!("J08/7/2020"))
    );
    refused(ask_mandate(&izabella, "association", "attorney").await, 409, "company_unknown").await;
    let mandate = asked["id"].as_str().unwrap();
    // An entry of the firm: the persons keep theirs.
    let entry = "12345674,Sentința 1,Tribunalul,2024-12-31,Evaziune,Amendă,În executare\n";
    import(Register::CompanyCriminalRecords, entry, 1, &mut connection);
    assert_eq!(
        json_of(apply_for_company(&izabella, mandate, "studies").await, 202).await["status"],
        "referred"
    );
    assert_eq!(json_of(hit.apply("employment").await, 202).await["status"], "referred");
    // No entry of any person: the firm keeps its own.
    let other = "1630615123457,Sentința 1,Judecătoria,2019-12-31,Furt,Amendă,Executată\n";
    import(Register::CriminalRecords, other, 1, &mut connection);
    assert_eq!(json_of(hit.apply("studies").await, 201).await["status"], "issued");
    let still = apply_for_company(&izabella, mandate, "employment").await;
    assert_eq!(json_of(still, 202).await["status"], "referred");
}
