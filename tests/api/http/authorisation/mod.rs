//! The authorisation matrix: every operation of the contract against everybody who may not call it. Each refusal has its
//! exact status and code, and changes nothing in the database but marks and counts.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `table` | who may call which operation; a new operation needs a row there |
//! | `world` | the resources and people of the table |
//! | `snapshot` | what a database holds, before and after |

mod snapshot;
mod table;
mod world;

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use self::snapshot::Snapshots;
use self::table::{Row, TABLE, Who, Whose};
use self::world::{dead_tokens, officer_without_second_factor, one_of_each_role, still_house};
use super::operations::{NOBODYS, Operation, contract, operations};
use crate::support::{House, refused};

const HERE: &str = "tests/api/http/authorisation/table.rs";

/// Each row, with its operation, in the order of the table.
fn rows() -> Vec<(Operation, &'static Row)> {
    let mut operations = operations(&contract());
    let operation_of = |row: &'static Row| {
        let at = operations.iter().position(|operation| operation.id() == row.id);
        let at = at.unwrap_or_else(|| panic!("{} is no operation: take its row out of {HERE}", row.id));
        (operations.swap_remove(at), row)
    };
    TABLE.iter().map(operation_of).collect()
}

/// What the contract says of whom an operation is for.
fn security(who: Who) -> Value {
    match who {
        Who::Everybody => json!([{}]),
        Who::EverybodyOrHolders => json!([{}, {"bearer": []}]),
        Who::Holders | Who::Citizens => Value::Null,
        Who::Officers => json!([{"bearer": ["officer"]}]),
    }
}

#[test]
fn every_operation_has_a_row_that_says_what_the_contract_says() {
    for (operation, row) in rows() {
        assert_eq!(operation.value["security"], security(row.who), "{}: see {HERE}", row.id);
        let names_one = operation.path.contains("{id}");
        assert_eq!(row.whose != Whose::Nobodys, names_one, "{}: whose is its {{id}}? See {HERE}", row.id);
        let codes = operation.value["responses"].as_object().unwrap();
        assert!(row.proof.is_none() || codes.contains_key("403"), "{} does not tell of 403", row.id);
    }
    for operation in operations(&contract()) {
        let known = TABLE.iter().any(|row| row.id == operation.id());
        assert!(known, "`{}` has no row in {HERE}: say there who may call it", operation.id());
    }
}

/// A call with a body that nobody may come to read.
fn blind(house: &House, operation: &Operation) -> RequestBuilder {
    let request = house.request(operation.method.clone(), &operation.filled_path());
    request.header("content-type", "application/json").body("nonsense")
}

/// Sends what must be refused, and sees that it is.
async fn refuse(request: RequestBuilder, (status, code): (u16, &str), what: &str) -> Value {
    let answer = request.send().await.unwrap();
    let got = answer.status();
    assert_eq!(got.as_u16(), status, "{what}: {}", answer.text().await.unwrap());
    if status == 401 {
        assert!(answer.headers().contains_key("www-authenticate"), "{what}");
    }
    refused(answer, status, code).await
}

const NO_LOG_IN: (u16, &str) = (401, "unauthenticated");

#[actix_web::test]
async fn without_a_good_token_every_operation_that_needs_one_is_refused_unread() {
    let house = still_house().await;
    let tokens = dead_tokens(&house).await;
    house.rest().await;
    let mut snapshots = Snapshots::of(&house);
    for (operation, row) in rows() {
        if row.who == Who::Everybody {
            continue;
        }
        if row.who != Who::EverybodyOrHolders {
            refuse(blind(&house, &operation), NO_LOG_IN, &format!("{} without a token", row.id)).await;
        }
        for (name, token) in &tokens {
            let request = blind(&house, &operation).header("authorization", token);
            refuse(request, NO_LOG_IN, &format!("{} with {name}", row.id)).await;
        }
        assert_eq!(snapshots.changed(), [""; 0], "{}", row.id);
    }
}

/// Status of an answer, and its code if it is a problem; a stream does not end.
async fn outcome(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    if status < 400 {
        return (status, Value::Null);
    }
    (status, answer.json::<Value>().await.map_or(Value::Null, |problem| problem["code"].clone()))
}

#[actix_web::test]
async fn what_is_for_everybody_does_not_look_at_a_token() {
    let house = still_house().await;
    let tokens = dead_tokens(&house).await;
    for (operation, row) in rows() {
        if row.who != Who::Everybody {
            continue;
        }
        let expected = outcome(blind(&house, &operation).send().await.unwrap()).await;
        for (name, token) in tokens.iter().take(1) {
            let request = blind(&house, &operation).header("authorization", token);
            assert_eq!(outcome(request.send().await.unwrap()).await, expected, "{} with {name}", row.id);
        }
        assert_ne!(expected.1, "unauthenticated", "{}", row.id);
    }
}

#[actix_web::test]
async fn no_role_does_the_work_of_another() {
    let house = still_house().await;
    let callers = one_of_each_role(&house).await;
    let half = officer_without_second_factor(&house).await;
    house.rest().await;
    let mut snapshots = Snapshots::of(&house);
    let mut refusals = 0;
    for (operation, row) in rows() {
        for (role, caller) in &callers {
            let request = match row.who {
                Who::Officers if *role != "officer" => blind(&house, &operation),
                Who::Citizens if *role != "citizen" => call(&house, &operation, NOBODYS, row),
                _ => continue,
            };
            let what = format!("{} as {role}", row.id);
            refuse(request.bearer_auth(&caller.access), (403, "role_required"), &what).await;
            refusals += 1;
        }
        if row.who == Who::Officers {
            let request = blind(&house, &operation).bearer_auth(&half.access);
            refuse(request, (403, "second_factor_not_set_up"), row.id).await;
        }
        assert_eq!(snapshots.changed(), [""; 0], "{}", row.id);
    }
    assert!(refusals >= 38, "{refusals}");
}

/// A call that would be accepted of somebody else.
fn call(house: &House, operation: &Operation, id: &str, row: &Row) -> RequestBuilder {
    let request = house.request(operation.method.clone(), &operation.path_of(id));
    let has_body = operation.value.get("requestBody").is_some();
    if has_body { request.header("content-type", "application/json").body(row.body) } else { request }
}
