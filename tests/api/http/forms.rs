//! Requests that are sent in one of several forms: the contract writes each out, and the service takes no other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::bodies::{Callers, body, example, forms};
use super::operations::{Operation, contract, operations};
use crate::support::{House, refused};

/// Rules about several fields, of operations whose requests have one form: the operation, the rule, and why.
const OF_ONE_FORM: &[(&str, &[&str], &str)] = &[
    ("create_session", &["one_of_totp_recovery_code"], "most log-ins have neither"),
    ("exchange_session_code", &["one_of_totp_recovery_code"], "most log-ins have neither"),
    ("get_log_proof", &["one_of_index_from"], "OpenAPI has no oneOf for parameters"),
    (
        "get_certificate_document",
        &["form_language_missing", "form_language_unwanted"],
        "OpenAPI has no oneOf for parameters",
    ),
    (
        "verify_signature",
        &["alone", "nothing_to_verify"],
        "generated clients send nothing of an upload that is written as oneOf",
    ),
    (
        "create_application",
        &["reason_detail_missing", "reason_detail_unwanted"],
        "the list of the service's reasons says which one takes an explanation",
    ),
    (
        "create_application",
        &["mandate_missing", "mandate_unwanted"],
        "one optional field that a value of the growing list of services needs or refuses",
    ),
    ("create_application", &["declaration_missing"], "the field is always needed"),
    (
        "create_client",
        &["redirect_uri_missing", "scopes_missing"],
        "the kind of client says how long the lists are",
    ),
    ("create_webhook_endpoint", &["webhook_events_missing"], "the list is never empty"),
    ("reset_counter_second_factor", &["document_missing"], "the field is always needed"),
];

/// Whether a rule says that a field is needed, or is not, because of other fields or of what they hold.
fn is_of_choice(code: &str) -> bool {
    code.starts_with("one_of_")
        || code.ends_with("_missing")
        || code.ends_with("unwanted")
        || ["alone", "corrections_count", "nothing_to_verify"].contains(&code)
}

/// The rules of an operation about several fields.
fn rules_of_choice(operation: &Operation) -> BTreeSet<&str> {
    let places = operation.value["responses"]["422"]["x-rules"].as_object();
    let codes = places.into_iter().flat_map(Map::values).flat_map(|codes| codes.as_array().unwrap());
    codes.map(|code| code.as_str().unwrap()).filter(|code| is_of_choice(code)).collect()
}

/// The value of a field that has one value alone.
fn only_value(form: &Value, field: &str) -> Option<Value> {
    form["properties"][field]["enum"]
        .as_array()
        .filter(|values| values.len() == 1)
        .map(|values| values[0].clone())
}

