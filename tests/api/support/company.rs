//! Somebody who acts for a legal person, step by step.

use cazier::person::Cui;
use cazier::registry::Company;
use cazier::sandbox::companies;
use chrono::{DateTime, Utc};
use reqwest::Response;
use serde_json::{Value, json};

use super::accounts::keyring;
use super::answer::json_of;
use super::citizen::Citizen;
use super::house::House;

/// The fiscal code of a test company.
pub fn cui_of(company: &str) -> &'static str {
    companies::all().iter().find(|test| test.id == company).unwrap().cui
}

/// Asks to act for a test company.
pub async fn ask_mandate(citizen: &Citizen<'_>, company: &str, capacity: &str) -> Response {
    citizen.post("/v1/mandates", &json!({"cui": cui_of(company), "capacity": capacity})).await
}

/// The id of a mandate that the company register confirms at once.
pub async fn mandate(citizen: &Citizen<'_>, company: &str) -> String {
    let asked = json_of(ask_mandate(citizen, company, "legal_representative").await, 201).await;
    asked["id"].as_str().unwrap().to_owned()
}

/// The body of an application by a mandate.
pub fn company_application(mandate: &str, reason: &str) -> Value {
    json!({
        "service": "criminal-record-certificate-legal-person",
        "reason": reason,
        "mandate_id": mandate,
        "declaration": true,
    })
}

/// Applies by a mandate.
pub async fn apply_for_company(citizen: &Citizen<'_>, mandate: &str, reason: &str) -> Response {
    citizen.post("/v1/applications", &company_application(mandate, reason)).await
}

/// Makes the company register name these representatives, and no others.
pub fn register_names(house: &House, company: &str, cnps: &[&str]) {
    register_named(house, company, cnps, Utc::now());
}

/// The same, as it was at that time.
pub fn register_named(house: &House, company: &str, cnps: &[&str], as_of: DateTime<Utc>) {
    let keyring = keyring();
    let representative = |cnp: &&str| json!({"cnp": cnp, "capacity": "administrator"});
    let record: Company = serde_json::from_value(json!({
        "name": "Construcții Țara Bârsei S.R.L.",
        "trade_register_number": "J08/1234/2020",
        "seat": {"county": "Brașov", "locality": "Zărnești", "street": "Str. Tohanului", "number": "21"},
        "representatives": cnps.iter().map(representative).collect::<Vec<_>>(),
        "dissolved": false,
        "as_of": as_of,
    }))
    .unwrap();
    let cui = Cui::parse(cui_of(company)).unwrap();
    cazier::registry::import_company(&mut house.database.connect(), &keyring, &cui, Some(&record), &[])
        .unwrap();
}
