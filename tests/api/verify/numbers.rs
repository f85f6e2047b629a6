//! Public verification.

use cazier::db::schema::throttles;
use cazier::person::Index;
use cazier::sandbox::persons;
use cazier::time::Clock;
use chrono::{TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::{ExpressionMethods, RunQueryDsl, sql_query};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::log::append;
use crate::support::{Citizen, House, json_of, keyring, refused, until};

const CLEAN_CNP: &str = "2880514121171";
const OTHER_CNP: &str = "1800101221144";

async fn verify(house: &House, body: Value) -> Value {
    json_of(house.post("/v1/verify", &body).await, 200).await
}

#[actix_web::test]
async fn the_holder_s_cnp_or_the_printed_code_verifies_and_nothing_else_does() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    let by_cnp = verify(&house, json!({"registration_number": number, "cnp": CLEAN_CNP})).await;
    let by_code = verify(&house, json!({"registration_number": number, "control_code": code})).await;
    for (answer, checked_by) in [(&by_cnp, "cnp"), (&by_code, "control_code")] {
        assert_eq!(answer["outcome"], "valid");
        assert_eq!(
            answer["facts"],
            json!({"found": true, "in_validity": true, "revoked": false, "superseded": false, "name_matches": null, "checked_by": checked_by})
        );
        assert_eq!(answer["certificate"]["valid_until"], certificate["valid_until"]);
        assert_eq!(answer["certificate"].get("cnp"), None);
    }
    let lower: String = number.as_str().unwrap().to_lowercase().replace('-', " ");
    assert_eq!(
        verify(&house, json!({"registration_number": lower, "cnp": CLEAN_CNP})).await["outcome"],
        "valid"
    );
    let other = citizen.certificate("studies").await;
    let wrong = [
        json!({"registration_number": number, "cnp": OTHER_CNP}),
        json!({"registration_number": number, "control_code": other["control_code"]}),
    ];
    for body in wrong {
        let answer = verify(&house, body).await;
        assert_eq!((&answer["outcome"], answer.get("certificate")), (&json!("no_match"), None));
    }
}

#[actix_web::test]
async fn a_certificate_is_valid_to_the_end_of_its_last_day_in_romania() {
    // 22:30 UTC on 30 August is 31 August in Romania.
    let clock = Clock::pinned("2026-08-30T22:30:00Z".parse().unwrap());
    let house = House::with().clock(&clock).start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    assert_eq!(certificate["issued_on"], "2026-08-31");
    assert_eq!(certificate["valid_until"], "2027-02-28");
    append(&house.database);
    let body = json!({"registration_number": certificate["registration_number"], "cnp": CLEAN_CNP});
    clock.set("2027-02-28T21:59:59Z".parse().unwrap());
    assert_eq!(verify(&house, body.clone()).await["outcome"], "valid");
    clock.set("2027-02-28T22:00:00Z".parse().unwrap());
    let expired = verify(&house, body).await;
    assert_eq!(expired["outcome"], "expired");
    assert_eq!(expired["facts"]["in_validity"], false);
    let citizen = Citizen::logged_in(&house, &citizen.email).await;
    let path = format!("/v1/certificates/{}", certificate["id"].as_str().unwrap());
    assert_eq!(json_of(citizen.get(&path).await, 200).await["status"], "expired");
}

#[actix_web::test]
async fn an_invalid_number_or_cnp_is_reported_by_field_and_rule() {
    let house = House::start().await;
    let number = "CJ-2026-ZW3D-ZYJ0-5";
    for (body, pointer, code) in [
        (json!({"registration_number": number, "cnp": "1630615123458"}), "/cnp", "cnp_checksum"),
        (json!({"registration_number": number, "cnp": "1000229400011"}), "/cnp", "cnp_date"),
        (
            json!({"registration_number": "CJ-2026-ZW3D-ZYJ0-6", "cnp": CLEAN_CNP}),
            "/registration_number",
            "registration_number_check",
        ),
        (
            json!({"registration_number": "x", "cnp": CLEAN_CNP}),
            "/registration_number",
            "registration_number_format",
        ),
        (json!({"registration_number": number, "control_code": "x"}), "/control_code", "control_code_format"),
        (json!({"registration_number": number}), "/cnp", "one_of_cnp_cui_control_code"),
        (json!({"cnp": CLEAN_CNP}), "/registration_number", "missing"),
    ] {
        let answer = house.post("/v1/verify", &body).await;
        let text = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let problem = refused(answer, 422, "invalid_input").await;
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        assert!(
            !text.contains("16306") && !problem.to_string().contains("1630615123458"),
            "no CNP in an error"
        );
    }
}

#[actix_web::test]
async fn cnps_cannot_be_guessed_for_a_number() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let number = &certificate["registration_number"];
    for _ in 0..20 {
        let answer = verify(&house, json!({"registration_number": number, "cnp": OTHER_CNP})).await;
        assert_eq!(answer["outcome"], "no_match");
    }
    let stopped = house.post("/v1/verify", &json!({"registration_number": number, "cnp": CLEAN_CNP})).await;
    assert!(stopped.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() <= 3600);
    refused(stopped, 429, "too_many_requests").await;
    let body = json!({"registration_number": number, "control_code": certificate["control_code"]});
    assert_eq!(verify(&house, body).await["outcome"], "valid", "the control code is not counted");
}

