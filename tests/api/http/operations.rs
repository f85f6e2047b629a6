//! The operations of the contract, for tests that go through all of them.

use cazier::server::openapi;
use reqwest::Method;
use serde_json::{Value, json};

/// The id of nothing.
pub const NOBODYS: &str = "0190f5c2-7b1e-7e52-8d3f-1a2b3c4d5e6f";

/// An operation as the contract describes it.
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub value: Value,
}

impl Operation {
    pub fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap()
    }

    /// The path with something in place of its parameters.
    pub fn filled_path(&self) -> String {
        self.path_of(NOBODYS)
    }

    /// The path to the resource of this id.
    pub fn path_of(&self, id: &str) -> String {
        let path = self.path.replace("{id}", id);
        let path = path.replace("{endpoint_id}", id).replace("{message_id}", id);
        path.replace("{service}", "criminal-record-certificate")
            .replace("{provider}", "ghiseul")
            .replace("{code}", "internal")
            .replace("{level}", "0")
            .replace("{index}", "000")
    }

    pub fn is_public(&self) -> bool {
        self.value["security"] == json!([]) || self.may_log_in()
    }

    /// Whether everybody may call it, and the logged-in get more of it.
    pub fn may_log_in(&self) -> bool {
        self.value["security"] == json!([{}, {"bearer": []}])
    }

    /// Whether it is for clients, which show their secret.
    pub fn is_of_clients(&self) -> bool {
        self.value["security"] == json!([{"client": []}])
    }

    /// The role that it is for, when it is not for every caller.
    pub fn role(&self) -> Option<&str> {
        self.value["security"][0]["bearer"][0].as_str()
    }
}

/// The contract as the code makes it.
pub fn contract() -> Value {
    serde_json::from_str(&openapi::contract_json()).unwrap()
}

/// All operations of a contract.
pub fn operations(contract: &Value) -> Vec<Operation> {
    let paths = contract["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<Operation> {
        let of_method = |(method, value): (&String, &Value)| Operation {
            method: method.to_uppercase().parse().unwrap(),
            path: path.clone(),
            value: value.clone(),
        };
        item.as_object().unwrap().iter().map(of_method).collect()
    };
    paths.iter().flat_map(of_path).collect()
}
