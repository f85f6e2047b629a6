//! Certificates of legal persons: from the application to the verification, in each phase.

use cazier::time::Clock;
use chrono::DateTime;
use diesel::sql_types::Bool;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::{Value, json};

use crate::support::{
    Citizen, House, apply_for_company, company_application, cui_of, json_of, mandate, refused, register_names,
};

const OFFICER: &str = "1800101221144";
const REPRESENTATIVE: &str = "2790126264101";

async fn house() -> House {
    House::with().legal_persons().start().await
}

async fn represented<'a>(house: &'a House, company: &str) -> (Citizen<'a>, String) {
    let izabella = Citizen::verified(house, "representative").await;
    let id = mandate(&izabella, company).await;
    (izabella, id)
}

async fn verify(house: &House, certificate: &Value, field: &str, value: &str) -> Value {
    let mut body = json!({"registration_number": certificate["registration_number"]});
    body[field] = json!(value);
    json_of(house.post("/v1/verify", &body).await, 200).await
}

async fn away(house: &House, register: &str, seconds: u32) {
    let body = json!({"register": register, "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

#[actix_web::test]
async fn before_its_first_day_the_service_is_announced_and_closed() {
    let clock = Clock::pinned("2026-12-31T10:00:00Z".parse().unwrap());
    let house = House::with()
        .clock(&clock)
        .entries()
        .setting("CAZIER_LEGAL_PERSONS_FROM", "2027-01-01")
        .start()
        .await;
    let services = json_of(house.get("/v1/services").await, 200).await;
    let service = &services["items"][1];
    assert_eq!((&service["phase"], &service["open"]), (&json!("announced"), &json!(false)));
    let phases = json!([
        {"phase": "persons_without_entries", "from": "2027-01-01"},
        {"phase": "persons_with_entries", "from": "2027-01-01"},
    ]);
    assert_eq!(service["phases"], phases);
    let izabella = Citizen::verified(&house, "representative").await;
    let body = json!({"cui": cui_of("firm-clean"), "capacity": "legal_representative"});
    refused(izabella.post("/v1/mandates", &body).await, 409, "service_not_open").await;
    let none = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f";
    let problem = refused(apply_for_company(&izabella, none, "employment").await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "service_not_open");
    clock.set("2026-12-31T22:00:01Z".parse().unwrap());
    let izabella = Citizen::logged_in(&house, &izabella.email).await;
    let id = mandate(&izabella, "firm-clean").await;
    json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
}

#[actix_web::test]
async fn the_form_shows_the_firm_and_says_from_where() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let form = json_of(izabella.get(&format!("/v1/mandates/{id}/prefill")).await, 200).await;
    let fields = &form["fields"];
    assert_eq!(fields["name"]["value"], "Construcții Țara Bârsei S.R.L.");
    assert_eq!(fields["seat"]["value"]["locality"], "Zărnești");
    for name in ["cui", "name", "trade_register_number", "seat"] {
        assert_eq!(fields[name]["source"], "company_register", "{name}");
        assert!(DateTime::parse_from_rfc3339(fields[name]["as_of"].as_str().unwrap()).is_ok(), "{name}");
    }
    let representative = &fields["representative"];
    assert_eq!(representative["family_name"]["source"], "identity_verification");
    assert_eq!(representative["capacity"]["source"], "company_register");
    assert_eq!(representative["identity_document"]["source"], "civil_status");
    assert_eq!(representative["identity_document"]["value"]["number"], "306574");
    let path = "/v1/applications/prefill?service=criminal-record-certificate-legal-person";
    let problem = refused(izabella.get(path).await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["code"], "form_of_a_mandate");
    away(&house, "companies", 60).await;
    let answer = izabella.get(&format!("/v1/mandates/{id}/prefill")).await;
    refused(answer, 503, "register_unavailable").await;
}

#[actix_web::test]
async fn a_clean_firm_gets_a_certificate_that_says_nothing_of_who_applied() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let issued = json_of(apply_for_company(&izabella, &id, "public_tender").await, 201).await;
    let certificate = &issued["certificate"];
    assert_eq!((&issued["mandate_id"], &certificate["finding"]), (&json!(id), &json!("no_record")));
    let payload = json_of(izabella.get(certificate["links"]["payload"].as_str().unwrap()).await, 200).await;
    let holder = json!({
        "name": "Construcții Țara Bârsei S.R.L.",
        "cui": "12345674",
        "trade_register_number": "J08/1234/2020",
        "seat": "Str. Tohanului nr. 21, Zărnești, județul Brașov",
    });
    assert_eq!((&payload["holder"], &payload["type"]), (&holder, &issued["service"]));
    assert_eq!(payload["finding_text"]["ro"], "nu este înscrisă în cazierul judiciar");
    for secret in [REPRESENTATIVE, "Szabó", "Izabella"] {
        assert!(!payload.to_string().contains(secret), "{secret}");
    }
    let document = izabella.get(certificate["links"]["document"].as_str().unwrap()).await;
    let pdf = document.bytes().await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &pdf).unwrap();
    let text = std::process::Command::new("pdftotext").arg(file.path()).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for words in ["Persoana juridică", "12345674", "Str. Tohanului nr. 21", "nu este înscrisă"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("Szabó"), "{text}");
    let form = format!("{}?form=eu&language=fr", certificate["links"]["document"].as_str().unwrap());
    refused(izabella.get(&form).await, 409, "form_for_natural_persons").await;
}

