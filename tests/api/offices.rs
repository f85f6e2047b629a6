//! Counters: where they are, and since when they certify.

use cazier::offices::{OfficeKind, import, store};
use serde_json::{Value, json};

use crate::support::{House, json_of, refused};

async fn codes(house: &House, query: &str) -> Vec<String> {
    let list = json_of(house.get(&format!("/v1/counters{query}")).await, 200).await;
    let code = |office: &Value| office["code"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(code).collect()
}

#[actix_web::test]
async fn counters_are_found_by_county_and_by_whether_they_certify() {
    let house = House::start().await;
    assert_eq!(codes(&house, "").await, ["B-D01", "B-P01", "CJ-PS1", "CJ-P01"]);
    assert_eq!(codes(&house, "?county=CJ&certifies=true").await, ["CJ-P01"]);
    assert_eq!(codes(&house, "?county=SB").await, Vec::<String>::new());
    let list = json_of(house.get("/v1/counters?county=CJ").await, 200).await;
    let (passports, police) = (&list["items"][0], &list["items"][1]);
    assert_eq!((&passports["certifies"], &passports["certifies_since"]), (&json!(false), &json!(null)));
    assert_eq!((&police["certifies"], &police["certifies_since"]), (&json!(true), &json!("2023-02-01")));
    assert_eq!(police["county_name"], "Cluj");
    let problem = refused(house.get("/v1/counters?county=XX").await, 422, "invalid_input").await;
    assert_eq!(problem["errors"][0]["pointer"], "?county");
}

#[actix_web::test]
async fn an_import_brings_offices_up_to_date_and_closes_those_that_are_gone() {
    let house = House::start().await;
    let mut connection = house.database.connect();
    let file = "phone,code,kind,name,county,locality,address,programme\n\
        ,B-P01,police,Secţia 1,B,București,Alt bulevard nr. 5,L–V 9–17\n\
        +40268407500,BV-P01,police,Poliția Brașov,BV,Brașov,Str. Nouă nr. 1,L–V 8–16\n";
    let now = chrono::Utc::now();
    for office in import::read(file.as_bytes(), now).unwrap() {
        store::upsert(&mut connection, &office).unwrap();
    }
    assert_eq!(store::close_older(&mut connection, now).unwrap(), 3);
    assert_eq!(codes(&house, "").await, ["B-P01", "BV-P01"]);
    let list = json_of(house.get("/v1/counters?county=B").await, 200).await;
    assert_eq!(list["items"][0]["name"], "Secția 1");
    store::set_phase(&mut connection, OfficeKind::Police, None).unwrap();
    assert_eq!(codes(&house, "?certifies=true").await, Vec::<String>::new());
}
