//! Some persons' answers from a register cannot be used: they wait for themselves, and hold up nobody else.

use std::time::Duration;

use cazier::circuit_breaker::Circuit;
use cazier::person::Cnp;
use cazier::registry::{CriminalRecordRegister, Mutual, NoAnswer, RemoteRegister, Subjects};
use cazier::sandbox::registers::SandboxCertificates;
use cazier::time::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Integer};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{
    Citizen, House, Mood, Moods, Officer, apply_for_company, cnp, crowd, json_of, mail_to, mandate, refused,
    subject, until, until_some,
};

const OFFICER: &str = "1800101221144";
const BAD: &str = "SELECT bad_answers AS number, \
    coalesce(extract(epoch FROM next_try_at - bad_since)::bigint, 0) AS seconds FROM applications";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = BigInt)]
    seconds: i64,
}

fn certificates(house: &House) -> i64 {
    house.database.count("SELECT count(*) FROM certificates")
}

fn start() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

/// They apply while the register is away.
async fn waiting(people: &[Citizen<'_>], moods: &Moods) {
    moods.set(Mood::Away);
    for some in people.chunks(10) {
        for answer in join_all(some.iter().map(|citizen| citizen.apply("employment"))).await {
            assert_eq!(json_of(answer, 202).await["status"], "awaiting_register");
        }
    }
    moods.set(Mood::Good);
    moods.take_asked();
}

async fn hold_up_nobody(bad: usize, mood: Mood) {
    let bad_rows = i64::try_from(bad).unwrap();
    let (moods, clock) = (Moods::default(), Clock::pinned(start()));
    let house = House::with().legal_persons().moods(&moods).clock(&clock).start().await;
    let people = crowd(&house, bad + 20, start());
    waiting(&people, &moods).await;
    (0..bad).for_each(|n| moods.set_of(cnp(n).as_str(), mood));
    // Time stands still from here on: whoever was put off is not asked about again.
    clock.set(start() + TimeDelta::minutes(1));
    until("the good ones are issued", || certificates(&house) == 20).await;
    let (asked, at_once) = moods.take_asked();
    assert!(asked.len() <= bad + 20, "{} turns for {}", asked.len(), bad + 20);
    assert!((2..=4).contains(&at_once), "{at_once}");
    until("each bad one was asked about", || {
        house.database.count("SELECT count(*) FROM applications WHERE bad_answers = 1") == bad_rows
    })
    .await;
    let waits = "SELECT count(*) FROM applications WHERE status = 'awaiting_register'";
    assert_eq!(house.database.count(waits), bad_rows);
}

#[actix_web::test]
async fn a_dozen_bad_answers_hold_up_nobody_who_waits_behind_them() {
    hold_up_nobody(12, Mood::Unusable).await;
}

#[actix_web::test]
async fn nor_do_130_of_them() {
    hold_up_nobody(130, Mood::Failing).await;
}

#[actix_web::test]
async fn an_application_with_bad_answers_is_retried_after_growing_pauses() {
    let (moods, clock) = (Moods::default(), Clock::pinned(start()));
    let house = House::with().legal_persons().moods(&moods).clock(&clock).start().await;
    let people = crowd(&house, 1, start());
    waiting(&people, &moods).await;
    moods.set(Mood::Unusable);
    let mut now = start() + TimeDelta::seconds(2);
    for tries in 1..=11 {
        clock.set(now);
        let row = || sql_query(BAD).get_result::<Row>(&mut house.database.connect()).unwrap();
        until("it was asked once more", || row().number == tries).await;
        let pause = row().seconds - (now - start() - TimeDelta::seconds(2)).num_seconds();
        let expected = (10_i64 << (tries - 1)).min(3600);
        assert!((expected * 3 / 4 - 1..=expected * 5 / 4 + 1).contains(&pause), "{tries}: {pause} s");
        now += TimeDelta::seconds(pause + 1);
    }
    moods.set(Mood::Good);
    clock.set(now);
    until("it is issued in the end", || certificates(&house) == 1).await;
}

#[actix_web::test]
async fn a_register_that_is_away_does_not_count_against_those_who_wait() {
    let (moods, clock) = (Moods::default(), Clock::pinned(start()));
    let house = House::with().legal_persons().moods(&moods).clock(&clock).start().await;
    let people = crowd(&house, 3, start());
    waiting(&people, &moods).await;
    moods.set(Mood::Away);
    for _ in 0..5 {
        // Within what the clocks of two registers may differ by: the other one may be answering now.
        clock.set(clock.now() + TimeDelta::minutes(4));
        let before = moods.asked();
        until("each is asked about again", || moods.asked() >= before + 3).await;
    }
    let untouched =
        "SELECT count(*) FROM applications WHERE status = 'awaiting_register' AND bad_answers = 0";
    assert_eq!(house.database.count(untouched), 3);
}

#[actix_web::test]
async fn an_application_waits_only_for_the_registers_that_it_needs() {
    let (moods, clock) = (Moods::default(), Clock::pinned(start()));
    let house = House::with().legal_persons().moods(&moods).clock(&clock).start().await;
    let izabella = Citizen::verified(&house, "representative").await;
    let firm = mandate(&izabella, "firm-clean").await;
    let people = crowd(&house, 9, start());
    waiting(&people, &moods).await;
    moods.set(Mood::Away);
    json_of(apply_for_company(&izabella, &firm, "employment").await, 202).await;
    moods.set(Mood::Good);
    moods.set_circuit(Circuit::Open(Duration::from_secs(1)));
    moods.take_asked();
    clock.set(start() + TimeDelta::minutes(1));
    until("the firm has its certificate", || certificates(&house) == 1).await;
    assert_eq!(moods.take_asked().0, ["12345674"], "nobody else was asked about");

    moods.set(Mood::Away);
    moods.set_circuit(Circuit::Trial);
    until("some were asked about", || moods.asked() >= 3).await;
    assert_eq!(moods.take_asked().1, 1, "one asks for all");
    moods.set(Mood::Good);
    moods.set_circuit(Circuit::Closed);
    until("all are issued", || {
        clock.set(clock.now() + TimeDelta::seconds(1));
        certificates(&house) == 10
    })
    .await;
}

/// An application that was given a bad answer often enough.
async fn referred<'a>(house: &'a House, moods: &Moods, before: &str, clock: &Clock) -> (Citizen<'a>, String) {
    let citizen = crowd(house, 1, start()).remove(0);
    waiting(std::slice::from_ref(&citizen), moods).await;
    house.database.execute(&format!("UPDATE applications SET {before}"));
    moods.set(Mood::Unusable);
    clock.set(start() + TimeDelta::minutes(1));
    let found = async || {
        let application = json_of(citizen.get("/v1/applications").await, 200).await["items"][0].clone();
        (application["status"] == "referred").then_some(application)
    };
    let application = until_some("it is referred", found).await;
    let id = application["id"].as_str().unwrap().to_owned();
    (citizen, id)
}