#[actix_web::test]
async fn a_paper_with_another_name_does_not_pass() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    let ask = async |proof: &str, value: &Value, name: &str| {
        house.post("/v1/verify", &json!({"registration_number": number, proof: value, "name": name})).await
    };
    let cnp = json!(CLEAN_CNP);
    let person = persons::by_id("clean").unwrap();
    let plain = format!("{} {}", person.given_name, person.family_name).to_uppercase();
    let printed = format!("{} {}", person.family_name, person.given_name);
    for (proof, value) in [("control_code", code), ("cnp", &cnp)] {
        for name in [&printed, &plain] {
            let answer = json_of(ask(proof, value, name).await, 200).await;
            assert_eq!(
                (&answer["outcome"], &answer["facts"]["name_matches"]),
                (&json!("valid"), &json!(true))
            );
        }
        let answer = json_of(ask(proof, value, "Popescu Ion").await, 200).await;
        assert_eq!(
            (&answer["outcome"], &answer["facts"]["name_matches"]),
            (&json!("no_match"), &json!(false))
        );
        assert_eq!(answer.get("certificate"), None, "{answer}");
        for fact in ["in_validity", "revoked", "superseded"] {
            assert_eq!(answer["facts"][fact], Value::Null, "{fact} of a certificate of another name");
        }
        assert!(!answer.to_string().contains(person.family_name), "{answer}");
    }
    for (name, code) in [("", "printed_name"), ("- -", "printed_name")] {
        let problem = refused(ask("cnp", &cnp, name).await, 422, "invalid_input").await;
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!("/name"), &json!(code))
        );
    }
    let noted = "SELECT 1 FROM certificate_checks WHERE outcome = 'no_match'";
    let noted = sql_query(noted).execute(&mut house.database.connect()).unwrap();
    assert_eq!(noted, 2, "both wrong names are written down");
    // A wrong pair says nothing about the name.
    let answer = json_of(ask("cnp", &json!(OTHER_CNP), &printed).await, 200).await;
    assert_eq!((&answer["outcome"], &answer["facts"]["name_matches"]), (&json!("no_match"), &Value::Null));
}

#[actix_web::test]
async fn names_cannot_be_guessed_for_a_number() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "clean").await;
    let certificate = citizen.certificate("employment").await;
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    let person = persons::by_id("clean").unwrap();
    let ask = |name: String| {
        let body = json!({"registration_number": number, "control_code": code, "name": name});
        async { house.post("/v1/verify", &{ body }).await }
    };
    for at in 0..20_u8 {
        let letter = char::from(b'a' + at);
        assert_eq!(json_of(ask(format!("Pop {letter}")).await, 200).await["outcome"], "no_match");
    }
    let right = format!("{} {}", person.family_name, person.given_name);
    refused(ask(right).await, 429, "too_many_requests").await;
    for _ in 0..20 {
        verify(&house, json!({"registration_number": number, "cnp": OTHER_CNP})).await;
    }
    let both = json!({"registration_number": number, "cnp": CLEAN_CNP, "name": "Pop"});
    refused(house.post("/v1/verify", &both).await, 429, "too_many_requests").await;
    let without = json!({"registration_number": number, "control_code": code});
    assert_eq!(verify(&house, without).await["outcome"], "valid", "who asks without a name is not held up");
}

#[actix_web::test]
async fn guesses_at_the_same_moment_get_no_further_than_one_by_one() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    for wrong in [
        json!({"registration_number": number, "cnp": OTHER_CNP}),
        json!({"registration_number": number, "control_code": code, "name": "Popescu Ion"}),
    ] {
        let answers = join_all((0..30).map(|_| house.post("/v1/verify", &wrong))).await;
        let of = |status: u16| answers.iter().filter(|answer| answer.status() == status).count();
        assert_eq!((of(200), of(429)), (20, 10), "{wrong}");
    }
    let checks = house.database.count("SELECT count(*) FROM certificate_checks WHERE outcome = 'no_match'");
    assert_eq!(checks, 20, "what was refused was no check");
}

#[actix_web::test]
async fn a_right_guess_waits_for_the_wrong_ones_before_it() {
    let house = House::start().await;
    let certificate = Citizen::verified(&house, "clean").await.certificate("employment").await;
    let (number, code) = (&certificate["registration_number"], &certificate["control_code"]);
    let person = persons::by_id("clean").unwrap();
    let name = format!("{} {}", person.family_name, person.given_name);
    for (index, right) in [
        (Index::RATE_LIMIT_VERIFY, json!({"registration_number": number, "cnp": CLEAN_CNP})),
        (
            Index::RATE_LIMIT_VERIFY_NAME,
            json!({"registration_number": number, "control_code": code, "name": name}),
        ),
    ] {
        for _ in 0..25 {
            assert_eq!(verify(&house, right.clone()).await["outcome"], "valid", "right ones are not counted");
        }
        let key = keyring().index(index, number.as_str().unwrap().as_bytes());
        let mut before = house.database.connect();
        before.batch_execute("BEGIN").unwrap();
        let row = (throttles::hits.eq(20), throttles::resets_at.eq(Utc::now() + TimeDelta::hours(1)));
        let counted = diesel::update(throttles::table).filter(throttles::key.eq(key)).set(row);
        assert_eq!(counted.execute(&mut before).unwrap(), 1);
        let counted = async {
            until("it waits", || house.database.waits_for_locks() > 0).await;
            before.batch_execute("COMMIT").unwrap();
        };
        let (answer, ()) = join(house.post("/v1/verify", &right), counted).await;
        refused(answer, 429, "too_many_requests").await;
    }
}

#[actix_web::test]
async fn the_trust_list_is_the_one_that_openssl_needs() {
    let house = House::start().await;
    let trust = json_of(house.get("/v1/verify/trust").await, 200).await;
    let signer = &trust["signers"][0];
    assert_eq!(signer["test"], true);
    assert!(signer["chain_pem"].as_str().unwrap().ends_with(house.root_pem()));
    assert!(signer["subject"].as_str().unwrap().contains("TEST"), "{signer}");
}
