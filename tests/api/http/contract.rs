//! The contract: what is written is what is served, whole, and as strict as it says.

use std::collections::BTreeSet;

use cazier::server::openapi;
use serde_json::{Map, Value, json};

use super::operations::{contract, operations};
use crate::support::House;

#[test]
fn the_checked_in_contract_is_the_one_that_the_code_makes() {
    let checked_in = include_str!("../../../openapi/openapi.json");
    assert!(openapi::contract_json() == checked_in, "openapi/openapi.json is stale: run `make openapi`");
}

#[test]
fn every_operation_is_described_in_full() {
    let contract = contract();
    let mut ids = BTreeSet::new();
    for operation in operations(&contract) {
        let (id, value) = (operation.id(), &operation.value);
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        assert!(value["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{id} has no summary");
        assert_eq!(value["tags"].as_array().map(Vec::len), Some(1), "{id} has not one tag");
        let responses = value["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2') || status == "303"),
            "{id} never succeeds"
        );
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let common = response["$ref"].as_str().and_then(|at| contract.pointer(at.strip_prefix('#')?));
            let schema = &common.unwrap_or(response)["content"]["application/problem+json"]["schema"]["$ref"];
            let schema = &contract.pointer(&schema.as_str().unwrap()[1..]).unwrap()["allOf"];
            assert_eq!(schema[0]["$ref"], "#/components/schemas/Problem", "{id} {status}");
            assert!(schema[1]["properties"]["code"]["enum"][0].is_string(), "{id} {status} names no code");
        }
        for expected in
            if value.get("requestBody").is_some() { &["400", "413", "415", "422"][..] } else { &[] }
        {
            assert!(responses.contains_key(*expected), "{id} does not tell of {expected}");
        }
        assert_eq!(
            responses.contains_key("401"),
            !operation.is_public()
                || operation.may_log_in()
                || id.contains("session")
                || id == "reset_second_factor",
            "{id}"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for document in [openapi::contract_json(), cazier::sandbox::registers::contract_json()] {
        let document: Value = serde_json::from_str(&document).unwrap();
        let mut waiting = vec![&document];
        while let Some(value) = waiting.pop() {
            if let Some(reference) = value["$ref"].as_str() {
                assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
            }
            waiting.extend(value.as_object().into_iter().flat_map(Map::values));
            waiting.extend(value.as_array().into_iter().flatten());
        }
    }
}

/// That real answers have what links need of them is compared in `support::contract`.
#[test]
fn every_link_leads_to_an_operation_with_its_parameters() {
    let contract = contract();
    let operations = operations(&contract);
    let mut found = 0;
    for operation in &operations {
        let responses = operation.value["responses"].as_object().unwrap().iter();
        let links = responses.flat_map(|(_, response)| response["links"].as_object().into_iter().flatten());
        for (name, link) in links {
            let what = format!("{}: {name}", operation.id());
            let to = operations.iter().find(|to| link["operationId"] == to.id()).expect(&what);
            let takes = to.value["parameters"].as_array().unwrap();
            let given: BTreeSet<_> =
                link["parameters"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            for parameter in &given {
                assert!(takes.iter().any(|takes| takes["name"] == **parameter), "{what} has no {parameter}");
            }
            for needed in takes.iter().filter(|takes| takes["in"] == "path") {
                let needed = needed["name"].as_str().unwrap();
                assert!(given.contains(needed), "{what} does not say {needed}");
            }
            assert!(link["description"].is_string(), "{what} is not described");
            found += 1;
        }
    }
    assert!(found >= 35, "{found}");
}

#[test]
fn every_value_has_an_example_or_speaks_for_itself() {
    let contract = contract();
    for (name, schema) in contract["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name} is not described");
        for (field, value) in schema["properties"].as_object().unwrap_or(&Map::new()) {
            assert!(
                value.to_string().contains("\"description\"") || value.get("$ref").is_some(),
                "{name}.{field} is not described"
            );
            let is_text = value["type"] == "string" || value["type"] == json!(["string", "null"]);
            let speaks = value.get("format").is_some() || value.get("enum").is_some();
            let has_example = value.get("example").is_some() || value.get("examples").is_some();
            // A request has one example, of fields that go together.
            let has_example =
                has_example || (value.get("x-rules").is_some() && schema.get("example").is_some());
            assert!(!is_text || speaks || has_example, "{name}.{field} has no example: {value}");
        }
    }
}

/// What is in an address ends up in histories and logs of others. Providers' callbacks are as their standard has them.
#[test]
fn no_operation_takes_a_code_or_a_number_of_a_person_in_its_address() {
    let contract = contract();
    for operation in operations(&contract).iter().filter(|o| o.id() != "complete_identity_verification") {
        let parameters = operation.value["parameters"].as_array().into_iter().flatten();
        let own = |parameter: &&Value| parameter.get("in").is_some_and(|place| place != "header");
        for parameter in parameters.filter(own) {
            let name = parameter["name"].as_str().unwrap();
            if name == "stream_token" {
                // It works once: whoever reads it there comes too late.
                continue;
            }
            let is_secret = ["code", "token", "cnp", "cui", "email", "name", "phone", "password", "number"]
                .iter()
                .any(|secret| name.contains(secret));
            assert!(!is_secret || operation.path == "/problems/{code}", "{}: {name}", operation.id());
        }
    }
}

#[actix_web::test]
async fn the_documents_are_served_without_the_internet() {
    let house = House::start().await;
    let served: Value = house.get("/openapi.json").await.json().await.unwrap();
    assert_eq!(served, contract());
    let page = house.get("/docs/").await;
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(!page.contains("https://") && !page.contains("//cdn"), "{page}");
    for file in ["swagger-ui-bundle.js", "swagger-ui.css", "reference.js", "reference.css"] {
        assert!(page.contains(file), "{file}");
        assert_eq!(house.get(&format!("/docs/{file}")).await.status(), 200, "{file}");
    }
}
