//! Two decisions about the same thing at the same moment: one is taken, and everything agrees with it.

use cazier::time::Clock;
use chrono::{DateTime, Utc};
use futures_util::future::join;
use serde_json::json;

use crate::support::{App, Citizen, Handoff, House, at_counter, json_of, mail_to, subject};

const RESET: &str = "/v1/accounts/second-factor-reset";
/// Either decision comes first in one of them, as a rule.
const ROUNDS: usize = 3;

#[actix_web::test]
async fn a_person_at_a_counter_is_certified_or_rejected_and_never_both() {
    for _ in 0..ROUNDS {
        let house = House::start().await;
        let (citizen, officer, verification) = at_counter(&house, "clean").await;
        let (certified, rejected) = join(officer.certify(&verification), officer.reject(&verification)).await;
        let statuses = (certified.status().as_u16(), rejected.status().as_u16());
        let seen =
            json_of(citizen.get(&format!("/v1/identity-verifications/{verification}")).await, 200).await;
        let identity = json_of(citizen.get("/v1/accounts/me").await, 200).await["identity"].clone();
        match statuses {
            (200, 409) => {
                assert_eq!((&seen["status"], &identity["method"]), (&json!("verified"), &json!("counter")));
            }
            (409, 200) => {
                assert_eq!((&seen["status"], &identity["method"]), (&json!("rejected"), &json!(null)));
            }
            _ => panic!("one is taken: {statuses:?}"),
        }
    }
}

#[actix_web::test]
async fn an_undoing_and_an_application_leave_no_certificate_in_force() {
    for _ in 0..ROUNDS {
        let house = House::with().legal_persons().start().await;
        let (citizen, officer, verification) = at_counter(&house, "clean").await;
        json_of(officer.certify(&verification).await, 200).await;
        let (undone, applied) = join(officer.undo(&verification), citizen.apply("employment")).await;
        json_of(undone, 200).await;
        let status = applied.status().as_u16();
        assert!([201, 401, 409].contains(&status), "{status}");
        let in_force = "SELECT count(*) FROM certificates WHERE ended_as IS NULL";
        assert_eq!(house.database.count(in_force), 0, "{status}");
        let certificates = house.database.count("SELECT count(*) FROM certificates");
        assert_eq!(certificates, i64::from(status == 201));
    }
}

#[actix_web::test]
async fn a_reset_of_a_second_factor_is_stopped_or_carried_out_and_never_both() {
    for _ in 0..ROUNDS {
        let clock = Clock::pinned(Utc::now());
        let house = House::with().clock(&clock).start().await;
        let citizen = Citizen::verified(&house, "clean").await;
        App::set_up(&citizen, &clock).await;
        let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
        let begun = json_of(house.post(RESET, &code).await, 202).await;
        let token = mail_to(&house, &citizen.email, subject::SECOND_FACTOR_RESET).await.token();
        let due: DateTime<Utc> = begun["removed_from"].as_str().unwrap().parse().unwrap();
        clock.set(due);
        let code = json!({"code": Handoff::of(&house, "clean", "success").await.code(&house).await});
        let (path, token) = (format!("{RESET}/stop"), json!({"token": token}));
        let (opened, stopped) =
            join(house.post("/v1/sessions/exchange", &code), house.post(&path, &token)).await;
        let of_citizens = "SELECT count(*) FROM totp_secrets s JOIN accounts a ON a.id = s.account_id WHERE a.role = 'citizen'";
        let has_factor = house.database.count(of_citizens) == 1;
        match (opened.status().as_u16(), stopped.status().as_u16()) {
            (201, 422) => assert!(!has_factor, "it is removed"),
            (401, 204) => assert!(has_factor, "it stays"),
            statuses => panic!("one is taken: {statuses:?}"),
        }
    }
}
