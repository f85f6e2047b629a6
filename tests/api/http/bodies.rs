//! The bodies of requests: their examples are read, and their lengths are kept.

use std::collections::BTreeSet;

use reqwest::Response;
use reqwest_middleware::RequestBuilder;
use serde_json::{Map, Value, json};

use super::operations::{Operation, contract, operations};
use crate::oauth::Client;
use crate::support::{Citizen, House, refused};

/// Somebody of each role, logged in.
pub struct Callers<'a> {
    people: [(&'static str, Citizen<'a>); 3],
    client: Client<'a>,
}

impl<'a> Callers<'a> {
    pub async fn of(house: &'a House) -> Self {
        let people = [
            ("citizen", Citizen::registered(house).await),
            ("officer", Citizen::staff(house, "ofiter.cluj@example.ro").await),
            ("operator", Citizen::staff(house, "operator@example.ro").await),
        ];
        Self { people, client: Client::web(house).await }
    }

    /// A request of somebody whom an operation is for: of a citizen where it is for everybody.
    pub fn request(&self, operation: &Operation) -> RequestBuilder {
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
pub fn example(schema: &Value) -> Map<String, Value> {
    schema["example"].as_object().cloned().unwrap()
}

/// The forms of a request: it, or those of which it is one.
pub fn forms<'a>(contract: &'a Value, request: &'a Value) -> Vec<&'a Value> {
    let of = |form: &'a Value| contract.pointer(form["$ref"].as_str()?.trim_start_matches('#'));
    request["oneOf"].as_array().map_or_else(|| vec![request], |forms| forms.iter().filter_map(of).collect())
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

/// The schema of an operation's body, if that is JSON.
pub fn body<'a>(contract: &'a Value, operation: &Operation) -> Option<&'a Value> {
    let schema = operation.value["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
    contract.pointer(schema.trim_start_matches('#'))
}

/// Fails unless a body that is an example of the contract was read; returns the status.
async fn read(operation: &Operation, answer: Response) -> u16 {
    let (id, status) = (operation.id(), answer.status().as_u16());
    assert!(![400, 413, 415].contains(&status) && status < 500, "{id} {status}");
    if status == 422 {
        // What is no secret of the caller's, and no code in force, is not one of the example's faults.
        let problem: Value = answer.json().await.unwrap();
        for error in problem["errors"].as_array().into_iter().flatten() {
            let code = error["code"].as_str().unwrap();
            assert!(
                ["current_password_wrong", "recovery_code_wrong", "totp_wrong"].contains(&code),
                "{id}: {problem}"
            );
        }
    }
    status
}

#[actix_web::test]
async fn the_lengths_that_the_contract_tells_are_the_ones_that_are_kept() {
    let house = House::start().await;
    let callers = Callers::of(&house).await;
    let contract = contract();
    let (mut for_citizens, mut for_officers) = (0, 0);
    for operation in operations(&contract) {
        let Some(schema) = body(&contract, &operation) else { continue };
        for (place, body) in forms(&contract, schema).into_iter().flat_map(|form| too_long(&contract, form)) {
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
    let (mut examples, mut done) = (0, BTreeSet::new());
    for operation in operations(&contract) {
        let Some(schema) = body(&contract, &operation) else { continue };
        for form in forms(&contract, schema) {
            let request = callers.request(&operation);
            let answer = request.json(&example(form)).send().await.unwrap();
            examples += 1;
            if read(&operation, answer).await < 300 {
                done.insert(operation.id().to_owned());
            }
        }
    }
    assert!(examples >= 35, "{examples}");
    for id in ["create_account", "request_password_reset", "create_support_request", "verify_certificate"] {
        assert!(done.contains(id), "{id} does not do what its example asks for: {done:?}");
    }
}
