//! What the contract says of each operation's answers.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use cazier::server::openapi;
use jsonschema::Validator;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Map, Value, json};

/// Headers that say nothing of the operation: those of HTTP itself, of security, and of requests from other origins.
const OF_EVERY_SERVER: [&str; 18] = [
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "date",
    "keep-alive",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "transfer-encoding",
    "x-accel-buffering",
    "x-content-type-options",
    "x-frame-options",
];

/// The contract of the API.
pub static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::of(&openapi::contract_json()));

pub struct Document {
    operations: Vec<Documented>,
    /// Compiled once for all tests of the process: by the schema's text.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
    /// The components' schemas, with nothing allowed that they do not name.
    components: Value,
}

/// An operation.
pub struct Documented {
    method: Method,
    /// The path's parts; `None` stands for a parameter.
    parts: Vec<Option<String>>,
    /// The path with the names of its parameters.
    path: String,
    id: String,
    responses: Value,
}

impl Document {
    fn of(contract: &str) -> Self {
        let mut contract: Value = serde_json::from_str(contract).unwrap();
        let mut operations = Vec::new();
        for (path, item) in contract["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations.push(Documented::of(
                    method,
                    path,
                    operation,
                    &contract["components"]["responses"],
                ));
            }
        }
        // A path without parameters comes before one that would take it too.
        operations.sort_by_key(|operation| operation.parts.iter().filter(|part| part.is_none()).count());
        let mut components = contract["components"].take();
        let parts = parts_of_others(&components["schemas"]);
        for (name, schema) in components["schemas"].as_object_mut().unwrap() {
            if !parts.contains(name) {
                close(schema);
            }
        }
        Self { operations, validators: Mutex::default(), components }
    }

    /// The operation that answers this request, if the contract has one.
    pub fn operation(&self, method: &Method, path: &str) -> Option<&Documented> {
        let here = || self.operations.iter().filter(|operation| operation.is_at(path));
        // `/v1/sessions/exchange` is no `/v1/sessions/{id}`.
        let most = here().map(|operation| operation.parts.iter().flatten().count()).max();
        here().find(|operation| {
            operation.method == method && Some(operation.parts.iter().flatten().count()) == most
        })
    }

    /// Fails unless an event is one of those that the contract has in the streams of the operation with this id, and its data what
    /// the contract says is in it.
    pub fn check_event(&self, id: &str, event: &Value) {
        let operation = self.operations.iter().find(|operation| operation.id == id).unwrap();
        let stream = &operation.response(200)["content"]["text/event-stream"]["schema"];
        assert_eq!(stream["contentMediaType"], "text/event-stream", "{id}");
        let events = &stream["contentSchema"]["items"];
        self.check(id, events, event);
        let of_name = |kind: &&Value| self.named(kind)["properties"]["event"]["enum"][0] == event["event"];
        let kinds = self.named(events)["oneOf"].as_array().unwrap();
        let data = &self.named(kinds.iter().find(of_name).unwrap())["properties"]["data"];
        assert_eq!(data["contentMediaType"], "application/json", "{id}");
        let content = serde_json::from_str(event["data"].as_str().unwrap()).unwrap();
        self.check(id, &data["contentSchema"], &content);
    }

    /// The schema that a reference names.
    fn named(&self, reference: &Value) -> &Value {
        &self.components["schemas"][reference["$ref"].as_str().unwrap().rsplit('/').next().unwrap()]
    }

    /// Fails unless a value is as a schema says.
    fn check(&self, what: &str, schema: &Value, value: &Value) {
        let errors: Vec<String> = self
            .validator(schema)
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{what} is not as its schema says: {errors:#?}\n{value:#}");
    }

    /// Whether the contract has an operation with this id.
    pub fn has(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| operation.id == id)
    }

    /// The compiled form of a schema.
    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            let mut schema = schema.clone();
            schema["components"] = self.components.clone();
            Arc::new(jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap())
        });
        Arc::clone(validator)
    }
}