#[actix_web::test]
async fn after_many_bad_answers_an_officer_gets_the_case_and_issues_nothing_until_they_are_good() {
    let (moods, clock) = (Moods::default(), Clock::pinned(start()));
    let house = House::with().legal_persons().moods(&moods).clock(&clock).start().await;
    let before = "bad_answers = 29, bad_since = '2026-11-24T08:00:00Z'";
    let (citizen, id) = referred(&house, &moods, before, &clock).await;
    let shown = json_of(citizen.get(&format!("/v1/applications/{id}")).await, 200).await;
    let last = shown["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["actor"], &last["reason"]), (&json!("service"), &json!("register_answer_unusable")));
    mail_to(&house, &citizen.email, subject::APPLICATION_UNDER_REVIEW).await;

    let officer = Officer::who_is(&house, OFFICER);
    officer_sees(&officer, &id).await;
    let issue = json!({"decision": "issue"});
    refused(officer.decide_case(&id, &issue).await, 409, "register_record_unreadable").await;
    let clear = json!({"decision": "clear", "note": "Altă persoană."});
    refused(officer.decide_case(&id, &clear).await, 409, "register_record_unreadable").await;
    moods.set(Mood::Away);
    refused(officer.decide_case(&id, &issue).await, 503, "register_unavailable").await;
    moods.set(Mood::Good);
    refused(officer.decide_case(&id, &issue).await, 409, "entries_changed").await;
    assert_eq!(officer.claim_case(&id).await["entries_unreadable"], false);
    assert_eq!(json_of(officer.decide_case(&id, &issue).await, 200).await["status"], "issued");
}

/// The case is in the queue, and its claim says that nothing can be read.
async fn officer_sees(officer: &Officer<'_>, id: &str) {
    let queue = json_of(officer.get("/v1/review/applications").await, 200).await;
    assert_eq!(queue["items"][0]["id"], json!(id));
    let case = officer.claim_case(id).await;
    assert_eq!((&case["entries_unreadable"], &case["entries"]), (&json!(true), &json!([])));
}

#[actix_web::test]
async fn after_a_day_of_bad_answers_an_officer_can_reject_the_application() {
    let (moods, clock) = (Moods::default(), Clock::pinned(start()));
    let house = House::with().legal_persons().moods(&moods).clock(&clock).start().await;
    let before = "bad_answers = 4, bad_since = '2026-11-23T09:00:00Z'";
    let (citizen, id) = referred(&house, &moods, before, &clock).await;
    let officer = Officer::who_is(&house, OFFICER);
    officer_sees(&officer, &id).await;
    let note = "Eliberat la ghișeu.";
    let rejection = json!({"decision": "reject", "reason": "handled_at_counter", "note": note});
    assert_eq!(json_of(officer.decide_case(&id, &rejection).await, 200).await["status"], "rejected");
    mail_to(&house, &citizen.email, subject::APPLICATION_REFUSED).await;
    assert_eq!(certificates(&house), 0);
}

/// The criminal-record register of a house, asked about a test person.
async fn ask(register: &RemoteRegister, person: &str) -> Result<(), NoAnswer> {
    let person = cazier::sandbox::persons::by_id(person).unwrap();
    register.criminal_record(&Cnp::parse(person.cnp).unwrap()).await.map(drop)
}

#[actix_web::test]
async fn failures_of_a_register_open_its_circuit_and_bad_answers_do_not() {
    let house = House::start().await;
    let (url, mutual) = &house.registers;
    let register = || RemoteRegister::new("test", url.clone(), mutual, Clock::System).unwrap();
    let well = register();
    for person in ["register-malformed", "register-bad-digest", "register-wrong-person"] {
        for _ in 0..6 {
            assert!(matches!(ask(&well, person).await, Err(NoAnswer::Unusable)), "{person}");
        }
    }
    assert_eq!(CriminalRecordRegister::circuit(&well, Subjects::Persons), Circuit::Closed);
    ask(&well, "clean").await.unwrap();
    for (person, at_most) in [("register-away", 5), ("register-failing", 1)] {
        let register = register();
        for _ in 0..4 {
            assert!(matches!(ask(&register, person).await, Err(NoAnswer::Failing(_))), "{person}");
        }
        assert!(matches!(ask(&register, person).await, Err(NoAnswer::Away(_))), "{person}");
        let Err(NoAnswer::Away(wait)) = ask(&register, "clean").await else {
            panic!("it was asked: {person}")
        };
        assert!(wait <= Duration::from_secs(at_most), "{person}: {wait:?}");
        until("its pause is over", || {
            CriminalRecordRegister::circuit(&register, Subjects::Persons) == Circuit::Trial
        })
        .await;
        ask(&register, "clean").await.unwrap();
        assert_eq!(CriminalRecordRegister::circuit(&register, Subjects::Persons), Circuit::Closed);
    }
    let stranger = SandboxCertificates::create().unwrap().client();
    let mutual = Mutual { authority: stranger.authority, identity: stranger.identity };
    let refused = RemoteRegister::new("test", url.clone(), &mutual, Clock::System).unwrap();
    for _ in 0..4 {
        assert!(matches!(ask(&refused, "clean").await, Err(NoAnswer::Failing(_))), "it may be this question");
    }
    assert!(matches!(ask(&refused, "clean").await, Err(NoAnswer::Away(_))));
    assert!(matches!(CriminalRecordRegister::circuit(&refused, Subjects::Persons), Circuit::Open(_)));
}
