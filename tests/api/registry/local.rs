//! What the local registers answer, and to whom.

use diesel::{RunQueryDsl, sql_query};
use serde_json::json;

use super::importing::{Importer, file};
use crate::support::{Citizen, Database, House, json_of};

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
