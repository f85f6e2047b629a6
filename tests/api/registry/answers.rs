//! The registers: the protocol on the wire, the local copy and its import.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cazier::person::Keyring;
use cazier::registry::Register;
use cazier::registry::bulk::{self, ImportError, Plan, Summary};
use cazier::sandbox::registers::{SandboxCertificates, contract_json};
use chrono::{TimeDelta, Utc};
use diesel::{PgConnection, RunQueryDsl, sql_query};
use reqwest::{Certificate, Client, Identity};
use serde_json::{Value, json};

use crate::support::{
    Citizen, Database, House, KEYS, Officer, apply_for_company, ask_mandate, cnp, json_of, keyring, refused,
};

const CLEAN: &str = "2880514121171";

#[test]
fn the_checked_in_protocol_is_the_one_that_the_code_makes() {
    let checked_in = include_str!("../../../openapi/registry.json");
    assert!(contract_json() == checked_in, "openapi/registry.json is stale: run `make openapi`");
}

fn client(authority: &[u8], identity: Option<&[u8]>) -> Client {
    let builder = Client::builder()
        .use_rustls_tls()
        .tls_built_in_root_certs(false)
        .add_root_certificate(Certificate::from_pem(authority).unwrap());
    match identity {
        Some(identity) => builder.identity(Identity::from_pem(identity).unwrap()).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

/// That a value has every required field of a schema, and none that it does not name, all the way down.
fn keeps(contract: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        return keeps(contract, contract.pointer(reference.trim_start_matches('#')).unwrap(), value, place);
    }
    if let Some(options) = schema["oneOf"].as_array() {
        let fits = |option: &&Value| (option["type"] == "null") == value.is_null();
        return keeps(contract, options.iter().find(fits).unwrap(), value, place);
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        values.iter().for_each(|value| keeps(contract, items, value, place));
    }
    if let Some(fields) = value.as_object() {
        for required in schema["required"].as_array().unwrap() {
            assert!(fields.contains_key(required.as_str().unwrap()), "{place} lacks {required}");
        }
        for (name, value) in fields {
            keeps(contract, &schema["properties"][name], value, &format!("{place}/{name}"));
        }
    } else {
        let (kinds, actual) = (schema["type"].to_string(), kind(value));
        assert!(kinds.contains(actual), "{place}: {actual} is not {kinds}");
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[actix_web::test]
async fn the_simulated_registers_keep_the_protocol_to_the_letter() {
    let house = House::start().await;
    let http = client(&house.registers.1.authority, Some(&house.registers.1.identity));
    let contract: Value = serde_json::from_str(&contract_json()).unwrap();
    for (path, item) in contract["paths"].as_object().unwrap() {
        let responses = &item["post"]["responses"];
        let schema = &responses["200"]["content"]["application/json"]["schema"];
        let companies = path.contains("compan");
        let (name, subjects) = match companies {
            true => ("cui", ["12345674", "990000013", "18547290"]),
            false => ("cnp", [CLEAN, "1820317162551", "2850411321404"]),
        };
        for subject in subjects {
            let mut query = json!({"query_id": "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f"});
            query[name] = json!(subject);
            let answer = http.post(house.registers.0.join(path).unwrap()).json(&query).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let digest = answer.headers()["content-digest"].to_str().unwrap().to_owned();
            let body = answer.bytes().await.unwrap();
            assert_eq!(digest, cazier::registry::protocol::content_digest(&body));
            let body: Value = serde_json::from_slice(&body).unwrap();
            keeps(&contract, schema, &body, path);
            assert_eq!((&body["query_id"], &body[name]), (&query["query_id"], &query[name]));
        }
        for nonsense in [
            json!({}),
            json!({"query_id": "x", "cnp": CLEAN}),
            json!({"cnp": "1"}),
            json!({"query_id": "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f", "cui": "RO12345674"}),
        ] {
            let answer =
                http.post(house.registers.0.join(path).unwrap()).json(&nonsense).send().await.unwrap();
            assert_eq!(answer.status(), 422);
            assert!(responses.get("422").is_some());
        }
    }
}

#[actix_web::test]
async fn a_client_without_a_certificate_of_the_authority_is_refused() {
    let house = House::start().await;
    let (url, mutual) = (house.registers.0.join("/v1/criminal-records/query").unwrap(), &house.registers.1);
    let stranger = SandboxCertificates::create().unwrap().client();
    let query = json!({"query_id": "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f", "cnp": CLEAN});
    for http in [client(&mutual.authority, None), client(&mutual.authority, Some(&stranger.identity))] {
        assert!(http.post(url.clone()).json(&query).send().await.is_err(), "without our certificate");
    }
    let trusting_another = client(&stranger.authority, Some(&mutual.identity));
    assert!(trusting_another.post(url).json(&query).send().await.is_err(), "a server of another authority");
}

/// A file of entries about that many people, each fiftieth line broken.
fn file(path: &Path, lines: usize) {
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

struct Importer {
    folder: tempfile::TempDir,
    keyring: Keyring,
}

impl Importer {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keyring: keyring() }
    }

    fn run(
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

    fn write(&self, bytes: &[u8]) {
        std::fs::write(self.folder.path().join("file.csv"), bytes).unwrap();
    }

    fn report(&self) -> String {
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

/// A thousand convictions, the last of a person who is clean otherwise, changed by `damage`.
fn damaged(damage: impl FnOnce(&mut Vec<String>)) -> Vec<u8> {
    let mut lines = vec![Register::CriminalRecords.columns().join(",")];
    let line = |cnp: &str| format!("{cnp},Sentința 1,Judecătoria Huși,2019-12-31,Furt,Amendă,Executată");
    lines.extend((0..999).map(|n| line(cnp(n).as_str())));
    lines.push(line(CLEAN));
    damage(&mut lines);
    (lines.join("\n") + "\n").into_bytes()
}

#[actix_web::test]
async fn a_file_that_is_not_whole_is_refused_as_a_whole() {
    let house = House::start().await;
    let (mut connection, importer) = (house.database.connect(), Importer::new());
    let path = importer.folder.path().join("file.csv");
    importer.write(&damaged(|_| {}));
    importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    let person = Citizen::verified(&house, "clean").await;
    assert_eq!(json_of(person.apply("employment").await, 202).await["status"], "referred");
    let open_quote = damaged(|lines| lines[951] = lines[951].replace("Furt", "\"Furt"));
    let cut = damaged(|_| {}).into_iter().rev().skip(5).rev().collect();
    let after = [damaged(|_| {}), b"1000 rows\n".to_vec()].concat();
    let windows =
        damaged(|_| {}).iter().flat_map(|&b| if b == b'F' { vec![0xAA] } else { vec![b] }).collect();
    let short = damaged(|lines| lines[500].truncate(30));
    for (bytes, line, rule) in [
        (open_quote, 952, "csv_open_quote"),
        (cut, 1001, "csv_cut"),
        (after, 1002, "columns"),
        (windows, 2, "csv_encoding"),
        (short, 501, "columns"),
    ] {
        importer.write(&bytes);
        let refused = importer.run(&mut connection, |plan| plan.restart = true, |_| {});
        let Err(ImportError::Defect(defect)) = refused else { panic!("{rule}: {refused:?}") };
        assert_eq!((defect.line, defect.rule.code), (line, rule));
    }
    std::fs::remove_file(path).unwrap();
    assert_eq!(
        json_of(person.apply("studies").await, 202).await["status"],
        "referred",
        "nothing was switched"
    );
}

#[actix_web::test]
async fn the_subject_of_an_unreadable_line_is_referred_and_never_clean() {
    let house = House::with().local_registers().start().await;
    let (mut connection, importer) = (house.database.connect(), Importer::new());
    let person = Citizen::verified(&house, "clean").await;
    let long = "x".repeat(501);
    for (n, (from, to, rule)) in [
        ("Furt", "\"Furt\nși altele\"", "text_control_character"),
        ("Furt", long.as_str(), "text_too_long"),
        ("2019-12-31", "14.05.2024", "date_format"),
        ("Judecătoria Huși", "", "text_blank"),
    ]
    .into_iter()
    .enumerate()
    {
        importer.write(&damaged(|lines| lines[1000] = lines[1000].replace(from, to)));
        let summary = importer.run(&mut connection, |plan| plan.expected_rows = Some(1000), |_| {}).unwrap();
        assert_eq!((summary.records, summary.rows, summary.refused), (1000, 1000, 1), "{rule}");
        assert!(importer.report().contains(&format!("1001,{rule}")), "{}", importer.report());
        let reason = ["employment", "studies", "volunteering", "adoption"][n];
        assert_eq!(json_of(person.apply(reason).await, 202).await["status"], "referred", "{rule}");
    }
    // An officer sees that something stands there, and can issue nothing.
    let officer = Officer::who_is(&house, "1630615123457");
    let queue = json_of(officer.get("/v1/review/applications").await, 200).await;
    let id = queue["items"][0]["id"].as_str().unwrap().to_owned();
    let case =
        json_of(officer.post(&format!("/v1/review/applications/{id}/claim"), &json!({})).await, 200).await;
    assert_eq!((&case["entries"], &case["entries_unreadable"]), (&json!([]), &json!(true)));
    for decision in ["issue", "clear"] {
        let path = format!("/v1/review/applications/{id}/decision");
        let answer = officer.post(&path, &json!({"decision": decision, "note": "Am verificat"})).await;
        refused(answer, 409, "register_record_unreadable").await;
    }
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
fn every_line_that_breaks_a_rule_is_reported_and_one_without_a_subject_fails_the_import() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let importer = Importer::new();
    let rest = "Sentința 1,Judecătoria,2019-12-31,Furt,Amendă,Executată";
    let mut text = format!("cnp,judgment,court,date_final,offence,sanction,status\n{CLEAN},{rest}\n");
    text += &format!("{CLEAN},\"două\nrânduri\",J,2019-12-31,Furt,Amendă,Executată\n");
    text += &format!("{CLEAN},,Judecătoria,2019-12-31,Furt,Amendă,Executată\n");
    let good_so_far = text.clone();
    for line in ["1630615123458,", "x,"] {
        text += &format!("{line}{rest}\n");
    }
    importer.write(text.as_bytes());
    let failed = importer.run(&mut connection, |_| {}, |_| {});
    assert!(matches!(failed, Err(ImportError::Nameless(2))), "{failed:?}");
    let rules: Vec<String> =
        importer.report().lines().skip(1).map(|l| l.rsplitn(2, ",\"").last().unwrap().to_owned()).collect();
    assert_eq!(rules, ["3,text_control_character", "5,text_blank", "6,cnp_checksum", "7,cnp_length"]);
    // Nothing is left of it: the mended file needs no --restart.
    importer.write(good_so_far.as_bytes());
    let summary = importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    assert_eq!(summary, Summary { lines: 5, records: 3, rows: 3, refused: 2, resumed_at: 0 });
}

#[test]
fn a_file_that_changes_while_it_is_read_leaves_nothing_behind() {
    let database = Database::from_template();
    let mut connection = database.connect();
    let importer = Importer::new();
    let path = importer.folder.path().join("file.csv");
    file(&path, 12_000);
    let whole = std::fs::read(&path).unwrap();
    let other = String::from_utf8(whole.clone()).unwrap().replace("Furt", "Fapt").into_bytes();
    for content in [&whole[..whole.len() / 2], &other] {
        let overwrite = |progress: bulk::Progress| {
            if progress.records == 5_000 {
                std::fs::write(&path, content).unwrap();
            }
        };
        let changed = importer.run(&mut connection, |_| {}, overwrite);
        assert!(matches!(changed, Err(ImportError::Changed)), "{changed:?}");
        std::fs::write(&path, &whole).unwrap();
    }
    let summary = importer.run(&mut connection, |_| {}, |_| {}).unwrap();
    assert_eq!((summary.rows, summary.resumed_at), (12_000, 0), "nothing is gone on with");
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

#[actix_web::test]
async fn a_register_that_is_not_filled_answers_nothing() {
    let house = House::with().local_registers().start().await;
    let mut connection = house.database.connect();
    let person = Citizen::verified(&house, "clean").await;
    let mut waits = async |reason: &str, statement: &str, why: &str| {
        sql_query(statement).execute(&mut connection).unwrap();
        let ready = json_of(house.get("/health/ready").await, 200).await;
        let check = ready["checks"].as_array().unwrap().iter().find(|c| c["name"] == "registers").unwrap();
        assert_eq!((&ready["status"], &check["status"]), (&json!("degraded"), &json!("warn")));
        assert!(check["detail"].as_str().unwrap().contains(why), "{check}");
        assert_eq!(json_of(person.apply(reason).await, 202).await["status"], "awaiting_register", "{why}");
    };
    const OF: &str = "WHERE register = 'criminal_records'";
    waits("employment", &format!("UPDATE registry.registers SET rows = 0 {OF}"), "with no rows").await;
    let old = format!("UPDATE registry.registers SET rows = 2, as_of = now() - interval '49 hours' {OF}");
    waits("studies", &old, "49 hours old, and the limit is 48").await;
    let foreign =
        format!("UPDATE registry.registers SET as_of = now(), index_key_digest = decode('00', 'hex') {OF}");
    waits("volunteering", &foreign, "another index key").await;
    waits("adoption", &format!("DELETE FROM registry.registers {OF}"), "never filled").await;
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

#[actix_web::test]
async fn the_local_registers_can_be_read_by_a_role_that_can_read_nothing_else() {
    let database = Database::from_template();
    let role = format!("register_{}", uuid::Uuid::now_v7().simple());
    let mut owner = database.connect();
    for statement in [
        format!("CREATE ROLE {role} LOGIN"),
        format!("GRANT USAGE ON SCHEMA registry TO {role}"),
        format!(
            "GRANT SELECT ON registry.criminal_records, registry.civil_status, registry.companies, registry.company_criminal_records, registry.registers, installation TO {role}"
        ),
        format!("ALTER DEFAULT PRIVILEGES IN SCHEMA registry GRANT SELECT ON TABLES TO {role}"),
    ] {
        sql_query(statement).execute(&mut owner).unwrap();
    }
    let importer = Importer::new();
    file(&importer.folder.path().join("file.csv"), 100);
    importer.run(&mut owner, |_| {}, |_| {}).unwrap();
    let mut reader = database.connect();
    sql_query(format!("SET SESSION AUTHORIZATION {role}")).execute(&mut reader).unwrap();
    for (statement, may) in [
        ("SELECT 1 FROM registry.criminal_records", true),
        ("SELECT 1 FROM registry.civil_status", true),
        ("SELECT 1 FROM registry.companies", true),
        ("SELECT 1 FROM registry.company_criminal_records", true),
        ("SELECT 1 FROM installation", true),
        ("DELETE FROM registry.criminal_records", false),
        ("SELECT 1 FROM accounts", false),
        ("SELECT 1 FROM certificates", false),
    ] {
        assert_eq!(sql_query(statement).execute(&mut reader).is_ok(), may, "{statement}");
    }
    drop(reader);
    sql_query(format!("DROP OWNED BY {role}")).execute(&mut owner).unwrap();
    sql_query(format!("DROP ROLE {role}")).execute(&mut owner).unwrap();
}
