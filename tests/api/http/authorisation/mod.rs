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

use reqwest::{Method, Response};
use reqwest_middleware::RequestBuilder;
use serde_json::{Value, json};

use self::snapshot::Snapshots;
use self::table::{Proof, Row, TABLE, Who, Whose};
use self::world::{
    Thing, World, account_of, dead_tokens, one_of_each_role, still_house, stranger, tired_operator,
    without_second_factor,
};
use super::operations::{NOBODYS, Operation, contract, operations};
use crate::support::{Citizen, House, Officer, open_session, refused};

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
        Who::Everybody => json!([]),
        Who::EverybodyOrHolders => json!([{}, {"bearer": []}]),
        Who::Holders | Who::Citizens => Value::Null,
        Who::Officers => json!([{"bearer": ["officer"]}]),
        Who::Operators => json!([{"bearer": ["operator"]}]),
        Who::Clients => json!([{"client": []}]),
    }
}

/// The same without what a client's token needs: `tests/api/oauth/scopes.rs` looks at that.
fn without_scopes(security: &Value) -> Value {
    let Some(all) = security.as_array() else { return security.clone() };
    let own: Vec<&Value> = all.iter().filter(|one| one.get("oauth").is_none()).collect();
    if own.len() < all.len() && own == [&json!({"bearer": []})] { Value::Null } else { json!(own) }
}