#[actix_web::test]
async fn an_association_has_no_trade_register_number_and_its_certificate_none() {
    let house = house().await;
    let (izabella, id) = represented(&house, "association").await;
    let issued = json_of(apply_for_company(&izabella, &id, "eu_funds").await, 201).await;
    let links = &issued["certificate"]["links"];
    let payload = json_of(izabella.get(links["payload"].as_str().unwrap()).await, 200).await;
    assert_eq!(payload["holder"]["trade_register_number"], json!(null));
    assert_eq!(payload["holder"]["seat"], "Str. Speranței nr. 8, București");
    assert_eq!(izabella.get(links["document"].as_str().unwrap()).await.status(), 200);
}

#[actix_web::test]
async fn it_verifies_by_the_firm_s_cui_or_the_printed_code_and_by_nothing_else() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let certificate = json_of(apply_for_company(&izabella, &id, "public_tender").await, 201).await;
    let certificate = &certificate["certificate"];
    let valid = verify(&house, certificate, "cui", "12345674").await;
    assert_eq!((&valid["outcome"], &valid["facts"]["checked_by"]), (&json!("valid"), &json!("cui")));
    assert_eq!(valid["certificate"]["service"], "criminal-record-certificate-legal-person");
    assert_eq!(verify(&house, certificate, "cui", "ro 12345674").await["outcome"], "valid");
    let code = certificate["control_code"].as_str().unwrap();
    assert_eq!(verify(&house, certificate, "control_code", code).await["outcome"], "valid");
    let wrong = verify(&house, certificate, "cui", "990000080").await;
    let mut unknown = json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-5"});
    let unknown = verify(&house, &unknown.take(), "cui", "12345674").await;
    for none in [&wrong, &unknown, &verify(&house, certificate, "cnp", REPRESENTATIVE).await] {
        assert_eq!((&none["outcome"], none.get("certificate")), (&json!("no_match"), None));
    }
    assert_eq!(wrong["facts"], unknown["facts"], "a wrong identifier and a wrong number look alike");
    let natural = izabella.certificate("employment").await;
    assert_eq!(verify(&house, &natural, "cui", "12345674").await["outcome"], "no_match");
    let number = &certificate["registration_number"];
    for (body, pointer, code) in [
        (json!({"cui": "12345675"}), "/cui", "cui_checksum"),
        (json!({"cui": "12345674", "cnp": REPRESENTATIVE}), "/cnp", "one_of_cnp_cui_control_code"),
        (json!({"cui": "12345674", "control_code": code}), "/cnp", "one_of_cnp_cui_control_code"),
    ] {
        let mut body = body;
        body["registration_number"] = number.clone();
        let problem = refused(house.post("/v1/verify", &body).await, 422, "invalid_input").await;
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)));
    }
}

