//! Rows that were altered in the database: nothing is answered from them, whichever way somebody asks.

use cazier::certificates::bind_existing;
use diesel::{PgConnection, RunQueryDsl, sql_query};
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::{Citizen, House, Officer, json_of, keyring, refused};

pub const CLEAN_CNP: &str = "2880514121171";
const OTHER_CNP: &str = "1800101221144";
pub const OFFICER: &str = "6240601700021";

pub fn change(connection: &mut PgConnection, statement: &str) {
    sql_query(statement).execute(connection).unwrap();
}

pub async fn ask(house: &House, number: &Value, proof: &str, value: &Value) -> Response {
    house.post("/v1/verify", &json!({"registration_number": number, proof: value})).await
}

#[actix_web::test]
async fn nothing_is_answered_from_a_row_that_was_altered() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let other = citizen.certificate("studies").await;
    // Nothing of what follows is logged.
    house.rest().await;
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    let row = format!("WHERE registration_number = '{}'", number.as_str().unwrap());
    let from_other = |column: &str| {
        let other = other["registration_number"].as_str().unwrap();
        format!("{column} = (SELECT o.{column} FROM certificates o WHERE o.registration_number = '{other}')")
    };
    let c = &mut house.database.connect();
    change(c, "SET session_replication_role = replica");
    change(c, "CREATE TABLE kept AS SELECT * FROM certificates");
    let alterations = [
        "valid_until = valid_until + 365".to_owned(),
        "issued_on = issued_on + 1".to_owned(),
        "finding = 'record'".to_owned(),
        "reason = 'studies'".to_owned(),
        "service = 'criminal-record-certificate-legal-person'".to_owned(),
        "person_index = sha256('somebody')".to_owned(),
        "signer_fingerprint = sha256('somebody')".to_owned(),
        from_other("control_code_index"),
        "ended_as = 'revoked', ended_at = now()".to_owned(),
        from_other("payload"),
        from_other("facts_mac"),
        from_other("status_mac"),
        "facts_mac = decode(repeat('00', 33), 'hex')".to_owned(),
        "status_mac = substring(status_mac FOR 32) || '\\x00'".to_owned(),
    ];
    for alteration in alterations {
        change(c, &format!("UPDATE certificates SET {alteration} {row}"));
        let before = house.database.count("SELECT count(*) FROM certificate_checks");
        for (proof, value) in [("cnp", &json!(CLEAN_CNP)), ("cnp", &json!(OTHER_CNP)), ("control_code", code)]
        {
            let answer = ask(&house, number, proof, value).await;
            let problem = refused(answer, 503, "certificate_unreadable").await;
            assert_eq!(problem.get("outcome"), None, "{alteration}");
        }
        assert_eq!(
            house.database.count("SELECT count(*) FROM certificate_checks"),
            before,
            "nobody has checked it: {alteration}"
        );
        let columns = "person_index, control_code_index, service, reason, finding, issued_on, valid_until, payload, \
            signer_fingerprint, ended_as, ended_at, facts_mac, status_mac";
        let back = columns.replace(", ", ", k.");
        change(
            c,
            &format!(
                "UPDATE certificates c SET ({columns}) = (SELECT k.{back} FROM kept k WHERE k.id = c.id) {row}"
            ),
        );
        let answer = json_of(ask(&house, number, "cnp", &json!(CLEAN_CNP)).await, 200).await;
        assert_eq!(answer["outcome"], "valid", "as it was: {alteration}");
    }
    change(c, &format!("UPDATE certificates SET finding = 'record' {row}"));
    let document = citizen.get(certificate["links"]["document"].as_str().unwrap()).await;
    refused(document, 503, "certificate_unreadable").await;
    let renamed = "CJ-2026-7K3M-Q9ZD-T";
    change(c, &format!("UPDATE certificates SET registration_number = '{renamed}' {row}"));
    let answer = ask(&house, &json!(renamed), "cnp", &json!(CLEAN_CNP)).await;
    refused(answer, 503, "certificate_unreadable").await;
}

