//! The contract: what is written is what is served, whole, and as strict as it says.

use std::collections::BTreeSet;

use cazier::server::openapi;
use reqwest_middleware::RequestBuilder;
use serde_json::{Map, Value, json};

use super::operations::{Operation, contract, operations};
use crate::oauth::Client;
use crate::support::{Citizen, House, refused};

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

/// Somebody of each role, logged in.
struct Callers<'a> {
    people: [(&'static str, Citizen<'a>); 3],
    client: Client<'a>,
}

impl<'a> Callers<'a> {
    async fn of(house: &'a House) -> Self {
        let people = [
            ("citizen", Citizen::registered(house).await),
            ("officer", Citizen::staff(house, "ofiter.cluj@example.ro").await),
            ("operator", Citizen::staff(house, "operator@example.ro").await),
        ];
        Self { people, client: Client::web(house).await }
    }

    /// A request of somebody whom an operation is for: of a citizen where it is for everybody.
    fn request(&self, operation: &Operation) -> RequestBuilder {
        let (method, path) = (operation.method.clone(), operation.filled_path());
        if operation.is_of_clients() {
            let Client { house, id, secret, .. } = &self.client;
            return house.request(method, &path).basic_auth(id, secret.as_ref());
        }
        let role = operation.role().unwrap_or("citizen");
        self.people.iter().find(|(name, _)| *name == role).unwrap().1.request(method, &path)
    }
}

/// The example of a request body.
fn example(schema: &Value) -> Map<String, Value> {
    schema["example"].as_object().cloned().unwrap()
}

/// The object behind a field, by a reference or as what a list holds; with the step from the field to it.
fn inner<'a>(contract: &'a Value, field: &'a Value) -> Option<(&'a Value, &'static str)> {
    let (field, step) = match field.get("items") {
        Some(items) => (items, "/0"),
        None => (field, ""),
    };
    let options = field["oneOf"].as_array().map_or_else(|| vec![field], |options| options.iter().collect());
    let reference = options.iter().find_map(|option| option["$ref"].as_str())?;
    let schema = contract.pointer(reference.trim_start_matches('#'))?;
    schema.get("properties").map(|_| (schema, step))
}

/// Bodies each of which is too long in one place, and where.
fn too_long(contract: &Value, schema: &Value) -> Vec<(String, Value)> {
    let mut bodies = Vec::new();
    for (field, rules) in schema["properties"].as_object().unwrap() {
        let mut add = |place: String, mut body: Map<String, Value>, value: Value| {
            body.insert(field.clone(), value);
            bodies.push((place, Value::Object(body)));
        };
        if let Some(longest) = rules["maxLength"].as_u64() {
            let text = "a".repeat(usize::try_from(longest).unwrap() + 1);
            add(format!("/{field}"), example(schema), json!(text));
        }
        if let Some((within, step)) = inner(contract, rules) {
            for (place, value) in too_long(contract, within) {
                let value = if step.is_empty() { value } else { json!([value]) };
                // Other optional fields may stand for the same in another form.
                let mut body = example(schema);
                body.retain(|name, _| {
                    schema["required"].as_array().is_some_and(|all| all.contains(&json!(name)))
                });
                add(format!("/{field}{step}{place}"), body, value);
            }
        }
    }
    bodies
}

#[actix_web::test]
async fn the_lengths_that_the_contract_tells_are_the_ones_that_are_kept() {
    let house = House::start().await;
    let callers = Callers::of(&house).await;
    let contract = contract();
    let (mut for_citizens, mut for_officers) = (0, 0);
    for operation in operations(&contract) {
        let schema = operation.value["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
        let Some(schema) = schema.and_then(|name| contract.pointer(name.trim_start_matches('#'))) else {
            continue;
        };
        for (place, body) in too_long(&contract, schema) {
            let request = callers.request(&operation);
            let answer = request.json(&body).send().await.unwrap();
            let problem = refused(answer, 422, "invalid_input").await;
            let pointers: Vec<&Value> =
                problem["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
            assert!(pointers.contains(&&json!(place)), "{} {place}: {problem}", operation.id());
            match operation.role() {
                Some("officer") => for_officers += 1,
                _ => for_citizens += 1,
            }
        }
    }
    assert!(for_citizens >= 40 && for_officers >= 8, "{for_citizens}, {for_officers}");
}

#[actix_web::test]
async fn every_example_of_a_body_is_read() {
    let house = House::start().await;
    let callers = Callers::of(&house).await;
    let contract = contract();
    let (mut read, mut done) = (0, BTreeSet::new());
    for operation in operations(&contract) {
        let schema = operation.value["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
        let Some(schema) = schema.and_then(|name| contract.pointer(name.trim_start_matches('#'))) else {
            continue;
        };
        let body = Value::Object(example(schema));
        let request = callers.request(&operation);
        let answer = request.json(&body).send().await.unwrap();
        let (id, status) = (operation.id().to_owned(), answer.status().as_u16());
        assert!(![400, 413, 415].contains(&status) && status < 500, "{id} {status}");
        read += 1;
        if status == 422 {
            // What is no secret of the caller's, and no code in force, is not one of the example's faults.
            let problem: Value = answer.json().await.unwrap();
            for error in problem["errors"].as_array().into_iter().flatten() {
                let code = error["code"].as_str().unwrap();
                assert!(["current_password_wrong", "totp_wrong"].contains(&code), "{id}: {problem}");
            }
        } else if status < 300 {
            done.insert(id);
        }
    }
    assert!(read >= 35, "{read}");
    for id in ["create_account", "request_password_reset", "create_support_request", "verify_certificate"] {
        assert!(done.contains(id), "{id} does not do what its example asks for: {done:?}");
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
