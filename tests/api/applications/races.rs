//! Steps that meet: a withdrawal while registers are asked, two workers or two clicks at one application. The condition in
//! each statement decides alone here: the trigger that would refuse some of these steps is off.

use actix_web::rt;
use cazier::time::Clock;
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use futures_util::future::join;
use serde_json::{Value, json};

use super::review::{OFFICER, application};
use crate::support::{
    Citizen, Gate, House, Mood, Moods, Officer, crowd, json_of, mails_to, refused, set_entries, subject,
    until,
};

/// How the statements begin that issue a stored application, and that take any other step.
const ISSUES: &str = "WITH input (application_id, standing";
const STEPS: &str = "UPDATE \"applications\" SET \"status\"";

/// From now on nothing but the statements looks where an application stands.
fn without_trigger(house: &House) {
    house.database.execute("ALTER TABLE applications DISABLE TRIGGER applications_steps");
}

async fn away(house: &House, seconds: u32) {
    let body = json!({"register": "criminal_records", "seconds": seconds});
    json_of(house.post("/sandbox/outages", &body).await, 200).await;
}

async fn withdraw(citizen: &Citizen<'_>, id: &str) {
    let path = format!("/v1/applications/{id}/withdraw");
    assert_eq!(json_of(citizen.post(&path, &json!({})).await, 200).await["status"], "withdrawn");
}

fn steps(shown: &Value) -> Vec<&str> {
    shown["events"].as_array().unwrap().iter().map(|event| event["status"].as_str().unwrap()).collect()
}

/// Lets the waiting room have its answers, and returns when the statement that follows from them has ended.
async fn go_on(house: &House, gate: &Gate, statement: &str) {
    let at_it = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND state <> 'idle' AND query LIKE '{statement}%'"
    );
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE applications IN EXCLUSIVE MODE").unwrap();
    gate.open();
    until("it comes to its statement", || house.database.count(&at_it) == 1).await;
    holder.batch_execute("COMMIT").unwrap();
    until("it is over", || house.database.count(&at_it) == 0).await;
}

/// A person withdraws while the waiting room asks about them.
async fn withdrawn_meanwhile(person: &str, statement: &str) {
    let gate = Gate::default();
    let house = House::with().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, person).await;
    without_trigger(&house);
    away(&house, 600).await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    gate.close();
    away(&house, 0).await;
    gate.holds().await;
    withdraw(&citizen, &id).await;
    go_on(&house, &gate, statement).await;
    let shown = application(&citizen, &id).await;
    assert_eq!(shown["status"], "withdrawn");
    assert_eq!(steps(&shown), ["submitted", "awaiting_register", "withdrawn"]);
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
}

#[actix_web::test]
async fn nothing_is_issued_after_a_withdrawal_while_the_register_is_asked() {
    withdrawn_meanwhile("clean", ISSUES).await;
}

#[actix_web::test]
async fn nothing_is_referred_after_a_withdrawal_while_the_register_is_asked() {
    withdrawn_meanwhile("with-entries", STEPS).await;
}

#[actix_web::test]
async fn an_officer_does_not_issue_what_is_withdrawn_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().entries().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let officer = Officer::who_is(&house, OFFICER);
    officer.claim_case(&id).await;
    without_trigger(&house);
    gate.close();
    let (issue, meanwhile) = (json!({"decision": "issue"}), async {
        gate.holds().await;
        withdraw(&citizen, &id).await;
        gate.open();
    });
    let (answer, ()) = join(officer.decide_case(&id, &issue), meanwhile).await;
    refused(answer, 409, "not_claimed").await;
    assert_eq!(steps(&application(&citizen, &id).await), ["submitted", "referred", "in_review", "withdrawn"]);
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
}

#[actix_web::test]
async fn an_officer_does_not_issue_what_another_took_over_while_the_register_is_asked() {
    let gate = Gate::default();
    let house = House::with().entries().gate(&gate).start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let officer = Officer::who_is(&house, OFFICER);
    officer.claim_case(&id).await;
    gate.close();
    let (issue, meanwhile) = (json!({"decision": "issue"}), async {
        gate.holds().await;
        house.database.execute(
            "UPDATE applications SET reviewer_id = (SELECT id FROM accounts WHERE role = 'operator' LIMIT 1)",
        );
        gate.open();
    });
    let (answer, ()) = join(officer.decide_case(&id, &issue), meanwhile).await;
    refused(answer, 409, "not_claimed").await;
    assert_eq!(house.database.count("SELECT count(*) FROM certificates"), 0);
}

/// Holds the rows of all applications until two statements wait for them.
async fn both_at_once(house: &House, begin: impl FnOnce()) {
    let mut holder = house.database.connect();
    holder.batch_execute("BEGIN; SELECT FROM applications FOR UPDATE").unwrap();
    begin();
    until("both wait for the row", || house.database.waits_for_locks() == 2).await;
    holder.batch_execute("COMMIT").unwrap();
}

#[actix_web::test]
async fn of_two_decisions_at_one_row_one_is_taken() {
    let house = House::start().await;
    let citizen = Citizen::verified(&house, "with-entries").await;
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    let officer = Officer::who_is(&house, OFFICER);
    officer.claim_case(&id).await;
    let rejection = json!({"decision": "reject", "reason": "not_proved", "note": "Fără acte."});
    let path = format!("/v1/review/applications/{id}/decision");
    let click = || rt::spawn(officer.request(reqwest::Method::POST, &path).json(&rejection).send());
    let mut clicks = None;
    both_at_once(&house, || clicks = Some((click(), click()))).await;
    let (one, other) = clicks.unwrap();
    let mut answers = [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
    answers.sort_by_key(reqwest::Response::status);
    let [taken, late] = answers;
    json_of(taken, 200).await;
    refused(late, 409, "not_claimed").await;
    assert_eq!(steps(&application(&citizen, &id).await), ["submitted", "referred", "in_review", "rejected"]);
    let told = mails_to(&house, &citizen.email).await;
    assert_eq!(told.iter().filter(|mail| mail.subject == subject::APPLICATION_REFUSED).count(), 1);
}

#[actix_web::test]
async fn of_two_workers_that_refer_one_application_one_does() {
    let start: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    let (moods, clock) = (Moods::default(), Clock::pinned(start));
    let house = House::with().moods(&moods).clock(&clock).start().await;
    let citizen = crowd(&house, 1, start).remove(0);
    set_entries(&house, 0, true, start);
    moods.set(Mood::Away);
    let id = json_of(citizen.apply("employment").await, 202).await["id"].as_str().unwrap().to_owned();
    moods.set(Mood::Good);
    moods.take_asked();
    moods.hold();
    // The second takes the application up as if the first's lease had ended.
    for at_it in 1..=2 {
        house.database.execute("UPDATE applications SET next_try_at = created_at");
        until("it is asked about", || moods.asked() == at_it).await;
    }
    both_at_once(&house, || moods.let_go()).await;
    let stepping = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND state <> 'idle' AND query LIKE '{STEPS}%'"
    );
    until("both are over", || house.database.count(&stepping) == 0).await;
    let shown = application(&citizen, &id).await;
    assert_eq!(steps(&shown), ["submitted", "awaiting_register", "referred"]);
    let told = mails_to(&house, &citizen.email).await;
    assert_eq!(told.iter().filter(|mail| mail.subject == subject::APPLICATION_UNDER_REVIEW).count(), 1);
}