/// The fields that each form needs.
fn required(form: &Value) -> BTreeSet<&str> {
    form["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn a_request_with_rules_between_its_fields_is_written_as_its_forms() {
    let contract = contract();
    let of_one_form = OF_ONE_FORM.iter().flat_map(|(id, rules, _)| rules.iter().map(|rule| (*id, *rule)));
    let mut left: BTreeSet<_> = of_one_form.collect();
    let mut written = 0;
    let operations = operations(&contract);
    for operation in &operations {
        let id = operation.id();
        let schema = body(&contract, operation);
        let Some(schema) = schema.filter(|schema| schema.get("oneOf").is_some()) else {
            for rule in rules_of_choice(operation) {
                let is_known = left.remove(&(id, rule));
                assert!(is_known, "{id} has the rule {rule}, and is not written as oneOf");
            }
            continue;
        };
        exclude_each_other(id, schema, &forms(&contract, schema));
        written += 1;
    }
    assert!(left.is_empty(), "these have forms, or no such rule: {left:?}");
    assert_eq!(written, 8);
    assert!(!contract.to_string().contains("x-forms"), "declared for a request that has no fields");
}

/// Fails unless a body can be of one form at most, and the discriminator names what tells all forms.
fn exclude_each_other(id: &str, schema: &Value, forms: &[&Value]) {
    assert!(forms.len() > 1, "{id}: {schema}");
    let tag = schema["discriminator"]["propertyName"].as_str();
    for (number, form) in forms.iter().enumerate() {
        assert_eq!(form["additionalProperties"], false, "{id}: {form}");
        assert!(form["description"].is_string() && form["example"].is_object(), "{id}: {form}");
        for field in required(form) {
            assert!(form["properties"].get(field).is_some(), "{id} needs {field}, which it has not");
            assert!(!form["properties"][field].to_string().contains("\"null\""), "{id}: {field} is needed");
        }
        if let Some(tag) = tag {
            let reference = &schema["oneOf"][number]["$ref"];
            let value = only_value(form, tag).unwrap_or_else(|| panic!("{id}: {tag} of {form}"));
            assert_eq!(&schema["discriminator"]["mapping"][value.as_str().unwrap()], reference, "{id}");
        }
        for other in &forms[number + 1..] {
            let lacks = |one: &Value, other: &Value| {
                required(one).iter().any(|field| other["properties"].get(field).is_none())
            };
            let differs = |field: &&str| {
                only_value(form, field)
                    .is_some_and(|value| only_value(other, field).is_some_and(|of| of != value))
            };
            let excludes = lacks(form, other) || lacks(other, form) || required(form).iter().any(differs);
            assert!(excludes, "{id}: a body can be of two forms: {form} {other}");
        }
    }
    let told = required(forms[0])
        .into_iter()
        .filter(|field| forms.iter().all(|form| only_value(form, field).is_some()));
    assert_eq!(told.collect::<Vec<_>>(), tag.into_iter().collect::<Vec<_>>(), "{id}: the discriminator");
}

/// The fields of all forms, each with a value.
fn fields(forms: &[&Value]) -> BTreeMap<String, Value> {
    let names = forms.iter().flat_map(|form| form["properties"].as_object().unwrap().keys());
    let value = |name: &String| {
        let value = forms.iter().find_map(|form| example(form).get(name).cloned());
        // The last day of a mandate, far enough ahead.
        (name.clone(), value.unwrap_or_else(|| json!("2199-12-31")))
    };
    names.map(value).collect()
}

/// The rules about several fields that a body breaks, as the service says.
async fn broken(callers: &Callers<'_>, operation: &Operation, body: &Map<String, Value>) -> Vec<String> {
    let answer = callers.request(operation).json(body).send().await.unwrap();
    let status = answer.status().as_u16();
    assert!(![400, 413, 415].contains(&status) && status < 500, "{} {status}", operation.id());
    if status != 422 {
        return Vec::new();
    }
    let problem: Value = refused(answer, 422, "invalid_input").await;
    let codes = problem["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap());
    codes.filter(|code| is_of_choice(code)).map(str::to_owned).collect()
}

/// The body with another value for a field, or without it.
fn with(body: &Map<String, Value>, field: &str, value: Option<Value>) -> Map<String, Value> {
    let mut body = body.clone();
    match value {
        Some(value) => body.insert(field.to_owned(), value),
        None => body.remove(field),
    };
    body
}

#[actix_web::test]
async fn a_body_of_no_form_is_refused_and_no_other_one() {
    let house = House::start().await;
    let callers = Callers::of(&house).await;
    let contract = contract();
    let mut tried = 0;
    for operation in operations(&contract) {
        let Some(schema) = body(&contract, &operation).filter(|schema| schema.get("oneOf").is_some()) else {
            continue;
        };
        let forms = forms(&contract, schema);
        for form in &forms {
            let whole = example(form);
            for (field, value) in fields(&forms) {
                // The body, and whether it is of a form.
                let is_null = |fits: bool| (with(&whole, &field, Some(Value::Null)), fits);
                let bodies = if form["properties"].get(&field).is_none() {
                    // What is null is left out.
                    vec![(with(&whole, &field, Some(value)), false), is_null(true)]
                } else if !required(form).contains(&*field) {
                    vec![(with(&whole, &field, Some(value)), true), is_null(true)]
                } else if forms.iter().all(|form| required(form).contains(&*field)) {
                    // What every form needs is no choice.
                    vec![]
                } else {
                    vec![(with(&whole, &field, None), false), is_null(false)]
                };
                for (body, fits) in bodies {
                    let rules = broken(&callers, &operation, &body).await;
                    assert_eq!(rules.is_empty(), fits, "{} {body:?}: {rules:?}", operation.id());
                    tried += 1;
                }
            }
        }
    }
    assert!(tried >= 60, "{tried}");
}
