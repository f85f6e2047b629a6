//! The registers' protocol on the wire, over mutual TLS.

use cazier::sandbox::registers::{SandboxCertificates, contract_json};
use reqwest::{Certificate, Client, Identity};
use serde_json::{Value, json};

use crate::support::House;

pub const CLEAN: &str = "2880514121171";

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