#[actix_web::test]
async fn a_revocation_undone_in_the_database_is_detected() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let officer = Officer::who_is(&house, OFFICER);
    let path = format!("/v1/certificates/{}/revocation", certificate["id"].as_str().unwrap());
    json_of(officer.post(&path, &json!({"reason": "fraud"})).await, 200).await;
    let number = &certificate["registration_number"];
    let answer = json_of(ask(&house, number, "cnp", &json!(CLEAN_CNP)).await, 200).await;
    assert_eq!(answer["outcome"], "revoked");
    let c = &mut house.database.connect();
    let back = "UPDATE certificates SET ended_as = NULL, ended_at = NULL, end_reason = NULL";
    for other in [
        back,
        "UPDATE certificates SET end_reason = 'wrong_data'",
        "UPDATE certificates SET ended_at = now()",
    ] {
        let refused = sql_query(other).execute(c).unwrap_err().to_string();
        assert!(refused.contains("the end of a certificate is final"), "{refused}");
    }
    change(c, "SET session_replication_role = replica");
    change(c, back);
    for (proof, value) in [("cnp", &json!(CLEAN_CNP)), ("control_code", &certificate["control_code"])] {
        refused(ask(&house, number, proof, value).await, 503, "certificate_unreadable").await;
    }
    let payload = citizen.get(certificate["links"]["payload"].as_str().unwrap()).await.bytes().await.unwrap();
    let cades = citizen.get(certificate["links"]["cades"].as_str().unwrap()).await.bytes().await.unwrap();
    let part = |name: &str, content: &[u8]| {
        let head = format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
        [head.as_bytes(), content, b"\r\n"].concat()
    };
    let body = [part("payload", &payload), part("signature", &cades), b"--limit--\r\n".to_vec()].concat();
    let request = house.request(reqwest::Method::POST, "/v1/verify/signature");
    let request = request.header("content-type", "multipart/form-data; boundary=limit").body(body);
    refused(request.send().await.unwrap(), 503, "certificate_unreadable").await;
}

fn form(name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--limit\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--limit--\r\n"].concat()
}

pub async fn ask_by_document(house: &House, document: &[u8]) -> Response {
    let request = house.request(reqwest::Method::POST, "/v1/verify/signature");
    let request = request.header("content-type", "multipart/form-data; boundary=limit");
    request.body(form("document", document)).send().await.unwrap()
}

#[actix_web::test]
async fn a_document_speaks_for_the_certificate_that_it_was_made_for() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let (first, second) = (citizen.certificate("employment").await, citizen.certificate("studies").await);
    let document = citizen.get(first["links"]["document"].as_str().unwrap()).await.bytes().await.unwrap();
    let verify = async || ask_by_document(&house, &document).await;
    let answer = json_of(verify().await, 200).await;
    assert_eq!(answer["certificate"]["registration_number"], first["registration_number"]);
    let c = &mut house.database.connect();
    let other = second["id"].as_str().unwrap();
    change(c, &format!("UPDATE certificate_documents SET certificate_id = '{other}'"));
    refused(verify().await, 503, "certificate_unreadable").await;
    // As one is that was made before documents were bound.
    let first = first["id"].as_str().unwrap();
    change(c, "ALTER TABLE certificate_documents DROP CONSTRAINT certificate_documents_bound_check");
    change(c, &format!("UPDATE certificate_documents SET certificate_id = '{first}', mac = NULL"));
    refused(verify().await, 503, "certificate_unreadable").await;
    change(
        c,
        "ALTER TABLE certificate_documents ADD CONSTRAINT certificate_documents_bound_check
            CHECK (coalesce(octet_length(mac) = 33, false)) NOT VALID",
    );
    bind_existing::run(c, &keyring()).unwrap();
    assert_eq!(json_of(verify().await, 200).await["outcome"], "valid");
}

#[actix_web::test]
async fn the_database_takes_no_row_that_is_not_bound() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    citizen.certificate("employment").await;
    let c = &mut house.database.connect();
    for column in ["facts_mac", "status_mac"] {
        let refused = sql_query(format!("UPDATE certificates SET {column} = NULL")).execute(c).unwrap_err();
        assert!(refused.to_string().contains("certificates_bound_check"), "{refused}");
    }
    let validated =
        "SELECT count(*) FROM pg_constraint WHERE conname = 'certificates_bound_check' AND convalidated";
    assert_eq!(house.database.count(validated), 1, "there is none from before");
}