/// The schemas that others are made of, by `allOf`: whoever includes one adds members.
fn parts_of_others(schemas: &Value) -> BTreeSet<String> {
    let schemas = schemas.as_object().unwrap().values();
    let parts = schemas.flat_map(|schema| schema["allOf"].as_array().into_iter().flatten());
    let names = parts.filter_map(|part| part["$ref"].as_str()?.rsplit('/').next().map(str::to_owned));
    names.chain(["Problem".to_owned()]).collect()
}

/// Refuses members that the schema does not name: the contract tells all that is answered. Problems have further ones.
fn close(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    if members.get("allOf").is_some_and(|parts| parts[0]["$ref"] == "#/components/schemas/Problem") {
        return;
    }
    if members.contains_key("allOf") || members.contains_key("properties") {
        members.entry("unevaluatedProperties").or_insert(json!(false));
    }
}

/// A media type without its parameters.
pub fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The responses of an operation, with the common ones in their place.
fn resolved(responses: &Value, common: &Value) -> Value {
    let resolve = |(status, response): (&String, &Value)| {
        let name = response["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        (status.clone(), name.map_or(response, |name| &common[name]).clone())
    };
    responses.as_object().unwrap().iter().map(resolve).collect()
}

impl Documented {
    fn of(method: &str, path: &str, operation: &Value, common: &Value) -> Self {
        let part = |part: &str| (!part.starts_with('{')).then(|| part.to_owned());
        Self {
            method: method.to_uppercase().parse().unwrap(),
            parts: path.split('/').map(part).collect(),
            path: path.to_owned(),
            id: operation["operationId"].as_str().unwrap().to_owned(),
            responses: resolved(&operation["responses"], common),
        }
    }

    fn is_at(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        let fits =
            |(here, there): (&Option<String>, &&str)| here.as_deref().is_none_or(|here| here == *there);
        parts.len() == self.parts.len() && self.parts.iter().zip(&parts).all(fits)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the contract says of the answer with this status.
    pub fn response(&self, status: u16) -> &Value {
        &self.responses[status.to_string()]
    }

    /// The value of a parameter in the path of a request.
    pub fn parameter(&self, name: &str, path: &str) -> Option<String> {
        let mut both = self.path.split('/').zip(path.split('/'));
        both.find(|(part, _)| *part == format!("{{{name}}}")).map(|(_, value)| value.to_owned())
    }

    /// Fails unless the contract has this status with this media type, and the answer has the headers that it promises.
    pub fn check_head(&self, status: u16, media_type: Option<&str>, headers: &HeaderMap) {
        let (id, response) = (&self.id, &self.responses[status.to_string()]);
        assert!(response.is_object(), "{id} answered {status}, which the contract does not know");
        let contents = response["content"].as_object();
        let is_known =
            |contents: &Map<String, Value>| contents.keys().any(|key| media_type == Some(essence(key)));
        let known = contents.is_some_and(is_known);
        let nothing = contents.is_none() && media_type.is_none();
        assert!(known || nothing, "{id} {status}: the contract does not know {media_type:?}");
        let described = response["headers"].as_object();
        for (name, header) in described.into_iter().flatten() {
            let promised = header["required"] == true;
            assert!(!promised || headers.contains_key(name), "{id} {status} has no {name}: {headers:?}");
        }
        let knows = |name: &str| {
            described.is_some_and(|headers| headers.keys().any(|known| known.eq_ignore_ascii_case(name)))
        };
        for name in headers.keys().map(HeaderName::as_str).filter(|name| !OF_EVERY_SERVER.contains(name)) {
            assert!(knows(name), "{id} {status}: the contract does not know the header {name}");
        }
    }

    /// Fails unless the content is what the contract's schema describes.
    pub fn check_content(&self, status: u16, media_type: Option<&str>, content: &[u8]) {
        let Some(media_type) = media_type else {
            return assert!(content.is_empty(), "{} {status} has content without a type", self.id);
        };
        if !media_type.ends_with("json") {
            return;
        }
        let content: Value = serde_json::from_slice(content).unwrap();
        let response = &self.responses[status.to_string()];
        super::rules::check(&self.id, &response["x-rules"], &content);
        let schema = &response["content"][media_type]["schema"];
        DOCUMENT.check(&format!("{} {status}", self.id), schema, &content);
    }
}