#[actix_web::test]
async fn cuis_cannot_be_guessed_for_a_number_nor_cnps_after_them() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let certificate = json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
    let certificate = &certificate["certificate"];
    for n in 0..20 {
        let (field, value) = if n % 2 == 0 { ("cui", "990000080") } else { ("cnp", OFFICER) };
        assert_eq!(verify(&house, certificate, field, value).await["outcome"], "no_match");
    }
    let number = &certificate["registration_number"];
    let stopped = house.post("/v1/verify", &json!({"registration_number": number, "cui": "12345674"})).await;
    refused(stopped, 429, "too_many_requests").await;
    let code = certificate["control_code"].as_str().unwrap();
    assert_eq!(verify(&house, certificate, "control_code", code).await["outcome"], "valid");
}

#[actix_web::test]
async fn a_firm_gets_one_certificate_a_day_for_one_reason_whoever_applies() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let first = json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
    let problem =
        refused(apply_for_company(&izabella, &id, "employment").await, 409, "already_applied_today").await;
    assert_eq!(problem["application_id"], first["id"]);
    register_names(&house, "firm-clean", &[REPRESENTATIVE, "1751102404820"]);
    let marian = Citizen::verified(&house, "clean-2").await;
    let his = mandate(&marian, "firm-clean").await;
    let problem =
        refused(apply_for_company(&marian, &his, "employment").await, 409, "already_applied_today").await;
    assert_eq!(problem.get("application_id"), None, "the other's application is not his to see");
    json_of(apply_for_company(&marian, &his, "studies").await, 201).await;
    json_of(marian.apply("employment").await, 201).await;
    let other = mandate(&izabella, "association").await;
    json_of(apply_for_company(&izabella, &other, "employment").await, 201).await;
}

#[actix_web::test]
async fn an_application_names_a_mandate_exactly_when_it_is_of_a_legal_person() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let firm = |field: &str, value: Value| {
        let mut body = company_application(&id, "employment");
        body[field] = value;
        body
    };
    let child = json!({"cnp": "6161019510120", "capacity": "parent"});
    for (body, pointer, code) in [
        (firm("mandate_id", json!(null)), "/mandate_id", "mandate_missing"),
        (firm("service", json!("criminal-record-certificate")), "/mandate_id", "mandate_unwanted"),
        (firm("on_behalf_of", child), "/on_behalf_of", "natural_persons_only"),
        (firm("nationality", json!("SE")), "/nationality", "natural_persons_only"),
        (firm("mandate_id", json!("12345674")), "/mandate_id", "wrong_value"),
        (firm("cui", json!("12345674")), "/cui", "unknown_field"),
        (firm("reason", json!("other")), "/reason_detail", "reason_detail_missing"),
    ] {
        let problem = refused(izabella.post("/v1/applications", &body).await, 422, "invalid_input").await;
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{problem}");
    }
    assert_eq!(json_of(izabella.get("/v1/applications").await, 200).await["items"], json!([]));
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

#[actix_web::test]
async fn no_cui_and_no_name_of_a_firm_stands_in_the_database_in_clear() {
    let house = house().await;
    let (izabella, id) = represented(&house, "firm-clean").await;
    let issued = json_of(apply_for_company(&izabella, &id, "employment").await, 201).await;
    verify(&house, &issued["certificate"], "cui", "12345674").await;
    let mut connection = house.database.connect();
    for table in [
        "mandates",
        "applications",
        "certificates",
        "certificate_checks",
        "application_events",
        "audit_events",
        "jobs",
        "throttles",
        "idempotency_keys",
        "registry.companies",
        "registry.company_criminal_records",
    ] {
        let query = format!(
            "SELECT coalesce(bool_or(t::text LIKE '%12345674%' OR t::text LIKE '%Bârsei%'
                OR t::text LIKE '%3132333435363734%'), false) AS found FROM {table} t"
        );
        assert!(!sql_query(query).get_result::<Found>(&mut connection).unwrap().found, "{table}");
    }
}