#[test]
fn every_operation_has_a_row_that_says_what_the_contract_says() {
    for (operation, row) in rows() {
        let security = match row.id {
            // Whoever sends no header shows a token that a caller has got.
            "stream_application" => json!([{"bearer": []}, {"stream_token": []}]),
            _ => security(row.who),
        };
        let said = without_scopes(&operation.value["security"]);
        assert_eq!(said, security, "{}: see {HERE}", row.id);
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
/// Operations for clients look at no token.
const NO_CLIENT: (u16, &str) = (401, "client_unauthenticated");

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
        let refusal = if row.who == Who::Clients { NO_CLIENT } else { NO_LOG_IN };
        if row.who != Who::EverybodyOrHolders {
            refuse(blind(&house, &operation), refusal, &format!("{} without a token", row.id)).await;
        }
        for (name, token) in &tokens {
            let request = blind(&house, &operation).header("authorization", token);
            refuse(request, refusal, &format!("{} with {name}", row.id)).await;
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
    let halves = [
        (Who::Officers, without_second_factor(&house, "ofiter.bucuresti@example.ro").await),
        (Who::Operators, without_second_factor(&house, "operator@example.ro").await),
    ];
    house.rest().await;
    let mut snapshots = Snapshots::of(&house);
    let mut refusals = 0;
    for (operation, row) in rows() {
        for (role, caller) in &callers {
            let request = match row.who {
                Who::Officers if *role != "officer" => blind(&house, &operation),
                Who::Operators if *role != "operator" => blind(&house, &operation),
                Who::Citizens if *role != "citizen" => call(&house, &operation, NOBODYS, row),
                Who::Clients => call(&house, &operation, NOBODYS, row),
                _ => continue,
            };
            let what = format!("{} as {role}", row.id);
            let refusal = if row.who == Who::Clients { NO_CLIENT } else { (403, "role_required") };
            refuse(request.bearer_auth(&caller.access), refusal, &what).await;
            refusals += 1;
        }
        for (_, half) in halves.iter().filter(|(who, _)| *who == row.who) {
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

/// Whom an operation's resource does not belong to, and what they are told.
fn not_whose<'a>(
    row: &Row,
    (stranger, elsewhere): (&'a Citizen<'a>, &'a Citizen<'a>),
) -> Option<(Thing, &'a Citizen<'a>, (u16, &'static str))> {
    match row.whose {
        Whose::Own(thing) => Some((thing, stranger, (404, "not_found"))),
        Whose::OfOffice(thing) => Some((thing, elsewhere, (404, "not_found"))),
        Whose::Claimed(thing) => Some((thing, elsewhere, (409, "not_claimed"))),
        Whose::OfAnyOfficer(_) | Whose::Nobodys => None,
    }
}

#[actix_web::test]
async fn what_belongs_to_another_person_or_office_does_not_exist() {
    let house = still_house().await;
    let stranger = stranger(&house).await;
    let world = World::of(&house).await;
    let elsewhere = Officer::at(&house, "B-P01").await;
    let mut snapshots = Snapshots::of(&house);
    for (operation, row) in rows() {
        let Some((thing, other, refusal)) = not_whose(row, (&stranger, &elsewhere)) else { continue };
        let id = &world.thing(thing).id;
        let request = call(&house, &operation, id, row).bearer_auth(&other.access);
        let theirs = refuse(request, refusal, &format!("{} of another's", row.id)).await;
        let request = call(&house, &operation, NOBODYS, row).bearer_auth(&other.access);
        let nobodys = refuse(request, (404, "not_found"), &format!("{} of nobody's", row.id)).await;
        let told = |problem: &Value| [problem["title"].clone(), problem["detail"].clone()];
        assert!(refusal.0 != 404 || told(&theirs) == told(&nobodys), "{}: {theirs}", row.id);
        assert_eq!(snapshots.changed(), [""; 0], "{}", row.id);
    }
    for (operation, row) in rows() {
        if row.who == Who::Holders && operation.method == Method::GET && row.whose == Whose::Nobodys {
            let shown = stranger.get(&operation.filled_path()).await.text().await.unwrap();
            assert!(!world.ids().any(|id| shown.contains(id)), "{}: {shown}", row.id);
        }
    }
    let owners = TABLE.iter().filter(|row| matches!(row.whose, Whose::Own(_))).count();
    assert!(owners >= 15, "{owners}");
    exists_for_whom_it_belongs_to(&world).await;
}

/// The same calls find their resource when its owner, or the officer in whose hands it is, makes them.
async fn exists_for_whom_it_belongs_to(world: &World<'_>) {
    let (house, mut found) = (world.house, 0);
    for (operation, row) in rows() {
        let (thing, officer) = match row.whose {
            Whose::Own(thing) => (thing, None),
            Whose::OfOffice(thing) | Whose::Claimed(thing) | Whose::OfAnyOfficer(thing) => {
                (thing, Some(&world.officer))
            }
            Whose::Nobodys => continue,
        };
        let held = world.thing(thing);
        let caller = officer.map_or(&held.owner, |officer| officer);
        if row.proof == Some(Proof::Presence) {
            caller.prove_presence().await;
        }
        let request = call(house, &operation, &held.id, row).bearer_auth(&caller.access);
        let (status, code) = outcome(request.send().await.unwrap()).await;
        assert!(![401, 403, 404].contains(&status), "{}: {status} {code}", row.id);
        found += 1;
    }
    assert!(found >= 25, "{found}");
}

#[actix_web::test]
async fn a_token_alone_does_nothing_that_needs_a_proof() {
    let house = still_house().await;
    let world = World::of(&house).await;
    let tired = Officer::tired(&house, "1800101221144");
    let tired_operator = tired_operator(&house).await;
    let (account, now) = (account_of(&world.owner).await, house.clock.now());
    let alone = open_session(&mut house.database.connect(), account, None, now);
    let mut snapshots = Snapshots::of(&house);
    for (operation, row) in rows() {
        let Some(proof) = row.proof else { continue };
        let id = match row.whose {
            Whose::Nobodys => NOBODYS,
            Whose::Own(thing)
            | Whose::OfOffice(thing)
            | Whose::Claimed(thing)
            | Whose::OfAnyOfficer(thing) => &world.thing(thing).id,
        };
        let send = |token: &str| call(&house, &operation, id, row).bearer_auth(token);
        let (presence, step_up) = ((403, "presence_required"), (403, "step_up_required"));
        match (proof, row.who) {
            (Proof::StepUp, Who::Operators) => {
                refuse(send(&tired_operator.access), step_up, row.id).await;
            }
            (Proof::StepUp, Who::Officers) => drop(refuse(send(&tired.access), step_up, row.id).await),
            (Proof::StepUp, _) => drop(refuse(send(&alone), step_up, row.id).await),
            (Proof::Presence, _) => drop(refuse(send(&alone), presence, row.id).await),
            (Proof::StepUpAndPresence, _) => {
                refuse(send(&alone), step_up, row.id).await;
                refuse(send(&world.owner.access), presence, row.id).await;
            }
        }
        assert_eq!(snapshots.changed(), [""; 0], "{}", row.id);
    }
}
